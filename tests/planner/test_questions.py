import pytest

from planner.errors import InvalidRequestError, NoAnswerError, UnknownQuestionError
from planner.events import Asked
from planner.questions import LONGEST_ANSWER, Questions


class Person:
    """Answers after some periods of holding, on a clock of its own."""

    def __init__(self, reply=None, after=0):
        self.time, self.asked = 0.0, []
        self.questions = Questions(self.asked.append, 10.0, lambda: self.time)
        self.reply, self.after = reply, after

    def hold(self):
        self.time += 1.0
        if self.reply is not None and self.time > self.after:
            self.reply(self.questions)

    def ask(self, text="which one?"):
        return self.questions.ask(text, self.hold)


def test_the_answer_comes_back_and_time_passes_until_it_does():
    person = Person(lambda questions: questions.answer(1, " the left one "), after=4)
    assert person.ask() == "the left one"
    assert person.asked == [Asked(1, "which one?", 10.0)]
    assert person.time == 5.0


def test_silence_ends_in_an_error_that_says_how_long_it_lasted():
    person = Person()
    with pytest.raises(NoAnswerError, match=r"which one.*within 10 s"):
        person.ask()
    assert 10.0 <= person.time <= 11.0


def test_whoever_declines_says_why():
    person = Person(lambda questions: questions.decline(1, "no terminal"))
    with pytest.raises(NoAnswerError, match="no terminal") as failure:
        person.ask()
    assert failure.value.question == "which one?"


def test_an_answer_that_comes_too_late_or_twice_is_passed_over():
    person = Person()
    with pytest.raises(NoAnswerError):
        person.ask()
    person.questions.answer(1, "too late")
    person.reply = lambda questions: (
        questions.answer(1, "of the first"),
        questions.answer(2, "first"),
        questions.answer(2, "second"),
    )
    assert person.ask("and now?") == "first"


@pytest.mark.parametrize("number", [0, 1, 7])
def test_an_answer_to_nothing_is_refused(number):
    person = Person()
    with pytest.raises(UnknownQuestionError, match="question"):
        person.questions.answer(number, "yes")
    with pytest.raises(UnknownQuestionError):
        person.questions.decline(number, "no")


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_ANSWER + 1)])
def test_an_answer_without_words_or_without_end_is_refused(text):
    with pytest.raises(InvalidRequestError, match="characters"):
        Person().questions.answer(1, text)
