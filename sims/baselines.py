"""Control arms: what else may carry out the tasks of a benchmark.

The expert sees with the simulator's masks and follows the reference program of the
task. What it fails at, the task, the grasp or the motion is to blame for.
"""

from planner.errors import PlanningError
from planner.language.backend import Answer, Message, OnText, Usage
from planner.language.writer import Writer
from sims.blocks.reference import reference_program
from sims.blocks.task import BlocksTask
from sims.tasks import Task


class NoReferenceError(PlanningError):
    """The task has no reference program for the expert to follow."""

    stage = "program"
    reason = "NO_REFERENCE"


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


def expert_writer(task: Task) -> Writer:
    """Return a writer that knows the reference program of a task.

    Raises:
        NoReferenceError: It has none.
    """
    if not isinstance(task, BlocksTask):
        raise NoReferenceError(
            f"'{task.name}' has no reference program; the expert carries out the "
            "suite voxposer-blocks"
        )
    program = reference_program(task.entry.template.name, task.wish)
    return Writer(ReferenceBackend(program), repairs=0, samples=0)
