"""Which backend sees, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.perceiver import load_perceiver
from perception.backends.grounded import GroundedPerceiver
from perception.backends.hub.config import HubConfig
from perception.backends.hub.environment import (
    BASE_URL,
    MODEL,
    PHRASES,
    read_environment,
    read_grounder,
    read_phrases,
    read_viewer,
)
from perception.backends.hub.grounder import HubGrounder
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.drawing import check_pillow
from perception.backends.marks.grounder import MarksGrounder
from perception.backends.marks.kept import KeptViewer
from perception.backends.marks.viewer import Viewer
from perception.backends.segmentation import SegmentationPerceiver
from perception.backends.sparing import SparingPerceiver
from perception.errors import InvalidSettingError
from perception.perceiver import Perceiver

PerceiverName = Literal["segmentation", "embedded", "hub", "marks"]
OpenViewer = Callable[[MarksConfig], Viewer]


@dataclass(frozen=True, slots=True)
class PerceiverConfig:
    """Who finds the objects.

    Attributes:
        backend: `segmentation` of depth and colour, `embedded` for the small model
            that ships, models of the `hub`, or a vision-language
            model that is shown `marks`.
        phrases: `hub` and `marks`: what is looked for.
        hub: `hub`: the models.
        embedded: `embedded`: the model.
        marks: `marks`: the model, and what it is shown.
    """

    backend: PerceiverName = "segmentation"
    phrases: tuple[str, ...] = ()
    hub: HubConfig = field(default_factory=HubConfig)
    embedded: EmbeddedConfig = field(default_factory=EmbeddedConfig)
    marks: MarksConfig = field(default_factory=MarksConfig)


def perceiver_settings(backend: PerceiverName) -> PerceiverConfig:
    """Return the settings of a backend by name, the rest from the environment.

    `perception.backends.hub.environment` lists the variables.

    Raises:
        InvalidSettingError: A variable has no such value, or one that is needed is
            empty.
    """
    if backend == "segmentation":
        return PerceiverConfig()
    if backend == "embedded":
        return PerceiverConfig(backend, embedded=EmbeddedConfig(model=read_grounder()))
    phrases = read_phrases()
    if not phrases:
        raise InvalidSettingError(
            f"{PHRASES} is empty; name what programs may ask for, with commas "
            "between: 'mug, fork, drawer, drawer handle'"
        )
    if backend == "marks":
        marks = read_viewer()
        if not marks.model:
            raise InvalidSettingError(
                f"{MODEL} is empty; set it to the name of a model that reads pictures, "
                f"and {BASE_URL} to its endpoint if that is not OpenAI's"
            )
        return PerceiverConfig(backend, phrases, marks=marks)
    return PerceiverConfig(backend, phrases, read_environment()[0])


def make_perceiver(
    config: PerceiverConfig, open_viewer: OpenViewer | None = None
) -> Perceiver:
    """Return the perceiver of some settings; models stay loaded for the next one.

    Args:
        config: The settings.
        open_viewer: `marks`: makes what asks the model.

    Raises:
        InvalidSettingError: Nothing can ask a model that is shown marks.
        MissingExtraError: An extra that the backend needs is not installed.
        ModelLoadError: There is no such model or device, or files are missing.
    """
    if config.backend == "segmentation":
        return SegmentationPerceiver()
    if config.backend == "embedded":
        return _embedded(config.embedded)
    if config.backend == "marks":
        if open_viewer is None:
            raise InvalidSettingError(
                "'marks' needs a model that looks at pictures, and none was given"
            )
        check_pillow()
        viewer = open_viewer(config.marks)
        if config.marks.keep:
            viewer = KeptViewer(viewer, Path(config.marks.keep))
        shown = MarksGrounder(viewer, config.marks)
        slow = GroundedPerceiver(shown, config.phrases, config=config.marks.fusion)
        return SparingPerceiver(slow, slow.rest, config.marks.sparing)
    grounder = _grounder(config.hub)
    return GroundedPerceiver(grounder, config.phrases, config=config.hub.fusion)


@lru_cache(maxsize=1)
def _embedded(config: EmbeddedConfig) -> Perceiver:
    return load_perceiver(config)


@lru_cache(maxsize=1)
def _grounder(config: HubConfig) -> HubGrounder:
    return HubGrounder.load(config)
