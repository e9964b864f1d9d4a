import numpy as np
import pytest

from planner.errors import InvalidRequestError, UnreachableError
from planner.motion.arm_model import ArmModel
from planner.motion.push_config import PushConfig
from planner.motion.push_model import Outline
from planner.motion.push_space import PushProblem
from planner.motion.pushing import choose_push, push_height, sample_pushes
from planner.value_maps import Near, Recipe, VoxelGrid
from tests.planner.conftest import box_object, scene_of

ARM = ArmModel.panda()
GRID = VoxelGrid()
CONFIG = PushConfig(samples=4000)
BLOCK = box_object((0.48, -0.02, 0.0), (0.52, 0.02, 0.04))


def choose(goal, *others, thing=BLOCK, avoidance=None, seed=0, config=CONFIG):
    problem = PushProblem(
        thing, np.array(goal), scene_of(thing, *others), avoidance, GRID
    )
    return choose_push(problem, ARM, config, np.random.default_rng(seed))


def wall(low, high):
    return box_object(low, high, "blue block", id=2)


@pytest.mark.parametrize("angle", np.deg2rad([0, 40, 90, 135, 180, 225, 270, 330]))
def test_the_push_chosen_brings_the_object_toward_its_goal_from_behind(angle):
    way = np.array([np.cos(angle), np.sin(angle)])
    goal = BLOCK.position[:2] + 0.1 * way
    push = choose(goal)
    assert np.linalg.norm(push.end - goal) < 0.02
    assert push.direction @ push.inward > np.cos(np.arctan(CONFIG.friction)) - 1e-9
    assert (push.contact - BLOCK.position[:2]) @ push.direction < 0.0
    # The hand comes down clear of the object and points down.
    approach = push.hand_at(-push.standoff)
    assert np.linalg.norm(approach.position[:2] - BLOCK.position[:2]) > 0.06
    np.testing.assert_allclose(approach.rotation[:, 2], [0, 0, -1], atol=1e-9)
    assert abs(approach.rotation[:2, 0] @ push.inward) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_push_and_another_seed_nearly_the_same():
    first, same, other = (choose((0.5, 0.12), seed=s) for s in (3, 3, 4))
    np.testing.assert_array_equal(first.contact, same.contact)
    np.testing.assert_array_equal(first.direction, same.direction)
    assert first.distance == same.distance
    assert np.linalg.norm(first.end - other.end) < 0.01


def test_samples_lie_on_the_outline_round_the_way_to_the_goal(rng):
    places = np.array([[0.48, 0.52], [0.0, 0.0]])
    inward = np.array([[1.0, -1.0], [0.0, 0.0]])
    outline = Outline(places, inward, np.array([0.01, 0.0]), np.array([0.5, 0.0]), 0.01)
    goal = np.array([0.5, 0.15])
    pushes = sample_pushes(outline, np.array([0.5, 0.0]), goal, CONFIG, rng)
    assert pushes.contact.shape == (2, CONFIG.samples)
    assert set(pushes.contact[0]) == {0.48, 0.52}
    np.testing.assert_allclose(np.hypot(*pushes.direction), 1.0)
    assert np.median(pushes.direction[1]) > 0.95
    assert abs(np.median(pushes.distance) - 0.15) < 0.005


def test_the_hand_comes_down_between_the_object_and_what_stands_behind_it():
    open_ = choose((0.5, 0.1))
    assert open_.standoff == CONFIG.standoffs[0]
    behind = wall((0.40, -0.14, 0.0), (0.60, -0.085, 0.05))
    push = choose((0.5, 0.1), behind)
    assert push.standoff < open_.standoff
    assert push.hand_at(-push.standoff).position[1] > -0.085 + 0.011


def test_the_object_is_not_pushed_through_what_stands_before_it():
    before = wall((0.40, 0.06, 0.0), (0.60, 0.10, 0.05))
    push = choose((0.5, 0.16), before)
    assert push.end[1] + 0.02 < 0.06 or abs(push.end[0] - 0.5) > 0.12


def test_an_object_shut_in_by_walls_cannot_be_pushed():
    walls = (
        wall((0.38, -0.10, 0.0), (0.62, -0.06, 0.2)),
        wall((0.38, 0.06, 0.0), (0.62, 0.10, 0.2)),
        wall((0.38, -0.10, 0.0), (0.44, 0.10, 0.2)),
        wall((0.56, -0.10, 0.0), (0.62, 0.10, 0.2)),
    )
    with pytest.raises(UnreachableError):
        choose((0.5, 0.2), *walls)


def test_the_object_is_kept_out_of_what_the_avoidance_map_forbids():
    centre = np.array([0.5, 0.1, 0.02])
    near = Near.of(GRID.to_vox(centre[None]), 0.04, 1.0)
    goal = np.array([0.5, 0.2])
    push = choose(goal, avoidance=Recipe(0.0, (near,)))
    start = BLOCK.position[:2]
    for share in np.linspace(0.0, 1.0, 20):
        assert np.linalg.norm(start + share * (push.end - start) - centre[:2]) > 0.03
    assert np.linalg.norm(choose(goal).end - goal) < np.linalg.norm(push.end - goal)


def test_what_is_out_of_reach_is_not_pushed():
    far = box_object((0.70, 0.22, 0.0), (0.74, 0.26, 0.04))
    with pytest.raises(UnreachableError):
        choose((0.60, 0.20), thing=far)


def test_flat_and_tall_things_are_refused_and_tall_ones_pushed_higher():
    with pytest.raises(InvalidRequestError, match="flat"):
        push_height(box_object((0, 0, 0), (0.1, 0.1, 0.01)), 0.0, CONFIG)
    with pytest.raises(InvalidRequestError, match="topple"):
        push_height(box_object((0, 0, 0), (0.1, 0.1, 0.2)), 0.0, CONFIG)
    low = push_height(box_object((0, 0, 0), (0.1, 0.1, 0.04)), 0.0, CONFIG)
    high = push_height(box_object((0, 0, 0), (0.1, 0.1, 0.07)), 0.0, CONFIG)
    assert low < 0.025 < high < 0.045
