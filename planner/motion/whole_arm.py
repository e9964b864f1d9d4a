"""Paths that the whole arm can follow: every link clear, every pose in reach.

The lattice plans for the hand alone. Here the arm's joints are followed along a
path; where a link would come too near to something, or no joints reach, those
positions are taken out of the lattice and the search is asked again. What to take
out comes from a table of postures over the workspace: which joints the arm has
when it holds still at a position does not depend on the scene.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial.transform import Rotation

from perception.frames import Points, Pose, Vec3
from planner.errors import UnreachableError
from planner.motion.config import MotionConfig
from planner.motion.kinematics import Kinematics, Links, Postures
from planner.motion.lattice import Lattice, Mask, cells_near_segment
from planner.motion.link_clearance import LinkSpheres, SelfPairs, Surroundings
from planner.motion.rest_table import clearance_at_rest

Quats = Float[np.ndarray, "_ 4"]
Search = Callable[[Mask | None], tuple[Points, Quats]]


@dataclass(frozen=True, slots=True)
class WholeArmConfig:
    """How the links are kept clear.

    Attributes:
        spacing: Between the positions of a path that are checked, [m].
        turn_spacing: Between orientations where the hand turns on the spot, [rad].
        margin: Distance every link keeps from everything, [m].
        slack: What a link that starts nearer than that may lose of it, [m].
        recovery: How fast it must gain distance then, [m] for each [m] of path.
        relaxation: Rate at which the arm's controller goes back to its rest posture
            in the null space, [1/s].
        step: Between the positions of the table of postures, [m].
        ball: Radius of what is taken out around a position that fails, [m].
        searches: How often the lattice is asked for another path.
    """

    spacing: float = 0.02
    turn_spacing: float = 0.3
    margin: float = 0.01
    slack: float = 0.005
    recovery: float = 0.25
    relaxation: float = 2.4
    step: float = 0.06
    ball: float = 0.03
    searches: int = 6


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The arm as it is.

    Attributes:
        wxyz: Orientation of the hand.
        joints: [rad]; as the arm would rest there if unknown.
    """

    wxyz: Float[np.ndarray, "4"]
    joints: Float[np.ndarray, "n"] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PathCheck:
    """What the arm does along a path.

    Attributes:
        p_world: (p, 3) the positions checked, the first and last of the path among
            them.
        joints: (p, n) [rad].
        reachable: (p,) whether joints lead there.
        clearance: (p,) least gap of any link, [m].
        link: (p,) name of the link with that gap.
        against: (p,) what it is nearest to.
        clear: (p,) whether that is enough and it is reachable.
    """

    p_world: Points
    joints: Float[np.ndarray, "p n"]
    reachable: Bool[np.ndarray, "p"]
    clearance: Float[np.ndarray, "p"]
    link: tuple[str, ...]
    against: tuple[str, ...]
    clear: Bool[np.ndarray, "p"]

    @property
    def fault(self) -> str:
        """What is wrong, as a clause: at the end, else first; empty if nothing is."""
        if self.clear.all():
            return ""
        i = int(np.argmin(self.clear)) if self.clear[-1] else len(self.clear) - 1
        p = _point(self.p_world[i])
        if not self.reachable[i]:
            return f"no joint angles bring the hand to {p}"
        return f"the {self.link[i]} would touch {self.against[i]} with the hand at {p}"


