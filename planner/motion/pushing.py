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
from jaxtyping import Bool, Float

from perception.frames import Points, Pose
from perception.proximity import near
from perception.scene import Object3D, Scene
from planner.errors import InvalidRequestError, UnreachableError
from planner.motion.arm_model import ArmModel, hand_spheres
from planner.motion.push_model import Outline, Pushes, Sliding, outline_of, predict
from planner.motion.push_space import Layers
from planner.value_maps import Recipe, VoxelGrid, read


@dataclass(frozen=True, slots=True)
class PushConfig:
    """How pushes are chosen and made.

    Attributes:
        samples: Pushes that are tried in the model.
        spread: Standard deviation of the directions round that to the goal, [rad].
        friction: Between finger and object, no more than it surely is.
        pad: Half the width of the closed fingers, [m].
        depth: From their middle to the side that pushes, [m].
        slack: How exactly a contact point is met, [m].
        turn_weight: Metres that a turn by one radian is worth.
        edge_weight: Metres a metre that the push passes beside the pad is worth.
        longest: Longest push, [m].
        standoff: How far behind the contact the hand comes down, [m].
        height: Of the fingertips' point over the table, [m].
        palm: The palm's height over the fingertips' point, [m].
        margin: Distance the hand and the object keep from other things, [m].
        speed: [m/s].
        tolerance: Distance from the goal that is near enough, [m].
        pushes: At most so many.
        idle: Pushes in a row that may bring nothing.
    """

    samples: int = 10_000
    spread: float = 0.25
    friction: float = 0.5
    pad: float = 0.013
    depth: float = 0.0105
    slack: float = 0.004
    turn_weight: float = 0.02
    edge_weight: float = 1.0
    longest: float = 0.25
    standoff: float = 0.065
    height: float = 0.02
    palm: float = 0.037
    margin: float = 0.004
    speed: float = 0.1
    tolerance: float = 0.008
    pushes: int = 8
    idle: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class PushProblem:
    """An object to push, and what is round it.

    Attributes:
        thing: The object.
        goal: (2,) where its centre shall be, [m].
        scene: What is seen.
        avoidance: The map to respect, if any.
        grid: Of the map; its box is the workspace.
    """

    thing: Object3D
    goal: np.ndarray
    scene: Scene
    avoidance: Recipe | None
    grid: VoxelGrid


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
    """

    contact: np.ndarray
    inward: np.ndarray
    direction: np.ndarray
    distance: float
    end: np.ndarray
    turn: float
    height: float
    depth: float

    def hand_at(self, travel: float) -> Pose:
        """Return the end-effector's pose at a travel from the contact on, [m]."""
        xy = self.contact - self.depth * self.inward + travel * self.direction
        return Pose(np.array([*xy, self.height]), hand_quaternion(self.inward, xy))


def hand_quaternion(
    inward: Float[np.ndarray, "2"], xy: Float[np.ndarray, "2"]
) -> Float[np.ndarray, "4"]:
    """Return a hand that points down, its narrow side across the push.

    The hand's x axis lies along the surface normal, either way round; the one
    nearer to how the arm points keeps the last joint in its middle.
    """
    yaw = float(np.arctan2(inward[1], inward[0]))
    arm = float(np.arctan2(xy[1], xy[0]))
    if np.cos(yaw - arm) < 0.0:
        yaw += np.pi
    yaw = float((yaw + np.pi) % (2 * np.pi) - np.pi)
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
    room = _Room(problem, outline, height, arm, config)
    for first in range(0, len(order), 128):
        rows = order[first : first + 128]
        free = room.allows(_rows(pushes, rows), moved.shift[:, rows])
        if free.any():
            k = int(rows[int(np.argmax(free))])
            return Push(
                contact=pushes.contact[:, k],
                inward=pushes.inward[:, k],
                direction=pushes.direction[:, k],
                distance=float(pushes.distance[k]),
                end=ends[:, k],
                turn=float(moved.turn[k]),
                height=height,
                depth=config.depth,
            )
    z = float(thing.position[2])
    raise UnreachableError(np.array([*problem.goal, z]), thing.position)


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


