"""Reference programs as a writer: nothing of the instruction is left to understand.

With the simulator's masks besides, what fails is the task, the grasp or the motion.
"""

from planner.language.backend import Answer, Message, OnText, Usage
from planner.language.writer import Writer
from sims.tasks import Referenced, Task


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
    """Return a writer that knows the reference program of a suite's task."""
    assert isinstance(task, Referenced)
    return Writer(ReferenceBackend(task.reference()), repairs=0, samples=0)
