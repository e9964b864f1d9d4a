"""A person who disturbs: what each deed does, and when deeds come about."""

import numpy as np
import pytest

from perception.frames import Pose
from sims.crockery import Cup
from sims.deeds import Pull, Shift, Shove
from sims.disturbances import Disturbances, Due, drawn
from sims.furniture import Cabinet
from sims.parts import Block
from sims.tasks.layout import standing
from sims.ways import aside
from sims.world import World

PLACE = np.array([0.5, 0.1])


def carry_out(world, deed, seed=0, seconds=4.0):
    person = Disturbances(world, np.random.default_rng(seed))
    person.plan([Due(0.0, deed)])
    world.on_step(person.watch)
    world.step(seconds)
    return person.happened


def test_a_hand_that_is_shoved_gives_way_as_far_as_it_is_pushed_and_comes_back(world):
    before = world.panda.T_world_ee.position
    (shove,) = carry_out(world, Shove(0.06), seconds=1.5)
    assert shove.size == pytest.approx(0.06, abs=0.012)
    assert np.linalg.norm(world.panda.T_world_ee.position - before) < 0.002


@pytest.mark.parametrize("hop", [0.0, 0.05])
def test_a_thing_is_moved_upright_to_its_place_at_a_limited_speed(world, hop):
    world.add("cup", Cup("red"), standing(PLACE))
    goal, fastest, highest = np.array([0.4, 0.2]), [0.0], [0.0]
    world.on_step(lambda w: fastest.append(w.speed("cup")))
    world.on_step(lambda w: highest.append(w.pose("cup").position[2]))
    (shift,) = carry_out(world, Shift(("cup",), lambda *_: goal, hop=hop))
    np.testing.assert_allclose(world.pose("cup").position[:2], goal, atol=0.004)
    assert shift.size == pytest.approx(np.linalg.norm(goal - PLACE), abs=0.005)
    assert max(fastest) < 0.45
    assert max(highest) == pytest.approx(hop, abs=0.004)
    assert world.pose("cup").rotation[2, 2] > 0.999


def test_what_is_in_the_hand_is_not_moved(world, down):
    world.add("red block", Block("red"), standing(PLACE))
    world.panda.place_hand(down([*PLACE, 0.02]), 0.06)
    world.panda.drive(world.panda.joints, np.zeros(7), 0.0)
    world.step(0.5)
    assert world.gripped("red block")
    deed = Shift(("red block",), lambda *_: PLACE + 0.1)
    assert carry_out(world, deed, seconds=0.5) == []


def test_a_thing_is_moved_to_where_nothing_is_in_its_way(world):
    world.add("cup", Cup("red"), standing(PLACE))
    others = [PLACE + 0.1 * np.array([np.cos(a), np.sin(a)]) for a in (0.0, 1.3, 2.6)]
    for number, place in enumerate(others):
        world.add(f"block {number}", Block("blue"), standing(place))
    where = aside(0.09, 0.11)
    rng = np.random.default_rng(0)
    places = [where(world, "cup", rng) for _ in range(5)]
    for place in places:
        assert place is not None
        assert min(np.linalg.norm(place - each) for each in others) > 0.06


def test_a_drawer_is_opened_again_only_once_its_time_has_come(world):
    world.add("cabinet", Cabinet(), standing(np.array([0.6, 0.0])))
    asked = []

    def when(world, name):
        asked.append(name)
        return len(asked) > 3

    (undone,) = carry_out(world, Pull("cabinet", "drawer", 0.1, when))
    assert world.joint("cabinet") == pytest.approx(0.1, abs=0.01)
    assert undone.kind == "undo" and undone.begin > 0.1
    world.step(1.0)  # its friction holds it
    assert world.joint("cabinet") == pytest.approx(0.1, abs=0.01)


def test_one_deed_is_over_before_the_next_and_after_the_end_none_begins(world):
    person = Disturbances(world, np.random.default_rng(0))
    person.plan([Due(1.0, Shove(0.05)), Due(0.2, Shove(0.04)), Due(0.4, Shove(0.05))])
    world.on_step(person.watch)
    world.step(1.5)
    assert person.lately(world, 1.0)
    person.end()
    world.step(2.0)
    first, second = person.happened
    assert 0.2 <= first.begin < first.end < second.begin
    assert not person.lately(world, 1.0)


def test_the_same_seed_makes_the_same_person():
    def history(seed):
        with World(0) as world:
            world.add("cup", Cup("red"), standing(PLACE))
            rng = np.random.default_rng(seed)
            kinds = [lambda r: Shift(("cup",), aside(0.05, 0.1)), lambda r: Shove(0.05)]
            person = Disturbances(world, rng)
            person.plan(drawn(rng, kinds, until=1.0))
            world.on_step(person.watch)
            world.step(3.0)
            return person.happened, world.state_hash()

    assert history(1) == history(1)
    assert history(1) != history(2)


def test_a_tie_holds_nothing_before_it_is_led(world):
    world.add("red block", Block("red"), Pose(np.array([0.5, 0.0, 0.2]), np.eye(4)[0]))
    body = world.body("red block").id
    tie = world.bullet.tie(body, -1, upright=True)
    world.step(0.5)
    assert world.pose("red block").position[2] < 0.01
    world.bullet.untie(tie)
