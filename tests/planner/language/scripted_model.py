"""A language model that answers from a list."""

from planner.errors import WriterUnavailableError
from planner.language.backend import Answer, Usage


class ScriptedModel:
    name = "scripted"
    cacheable = True

    def __init__(self, *answers, model="scripted-1"):
        self.answers = list(answers)
        self.asked = []
        self.parameters = {"backend": self.name, "model": model}

    def complete(self, messages, on_text=None):
        self.asked.append(messages)
        if not self.answers:
            raise WriterUnavailableError("nothing left to say")
        text = self.answers.pop(0)
        if on_text is not None:
            for piece in text:
                on_text(piece)
        return Answer(text, Usage(self.name, self.parameters["model"], 1, 10, 2))
