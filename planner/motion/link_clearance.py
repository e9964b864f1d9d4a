"""How far the links of an arm are from the scene, the table and each other.

Letters: `p` postures, `c` capsules of the body, `s` spheres strung along them.
Distances are gaps between surfaces in [m], negative where two overlap. The hand and
the flange it sits on keep clear of the scene by the clearance field, which carries
their spheres; here they only count against the arm's own links.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from perception.frames import Points
from planner.motion.arm_model import Spheres
from planner.motion.distance_field import DistanceField
from planner.motion.kinematics import Body, Links
from planner.motion.lattice import FAR
from planner.motion.scene_points import ScenePoints

Gaps = Float[np.ndarray, "p c"]

_NOTHING = Spheres(np.zeros((0, 3)), np.zeros(0))
_SPACING = 0.6  # of the radius; a string of spheres is 5 % thinner than its capsule
_APART = 3  # links fewer joints apart than this cannot meet, or always touch


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What the links must keep away from.

    Attributes:
        points: Surfaces of the scene.
        distance: Of the cells from the nearest point.
        table_height: z of the supporting plane, [m].
        held: What the hand holds, in the end-effector frame.
    """

    points: ScenePoints
    distance: DistanceField
    table_height: float
    held: Spheres = field(default=_NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class LinkSpheres:
    """The links between base and flange as spheres, those of a capsule in a row.

    Attributes:
        frame: (s,) the frame each moves with.
        centre: (s, 3) in that frame, [m].
        radius: (s,) [m].
        first: (k,) index of the first sphere of each capsule that is counted.
        capsule: (k,) index of that capsule in the body.
    """

    frame: Int[np.ndarray, "s"]
    centre: Points
    radius: Float[np.ndarray, "s"]
    first: Int[np.ndarray, "k"]
    capsule: Int[np.ndarray, "k"]

    @classmethod
    def along(cls, body: Body) -> "LinkSpheres":
        """Return spheres that fill the capsules of a body."""
        kept = np.flatnonzero((body.frame > 0) & (body.frame < body.frame.max()))
        start, end, radius = body.start[kept], body.end[kept], body.radius[kept]
        length = np.linalg.norm(end - start, axis=1)
        counts = np.ceil(length / (_SPACING * radius)).astype(int) + 1
        owner = np.repeat(np.arange(len(kept)), counts)
        part = np.concatenate([np.linspace(0.0, 1.0, n) for n in counts])[:, None]
        centre = (1.0 - part) * start[owner] + part * end[owner]
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return cls(body.frame[kept][owner], centre, radius[owner], first, kept)

    def place(self, frames: Links) -> Float[np.ndarray, "p s 3"]:
        """Return the centres in the world."""
        own = frames[:, self.frame]
        return (own[..., :3, :3] @ self.centre[..., None])[..., 0] + own[..., :3, 3]

    def scene_gaps(
        self, body: Body, around: Surroundings, centres: np.ndarray, margin: float
    ) -> Gaps:
        """Return gaps to the scene; exact where they may be below `margin`."""
        gaps = around.points.distance(centres, self.radius + margin) - self.radius
        return self._least(gaps, body)

    def table_gaps(self, body: Body, centres: np.ndarray, height: float) -> Gaps:
        """Return the height of links over the table; the first stands by it."""
        above = np.where(self.frame > 1, centres[..., 2] - self.radius - height, FAR)
        return self._least(above, body)

    def _least(self, gaps: Float[np.ndarray, "p s"], body: Body) -> Gaps:
        full = np.full((len(gaps), len(body.link)), FAR)
        full[:, self.capsule] = np.minimum.reduceat(gaps, self.first, axis=1)
        return full


@dataclass(frozen=True, slots=True, eq=False)
class SelfPairs:
    """Pairs of capsules that could meet.

    Attributes:
        first: (m,) indices into the body.
        second: (m,) those they are checked against.
        paired: (j,) capsules that are in any pair.
        pairs: (2 m,) the pairs each of them is in, one capsule's after another's.
        begins: (j,) where each one's begin.
        inner: (k,) links that what is held is checked against.
    """

    first: Int[np.ndarray, "m"]
    second: Int[np.ndarray, "m"]
    paired: Int[np.ndarray, "j"]
    pairs: Int[np.ndarray, "2*m"]
    begins: Int[np.ndarray, "j"]
    inner: Int[np.ndarray, "k"]

    @classmethod
    def of(cls, body: Body) -> "SelfPairs":
        """Return the pairs of a body."""
        far = body.frame[:, None] - body.frame[None, :] >= _APART
        first, second = np.nonzero(far)
        both = np.concatenate([first, second])
        order = np.argsort(both, kind="stable")
        paired, begins = np.unique(both[order], return_index=True)
        inner = np.flatnonzero(body.frame <= body.frame.max() - 2)
        return cls(first, second, paired, order % len(first), begins, inner)

    def gaps(self, body: Body, frames: Links, held: Spheres) -> Gaps:
        """Return each capsule's gap to the rest of the arm and to what it holds."""
        start = body.place(frames, body.start)
        end = body.place(frames, body.end)
        i, j = self.first, self.second
        apart = segment_distance(start[:, i], end[:, i], start[:, j], end[:, j])
        apart -= body.radius[i] + body.radius[j]
        gaps = np.full(start.shape[:2], FAR)
        gaps[:, self.paired] = np.minimum.reduceat(
            apart[:, self.pairs], self.begins, axis=1
        )
        if len(held.radius):
            own = self._held_gaps(body, (start, end), frames[:, -1], held)
            gaps[:, self.inner] = np.minimum(gaps[:, self.inner], own)
        return gaps

    def _held_gaps(
        self,
        body: Body,
        ends: tuple[np.ndarray, np.ndarray],
        T_world_ee: Float[np.ndarray, "p 4 4"],
        held: Spheres,
    ) -> Float[np.ndarray, "p k"]:
        """Return gaps of links to what is held; only near ones sphere by sphere."""
        a, b = (e[:, self.inner] for e in ends)
        radius = body.radius[self.inner]
        middle = held.centre.mean(axis=0)
        around = np.max(np.linalg.norm(held.centre - middle, axis=1) + held.radius)
        ball = (T_world_ee[:, :3, :3] @ middle + T_world_ee[:, :3, 3])[:, None]
        gaps = segment_distance(a, b, ball, ball) - radius - around
        near = np.flatnonzero((gaps < 0.02).any(axis=1))
        if len(near):
            turned = np.einsum("pij,sj->psi", T_world_ee[near, :3, :3], held.centre)
            centre = (turned + T_world_ee[near, None, :3, 3])[:, :, None]
            apart = segment_distance(a[near, None], b[near, None], centre, centre)
            gaps[near] = (apart - held.radius[:, None]).min(axis=1) - radius
        return gaps


def segment_distance(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray
) -> np.ndarray:
    """Return the distance of segments a-b from segments c-d, [m].

    Ericson 2005, "Real-Time Collision Detection", section 5.1.9; a segment may be
    a point.
    """
    u, v, w = b - a, d - c, a - c
    uu, vv = _dot(u, u) + 1e-12, _dot(v, v) + 1e-12
    uv, uw, vw = _dot(u, v), _dot(u, w), _dot(v, w)
    s = np.clip((uv * vw - uw * vv) / np.maximum(uu * vv - uv * uv, 1e-12), 0.0, 1.0)
    t = np.clip((uv * s + vw) / vv, 0.0, 1.0)
    s = np.clip((uv * t - uw) / uu, 0.0, 1.0)
    gap = w + s[..., None] * u - t[..., None] * v
    return np.sqrt(_dot(gap, gap))


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...k,...k->...", a, b)
