"""Things alike that a person moves and exchanges."""

import numpy as np
import pytest

from sims.disturbances import Disturbances, Due
from sims.parts import Block
from sims.tasks.layout import standing
from sims.tracking.shuffle import AND, BALL, Exchange, shuffle
from sims.tracking.truth import part_of
from sims.world import World

PLACES = {"red block": (0.55, -0.1), "red block 2": (0.6, 0.1)}


def test_two_that_are_exchanged_stand_where_the_other_stood(world):
    for name, place in PLACES.items():
        world.add(name, Block("red"), standing(np.array(place)))
    person = Disturbances(world, np.random.default_rng(0))
    person.plan([Due(0.0, Exchange((tuple(PLACES),)))])
    nearest, fastest = [1.0], [0.0]

    def watch(world):
        a, b = (world.pose(name).position for name in PLACES)
        nearest.append(float(np.linalg.norm(a - b)))
        fastest.append(max(world.speed(name) for name in PLACES))

    world.on_step(person.watch)
    world.on_step(watch)
    world.step(3.0)
    (done,) = person.happened
    assert done.what == AND.join(PLACES)
    for name, other in zip(PLACES, reversed(PLACES), strict=True):
        at = world.pose(name).position
        np.testing.assert_allclose(at[:2], PLACES[other], atol=0.006)
        assert abs(at[2]) < 0.003
    assert min(nearest) > 0.06
    assert max(fastest) < 0.6


@pytest.mark.parametrize("seed", range(3))
def test_a_shuffle_has_twins_and_a_person_with_much_to_do(seed):
    with World(seed) as world:
        task = shuffle()
        task.reset(world, np.random.default_rng(seed))
        assert BALL in world.names
        assert {"red block", "red block 2"} <= set(world.names)
        world.step(25.0)  # with the arm at rest at home
        assert len(task.happened) >= 2
        moved = {part_of(name) for d in task.happened for name in d.what.split(AND)}
        assert moved <= {*world.names, "hand"}
