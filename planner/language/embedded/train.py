"""Trains the embedded writer: `voxfield train writer`.

Sentences and programs are made while training, a chunk of them from its number and the
seed alone, so a killed run goes on where it stopped and the same seed gives the same
weights. One thread: the machine's other cores are left alone, and sums stay in order.
"""

import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.errors import InvalidRequestError
from planner.language.embedded.corpus import IGNORED, Batches, WriterTrainConfig
from planner.language.embedded.tokens import make_tokenizer
from planner.language.local_backend import libraries

log = logging.getLogger(__name__)


def train_writer(
    config: WriterTrainConfig,
    folder: Path,
    *,
    progress: Callable[[str], None] = log.info,
) -> Path:
    """Train, resuming what `folder` holds; return the folder of the finished model.

    Args:
        config: What is trained.
        folder: Where the state is kept after every chunk.
        progress: Gets a line a chunk.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InvalidRequestError: The folder holds a run of another configuration.
    """
    run = _Run.begin(config, folder)
    for number in range(run.done, config.chunks):
        loss = run.learn(number)
        progress(
            f"chunk {number + 1}/{config.chunks}, step {run.step}, loss {loss:.4f}, "
            f"{run.spent / 60:.1f} CPU minutes"
        )
        run.keep()
    return run.finish()


@dataclass(slots=True)
class _Run:
    """A training run and how far it has come.

    Attributes:
        config: What is trained.
        folder: Where it is kept.
        model: The network.
        tokenizer: Its tokenizer.
        optimisers: Each with its highest learning rate.
        done: Chunks.
        step: Updates.
        spent: CPU time, [s].
    """

    config: WriterTrainConfig
    folder: Path
    model: Any
    tokenizer: Any
    optimisers: tuple[tuple[Any, float], ...]
    done: int = 0
    step: int = 0
    spent: float = 0.0

    @classmethod
    def begin(cls, config: WriterTrainConfig, folder: Path) -> "_Run":
        """Return a new run, or the one that a folder holds."""
        torch, transformers = libraries()
        torch.set_num_threads(1)
        torch.manual_seed(config.seed)
        torch.use_deterministic_algorithms(True)
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = _tokenizer(config, folder, transformers)
        model = _model(config, len(tokenizer), transformers)
        run = cls(config, folder, model, tokenizer, _optimisers(model, config))
        if run._state.exists():
            run._resume(torch.load(run._state, weights_only=True))
        return run

    @property
    def _state(self) -> Path:
        return self.folder / "state.pt"

    def _resume(self, state: dict[str, Any]) -> None:
        if state["config"] != asdict(self.config):
            raise InvalidRequestError(
                f"'{self.folder}' holds a run of another configuration: choose "
                "another folder, or the configuration it was begun with"
            )
        self.model.load_state_dict(state["model"])
        for (each, _), kept in zip(self.optimisers, state["optimisers"], strict=True):
            each.load_state_dict(kept)
        self.done, self.step, self.spent = state["done"], state["step"], state["spent"]

    def learn(self, number: int) -> float:
        """Learn a chunk; return the mean of its losses."""
        start = time.process_time()
        chunk = list(Batches(self.config, self.tokenizer).of(number))
        losses = [
            self._update(ids, labels, (number + place / len(chunk)))
            for place, (ids, labels) in enumerate(chunk)
        ]
        self.done = number + 1
        self.spent += time.process_time() - start
        return sum(losses) / len(losses)

    def _update(self, ids: Any, labels: Any, chunks: float) -> float:
        config, torch = self.config, libraries()[0]
        warm = min(1.0, (self.step + 1) / config.warmup)
        loss = _loss(self.model, ids, labels)
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser, rate in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate * warm * _cosine(chunks / config.chunks)
            optimiser.step()
        self.step += 1
        return float(loss.detach())

    def keep(self) -> None:
        """Write the state, at once or not at all."""
        state = {
            "config": asdict(self.config),
            "model": self.model.state_dict(),
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
        self.model.to(libraries()[0].float16).save_pretrained(final)
        self.tokenizer.save_pretrained(final)
        facts = {
            "config": asdict(self.config),
            "steps": self.step,
            "cpu_minutes": round(self.spent / 60, 1),
        }
        (final / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
        return final


def _loss(model: Any, ids: Any, labels: Any) -> Any:
    """Return the mean loss over the tokens of programs.

    Sequences are padded at their ends and attention looks back only, so no mask is
    needed; the vocabulary is looked at where a program token comes next.
    """
    torch = libraries()[0]
    with torch.autocast("cpu", torch.bfloat16):
        states = model.model(input_ids=ids).last_hidden_state[:, :-1]
        wanted = labels[:, 1:]
        known = wanted != IGNORED
        logits = model.lm_head(states[known])
    return torch.nn.functional.cross_entropy(logits.float(), wanted[known])


def _cosine(share: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * share))


def _optimisers(model: Any, config: WriterTrainConfig) -> tuple[tuple[Any, float], ...]:
    """Return optimisers and their rates: Muon for matrices, AdamW for the rest.

    Muon (Jordan et al., 2024) comes to the same loss in about four fifths of the steps
    that AdamW takes here; it is made for hidden matrices alone.
    """
    optim = libraries()[0].optim
    named = list(model.named_parameters())
    matrices = [each for name, each in named if each.ndim > 1 and "embed" not in name]
    others = [each for name, each in named if each.ndim <= 1 or "embed" in name]
    muon = optim.Muon(matrices, lr=config.matrix_rate, weight_decay=config.decay)
    adam = optim.AdamW(others, lr=config.rate, betas=(0.9, 0.98), weight_decay=0.0)
    return (muon, config.matrix_rate), (adam, config.rate)


def _tokenizer(config: WriterTrainConfig, folder: Path, transformers: Any) -> Any:
    if (folder / "tokenizer.json").exists():
        return transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer = make_tokenizer(config.seed, sentences=config.vocabulary)
    tokenizer.save_pretrained(folder)
    return tokenizer


def _model(config: WriterTrainConfig, size: int, transformers: Any) -> Any:
    tokens = {"bos_token_id": 1, "eos_token_id": 3, "pad_token_id": 0}
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=math.ceil(size / 64) * 64,
            hidden_size=config.width,
            intermediate_size=config.inner,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            num_key_value_heads=config.heads,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            attn_implementation="sdpa",
            **tokens,
        )
    )
