"""Groups of a suite's entries that are reported together, as a paper's table has them.

Their success is the mean over their entries; the interval is over all episodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """A row of a published table.

    Attributes:
        name: Of the row.
        entries: Names of the suite's entries in it.
        published: Success rates by method, [%].
    """

    name: str
    entries: tuple[str, ...]
    published: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for a group.

    Attributes:
        group: Which one.
        success: Mean over its entries of their success rates.
        wilson: 95 % interval of the success over all its episodes.
        episodes: How many.
        failures: By stage.
    """

    group: Group
    success: float
    wilson: tuple[float, float]
    episodes: int
    failures: Mapping[str, int]
