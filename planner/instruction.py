"""The instruction: what a person said, looked at once wherever it comes in."""

from planner.errors import EmptyInstructionError, InvalidRequestError

LONGEST = 500  # characters


def sentence_of(instruction: str) -> str:
    """Return the words on one line.

    Raises:
        EmptyInstructionError: There are no words in it.
        InvalidRequestError: It is too long.
    """
    sentence = " ".join(instruction.split())
    if not any(each.isalnum() for each in sentence):
        raise EmptyInstructionError(
            "the instruction is empty; say what to do, for example "
            "'put the red block in the blue bowl'"
        )
    if len(sentence) > LONGEST:
        raise InvalidRequestError(
            f"the instruction has {len(sentence)} characters; say it in {LONGEST}"
        )
    return sentence