class WholeArm:
    """Checks and plans for all links of one arm."""

    def __init__(
        self,
        kinematics: Kinematics,
        motion: MotionConfig,
        config: WholeArmConfig | None = None,
    ):
        self._kinematics = kinematics
        self._motion = motion
        self._config = config or WholeArmConfig()
        self._spheres = LinkSpheres.along(kinematics.body)
        self._pairs = SelfPairs.of(kinematics.body)

    def plan_around(
        self, search: Search, start: Start, around: Surroundings
    ) -> tuple[Points, PathCheck]:
        """Return the first path of `search` that every link can follow.

        Args:
            search: Returns a path and the orientation asked for at each point, for
                cells that may not be entered; raises UnreachableError.
            start: The arm as it is.
            around: What to keep away from.

        Raises:
            UnreachableError: There is no such path; says which link is in the way.
        """
        path_world, wxyz = search(None)
        check = self.check_path(path_world, wxyz, start, around)
        if check.clear.all():
            return path_world, check
        blocked = self._blocked(wxyz[-1], around)
        self._release(blocked, check, around.distance.lattice)
        for _ in range(self._config.searches):
            self._take_out(blocked, check, around.distance.lattice)
            try:
                path_world, wxyz = search(blocked)
            except UnreachableError as error:
                why = check.fault
                raise UnreachableError(error.target, error.nearest, why) from error
            check = self.check_path(path_world, wxyz, start, around)
            if check.clear.all():
                return path_world, check
        last = max(int(np.argmin(check.clear)) - 1, 0)
        raise UnreachableError(path_world[-1], check.p_world[last], check.fault)

    def check_path(
        self, path_world: Points, wxyz: Quats, start: Start, around: Surroundings
    ) -> PathCheck:
        """Return what the arm does along a path.

        Args:
            path_world: The path of the end-effector.
            wxyz: Orientation asked for at each point.
            start: The arm as it is; the path begins there.
            around: What to keep away from.
        """
        kinematics = self._kinematics
        arc, p, turns = self._poses(path_world, wxyz, start.wxyz)
        near = start.joints
        if near is None:
            near = kinematics.settle(Pose(p[0], turns[0])).q[0]
        postures, frames = self._follow(arc, p, turns, near)
        return self._judge(p, arc, (postures, frames), around)

    def _follow(
        self,
        arc: Float[np.ndarray, "p"],
        p_world: Points,
        wxyz: Quats,
        near: Float[np.ndarray, "n"],
    ) -> tuple[Postures, Links]:
        """Return the joints along the way, and where they bring the links.

        Those of every other position are searched, the ones between interpolated,
        unless that would bring the hand elsewhere.
        """
        kinematics = self._kinematics
        knots = _knots(arc)
        postures = self._trace(arc, p_world, wxyz, near, knots)
        frames = kinematics.frames(postures.q)
        off = frames[:, -1, :3, 3] - p_world
        astray = np.einsum("pk,pk->p", off, off) > kinematics.reached**2
        if len(knots) < len(arc) and (astray & postures.reachable).any():
            every = np.arange(len(arc))
            postures = self._trace(arc, p_world, wxyz, near, every)
            frames = kinematics.frames(postures.q)
        return postures, frames

    def _trace(
        self,
        arc: Float[np.ndarray, "p"],
        p_world: Points,
        wxyz: Quats,
        near: Float[np.ndarray, "n"],
        knots: Int[np.ndarray, "k"],
    ) -> Postures:
        """Return the joints at every position, searched at the knots."""
        seconds = float(np.diff(arc[knots]).max(initial=0.0)) / self._motion.max_speed
        pull = 1.0 - float(np.exp(-self._config.relaxation * seconds))
        found = self._kinematics.trace(p_world[knots], wxyz[knots], near, pull)
        rows = np.arange(len(arc))
        after = np.searchsorted(knots, rows)
        before = np.where(knots[after] == rows, after, after - 1)
        # Between two knots lies one position, half-way.
        return Postures(
            q=0.5 * (found.q[before] + found.q[after]),
            error=np.maximum(found.error[before], found.error[after]),
            reachable=found.reachable[before] & found.reachable[after],
        )

    def _poses(
        self, path_world: Points, wxyz: Quats, start_wxyz: Float[np.ndarray, "4"]
    ) -> tuple[Float[np.ndarray, "p"], Points, Quats]:
        """Return arc lengths, positions and orientations as the hand takes them.

        It turns at a steady rate on the way and has turned before the last leg.
        """
        steps = np.linalg.norm(np.diff(path_world, axis=0), axis=1)
        along = np.concatenate([[0.0], np.cumsum(steps)])
        length = float(along[-1])
        arc = np.linspace(0.0, length, int(np.ceil(length / self._config.spacing)) + 1)
        index = np.minimum(np.searchsorted(along, arc - 1e-9), len(along) - 1)
        columns: list[np.ndarray] = [
            np.interp(arc, along, path_world[:, k]) for k in range(3)
        ]
        places = np.stack(columns, axis=1)
        if np.abs(wxyz[index] @ start_wxyz).min() > 1.0 - 1e-9:  # nothing to turn
            return arc, places, np.tile(start_wxyz, (len(arc), 1))
        first = Rotation.from_quat(start_wxyz, scalar_first=True)
        asked = Rotation.from_quat(wxyz[index], scalar_first=True)
        to_turn = (first.inv() * asked).as_rotvec()
        angle = np.linalg.norm(to_turn, axis=1)
        pace = self._motion.max_turn_rate / self._motion.max_speed  # [rad/m]
        stop_at = max(length - self._motion.approach, 0.0)
        share = np.minimum(1.0, pace * arc / np.maximum(angle, 1e-9))
        # What is left to turn is turned on the spot.
        spot = int(np.searchsorted(arc, stop_at - 1e-9))
        left = float((1.0 - share[spot]) * angle[spot])
        share[spot + 1 :] = 1.0
        extra = int(np.ceil(left / self._config.turn_spacing))
        rows = np.insert(np.arange(len(arc)), spot + 1, [spot] * extra)
        share = share[rows]
        if extra:
            share[spot : spot + extra + 1] = np.linspace(share[spot], 1.0, extra + 1)
        turned = first * Rotation.from_rotvec(share[:, None] * to_turn[rows])
        return arc[rows], places[rows], turned.as_quat(scalar_first=True)

    def _judge(
        self,
        p_world: Points,
        arc: Float[np.ndarray, "p"],
        followed: tuple[Postures, Links],
        around: Surroundings,
    ) -> PathCheck:
        config, body = self._config, self._kinematics.body
        postures, frames = followed
        centres = self._spheres.place(frames)
        gaps = np.stack(
            [
                self._spheres.scene_gaps(body, around, centres, config.margin),
                self._spheres.table_gaps(body, centres, around.table_height),
                self._pairs.gaps(body, frames, around.held),
            ]
        )
        # Who starts too near may leave, but not come nearer.
        needed = gaps[:, :1] - config.slack + config.recovery * arc[:, None]
        short = (gaps - np.minimum(needed, config.margin)).min(axis=2).min(axis=0)
        rows = np.arange(len(arc))
        worst: np.ndarray = gaps.min(axis=0).argmin(axis=1)
        kind: np.ndarray = gaps[:, rows, worst].argmin(axis=0)
        what = ("the scene", "the table", "the arm itself or what it holds")
        return PathCheck(
            p_world=p_world,
            joints=postures.q,
            reachable=postures.reachable,
            clearance=gaps[kind, rows, worst],
            link=tuple(body.link[int(c)] for c in worst),
            against=tuple(what[int(k)] for k in kind),
            clear=postures.reachable & (short >= 0.0),
        )

    def _blocked(self, wxyz: Float[np.ndarray, "4"], around: Surroundings) -> Mask:
        """Return the cells where a link is too near when the arm rests there."""
        least = clearance_at_rest(self._kinematics, wxyz, around, self._config.step)
        return least < self._config.margin

    def _release(self, blocked: Mask, check: PathCheck, lattice: Lattice) -> None:
        """Open the cells around both ends where the arm itself can be there."""
        for i in (0, -1):
            if check.clear[i]:
                near = _ball(lattice, check.p_world[i], 2 * self._config.ball)
                blocked[near] = False

    def _take_out(self, blocked: Mask, check: PathCheck, lattice: Lattice) -> None:
        """Close the cells around positions that fail, never those of the start."""
        for p in check.p_world[~check.clear]:
            blocked[_ball(lattice, p, self._config.ball)] = True
        blocked[_ball(lattice, check.p_world[0], lattice.cell)] = False


def _knots(arc: Float[np.ndarray, "p"]) -> Int[np.ndarray, "k"]:
    """Return every other position, but all where the hand turns on the spot."""
    rows = np.arange(len(arc))
    moves = np.diff(arc) > 1e-9
    beside = np.concatenate([[False], ~moves]) | np.concatenate([~moves, [False]])
    kept = (rows % 2 == 0) | beside
    kept[[0, -1]] = True
    return rows[kept]


def _ball(lattice: Lattice, centre: Vec3, radius: float) -> tuple[np.ndarray, ...]:
    return tuple(cells_near_segment(lattice, centre, centre, radius).T)


def _point(p: Vec3) -> str:
    return f"({p[0]:.2f}, {p[1]:.2f}, {p[2]:.2f}) m"
