"""A model behind a server that reads the marked pictures it is sent."""

from planner.language.backend import Answer, Usage
from tests.perception.marks.eyes import Eyes


class SeeingModel:
    """Answers from the pictures and the text of a request, and from nothing else."""

    name = "seeing"

    def __init__(self, where=(), *replies):
        self.eyes = Eyes(where, *replies)

    def complete(self, messages, on_text=None):
        first, *rest = messages
        talk = [first.content, *(each.content for each in rest)]
        text = self.eyes.answer(first.pictures, talk)
        if on_text is not None:
            for start in range(0, len(text), 8):
                on_text(text[start : start + 8])
        return Answer(text, Usage("seeing", "seeing", 1, 900, len(text) // 4))
