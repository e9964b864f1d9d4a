import numpy as np

from perception.association import associate, recognise
from perception.scene import Object3D


def thing(colour, x, y, shape="block", side=0.04):
    half = side / 2
    corners = np.array([[x - half, y - half, 0.0], [x + half, y + half, side]])
    return Object3D(
        id=1,
        name="",
        colour=colour,
        shape=shape,
        points_world=corners,
        normal=np.array([0.0, 0.0, 1.0]),
        yaw=0.0,
        size=np.full(3, side),
    )


def test_everything_still_is_itself_in_any_order():
    rng = np.random.default_rng(0)
    things = [thing("red", *xy) for xy in rng.uniform(-0.5, 0.5, (12, 2))]
    order = rng.permutation(12)
    pairs = associate(things, [things[i] for i in order])
    assert pairs == dict(enumerate(order.tolist()))


def test_twins_are_told_apart_by_the_shorter_way():
    known = [thing("red", 0.0, 0.0), thing("red", 0.2, 0.0)]
    assert associate(known, [thing("red", 0.15, 0.0), thing("red", 0.04, 0.0)]) == {
        0: 1,
        1: 0,
    }


def test_another_colour_is_another_object_unless_it_has_not_moved():
    known = [thing("red", 0.0, 0.0)]
    assert associate(known, [thing("green", 0.05, 0.0)]) == {}
    assert associate(known, [thing("orange", 0.001, 0.0)]) == {0: 0}


def test_only_what_looks_the_same_may_leap():
    known = [thing("red", 0.0, 0.0)]
    assert associate(known, [thing("red", 0.4, 0.0)]) == {0: 0}
    assert associate(known, [thing("red", 0.4, 0.0, shape="ball")]) == {}
    assert associate(known, [thing("red", 0.9, 0.0)]) == {}


def test_with_nothing_known_or_seen_nothing_is_the_same():
    assert associate([], [thing("red", 0.0, 0.0)]) == {}
    assert associate([thing("red", 0.0, 0.0)], []) == {}


def test_what_pushes_a_thing_away_does_not_become_it():
    known = [thing("red", 0.0, 0.0)]
    brush = thing("black", 0.01, 0.0, side=0.1)
    assert associate(known, [brush]) == {}
    assert associate(known, [brush, thing("red", 0.05, 0.0)]) == {1: 0}


def test_of_what_may_be_a_thing_in_another_light_one_of_its_colour_is_preferred():
    known = [thing("red", 0.0, 0.0)]
    assert associate(known, [thing("black", 0.0, 0.0), thing("red", 0.05, 0.0)]) == {
        1: 0
    }


def test_a_small_thing_that_leaps_may_seem_of_another_shape():
    crumb = thing("red", 0.0, 0.0, side=0.025)
    assert associate([crumb], [thing("red", 0.4, 0.0, "cylinder", 0.028)]) == {0: 0}
    assert associate([crumb], [thing("red", 0.4, 0.0, "cylinder", 0.06)]) == {}


def test_what_was_lost_is_known_again_by_its_looks_wherever_it_is():
    lost = [thing("red", 0.0, 0.0), thing("red", 0.0, 0.0, side=0.1)]
    seen = [thing("red", 0.9, 0.0, side=0.11), thing("green", 0.1, 0.0)]
    assert recognise(lost, seen) == {0: 1}
    assert recognise(lost, [thing("red", 0.0, 0.0, shape="ball")]) == {}
    assert recognise([], seen) == recognise(lost, []) == {}
