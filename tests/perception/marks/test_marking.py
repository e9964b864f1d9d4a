from functools import cache

import numpy as np
import pytest
from eyes import numbers_in
from raycast import RIG, ball, block, bowl, drawer, look_from, observe
from scipy.ndimage import distance_transform_edt

from perception.backends.embedded.proposals import propose
from perception.backends.marks.config import MarksConfig
from perception.backends.marks.drawing import draw
from perception.backends.marks.marking import mark
from perception.errors import InvalidSettingError
from perception.foreground import Foreground
from perception.observation import NO_BODY
from perception.point_cloud import unfuse

CONFIG = MarksConfig()
SQUARE = tuple(
    look_from(name, eye, width=256, height=256)
    for name, eye in (("near", (1.1, 0.1, 0.6)), ("aside", (0.4, 0.8, 0.7)))
)
TABLES = {
    "apart": [block("red", 0.5, 0.1), ball("green", 0.4, -0.2), bowl("blue", 0.6, 0.3)],
    "touching": [block("red", 0.5, 0.0), block("blue", 0.5, 0.04)],
    "chest": [*drawer(0.55, 0.1), block("red", 0.4, -0.3)],
    "crowd": [
        block(colour, 0.35 + 0.08 * i, -0.3 + 0.08 * j, side=0.025)
        for i in range(5)
        for j, colour in enumerate(["red", "green", "blue", "yellow", "purple"])
    ],
}


def look(solids, rig=RIG, config=CONFIG):
    cameras = observe(solids, rig).cameras
    seen = Foreground.of(cameras, NO_BODY, config.foreground)
    return seen, mark(seen, cameras, config)


@cache
def looked(name):
    return look(TABLES[name], SQUARE if name in ("touching", "crowd") else RIG)


@pytest.fixture(params=TABLES)
def table(request):
    return looked(request.param)


def test_a_mark_is_a_proposal_and_has_its_masks(table):
    seen, board = table
    known = [
        {
            name: image > 0
            for name, image in unfuse(
                board.cameras, seen.cloud.pixel[rows], np.ones(len(rows), np.int32)
            ).items()
        }
        for rows in propose(seen, CONFIG.proposals)
    ]
    assert board.marks
    for each in board.marks:
        same = [
            masks
            for masks in known
            if all(
                np.array_equal(mask, each.masks.get(name, np.zeros_like(mask)))
                for name, mask in masks.items()
            )
        ]
        assert len(same) == 1


def test_numbers_count_from_one(table):
    _, board = table
    assert [each.number for each in board.marks] == list(range(1, len(board.marks) + 1))


def test_every_number_is_read_in_each_picture_it_stands_in_and_no_other(table):
    _, board = table
    read = set()
    for camera, sheet in zip(board.cameras, board.sheets, strict=True):
        for layer in range(board.layers):
            marks = board.standing_in(camera.name, layer)
            found = numbers_in(draw(camera, marks, sheet))
            assert set(found) == {each.number for each in marks}
            read |= set(found)
    assert read == {each.number for each in board.marks}


def test_a_number_is_nearer_to_its_thing_than_two_of_its_heights(table):
    _, board = table
    for camera, sheet in zip(board.cameras, board.sheets, strict=True):
        marks = board.standing_in(camera.name, 0)
        found = numbers_in(draw(camera, marks, sheet))
        for each in marks:
            mask = each.masks[camera.name][sheet.window]
            away = distance_transform_edt(~mask)
            v0, u0, v1, u1 = (side // sheet.scale for side in found[each.number])
            gap = away[v0 : min(v1, away.shape[0]), u0 : min(u1, away.shape[1])].min()
            assert gap <= 2 * sheet.patch_px[0]


def test_most_of_a_thing_stays_to_be_seen(table):
    _, board = table
    for camera, sheet in zip(board.cameras, board.sheets, strict=True):
        bare = draw(camera, (), sheet)
        for layer in range(board.layers):
            marks = board.standing_in(camera.name, layer)
            same = (draw(camera, marks, sheet) == bare).all(axis=2)
            for each in marks:
                mask = each.masks[camera.name][sheet.window]
                if mask.sum() < 4 * np.prod(sheet.patch_px):
                    continue
                large = mask.repeat(sheet.scale, 0).repeat(sheet.scale, 1)
                assert same[large].mean() > 0.6


def test_digits_are_as_tall_as_people_read_them(table):
    _, board = table
    for sheet in board.sheets:
        tall = sheet.scale * sheet.patch_px[0]
        assert max(sheet.size) >= CONFIG.long_side
        assert 28 <= tall <= 0.1 * max(sheet.size)


def test_what_overlaps_stands_in_different_pictures(table):
    _, board = table
    for layer in range(board.layers):
        for camera in board.cameras:
            masks = [
                each.masks[camera.name]
                for each in board.standing_in(camera.name, layer)
            ]
            for i, one in enumerate(masks):
                for other in masks[:i]:
                    smaller = min(one.sum(), other.sum())
                    assert (one & other).sum() <= max(0.5 * smaller, 12)


def test_of_what_touches_the_whole_comes_first_and_then_each():
    _, board = look(TABLES["touching"])
    (both,) = [each for each in board.marks if each.layer == 0]
    pieces = [each for each in board.marks if each.layer == 1]
    assert len(pieces) == 2
    for camera in board.cameras:
        union = pieces[0].masks[camera.name] | pieces[1].masks[camera.name]
        assert (union & both.masks[camera.name]).sum() > 0.95 * union.sum()


def test_the_order_of_the_cameras_does_not_change_a_number():
    cameras = observe(TABLES["chest"]).cameras
    boards = []
    for order in (cameras, cameras[::-1]):
        seen = Foreground.of(order, NO_BODY, CONFIG.foreground)
        boards.append(mark(seen, order, CONFIG))
    for one, other in zip(boards[0].marks, boards[1].marks, strict=True):
        assert one.layer == other.layer
        np.testing.assert_allclose(one.box_world, other.box_world, atol=1e-6)


def test_no_more_marks_stand_in_a_picture_than_may():
    _, board = look(TABLES["crowd"], config=MarksConfig(most=7, pictures=2))
    for camera in board.cameras:
        for layer in range(board.layers):
            assert len(board.standing_in(camera.name, layer)) <= 7
    assert board.layers == 2


def test_a_bare_table_has_no_mark():
    _, board = look([])
    assert board.marks == ()
    assert board.layers == 0


@pytest.mark.parametrize(
    ("width", "height"), [(640, 48), (48, 480), (64, 48), (960, 540)]
)
def test_pictures_of_any_shape_have_room(width, height):
    rig = (look_from("odd", (1.2, 0.0, 0.7), width=width, height=height),)
    _, board = look(TABLES["apart"], rig)
    assert board.marks
    (sheet,) = board.sheets
    assert sheet.room >= 1
    for layer in range(board.layers):
        marks = board.standing_in("odd", layer)
        found = numbers_in(draw(board.cameras[0], marks, sheet))
        assert set(found) == {each.number for each in marks}


@pytest.mark.parametrize(
    "setting",
    [
        {"overlap": 1.5},
        {"pictures": 0},
        {"most": 0},
        {"long_side": 10},
        {"repairs": -1},
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(setting):
    with pytest.raises(InvalidSettingError, match=next(iter(setting))):
        MarksConfig(**setting)
