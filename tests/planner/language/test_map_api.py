import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InvalidMapError
from planner.language.host import HandState
from planner.language.map_api import MapDecoder
from planner.language.objects import Seen
from planner.map_reading import rasterise
from planner.value_maps import KINDS, Recipe, VoxelGrid

HAND = HandState(np.array([0.4, 0.0, 0.3]), np.array([0.0, 1.0, 0.0, 0.0]), True, False)
NOTHING = [None] * 4
GRID = VoxelGrid()


def decoder(**changes):
    return MapDecoder(VoxelGrid(), {}, HAND, 0.0, **changes)


REFUSED = {
    "no list": 7,
    "text": "affordance",
    "dictionary": {"kind": "affordance"},
    "unknown kind": ["colour", []],
    "kind not hashable": [[], []],
    "operations no list": ["affordance", 3],
    "operation no list": ["affordance", [3]],
    "empty operation": ["affordance", [[]]],
    "unknown operation": ["affordance", [["paint", 1, 2, 3]]],
    "name not hashable": ["affordance", [[[], 1, 2, 3]]],
    "too few facts": ["affordance", [["near", [1, 2, 3], 1.0]]],
    "voxel outside": ["affordance", [["near", [1, 2, 100], 1.0, 1.0]]],
    "voxel negative": ["affordance", [["near", [1, 2, -1], 1.0, 1.0]]],
    "voxel of floats": ["affordance", [["near", [1.0, 2.0, 3.0], 1.0, 1.0]]],
    "voxel of truths": ["affordance", [["near", [True, True, True], 1.0, 1.0]]],
    "voxel of four": ["affordance", [["near", [1, 2, 3, 4], 1.0, 1.0]]],
    "box beyond": ["affordance", [["box", [0, 0, 0], [101, 1, 1], 1.0]]],
    "radius NaN": ["affordance", [["near", [1, 2, 3], float("nan"), 1.0]]],
    "radius too large": ["affordance", [["near", [1, 2, 3], 200.1, 1.0]]],
    "radius negative": ["affordance", [["near", [1, 2, 3], -1.0, 1.0]]],
    "radius text": ["affordance", [["near", [1, 2, 3], "1", 1.0]]],
    "point elsewhere": ["affordance", [["point", [1, 2, 3], [0.5, 0.0, 0.1], 1.0]]],
    "point of two": ["affordance", [["point", [1, 2, 3], [0.5, 0.0], 1.0]]],
    "point NaN": ["affordance", [["point", [1, 2, 3], [float("nan")] * 3, 1.0]]],
    "point huge": ["affordance", [["point", [1, 2, 3], [10**400, 0.0, 0.1], 1.0]]],
    "value NaN": ["affordance", [["near", [1, 2, 3], 1.0, float("nan")]]],
    "value infinite": ["affordance", [["near", [1, 2, 3], 1.0, float("inf")]]],
    "value huge": ["affordance", [["near", [1, 2, 3], 1.0, 10**400]]],
    "value truth": ["affordance", [["near", [1, 2, 3], 1.0, True]]],
    "value quaternion": ["affordance", [["near", [1, 2, 3], 1.0, [1, 0, 0, 0]]]],
    "object unseen": ["affordance", [["object", 5, 1.0, 1.0]]],
    "object truth": ["affordance", [["object", True, 1.0, 1.0]]],
    "the hand's body": ["affordance", [["object", -2, 1.0, 1.0]]],
    "unknown operator": ["affordance", [["combine", "**", 2.0, False]]],
    "reflected what": ["affordance", [["combine", "+", 2.0, 1]]],
    "operand text": ["affordance", [["combine", "+", "2", False]]],
    "operand rotation": ["affordance", [["combine", "+", ["rotation", []], False]]],
    "a rotation": ["rotation", []],
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_is_malformed_is_refused_with_a_sentence(sent):
    with pytest.raises(InvalidMapError) as caught:
        decoder().maps([sent, *NOTHING])
    assert " " in str(caught.value)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_call_has_five_maps(count):
    with pytest.raises(InvalidMapError, match="5"):
        decoder().maps([None] * count)


@pytest.mark.parametrize(
    "value",
    [[0, 0, 0, 0], [1, 0, 0], [0.7, 0.7, 0.7, 0.7], 1.0, [float("nan"), 0, 0, 1]],
)
def test_a_rotation_must_be_a_unit_quaternion(value):
    sent = ["rotation", [["box", [0, 0, 0], [1, 1, 1], value]]]
    with pytest.raises(InvalidMapError):
        decoder().recipe(sent, "rotation")


def test_operations_count_through_maps_within_maps():
    inner = ["affordance", [["near", [1, 1, 1], 1.0, 1.0]] * 120]
    outer = ["affordance", [["combine", "+", inner, False]] * 2]
    with pytest.raises(InvalidMapError, match="200"):
        decoder().recipe(outer, "affordance")


@pytest.mark.parametrize("cells", [1, 12, 3000])
def test_maps_that_take_long_to_make_are_refused(cells, make_thing):
    drawer = make_thing(5, "brown drawer", (0.5, 0.0, 0.2), (0.3, 0.3, 0.3))
    points = GRID.to_world(np.argwhere(np.ones((20, 20, 20)))[:cells] + 40)
    seen = Seen(replace(drawer, points_world=points), GRID)
    made = MapDecoder(GRID, {5: seen}, HAND, 0.0)
    for count, radius_cm in ((100, 5.0), (199, 30.0), (199, 100.0)):
        near = [["object", 5, radius_cm + i / 1e3, 1.0] for i in range(count)]
        sent = [["affordance", near], ["avoidance", near], *NOTHING[1:]]
        try:
            maps = made.maps(sent)
        except InvalidMapError as error:
            assert radius_cm > 5.0
            assert "fewer or smaller" in str(error)
        else:
            start = time.process_time()
            rasterise(maps.affordance, GRID)
            assert time.process_time() - start < 5.0


def test_an_object_in_many_operations_is_kept_once(make_thing):
    seen = Seen(make_thing(5, "brown drawer", (0.5, 0, 0.2), (0.3, 0.3, 0.3)), GRID)
    made = MapDecoder(GRID, {5: seen}, HAND, 0.0)
    near = [["object", 5, 1.0 + i, 1.0] for i in range(9)]
    recipe = made.recipe(["affordance", near], "affordance")
    assert len({id(each.cells) for each in recipe.operations}) == 1


def test_maps_nest_eight_deep_and_no_deeper():
    def nested(depth):
        made = ["affordance", []]
        for _ in range(depth - 1):
            made = ["affordance", [["combine", "+", made, False]]]
        return made

    assert isinstance(decoder().recipe(nested(8), "affordance"), Recipe)
    with pytest.raises(InvalidMapError, match="deep"):
        decoder().recipe(nested(9), "affordance")


def test_absent_values_are_those_of_the_hand():
    made = decoder()
    assert made.recipe(["rotation", []], "rotation").default == (0.0, 1.0, 0.0, 0.0)
    assert made.recipe(["gripper", []], "gripper").default == 1.0
    assert made.recipe(["velocity", []], "velocity").default == 1.0


def test_the_other_polarity_means_the_same_to_the_planner():
    sent = ["gripper", [["box", [0, 0, 0], [50, 100, 100], 1.0]]]
    made = rasterise(decoder(open_value=0).recipe(sent, "gripper"), VoxelGrid())
    assert made[0, 0, 0] == 0.0  # 1 was closed
    assert made[99, 0, 0] == 1.0  # the hand is open


def test_an_empty_slice_sets_nothing():
    sent = ["avoidance", [["box", [5, 5, 5], [5, 9, 9], 1.0]]]
    assert decoder().recipe(sent, "avoidance").operations == ()


def test_the_table_is_what_lies_below_its_top():
    sent = ["avoidance", [["object", -1, 5.0, 1.0]]]
    made = rasterise(decoder().recipe(sent, "avoidance"), VoxelGrid())
    z = VoxelGrid().to_vox(np.array([[0.5, 0.0, 0.05]]))[0, 2]
    assert (made[:, :, :z] == 1.0).all()
    assert (made[:, :, z + 1 :] == 0.0).all()


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 101)
    | st.floats()
    | st.sampled_from([*KINDS, "box", "near", "object", "combine", "+", "max"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(json_like)
def test_anything_at_all_is_a_recipe_or_a_refusal(sent):
    try:
        made = decoder().recipe(sent, "affordance")
    except InvalidMapError:
        return
    assert isinstance(made, Recipe)
