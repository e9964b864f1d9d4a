"""Which backend sees, by name."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from perception.backends.embedded.config import EmbeddedConfig
from perception.backends.embedded.model import shipped
from perception.backends.embedded.perceiver import load_perceiver
from perception.backends.grounded import GroundedPerceiver
from perception.backends.hub.config import HubConfig
from perception.backends.hub.environment import (
    GROUNDER,
    PHRASES,
    read_environment,
    read_grounder,
)
from perception.backends.hub.grounder import HubGrounder
from perception.backends.segmentation import SegmentationPerceiver
from perception.errors import InvalidSettingError
from perception.perceiver import Perceiver

PerceiverName = Literal["segmentation", "embedded", "hub"]


@dataclass(frozen=True, slots=True)
class PerceiverConfig:
    """Who finds the objects.

    Attributes:
        backend: `segmentation` of depth and colour, `embedded` for the small model
            of `voxfield train grounder`, or models of the `hub`.
        phrases: `hub`: what is looked for.
        hub: `hub`: the models.
        embedded: `embedded`: the model.
    """

    backend: PerceiverName = "segmentation"
    phrases: tuple[str, ...] = ()
    hub: HubConfig = field(default_factory=HubConfig)
    embedded: EmbeddedConfig = field(default_factory=EmbeddedConfig)


def perceiver_settings(backend: PerceiverName) -> PerceiverConfig:
    """Return the settings of a backend by name, the rest from the environment.

    `perception.backends.hub.environment` lists the variables.

    Raises:
        InvalidSettingError: A variable has no such value, or there is no phrase.
    """
    if backend == "segmentation":
        return PerceiverConfig()
    if backend == "embedded":
        folder = read_grounder()
        if not folder and not shipped().is_dir():
            raise InvalidSettingError(
                f"no model of the embedded perceiver ships yet; train one with "
                f"`voxfield train grounder --out DIR` and set {GROUNDER} to its folder"
            )
        return PerceiverConfig(backend, embedded=EmbeddedConfig(model=folder))
    hub, phrases = read_environment()
    if not phrases:
        raise InvalidSettingError(
            f"{PHRASES} is empty; name what programs may ask for, with commas "
            "between: 'mug, fork, drawer, drawer handle'"
        )
    return PerceiverConfig(backend, phrases, hub)


def make_perceiver(config: PerceiverConfig) -> Perceiver:
    """Return the perceiver of some settings; models stay loaded for the next one.

    Raises:
        MissingExtraError: The extra `voxfield[models]` is not installed.
        ModelLoadError: There is no such model or device, or files are missing.
    """
    if config.backend == "segmentation":
        return SegmentationPerceiver()
    if config.backend == "embedded":
        return _embedded(config.embedded)
    grounder = _grounder(config.hub)
    return GroundedPerceiver(grounder, config.phrases, config=config.hub.fusion)


@lru_cache(maxsize=1)
def _embedded(config: EmbeddedConfig) -> Perceiver:
    return load_perceiver(config)


@lru_cache(maxsize=1)
def _grounder(config: HubConfig) -> HubGrounder:
    return HubGrounder.load(config)
