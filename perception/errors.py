"""What perception can refuse, with the facts as attributes."""


class PerceptionError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidPoseError(PerceptionError):
    """A rigid transform that is none: wrong shape, not finite, not unit."""


class InvalidObservationError(PerceptionError):
    """An observation that cannot be used as it is."""


class ObjectNotFoundError(PerceptionError):
    """A phrase names nothing that is seen.

    Attributes:
        phrase: What was asked for.
        visible: Names of what is seen.
    """

    def __init__(self, phrase: str, visible: tuple[str, ...]):
        self.phrase = phrase
        self.visible = visible
        seen = ", ".join(visible) if visible else "nothing"
        super().__init__(f"no object '{phrase}' is seen; visible: {seen}")


class NothingHeldError(PerceptionError):
    """What is held is asked for, and nothing is."""

    def __init__(self) -> None:
        super().__init__("the hand holds nothing; pick up first what is meant")


class PhraseNotUnderstoodError(PerceptionError):
    """A phrase uses words that perception has no meaning for.

    Attributes:
        phrase: What was asked for.
        word: The word without a meaning.
        known: Words that could have stood there.
    """

    def __init__(self, phrase: str, word: str, known: tuple[str, ...]):
        self.phrase = phrase
        self.word = word
        self.known = known
        super().__init__(
            f"'{word}' in '{phrase}' means nothing here; known: {', '.join(known)}"
        )


class NoSurfaceError(PerceptionError):
    """No supporting surface is seen.

    Attributes:
        points: How many points share a height at most.
    """

    def __init__(self, points: int):
        self.points = points
        super().__init__(
            f"no table is seen: only {points} points in the workspace lie in one "
            "horizontal plane; check depth, intrinsics and camera poses"
        )
