from dataclasses import replace

import numpy as np
import pytest

from perception.errors import (
    NothingHeldError,
    ObjectNotFoundError,
    PhraseNotUnderstoodError,
)
from perception.grounding import ground
from perception.scene import Object3D, Scene
from perception.words import COLOUR_WORDS, SHAPE_WORDS


def thing(number, name, centre, size=(0.04, 0.04, 0.04), parent=None):
    colour, shape = name.split()[:2]
    half = np.array(size) / 2
    corners = np.array(centre) + half * np.array(
        [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    )
    return Object3D(
        id=number,
        name=name,
        colour=colour,
        shape=shape,
        points_world=corners,
        normal=np.array([0.0, 0.0, 1.0]),
        yaw=0.0,
        size=np.array(size),
        parent=parent,
    )


SCENE = Scene(
    objects=(
        thing(1, "red block", (0.40, -0.20, 0.02)),
        thing(2, "green block", (0.50, 0.00, 0.03), (0.06, 0.06, 0.06)),
        thing(3, "blue block", (0.60, 0.20, 0.02)),
        thing(4, "blue bowl", (0.70, -0.10, 0.025), (0.14, 0.14, 0.05)),
        thing(5, "yellow ball", (0.70, -0.10, 0.03), (0.03, 0.03, 0.03)),
        thing(6, "green button", (0.35, 0.30, 0.02), (0.08, 0.08, 0.04)),
        thing(7, "brown drawer", (0.75, 0.35, 0.06), (0.2, 0.2, 0.12)),
        thing(8, "black handle", (0.60, 0.35, 0.10), (0.14, 0.02, 0.02), parent=7),
        thing(9, "red block 2", (0.50, 0.00, 0.08)),
        thing(10, "gray handle", (0.40, 0.40, 0.10), (0.14, 0.02, 0.02)),
    ),
    points_world=np.zeros((0, 3)),
    table_height=0.0,
    time=0.0,
)


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("green block", [2]),
        ("the Green Cube", [2]),
        ("red block", [1, 9]),
        ("red block 2", [9]),
        ("a blue dish", [4]),
        ("the yellow sphere", [5]),
        ("blue", [3, 4]),
        ("the yellow one", [5]),
        ("green button", [6]),
        ("grey handle", [10]),
        ("handle", [8, 10]),
        ("drawer handle", [8]),
        ("the cabinet's handle", [8]),
        ("handle of the drawer", [8]),
        ("blocks", [1, 2, 3, 9]),
        ("all blocks", [1, 2, 3, 9]),
        ("anything", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("leftmost block", [1]),
        ("the left-most block", [1]),
        ("rightmost block", [3]),
        ("the block on the right", [3]),
        ("frontmost block", [3]),
        ("backmost block", [1]),
        ("topmost block", [9]),
        ("biggest block", [2]),
        ("the smallest object", [5]),
        ("tallest thing", [7]),
        ("first block from the right", [3]),
        ("second block from the left", [2]),
        ("the second leftmost block", [2]),
        ("last block from the left", [3]),
        ("the block nearest to the button", [3]),
        ("red block closest to the green block", [9]),
        ("block farthest from the bowl", [3]),
        ("block to the left of the green block", [1]),
        ("blue block right of the green block", [3]),
        ("block behind the bowl", [2, 9, 1, 3]),
        ("the block in front of the green block", [3]),
        ("block on the green block", [9]),
        ("block on top of the green cube", [9]),
        ("green block below the red block", [2]),
        ("ball in the bowl", [5]),
        ("thing inside the blue bowl", [5]),
        ("handle next to the drawer", [8]),
        ("leftmost red block", [1]),
    ],
)
def test_phrases_mean_what_a_person_who_faces_the_robot_means(phrase, ids):
    assert [each.id for each in ground(SCENE, phrase)] == ids


def stack(*outward):
    """A chest with a drawer at each height, open by so much, each with a handle."""
    drawers = [
        thing(n + 1, f"white drawer {n}", (0.6 - away / 2, 0.0, 0.1 * n))
        for n, away in enumerate(outward)
    ]
    handles = [
        thing(n + 11, f"black handle {n}", (0.5 - away, 0.0, 0.1 * n), parent=n + 1)
        for n, away in enumerate(outward)
    ]
    return replace(SCENE, objects=(*reversed(drawers), *handles))


