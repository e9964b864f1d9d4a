"""Parameters of the embedded perceiver."""

from dataclasses import dataclass, field

from perception.foreground import ForegroundConfig


@dataclass(frozen=True, slots=True)
class ProposalConfig:
    """Parameters.

    Attributes:
        same: Two with this intersection over union, or more, are one.
        pairs: Lumps of up to so many pieces have each two that touch proposed.
        most: Proposals of one observation, at most; the largest stay.
    """

    same: float = 0.9
    pairs: int = 8
    most: int = 80


@dataclass(frozen=True, slots=True)
class EmbeddedConfig:
    """Parameters.

    Attributes:
        model: Folder of another model; the one that ships if empty.
        foreground: What is looked at.
        proposals: What may be a thing.
        likely: Least likelihood of a noun from which a proposal is a thing.
        about: Likelihoods that differ by less are about the same.
        same: Of two things that have more in common than this intersection over union,
            the surer one stays.
        within: Likewise of two things of one noun, if this share of one is the other's.
        left_over: A piece is named by its geometry if no thing has this share of it.
    """

    model: str = ""
    foreground: ForegroundConfig = field(
        default_factory=lambda: ForegroundConfig(min_points=15)
    )
    proposals: ProposalConfig = field(default_factory=ProposalConfig)
    likely: float = 0.5
    about: float = 0.05
    same: float = 0.4
    within: float = 0.7
    left_over: float = 0.5
