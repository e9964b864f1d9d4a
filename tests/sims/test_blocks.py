"""The block world: what it can say, how it is laid, what its judge asks."""

import numpy as np
import pytest

from perception.directions import direction
from perception.frames import Pose
from planner.language.check import check
from planner.language.library import load_library
from sims.blocks.attributes import SEEN, UNSEEN
from sims.blocks.checks import USUAL_SPEED, HandSpeed, SpeedInZone
from sims.blocks.published import groups
from sims.blocks.reference import reference_program
from sims.blocks.space import block_at, centre_of, depth_in, gap_to_block, is_beside
from sims.blocks.task import BUILDERS, BlocksTask
from sims.blocks.templates import ENTRIES, TEMPLATES, wishes
from sims.suites import SUITES
from sims.tasks import Task

PAPER_COUNT = 2766


def task(entry, k=0):
    found = ENTRIES[entry].wishes()
    return BlocksTask(ENTRIES[entry], found[k % len(found)])


def wish_like(entry, text):
    return next(each for each in ENTRIES[entry].wishes() if text in each.text)


def test_there_are_as_many_unique_instructions_as_the_paper_has_and_13_templates():
    said = [w.text for t in TEMPLATES for a in (SEEN, UNSEEN) for w in wishes(t, a)]
    assert len(TEMPLATES) == 13
    assert len(set(said)) == len(said) >= PAPER_COUNT
    assert not [text for text in said if "{" in text or "None" in text]
    used = [w.text for e in ENTRIES.values() for w in e.wishes()]
    assert len(set(used)) == len(used) >= PAPER_COUNT


def test_seen_and_unseen_words_share_nothing():
    for name in ("colours", "distances", "velocities", "regions", "deixis"):
        assert not set(getattr(SEEN, name)) & set(getattr(UNSEEN, name))
    said = {each.stay for each in SEEN.prepositions}
    assert not said & {each.stay for each in UNSEEN.prepositions}


