"""Which backend sees, by name."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from perception.backends.grounded import GroundedPerceiver
from perception.backends.hub.config import HubConfig
from perception.backends.hub.environment import PHRASES, read_environment
from perception.backends.hub.grounder import HubGrounder
from perception.backends.segmentation import SegmentationPerceiver
from perception.errors import InvalidSettingError
from perception.perceiver import Perceiver

PerceiverName = Literal["segmentation", "hub"]


@dataclass(frozen=True, slots=True)
class PerceiverConfig:
    """Who finds the objects.

    Attributes:
        backend: `segmentation` of depth and colour, or models of the `hub`.
        phrases: `hub`: what is looked for.
        hub: `hub`: the models.
    """

    backend: PerceiverName = "segmentation"
    phrases: tuple[str, ...] = ()
    hub: HubConfig = field(default_factory=HubConfig)


def perceiver_settings(backend: PerceiverName) -> PerceiverConfig:
    """Return the settings of a backend by name, the rest from the environment.

    `perception.backends.hub.environment` lists the variables.

    Raises:
        InvalidSettingError: A variable has no such value, or there is no phrase.
    """
    if backend == "segmentation":
        return PerceiverConfig()
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
    grounder = _grounder(config.hub)
    return GroundedPerceiver(grounder, config.phrases, config=config.hub.fusion)


@lru_cache(maxsize=1)
def _grounder(config: HubConfig) -> HubGrounder:
    return HubGrounder.load(config)
