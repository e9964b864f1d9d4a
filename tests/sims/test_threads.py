"""What is screwed on holds, what is not does not, and only turning tells the two."""

from dataclasses import dataclass

import numpy as np
import pytest

from perception.frames import Pose
from sims.assets.colours import COLOURS
from sims.assets.urdf import Joint, Link, robot
from sims.bullet import Motors
from sims.jars import CAP, LID, Bottle, Cap, Jar, Lid
from sims.parts import Model, Spring
from sims.threads import BITE
from sims.world import World

UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])
FOOT = Pose(np.array([0.5, 0.0, 0.0]), UPRIGHT)
THREAD = LID.thread
ALL = THREAD.end + BITE + 0.1  # [rad]
FAR = 9.0  # [m] or [rad]: a joint on both sides of its middle


@dataclass(frozen=True)
class Spindle:
    """A hand without fingers: it turns what it is tied to, and lifts it."""

    def model(self) -> Model:
        """Return how it is built."""
        links = [Link(each, (), COLOURS["gray"], 0.2) for each in ("root", "z", "yaw")]
        joints = [
            Joint("prismatic", "root", "z", xyz=(0.0, 0.0, -FAR), travel=2 * FAR),
            Joint("revolute", "z", "yaw", travel=2 * FAR),
        ]
        springs = {"z": Spring(), "yaw": Spring()}
        return Model(robot(links, joints), 0.01, fixed=True, joints=springs)

    def start(self, world: World, name: str) -> None:
        """Bring both joints to their middle."""
        body = world.body(name)
        for link in ("z", "yaw"):
            world.bullet.inertia(body.id, body.joints[link], 2e-4)
            world.set_joint(name, FAR, link)

    @staticmethod
    def hold(world: World, nut: str) -> None:
        """Take hold of a nut where it is."""
        world.add("spindle", Spindle(), Pose(world.pose(nut).position, UPRIGHT))
        spindle, T_yaw_nut = world.body("spindle"), Pose(np.zeros(3), UPRIGHT)
        half = (world.joint("spindle", "yaw") % (2 * np.pi)) / 2
        back = np.array([np.cos(half), 0.0, 0.0, -np.sin(half)])
        T_yaw_nut = Pose(np.zeros(3), back) @ Pose(np.zeros(3), world.pose(nut).wxyz)
        tied = (spindle.id, spindle.joints["yaw"])
        world.bullet.fasten(tied, world.body(nut).id, T_yaw_nut, 300.0)

    @staticmethod
    def drive(world, link, at, force, seconds=1.0):
        """Push a joint toward a place, from the middle, evenly."""
        body = world.body("spindle")
        start = world.joint("spindle", link)
        steps = round(60 * seconds)
        for k in range(1, steps + 1):
            place = start + (FAR + at - start) * min(1.2 * k / steps, 1.0)
            motors = Motors(np.array([place]), np.zeros(1), np.array([force]), 0.3)
            world.bullet.drive(body.id, [body.joints[link]], motors)
            world.step(1 / 60)


def on_thread(world, *, up=0.0005, tilt=0.0):
    """A jar with its lid set on it, not yet turned, in the hold of a spindle."""
    world.add("jar", Jar("red"), FOOT)
    place = FOOT.position + np.array([0.0, 0.0, THREAD.height + up])
    half = tilt / 2
    wxyz = np.array([np.cos(half), np.sin(half), 0.0, 0.0])
    world.add("lid", Lid("gray", fits=("jar",)), Pose(place, wxyz))
    Spindle.hold(world, "lid")


def turn(world, angle, force=3.0):
    Spindle.drive(world, "yaw", -angle, force, 1.5)


def turned(world):
    return THREAD.turned(world, "lid", "jar")


def lifted(world):
    before = world.pose("lid").position[2]
    Spindle.drive(world, "z", 0.05, 60.0)
    return world.pose("lid").position[2] - before


@pytest.fixture
def world():
    with World(1) as made:
        yield made


def test_a_lid_that_is_turned_in_sinks_by_its_pitch_and_is_tight(world):
    on_thread(world)
    turn(world, ALL)
    assert turned(world) > 0.97
    sunk = THREAD.height - world.pose("lid").position[2]
    assert sunk == pytest.approx(THREAD.pitch * THREAD.turns, abs=2e-4)


def test_a_lid_that_is_screwed_on_cannot_be_pulled_off(world):
    on_thread(world)
    turn(world, ALL)
    assert lifted(world) < 0.002
    assert turned(world) > 0.97


def test_a_lid_that_was_only_set_on_can_be_lifted_off(world):
    on_thread(world)
    world.step(0.5)
    assert turned(world) == 0.0
    assert lifted(world) > 0.04


def test_a_lid_that_was_turned_back_is_free_and_may_go_on_again(world):
    on_thread(world)
    turn(world, ALL)
    turn(world, -0.2)
    assert turned(world) == 0.0
    assert lifted(world) > 0.04
    Spindle.drive(world, "z", 0.0, 60.0)
    turn(world, ALL)
    assert turned(world) > 0.9


def test_half_the_way_is_half_turned(world):
    on_thread(world)
    turn(world, BITE + THREAD.end / 2)
    assert 0.4 < turned(world) < 0.6


def test_too_little_torque_turns_nothing(world):
    on_thread(world)
    turn(world, BITE + 0.4)
    before = turned(world)
    turn(world, ALL, force=0.5 * THREAD.friction)
    assert turned(world) == pytest.approx(before, abs=0.05)


@pytest.mark.parametrize("wrong", [{"up": 0.008}, {"tilt": 0.2}], ids=str)
def test_a_lid_that_is_not_seated_is_not_caught(wrong, world):
    on_thread(world, **wrong)
    Spindle.drive(world, "z", 0.0, 60.0, 0.1)
    turn(world, ALL)
    assert turned(world) == 0.0


def test_turning_it_the_other_way_does_not_catch_it(world):
    on_thread(world)
    turn(world, -ALL)
    assert turned(world) == 0.0


def test_a_bottle_may_be_closed_from_the_start_and_is_cleared_away_whole(world):
    for _ in range(2):
        world.add("bottle", Bottle("green"), FOOT)
        world.add("cap", Cap("red", fits=("bottle",)), CAP.closed(FOOT))
        world.step(1.0)
        assert CAP.thread.turned(world, "cap", "bottle") == pytest.approx(1.0, abs=0.01)
        gap = world.pose("cap").position - CAP.closed(FOOT).position
        assert np.linalg.norm(gap) < 5e-4
        world.clear()
