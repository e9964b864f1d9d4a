"""The everyday tasks: how they are laid, what counts, what a person may do in them."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.directions import direction
from perception.frames import Pose
from planner.language.check import check
from sims.crockery import PLATE
from sims.disturbances import Disturbances, Due
from sims.everyday.catalogue import DISTURBED, STATIC
from sims.everyday.close_drawer import close_drawer
from sims.everyday.move_avoid import VASE, move_avoid
from sims.everyday.open_bottle import BOTTLE, COVER, Recap, open_bottle
from sims.everyday.published import RATES, groups
from sims.everyday.set_table import set_table
from sims.everyday.sweep_trash import BRUSH, PAN, sweep_trash
from sims.everyday.tasks import TASKS
from sims.jars import CAP
from sims.suites import GROUPS, SUITES
from sims.tasks.base import Referenced
from sims.threads import TURN

SEEDS = range(12)


def laid(world, name, seed=0):
    task = TASKS[name]()
    task.reset(world, np.random.default_rng(seed))
    return task


def scene_of(world, lay, seed=0):
    world.clear()
    nobody = Disturbances(world, np.random.default_rng(seed))
    made = lay(world, np.random.default_rng(seed), nobody).laid
    for each in made.checks:
        world.on_step(each.watch)
    return made, nobody


def told(made, world):
    return {each.name: each.holds(world) for each in made.checks}


def put(world, name, xy, yaw=0.0, z=0.002):
    wxyz = Rotation.from_euler("z", yaw).as_quat(scalar_first=True)
    world.teleport(name, Pose(np.array([*xy, z]), wxyz))


def poses(world):
    return np.concatenate([world.pose(name).position for name in world.names])


def test_the_suite_has_every_task_still_and_disturbed_and_a_published_row_for_each():
    assert SUITES["voxposer-everyday"] == (*STATIC, *DISTURBED)
    assert set(TASKS) == {*STATIC, *DISTURBED}
    assert set(STATIC) <= set(RATES)
    assert GROUPS["voxposer-everyday"] == groups()
    rows = {each.name: each for each in groups()}
    assert rows["everyday/close-drawer disturbed"].published["VoxPoser"] == 70.0
    assert rows["all static"].entries == STATIC
    if set(STATIC) == set(RATES):
        for k, names in enumerate(("all static", "all disturbed")):
            mean = np.mean([each[k] for each in RATES.values()], axis=0)
            assert tuple(rows[names].published.values()) == pytest.approx(mean)


@pytest.mark.parametrize("name", STATIC)
def test_a_task_starts_undone_and_a_person_comes_to_the_same_table(world, name):
    words = set()
    for seed in SEEDS[:4]:
        task = laid(world, name, seed)
        table = poses(world)
        assert isinstance(task, Referenced)
        assert task.disturbed == ()
        assert check(task.reference()) == ()
        words.add(task.instruction)
        world.step(0.2)
        assert not task.success(world)
        again = laid(world, f"{name} disturbed", seed)
        np.testing.assert_array_equal(poses(world), table)
        assert again.instruction == task.instruction
        assert again.reference() == task.reference()
    assert len(words) > 1


@pytest.mark.parametrize("name", DISTURBED)
def test_a_person_disturbs_an_arm_that_does_nothing_and_it_is_told(world, name):
    kinds = set()
    for seed in SEEDS[:2]:
        task = laid(world, name, seed)
        world.step(5.0)
        kinds |= {line.split(": ")[1].partition(",")[0] for line in task.disturbed}
    assert kinds
    assert kinds <= {"force", "shift"}  # nothing is done that could be undone


# --- the drawer


@pytest.mark.parametrize(("travel", "shut"), [(0.0, True), (0.01, True), (0.03, False)])
def test_a_drawer_counts_as_closed_to_a_centimetre_and_a_half(world, travel, shut):
    made, _ = scene_of(world, close_drawer)
    world.set_joint("cabinet", travel)
    world.step(0.1)
    assert told(made, world) == {"moved": True, "shut": shut}


# --- the table


def where_it_belongs(made):
    """Return what is to be laid, and on which side, as the instruction says."""
    words = made.instruction.replace(",", "").split(" ")
    things = [each for each in made.meant if each != "plate"]
    sides = []
    for thing in things:
        rest = words[words.index(thing) :]
        sides.append(next(w for w in rest if w in ("left", "right", "behind")))
    return dict(zip(things, sides, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_is_set_as_it_was_said_and_not_the_other_way_round(world, seed):
    made, _ = scene_of(world, set_table, seed)
    plate = world.pose("plate").position[:2]
    wanted = where_it_belongs(made)
    for sign, right in ((1.0, True), (-1.0, False)):
        for thing, side in wanted.items():
            put(world, thing, plate + sign * (PLATE.rim + 0.05) * direction(side)[:2])
        world.step(0.3)
        stages = told(made, world)
        assert [stages[f"{thing} placed"] for thing in wanted] == [right] * 2
        assert all(stages[f"{thing} released"] for thing in wanted)
        assert not any(stages[f"{thing} lifted"] for thing in wanted)


def test_cutlery_that_lies_askew_or_on_the_plate_is_not_placed(world):
    seed = next(s for s in SEEDS if "cup" not in scene_of(world, set_table, s)[0].meant)
    made, _ = scene_of(world, set_table, seed)
    thing, side = next(iter(where_it_belongs(made).items()))
    plate = world.pose("plate").position[:2]
    for distance, yaw, placed in (
        (0.14, 0.2, True),
        (0.14, 0.9, False),
        (0.0, 0, False),
    ):
        put(world, thing, plate + distance * direction(side)[:2], yaw, z=0.03)
        world.step(0.4)
        assert told(made, world)[f"{thing} placed"] is placed


# --- the vase


def seed_of(world, carrying):
    return next(
        s
        for s in SEEDS
        if (len(scene_of(world, move_avoid, s)[0].meant) > 1) is carrying
    )


def test_a_hand_that_came_too_near_to_the_vase_has_failed(world, down):
    seed = seed_of(world, carrying=False)
    made, _ = scene_of(world, move_avoid, seed)
    over = [*world.pose("plate").position[:2], 0.1]
    near = [*world.pose(VASE).position[:2], 0.24]
    kept = []
    for place in (over, near, over):
        world.panda.place_hand(down(place), 0.08)
        world.step(0.1)
        kept.append(all(told(made, world).values()))
    assert kept == [True, False, False]
    assert told(made, world) == {
        "kept away": False,
        "vase untouched": True,
        "over the plate": True,
    }


def test_what_a_person_brings_near_is_excused_for_a_while(world):
    made, person = scene_of(world, move_avoid)
    kept = made.checks[0]
    person.lately = lambda world, seconds: True
    put(world, VASE, world.panda.T_world_ee.position[:2], z=0.3)
    kept.watch(world)
    assert kept.holds(world)
    person.lately = lambda world, seconds: False
    kept.watch(world)
    assert not kept.holds(world)


def test_a_thing_on_the_plate_is_there_and_beside_it_is_not(world):
    made, _ = scene_of(world, move_avoid, seed_of(world, carrying=True))
    thing = next(each for each in made.meant if each != "plate")
    plate = world.pose("plate").position[:2]
    for away, there in ((0.0, True), (0.13, False)):
        put(world, thing, plate + np.array([away, 0.0]), z=0.01)
        world.step(0.5)
        assert told(made, world)["on the plate"] is there


# --- the trash


def in_pan(world, name, x, y=0.0, z=0.012):
    foot = Pose(np.array([x, y, z]), np.array([1.0, 0.0, 0.0, 0.0]))
    world.teleport(name, world.pose(PAN) @ foot)


def pieces_of(world):
    return [name for name in world.names if name.endswith("trash")]


def test_all_pieces_must_lie_in_the_pan_and_not_before_or_beside_it(world):
    made, _ = scene_of(world, sweep_trash)
    pieces = pieces_of(world)
    for number, name in enumerate(pieces):
        in_pan(world, name, 0.1, 0.05 * (number - 1))
    world.step(0.3)
    assert told(made, world) == {
        "gripped": False,
        "some swept": True,
        "all swept": True,
        "at rest": True,
        "not by hand": True,
    }
    for x, y in ((-0.03, 0.0), (0.08, 0.16), (0.01, 0.0)):
        in_pan(world, pieces[0], x, y)
        world.step(0.3)
        assert not told(made, world)["all swept"]
        assert told(made, world)["some swept"]


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_a_brush_that_is_led_into_the_pan_takes_a_piece_along_and_none_before(
    world, seed
):
    made, _ = scene_of(world, sweep_trash, seed)
    piece, *others = pieces_of(world)
    for number, name in enumerate(others):
        put(world, name, (0.3, 0.4 + 0.05 * number))
    in_pan(world, piece, -0.12)
    T_world_pan = world.pose(PAN)
    world.teleport(BRUSH, T_world_pan @ Pose(np.array([-0.18, 0, 0.004]), np.eye(4)[0]))
    body = world.body(BRUSH).id
    tie = world.bullet.tie(body, -1, upright=True)
    start = world.bullet.centre(body, -1)
    for tick in range(240):
        way = T_world_pan.rotation @ [0.24 * tick / 240, 0.0, 0.0]
        world.bullet.lead(tie, Pose(start.position + way, start.wxyz), 20.0)
        world.tick(1)
        if tick == 60:
            assert not told(made, world)["some swept"]
    world.bullet.untie(tie)
    assert told(made, world)["some swept"]


# --- the bottle


def take_off(world):
    world.set_joint(BOTTLE, 0.0, TURN)
    world.tick(1)
    put(world, COVER, world.pose(BOTTLE).position[:2] - [0.13, 0.0])
    world.step(0.3)


def test_a_bottle_is_closed_at_first_and_open_with_its_cap_on_the_table(world):
    made, _ = scene_of(world, open_bottle)
    world.step(0.2)
    stages = told(made, world)
    assert not (stages["turned"] or stages["unscrewed"] or stages["off"])
    take_off(world)
    stages = told(made, world)
    assert stages["unscrewed"] and stages["off"] and stages["released"]


def test_who_puts_the_cap_on_again_screws_it_tight(world):
    made, person = scene_of(world, open_bottle)
    closed = CAP.closed(world.pose(BOTTLE))
    take_off(world)
    person.plan([Due(0.0, Recap(closed))])
    world.on_step(person.watch)
    world.step(4.0)
    (undone,) = person.happened
    assert undone.kind == "undo"
    assert CAP.thread.turned(world, COVER, BOTTLE) > 0.8
    assert not told(made, world)["unscrewed"]
