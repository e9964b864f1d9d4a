"""What one person told the robot, kept from program to program of their session."""

from dataclasses import dataclass, field

from planner.errors import ProgramFailedError

Fact = str | int | float

MOST_FACTS = 64
LONGEST_KEY = 60  # characters
LONGEST_VALUE = 200  # characters
LARGEST_NUMBER = 1e9


@dataclass(slots=True)
class Memory:
    """Short texts and numbers by name; what comes in is hostile until looked at."""

    _facts: dict[str, Fact] = field(default_factory=dict[str, Fact])

    def remember(self, key: object, value: object) -> None:
        """Keep a value under a name, in place of what was there.

        Raises:
            ProgramFailedError: Name or value is no short text or number, or there
                is no room left.
        """
        name, fact = _key(key), _fact(value)
        if name not in self._facts and len(self._facts) >= MOST_FACTS:
            raise ProgramFailedError(
                f"at most {MOST_FACTS} things are remembered; use a name again"
            )
        self._facts[name] = fact

    def recall(self, key: object) -> Fact | None:
        """Return what is kept under a name; None if there is nothing.

        Raises:
            ProgramFailedError: The name is no short text.
        """
        return self._facts.get(_key(key))

    def facts(self) -> dict[str, Fact]:
        """Return a copy of all that is kept."""
        return dict(self._facts)


def _key(sent: object) -> str:
    if not isinstance(sent, str) or not 0 < len(sent.strip()) <= LONGEST_KEY:
        raise ProgramFailedError(
            f"what is remembered has a name of 1 to {LONGEST_KEY} characters"
        )
    return sent.strip().lower()


def _fact(sent: object) -> Fact:
    if isinstance(sent, str) and len(sent) <= LONGEST_VALUE:
        return sent
    # The comparison refuses NaN, and integers too large to be a float.
    if isinstance(sent, int | float) and not isinstance(sent, bool):
        if -LARGEST_NUMBER <= sent <= LARGEST_NUMBER:
            return sent
    raise ProgramFailedError(
        f"only texts of at most {LONGEST_VALUE} characters and finite numbers are "
        "remembered"
    )
