"""Language models that run here: any causal model `transformers` can load.

A model is a folder or a name on the Hugging Face hub; what is in the hub's cache is
taken from there without asking the network. A tokenizer without a chat template is
spoken to in plain text: the contents of the messages, a blank line between two, and
an answer ends where the next query would begin.
"""

import importlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from perception.checkpoints import FAILURES, first_line, loaded
from planner.errors import (
    InvalidRequestError,
    MissingExtraError,
    ModelLoadError,
    WriterUnavailableError,
)
from planner.language.backend import Answer, Message, OnText, Usage
from planner.language.prompt import OBJECTS, QUERY
from planner.language.spoken import Spoken

DTYPES = ("auto", "float32", "bfloat16", "float16")

# Gets the prompt's length in tokens; gives what may change the scores of the next
# token (`transformers.LogitsProcessor`), fresh for each answer.
Processors = Callable[[int], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """A model and how it writes.

    Attributes:
        model: Folder, or name on the hub.
        revision: Of a name on the hub.
        device: `cpu`, `cuda`, `cuda:1`, `mps`.
        dtype: Of the weights, one of `DTYPES`; `auto` as they were saved.
        max_new_tokens: Of an answer.
        temperature: 0 for the most likely token each time.
        seed: Of the sampling; the same request gives the same answer.
        stop: Texts that end an answer and do not belong to it.
    """

    model: str
    revision: str | None = None
    device: str = "cpu"
    dtype: str = "auto"
    max_new_tokens: int = 1000
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()

    def __post_init__(self):
        if self.dtype not in DTYPES:
            raise InvalidRequestError(
                f"dtype '{self.dtype}' is none of {', '.join(DTYPES)}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class LocalModel:
    """Weights and tokenizer in memory; one answer at a time.

    Attributes:
        name: Folder or name it was loaded from.
        model: A causal `transformers` model.
        tokenizer: Its tokenizer.
        lock: Held while it writes.
    """

    name: str
    model: Any = field(repr=False)
    tokenizer: Any = field(repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, config: LocalConfig) -> "LocalModel":
        """Return the model of a configuration.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            ModelLoadError: There is no such model, or no such device.
        """
        torch, transformers = libraries()
        place = config.model, config.revision
        try:
            tokenizer = loaded(transformers.AutoTokenizer.from_pretrained, *place)
            model = loaded(
                transformers.AutoModelForCausalLM.from_pretrained,
                *place,
                dtype=config.dtype,
            )
            model = model.to(torch.device(config.device)).eval()
        except FAILURES as error:
            raise ModelLoadError(config.model, first_line(error)) from error
        return cls(config.model, model, tokenizer)

    @property
    def longest(self) -> int | None:
        """Tokens it can read and write in all, if it says so."""
        return getattr(self.model.config, "max_position_embeddings", None)


@dataclass(frozen=True, slots=True)
class LocalBackend:
    """A model in memory as a backend.

    Attributes:
        model: What writes.
        config: How.
        processors: Constrains the tokens of each answer.
        name: What stands in reports.
    """

    model: LocalModel
    config: LocalConfig
    processors: Processors | None = None
    name: str = "local"
    cacheable: bool = True

    @classmethod
    def load(cls, config: LocalConfig) -> "LocalBackend":
        """Return the backend of a model by name or folder.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            ModelLoadError: There is no such model, or no such device.
        """
        return cls(LocalModel.load(config), config)

    @property
    def parameters(self) -> dict[str, str]:
        """All that decides the answer."""
        config = self.config
        return {
            "backend": self.name,
            "model": self.model.name,
            "weights": _fingerprint(config),
            "dtype": config.dtype,
            "temperature": str(config.temperature),
            "seed": str(config.seed),
            "max_tokens": str(config.max_new_tokens),
            "stop": repr(config.stop),
        }

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return what the model writes.

        Raises:
            WriterUnavailableError: The conversation is too long for it.
        """
        start = time.perf_counter()
        tokenizer = self.model.tokenizer
        plain = not getattr(tokenizer, "chat_template", None)
        prompt, stops = self._prompt(messages, plain=plain)
        # A template has all special tokens in it already.
        ids = tokenizer(prompt, return_tensors="pt", add_special_tokens=plain)
        count = int(ids["input_ids"].shape[1])
        room = self._room(count)
        spoken = Spoken(stops, on_text)
        with self.model.lock:
            written, ended = self._generate(ids, room, spoken)
        return Answer(
            spoken.finish(),
            Usage(
                self.name,
                self.model.name,
                calls=1,
                prompt_tokens=count,
                completion_tokens=written,
                seconds=time.perf_counter() - start,
            ),
            truncated=not ended and not spoken.stopped,
        )

    def _prompt(
        self, messages: tuple[Message, ...], *, plain: bool
    ) -> tuple[str, tuple[str, ...]]:
        """Return what the model reads, and what ends its answer."""
        tokenizer, stops = self.model.tokenizer, self.config.stop
        if plain:
            text = "\n\n".join(each.content for each in messages) + "\n\n"
            return text, (*stops, QUERY, OBJECTS)
        return _templated(tokenizer, messages), stops

    def _room(self, count: int) -> int:
        longest, most = self.model.longest, self.config.max_new_tokens
        if longest is not None and count >= longest:
            raise WriterUnavailableError(
                f"the prompt has {count} tokens and '{self.model.name}' reads "
                f"{longest}: show it fewer examples, or choose another model"
            )
        return most if longest is None else min(most, longest - count)

    def _generate(self, ids: Any, room: int, spoken: Spoken) -> tuple[int, bool]:
        """Write; return the number of tokens and whether the model ended by itself."""
        torch, transformers = libraries()
        model, tokenizer = self.model.model, self.model.tokenizer
        count = int(ids["input_ids"].shape[1])
        telling = _telling(transformers, tokenizer, count, spoken)
        sampled = self.config.temperature > 0.0
        ends = _ends(model, tokenizer)
        settings: dict[str, Any] = {
            "do_sample": sampled,
            "max_new_tokens": room,
            "eos_token_id": ends or None,
        }
        if sampled:
            settings |= {"temperature": self.config.temperature, "top_k": 0}
        if tokenizer.pad_token_id is None:
            settings["pad_token_id"] = tokenizer.eos_token_id
        constraints = self.processors(count) if self.processors else ()
        with torch.inference_mode(), torch.random.fork_rng(enabled=sampled):
            if sampled:
                torch.manual_seed(self.config.seed)
            out = model.generate(
                **ids.to(model.device),
                **settings,
                logits_processor=transformers.LogitsProcessorList(constraints),
                stopping_criteria=transformers.StoppingCriteriaList([telling]),
            )
        spoken.hear(tokenizer.decode(out[0, count:], skip_special_tokens=True))
        return int(out.shape[1]) - count, int(out[0, -1]) in ends


def libraries() -> tuple[ModuleType, ModuleType]:
    """Return torch and transformers.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
    """
    # They take seconds to import, and many never need them.
    try:
        return importlib.import_module("torch"), importlib.import_module("transformers")
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "transformers", "models") from None


def _templated(tokenizer: Any, messages: tuple[Message, ...]) -> str:
    errors = importlib.import_module("jinja2.exceptions")
    said = [{"role": each.role, "content": each.content} for each in messages]
    try:
        text = tokenizer.apply_chat_template(
            said, tokenize=False, add_generation_prompt=True
        )
    except errors.TemplateError:
        # Some templates know no system role: what it says goes before the question.
        first, second, *rest = said
        joined = {
            "role": "user",
            "content": f"{first['content']}\n\n{second['content']}",
        }
        text = tokenizer.apply_chat_template(
            [joined, *rest], tokenize=False, add_generation_prompt=True
        )
    return str(text)


def _telling(
    transformers: ModuleType, tokenizer: Any, count: int, spoken: Spoken
) -> Any:
    """Return a stopping criterion that tells the text as it grows."""

    class Telling(transformers.StoppingCriteria):
        def __call__(self, ids: Any, scores: Any, **rest: Any) -> Any:
            del scores, rest
            if spoken.listens:
                text = tokenizer.decode(ids[0, count:], skip_special_tokens=True)
                spoken.hear(text)
            return ids.new_full((len(ids),), spoken.stopped, dtype=bool_)

    bool_ = importlib.import_module("torch").bool
    return Telling()


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """Return the tokens that end an answer: the model's, and the turn's in a chat."""
    ends = model.generation_config.eos_token_id
    listed = cast("list[int | None]", ends if isinstance(ends, list) else [ends])
    both = {*listed, cast("int | None", tokenizer.eos_token_id)}
    return sorted(each for each in both if each is not None)


def _fingerprint(config: LocalConfig) -> str:
    """Return what changes when the files of a folder do."""
    folder = Path(config.model)
    if not folder.is_dir():
        return config.revision or "main"
    facts = [(path, path.stat()) for path in sorted(folder.iterdir())]
    return ";".join(f"{p.name}:{s.st_size}:{s.st_mtime_ns}" for p, s in facts)
