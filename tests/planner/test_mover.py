"""What a program's host sends, segment after segment, on arms that do not just obey.

Laws: where a segment replaces another, position and velocity go on; and the commands
of all segments in a row keep the limits on speed, acceleration and jerk.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from perception.frames import Pose, angle_between
from planner.errors import NotReachedError, PlanningError, UnreachableError
from planner.events import SegmentPlanned
from planner.language.host import ExecuteCall
from planner.motion.config import MotionConfig
from planner.motion.subtask import Measured
from planner.program_host import PipelineConfig, PipelineHost
from planner.value_maps import MapSet, Near, Recipe, VoxelGrid
from planner.world import PreviewWorld, Situation
from tests.planner.conftest import DOWN, box_object, scene_of

GRID = VoxelGrid()
LIMITS = MotionConfig()
TICKS = 5  # commands a control period
PERIOD = TICKS * LIMITS.dt  # [s]
START = np.array([0.4, -0.1, 0.3])
FAR, OTHER = np.array([0.45, 0.25, 0.2]), np.array([0.55, -0.2, 0.15])


def toward(p_world, **maps):
    voxel = GRID.to_vox(np.array([p_world]))
    return MapSet(affordance=Recipe(0.0, (Near.of(voxel, 0.0, 1.0),)), **maps)


def freely(pose):
    return pose


def stopped_at(y):
    """Return an arm that something keeps from going beyond `y`."""
    return lambda pose: Pose(np.minimum(pose.position, [9.0, y, 9.0]), pose.wxyz)


class Bench(PreviewWorld):
    """A world whose arm makes of each command what it can, and keeps a record.

    Attributes:
        obeys: Returns where the hand comes to that is sent to a pose.
        scene: What is seen.
        commands: Where the hand was sent, every tick.
    """

    def __init__(self, *objects, obeys):
        self.obeys, self.scene = obeys, scene_of(*objects)
        self.commands = [Pose(START, DOWN)]
        super().__init__(Situation(self.scene, Measured(Pose(START, DOWN), 0.08, 0.0)))

    def follow(self, trajectory):
        time = self.now.measured.time
        for k in range(1, TICKS + 1):
            self.commands.append(trajectory.pose_at(time + k * LIMITS.dt))
        until = time + PERIOD
        hand = self.obeys(trajectory.pose_at(until))
        measured = Measured(hand, trajectory.width_at(until), until)
        self._now = Situation(replace(self.scene, time=until), measured)


class Rig:
    """A program's host on such an arm; checks each segment against the one before."""

    def __init__(self, *objects, obeys=freely):
        self.world = Bench(*objects, obeys=obeys)
        self.segments: list[SegmentPlanned] = []
        config = PipelineConfig(preview_ticks=2000)
        self.host = PipelineHost(config, self.world, self._emit, [])

    @property
    def now(self):
        return self.world.now.measured.time

    def _emit(self, event):
        if isinstance(event, SegmentPlanned):
            if self.segments:
                self._check_replaced(self.segments[-1].trajectory, event.trajectory)
            self.segments.append(event)

    def _check_replaced(self, before, after):
        places = [each.pose_at(self.now).position for each in (before, after)]
        assert np.linalg.norm(places[1] - places[0]) < 1e-3
        change = after.velocity_at(self.now) - before.velocity_at(self.now)
        # What comes to rest crawls at up to 5 mm/s before it stands.
        most = LIMITS.max_acceleration * LIMITS.dt + 1e-6
        assert np.linalg.norm(change) <= most

    def steps(self, index, maps, most=100, movable="gripper"):
        """Tick a sub-task until it is done or for so many periods; say which."""
        call = ExecuteCall(index, 1, movable, maps)
        return any(self.host.step(call) for _ in range(most))

    def holds(self, most=100):
        for _ in range(most):
            self.host.hold()
            if self.host.at_rest:
                return
        raise AssertionError("it never came to rest")

    def check_limits(self):
        """Check all commands that were sent, as one motion from rest."""
        dt = LIMITS.dt
        p = np.array([START] * 3 + [each.position for each in self.world.commands])
        v = np.diff(p, axis=0) / dt
        a = np.diff(v, axis=0) / dt
        jerk = np.diff(a, axis=0) / dt
        worst = [float(np.linalg.norm(x, axis=1).max()) for x in (v, a, jerk)]
        # Waypoints keep them exactly; commands are means over a tick.
        allowed = [LIMITS.max_speed, LIMITS.max_acceleration, LIMITS.max_jerk]
        assert (np.array(worst) <= 1.02 * np.array(allowed)).all(), worst
        turns = [
            angle_between(a.wxyz, b.wxyz) for a, b in pairwise(self.world.commands)
        ]
        assert max(turns) <= LIMITS.max_turn_rate * dt + 1e-6

    @property
    def speed(self):
        """Speed of what was planned last, [m/s]."""
        return float(np.linalg.norm(self.segments[-1].trajectory.velocity_at(self.now)))


def test_a_hand_that_something_holds_up_is_never_made_to_jump():
    rig = Rig(obeys=stopped_at(0.0))
    with pytest.raises(NotReachedError):
        rig.steps(0, toward(FAR))
    rig.check_limits()


def test_the_motion_gives_way_to_what_holds_the_hand_up():
    rig = Rig(obeys=stopped_at(0.0))
    with pytest.raises(NotReachedError):
        rig.steps(0, toward(FAR))
    over = np.array([each.position[1] for each in rig.world.commands])
    # It stops as soon as it may once the hand is found to be held up.
    assert over.max() < LIMITS.slip + PERIOD * LIMITS.max_speed + 0.05
    beyond = int(np.argmax(over > LIMITS.slip))
    assert over[beyond : beyond + 75].min() < 0.01


