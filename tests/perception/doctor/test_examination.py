"""A right set-up passes, and every fault is named by the checks that should."""

from dataclasses import replace

import numpy as np
import pytest
from camera_setups import (
    TIP,
    arm_at,
    colour_moved,
    divided_twice,
    half_depth,
    holes,
    inverted,
    looking_away,
    millimetres,
    nan_holes,
    noisy,
    reading,
    scaled_intrinsics,
    sensed,
    shifted,
    skewed,
    turned,
    turned_about_z,
    warped,
    with_left,
)
from raycast import RIG, box, look_from, observe

from perception.doctor.config import DoctorConfig
from perception.doctor.examination import examine
from perception.doctor.reading import Reading
from perception.frames import Pose

CHECKS = {
    "units": "depth units",
    "sizes": "image sizes",
    "middle": "principal point",
    "view": "field of view",
    "holes": "missing depth",
    "clock": "clock",
    "flat": "table residual",
    "tilt": "table tilt",
    "height": "table height",
    "seen": "workspace seen",
    "colour": "colour on depth",
    "clouds": "clouds agree",
    "hand": "hand seen",
}
# What is wrong with the left camera, who must say so, and who may say so as well.
FAULTS = {
    "millimetres": (millimetres, "units", ""),
    "divided twice": (divided_twice, "units", ""),
    "turned up 3 deg": (turned("x"), "tilt height clouds hand", ""),
    "turned aside 3 deg": (turned("y"), "tilt clouds hand", ""),
    "turned on its axis 3 deg": (turned("z"), "tilt", "clouds"),
    "turned about z 3 deg": (turned_about_z, "clouds hand", ""),
    "shifted 3 cm in x": (shifted(0.03, 0.0, 0.0), "clouds hand", ""),
    "shifted 3 cm in y": (shifted(0.0, 0.03, 0.0), "clouds hand", ""),
    "shifted 3 cm up": (shifted(0.0, 0.0, 0.03), "height clouds", "hand"),
    "inverse pose": (inverted, "tilt height seen clouds", ""),
    "30 % holes": (holes, "holes", ""),
    "30 % NaN": (nan_holes, "holes", ""),
    "colour 8 px right": (colour_moved(8), "colour", ""),
    "colour up and left": (colour_moved(-3, -7), "colour", ""),
    "clock ahead": (skewed(0.2), "clock", ""),
    "clock behind": (skewed(-0.2), "clock", ""),
    "intrinsics of twice the size": (scaled_intrinsics(2.0, 2.0), "middle view", ""),
    "intrinsics of half the size": (scaled_intrinsics(0.5, 0.5), "middle", ""),
    "focal length in mm": (scaled_intrinsics(0.05), "view", ""),
    "focal length 10 % off": (scaled_intrinsics(0.9), "tilt clouds", "hand"),
    "noise of 12 mm": (noisy, "flat", ""),
    "depth bent": (warped, "flat height", ""),
    "depth of half the size": (half_depth, "sizes middle", "view"),
}


@pytest.fixture(scope="module")
def right():
    return reading(noise=0.001)


def checked(seen, arm=None):
    return examine(seen, arm or arm_at(), DoctorConfig())


def named(findings):
    return {each.check for each in findings}


@pytest.mark.parametrize("noise", [0.0, 0.002])
def test_a_right_set_up_passes_every_check(noise):
    found = checked(reading(noise=noise))
    assert not found.wrong
    assert not found.unknown


@pytest.mark.parametrize("seed", range(4))
def test_a_right_set_up_passes_as_real_sensors_show_it(seed):
    rng = np.random.default_rng(seed)
    seen = reading()
    views = tuple(sensed(view, rng) for view in seen.views)
    found = checked(replace(seen, views=views))
    assert not (found.wrong or found.unknown)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["turned 3 deg", "shifted 3 cm"])
