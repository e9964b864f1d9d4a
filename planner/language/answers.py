"""Answers what a running program asks of its host, within a budget.

Everything a program sends is hostile: kinds, counts and lengths are looked at
here, maps in `map_api`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from perception.errors import PerceptionError
from planner.errors import (
    CancelledError,
    GraspFailedError,
    PlanningError,
    ProgramFailedError,
    ProgramLimitError,
    StaleObservationError,
    TimeLimitError,
    UnknownObjectError,
)
from planner.language.host import ExecuteCall, HandState, ProgramHost
from planner.language.kinds import PARTS, map_function
from planner.language.map_api import MapDecoder
from planner.language.objects import (
    HAND_WORDS,
    TABLE_WORDS,
    Seen,
    Wire,
    hand_wire,
    plain,
    table_wire,
)
from planner.language.program import PartWriter
from planner.language.rewrite import rewrite
from planner.printable import printable

# A program may handle other failures; these end it at once.
FATAL = (ProgramLimitError, TimeLimitError, CancelledError, StaleObservationError)

# What the prelude calls, with the number of arguments.
HOST_CALLS = {
    "_detect": 2,
    "_find": 2,
    "_hand": 0,
    "_step": 4,
    "_wait": 1,
    "_say": 2,
    "_ask": 2,
    "_remember": 3,
    "_recall": 1,
    "_grasp_failed": 2,
    "_write": 3,
}

LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a program may ask for.

    Attributes:
        calls_per_tick: Host calls between two ticks of motion.
        ticks: Control periods in all.
        subtasks: Calls of `execute` in all.
        questions: To the person, in all.
        parts: Programs that are written for it while it runs, in all.
    """

    calls_per_tick: int = 200
    ticks: int = 100_000
    subtasks: int = 500
    questions: int = 20
    parts: int = 60


