import numpy as np
import pytest

from perception.colour import colour_word
from sims.assets.colours import COLOURS
from sims.grounding.kinds import KINDS
from sims.grounding.laying import SceneConfig
from sims.grounding.nouns import lexicon, noun_of
from sims.grounding.paint import link_colours, may_be_called, named
from sims.grounding.pairs import held_out
from sims.grounding.scenes import ARM, shoot
from sims.parts import Thing
from sims.world import World

SMALL = SceneConfig(size=(128, 128), measured=True)


@pytest.fixture(scope="module")
def world():
    with World(0) as world:
        yield world


@pytest.fixture(scope="module")
def shots(world):
    return [shoot(world, np.random.default_rng(i), SMALL) for i in range(6)]


def test_the_same_randomness_makes_the_same_pictures(world, shots):
    again = shoot(world, np.random.default_rng(3), SMALL)
    assert again.pieces == shots[3].pieces
    for one, other in zip(again.cameras, shots[3].cameras, strict=True):
        np.testing.assert_array_equal(one.colour, other.colour)
        np.testing.assert_array_equal(one.depth, other.depth)


def test_pieces_are_numbered_and_parts_belong_to_what_came_before(shots):
    for shot in shots:
        assert [p.number for p in shot.pieces] == list(range(1, len(shot.pieces) + 1))
        assert all(p.of is None or p.of < p.number for p in shot.pieces)
        for owners in shot.owners:
            assert owners.min() >= ARM and owners.max() <= len(shot.pieces)


def test_what_is_seen_lies_in_its_box(shots):
    for shot in shots:
        for camera, owners in zip(shot.cameras, shot.owners, strict=True):
            v, u = np.nonzero((owners > 0) & (camera.depth > 0))
            k, z = camera.intrinsics, camera.depth[v, u].astype(float)
            rays = np.stack([(u - k.cx) / k.fx, (v - k.cy) / k.fy, np.ones(len(u))], 1)
            points = camera.T_world_cam.apply(rays * z[:, None])
            for number in np.unique(owners[owners > 0]):
                low, high = shot.boxes[number]
                mine = points[owners[v, u] == number]
                inside = (mine > low - 0.02) & (mine < high + 0.02)
                assert inside.all(axis=1).mean() > 0.95


def test_every_piece_that_a_kind_can_have_has_a_noun():
    rng = np.random.default_rng(0)
    nouns = {noun.name for noun in lexicon().nouns}
    for kind in KINDS:
        things = {"": Thing(kind.noun)}
        things |= kind.make((*kind.colours, "red")[0], rng).model().things
        assert {noun_of(each.words) for each in things.values()} <= nouns, kind.noun


def test_words_of_the_lexicon_do_not_contradict_each_other():
    words = lexicon()
    names = {noun.name for noun in words.nouns}
    for table in (words.kinds, words.traits, words.parts):
        for word, covered in table.items():
            assert set(covered) <= names, word
    assert names.isdisjoint(words.strangers)
    for noun in words.nouns:
        assert words.said[noun.name][noun.name] == 1.0


def test_what_is_held_out_never_occurs_and_the_rest_is_four_fifths(world):
    config = SceneConfig(held_out=held_out(), size=(16, 16), cameras=1)
    for i in range(8):
        shot = shoot(world, np.random.default_rng(100 + i), config)
        pairs = {(colour, p.noun) for p in shot.pieces for colour in p.colours}
        whole = {p.noun for p in shot.pieces if p.of is None}
        assert not {(c, n) for c, n in pairs & held_out() if n in whole}
    kinds = [k for k in KINDS if k.where != "far" and not k.colours]
    assert 0.15 < len(held_out()) / (len(kinds) * len(COLOURS)) < 0.25


@pytest.mark.parametrize("word", COLOURS)
def test_a_named_paint_is_called_so(word):
    rng = np.random.default_rng(0)
    for _ in range(20):
        paint = named(word, rng)
        byte = np.round(255 * paint.rgb).astype(np.uint8)
        assert colour_word(byte[None]) == word == paint.word
        assert may_be_called(paint) == (word,)


def test_every_link_of_a_part_has_a_colour_that_can_be_painted_over():
    rng = np.random.default_rng(0)
    for kind in KINDS:
        model = kind.make((*kind.colours, "red")[0], rng).model()
        assert all(colour is not None for colour in link_colours(model).values())
