import numpy as np
import pytest

from perception.frames import Pose
from sims.bullet import TICK
from sims.errors import UnknownBodyError, WorldClosedError
from sims.furniture import Button, Cabinet
from sims.parts import Ball, Block, Bowl, Cylinder
from sims.tasks.layout import standing
from sims.world import World


def at(x, y, z=0.0):
    return Pose(np.array([x, y, z]), np.array([1.0, 0.0, 0.0, 0.0]))


@pytest.mark.parametrize(
    "part",
    [Block("red"), Ball("red"), Cylinder("red"), Bowl("red"), Button("red"), Cabinet()],
)
def test_a_part_stands_still_where_it_is_put(world, part):
    put = standing(np.array([0.5, 0.1]), 0.3)
    world.add("it", part, put)
    world.step(1.0)
    np.testing.assert_allclose(world.pose("it").position, put.position, atol=0.0015)
    assert abs(world.pose("it").wxyz @ put.wxyz) > 0.9999
    assert world.speed("it") < 0.001


def test_the_same_seed_and_deeds_give_the_same_state_and_others_do_not():
    def history(x):
        with World(3) as world:
            world.add("block", Block("red"), at(x, 0.0, 0.1))
            world.step(0.5)
            return world.state_hash()

    assert history(0.5) == history(0.5)
    assert history(0.5) != history(0.501)


def test_worlds_in_one_process_do_not_touch_each_other(world):
    world.add("block", Block("red"), at(0.5, 0.0))
    before = world.state_hash()
    with World(1) as other:
        other.add("ball", Ball("blue"), at(0.5, 0.0))
        other.step(0.2)
        assert other.names == ("table", "ball")
    assert world.state_hash() == before
    assert world.names == ("table", "block")


def test_time_advances_by_what_was_asked_without_drift(world):
    for _ in range(100):
        world.step(0.0333)
    assert world.time == pytest.approx(3.33, abs=TICK / 2 + 1e-9)


def test_hooks_see_every_physics_step_until_the_world_is_cleared(world):
    seen = []
    world.on_step(lambda w: seen.append(w.ticks))
    world.step(10 * TICK)
    assert seen == list(range(1, 11))
    world.clear()
    world.step(10 * TICK)
    assert len(seen) == 10


def test_teleport_puts_a_moving_part_at_rest(world):
    world.add("block", Block("red"), at(0.5, 0.0, 0.3))
    world.step(0.1)
    assert world.speed("block") > 0.5
    world.teleport("block", at(0.4, 0.2))
    np.testing.assert_allclose(world.pose("block").position, [0.4, 0.2, 0.0], atol=1e-9)
    assert world.speed("block") == 0.0


@pytest.mark.parametrize("offset", [0.0, 0.02])
def test_a_block_dropped_over_the_bowl_ends_inside(world, offset):
    world.add("bowl", Bowl("blue"), at(0.5, 0.0))
    world.add("block", Block("red"), at(0.5 + offset, 0.0, 0.10))
    world.step(1.5)
    centre = world.pose("block").apply(np.array([[0.0, 0.0, 0.02]]))[0]
    away = centre - world.pose("bowl").position
    assert np.linalg.norm(away[:2]) < 0.04
    assert 0.02 < away[2] < 0.04  # on the floor or leaning on the wall
    assert np.linalg.norm(world.pose("bowl").position[:2] - [0.5, 0.0]) < 0.005


def test_a_button_gives_way_under_a_weight_and_springs_back(world):
    world.add("button", Button("green"), at(0.5, 0.0))
    world.add("weight", Ball("red", mass=2.0), at(0.5, 0.0, 0.045))
    world.step(1.0)
    assert world.joint("button") > 0.010
    world.teleport("weight", at(0.7, 0.3))
    world.step(1.0)
    assert world.joint("button") < 0.001


def test_unknown_bodies_are_named_with_what_is_there(world):
    with pytest.raises(UnknownBodyError, match=r"no body 'mug'.*table"):
        world.pose("mug")


def test_a_closed_world_says_so():
    world = World(0)
    world.close()
    world.close()
    with pytest.raises(WorldClosedError):
        world.step(0.1)
