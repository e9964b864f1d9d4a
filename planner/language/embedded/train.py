"""Trains the embedded writer: `voxfield train writer`.

Sentences and programs are made while training, a chunk of them from its number and the
seed alone, so a killed run goes on where it stopped and the same seed gives the same
weights. One thread: the machine's other cores are left alone, and sums stay in order.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from planner.errors import MissingExtraError
from planner.language.embedded.instructions import Instruction, instruction
from planner.language.embedded.outside import outside
from planner.language.embedded.tokens import (
    BEGIN,
    END,
    OUTSIDE,
    SEPARATOR,
    make_tokenizer,
    written_down,
)
from planner.language.library import Library, load_library
from planner.language.meaning import Meaning

log = logging.getLogger(__name__)

_IGNORED = -100  # label of what no loss is taken of


@dataclass(frozen=True, slots=True)
class WriterTrainConfig:
    """What is trained, and for how long.

    Attributes:
        seed: Of data, weights and order.
        chunks: Of `chunk` sentences each; an epoch has no meaning here.
        chunk: Sentences that are made and sorted by length at once.
        batch_tokens: Padded tokens of a batch.
        outside: Share of sentences outside the world of the table.
        width: Of the hidden states.
        layers: Of the network.
        heads: Of each layer.
        inner: Width of the feed-forward part.
        rate: Highest learning rate.
        warmup: Steps until it is reached.
        decay: Weight decay.
        longest: Tokens of sentence and program; longer pairs are left out.
        vocabulary: Sentences that the tokenizer is made of.
    """

    seed: int = 0
    chunks: int = 200
    chunk: int = 4096
    batch_tokens: int = 6144
    outside: float = 0.12
    width: int = 192
    layers: int = 4
    heads: int = 6
    inner: int = 512
    rate: float = 2e-3
    warmup: int = 400
    decay: float = 0.05
    longest: int = 240
    vocabulary: int = 60_000


def train_writer(
    config: WriterTrainConfig,
    folder: Path,
    *,
    progress: Callable[[str], None] = log.info,
) -> Path:
    """Train, resuming what `folder` holds; return the folder of the finished model.

    Raises:
        MissingExtraError: torch or transformers is not installed.
    """
    try:
        import torch  # noqa: PLC0415
        import transformers  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "torch", "models") from error
    torch.set_num_threads(1)
    torch.manual_seed(config.seed)
    torch.use_deterministic_algorithms(True)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(config, folder, transformers)
    model = _model(config, len(tokenizer), transformers)
    batches = _Batches(config, tokenizer)
    optimiser = torch.optim.AdamW(
        _groups(model, config.decay), lr=config.rate, betas=(0.9, 0.98), eps=1e-8
    )
    kept, done, spent, step = folder / "state.pt", 0, 0.0, 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        done, spent, step = state["done"], state["spent"], state["step"]
    for number in range(done, config.chunks):
        start, losses = time.process_time(), []
        chunk = list(batches.of(number))
        for place, (ids, labels) in enumerate(chunk):
            share = (number + place / len(chunk)) / config.chunks
            rate = config.rate * min(1.0, (step + 1) / config.warmup) * _cosine(share)
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss = _loss(model, ids, labels)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            losses.append(float(loss.detach()))
            step += 1
        spent += time.process_time() - start
        progress(
            f"chunk {number + 1}/{config.chunks}, step {step}, loss "
            f"{sum(losses) / len(losses):.4f}, {spent / 60:.1f} CPU minutes"
        )
        state = {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "done": number + 1,
            "spent": spent,
            "step": step,
        }
        torch.save(state, kept.with_suffix(".tmp"))
        kept.with_suffix(".tmp").replace(kept)
    return _finish(model, tokenizer, config, folder, spent)


def _loss(model: Any, ids: Any, labels: Any) -> Any:
    """Return the mean loss over the tokens of programs.

    Sequences are padded at their ends and attention looks back only, so no mask is
    needed; the vocabulary is looked at where a program token comes next.
    """
    import torch  # noqa: PLC0415

    with torch.autocast("cpu", torch.bfloat16):
        states = model.model(input_ids=ids).last_hidden_state[:, :-1]
        wanted = labels[:, 1:]
        known = wanted != _IGNORED
        logits = model.lm_head(states[known])
    return torch.nn.functional.cross_entropy(logits.float(), wanted[known])


def _cosine(share: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * share))


def _groups(model: Any, decay: float) -> list[dict[str, Any]]:
    matrices = [each for each in model.parameters() if each.ndim > 1]
    others = [each for each in model.parameters() if each.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


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


def chunk_rng(config: WriterTrainConfig, number: int) -> Random:
    """Return what everything in a chunk follows from."""
    return Random(f"writer {config.seed} {number}")


def examples(config: WriterTrainConfig, rng: Random) -> Iterator[Instruction]:
    """Yield the sentences of a chunk, in the order they are made."""
    for _ in range(config.chunk):
        yield outside(rng) if rng.random() < config.outside else instruction(rng)


@dataclass(frozen=True)
class _Batches:
    """Makes the batches of a chunk from its number."""

    config: WriterTrainConfig
    tokenizer: Any

    def of(self, number: int) -> Iterator[tuple[Any, Any]]:
        """Yield token ids and labels, both (batch, length), padded at the end."""
        import torch  # noqa: PLC0415

        rng = chunk_rng(self.config, number)
        pairs = sorted(self._pairs(rng), key=lambda each: len(each[0]) + len(each[1]))
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for pair in pairs:
            length = len(pair[0]) + len(pair[1])
            if (len(groups[-1]) + 1) * length > self.config.batch_tokens:
                groups.append([])
            groups[-1].append(pair)
        rng.shuffle(groups)
        for group in groups:
            longest = max(len(a) + len(b) for a, b in group)
            ids = torch.zeros((len(group), longest), dtype=torch.long)
            labels = torch.full_like(ids, _IGNORED)
            for row, (asked, answer) in enumerate(group):
                both = len(asked) + len(answer)
                ids[row, :both] = torch.tensor(asked + answer)
                labels[row, len(asked) : both] = torch.tensor(answer)
            yield ids, labels

    def _pairs(self, rng: Random) -> Iterator[tuple[list[int], list[int]]]:
        library = load_library()
        encode = self.tokenizer.backend_tokenizer.encode
        for made in examples(self.config, rng):
            answer = OUTSIDE if made.meaning is None else _whole(library, made.meaning)
            asked = encode(BEGIN + written_down(made.text) + SEPARATOR).ids
            written = encode(answer + END).ids
            if len(asked) + len(written) <= self.config.longest:
                yield asked, written


def _whole(library: Library, meaning: Meaning) -> str:
    # Every step ends alike, the last one too.
    return library.program(meaning) + "\n"


def _finish(
    model: Any, tokenizer: Any, config: WriterTrainConfig, folder: Path, spent: float
) -> Path:
    import torch  # noqa: PLC0415

    final = folder / "model"
    model.to(torch.float16).save_pretrained(final)
    tokenizer.save_pretrained(final)
    facts = {"config": asdict(config), "cpu_minutes": round(spent / 60, 1)}
    (final / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
    return final
