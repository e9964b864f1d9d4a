"""Trains the embedded grounder: `voxfield train grounder`.

It learns from shards of crops; a pass over one shard follows from its number and the
seed alone, so a killed run goes on where it stopped and the same seed gives the same
weights. One thread: the machine's other cores are left alone, and sums stay in order.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from perception.backends.embedded.crops import stack
from perception.backends.embedded.examples import Examples
from perception.backends.embedded.lexicon import Lexicon
from perception.backends.embedded.model import Vocabulary
from perception.backends.embedded.network import (
    NetworkConfig,
    logits_of,
    make_network,
    make_tokenizer,
    pixels_of,
    tokens_of,
    towers,
)
from perception.backends.embedded.phrases import PhraseBook
from perception.backends.hub.loading import libraries
from perception.errors import InvalidSettingError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GrounderTrainConfig:
    """What is trained, and for how long.

    Attributes:
        seed: Of weights, phrases and order.
        passes: Over all shards.
        batch: Crops of one step.
        phrases: Of one step.
        rate: Highest learning rate, of embeddings and norms.
        matrix_rate: The same, of the matrices between them.
        warmup: Steps until it is reached.
        decay: Weight decay.
        texts: Phrases that the tokenizer is made of.
        network: Sizes.
    """

    seed: int = 0
    passes: int = 4
    batch: int = 64
    phrases: int = 128
    rate: float = 1e-3
    matrix_rate: float = 1e-2
    warmup: int = 200
    decay: float = 0.05
    texts: int = 20_000
    network: NetworkConfig = field(default_factory=NetworkConfig)


def train_grounder(
    config: GrounderTrainConfig,
    lexicon: Lexicon,
    shards: Sequence[Path],
    folder: Path,
    *,
    progress: Callable[[str], None] = log.info,
) -> Path:
    """Train, resuming what `folder` holds; return the folder of the finished model.

    Args:
        config: What is trained.
        lexicon: Of what is seen in the shards.
        shards: Files of `Examples`.
        folder: Where the state is kept after every shard.
        progress: Gets a line a shard.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        InvalidSettingError: The folder holds a run of another configuration.
    """
    run = _Run.begin(config, lexicon, shards, folder)
    for number in range(run.done, run.whole):
        loss = run.learn(number)
        progress(
            f"pass {number // len(shards) + 1}/{config.passes}, shard "
            f"{number % len(shards) + 1}/{len(shards)}, loss {loss:.4f}, "
            f"{run.spent / 60:.1f} CPU minutes"
        )
        run.keep()
    return run.finish()


@dataclass(slots=True)
class _Run:
    """A training run and how far it has come.

    Attributes:
        config: What is trained.
        book: Makes the phrases.
        shards: Files of `Examples`.
        folder: Where it is kept.
        network: A `SiglipModel`.
        tokenizer: Its tokenizer.
        optimisers: Each with its highest learning rate.
        done: Shards, counted over all passes.
        step: Updates.
        spent: CPU time, [s].
    """

    config: GrounderTrainConfig
    book: PhraseBook
    shards: Sequence[Path]
    folder: Path
    network: Any
    tokenizer: Any
    optimisers: tuple[tuple[Any, float], ...]
    done: int = 0
    step: int = 0
    spent: float = 0.0

    @classmethod
    def begin(
        cls,
        config: GrounderTrainConfig,
        lexicon: Lexicon,
        shards: Sequence[Path],
        folder: Path,
    ) -> "_Run":
        """Return a new run, or the one that a folder holds."""
        torch, transformers = libraries()
        torch.set_num_threads(1)
        torch.manual_seed(config.seed)
        torch.use_deterministic_algorithms(True)
        folder.mkdir(parents=True, exist_ok=True)
        book = PhraseBook(lexicon)
        if (folder / "tokenizer.json").exists():
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        else:
            texts = book.texts(Random(f"tokens {config.seed}"), config.texts)
            tokenizer = make_tokenizer(texts, config.network.vocabulary)
            tokenizer.save_pretrained(folder)
        network = make_network(config.network, len(tokenizer)).train()
        optimisers = _optimisers(network, config)
        run = cls(config, book, shards, folder, network, tokenizer, optimisers)
        if run._state.exists():
            run._resume(torch.load(run._state, weights_only=True))
        return run

    @property
    def whole(self) -> int:
        """Shards of all passes."""
        return self.config.passes * len(self.shards)

    @property
    def _state(self) -> Path:
        return self.folder / "state.pt"

    @property
    def _facts(self) -> dict[str, Any]:
        """What decides the weights, as far as a folder can hold it."""
        return {**asdict(self.config), "shards": len(self.shards)}

    def _resume(self, state: dict[str, Any]) -> None:
        if state["config"] != self._facts:
            raise InvalidSettingError(
                f"'{self.folder}' holds a run of another configuration: choose "
                "another folder, or the configuration it was begun with"
            )
        self.network.load_state_dict(state["network"])
        for (each, _), kept in zip(self.optimisers, state["optimisers"], strict=True):
            each.load_state_dict(kept)
        self.done, self.step, self.spent = state["done"], state["step"], state["spent"]

    def learn(self, number: int) -> float:
        """Learn from a shard; return the mean of its losses."""
        start = time.process_time()
        order = list(range(len(self.shards)))
        Random(f"order {self.config.seed} {number // len(order)}").shuffle(order)
        examples = Examples.load(self.shards[order[number % len(order)]])
        rng = Random(f"grounder {self.config.seed} {number}")
        batches = list(self._batches(len(examples), rng))
        losses = [
            self._update(examples, rows, rng, number + place / len(batches))
            for place, rows in enumerate(batches)
        ]
        self.done = number + 1
        self.spent += time.process_time() - start
        return sum(losses) / max(len(losses), 1)

    def _batches(self, count: int, rng: Random) -> Iterator[np.ndarray]:
        rows = list(range(count))
        rng.shuffle(rows)
        for start in range(0, count, self.config.batch):
            yield np.array(rows[start : start + self.config.batch])

    def _update(
        self, examples: Examples, rows: np.ndarray, rng: Random, shards: float
    ) -> float:
        torch = libraries()[0]
        things = examples.truths(rows)
        phrases = self.book.some(rng, things, self.config.phrases)
        truth = torch.from_numpy(self.book.truth(phrases, things))
        planes = stack(examples.near[rows], examples.far[rows], examples.facts[rows])
        pixels = _disturbed(pixels_of(planes), rng)
        ids = tokens_of(self.tokenizer, [each.text for each in phrases])
        loss = _loss(logits_of(self.network, *towers(self.network, pixels, ids)), truth)
        self.network.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        warm = min(1.0, (self.step + 1) / self.config.warmup)
        for optimiser, rate in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate * warm * _cosine(shards / self.whole)
            optimiser.step()
        self.step += 1
        return float(loss.detach())

    def keep(self) -> None:
        """Write the state, at once or not at all."""
        state = {
            "config": self._facts,
            "network": self.network.state_dict(),
            "optimisers": [each.state_dict() for each, _ in self.optimisers],
            "done": self.done,
            "step": self.step,
            "spent": self.spent,
        }
        beside = self._state.with_suffix(".tmp")
        libraries()[0].save(state, beside)
        beside.replace(self._state)

    def finish(self) -> Path:
        """Write the model in half precision, with what it was made of."""
        final = self.folder / "model"
        self.network.to(libraries()[0].float16).save_pretrained(final)
        self.tokenizer.save_pretrained(final)
        lexicon = self.book.lexicon
        names = tuple(noun.name for noun in lexicon.nouns)
        Vocabulary(names, lexicon.parts).save(final)
        facts = {
            "config": self._facts,
            "parameters": sum(each.numel() for each in self.network.parameters()),
            "steps": self.step,
            "cpu_minutes": round(self.spent / 60, 1),
        }
        (final / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
        return final


def _loss(logits: Any, truth: Any) -> Any:
    """Return the sigmoid loss over all pairs but those that may be true."""
    torch = libraries()[0]
    known = truth != 0.5
    wanted = truth[known].float()
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[known], wanted, reduction="none"
    )
    # True pairs are few; left alone they would be outshouted.
    weight = 1.0 + 3.0 * wanted
    return (weight * losses).sum() / weight.sum() * 10.0


def _disturbed(pixels: Any, rng: Random) -> Any:
    """Return pictures, some of them mirrored, in slightly other light."""
    torch = libraries()[0]
    count = len(pixels)
    flip = torch.tensor([rng.random() < 0.5 for _ in range(count)])
    own = pixels[:, :-1]
    own[flip] = own[flip].flip(-1)
    gain = torch.tensor([rng.uniform(0.88, 1.12) for _ in range(count)])
    for first in (0, 5):
        colour = pixels[:, first : first + 3]
        colour.add_(1.0).mul_(gain.view(-1, 1, 1, 1)).sub_(1.0).clamp_(-1.0, 1.0)
    return pixels


def _cosine(share: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * share))


def _optimisers(
    network: Any, config: GrounderTrainConfig
) -> tuple[tuple[Any, float], ...]:
    """Return optimisers and their rates: Muon for matrices, AdamW for the rest."""
    optim = libraries()[0].optim
    named = list(network.named_parameters())

    def hidden(name: str, weights: Any) -> bool:
        return weights.ndim == 2 and "embed" not in name

    matrices = [each for name, each in named if hidden(name, each)]
    others = [each for name, each in named if not hidden(name, each)]
    muon = optim.Muon(matrices, lr=config.matrix_rate, weight_decay=config.decay)
    adam = optim.AdamW(others, lr=config.rate, betas=(0.9, 0.98), weight_decay=0.0)
    return (muon, config.matrix_rate), (adam, config.rate)
