import numpy as np
import pytest

from planner.motion.push_model import Pushes, Sliding, outline_of, predict
from tests.planner.conftest import box_points

HALF = 0.02
BOX = outline_of(box_points((0.48, -HALF, 0.0), (0.52, HALF, 0.04)), pad=0.013)
SLIDING = Sliding(BOX.centre, BOX.lever, friction=0.5)


def pushes(contact, direction, distance, *, inward=(1.0, 0.0), pad=0.0):
    """One push by default at the box's low-x side; arguments broadcast to (2, n)."""
    direction = np.atleast_2d(np.array(direction, float)).T
    direction = direction / np.linalg.norm(direction, axis=0)
    n = direction.shape[1]
    column = lambda v: np.tile(np.array(v, float).reshape(2, -1), (1, n))[:, :n]  # noqa: E731
    return Pushes(
        contact=column(contact),
        inward=column(inward),
        direction=direction,
        distance=np.full(n, float(distance)),
        pad=np.full(n, float(pad)),
    )


def turned(xy, angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]]) @ xy


@pytest.mark.parametrize("distance", [0.01, 0.07, 0.2])
def test_a_push_through_the_centre_moves_the_object_along_it_and_turns_nothing(
    distance,
):
    moved = predict(pushes((0.48, 0.0), (1.0, 0.0), distance), SLIDING)
    np.testing.assert_allclose(moved.shift[:, 0], [distance, 0.0], atol=1e-9)
    np.testing.assert_allclose(moved.turn, 0.0, atol=1e-9)


def test_a_slanted_push_whose_line_meets_the_centre_moves_the_object_along_it():
    # Slanted by 20 degrees, within the friction cone; the line meets the middle.
    d = np.array([np.cos(0.35), np.sin(0.35)])
    contact = BOX.centre - d * HALF / d[0]
    moved = predict(pushes(contact, d, 0.1), SLIDING)
    np.testing.assert_allclose(moved.shift[:, 0], 0.1 * d, atol=1e-9)
    np.testing.assert_allclose(moved.turn, 0.0, atol=1e-9)


def test_mirrored_pushes_move_the_object_mirrored():
    rng = np.random.default_rng(1)
    for _ in range(50):
        y, slant = rng.uniform(-HALF, HALF), rng.uniform(-1.4, 1.4)
        distance, pad = rng.uniform(0.0, 0.1), rng.choice([0.0, 0.006])
        way = (np.cos(slant), np.sin(slant))
        one = predict(pushes((0.48, y), way, distance, pad=pad), SLIDING)
        mirrored = (way[0], -way[1])
        other = predict(pushes((0.48, -y), mirrored, distance, pad=pad), SLIDING)
        np.testing.assert_allclose(one.shift[0], other.shift[0], atol=1e-12)
        np.testing.assert_allclose(one.shift[1], -other.shift[1], atol=1e-12)
        np.testing.assert_allclose(one.turn, -other.turn, atol=1e-12)


def test_a_turned_world_turns_what_happens():
    one = predict(pushes((0.48, 0.012), (1.0, 0.3), 0.05), SLIDING)
    angle = 0.8
    contact = BOX.centre + turned(np.array([0.48, 0.012]) - BOX.centre, angle)
    way, inward = turned(np.array([1.0, 0.3]), angle), turned(np.array([1.0, 0]), angle)
    other = predict(pushes(contact, way, 0.05, inward=inward), SLIDING)
    np.testing.assert_allclose(turned(one.shift, angle), other.shift, atol=1e-12)
    np.testing.assert_allclose(one.turn, other.turn, atol=1e-12)


def test_pushes_that_lead_away_or_end_before_the_contact_move_nothing():
    away = [(-1.0, 0.0), (-0.1, 1.0), (0.0, -1.0)]
    moved = predict(pushes((0.48, 0.01), away, 0.1), SLIDING)
    short = predict(pushes((0.48, 0.01), (1.0, 0.0), -0.02), SLIDING)
    for each in (moved, short):
        np.testing.assert_array_equal(each.shift, 0.0)
        np.testing.assert_array_equal(each.turn, 0.0)


def test_a_push_beside_the_centre_turns_the_object_away_from_it():
    moved = predict(pushes((0.48, 0.015), (1.0, 0.0), 0.03), SLIDING)
    assert moved.turn[0] < -0.2
    assert 0.0 < moved.shift[0, 0] < 0.03
    # A flat pad that reaches to the middle line holds it straight.
    held = predict(pushes((0.48, 0.012), (1.0, 0.0), 0.03, pad=0.013), SLIDING)
    np.testing.assert_allclose(held.turn, 0.0, atol=1e-12)


def test_a_pad_without_grip_slips_and_moves_the_object_less():
    way = (1.0, 1.0)
    rough = predict(pushes((0.48, -0.02), way, 0.01), SLIDING)
    smooth = Sliding(BOX.centre, BOX.lever, friction=0.05)
    slipped = predict(pushes((0.48, -0.02), way, 0.01), smooth)
    assert slipped.shift[1, 0] < 0.5 * rough.shift[1, 0]


def test_no_push_moves_an_object_farther_than_the_finger_goes():
    rng = np.random.default_rng(2)
    for _ in range(50):
        way = rng.normal(size=2)
        push = pushes((0.48, rng.uniform(-HALF, HALF)), way, 0.1, pad=0.005)
        shift = predict(push, SLIDING).shift
        assert np.hypot(*shift[:, 0]) <= 0.1 + 1e-9


def test_the_outline_of_a_box_has_its_sides_normals_centre_and_lever():
    gap = np.abs(BOX.p_world - BOX.centre[:, None]).max(axis=0)
    np.testing.assert_allclose(gap, HALF, atol=1e-9)
    np.testing.assert_allclose(BOX.centre, [0.5, 0.0], atol=1e-9)
    assert BOX.lever == pytest.approx(0.3826 * 2 * HALF, rel=0.01)
    toward = BOX.centre[:, None] - BOX.p_world
    assert (np.einsum("km,km->m", toward, BOX.inward) > 0.0).all()
    # In the middle of a side the whole pad lies on; at a corner nothing does.
    to_corner = np.abs(np.abs(BOX.p_world[1]) - HALF)
    on_side = np.abs(BOX.p_world[0] - 0.48) < 1e-9
    assert (BOX.pad[on_side & (to_corner > 0.014)] == 0.013).all()
    assert BOX.pad[to_corner + np.abs(BOX.p_world[0] - 0.48) < 1e-6].max() < 0.003


def test_what_has_no_width_has_no_outline():
    line = np.stack([np.linspace(0.4, 0.5, 20), np.zeros(20), np.zeros(20)], axis=1)
    assert outline_of(line, pad=0.013) is None
