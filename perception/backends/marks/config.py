"""Which model is shown the marks, and what is marked."""

from dataclasses import dataclass, field

from perception.backends.embedded.config import ProposalConfig
from perception.backends.sparing import SparingConfig
from perception.errors import InvalidSettingError
from perception.foreground import ForegroundConfig
from perception.fusion import FusionConfig


@dataclass(frozen=True, slots=True)
class MarksConfig:
    """Parameters; the key of the endpoint is none of them.

    Attributes:
        model: Name of a model that reads pictures, at the endpoint.
        base_url: Of the endpoint; that of OpenAI if empty.
        keep: Folder in which what it is shown and says is kept; nowhere if empty.
        foreground: What is looked at.
        proposals: What may be a thing.
        overlap: Two marks with more than this share of the smaller one in common
            stand in different pictures.
        pictures: Of one camera, at most; what fits into none of them has no mark.
        most: Marks in one picture, at most.
        least_pixels: A camera that sees less of a thing does not show its mark, unless
            no camera sees more.
        long_side: Pictures are enlarged until their longer side has so many, [px].
        short_side: Likewise the shorter one, so that numbers have room, [px].
        repairs: How often the model is told what was wrong with its reply.
        longest: Characters of a phrase, at most.
        fusion: Where a thing is, for scenes that are made of what was found.
        sparing: When the model is asked again while things move.
    """

    model: str = ""
    base_url: str = ""
    keep: str = ""
    foreground: ForegroundConfig = field(
        default_factory=lambda: ForegroundConfig(min_points=15)
    )
    proposals: ProposalConfig = field(
        # A chest with its front and without differ by little.
        default_factory=lambda: ProposalConfig(same=0.95)
    )
    overlap: float = 0.1
    pictures: int = 3
    most: int = 24
    least_pixels: int = 8
    long_side: int = 880
    short_side: int = 240
    repairs: int = 1
    longest: int = 200
    fusion: FusionConfig = field(default_factory=FusionConfig)
    sparing: SparingConfig = field(default_factory=SparingConfig)

    def __post_init__(self):
        if not 0.0 <= self.overlap <= 1.0:
            raise InvalidSettingError(f"overlap is {self.overlap}; it must be in 0-1")
        for name, least in (
            ("pictures", 1),
            ("most", 1),
            ("least_pixels", 1),
            ("long_side", 240),
            ("short_side", 240),
            ("repairs", 0),
            ("longest", 1),
        ):
            if getattr(self, name) < least:
                raise InvalidSettingError(
                    f"{name} is {getattr(self, name)}; it must be {least} or more"
                )
