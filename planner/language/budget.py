"""What may be spent on the language model for one instruction.

Nobody can know beforehand how long an answer gets, so a call is refused when its
prompt and the longest answer it allows would not fit into what is left. A prompt is
taken to have a token for every three bytes, which is more than usual tokenizers make.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.errors import BudgetError, InvalidRequestError, PlanningError
from planner.language.backend import Answer, Backend, Message, OnText, Usage

_BYTES_A_TOKEN = 3
_TOKENS_A_MESSAGE = 4
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class BudgetConfig:
    """Limits for one instruction; None where there is none.

    Attributes:
        most_tokens: Read and written.
        most_seconds: Waiting for the model; ends an answer under way, too.
        most_cost: In the currency of the prices.
        price_in: Of a million tokens read.
        price_out: Of a million tokens written.
    """

    most_tokens: int | None = None
    most_seconds: float | None = None
    most_cost: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0

    def __post_init__(self):
        if self.most_cost is not None and not (self.price_in or self.price_out):
            raise InvalidRequestError(
                "a limit of cost needs the prices of a million tokens: set "
                "VOXFIELD_LLM_PRICE_IN and VOXFIELD_LLM_PRICE_OUT"
            )

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the price of so many tokens."""
        read = self.price_in * prompt_tokens
        return (read + self.price_out * completion_tokens) / _MILLION


class Budgeted:
    """A backend whose answers are priced, added up, and refused in time."""

    def __init__(
        self,
        backend: Backend,
        config: BudgetConfig,
        clock: Callable[[], float] = time.perf_counter,
    ):
        self._backend = backend
        self._config = config
        self._clock = clock
        self.total = Usage()

    @property
    def name(self) -> str:
        """The backend's name."""
        return self._backend.name

    @property
    def cacheable(self) -> bool:
        """Whether the backend's answers are worth keeping."""
        return self._backend.cacheable

    @property
    def parameters(self) -> dict[str, str]:
        """What decides the backend's answers."""
        return self._backend.parameters

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the backend's answer with its price.

        Raises:
            BudgetError: It would, or did, take more than may be spent.
            PlanningError: There is none.
        """
        guess = _tokens(messages)
        self._admit(guess)
        start = self._clock()

        def tell(piece: str) -> None:
            self._check_seconds(self.total.seconds + self._clock() - start)
            if on_text is not None:
                on_text(piece)

        limited = self._config.most_seconds is not None
        try:
            answer = self._backend.complete(messages, tell if limited else on_text)
        except PlanningError:
            model = self.parameters.get("model", "")
            seconds = self._clock() - start
            self.total += Usage(self.name, model, calls=1, seconds=seconds)
            self._check_seconds(self.total.seconds)
            raise
        usage = self._priced(answer, guess)
        self.total += usage
        return replace(answer, usage=usage)

    def _admit(self, prompt_tokens: int) -> None:
        config, total = self._config, self.total
        answer_tokens = int(self.parameters.get("max_tokens", "0"))
        most = config.most_tokens
        if most is not None and total.tokens + prompt_tokens + answer_tokens > most:
            raise BudgetError("tokens", float(most), float(total.tokens))
        self._check_seconds(total.seconds)
        cost = config.cost(prompt_tokens, answer_tokens)
        if config.most_cost is not None and total.cost + cost > config.most_cost:
            raise BudgetError("cost", config.most_cost, total.cost)

    def _check_seconds(self, spent: float) -> None:
        most = self._config.most_seconds
        if most is not None and spent >= most:
            raise BudgetError("seconds", most, spent)

    def _priced(self, answer: Answer, guess: int) -> Usage:
        usage = answer.usage
        if usage.calls and not usage.tokens:  # the model does not tell
            written = _tokens((Message("assistant", answer.text),))
            usage = replace(usage, prompt_tokens=guess, completion_tokens=written)
        price = self._config.cost(usage.prompt_tokens, usage.completion_tokens)
        return replace(usage, cost=usage.cost + price)


def _tokens(messages: tuple[Message, ...]) -> int:
    """Return no fewer tokens than the messages usually have."""
    return sum(
        _TOKENS_A_MESSAGE - -len(each.content.encode()) // _BYTES_A_TOKEN
        for each in messages
    )
