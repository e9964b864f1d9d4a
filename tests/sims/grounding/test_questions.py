from random import Random

import numpy as np
import pytest

from perception.grounder import Found, Instance, NotFound, Sighting
from sims.grounding import bench
from sims.grounding.bench import GrounderBenchConfig, run_grounder_bench
from sims.grounding.laying import SceneConfig
from sims.grounding.nouns import lexicon
from sims.grounding.pictures import LARGER, STRIP, answered
from sims.grounding.questions import CATEGORIES, Asker
from sims.grounding.scenes import shoot
from sims.world import World

SCENES = 6


@pytest.fixture(scope="module")
def shots():
    with World(0) as world:
        return [
            shoot(world, np.random.default_rng(i), SceneConfig(measured=True))
            for i in range(SCENES)
        ]


def ask(shot, seed=0):
    return list(Asker(shot, lexicon(), Random(seed)).questions())


def test_every_category_is_asked_and_the_same_seed_asks_the_same(shots):
    asked = [question for shot in shots for question in ask(shot)]
    assert {question.category for question in asked} == set(CATEGORIES)
    assert asked == [question for shot in shots for question in ask(shot)]


def test_an_answer_is_there_to_be_seen_and_an_absent_one_is_none(shots):
    for shot in shots:
        counts = np.bincount(
            np.concatenate([np.maximum(each, 0).ravel() for each in shot.owners]),
            minlength=len(shot.pieces) + 1,
        )
        for question in ask(shot):
            assert (question.category == "absent") == (question.answer == ())
            assert all(counts[number] >= 100 for number in question.answer)
            if question.category not in ("plural", "absent"):
                assert len(question.answer) == 1
            elif question.answer:
                assert len(question.answer) > 1


def test_a_phrase_about_one_thing_has_its_noun_or_a_word_for_it(shots):
    words = lexicon()
    for shot in shots:
        for question in ask(shot, seed=1):
            if question.category != "unseen pairs":
                continue
            piece = shot.pieces[question.answer[0] - 1]
            colour, noun = question.phrase.split(" ", 1)
            assert colour in piece.colours
            assert words.said[noun][piece.noun] == 1.0


class Knowing:
    """Answers with the true masks of what `told` says that a phrase means."""

    name = "knowing"

    def __init__(self, told, shot):
        self.told, self.shot = told, shot

    def ground(self, cameras, phrases):
        return tuple(self._one(cameras, phrase) for phrase in phrases)

    def _one(self, cameras, phrase):
        instances = []
        for number in self.told(phrase):
            seen = [
                Sighting(camera.name, owners == number, np.zeros(4), 1.0)
                for camera, owners in zip(cameras, self.shot.owners, strict=True)
                if (owners == number).any()
            ]
            instances.append(Instance(tuple(seen), self.shot.boxes[number], 1.0))
        return Found(phrase, tuple(instances)) if instances else NotFound(phrase)


@pytest.mark.parametrize(
    ("shift", "share"), [(0, 1.0), (1, 0.0)], ids=["right", "wrong"]
)
def test_true_masks_are_right_and_others_are_wrong(shots, monkeypatch, shift, share):
    shot = shots[0]
    monkeypatch.setattr(bench, "shoot", lambda *_: shot)
    asked = Random("questions 0 0")
    answers = {
        each.phrase: each.answer for each in Asker(shot, lexicon(), asked).questions(2)
    }
    everything = [p.number for p in shot.pieces if p.number in shot.boxes]

    def told(phrase):
        true = answers[phrase]
        if not shift:
            return true
        return [i for i in everything if i not in true] if true else everything[:1]

    report = run_grounder_bench(GrounderBenchConfig(scenes=1), Knowing(told, shot))
    counted = [each for each in report.categories if each.count]
    assert len(counted) >= 6
    assert all(each.right == share * each.count for each in counted)
    if not shift:
        assert report.centre_mm < 1e-6


def test_a_picture_shows_what_was_found_in_its_own_place(shots):
    shot = shots[0]
    questions = tuple(ask(shot))
    place = next(i for i, each in enumerate(questions) if len(each.answer) == 1)
    (number,) = questions[place].answer
    answers = Knowing(lambda _: [number], shot).ground(
        shot.cameras, [each.phrase for each in questions]
    )
    asked = bench.Asked(shot, False, shot.cameras, questions, tuple(answers), 0.0)
    assert asked.right(place)
    drawn = answered(asked, place)
    height, width = shot.cameras[0].depth.shape
    assert drawn.shape == (LARGER * height + STRIP, 2 * LARGER * width, 3)
    plain = np.concatenate([c.colour for c in shot.cameras], axis=1)
    changed = (drawn[:-STRIP:LARGER, ::LARGER] != plain).any(axis=2)
    mask = np.concatenate([owners == number for owners in shot.owners], axis=1)
    assert changed[mask].mean() > 0.95
    assert changed[~mask].mean() < 0.2