def test_after_a_motion_that_ended_short_the_fingers_still_open_where_the_hand_is():
    rig = Rig(obeys=stopped_at(0.0))
    short = np.array([0.45, 0.045, 0.3])  # nearer than what is led back at once
    with pytest.raises(NotReachedError):
        rig.steps(0, toward(short))
    assert rig.steps(1, MapSet(gripper=Recipe(0.0)))
    rig.check_limits()


def test_a_hand_that_comes_free_goes_on_to_its_goal():
    rig = Rig(obeys=stopped_at(0.0))
    assert not rig.steps(0, toward(FAR), most=25)
    rig.world.obeys = freely
    assert rig.steps(0, toward(FAR))
    rig.check_limits()


def test_a_hand_that_was_turned_aside_is_not_turned_back_at_once():
    aside = Pose(np.zeros(3), DOWN).turned_by(np.array([0.0, 0.0, 0.8])).wxyz
    rig = Rig(obeys=lambda pose: Pose(stopped_at(0.0)(pose).position, aside))
    with pytest.raises(NotReachedError):
        rig.steps(0, toward(FAR))
    rig.check_limits()


def test_a_wait_while_the_hand_is_held_up_does_not_jump_either():
    rig = Rig(obeys=stopped_at(0.0))
    rig.steps(0, toward(FAR), most=15)
    for _ in range(20):
        rig.host.wait()
    rig.check_limits()


@pytest.mark.parametrize("ticks", [3, 8, 15])
def test_a_wait_in_the_middle_of_a_motion_brakes_first(ticks):
    rig = Rig()
    rig.steps(0, toward(FAR), most=ticks)
    assert rig.speed > 0.05
    for _ in range(10):
        rig.host.wait()
    assert rig.speed < 1e-6
    rig.check_limits()


@pytest.mark.parametrize("ticks", [3, 8, 15])
def test_a_sub_task_that_begins_in_the_middle_of_a_motion_goes_on_from_it(ticks):
    rig = Rig()
    rig.steps(0, toward(FAR), most=ticks)
    assert rig.speed > 0.05
    assert rig.steps(1, toward(OTHER))
    rig.check_limits()


def test_fingers_that_shall_close_in_the_middle_of_a_motion_wait_for_rest():
    rig = Rig()
    rig.steps(0, toward(FAR), most=8)
    assert rig.steps(1, MapSet(gripper=Recipe(0.0)))
    rig.check_limits()


def test_a_pause_in_the_middle_of_a_motion_keeps_the_limits():
    rig = Rig()
    for ticks in (2, 5, 9):
        rig.steps(0, toward(FAR), most=ticks)
        rig.holds()
    assert rig.steps(0, toward(FAR))
    rig.check_limits()


@pytest.mark.parametrize("periods", [1, 2, 3])
def test_a_plan_that_is_made_while_braking_goes_on_from_there(periods):
    rig = Rig()
    rig.steps(0, toward(FAR), most=9)
    for _ in range(periods):
        rig.host.hold()
    assert rig.steps(0, toward(FAR))
    rig.check_limits()


@pytest.mark.parametrize("ticks", [9, 14, 16, 20])
def test_a_pause_while_the_hand_is_held_up_keeps_the_limits(ticks):
    rig = Rig(obeys=stopped_at(0.0))
    rig.steps(0, toward(FAR), most=ticks)
    rig.holds()
    rig.world.obeys = freely
    assert rig.steps(0, toward(FAR))
    rig.check_limits()


def test_a_surface_that_stops_the_hand_stops_the_motion_within_its_limits():
    button = box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.05), "red button")
    up = lambda p: np.maximum(p, [-9.0, -9.0, 0.045])  # noqa: E731
    rig = Rig(button, obeys=lambda pose: Pose(up(pose.position), pose.wxyz))
    assert rig.steps(0, toward([0.5, 0.0, 0.03]))
    assert rig.steps(1, toward(FAR))
    rig.check_limits()


def test_a_push_from_its_first_motion_to_its_end_keeps_the_limits():
    rig = Rig(box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.04)))
    with pytest.raises(PlanningError, match="pushes"):  # this block stays put
        rig.steps(0, toward([0.5, 0.15, 0.02]), most=600, movable="red block")
    rig.steps(1, toward(FAR))
    rig.check_limits()


def test_a_motion_whose_goal_is_walled_in_midway_brakes():
    rig = Rig()
    rig.steps(0, toward(FAR), most=8)
    rig.world.scene = scene_of(
        box_object((0.3, 0.1, 0.0), (0.6, 0.4, 0.4), "grey wall")
    )
    rig.host.wait()
    with pytest.raises((UnreachableError, NotReachedError)):
        rig.steps(0, toward(FAR))
    rig.host.wait()
    rig.check_limits()


def test_a_speed_map_that_slows_the_hand_down_midway_brakes_it_within_its_limits():
    rig = Rig()
    rig.steps(0, toward(FAR), most=9)
    before = rig.speed
    rig.steps(0, toward(FAR, velocity=Recipe(0.2)), most=6)
    assert rig.speed < 0.3 * before
    rig.check_limits()


def test_a_hand_that_cannot_follow_for_good_is_found_out_and_ends_at_rest():
    stuck = Pose(START, DOWN)
    rig = Rig(obeys=lambda _: stuck)
    with pytest.raises(NotReachedError):
        rig.steps(0, toward(FAR), most=120)
    for _ in range(20):
        rig.host.wait()
    assert rig.speed < 1e-6
    away = rig.world.commands[-1].position - START
    assert np.linalg.norm(away) < LIMITS.slip
    rig.check_limits()
