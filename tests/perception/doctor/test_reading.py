import numpy as np
import pytest
from camera_setups import reading
from raycast import block, observe

from perception.doctor.reading import Reading, load_reading
from perception.errors import InvalidObservationError, PerceptionError
from perception.observation_file import load_observation, save_observation


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "seen.npz"
    save_observation(observe([block("red", 0.5, 0.0)]), path)
    return path


def rewritten(path, **arrays):
    """Write a file again with some arrays changed or, where None, left out."""
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files} | arrays
    np.savez(path, **{name: each for name, each in kept.items() if each is not None})
    return path


def test_a_saved_observation_reads_as_it_was(saved):
    seen, expected = load_reading(saved), Reading.of(load_observation(saved))
    for a, b in zip(seen.views, expected.views, strict=True):
        np.testing.assert_array_equal(a.depth, b.depth)
        np.testing.assert_array_equal(a.colour, b.colour)
        assert (a.name, a.intrinsics, a.time) == (b.name, b.intrinsics, None)
    np.testing.assert_array_equal(seen.joints, expected.joints)


def test_what_an_observation_refuses_is_read_as_it_is(saved):
    with np.load(saved) as archive:
        depth = (1e3 * archive["depth_0"]).astype(np.uint16)
    rewritten(saved, depth_0=depth, time_1=np.array(7.5))
    with pytest.raises(InvalidObservationError):
        load_observation(saved)
    seen = load_reading(saved)
    assert (seen.views[0].kind, seen.views[1].time) == ("uint16", 7.5)
    assert seen.views[0].depth.max() == depth.max()


def test_numbers_that_are_none_are_no_depth(saved):
    depth = np.array([[np.nan, np.inf, -1.0, 0.7]])
    rewritten(saved, depth_0=depth, colour_0=np.zeros((1, 4, 3), np.uint8))
    np.testing.assert_array_equal(load_reading(saved).views[0].depth, [[0, 0, 0, 0.7]])


@pytest.mark.parametrize(
    "arrays",
    [
        {"depth_0": None},
        {"colour_0": np.zeros((4, 4), np.uint8)},
        {"depth_0": np.zeros(7)},
        {"names": np.array(["a", "a", "b"])},
        {"intrinsics_0": np.array([np.nan, 1.0, 1.0, 1.0])},
        {"camera_0": np.zeros(7)},
        {"joints": np.array([np.nan])},
        {"joints": np.zeros((2, 2))},
        {"gripper_width": np.array(np.inf)},
    ],
)
def test_what_cannot_be_checked_is_refused(saved, arrays):
    with pytest.raises(PerceptionError):
        load_reading(rewritten(saved, **arrays))


def test_points_are_found_at_the_pixels_that_show_them():
    view = reading().views[1]
    points = view.points_world
    pixels, z, inside = view.pixels_of(points)
    assert inside.all()
    np.testing.assert_allclose(view.depth[tuple(pixels.T)], z, atol=1e-6)
