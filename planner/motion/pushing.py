"""Which push to make next: random shooting over contact point, direction, distance.

As in VoxPoser (Huang et al. 2023, appendix A.4) with a horizon of one push that is
chosen again after each; the direction is sampled in a cone and not fixed. The best
samples are then looked at one by one until one is found that the hand can make:
its approach, its way and its end free of other things, inside the workspace and
within reach, and the object kept out of what the avoidance map forbids.

All is in the plane of the table, world frame, [m]; `n` is a number of pushes.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from perception.frames import Pose
from perception.scene import Object3D
from planner.errors import InvalidRequestError, UnreachableError
from planner.motion.arm_model import ArmModel
from planner.motion.push_config import PushConfig
from planner.motion.push_model import Outline, Pushes, Sliding, outline_of, predict
from planner.motion.push_space import PushProblem, Room

_AT_ONCE = 256  # pushes looked at together, best first


@dataclass(frozen=True, slots=True, eq=False)
class Push:
    """One push.

    Attributes:
        contact: (2,) where the fingers meet the object, [m].
        inward: (2,) unit normal into the object.
        direction: (2,) unit vector.
        distance: Travel from the contact on, [m].
        end: (2,) where the object's centre should come to.
        turn: How far it should turn, [rad].
        height: Of the end-effector, world frame, [m].
        depth: From the end-effector to the side that pushes, [m].
        wxyz: Orientation of the hand.
        standoff: How far behind the contact it comes down, [m].
    """

    contact: np.ndarray
    inward: np.ndarray
    direction: np.ndarray
    distance: float
    end: np.ndarray
    turn: float
    height: float
    depth: float
    wxyz: np.ndarray
    standoff: float

    def hand_at(self, travel: float) -> Pose:
        """Return the end-effector's pose at a travel from the contact on, [m]."""
        xy = self.contact - self.depth * self.inward + travel * self.direction
        return Pose(np.array([*xy, self.height]), self.wxyz)


def hand_quaternion(
    inward: Float[np.ndarray, "2"], contact: Float[np.ndarray, "2"], wrist: float
) -> Float[np.ndarray, "4"]:
    """Return a hand that points down, its narrow side across the push.

    The hand's x axis lies along the surface normal, either way round; the one that
    keeps the last joint nearer to its middle is taken.

    Args:
        inward: The normal.
        contact: Where it is.
        wrist: Of the `PushConfig`.
    """
    yaw = float(np.arctan2(inward[1], inward[0]))
    middle = float(np.arctan2(contact[1], contact[0])) + wrist
    if np.cos(yaw - middle) < 0.0:
        yaw += np.pi
    return np.array([0.0, np.cos(yaw / 2), np.sin(yaw / 2), 0.0])


def choose_push(
    problem: PushProblem,
    arm: ArmModel,
    config: PushConfig,
    rng: np.random.Generator,
) -> Push:
    """Return the best push that can be made.

    Raises:
        InvalidRequestError: The object cannot be pushed by this hand.
        UnreachableError: No push brings it nearer to its goal.
    """
    thing = problem.thing
    outline = outline_of(thing.points_world, config.pad)
    if outline is None:
        raise InvalidRequestError(
            f"too little is seen of '{thing.name}' to push it; show more of it"
        )
    height = push_height(thing, problem.scene.table_height, config)
    pushes = sample_pushes(outline, thing.position[:2], problem.goal, config, rng)
    sliding = Sliding(outline.centre, outline.lever, config.friction)
    moved = predict(pushes, sliding)
    ends = thing.position[:2, None] + moved.shift
    gap = np.hypot(*(ends - problem.goal[:, None]))
    edge = np.maximum(np.abs(moved.beside) + config.slack - pushes.pad, 0.0)
    cost = gap + config.turn_weight * np.abs(moved.turn) + config.edge_weight * edge
    leans = np.einsum("kn,kn->n", pushes.direction, pushes.inward)
    now = float(np.hypot(*(thing.position[:2] - problem.goal)))
    good = leans > np.cos(np.arctan(config.friction))
    good &= gap < now - min(0.002, 0.5 * now)
    order = np.flatnonzero(good)
    order = order[np.argsort(cost[order], kind="stable")]
    room = Room(problem, outline, height, arm, config)
    found = _first_allowed(room, pushes, moved.shift, order, config.standoffs)
    if found is None:
        z = float(thing.position[2])
        raise UnreachableError(np.array([*problem.goal, z]), thing.position)
    k, standoff = found
    contact, inward = pushes.contact[:, k], pushes.inward[:, k]
    return Push(
        contact=contact,
        inward=inward,
        direction=pushes.direction[:, k],
        distance=float(pushes.distance[k]),
        end=ends[:, k],
        turn=float(moved.turn[k]),
        height=height,
        depth=config.depth,
        wxyz=hand_quaternion(inward, contact, config.wrist),
        standoff=standoff,
    )


def _first_allowed(
    room: Room,
    pushes: Pushes,
    shift: np.ndarray,
    order: np.ndarray,
    standoffs: tuple[float, ...],
) -> tuple[int, float] | None:
    """Return the first push in an order that can be made, and its standoff."""
    for first in range(0, len(order), _AT_ONCE):
        rows = order[first : first + _AT_ONCE]
        some = pushes.rows(rows)
        free = room.allows(some, shift[:, rows])
        for standoff in standoffs:
            reached = free.copy()
            reached[free] = room.reaches(some.rows(np.flatnonzero(free)), standoff)
            if reached.any():
                return int(rows[int(np.argmax(reached))]), standoff
    return None


def push_height(thing: Object3D, table: float, config: PushConfig) -> float:
    """Return the height of the end-effector in the world, [m].

    Low, so that nothing topples, but high enough for the palm to clear the top.

    Raises:
        InvalidRequestError: The object is too flat or too tall.
    """
    top = float(thing.points_world[:, 2].max()) - table
    if top < 0.015:
        raise InvalidRequestError(
            f"'{thing.name}' is {100 * top:.1f} cm high, too flat to be pushed"
        )
    height = max(min(config.height, 0.6 * top), top + 0.005 - config.palm)
    if height > 0.6 * top:
        raise InvalidRequestError(
            f"'{thing.name}' is {100 * top:.0f} cm high and would topple when pushed "
            "by a hand that points down; grasp it instead"
        )
    return table + height


def sample_pushes(
    outline: Outline,
    centre: Float[np.ndarray, "2"],
    goal: Float[np.ndarray, "2"],
    config: PushConfig,
    rng: np.random.Generator,
) -> Pushes:
    """Return random pushes: places on the outline, directions round the goal's."""
    n = config.samples
    way = goal - centre
    length = float(np.hypot(*way))
    at = rng.integers(0, outline.p_world.shape[1], n)
    # A wide cone too, for goals that lie off the normals of all sides.
    spread = np.where(rng.random(n) < 0.7, config.spread, 3.0 * config.spread)
    angle = np.arctan2(way[1], way[0]) + spread * rng.standard_normal(n)
    distance = length * rng.normal(1.0, 0.15, n) + rng.uniform(-0.01, 0.01, n)
    return Pushes(
        contact=outline.p_world[:, at],
        inward=outline.inward[:, at],
        direction=np.stack([np.cos(angle), np.sin(angle)]),
        distance=np.minimum(distance, config.longest),
        pad=outline.pad[at],
    )
