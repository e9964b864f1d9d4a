from dataclasses import replace

import numpy as np
import pytest
from raycast import ball, block, observe

from perception.backends.segmentation import SegmentationPerceiver
from perception.backends.sparing import SparingConfig, SparingPerceiver
from perception.composition import with_names
from perception.errors import UnusableReplyError, ViewerUnavailableError
from perception.observation import NO_BODY, Capsules
from perception.perceiver import Attentive, Perceiver, attending
from perception.tracker import Tracker

QUICK = SegmentationPerceiver()
RED, GREEN, BLUE = (
    block("red", 0.5, 0.1),
    ball("green", 0.4, -0.2),
    block("blue", 0.65, -0.1),
)


class Slow:
    """Calls what is red a toaster; counts how often it looks, and may be dumb."""

    name = "slow"

    def __init__(self, *troubles):
        self.looks = 0
        self.troubles = list(troubles)

    def perceive(self, observation, body):
        self.looks += 1
        if self.troubles and (trouble := self.troubles.pop(0)) is not None:
            raise trouble
        scene = QUICK.perceive(observation, body)
        named = [
            replace(each, shape="toaster") if each.colour == "red" else each
            for each in scene.objects
        ]
        return replace(scene, objects=with_names(named))


class Course:
    """Observations of one course, a tenth of a second apart."""

    def __init__(self, *troubles, **config):
        self.slow = Slow(*troubles)
        eyes = SparingPerceiver(self.slow, QUICK, SparingConfig(**config))
        self.perceiver = attending(eyes)
        self.time = 0.0

    def see(self, *solids, body=NO_BODY, count=1):
        for _ in range(count):
            self.time += 0.1
            seen = observe(solids, time=self.time)
            scene = self.perceiver.perceive(seen, body)
        return scene


def test_it_is_a_perceiver_and_so_is_its_attention():
    eyes = SparingPerceiver(Slow(), QUICK)
    assert isinstance(eyes, Perceiver)
    assert isinstance(eyes, Attentive)
    assert isinstance(attending(eyes), Perceiver)
    assert attending(QUICK) is QUICK
    assert eyes.name == attending(eyes).name == "slow"


def test_what_stays_is_asked_about_once_and_keeps_its_words():
    course = Course(pause=0.0)
    for _ in range(6):
        assert set(course.see(RED, GREEN).names) == {"red toaster", "green ball"}
    assert course.slow.looks == 1


def test_what_moves_takes_its_words_along():
    course = Course(pause=0.0)
    for step in range(8):
        moved = block("red", 0.45 + 0.03 * step, 0.1)
        scene = course.see(moved, GREEN)
        (toaster,) = [each for each in scene.objects if each.shape == "toaster"]
        assert np.linalg.norm(toaster.position - moved.centre) < 0.01
    assert course.slow.looks == 1


def test_what_vanishes_is_no_reason_to_ask():
    course = Course(pause=0.0)
    course.see(RED, GREEN)
    course.see(RED, count=5)
    assert course.slow.looks == 1


def test_what_comes_is_asked_about_once_it_has_stayed():
    course = Course(pause=0.0, strange_for=3)
    course.see(BLUE, GREEN)
    for looks, name in ((1, "red block"), (1, "red block"), (2, "red toaster")):
        assert name in course.see(RED, BLUE, GREEN).names
        assert course.slow.looks == looks
    course.see(RED, BLUE, GREEN, count=5)
    assert course.slow.looks == 2


def test_what_flickers_is_never_asked_about():
    course = Course(pause=0.0, strange_for=2)
    course.see(GREEN)
    for _ in range(4):
        course.see(RED, GREEN)
        course.see(GREEN)
    assert course.slow.looks == 1


def test_nobody_is_asked_again_before_the_pause_is_over():
    course = Course(pause=1.0, strange_for=1)
    course.see(GREEN)
    course.see(RED, GREEN, count=8)
    assert course.slow.looks == 1
    course.see(RED, GREEN, count=4)
    assert course.slow.looks == 2


def test_what_is_beside_the_arm_is_not_asked_about():
    arm = Capsules(
        np.array([[0.5, 0.1, 0.12]]), np.array([[0.5, 0.1, 0.5]]), np.array([0.03])
    )
    course = Course(pause=0.0, strange_for=1)
    course.see(GREEN)
    course.see(RED, GREEN, body=arm, count=4)
    assert course.slow.looks == 1


@pytest.mark.parametrize(
    "trouble",
    [
        ViewerUnavailableError("m", "it is silent"),
        UnusableReplyError("m", ("no mark 9",), 2, "9"),
    ],
)
def test_a_model_that_fails_later_leaves_what_is_known(trouble, caplog):
    course = Course(None, trouble, pause=0.5, strange_for=1)
    course.see(RED)
    course.see(RED, GREEN, count=12)
    assert set(course.see(RED, GREEN).names) == {"red toaster", "green ball"}
    assert course.slow.looks == 3
    assert "stays without a name" in caplog.text


def test_a_model_that_fails_at_first_is_an_error():
    with pytest.raises(ViewerUnavailableError):
        Course(ViewerUnavailableError("m", "it is silent")).see(RED)


def test_each_course_has_its_own_memory():
    eyes = SparingPerceiver(Slow(), QUICK)
    first, second = attending(eyes), attending(eyes)
    first.perceive(observe([RED]), NO_BODY)
    second.perceive(observe([GREEN]), NO_BODY)
    assert eyes.slow.looks == 2
    assert first.perceive(observe([RED], time=9.0), NO_BODY).names == ("red toaster",)


def test_a_track_keeps_the_words():
    tracker = Tracker(Course(pause=0.0).perceiver)
    for step in range(5):
        moved = block("red", 0.45 + 0.02 * step, 0.1)
        scene = tracker.update(observe([moved, GREEN], time=0.1 * step), NO_BODY)
        assert set(scene.names) == {"red toaster", "green ball"}
