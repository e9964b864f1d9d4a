"""A sub-task that moves an object by pushing it, in closed loop.

The fingers close, the hand comes down behind the object, pushes it in a straight
line, backs off, looks, and pushes again until the object is at its goal. While the
hand is on the object it hides part of it, so what is seen lags behind or seems
ahead by a centimetre or two; the fingers cannot be inside it, so where they are
tells better how far it has come.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from perception.frames import Vec3
from perception.scene import Object3D
from planner.errors import InvalidRequestError, NotReachedError
from planner.goals import goals_of
from planner.map_reading import read
from planner.motion.arm_model import ArmModel
from planner.motion.config import MotionConfig
from planner.motion.follow import Path, follow
from planner.motion.path import resample
from planner.motion.plan import MotionRequest
from planner.motion.push_config import PushConfig
from planner.motion.push_space import PushProblem
from planner.motion.pushing import Push, choose_push
from planner.motion.rest import stand
from planner.motion.subtask import Measured, SubTask, Tick
from planner.value_maps import MapSet, Near, Recipe

_LEAD = 0.02  # [m] before the contact, from where on the way is straight
_ARRIVED = 0.002  # [m]
_OFF = 0.02  # [m] straight back first, so that the fingers drag nothing along
_BACK, _UP = 0.06, 0.17  # [m] of the whole retreat: the hand must not hide the object
_LOOK, _LOOK_MOST = 0.3, 2.0  # [s] the object is given to be seen at rest
_REST = 0.002  # [m] that an object at rest seems to move at most
_GOAL_MOVED = 0.02  # [m]
_AHEAD = 0.025  # [m] before the fingers that an object must be seen to be believed

Phase = Literal["close", "choose", "approach", "push", "retreat", "look"]


@dataclass(slots=True)
class _Progress:
    """How pushing has gone so far.

    Attributes:
        pushes: Begun.
        idle: Pushes in a row that brought nothing.
        gap: Distance from the goal before the present push, [m].
    """

    pushes: int = 0
    idle: int = 0
    gap: float = np.inf


class PushTask:
    """The state of one sub-task that pushes an object; ticks as `SubTask` does."""

    def __init__(
        self,
        arm: ArmModel,
        config: MotionConfig,
        *,
        push: PushConfig | None = None,
        seed: int = 0,
    ):
        self._arm = arm
        self._config = config
        self._push_config = push or PushConfig()
        self._rng = np.random.default_rng(seed)
        self._phase: Phase = "close"
        self._free = SubTask(arm, config)
        self._progress = _Progress()
        self._push: Push | None = None
        self._goal = np.zeros(2)
        self._retreat: list[np.ndarray] = []
        self._seen = np.full(3, np.inf)
        self._rest_since = 0.0
        self._since = 0.0
        self._best = (np.inf, 0.0)  # least distance left of a straight leg, and when

    def tick(self, request: MotionRequest, measured: Measured) -> Tick:
        """Return the motion that follows from what is seen now.

        Raises:
            PlanningError: The object cannot be pushed there, or does not move.
        """
        assert request.movable is not None, "pushing needs an object"
        goal = _goal(request, request.movable)
        while True:
            tick = self._advance(request, request.movable, goal, measured)
            if tick is not None:
                return tick

    def delay(self, seconds: float) -> None:
        """Take time that passed without the sub-task, [s], off its clocks."""
        self._since += seconds
        self._rest_since += seconds
        self._best = (self._best[0], self._best[1] + seconds)
        self._free.delay(seconds)

    def _advance(
        self,
        request: MotionRequest,
        thing: Object3D,
        goal: Vec3,
        measured: Measured,
    ) -> Tick | None:
        """Return the motion of the present phase; None if it has just ended."""
        match self._phase:
            case "close":
                return self._close(request, measured)
            case "choose":
                return self._choose(request, thing, goal, measured)
            case "approach":
                return self._approach(request, measured)
            case "push":
                return self._make_push(request, thing, goal, measured)
            case "retreat":
                return self._back_off(request, measured)
            case "look":
                return self._look(request, thing, measured)

    def _begin(self, phase: Phase, measured: Measured) -> None:
        self._phase = phase
        self._since = measured.time
        self._best = (np.inf, measured.time)
        self._free = SubTask(self._arm, self._config)

    def _close(self, request: MotionRequest, measured: Measured) -> Tick | None:
        held = [o.name for o in request.scene.objects if o.held]
        if held:
            raise InvalidRequestError(
                f"the hand holds '{held[0]}' and cannot push; let go of it first"
            )
        if request.state.gripper_width < 1e-4 and measured.gripper_width < 0.004:
            self._begin("choose", measured)
            return None
        shut = replace(request, maps=MapSet(gripper=Recipe(0.0)), movable=None)
        tick = self._free.tick(shut, measured)
        if not tick.done:
            return tick
        self._begin("choose", measured)
        return None

    def _choose(
        self, request: MotionRequest, thing: Object3D, goal: Vec3, measured: Measured
    ) -> Tick | None:
        config, progress = self._push_config, self._progress
        gap = float(np.linalg.norm(thing.position[:2] - goal[:2]))
        if gap <= config.tolerance:
            return self._still(request, done=True)
        idle = progress.pushes > 0 and gap > progress.gap - 0.005
        progress.idle = progress.idle + 1 if idle else 0
        if progress.idle >= config.idle or progress.pushes >= config.pushes:
            raise NotReachedError(
                f"'{thing.name}' is {100 * gap:.1f} cm from where it shall be after "
                f"{progress.pushes} pushes; something holds it, or it rolls or slips"
            )
        progress.pushes += 1
        progress.gap = gap
        problem = PushProblem(
            thing, goal[:2], request.scene, request.maps.avoidance, request.grid
        )
        self._push = choose_push(problem, self._arm, config, self._rng)
        self._goal = goal[:2]
        self._begin("approach", measured)
        return None

    def _approach(self, request: MotionRequest, measured: Measured) -> Tick | None:
        assert self._push is not None
        pose = self._push.hand_at(-self._push.standoff)
        w, x, y, z = (float(each) for each in pose.wxyz)
        cell = request.grid.to_vox(pose.position[None])
        maps = MapSet(
            affordance=Recipe(0.0, (Near.of(cell, 0.0, 1.0),)),
            avoidance=request.maps.avoidance,
            velocity=request.maps.velocity,
            rotation=Recipe((w, x, y, z)),
        )
        tick = self._free.tick(replace(request, maps=maps, movable=None), measured)
        if not tick.done:
            return tick
        self._begin("push", measured)
        return None

    def _make_push(
        self, request: MotionRequest, thing: Object3D, goal: Vec3, measured: Measured
    ) -> Tick | None:
        """Push on until the object is at its goal, as far as this push brings it."""
        push = self._push
        assert push is not None
        contact = push.hand_at(0.0).position
        here = measured.T_world_ee.position
        made = float((here - contact)[:2] @ push.direction)
        left = self._left(push, thing, goal, made)
        moved = float(np.linalg.norm(goal[:2] - self._goal)) > _GOAL_MOVED
        stuck = self._stuck(left, measured, self._config.contact_wait)
        if left <= _ARRIVED or moved or stuck:
            self._begin_retreat(push, here, measured)
            return None
        travel = max(made + left, made)
        ways = [request.state.p_world, push.hand_at(travel).position]
        if made < -_LEAD:
            ways.insert(1, push.hand_at(-_LEAD).position)
        speed = self._push_config.speed * self._factor(request)
        return self._straight(request, np.stack(ways), push.wxyz, speed)

    def _left(self, push: Push, thing: Object3D, goal: Vec3, made: float) -> float:
        """Return how much farther the hand shall go, [m]."""
        planned = push.distance - made
        start = push.end - push.distance * push.direction
        seen = float((thing.position[:2] - start) @ push.direction)
        if made < 0.0 or seen < made + _AHEAD:
            return planned
        # It went on by itself, as what rolls does.
        rest = float((goal[:2] - thing.position[:2]) @ push.direction)
        return min(rest, planned)

    def _stuck(self, left: float, measured: Measured, patience: float) -> bool:
        """Say whether the hand has come no nearer to the end of its leg."""
        if left < self._best[0] - 0.001:
            self._best = (left, measured.time)
        return measured.time - self._best[1] > patience

    def _begin_retreat(self, push: Push, here: Vec3, measured: Measured) -> None:
        back = np.array([*-push.direction, 0.0])
        up = np.array([0.0, 0.0, _UP])
        self._retreat = [here + _OFF * back, here + _BACK * back + up]
        self._begin("retreat", measured)

    def _back_off(self, request: MotionRequest, measured: Measured) -> Tick | None:
        assert self._push is not None
        here = measured.T_world_ee.position
        left = float(np.linalg.norm(here - self._retreat[0]))
        if left < 0.005 or self._stuck(left, measured, self._config.patience):
            self._retreat = self._retreat[1:]
            self._best = (np.inf, measured.time)
        if not self._retreat:
            self._begin("look", measured)
            return None
        corners = np.stack([request.state.p_world, self._retreat[0]])
        return self._straight(request, corners, self._push.wxyz, self._config.max_speed)

    def _look(
        self, request: MotionRequest, thing: Object3D, measured: Measured
    ) -> Tick | None:
        """Hold still until the object is seen to be at rest."""
        shift = float(np.linalg.norm(thing.position - self._seen))
        self._seen = thing.position
        if shift > _REST:
            self._rest_since = measured.time
        waited = measured.time - self._since
        rested = measured.time - max(self._rest_since, self._since) >= _LOOK
        if rested or waited > _LOOK_MOST:
            self._begin("choose", measured)
            return None
        return self._still(request, done=False)

    def _factor(self, request: MotionRequest) -> float:
        """Return what the velocity map says where the hand is, at most 2."""
        velocity = request.maps.velocity
        if velocity is None:
            return 1.0
        cell = request.grid.to_vox(request.state.p_world[None])
        return float(np.clip(read(velocity, request.grid, cell)[0], 0.1, 2.0))

    def _straight(
        self,
        request: MotionRequest,
        corners: np.ndarray,
        wxyz: np.ndarray,
        speed: float,
    ) -> Tick:
        path = self._path(corners, wxyz, speed)
        trajectory = follow(
            path, request.state, self._config, horizon=self._config.horizon
        )
        return Tick(trajectory, path.p_world, done=False)

    def _path(self, corners: np.ndarray, wxyz: np.ndarray, speed: float) -> Path:
        p_world = resample(corners, 0.005)
        n = len(p_world)
        return Path(p_world, np.tile(wxyz, (n, 1)), np.full(n, speed), np.zeros(n))

    def _still(self, request: MotionRequest, *, done: bool) -> Tick:
        state = request.state
        still = stand(state, self._config, state.gripper_width)
        return Tick(still, still.p_world, done)


def _goal(request: MotionRequest, thing: Object3D) -> Vec3:
    """Return where the object's centre shall be: the nearest of the goals.

    Raises:
        InvalidRequestError: There is no goal, or it is off the table.
    """
    if request.maps.affordance is None:
        raise InvalidRequestError(
            f"'{thing.name}' is to be moved, but no affordance map says where to"
        )
    goals = goals_of(request.maps.affordance, request.grid).p_world
    top = float(thing.points_world[:, 2].max()) + 0.03
    level = goals[goals[:, 2] <= top]
    if not len(level):
        raise InvalidRequestError(
            f"'{thing.name}' is not held and cannot be pushed up to "
            f"{100 * goals[:, 2].min():.0f} cm; grasp it first"
        )
    gaps = np.linalg.norm(level[:, :2] - thing.position[:2], axis=1)
    return level[int(np.argmin(gaps))]
