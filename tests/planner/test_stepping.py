import pytest

from planner.events import Paused
from planner.language.answers import HOST_CALLS
from planner.language.api import FUNCTIONS
from planner.stepping import _CALLS, Control, Stepper


class Host:
    """Holds, and hears a control after some periods of it."""

    def __init__(self, stepper, controls=(), rests_after=0):
        self.stepper, self.controls = stepper, list(controls)
        self.moving, self.held, self.rests_after = False, 0, rests_after

    @property
    def at_rest(self):
        return self.held >= self.rests_after

    def hold(self):
        self.held += 1
        if self.controls:
            self.stepper.tell(self.controls.pop(0))


def kept():
    """Stand in for what keeps a program that waits."""


@pytest.fixture
def paused():
    return []


@pytest.fixture
def stepper(paused):
    return Stepper(paused.append)


def test_a_program_that_nobody_pauses_runs_on(stepper, paused):
    host = Host(stepper)
    for _ in range(3):
        stepper.before_call("_say", ("hello", 3), host, kept)
    assert (paused, host.held) == ([], 0)


def test_a_paused_program_waits_before_its_call_until_it_is_resumed(stepper, paused):
    host = Host(stepper, [Control.PAUSE, Control.PAUSE, Control.RESUME])
    stepper.tell(Control.PAUSE)
    stepper.before_call("_detect", ("red block", 4), host, kept)
    stepper.before_call("_say", ("hello", 5), host, kept)
    assert paused == [Paused(4, "detect", moving=False)]
    assert host.held == 3


def test_a_program_is_kept_when_it_waits_and_only_then(stepper):
    kept = []
    stepper.before_call("_say", ("x", 1), Host(stepper), lambda: kept.append(1))
    stepper.tell(Control.PAUSE)
    host = Host(stepper, [Control.RESUME])
    stepper.before_call("_say", ("x", 2), host, lambda: kept.append(2))
    assert kept == [2]


def test_a_step_lets_one_call_go_on(stepper, paused):
    host = Host(stepper, [Control.STEP, Control.STEP, Control.RESUME])
    stepper.tell(Control.PAUSE)
    for line in range(1, 6):
        stepper.before_call("_say", ("hello", line), host, kept)
    assert [each.line for each in paused] == [1, 2, 3]


def test_a_step_into_a_sub_task_ends_with_it(stepper, paused):
    host = Host(stepper, [Control.STEP, Control.RESUME])
    stepper.tell(Control.PAUSE)
    stepper.before_call("_step", (0, 7, "gripper", []), host, kept)
    host.moving = True  # from its first tick on
    for name in ("_detect", "_step", "_detect", "_step"):
        stepper.before_call(name, ("x", 2), host, kept)
    host.moving = False
    stepper.before_call("_say", ("done", 8), host, kept)
    assert [(each.line, each.call) for each in paused] == [(7, "execute"), (8, "say")]


def test_a_pause_comes_in_the_middle_of_a_sub_task(stepper, paused):
    host = Host(stepper, [Control.RESUME])
    host.moving = True
    stepper.tell(Control.PAUSE)
    stepper.before_call("_step", (0, 7, "gripper", []), host, kept)
    assert paused == [Paused(7, "execute", moving=True)]


def test_a_program_goes_on_only_once_the_arm_is_at_rest(stepper):
    host = Host(stepper, [Control.RESUME], rests_after=5)
    stepper.tell(Control.PAUSE)
    stepper.before_call("_wait", (7,), host, kept)
    assert host.held == 5


@pytest.mark.parametrize("line", ["7", None, -3, 10**9, 1.5])
def test_a_line_that_a_program_forged_is_unknown(stepper, paused, line):
    stepper.tell(Control.PAUSE)
    stepper.before_call("_say", ("x", line), Host(stepper, [Control.RESUME]), kept)
    stepper.tell(Control.PAUSE)
    stepper.before_call("_say", (), Host(stepper, [Control.RESUME]), kept)
    assert [each.line for each in paused] == [0, 0]


def test_every_call_of_the_sandbox_has_a_name_that_programs_know():
    assert set(_CALLS) == set(HOST_CALLS)
    for name, (call, line) in _CALLS.items():
        assert call in FUNCTIONS
        assert line is None or line < HOST_CALLS[name]