def _rows(pushes: Pushes, rows: np.ndarray) -> Pushes:
    return Pushes(
        pushes.contact[:, rows],
        pushes.inward[:, rows],
        pushes.direction[:, rows],
        pushes.distance[rows],
        pushes.pad[rows],
    )


class _Room:
    """What a push must keep clear of."""

    def __init__(
        self,
        problem: PushProblem,
        outline: Outline,
        height: float,
        arm: ArmModel,
        config: PushConfig,
    ):
        self._problem = problem
        self._outline = outline
        self._height = height
        self._arm = arm
        self._config = config
        self._hand = hand_spheres(0.0)
        self._layers = Layers(problem.grid, self._others())

    def allows(self, pushes: Pushes, shift: np.ndarray) -> Bool[np.ndarray, "n"]:
        """Say which pushes can be made."""
        config = self._config
        begin = pushes.contact - config.depth * pushes.inward
        good = np.ones(len(pushes.distance), dtype=bool)
        ways = np.stack([np.full_like(pushes.distance, -config.standoff)] * 2)
        ways[1] = np.maximum(pushes.distance, 0.0)
        for share in (0.0, 0.3, 0.65, 1.0):
            travel = (1 - share) * ways[0] + share * ways[1]
            xy = begin + travel * pushes.direction
            good &= self._reached(xy)
            good[good] &= self._hand_free(xy[:, good], pushes.inward[:, good])
        for share in np.linspace(0.125, 1.0, 8):
            good[good] &= self._thing_free(share * shift[:, good])
        return good

    def _reached(self, xy: np.ndarray) -> Bool[np.ndarray, "n"]:
        grid = self._problem.grid
        low, high = np.array(grid.lower[:2]) + 0.01, np.array(grid.upper[:2]) - 0.01
        inside = ((xy >= low[:, None]) & (xy <= high[:, None])).all(axis=0)
        x, y, z = self._arm.shoulder
        # The hand comes from above, so it must reach as high as it retreats.
        rise = max(abs(self._height - z), abs(self._height + 0.1 - z))
        away = np.sqrt((xy[0] - x) ** 2 + (xy[1] - y) ** 2 + rise**2)
        return inside & (away <= self._arm.reach)

    def _hand_free(self, xy: np.ndarray, inward: np.ndarray) -> Bool[np.ndarray, "n"]:
        free = np.ones(xy.shape[1], dtype=bool)
        # Pointing down, the hand's y lies across the push.
        across = np.stack([-inward[1], inward[0]])
        for radius in np.unique(self._hand.radius):
            y, z = self._hand.centre[self._hand.radius == radius, 1:].T
            low = float(self._height - z.max() - radius)
            high = float(self._height - z.min() + radius)
            for offset in np.unique(y):
                gap = self._layers.gap(xy + offset * across, low, high)
                free &= gap >= radius + self._config.margin
        return free

    def _thing_free(self, shift: np.ndarray) -> Bool[np.ndarray, "n"]:
        """Say where the object may come: clear of others, allowed by the map."""
        problem, rim = self._problem, self._outline.p_world[:, ::8]
        box = problem.thing.aabb_world
        places = shift[:, :, None] + rim[:, None]  # (2, n, places)
        low, high = problem.scene.table_height + 0.01, float(box[1, 2]) + 0.005
        gap = self._layers.gap(places.reshape(2, -1), low, high)
        gap = gap.reshape(places.shape[1:])
        free = gap.min(axis=1, initial=np.inf) >= self._config.margin
        if problem.avoidance is not None:
            middle = problem.thing.position + np.pad(shift, ((0, 1), (0, 0))).T
            cells = problem.grid.to_vox(middle)
            free &= read(problem.avoidance, problem.grid, cells) < 1.0
        return free

    def _others(self) -> Points:
        """Return what is seen of everything but the object and paint on the table."""
        problem = self._problem
        points = problem.scene.points_world
        points = points[points[:, 2] > problem.scene.table_height + 0.008]
        if not len(points):
            return points
        return points[~near(points, problem.thing.points_world, 0.012)]
