"""Laws of the report: every frame and loss stands in one row, and JSON keeps all."""

import json
from dataclasses import replace

import pytest

from sims.disturbances import Happened
from sims.tracking.counting import Frame, Glimpse, count
from sims.tracking.report import report
from sims.tracking.watched import Watched, amid, losses

STEP = 0.1
DEEDS = (
    Happened("shift", "cup", 1.0, 1.5, 0.08),
    Happened("force", "hand", 6.0, 6.6, 0.05),
)


def glimpses(k):
    cup = (2,) if not 12 <= k < 20 else (7,) if k < 15 else ()
    plate = Glimpse("plate", 400 if k < 40 else 90, (3,), touched=38 <= k < 42)
    return Glimpse("apple", 200, (1,)), Glimpse("cup", 150, cup), plate


@pytest.fixture
def episode():
    frames = tuple(Frame(round(STEP * k, 4), glimpses(k)) for k in range(100))
    names = {1: "red ball", 2: "blue cylinder", 3: "white bowl", 7: "blue block"}
    return Watched("a task", 0, 5, True, frames, DEEDS, names, (10.0, 12.0, 40.0))


def test_an_episode_read_again_is_the_same(episode):
    assert Watched.of(json.loads(json.dumps(episode.facts()))) == episode


def test_every_frame_is_amid_something_a_person_s_deed_before_all(episode):
    when = amid(episode)
    assert len(when) == 300
    assert when["cup", 0.9] == "still"
    assert when["cup", 1.0] == when["cup", 3.5] == "shift"
    assert when["apple", 1.2] == "still"  # it was another that was moved
    assert when["apple", 7.0] == when["plate", 7.0] == "force"
    assert when["plate", 4.1] == "carried"
    assert when["plate", 5.0] == "hidden"


def test_every_frame_and_every_loss_stands_in_one_row(episode):
    told = report([episode, replace(episode, index=1)])
    assert sum(row.kept.count for row in told.rows.values()) == told.whole.kept.count
    assert told.whole.kept.count == 600
    assert told.whole.kept.right == 600 - 2 * 8
    assert sum(row.losses for row in told.rows.values()) == told.whole.losses == 2
    assert told.rows["shift"].soon.right == 2
    assert told.rows["shift"].longest == pytest.approx(0.8)
    assert (told.things.right, told.things.count) == (4, 6)
    assert told.switches == 4
    assert (told.tracked.right, told.tracked.count) == (600, 600)
    assert told.deeds == {"shift": 2, "force": 2}
    assert json.loads(json.dumps(told.facts()))["whole"]["kept"]["right"] == 584


def test_a_loss_tells_what_was_lost_and_what_was_there_instead(episode):
    (case,) = losses(episode)
    told = str(case)
    for words in ("cup", "2 (blue cylinder)", "7 (blue block)", "0.8 s", "1.2 s"):
        assert words in told


def test_a_report_of_nothing_lost_says_so(episode):
    frames = tuple(f for f in episode.frames if not 1.0 < f.time < 2.1)
    told = report([replace(episode, frames=frames)])
    assert told.whole.kept.rate == 1.0
    assert told.whole.losses == 0
    assert told.whole.soon.count == 0
    assert sum(len(each.counts) for each in count(frames)) == told.whole.kept.count
