"""Sentences about places on the table, sides to stay on, speeds that hold somewhere."""

import numpy as np
import pytest

from planner.errors import NotUnderstoodError
from planner.language.library import load_library
from planner.language.program import Program
from planner.language.reading import Reader
from planner.value_maps import rasterise

READER = Reader(load_library())

UNDERSTOOD = [
    ("move to the left half of the table", "go to region", {"region": "[0, -1]"}),
    (
        "go to the back right corner of the table",
        "go to region",
        {"region": "[-1, 1]"},
    ),
    (
        "drop the red block on the front edge of the table",
        "put in region",
        {"object": "'red block'", "region": "[1, 0]"},
    ),
    (
        "pick up the red block and put it on the right side of the table",
        "put it in region",
        {"region": "[0, 1]"},
    ),
    (
        "push the red block to the left side of the table",
        "push to region",
        {"object": "'red block'", "region": "[0, -1]"},
    ),
    (
        "push the red block while letting it stay on the back side of the table",
        "push to region",
        {"object": "'red block'", "region": "[-1, 0]"},
    ),
    (
        "push the red block along the black line",
        "push along",
        {"object": "'red block'", "line": "'black line'"},
    ),
    (
        "push the red block while staying away from the mug",
        "push off",
        {"object": "'red block'"},
    ),
    (
        "close the second to the left drawer by pushing",
        "close drawer by pushing",
        {"drawer": "'second to the left drawer'"},
    ),
    (
        "move to the front side of the red block",
        "go beside",
        {"side": "[1, 0, 0]", "other": "'red block'"},
    ),
]


@pytest.mark.parametrize(("instruction", "name", "slots"), UNDERSTOOD)
def test_a_place_is_understood(instruction, name, slots):
    clause = READER.read(instruction).clauses[-1]
    assert clause.example.name == name
    assert {key: clause.slots[key] for key in slots} == slots


PACES = [
    (
        "go to the mug while moving at half speed when within 5 cm of the red block",
        (0.5, "red block", 5.0, ""),
    ),
    (
        "move to the mug at a third of the speed in the front left corner of the table",
        (0.33, "", 0.0, "[1, -1]"),
    ),
    ("move slowly to the mug", (0.5, "", 0.0, "")),
]


@pytest.mark.parametrize(("instruction", "pace"), PACES)
def test_a_speed_holds_where_the_sentence_says(instruction, pace):
    reading = READER.read(instruction)
    (found,) = reading.constraints.paces
    assert (found.factor, found.near, found.cm, found.region) == pace
    assert reading.clauses[0].slots["other"] == "'mug'"
    everywhere = not (found.near or found.region)
    assert reading.constraints.speed == (pace[0] if everywhere else None)


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("on the left of", "[0, -1, 0]"),
        ("on the right side of", "[0, 1, 0]"),
        ("in front of", "[1, 0, 0]"),
        ("behind", "[-1, 0, 0]"),
        ("on top of", "[0, 0, 1]"),
        ("above", "[0, 0, 1]"),
    ],
)
def test_a_side_to_stay_on_is_a_constraint(words, side):
    reading = READER.read(f"move to the mug while staying {words} the red block")
    assert reading.constraints.stay == (("red block", side),)


@pytest.mark.parametrize(
    "instruction",
    [
        "push the table",
        "push the red block along the mug",
        "move to the left side of the table while dancing",
        "push the red block and the mug along the black line",
    ],
)
def test_what_makes_no_sense_is_refused(instruction):
    with pytest.raises(NotUnderstoodError):
        READER.read(instruction)


def maps_of(instruction, sandbox, world):
    sandbox.run(Program.from_source(READER.write(instruction)), world)
    return world.calls[-1].maps


def test_the_other_side_is_forbidden_and_this_one_is_not(sandbox, world):
    maps = maps_of(
        "move to the mug while staying on the left of the red block", sandbox, world
    )
    made = rasterise(maps.avoidance, world.grid)
    y = int(world.grid.to_vox(np.array([[0.45, 0.10, 0.02]]))[0, 1])
    assert (made[:, y + 1 :, :] == 1.0).all()
    assert (made[:, :y, :] == 0.0).all()


def test_the_speed_differs_in_the_corner_only(sandbox, world):
    maps = maps_of(
        "move to the mug at half speed in the front left corner of the table",
        sandbox,
        world,
    )
    made = rasterise(maps.velocity, world.grid)
    points = np.array([[0.7, -0.3, 0.1], [0.7, 0.3, 0.1], [0.3, -0.3, 0.1]])
    cells = tuple(world.grid.to_vox(points).T)
    assert made[cells].tolist() == [0.5, 1.0, 1.0]


def test_distances_that_nobody_said_are_shorter_for_a_push(sandbox, world):
    def kept(instruction):
        maps = maps_of(instruction, sandbox, world)
        return int((rasterise(maps.avoidance, world.grid) == 1.0).sum())

    pushed = kept("push the red block while staying away from the mug")
    moved = kept("move to the red block while staying away from the mug")
    said = kept("push the red block while staying 10 cm away from the mug")
    assert pushed < moved == said
