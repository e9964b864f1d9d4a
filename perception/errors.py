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


class InvalidSettingError(PerceptionError):
    """A setting that cannot be."""


class InvalidPhraseError(PerceptionError):
    """A phrase that a model cannot be asked for.

    Attributes:
        phrase: What was asked for.
    """

    def __init__(self, phrase: str, why: str):
        self.phrase = phrase
        super().__init__(f"'{phrase}' cannot be looked for: {why}")


class NoDepthError(PerceptionError):
    """A colour image without depth: what is seen in it has no place.

    Attributes:
        camera: Name of the camera.
    """

    def __init__(self, camera: str):
        self.camera = camera
        super().__init__(
            f"camera '{camera}' has no depth at any pixel; send depth in metres that "
            "is aligned with its colour image, or leave the camera out"
        )


class MissingExtraError(PerceptionError):
    """An optional dependency is not installed.

    Attributes:
        module: What could not be imported.
        extra: Which extra of the distribution brings it.
    """

    def __init__(self, module: str, extra: str):
        self.module = module
        self.extra = extra
        super().__init__(
            f"{module} is not installed; run: pip install 'voxfield[{extra}]'"
        )


class ModelLoadError(PerceptionError):
    """A model that sees could not be loaded.

    Attributes:
        model: Folder or name.
    """

    def __init__(self, model: str, why: str):
        self.model = model
        super().__init__(
            f"the model '{model}' could not be loaded ({why}); name a folder with "
            "config.json, weights and preprocessor_config.json, or a model of the hub"
        )


class WrongModelError(ModelLoadError):
    """A model of an architecture that does something else.

    Attributes:
        model: Folder or name.
        architecture: What it is.
        known: What could stand there.
    """

    def __init__(self, model: str, architecture: str, known: tuple[str, ...]):
        self.architecture = architecture
        self.known = known
        super().__init__(
            model, f"its architecture is {architecture}, not {' or '.join(known)}"
        )


class ViewerUnavailableError(PerceptionError):
    """A vision-language model gave no answer.

    Attributes:
        model: Its name.
    """

    def __init__(self, model: str, why: str):
        self.model = model
        super().__init__(why)


class UnusableReplyError(PerceptionError):
    """A vision-language model did not say which marks phrases mean.

    Attributes:
        model: Its name.
        problems: What is wrong with its last reply, one clause a problem.
        asked: How often it was asked.
        reply: The last reply.
    """

    def __init__(self, model: str, problems: tuple[str, ...], asked: int, reply: str):
        self.model = model
        self.problems = problems
        self.asked = asked
        self.reply = reply
        times = f", asked {asked} times" if asked > 1 else ""
        super().__init__(
            f"'{model}' did not say which marks the phrases mean{times}: "
            f"{'; '.join(problems[:3])}; name a model that reads pictures and follows "
            "instructions, or ask for fewer things at once"
        )
