"""Sentences with their meaning: every one composes, and none is a test's."""

from random import Random

import pytest

from planner.language.check import check
from planner.language.embedded.corpus import WriterTrainConfig, chunk_rng, examples
from planner.language.embedded.inflection import gerund, participle
from planner.language.embedded.instructions import instruction
from planner.language.embedded.judge import bare
from planner.language.embedded.outside import outside
from planner.language.embedded.phrases import english, invented
from planner.language.embedded.tokens import written_down
from planner.language.library import load_library
from sims.language_bench.writer import outsiders, people

LIBRARY = load_library()


def made(seed, count):
    rng = Random(seed)
    return [instruction(rng) for _ in range(count)]


def test_the_same_random_state_makes_the_same_sentences():
    assert made(3, 50) == made(3, 50)
    assert made(3, 50) != made(4, 50)


@pytest.mark.parametrize("seed", range(4))
def test_every_meaning_is_a_program_that_passes_the_check(seed):
    for each in made(seed, 60):
        assert check(LIBRARY.program(each.meaning)) == (), each.text


def test_every_task_is_asked_for():
    seen = {step.task for each in made(0, 4000) for step in each.meaning.steps}
    assert seen >= set(LIBRARY.tasks) | {"repeat", "if_seen"}


def test_names_are_said_as_they_are_meant_but_for_slips():
    named = said = 0
    for each in made(1, 800):
        text = bare(written_down(each.text))
        for step in each.meaning.steps:
            for slot in ("object", "other", "button", "drawer"):
                if slot in step.slots:
                    named += 1
                    said += bare(str(step.slots[slot])) in text
    assert said / named > 0.75  # the rest is misspelt, a plural, or "the red one"


def test_sentences_outside_the_world_have_no_meaning():
    rng = Random(5)
    assert all(outside(rng).meaning is None for _ in range(200))


def test_invented_words_are_new_and_real_ones_are_none_of_the_grammar():
    rng = Random(0)
    words = {invented(rng) for _ in range(300)}
    assert len(words) > 250
    assert not {"put", "then", "left"} & set(english())


@pytest.mark.parametrize(
    ("plain", "ing", "ed"),
    [
        ("put the cup down", "putting the cup down", "put the cup down"),
        ("take it", "taking it", "taken it"),
        ("press it", "pressing it", "pressed it"),
        ("tidy it up", "tidying it up", "tidied it up"),
        ("grab it and place it in", "grabbing it and placing it in",
         "grabbed it and placed it in"),
    ],
)  # fmt: skip
def test_verbs_are_inflected(plain, ing, ed):
    assert gerund(plain) == ing
    assert participle(plain) == ed


def bare_text(sentence):
    return written_down(sentence).rstrip(".!? ")


def leaked(chunks):
    held_out = {bare_text(each.text) for each in (*people(), *outsiders())}
    config = WriterTrainConfig()
    return {
        each.text
        for number in range(chunks)
        for each in examples(config, chunk_rng(config, number))
        if bare_text(each.text) in held_out
    }


def test_no_sentence_of_the_bench_is_trained_on():
    assert leaked(chunks=2) == set()


@pytest.mark.slow
def test_no_sentence_of_the_bench_is_in_any_chunk():
    assert leaked(WriterTrainConfig().chunks) == set()
