"""Things that somebody named to objects: what is part of what, and which way it looks.

Named things may lie within one another. A part keeps its points, and what it is a part
of goes without them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int

from perception.objects import describe
from perception.parts import Cluster, bar_of, front_of
from perception.point_cloud import PointCloud
from perception.proximity import near
from perception.scene import Object3D

MIN_POINTS = 30  # fewer points than this make no thing
WITHIN = 0.7  # share of a part's points that are its owner's, too
STANDOFF = 0.06  # [m] from a part that hangs on a known kind of thing
TOUCHING = 0.03  # [m] between a handle and what it hangs on
# What hangs on another thing though it does not lie within it, and on what; nothing
# said is anything.
HANGING: Mapping[str, tuple[str, ...]] = {"handle": ()}


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Rows of a cloud that are one thing.

    Attributes:
        rows: (n,) its rows, without repetition.
        score: How sure that is.
        noun: What it is; empty if its geometry shall say.
        colour: Its colour word; empty if its points shall say.
    """

    rows: np.ndarray
    score: float
    noun: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """What things are made from.

    Attributes:
        cloud: Where they lie in.
        heights: (n,) of its points over the table, [m].
        normals: (n, 3) of its points.
        hanging: Nouns of parts to those of what they hang on.
        least: Points of a thing without its parts, at least.
    """

    cloud: PointCloud
    heights: np.ndarray
    normals: np.ndarray
    hanging: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: HANGING)
    least: int = MIN_POINTS

    def things(self, named: Sequence[Named]) -> list[Cluster]:
        """Return the things, each part with its owner and its owner without it."""
        shared = shared_rows([each.rows for each in named], len(self.cloud))
        owners = [self._owner(i, named, shared[i]) for i in range(len(named))]
        things: list[Cluster] = []
        for i, each in enumerate(named):
            parts = [named[j].rows for j, owner in enumerate(owners) if owner == i]
            own = np.setdiff1d(each.rows, np.concatenate(parts)) if parts else each.rows
            rows = own if len(own) >= self.least else each.rows
            thing = describe(self.cloud, rows, self.heights, self.normals)
            things.append(
                replace(
                    thing,
                    shape=each.noun or thing.shape,
                    colour=each.colour or thing.colour,
                    parent=owners[i],
                )
            )
        return _with_fronts(things)

    def _owner(
        self, i: int, named: Sequence[Named], shared: Int[np.ndarray, "m"]
    ) -> int | None:
        """Return what a thing is a part of: it lies within it, or hangs on it."""
        rows = named[i].rows
        larger = [j for j, each in enumerate(named) if len(each.rows) > len(rows)]
        larger.sort(key=lambda j: len(named[j].rows))
        for j in larger:
            if shared[j] >= WITHIN * len(rows):
                return j
        if named[i].noun not in self.hanging:
            return None
        on = self.hanging[named[i].noun]
        points = self.cloud.points_world
        # A lever stands off its door, by a stem that no camera may see.
        for gap in (TOUCHING, STANDOFF) if on else (TOUCHING,):
            touched = {
                j: int(near(points[named[j].rows], points[rows], gap).sum())
                for j in larger
                if not on or named[j].noun in on
            }
            best = max(touched, key=lambda j: touched[j], default=None)
            if best is not None and touched[best]:
                return best
        return None


def _with_fronts(things: Sequence[Cluster]) -> list[Cluster]:
    """Give handles, and what they hang on, the outward normal of that side."""
    out = list(things)
    for i, each in enumerate(things):
        if each.parent is None or each.shape != "handle":
            continue
        owner = things[each.parent]
        front = front_of(owner, each)
        out[i] = replace(bar_of(each), normal=front)
        out[each.parent] = replace(out[each.parent], normal=front)
    return out


def by_place(
    named: Sequence[Named], points_world: Float[np.ndarray, "n 3"]
) -> list[Named]:
    """Sort by place, so that ids do not hang on the order of the cameras."""
    return sorted(
        named, key=lambda one: points_world[one.rows].mean(axis=0).round(3).tolist()
    )


def with_names(objects: Sequence[Object3D]) -> tuple[Object3D, ...]:
    """Give each its colour and shape for a name, numbered where that repeats."""
    taken: Counter[str] = Counter()
    named: list[Object3D] = []
    for each in objects:
        name = f"{each.colour} {each.shape}"
        taken[name] += 1
        count = taken[name]
        named.append(replace(each, name=f"{name} {count}" if count > 1 else name))
    return tuple(named)


def shared_rows(
    things: Sequence[Int[np.ndarray, "_"]], count: int
) -> Int[np.ndarray, "m m"]:
    """Return how many rows each two things share, of `count` that there are."""
    inside = np.zeros((len(things), count), dtype=np.float32)
    for each, rows in zip(inside, things, strict=True):
        each[rows] = 1.0
    return np.rint(inside @ inside.T).astype(np.int64)
