"""The embedded grounder's model in memory: looks of proposals, and texts about them."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from perception.backends.embedded.crops import PLANES, Crops, S
from perception.backends.embedded.network import LONGEST, pixels_of, tokens_of
from perception.backends.hub.config import ModelSource
from perception.backends.hub.loading import libraries, load_tokenizer, load_weights
from perception.errors import ModelLoadError
from perception.scene import Object3D, Reader

KINDS: Mapping[str, str] = {"siglip": "AutoModelForZeroShotImageClassification"}
TEXTS = 4096  # vectors of texts that are kept
BATCH = 64  # crops that are looked at together
VOCABULARY = "vocabulary.json"


def shipped() -> Path:
    """Return the folder of the model that ships with this package."""
    return Path(str(files("perception.backends.embedded") / "data" / "model"))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a model calls things of its own accord.

    Attributes:
        nouns: What things are.
        hanging: Nouns of parts to those of what they are parts of.
    """

    nouns: tuple[str, ...]
    hanging: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Return what a folder holds beside a model.

        Raises:
            ModelLoadError: It holds none.
        """
        try:
            told = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            hanging = {part: tuple(of) for part, of in told["parts"].items()}
            return cls(tuple(told["nouns"]), hanging)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelLoadError(str(folder), f"{VOCABULARY}: {error}") from error

    def save(self, folder: Path) -> None:
        """Write it beside a model."""
        told = {"nouns": self.nouns, "parts": dict(self.hanging)}
        text = json.dumps(told, indent=1, sort_keys=True) + "\n"
        (folder / VOCABULARY).write_text(text, encoding="utf-8")


@runtime_checkable
class Looker(Reader, Protocol):
    """Knows things by their looks."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What it calls things of its own accord."""
        ...

    def looks(self, crops: Crops, count: int) -> Float[np.ndarray, "p d"]:
        """Return what each of `count` proposals looks like, over all its views."""
        ...

    def likely(
        self, texts: Sequence[str], looks: Float[np.ndarray, "n d"]
    ) -> Float[np.ndarray, "t n"]:
        """Return how likely each text is true of each look."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LookModel:
    """A SigLIP that knows things by their looks (`Looker`).

    Attributes:
        network: A `SiglipModel`.
        tokenizer: Its tokenizer.
        vocabulary: What it calls things of its own accord.
        texts: Vectors of texts that were read before.
        lock: Held while it reads: tokenizers do not bear two callers.
    """

    network: Any = field(repr=False)
    tokenizer: Any = field(repr=False)
    vocabulary: Vocabulary
    texts: dict[str, np.ndarray] = field(default_factory=dict[str, Any], repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> "LookModel":
        """Return the shipped model, or another one trained alike.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            WrongModelError: The model is no SigLIP.
            ModelLoadError: The folder holds no model, or one that sees otherwise.
        """
        folder = folder or shipped()
        source = ModelSource(str(folder), dtype="float32")
        network = load_weights(source, KINDS).model
        sight, reading = network.config.vision_config, network.config.text_config
        wanted = (PLANES, S, LONGEST)
        has = sight.num_channels, sight.image_size, reading.max_position_embeddings
        if has != wanted:
            why = f"its planes, their side and longest text are {has}, not {wanted}"
            raise ModelLoadError(str(folder), why)
        tokenizer = load_tokenizer(source, int(reading.vocab_size))
        return cls(network, tokenizer, Vocabulary.load(folder))

    def looks(self, crops: Crops, count: int) -> Float[np.ndarray, "p d"]:
        """Return what each of `count` proposals looks like, over all its views.

        A view counts by the root of the pixels it has; without any, a look is zero.
        """
        torch = libraries()[0]
        planes = crops.planes()
        width = int(self.network.config.vision_config.hidden_size)
        summed, weight = np.zeros((count, width), np.float32), np.zeros(count)
        with self.lock, torch.inference_mode():
            for start in range(0, len(crops), BATCH):
                some = slice(start, start + BATCH)
                pixels = pixels_of(planes[some])
                seen = self.network.vision_model(pixel_values=pixels).pooler_output
                seen = seen / seen.norm(dim=-1, keepdim=True)
                share = np.sqrt(crops.pixels[some])
                np.add.at(summed, crops.proposal[some], share[:, None] * seen.numpy())
                np.add.at(weight, crops.proposal[some], share)
        return summed / np.maximum(weight, 1e-9)[:, None].astype(np.float32)

    def likely(
        self, texts: Sequence[str], looks: Float[np.ndarray, "n d"]
    ) -> Float[np.ndarray, "t n"]:
        """Return how likely each text is true of each look."""
        words = np.stack([self._vector(text) for text in self._known(texts)])
        slope = float(self.network.logit_scale.exp().detach())
        level = float(self.network.logit_bias.detach())
        return 1.0 / (1.0 + np.exp(-(slope * words @ looks.T + level)))

    def read(
        self, texts: Sequence[str], things: Sequence[Object3D]
    ) -> Float[np.ndarray, "t n"]:
        """Return how likely each text is true of each thing, 0 without a look."""
        likely = np.zeros((len(texts), len(things)))
        seen = [i for i, each in enumerate(things) if each.look is not None]
        if seen and texts:
            looks = np.stack(
                [look for i in seen if (look := things[i].look) is not None]
            )
            likely[:, seen] = self.likely(texts, looks)
        return likely

    def _known(self, texts: Sequence[str]) -> Sequence[str]:
        """Read what was not read before, all at once."""
        new = [text for text in dict.fromkeys(texts) if text not in self.texts]
        if new:
            torch = libraries()[0]
            with self.lock, torch.inference_mode():
                ids = tokens_of(self.tokenizer, new)
                words = self.network.text_model(input_ids=ids).pooler_output
                words = (words / words.norm(dim=-1, keepdim=True)).numpy()
            if len(self.texts) + len(new) > TEXTS:
                self.texts.clear()
            self.texts.update(zip(new, words, strict=True))
        return texts

    def _vector(self, text: str) -> np.ndarray:
        return self.texts[text]
