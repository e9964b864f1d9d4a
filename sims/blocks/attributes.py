"""The words that fill the templates, parted into seen and unseen.

Seen ones may occur in prompts and example libraries, unseen ones may not. Colours,
distances and the two kinds of table regions are VoxPoser's (arXiv 2307.05973, table
4 and its simulation prompts). Its unseen velocities, prepositions and deictic words
are not public: those here are ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Velocity:
    """A way to say a speed, and the factor on the usual speed that it means."""

    words: str
    factor: float


@dataclass(frozen=True, slots=True)
class Preposition:
    """A side of an object.

    Attributes:
        place: As a goal: "move to `the left of` the block".
        stay: As a constraint: "while staying `on the left of` the block".
        side: Word of `perception.directions`.
    """

    place: str
    stay: str
    side: str


@dataclass(frozen=True, slots=True)
class Deixis:
    """Which drawer of three is meant.

    Attributes:
        words: What is said.
        stacked: Whether the three stand on each other; side by side otherwise.
        index: Counted from the bottom, or from the left of who faces the robot.
    """

    words: str
    stacked: bool
    index: int


@dataclass(frozen=True, slots=True)
class Attributes:
    """One half of the words.

    Attributes:
        colours: Of blocks and lines.
        distances: [cm].
        velocities: Speeds.
        regions: Of the table.
        prepositions: Sides of a block.
        deixis: Drawers.
    """

    colours: tuple[str, ...]
    distances: tuple[int, ...]
    velocities: tuple[Velocity, ...]
    regions: tuple[str, ...]
    prepositions: tuple[Preposition, ...]
    deixis: tuple[Deixis, ...]


SEEN = Attributes(
    colours=("blue", "green", "yellow", "pink", "brown"),
    distances=(3, 5, 7, 9, 11),
    velocities=(
        Velocity("faster speed", 1.5),
        Velocity("a quarter of the speed", 0.25),
    ),
    regions=("left side", "right side", "front side", "back side"),
    prepositions=(
        Preposition("the left of", "on the left of", "left"),
        Preposition("the right of", "on the right of", "right"),
        Preposition("the front side of", "on the front side of", "front"),
        Preposition("behind", "behind", "back"),
        Preposition("on top of", "on top of", "top"),
    ),
    deixis=(
        Deixis("topmost", True, 2),
        Deixis("second to the bottom", True, 1),
        Deixis("second to the left", False, 1),
        Deixis("rightmost", False, 2),
    ),
)
UNSEEN = Attributes(
    colours=("red", "orange", "purple", "cyan", "gray"),
    distances=(4, 6, 8, 10),
    velocities=(
        Velocity("twice the speed", 2.0),
        Velocity("half of the speed", 0.5),
    ),
    regions=(
        "front left corner",
        "front right corner",
        "back left corner",
        "back right corner",
    ),
    prepositions=(
        Preposition("the left side of", "on the left side of", "left"),
        Preposition("the right side of", "on the right side of", "right"),
        Preposition("in front of", "in front of", "front"),
        Preposition("the back side of", "on the back side of", "back"),
        Preposition("above", "above", "top"),
    ),
    deixis=(
        Deixis("bottommost", True, 0),
        Deixis("second to the top", True, 1),
        Deixis("second to the right", False, 1),
        Deixis("leftmost", False, 0),
    ),
)
