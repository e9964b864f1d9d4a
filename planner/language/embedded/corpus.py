"""What the embedded writer is trained on: chunks of sentences with their programs.

A chunk follows from its number and the seed alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any

from planner.language.embedded.instructions import Instruction, instruction
from planner.language.embedded.outside import outside
from planner.language.embedded.tokens import (
    BEGIN,
    END,
    OUTSIDE,
    SEPARATOR,
    written_down,
)
from planner.language.library import Library, load_library
from planner.language.meaning import Meaning

IGNORED = -100  # label of what no loss is taken of


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
        rate: Highest learning rate, of embeddings and norms.
        matrix_rate: The same, of the matrices between them.
        warmup: Steps until it is reached.
        decay: Weight decay.
        longest: Tokens of sentence and program; longer pairs are left out.
        vocabulary: Sentences that the tokenizer is made of.
    """

    seed: int = 0
    chunks: int = 105
    chunk: int = 4096
    batch_tokens: int = 4096
    outside: float = 0.15
    width: int = 192
    layers: int = 4
    heads: int = 6
    inner: int = 512
    rate: float = 2e-3
    matrix_rate: float = 2e-2
    warmup: int = 400
    decay: float = 0.05
    longest: int = 240
    vocabulary: int = 60_000


def chunk_rng(config: WriterTrainConfig, number: int) -> Random:
    """Return what everything in a chunk follows from."""
    return Random(f"writer {config.seed} {number}")


def examples(config: WriterTrainConfig, rng: Random) -> Iterator[Instruction]:
    """Yield the sentences of a chunk, in the order they are made."""
    for _ in range(config.chunk):
        yield outside(rng) if rng.random() < config.outside else instruction(rng)


@dataclass(frozen=True)
class Batches:
    """Makes the batches of a chunk from its number."""

    config: WriterTrainConfig
    tokenizer: Any

    def of(self, number: int) -> Iterator[tuple[Any, Any]]:
        """Yield token ids and labels, both (batch, length), padded at the end."""
        torch = import_module("torch")
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
            labels = torch.full_like(ids, IGNORED)
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