def test_the_table_has_the_papers_six_rows_and_every_entry_in_one():
    rows = groups()
    assert [row.name for row in rows][:2] == [
        "SI-SA object interaction",
        "SI-SA spatial composition",
    ]
    listed = [entry for row in rows for entry in row.entries]
    assert sorted(listed) == sorted(ENTRIES)
    assert SUITES["voxposer-blocks"] == tuple(ENTRIES)
    assert {t.name for t in TEMPLATES} == set(BUILDERS)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_episode_starts_unsolved_and_its_seed_decides_all_of_it(world, entry):
    def lay(seed):
        made = BlocksTask(ENTRIES[entry])
        made.reset(world, np.random.default_rng(seed))
        poses = [world.pose(each).position for each in world.names]
        return made, np.concatenate([*poses, world.panda.T_world_ee.position])

    made, first = lay(3)
    assert isinstance(made, Task)
    world.step(0.1)
    assert not made.success(world)
    assert made.instruction in {wish.text for wish in ENTRIES[entry].wishes()}
    again, same = lay(3)
    assert again.instruction == made.instruction
    np.testing.assert_array_equal(first, same)
    other, different = lay(4)
    assert other.instruction != made.instruction or not np.array_equal(same, different)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_reference_program_passes_the_check(entry):
    found = ENTRIES[entry].wishes()
    for wish in found[:: max(1, len(found) // 12)]:
        assert check(reference_program(ENTRIES[entry].template.name, wish)) == ()


def test_the_example_library_holds_no_instruction_of_the_benchmark():
    said = {w.text for e in ENTRIES.values() for w in e.wishes()}
    samples = {each.sample for each in load_library().tasks.values()}
    assert not said & samples
    unseen = {t.name for t in TEMPLATES if not t.seen}
    assert unseen == {e.template.name for e in ENTRIES.values() if e.split == "UI-UA"}


@pytest.mark.parametrize("region", [*SEEN.regions, *UNSEEN.regions])
def test_a_region_is_where_its_words_point_and_its_opposite_is_not(region):
    p = np.array([*centre_of(region), 0.1])
    assert depth_in(region, p) > 0.15
    for word in region.split():
        if word in ("left", "right", "front", "back"):
            away = p - 0.5 * direction(word)
            assert depth_in(region, away) < 0.0


@pytest.mark.parametrize("side", ["left", "right", "front", "back", "top"])
def test_beside_means_on_that_side_and_near(side):
    block, axis = np.array([0.5, 0.1, 0.02]), direction(side)
    assert is_beside(side, block + 0.08 * axis, block)
    assert not is_beside(side, block - 0.08 * axis, block)
    assert not is_beside(side, block + 0.30 * axis, block)
    aside = np.array([0.0, 0.0, 0.0])
    aside[(int(np.abs(axis).argmax()) + 1) % 3] = 0.15
    assert not is_beside(side, block + 0.08 * axis + aside, block)


@pytest.mark.parametrize(
    ("factor", "inside", "kept"),
    [
        (0.25, 0.25, True),
        (0.25, 0.5, True),
        (0.25, 1.0, False),
        (0.25, 0.1, False),
        (1.5, 1.5, True),
        (1.5, 1.0, False),
        (1.5, 2.0, False),
        (2.0, 1.6, True),
        (2.0, 1.3, False),
    ],
)
def test_a_speed_holds_where_it_was_asked_for(world, factor, inside, kept):
    measured = HandSpeed(lambda *_: True)
    measured.outside += [USUAL_SPEED] * 24
    measured.inside += [inside * USUAL_SPEED] * int(6 / inside / USUAL_SPEED)
    assert SpeedInZone(factor, measured).holds(world) is kept


def test_a_short_way_asks_for_no_more_than_can_be_gathered_on_it(world):
    measured = HandSpeed(lambda *_: True)
    measured.outside += [USUAL_SPEED] * 24
    measured.inside += [1.2 * USUAL_SPEED] * 3
    assert SpeedInZone(2.0, measured).holds(world)
    measured.inside += [1.2 * USUAL_SPEED] * 20
    assert not SpeedInZone(2.0, measured).holds(world)


def test_a_hand_that_went_round_the_zone_broke_nothing(world):
    assert SpeedInZone(0.25, HandSpeed(lambda *_: True)).holds(world)


def test_the_measured_speed_is_the_one_of_the_hand(world, down):
    measured = HandSpeed(lambda _, p: bool(p[0] > 0.45))
    for step in range(240):
        x = 0.40 + 0.10 * step / 240
        world.panda.place_hand(down([x, 0.0, 0.3]), 0.08)
        measured.watch(world)
    assert np.median(measured.outside) == pytest.approx(0.10, abs=0.01)
    assert len(measured.inside) == pytest.approx(len(measured.outside), abs=2)


def test_a_broken_constraint_is_remembered(world, down):
    made = task("UI-UA/stay-away")
    made.reset(world, np.random.default_rng(0))
    centre, _ = block_at(world, f"{made.wish.obj} block")
    assert made.stages(world)["kept away"]
    world.panda.place_hand(down([*centre[:2], 0.06]), 0.08)
    world.tick(1)
    world.panda.place_hand(down([0.4, 0.0, 0.4]), 0.08)
    world.tick(1)
    assert not made.stages(world)["kept away"]


def test_pushing_along_a_line_counts_and_carrying_or_straying_does_not(world):
    def after(shifts):
        made = task("SI-SA/push-line")
        made.reset(world, np.random.default_rng(1))
        name = f"{made.wish.obj} block"
        pose, line = world.pose(name), world.pose(f"{made.wish.line} line")
        axis = line.rotation[:, 0]
        towards = line.position - pose.position
        axis = axis * np.sign(towards @ axis)
        across = np.cross([0.0, 0.0, 1.0], axis)
        for along, aside, up in shifts:
            offset = along * axis + aside * across + np.array([0.0, 0.0, up])
            world.teleport(name, Pose(pose.position + offset, pose.wxyz))
            world.tick(1)
        return made.success(world)

    assert after([(0.06, 0.0, 0.0), (0.15, 0.01, 0.0)])
    assert not after([(0.06, 0.0, 0.0)])
    assert not after([(0.06, 0.05, 0.0), (0.15, 0.0, 0.0)])
    assert not after([(0.06, 0.0, 0.1), (0.15, 0.0, 0.0)])


@pytest.mark.parametrize("entry", ["SI-SA/close-drawer", "SI-UA/close-drawer"])
def test_only_the_drawer_that_is_meant_counts(world, entry):
    for wish in ENTRIES[entry].wishes():
        made = BlocksTask(ENTRIES[entry], wish)
        made.reset(world, np.random.default_rng(0))
        drawers = [(n, each) for n in world.names for each in world.body(n).joints]
        opened = [each for each in drawers if world.joint(*each) > 0.08]
        assert len(drawers) == 3
        assert len(opened) == 1
        assert made.meant
        world.set_joint(opened[0][0], 0.0, opened[0][1])
        world.step(0.1)
        assert made.success(world)
        other, link = next(each for each in drawers if each not in opened)
        world.set_joint(other, 0.05, link)
        assert not made.success(world)


def test_the_gap_to_a_block_is_to_its_faces():
    turned = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    block = (np.array([0.5, 0.0, 0.02]), turned)
    assert gap_to_block(np.array([0.57, 0.0, 0.02]), block) == pytest.approx(0.05)
    assert gap_to_block(np.array([0.5, 0.0, 0.03]), block) == 0.0