@dataclass(slots=True)
class Answers:
    """The host side of one run.

    Attributes:
        host: Where detections and motion come from.
        budget: What the program may ask for.
        open_value: 1 where a program writes 1 for open.
        failures: Errors that went into the program, by their sentence.
        subtasks: Calls of `execute` so far.
        ticks: Control periods so far.
        questions: Asked so far.
        parts: Who writes what the program asks for in words.
        written: Parts so far.
    """

    host: ProgramHost
    budget: Budget
    open_value: int = 1
    failures: dict[str, PlanningError | PerceptionError] = field(
        default_factory=dict[str, PlanningError | PerceptionError]
    )
    subtasks: int = 0
    ticks: int = 0
    questions: int = 0
    parts: PartWriter | None = None
    written: int = 0
    _calls: int = 0
    _seen: dict[int, Seen] = field(default_factory=dict[int, Seen])
    _start: HandState | None = None
    _told: dict[int, str] = field(default_factory=dict[int, str])

    def answer(self, name: str, args: tuple[object, ...]) -> object:
        """Return what one of `HOST_CALLS` gives.

        Raises:
            PlanningError: To go into the program, or if in `FATAL` to end it.
            PerceptionError: To go into the program.
        """
        self._calls += 1
        if self._calls > self.budget.calls_per_tick:
            raise ProgramLimitError(
                f"more than {self.budget.calls_per_tick} calls without any motion"
            )
        if len(args) != HOST_CALLS[name]:
            raise ProgramFailedError(f"{name} was called with {len(args)} arguments")
        functions: dict[str, Callable[..., object]] = {
            "_detect": self._detect,
            "_find": self._find,
            "_hand": self._hand,
            "_step": self._step,
            "_wait": self._wait,
            "_say": self._say,
            "_ask": self._ask,
            "_remember": self._remember,
            "_recall": self.host.memory.recall,
            "_grasp_failed": self._grasp_failed,
            "_write": self._write,
        }
        try:
            return functions[name](*args)
        except ProgramFailedError:
            raise  # the sandbox knows its line
        except (PlanningError, PerceptionError) as error:
            self.failures[str(error)] = error
            raise

    def _detect(self, phrase: object, line: object) -> list[Wire]:
        text = _text(phrase)
        found = self._look(text)
        names = ", ".join(str(each["name"]) for each in found)
        self._tell(line, f"'{text}' is {names}")
        return found

    def _find(self, phrase: object, line: object) -> list[Wire]:
        text = _text(phrase)
        try:
            found = self._look(text)
        except UnknownObjectError:
            found = []
        names = ", ".join(str(each["name"]) for each in found)
        self._tell(line, f"'{text}' is {names}" if found else f"no '{text}' is seen")
        return found

    def _look(self, text: str) -> list[Wire]:
        words, grid, hand = plain(text), self.host.grid, self.host.hand()
        if words in HAND_WORDS:
            return [hand_wire(hand, grid)]
        if words in TABLE_WORDS:
            return [table_wire(self.host.table_height(), grid)]
        wires: list[Wire] = []
        for thing in self.host.detect(text):
            before = self._seen.get(thing.id)
            if before is None or before.thing is not thing:
                self._seen[thing.id] = Seen(thing, grid)
            wires.append(self._seen[thing.id].wire(hand))
        if not wires:
            raise UnknownObjectError(f"no object '{text}' is seen", text, ())
        return wires

    def _hand(self) -> Wire:
        hand = self.host.hand()
        wire = hand_wire(hand, self.host.grid)
        return {
            "position": wire["position"],
            "wxyz": wire["grasp_quat"],
            "holding": hand.holding,
            "open": hand.gripper_open,
        }

    def _step(self, index: object, line: object, movable: object, maps: object) -> bool:
        whole = isinstance(index, int) and not isinstance(index, bool)
        if whole and index == self.subtasks:
            self.subtasks += 1
            self._start = self.host.hand()
        elif not whole or index != self.subtasks - 1 or self._start is None:
            raise ProgramFailedError("execute was called out of order")
        self._check_budget()
        decoder = MapDecoder(
            self.host.grid,
            self._seen,
            self._start,
            self.host.table_height(),
            self.open_value,
        )
        name = _text(movable)
        call = ExecuteCall(
            self.subtasks - 1,
            _line(line),
            "gripper" if plain(name) in HAND_WORDS else name,
            decoder.maps(maps),
        )
        try:
            done = self.host.step(call)
        except PlanningError as error:
            self._tell(line, f"failed: {error}")
            raise
        self._count_tick()
        if done:
            self._tell(line, "done")
        return done

    def _count_tick(self) -> None:
        # Only time that passed counts: a step that failed took none.
        self._calls = 0
        self.ticks += 1

    def _check_budget(self) -> None:
        if self.ticks >= self.budget.ticks:
            raise ProgramLimitError(f"more than {self.budget.ticks} ticks of motion")
        if self.subtasks > self.budget.subtasks:
            raise ProgramLimitError(f"more than {self.budget.subtasks} sub-tasks")

    def _wait(self, line: object) -> float:
        self._check_budget()
        self._tell(line, "waiting")
        passed = self.host.wait()
        self._count_tick()
        return passed

    def _ask(self, text: object, line: object) -> str:
        question = _text(text)
        self.questions += 1
        if self.questions > self.budget.questions:
            raise ProgramLimitError(f"more than {self.budget.questions} questions")
        answer = self.host.ask(question)[:LONGEST_TEXT]
        self._tell(line, f"'{question}' was answered '{answer}'")
        return answer

    def _remember(self, key: object, value: object, line: object) -> None:
        self.host.memory.remember(key, value)
        self._tell(line, f"remembered: {key} is {value}")

    def _say(self, text: object, line: object) -> None:
        said = _text(text)
        self._tell(line, said)
        self.host.say(said)

    def _grasp_failed(self, name: object, line: object) -> None:
        text = f"the fingers closed on nothing where '{_text(name)}' should be"
        self._tell(line, text)
        raise GraspFailedError(text)

    # --- parts that are written while the program runs

    def _write(self, kind: object, text: object, line: object) -> str:
        wanted = PARTS.get(kind) if isinstance(kind, str) else None
        if wanted is None:
            raise ProgramFailedError(f"a part is one of {', '.join(PARTS)}")
        asked = _text(text)
        if self.parts is None:
            raise ProgramFailedError(
                f"nobody is here to write '{asked}'; say it in Python"
            )
        self.written += 1
        if self.written > self.budget.parts:
            raise ProgramLimitError(f"more than {self.budget.parts} parts")
        self._tell(line, f"writing the {wanted} part '{asked}'")
        source = self.parts.write_part(wanted, asked)
        if wanted != "composer":
            source = map_function(source)
        return rewrite(source, _line(line))

    def _tell(self, line: object, text: str) -> None:
        # Map functions run at every tick: what they say is told when it changes.
        number, text = _line(line), printable(text)
        if number and self._told.get(number) != text:
            self._told[number] = text
            self.host.line(number, text)


def _text(sent: object) -> str:
    if not isinstance(sent, str):
        raise ProgramFailedError(f"a text was wanted, not {type(sent).__name__}")
    if not sent.strip() or len(sent) > LONGEST_TEXT:
        raise ProgramFailedError(f"a text has 1 to {LONGEST_TEXT} characters")
    return printable(sent)


def _line(sent: object) -> int:
    good = isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < 100_000
    return sent if good and isinstance(sent, int) else 0
