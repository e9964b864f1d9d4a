"""The default backend: the small model that ships with Voxfield.

It is loaded by the class that loads any local model. What it may write is constrained
to programs of the example library and names of the sentence; where it is not sure, it
says so and offers what it does understand.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from planner.errors import MissingExtraError, NotUnderstoodError
from planner.language.backend import Answer, Message, OnText
from planner.language.embedded.constraint import grammar_for
from planner.language.local_backend import LocalBackend, LocalConfig, LocalModel
from planner.language.offers import offers, seen_in
from planner.language.prompt import QUERY, asked

OFFERS = 3
# Below this probability of its least certain token an answer is not trusted: it costs
# one right answer in fifty, and keeps the hand from every tenth of the wrong ones.
SURE = 0.5
# Temperature of the answers after the first, which did not pass a check.
_AGAIN = 0.7


def shipped() -> Path:
    """Return the folder of the model that ships with this package."""
    return Path(str(files("planner.language.embedded") / "data" / "model"))


@dataclass(slots=True)
class Guard:
    """Keeps one answer to a grammar, and how sure the model was of it.

    It is a `transformers` logits processor.

    Attributes:
        matcher: llguidance's, at the start of the answer.
        prompt: Tokens before the answer.
        fill: Writes the mask of what may come next.
        mask: Bits, one a token of the vocabulary.
        sure: Probability of the least certain token so far, the grammar aside.
    """

    matcher: Any
    prompt: int
    fill: Callable[[Any, Any], None]
    mask: Any
    sure: float = 1.0
    _seen: int = 0
    _before: Any = None

    def __call__(self, ids: Any, scores: Any) -> Any:
        """Return the scores of the next token with what is not allowed at -inf."""
        if self._seen < ids.shape[1] - self.prompt:
            self._note(int(ids[0, -1]))
        self._before = scores[0].float().log_softmax(-1)
        self.fill(self.matcher, self.mask)
        allowed = _allowed(self.mask, scores.shape[-1])
        return scores.masked_fill(~allowed, -math.inf)

    def _note(self, token: int) -> None:
        self._seen += 1
        if self._before is not None:
            self.sure = min(self.sure, math.exp(float(self._before[token])))
        self.matcher.consume_token(token)


def _allowed(mask: Any, size: int) -> Any:
    torch = import_module("torch")
    shifts = torch.arange(32, dtype=torch.int32)
    return ((mask[0][:, None] >> shifts) & 1).bool().flatten()[:size]


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedBackend:
    """Writes with the shipped model.

    Attributes:
        local: The model.
        grammar: Tokenizer of the constraint.
        sure: Least probability of a token that is trusted.
    """

    local: LocalBackend
    grammar: Any = field(repr=False)
    sure: float = SURE

    name = "embedded"
    # Writing takes no longer than looking it up, and an old answer would outlive a
    # new model.
    cacheable = False

    @classmethod
    def load(
        cls, folder: Path | None = None, *, sure: float = SURE
    ) -> "EmbeddedBackend":
        """Return the backend of the shipped model, or of another one trained alike.

        Raises:
            MissingExtraError: The extra `voxfield[models]` is not installed.
            ModelLoadError: The folder holds no model.
        """
        config = LocalConfig(
            str(folder or shipped()), dtype="float32", max_new_tokens=220
        )
        model = LocalModel.load(config)
        if folder is None:
            model = replace(model, name="shipped")
        try:
            reader = import_module("llguidance.hf")
        except ModuleNotFoundError as error:
            raise MissingExtraError(error.name or "llguidance", "models") from None
        size = int(model.model.config.vocab_size)
        grammar = reader.from_tokenizer(model.tokenizer, n_vocab=size)
        return cls(LocalBackend(model, config, name=cls.name), grammar, sure)

    @property
    def parameters(self) -> dict[str, str]:
        """All that decides the answer."""
        return {**self.local.parameters, "sure": str(self.sure)}

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the program of the last query.

        Raises:
            NotUnderstoodError: It is outside the model's world, or the model is not
                sure of its answer.
        """
        sentence = asked(messages)
        # After each answer that did not pass, another one is sampled.
        tried = sum(m.role == "user" and QUERY not in m.content for m in messages)
        answer, sure = self.answer(sentence, seed=tried)
        if not answer.text.strip() or sure < self.sure:
            known = offers(sentence, seen_in(messages), OFFERS)
            raise NotUnderstoodError(sentence, known)
        if on_text is not None:
            on_text(answer.text)
        return answer

    def answer(self, sentence: str, *, seed: int = 0) -> tuple[Answer, float]:
        """Return what the model makes of a sentence, and how sure it is.

        Args:
            sentence: What was said.
            seed: 0 for the most likely program; others sample.
        """
        guards: list[Guard] = []

        def guard(prompt: int) -> tuple[Guard, ...]:
            guards.append(self._guard(sentence, prompt))
            return tuple(guards)

        config = self.local.config
        if seed:
            config = replace(config, temperature=_AGAIN, seed=seed)
        backend = replace(self.local, config=config, processors=guard)
        answer = backend.complete((Message("user", sentence),))
        return answer, guards[-1].sure

    def _guard(self, sentence: str, prompt: int) -> Guard:
        llguidance, masks = (
            import_module("llguidance"),
            import_module("llguidance.torch"),
        )
        grammar = llguidance.LLMatcher.grammar_from_lark(grammar_for(sentence))
        matcher = llguidance.LLMatcher(self.grammar, grammar)
        size = int(self.local.model.model.config.vocab_size)
        return Guard(
            matcher,
            prompt,
            lambda matcher, mask: masks.fill_next_token_bitmask(matcher, mask, 0),
            masks.allocate_token_bitmask(1, size),
        )
