"""Jars to be closed and bulbs to be screwed in: what counts, and what does not."""

import numpy as np
import pytest

from perception.frames import Pose
from planner.language.check import check
from sims.camera import Rig
from sims.episode import Stage, play
from sims.gravmad.bulbs import BULBS
from sims.gravmad.jars import JARS
from sims.jars import LID
from sims.lamps import LIT, SOCKET
from sims.sessions import session_source
from sims.suites import BenchConfig

TASKS = JARS | BULBS
UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])


def laid(world, name, seed):
    task = TASKS[name]()
    task.reset(world, np.random.default_rng(seed))
    return task


def put(world, nut, host, thread, *, turns):
    """Put a nut where it is after so many turns, as if it had been screwed in."""
    up = np.array([0.0, 0.0, thread.height - turns * thread.pitch])
    world.teleport(nut, world.pose(host) @ Pose(up, UPRIGHT))
    thread.fit(world, nut, (host,))
    world.step(0.2)


def of(world, noun):
    return [name for name in world.names if name.rstrip(" 0123456789").endswith(noun)]


@pytest.mark.parametrize("name", TASKS)
def test_an_episode_starts_unsolved_with_a_program_that_passes_the_checks(world, name):
    for seed in range(2):
        task = laid(world, name, seed)
        world.step(0.2)
        stages = task.stages(world)
        assert not task.success(world)
        assert not any(stages[each] for each in list(stages)[:-1])
        assert check(task.reference()) == ()
        assert set(task.meant) < set(world.names)


@pytest.mark.parametrize("name", JARS)
def test_only_the_jar_that_is_meant_is_to_be_closed(world, name):
    for choose in (lambda target, other: target, lambda target, other: other):
        task = laid(world, name, 1)
        (target,) = set(task.meant) & set(of(world, "jar"))
        (other,) = set(of(world, "jar")) - {target}
        jar = choose(target, other)
        put(world, "gray lid", jar, LID.thread, turns=LID.thread.turns)
        stages = task.stages(world)
        assert not stages.pop("gripped")
        assert stages.pop("released")
        assert set(stages.values()) == {jar == target}


def test_a_lid_that_is_only_set_on_a_jar_does_not_close_it(world):
    task = laid(world, "base/close-jar", 0)
    put(world, "gray lid", task.meant[1], LID.thread, turns=0.0)
    assert task.stages(world)["put on"]
    assert not task.stages(world)["screwed"]


def test_the_jar_to_be_closed_is_the_one_that_is_closer_to_the_banana(world):
    for seed in range(4):
        task = laid(world, "novel/close-jar-banana", seed)
        banana = world.pose("banana").position
        gaps = {
            jar: np.linalg.norm(world.pose(jar).position - banana)
            for jar in of(world, "jar")
        }
        near, far = sorted(gaps, key=lambda jar: gaps[jar])
        assert near in task.meant
        assert gaps[far] - gaps[near] > 0.05


def test_a_button_and_a_block_distract(world):
    laid(world, "novel/close-jar-distractor", 0)
    assert len(of(world, "button")) == len(of(world, "block")) == 1


def test_a_bulb_lights_up_where_it_is_tight_and_only_there(world):
    for turns in (0.5 * SOCKET.turns, SOCKET.turns):
        task = laid(world, "base/light-bulb-in", 0)
        put(world, "light bulb 1", "lamp", SOCKET, turns=turns)
        stages = task.stages(world)
        assert stages["put in"]
        assert stages["screwed"] is (turns == SOCKET.turns) is is_lit(world)


def test_the_other_bulb_does_not_count(world):
    task = laid(world, "base/light-bulb-in", 0)
    put(world, "light bulb 2", "lamp", SOCKET, turns=SOCKET.turns)
    assert is_lit(world, "light bulb 2")
    assert not task.stages(world)["put in"]


def is_lit(world, bulb="light bulb 1"):
    """Say whether a camera sees the bulb's glass in the colour of light."""
    rig = Rig(world)
    (camera, *_) = rig.capture()
    segments = rig.segmentation(camera.name)
    (glass,) = (n for n, part in segments.names.items() if part == f"{bulb}/glass")
    seen = np.median(camera.colour[segments.ids == glass], axis=0) / 255.0
    return bool(seen[2] / seen[0] < 0.5 * (1.0 + LIT[2]))


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
def test_the_expert_carries_it_out(name):
    stage = Stage.lay_out(TASKS[name](), 1)
    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        assert play(stage, source(stage)).success
