"""Relations inside the sandbox are those that perception tells apart outside."""

import json

import numpy as np
import pytest

from perception.relations import RELATIONS
from planner.errors import ProgramFailedError

PAIRS = {
    "left_of": ("left", "of"),
    "right_of": ("right", "of"),
    "in_front_of": ("in", "front", "of"),
    "behind": ("behind",),
    "is_on": ("on",),
    "is_inside": ("in",),
}
COLOURS = "red green blue yellow pink brown white black orange purple".split()


def random_things(seed, make_thing):
    """Things beside, on and in each other, as often as not."""
    rng = np.random.default_rng(seed)
    bowl = rng.uniform([0.3, -0.3, 0.0], [0.7, 0.3, 0.0])
    made = [
        make_thing(1, "red bowl", bowl + np.array([0, 0, 0.03]), (0.16, 0.14, 0.06))
    ]
    for number, colour in enumerate(COLOURS[1:], start=2):
        size = rng.uniform(0.03, 0.18, 3)
        foot = rng.choice([0.0, 0.01, 0.06, 0.07, 0.1])
        spread = rng.choice([0.03, 0.3])
        beside = [*rng.uniform(-spread, spread, 2), foot + size[2] / 2]
        centre = bowl + np.array(beside)
        made.append(make_thing(number, f"{colour} block", centre, size))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_each_relation_holds_where_perception_says_so(seed, run, world, make_thing):
    world.objects = random_things(seed, make_thing)
    source = "things = [detect('red bowl')] + detect_all('block')\n" + "\n".join(
        f"print([[a.name, b.name] for a in things for b in things"
        f" if a.name != b.name and {name}(a, b)])"
        for name in PAIRS
    )
    printed = run(source).replace("'", '"').splitlines()
    for words, line in zip(PAIRS.values(), printed, strict=True):
        expected = {
            (a.name, b.name)
            for a in world.objects
            for b in world.objects
            if a is not b and RELATIONS[words](a, b) is not None
        }
        assert {tuple(each) for each in json.loads(line)} == expected, words


def test_the_scenes_hold_every_relation(make_thing):
    things = random_things(0, make_thing)
    for words in PAIRS.values():
        assert any(
            RELATIONS[words](a, b) is not None
            for a in things
            for b in things
            if a is not b
        ), words


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_is_the_nearest_other_one(seed, run, world, make_thing):
    world.objects = random_things(seed, make_thing)
    printed = run(
        "blocks = detect_all('block')\n"
        "print(nearest(blocks, detect('red bowl')).name)\n"
        "print(nearest(blocks, detect('green block')).name)\n"
        "print(nearest([], detect('green block')))\n"
        "print(nearest(blocks, get_ee_pos()).name)"
    ).splitlines()
    blocks = world.objects[1:]
    places = (world.at("red bowl").position, world.at("green block").position)
    for place, name in zip(places, printed, strict=False):
        others = [b for b in blocks if b.name != "green block" or place is places[0]]
        gaps = [np.linalg.norm(each.position - place) for each in others]
        assert others[int(np.argmin(gaps))].name == name
    assert printed[2] == "None"
    near = {b.name: np.linalg.norm(b.position - world.position) for b in blocks}
    assert near[printed[3]] < min(near.values()) + 0.005  # the hand's is a voxel


def test_between_is_the_voxel_midway(run, world):
    printed = run(
        "print(between(detect('red block'), detect('blue bowl')).tolist())\n"
        "print(between([0, 0, 0], (10, 20, 31)).tolist())"
    ).splitlines()
    middle = (world.at("red block").position + world.at("blue bowl").position) / 2
    vox = world.grid.to_vox(middle[None])[0]
    assert np.abs(np.array(json.loads(printed[0])) - vox).max() <= 1
    assert json.loads(printed[1])[:2] == [5, 10]


def test_things_stand_on_the_table(run):
    printed = run(
        "print([is_on(detect('red block'), detect('table')),"
        " is_inside(detect('red block'), detect('table'))])"
    )
    assert printed == "[True, False]"


@pytest.mark.parametrize(
    "source",
    [
        "left_of(detect('red block'), None)",
        "is_on([1, 2, 3], detect('red block'))",
        "nearest([None], detect('red block'))",
    ],
)
def test_what_is_no_object_is_told_as_such(source, run):
    with pytest.raises(ProgramFailedError, match="detected object"):
        run(source)


def test_variables_may_have_the_names_of_builtins_and_relations(run, world):
    run(
        "sum, min, max, abs, list, range, str, int, float = 1, 2, 3, 4, 5, 6, 7, 8, 9\n"
        "all, any, zip, sorted, tuple, round, bool, len = 1, 2, 3, 4, 5, 6, 7, 8\n"
        "above, behind, between, nearest, ask = 1, 2, 3, 4, 5\n"
        "def there():\n"
        "    m = get_empty_affordance_map()\n"
        "    block = detect('red block')\n"
        "    set_voxel_by_radius(m, (block.position + block.aabb[1]) / 2, 3, 1)\n"
        "    m[10:20, :, 5] = np.linalg.norm(np.array([3, 4])) / 10\n"
        "    return m * 2 + np.maximum(m, 0.1)\n"
        "execute('gripper', there, rotation_map=None)\n"
        "reset_to_default_pose()"
    )
    assert world.calls