def test_a_pose_that_is_off_in_any_direction_is_told(kind, seed):
    rng = np.random.default_rng(seed)
    way = rng.standard_normal(3)
    way /= np.linalg.norm(way)

    def moved(view):
        pose = view.T_world_cam
        if kind == "turned 3 deg":
            return replace(view, T_world_cam=pose.turned_by(np.radians(3.0) * way))
        return replace(view, T_world_cam=Pose(pose.position + 0.03 * way, pose.wxyz))

    seen = reading()
    views = tuple(sensed(view, rng) for view in with_left(seen, moved).views)
    wrong = checked(replace(seen, views=views)).wrong
    assert wrong
    assert all("left" in each.where for each in wrong)


def test_a_right_set_up_of_finer_images_passes():
    rig = [
        look_from("front", (1.25, 0.0, 0.65), width=480, height=360),
        look_from("left", (0.35, 0.8, 0.7), width=400, height=225),
    ]
    found = checked(reading(rig, noise=0.002))
    assert not (found.wrong or found.unknown)


@pytest.mark.parametrize(("fault", "must", "may"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_by_the_checks_that_should_name_it(right, fault, must, may):
    wrong = checked(with_left(right, fault)).wrong
    musts = {CHECKS[each] for each in must.split()}
    assert musts <= named(wrong)
    assert named(wrong) <= musts | {CHECKS[each] for each in may.split()}


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS.values()], ids=FAULTS)
def test_only_the_faulty_camera_is_named_and_told_what_to_do(right, fault):
    for each in checked(with_left(right, fault)).wrong:
        assert "left" in each.where
        assert each.remedy


def test_the_same_reading_gives_the_same_findings(right):
    assert checked(right) == checked(right)


def test_a_camera_that_looks_away_is_told():
    wrong = named(checked(looking_away()).wrong)
    assert "workspace seen" in wrong


def test_a_camera_without_depth_has_no_table(right):
    def dark(view):
        return replace(view, depth=np.zeros_like(view.depth))

    found = checked(with_left(right, dark))
    assert {"missing depth", "table found"} <= named(found.wrong)
    assert {each.where for each in found.wrong} == {"left"}
    assert "depth units" in named(found.unknown)


def test_one_camera_alone_is_not_held_against_others():
    found = checked(reading(RIG[:1]))
    assert not found.wrong
    assert not {"table height", "clouds agree"} & named(found.findings)


def test_of_two_cameras_both_are_named_where_their_tables_disagree():
    pair = with_left(reading(RIG[:2]), shifted(0.0, 0.0, 0.03))
    (height,) = [e for e in checked(pair).wrong if e.check == "table height"]
    assert height.where == "front, left"
    assert abs(height.value) == pytest.approx(30.0, abs=1.0)


def test_an_empty_table_and_a_hand_out_of_view_tell_nothing():
    views = Reading.of(observe([])).views
    away = arm_at(TIP + np.array([0.0, 0.0, 5.0]))
    found = checked(replace(reading(), views=views), away)
    unknown = {"clock", "colour on depth", "clouds agree", "hand seen"}
    assert named(found.unknown) == unknown
    assert named(found.wrong) == {"hand pose"}


@pytest.mark.parametrize("by", [(0.05, 0, 0), (0, -0.05, 0), (0, 0, 0.08)])
def test_joints_that_put_the_hand_elsewhere_are_told_by_every_camera(right, by):
    wrong = checked(right, arm_at(TIP + by)).wrong
    assert named(wrong) == {"hand seen", "hand pose"}
    assert sum(each.check == "hand seen" for each in wrong) >= 2


def test_a_reported_pose_that_the_joints_do_not_give_is_told(right):
    other = replace(right, T_world_ee=Pose(TIP + 0.05, right.T_world_ee.wxyz))
    assert named(checked(other).wrong) == {"hand pose"}


def test_a_hand_behind_something_is_not_called_misplaced():
    wall = box("gray", (0.85, -0.05, 0.3), (0.1, 0.4, 0.6))
    views = reading((RIG[0],), things=[wall])
    found = checked(views)
    assert "hand seen" in named(found.unknown)
    assert "hand seen" not in named(found.wrong)
