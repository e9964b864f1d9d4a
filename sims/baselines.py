"""Reference programs as a writer: nothing of the instruction is left to understand.

With the simulator's masks besides, what fails is the task, the grasp or the motion.
"""

from collections.abc import Iterable

from planner.errors import PlanningError
from planner.language.backend import Answer, Message, OnText, Usage
from planner.language.writer import Writer
from sims.blocks.reference import reference_program
from sims.blocks.task import BlocksTask
from sims.blocks.templates import ENTRIES
from sims.tasks import Task


class NoReferenceError(PlanningError):
    """Tasks have no reference program.

    Attributes:
        tasks: Their names.
    """

    stage = "program"
    reason = "NO_REFERENCE"

    def __init__(self, tasks: tuple[str, ...]):
        self.tasks = tasks
        super().__init__(
            f"there is no reference program for {', '.join(tasks)}; every task of the "
            "suite voxposer-blocks has one"
        )


class ReferenceBackend:
    """Answers every conversation with one program."""

    name = "reference"
    cacheable = False

    def __init__(self, program: str):
        self._program = program

    @property
    def parameters(self) -> dict[str, str]:
        """What decides the answer."""
        return {"backend": self.name}

    def complete(
        self, messages: tuple[Message, ...], on_text: OnText | None = None
    ) -> Answer:
        """Return the program, whatever was asked."""
        del messages
        if on_text is not None:
            on_text(self._program)
        return Answer(self._program, Usage(self.name))


def reference_writer(task: Task) -> Writer:
    """Return a writer that knows the reference program of a task.

    Raises:
        NoReferenceError: It has none.
    """
    if not isinstance(task, BlocksTask):
        raise NoReferenceError((task.name,))
    program = reference_program(task.entry.template.name, task.wish)
    return Writer(ReferenceBackend(program), repairs=0, samples=0)


def check_references(names: Iterable[str]) -> None:
    """Return if every task of these names has a reference program.

    Raises:
        NoReferenceError: Some have none; it names all of them.
    """
    without = tuple(n for n in names if n not in ENTRIES)
    if without:
        raise NoReferenceError(without)
