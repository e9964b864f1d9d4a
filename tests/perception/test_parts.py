from dataclasses import replace

import numpy as np
import pytest

from perception.parts import Cluster, assemble
from perception.shapes import measure, shape_word


def box(low, high, step=0.01):
    """Points that fill a box."""
    axes = [np.arange(a, b + 1e-9, step) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def cluster(points, colour, first):
    geometry = measure(points, points[:, 2])
    rows = np.arange(first, first + len(points))
    normal = np.array([-1.0, 0.0, 0.0])
    return Cluster(rows, points, normal, colour, geometry, shape_word(geometry))


def cabinet(handles):
    """A body whose front is at x = 0.70, with bars at places (y, z) before it."""
    parts = [(box((0.70, -0.30, 0.0), (0.90, 0.30, 0.33)), "brown")]
    for y, z in handles:
        bar = box((0.64, y - 0.06, z), (0.66, y + 0.06, z + 0.02))
        posts = box((0.66, y - 0.04, z), (0.69, y + 0.04, z + 0.01))
        parts.append((np.concatenate([bar, posts]), "black"))
    made, first = [], 0
    for points, colour in parts:
        made.append(cluster(points, colour, first))
        first += len(points)
    return assemble(made)


@pytest.mark.parametrize(
    "handles",
    [
        [(0.0, 0.08)],
        [(0.0, 0.05), (0.0, 0.15), (0.0, 0.27)],
        [(-0.2, 0.15), (0.2, 0.15)],
    ],
    ids=["one", "stacked", "side by side"],
)
def test_every_handle_has_a_drawer_of_its_own_that_lies_behind_it(handles):
    things = cabinet(handles)
    bars = [each for each in things if each.shape == "handle"]
    drawers = [each for each in things if each.shape == "drawer"]
    assert len(bars) == len(drawers) == len(handles)
    assert {bar.parent for bar in bars} == {
        i for i, each in enumerate(things) if each.shape == "drawer"
    }
    for bar in bars:
        assert bar.parent is not None
        drawer = things[bar.parent]
        low, high = drawer.points_world.min(axis=0), drawer.points_world.max(axis=0)
        middle = bar.geometry.centre
        assert ((middle > low)[1:] & (middle < high)[1:]).all()
    rows = np.concatenate([each.rows for each in drawers])
    assert (
        len(np.unique(rows))
        == len(rows)
        == len(box((0.70, -0.30, 0.0), (0.90, 0.30, 0.33)))
    )


@pytest.mark.parametrize(
    ("half", "shapes"), [(0.04, ["button"]), (0.09, ["ball", "plate"])]
)
def test_what_lies_in_the_middle_of_a_plate_makes_no_button_of_it(half, shapes):
    """An apple on a plate of 18 cm was its cap, or not, from one look to the next."""
    base = cluster(box((-half, -half, 0.0), (half, half, 0.024), 0.004), "blue", 0)
    apple = cluster(
        box((-0.028, -0.028, 0.024), (0.028, 0.028, 0.058), 0.004), "green", 100_000
    )
    known = [replace(base, shape="plate"), replace(apple, shape="ball")]
    assert sorted(each.shape for each in assemble(known)) == shapes
