import pytest

from planner.errors import BudgetError, InvalidRequestError, WriterUnavailableError
from planner.language.backend import Answer, Message, Usage
from planner.language.budget import BudgetConfig, Budgeted

ASK = (Message("user", "a" * 294),)  # 98 tokens and 4 for the message


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Model:
    """Answers with two pieces, half of `seconds` before each."""

    name = "model"
    cacheable = True

    def __init__(self, clock, usage=None, seconds=1.0, error=None):
        self.parameters = {"model": "m", "max_tokens": "100"}
        self.calls = 0
        self._clock, self._seconds, self._error = clock, seconds, error
        self._usage = usage or Usage("model", "m", 1, 50, 50)

    def complete(self, messages, on_text=None):
        self.calls += 1
        for piece in ("he", "llo"):
            self._clock.now += self._seconds / 2
            if on_text is not None:
                on_text(piece)
        if self._error is not None:
            raise self._error
        return Answer("hello", self._usage)


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize(("most", "calls"), [(201, 0), (202, 1), (302, 2), (402, 3)])
def test_a_call_that_might_exceed_the_tokens_is_not_made(most, calls, clock):
    model = Model(clock)
    backend = Budgeted(model, BudgetConfig(most_tokens=most), clock)
    with pytest.raises(BudgetError) as caught:
        for _ in range(5):
            backend.complete(ASK)
    assert model.calls == calls
    assert (caught.value.what, caught.value.spent) == ("tokens", 100 * calls)
    assert (caught.value.stage, caught.value.reason) == (
        "understand",
        "LANGUAGE_BUDGET",
    )


def test_cost_is_that_of_the_tokens_and_is_kept(clock):
    model = Model(clock)
    config = BudgetConfig(most_cost=0.35, price_in=1000.0, price_out=1000.0)
    backend = Budgeted(model, config, clock)
    assert backend.complete(ASK).usage.cost == pytest.approx(0.1)
    backend.complete(ASK)
    with pytest.raises(BudgetError, match="VOXFIELD_LLM_MOST_COST"):
        backend.complete(ASK)
    assert backend.total.cost == pytest.approx(0.2)


def test_an_answer_under_way_ends_when_the_time_is_up(clock):
    told = []
    backend = Budgeted(Model(clock, seconds=8), BudgetConfig(most_seconds=6.0), clock)
    with pytest.raises(BudgetError, match="seconds"):
        backend.complete(ASK, told.append)
    assert told == ["he"]
    with pytest.raises(BudgetError):
        backend.complete(ASK)


def test_what_a_model_does_not_tell_is_estimated(clock):
    backend = Budgeted(Model(clock, Usage("model", "m", 1)), BudgetConfig(), clock)
    usage = backend.complete(ASK).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (102, 6)


def test_a_replayed_answer_costs_nothing(clock):
    usage = Usage("replay", "m", 0)
    config = BudgetConfig(price_in=1.0, price_out=1.0)
    assert Budgeted(Model(clock, usage), config, clock).complete(ASK).usage == usage


def test_a_call_that_failed_took_its_time(clock):
    error = WriterUnavailableError("no")
    backend = Budgeted(Model(clock, error=error), BudgetConfig(), clock)
    with pytest.raises(WriterUnavailableError):
        backend.complete(ASK)
    assert (backend.total.calls, backend.total.seconds) == (1, 1.0)


def test_a_limit_on_cost_needs_prices():
    with pytest.raises(InvalidRequestError, match="VOXFIELD_LLM_PRICE_IN"):
        BudgetConfig(most_cost=1.0)