@pytest.mark.parametrize("outward", [(0, 0, 0), (0.2, 0, 0), (0, 0.2, 0), (0, 0, 0.2)])
@pytest.mark.parametrize(("word", "number"), [("bottom", 1), ("middle", 2), ("top", 3)])
def test_a_drawer_of_three_is_named_by_its_place_however_far_it_is_open(
    outward, word, number
):
    scene = stack(*outward)
    assert [each.id for each in ground(scene, f"{word} drawer")] == [number]
    bar = ground(scene, f"handle of the {word} drawer")
    assert [each.id for each in bar] == [number + 10]


def test_what_belongs_to_a_thing_is_found_by_the_name_of_the_thing():
    scene = stack(0.1, 0.0, 0.2)
    for number in range(3):
        found = ground(scene, f"handle of the white drawer {number}")
        assert [each.id for each in found] == [number + 11]


def test_of_two_that_could_be_meant_the_one_that_something_is_on():
    bowls = [
        thing(n, name, (0.4, 0.3 * n, 0.02), (0.1, 0.1, 0.04))
        for n, name in ((1, "red bowl"), (2, "red bowl 2"))
    ]
    ball = thing(3, "blue ball", (0.4, 0.6, 0.02), (0.02, 0.02, 0.02))
    scene = replace(SCENE, objects=(*bowls, ball))
    assert [each.id for each in ground(scene, "ball in the red bowl")] == [3]


def test_the_middle_of_a_stack_stays_so_if_little_is_seen_of_one():
    low, middle, high = (thing(n, "red block", (0.5, 0.0, 0.04 * n)) for n in range(3))
    aside = replace(low, points_world=low.points_world + np.array([0.2, -0.2, 0.0]))
    scene = replace(SCENE, objects=(aside, middle, high))
    assert [each.id for each in ground(scene, "middle block")] == [1]


@pytest.mark.parametrize(
    ("places", "phrase", "found"),
    [
        ([0.0, 0.1, 0.5], "middle block", 1),
        ([0.5, 0.0, 0.1], "the central block", 2),
        ([0.0, 0.1, 0.5], "the block in the middle", 1),
        ([0.0, 0.1, 0.2, 0.3, 2.0], "the middle one", 2),
        ([0.0, 0.1, 0.2, 0.7], "center block", 2),
    ],
)
def test_the_middle_one_has_as_many_on_either_side(places, phrase, found):
    row = [thing(n, "red block", (0.5, y, 0.02)) for n, y in enumerate(places)]
    scene = replace(SCENE, objects=tuple(row))
    assert [each.id for each in ground(scene, phrase)] == [found]


def test_of_two_none_is_in_the_middle():
    scene = replace(SCENE, objects=SCENE.objects[:2])
    with pytest.raises(ObjectNotFoundError):
        ground(scene, "middle block")


@pytest.mark.parametrize("word", [w for w in COLOUR_WORDS if w != "dark"])
def test_a_colour_word_never_finds_another_colour(word):
    colour = COLOUR_WORDS[word]
    if not any(each.colour == colour for each in SCENE.objects):
        with pytest.raises(ObjectNotFoundError):
            ground(SCENE, f"the {word} thing")
        return
    assert {each.colour for each in ground(SCENE, f"the {word} thing")} == {colour}


@pytest.mark.parametrize("noun", [w for w, s in SHAPE_WORDS.items() if s == "block"])
def test_every_word_for_a_block_works_in_the_plural_too(noun):
    plural = noun + ("es" if noun == "box" else "s")
    assert ground(SCENE, noun) == ground(SCENE, plural) == ground(SCENE, "block")


@pytest.mark.parametrize(
    "phrase",
    ["purple block", "mug", "ball on the drawer", "fifth block from the left"],
)
def test_what_is_not_seen_is_an_error_that_lists_what_is(phrase):
    with pytest.raises(ObjectNotFoundError) as failure:
        ground(SCENE, phrase)
    assert failure.value.phrase == phrase
    assert failure.value.visible == SCENE.names
    assert "green button" in str(failure.value)


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("the red banana", "banana"),
        ("frobnicated block", "frobnicated"),
        ("block next to the banana", "banana"),
        ("", ""),
        ("the", "the"),
    ],
)
def test_a_word_without_meaning_is_named(phrase, word):
    with pytest.raises(PhraseNotUnderstoodError) as failure:
        ground(SCENE, phrase)
    assert failure.value.word == word
    assert "block" in failure.value.known


def test_what_is_held_is_named_so_and_asking_for_nothing_says_what_to_do():
    red, *others = SCENE.objects
    part = replace(red, id=99, parent=red.id, held=True)
    held = replace(SCENE, objects=(part, replace(red, held=True), *others))
    assert [each.id for each in ground(held, "the held object")] == [red.id]
    with pytest.raises(NothingHeldError, match="pick up"):
        ground(SCENE, "held object")
