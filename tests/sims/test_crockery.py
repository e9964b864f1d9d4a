import numpy as np
import pytest

from perception.frames import Pose
from sims.crockery import CUP, Cup, Fork, Knife, Mug, Plate, Spoon
from sims.tasks.layout import standing

PARTS = (Cup("red"), Mug("blue"), Plate("white"), Fork(), Spoon(), Knife())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_what_a_table_is_laid_with_stands_where_it_is_put(world, part):
    world.add("it", part, standing(np.array([0.5, 0.0]), 0.4))
    before = world.pose("it")
    world.step(1.0)
    shift = (before.inverse() @ world.pose("it")).matrix - np.eye(4)
    assert np.abs(shift).max() < 0.01
    assert world.speed("it") < 0.005


def test_a_cup_dropped_into_another_stands_in_it(world):
    world.add("low", Cup("red"), standing(np.array([0.5, 0.0])))
    drop = Pose(np.array([0.506, 0.004, 0.085]), np.array([1.0, 0.0, 0.0, 0.0]))
    world.add("high", Cup("blue"), drop)
    world.step(1.5)
    offset = world.pose("high").position - world.pose("low").position
    assert np.linalg.norm(offset[:2]) < 0.005
    assert abs(offset[2] - CUP.nested) < 0.005


def test_a_rod_fits_through_the_loop_of_a_mug_and_not_through_its_wall(world):
    from sims.bullet import pybullet  # noqa: PLC0415 - rays are no business of `Bullet`

    mug = Mug("red")
    world.add("mug", mug, standing(np.array([0.5, 0.0])))
    hole = mug.hole

    def blocked(x, z):
        ends = ([0.5 + x, -0.2, z], [0.5 + x, 0.2, z])
        hit = pybullet.rayTest(*ends, physicsClientId=world.bullet._client)[0]
        return hit[0] == world.body("mug").id

    assert not blocked(hole.x, hole.z)
    assert blocked(0.0, hole.z)
    assert blocked(hole.x, mug.handle.high)
