"""Buttons that light up, a lamp that tells which to push, and what counts."""

import numpy as np
import pytest

from perception.grounding import ground
from perception.observation import NO_BODY
from planner.events import SubTaskStarted
from planner.execution.loop import Hooks
from planner.language.check import check
from sims.arm import SimArm
from sims.buttons import PRESSED, LitButton
from sims.camera import Rig, render_view
from sims.episode import Stage, play
from sims.gravmad.buttons import BUTTONS, MOST
from sims.oracle import OraclePerceiver
from sims.sessions import session_source
from sims.suites import BenchConfig
from sims.tasks.layout import standing

TRAVEL = LitButton("red").travel


def laid(world, name, seed):
    task = BUTTONS[name]()
    task.reset(world, np.random.default_rng(seed))
    return task


def buttons(world):
    return [name for name in world.names if name.endswith("button")]


def press(world, button, share=1.0):
    """Press a button; its spring lifts it again."""
    world.set_joint(button, share * TRAVEL, "cap")
    world.step(0.1)
    assert world.joint(button, "cap") < 0.001


@pytest.mark.parametrize("name", BUTTONS)
def test_an_episode_starts_unsolved_and_others_are_present(world, name):
    for seed in range(3):
        task = laid(world, name, seed)
        world.step(0.2)
        assert not any(task.stages(world).values())
        assert not task.success(world)
        assert check(task.reference()) == ()
        assert set(task.meant) < set(buttons(world))


def test_one_to_three_buttons_are_pressed_in_their_order_and_no_other(world):
    counts = set()
    for seed in range(20):
        asked = laid(world, "base/push-buttons", seed).meant
        if len(asked) in counts:
            continue
        counts.add(len(asked))
        other = next(each for each in buttons(world) if each not in asked)
        ways = {
            asked: True,
            asked[:-1]: False,
            (*asked, other): False,
            (other, *asked): False,
            (*asked, asked[0]): False,
        }
        if len(asked) > 1:
            ways[tuple(reversed(asked))] = False
        for way, counts_as_done in ways.items():
            task = laid(world, "base/push-buttons", seed)
            for button in way:
                press(world, button)
            assert task.success(world) is counts_as_done
    assert counts == set(range(1, MOST + 1))


def test_a_button_that_is_only_touched_is_not_pressed(world):
    task = laid(world, "novel/push-buttons-light", 0)
    press(world, task.meant[0], share=PRESSED - 0.05)
    assert task.stages(world) == {"touched": True, "pressed": False, "no other": False}


def test_the_button_of_the_lamps_colour_counts_and_it_alone(world):
    for seed in range(2):
        asked = laid(world, "novel/push-buttons-light", seed).meant[0]
        lamp = next(name for name in world.names if name.endswith("light"))
        assert asked == lamp.replace("light", "button")
        others = [each for each in buttons(world) if each != asked]
        assert len(others) == 2
        for way, done in (([asked], True), ([others[0]], False), (others, False)):
            task = laid(world, "novel/push-buttons-light", seed)
            for button in way:
                press(world, button)
            assert task.success(world) is done
        press(world, asked)
        assert not task.success(world)


def test_the_lamp_shows_its_colour(world):
    laid(world, "novel/push-buttons-light", 1)
    seen = SimArm(world, Rig(world)).observe()
    scene = OraclePerceiver(world).perceive(seen, NO_BODY)
    (lamp,) = ground(scene, "the light")
    assert f"{lamp.colour} light" in world.names
    assert len(ground(scene, f"{lamp.colour} button")) == 1


def test_a_button_lights_up_when_it_is_pressed_down_and_stays_so(world):
    world.add("red button", LitButton("red"), standing(np.array([0.5, -0.1])))

    def red():
        view = render_view(world, 240, 180).astype(int)
        return int(((view[..., 0] > 140) & (view[..., 1] < 60)).sum())

    dark = red()
    press(world, "red button", share=PRESSED - 0.05)
    assert red() < 1.2 * dark
    press(world, "red button")
    assert red() > 1.5 * dark


@pytest.mark.slow
def test_the_reference_pushes_the_button_of_the_lamp_in_three_motions():
    stage = Stage.lay_out(BUTTONS["novel/push-buttons-light"](), 0)
    motions = []

    def listen(observation, events):
        del observation
        motions.extend(each for each in events if isinstance(each, SubTaskStarted))

    with stage.world, session_source(BenchConfig(policy="expert")) as source:
        result = play(stage, source(stage), hooks=Hooks(listener=listen))
    assert result.success
    assert len(motions) <= 3
