"""Pausing a running program at its calls to the host, and going on one by one.

The program hangs in the call meanwhile: nothing of it is run or written anew.
"""

import threading
from collections.abc import Callable
from enum import Enum
from typing import Protocol, runtime_checkable

from planner.events import Paused

# What the sandbox's calls are to a person, and which argument tells the line.
_CALLS: dict[str, tuple[str, int | None]] = {
    "_detect": ("detect", 1),
    "_find": ("detect", 1),
    "_hand": ("get_ee_pos", None),
    "_step": ("execute", 1),
    "_wait": ("wait_until", 0),
    "_say": ("say", 1),
    "_ask": ("ask", 1),
    "_remember": ("remember", 2),
    "_recall": ("recall", None),
    "_grasp_failed": ("grasp_failed", 1),
    "_write": ("composer", 2),
}


class Control(Enum):
    """What shall become of a running program."""

    PAUSE = "pause"
    STEP = "step"
    RESUME = "resume"


@runtime_checkable
class Holds(Protocol):
    """The part of a program's host that waits."""

    @property
    def moving(self) -> bool:
        """Whether a sub-task is under way."""
        ...

    @property
    def at_rest(self) -> bool:
        """Whether a motion that `hold` braked has ended."""
        ...

    def hold(self) -> None:
        """Brake and stay for one control period."""
        ...


class Stepper:
    """Decides before each call of one program whether it may go on."""

    def __init__(self, emit: Callable[[Paused], None]):
        self._emit = emit
        self._lock = threading.Lock()
        self._wanted = Control.RESUME

    def tell(self, control: Control) -> None:
        """Pause before the next call, let one go on, or resume; from any thread."""
        with self._lock:
            self._wanted = control

    def before_call(
        self,
        name: str,
        args: tuple[object, ...],
        host: Holds,
        keep: Callable[[], None],
    ) -> None:
        """Return when the program may make a call; its own thread waits here.

        A sub-task is one call from its first tick to its last, with all that its
        maps look for; only a pause comes in between.

        Args:
            name: Of the sandbox's call.
            args: Of it.
            host: What holds while the program waits.
            keep: Keeps the program before a long wait.
        """
        with self._lock:
            if self._wanted is Control.STEP and not host.moving:
                self._wanted = Control.PAUSE  # the one that was let go on is over
            if self._wanted is not Control.PAUSE:
                return
        keep()
        self._emit(_paused(name, args, moving=host.moving))
        while self._wanted is Control.PAUSE or not host.at_rest:
            host.hold()


def _paused(name: str, args: tuple[object, ...], *, moving: bool) -> Paused:
    call, place = _CALLS.get(name, (name.lstrip("_"), None))
    line = args[place] if place is not None and place < len(args) else 0
    known = isinstance(line, int) and 0 < line < 100_000
    return Paused(line if known and isinstance(line, int) else 0, call, moving)
