"""The judge tells programs apart by what they do."""

import itertools

import pytest

from planner.language.embedded.judge import deeds, same
from planner.language.library import load_library
from planner.language.meaning import parse_meaning

LIBRARY = load_library()

DIFFERENT = [
    (["put_in(object='cup', other='box')"], []),
    (["put_in(object='mug', other='box')"], []),
    (["put_in(object='cup', other='bin')"], []),
    (["put_on(object='cup', other='box')"], []),
    (["put_in(object='cups', other='box')"], []),
    (["put_in(object='cup', other='box')"], ["avoid(phrase='mug')"]),
    (["put_in(object='cup', other='box')"], ["avoid(phrase='mug', cm=3)"]),
    (["put_in(object='cup', other='box')"], ["speed(word='slowly')"]),
    (["put_in(object='cup', other='box')"], ["stay(phrase='mug', side='left')"]),
    (["go_beside(other='cup', side='left', cm=5)"], []),
    (["go_beside(other='cup', side='right', cm=5)"], []),
    (["go_beside(other='cup', side='left', cm=7)"], []),
    (["turn(degrees=90)"], []),
    (["turn(degrees=-90)"], []),
    (["press(button='button')", "home()"], []),
    (["home()", "press(button='button')"], []),
    (["repeat(times=2, do=[\"press(button='button')\"])"], []),
    (["repeat(times=3, do=[\"press(button='button')\"])"], []),
    (["if_seen(phrase='cup', do=['home()'], otherwise=['release()'])"], []),
    (["if_seen(phrase='cup', do=['home()'], otherwise=['close()'])"], []),
    (["if_seen(phrase='mug', do=['home()'])"], []),
    (["wait_seen(phrase='cup')", "home()"], []),
    (["home()"], []),
]


@pytest.fixture(scope="module")
def done(sandbox):
    return [
        deeds(LIBRARY.program(parse_meaning(do, limits)), sandbox)
        for do, limits in DIFFERENT
    ]


def test_programs_that_mean_different_things_differ(done):
    for (i, a), (j, b) in itertools.combinations(enumerate(done), 2):
        assert not all(map(same, a, b)), (DIFFERENT[i], DIFFERENT[j])


def test_a_program_is_the_same_as_itself(done, sandbox):
    for (do, limits), before in zip(DIFFERENT, done, strict=True):
        again = deeds(LIBRARY.program(parse_meaning(do, limits)), sandbox)
        assert all(map(same, before, again))


def test_a_program_written_in_another_way_is_the_same(sandbox):
    mine = LIBRARY.program(parse_meaning(["go_by(direction='up', cm=10)"], []))
    other = (
        "z = get_ee_pos() + np.array([0, 0, cm2index(10, 'z')])\n"
        "def up():\n"
        "    m = get_empty_affordance_map()\n"
        "    m[z[0], z[1], z[2]] = 1\n"
        "    return m\n"
        "execute('hand', affordance_map=up)\n"
    )
    assert all(map(same, deeds(mine, sandbox), deeds(other, sandbox)))
