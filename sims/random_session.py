"""The control arm `random`: a few motions that nobody asked for.

As many as picking a thing up and putting it down takes; each ends in a pose drawn
from those within reach, hand down, where the fingers open or close. What the cameras
see is not looked at. Points are in [m], in the world frame.
"""

import numpy as np

from perception.frames import Pose
from perception.observation import Observation
from planner.errors import InvalidRequestError
from planner.events import Event, SegmentPlanned, Verdict
from planner.execution.arm import Sent
from planner.motion.config import MotionConfig
from planner.motion.follow import MotionState, Path, follow
from planner.motion.path import resample
from planner.motion.search import SPACING
from planner.motion.smoothing import Smoother
from planner.trajectory import Trajectory
from sims.kinematics import HOME, HOME_POSE, inverse
from sims.panda import MAX_WIDTH

MOTIONS = 6
LOWER, UPPER = np.array([0.30, -0.40, 0.01]), np.array([0.75, 0.40, 0.45])
GRIP = 0.8  # [s] for the fingers to open or close
NEAR_ENOUGH = 0.001  # [m] plus [rad] by which the joints may miss a pose


class RandomSession:
    """Moves at random; a `StepSession` that reads the clock and the hand alone."""

    def __init__(self, rng: np.random.Generator):
        self._rng = rng
        self._config = MotionConfig()
        self._way: Trajectory | None = None
        self._segments = 0

    def step(self, observation: Observation) -> list[Event]:
        """Return the motion, or a verdict once it has ended."""
        if self._way is None:
            self._way = self._drawn(observation)
        if observation.time >= self._way.end:
            return [Verdict(True, "", "OK", "every random motion was made")]
        self._segments += 1
        return [
            SegmentPlanned(
                id=self._segments,
                subtask=0,
                trajectory=self._way,
                expires=observation.time + self._config.horizon,
                path_world=self._way.p_world,
                scene_revision=0,
            )
        ]

    def report(self, segment_id: int, sent: Sent) -> None:
        """Take in what was sent, and do nothing about it."""

    def answer(self, question_id: int, text: str) -> None:
        """Take no answer.

        Raises:
            InvalidRequestError: Nothing was asked.
        """
        raise InvalidRequestError(f"no question {question_id} was asked: '{text}'")

    def decline(self, question_id: int, why: str) -> None:
        """Take no refusal.

        Raises:
            InvalidRequestError: Nothing was asked.
        """
        raise InvalidRequestError(f"no question {question_id} was asked: '{why}'")

    def close(self) -> None:
        """End it; nothing is held open."""

    def _drawn(self, observation: Observation) -> Trajectory:
        """Return all the motions as one."""
        here, width = observation.T_world_ee, observation.gripper_width
        parts: list[Trajectory] = []
        for _ in range(MOTIONS):
            time = parts[-1].end if parts else observation.time
            goal = reachable_pose(self._rng)
            asked = float(self._rng.choice([0.0, MAX_WIDTH]))
            parts.append(self._leg(_at_rest(here, width, time), goal, asked))
            here, width = goal, asked
        return Smoother(self._config).smooth(_joined(parts))

    def _leg(self, state: MotionState, goal: Pose, width: float) -> Trajectory:
        """Return a straight motion to a pose, and the grip there."""
        p_world = resample(np.stack([state.p_world, goal.position]), SPACING)
        n = len(p_world)
        path = Path(
            p_world,
            np.tile(goal.wxyz, (n, 1)),
            np.full(n, self._config.max_speed),
            np.full(n, state.gripper_width),
        )
        way = follow(path, state, self._config)
        ends = way.end + np.array([self._config.dt, GRIP])
        return Trajectory(
            time=np.concatenate([way.time, ends]),
            p_world=np.concatenate([way.p_world, np.tile(goal.position, (2, 1))]),
            velocity=np.concatenate([way.velocity, np.zeros((2, 3))]),
            wxyz=np.concatenate([way.wxyz, np.tile(way.wxyz[-1], (2, 1))]),
            gripper_width=np.append(way.gripper_width, [width, width]),
        )


def reachable_pose(rng: np.random.Generator) -> Pose:
    """Return a pose over the table, hand down, that the joints can bring it to."""
    while True:
        turned = HOME_POSE.turned_by(np.array([0.0, 0.0, rng.uniform(-1.0, 1.0)]))
        pose = Pose(rng.uniform(LOWER, UPPER), turned.wxyz)
        if inverse(pose, HOME)[1] < NEAR_ENOUGH:
            return pose


def _at_rest(T_world_ee: Pose, width: float, time: float) -> MotionState:
    return MotionState(
        T_world_ee.position, np.zeros(3), T_world_ee.wxyz, width, width, time
    )


def _joined(parts: list[Trajectory]) -> Trajectory:
    """Return motions as one; each begins when and where the one before ends."""
    rest = parts[1:]
    return Trajectory(
        np.concatenate([parts[0].time, *(each.time[1:] for each in rest)]),
        np.concatenate([parts[0].p_world, *(each.p_world[1:] for each in rest)]),
        np.concatenate([parts[0].velocity, *(each.velocity[1:] for each in rest)]),
        np.concatenate([parts[0].wxyz, *(each.wxyz[1:] for each in rest)]),
        np.concatenate(
            [parts[0].gripper_width, *(each.gripper_width[1:] for each in rest)]
        ),
    )
