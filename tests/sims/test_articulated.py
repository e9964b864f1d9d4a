import numpy as np
import pytest

from perception.frames import Pose
from sims.articulated import LEVER_TRAVEL, Door, Fridge, Window
from sims.tasks.base import Task
from sims.tasks.openings import OPENINGS


def stand(world, part):
    world.add("it", part, Pose(np.array([0.65, 0.0, 0.0]), np.array([1.0, 0, 0, 0])))
    world.step(0.2)
    body = world.body("it").id
    return body, world.bullet.links(body)


def push(world, body, link, torque, *, seconds=0.4, held=None):
    """Turn a link about the upright axis; `held` is a joint kept where it is told."""
    import pybullet  # noqa: PLC0415 - an outside force is no business of `Bullet`

    for _ in range(round(seconds * 240)):
        if held is not None:
            world.bullet.set_joint(body, *held)
        pybullet.applyExternalTorque(
            body,
            link,
            [0.0, 0.0, torque],
            pybullet.WORLD_FRAME,
            physicsClientId=world.bullet._client,
        )
        world.tick(1)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_door_gives_way_only_while_its_lever_is_down(world, side):
    door = Door(side=side)
    body, links = stand(world, door)
    push(world, body, links["leaf"], -side * 8.0)
    assert world.joint("it") < 0.02
    down = (links["handle"], door.release + 0.1)
    push(world, body, links["leaf"], -side * 8.0, held=down)
    assert world.joint("it") > 0.1


def test_a_lever_springs_back_and_its_stop_holds(world):
    body, links = stand(world, Door())
    world.bullet.set_joint(body, links["handle"], LEVER_TRAVEL + 0.05)
    world.step(1.0)
    angle = world.bullet.joints(body, [links["handle"]])[0, 0]
    assert abs(angle) < 0.05


def test_a_fridge_resists_a_torque_below_its_magnet_and_yields_above(world):
    fridge = Fridge(magnet=6.0, friction=1.0)
    body, links = stand(world, fridge)
    push(world, body, links["leaf"], -5.0)
    assert world.joint("it") < 0.03
    push(world, body, links["leaf"], -14.0)
    assert world.joint("it") > 0.1


def test_a_magnet_pulls_a_door_shut_that_is_ajar_and_not_one_that_is_open(world):
    body, links = stand(world, Fridge())
    world.bullet.set_joint(body, links["leaf"], 0.03)
    world.step(1.0)
    assert world.joint("it") < 0.01
    world.bullet.set_joint(body, links["leaf"], 0.5)
    world.step(1.0)
    assert abs(world.joint("it") - 0.5) < 0.01


def test_a_window_stays_where_it_was_slid_to(world):
    body, links = stand(world, Window())
    world.bullet.set_joint(body, links["leaf"], 0.1)
    world.step(0.5)
    assert abs(world.joint("it") - 0.1) < 0.002


@pytest.mark.parametrize("name", OPENINGS)
def test_furniture_stands_shut_at_first_and_differs_from_seed_to_seed(world, name):
    places = []
    for seed in range(3):
        task = OPENINGS[name]()
        assert isinstance(task, Task)
        task.reset(world, np.random.default_rng(seed))
        world.step(0.2)
        assert not task.success(world)
        assert not any(task.stages(world).values())
        places.append(world.pose("furniture").position)
    assert np.ptp(places, axis=0).max() > 0.001
    task.reset(world, np.random.default_rng(2))
    np.testing.assert_array_equal(world.pose("furniture").position, places[-1])
