"""Sentences the offline writer must understand, and sentences it must refuse."""

import pytest

from planner.errors import EmptyInstructionError, NotUnderstoodError
from planner.language.library import load_library
from planner.language.reading import Reader
from planner.language.words import tidy

READER = Reader(load_library())
SEEN = (
    "red block",
    "blue bowl",
    "green button",
    "white mug",
    "brown drawer",
    "black handle",
    "yellow block",
    "orange ball",
)

UNDERSTOOD = [
    ("put the red block in the blue bowl", "put in: object=red block, other=blue bowl"),
    (
        "Put the red block into the blue bowl, please.",
        "put in: object=red block, other=blue bowl",
    ),
    (
        "place red block inside the blue bowl",
        "put in: object=red block, other=blue bowl",
    ),
    (
        "could you please place the red cube in the blue bowl?",
        "put in: object=red cube, other=blue bowl",
    ),
    (
        "pleese put teh red block into the blue bowl",
        "put in: object=red block, other=blue bowl",
    ),
    ("drop the red block in the bowl", "put in: object=red block, other=bowl"),
    (
        "pick up the red block and put it in the blue bowl",
        "pick up: object=red block ; put it in: other=blue bowl",
    ),
    (
        "pick up the red block and drop it in the blue bowl",
        "pick up: object=red block ; put it in: other=blue bowl",
    ),
    (
        "grab the red block, then place it into the bowl",
        "pick up: object=red block ; put it in: other=bowl",
    ),
    (
        "grab hold of the red block and stick it in the blue bowl",
        "pick up: object=red block ; put it in: other=blue bowl",
    ),
    (
        "take the red block and move it to the blue bowl",
        "pick up: object=red block ; put it in: other=blue bowl",
    ),
    (
        "move the red block to the blue bowl",
        "put in: object=red block, other=blue bowl",
    ),
    (
        "the red block goes in the blue bowl",
        "put in: object=red block, other=blue bowl",
    ),
    (
        "I want you to toss the leftmost block in the bowl",
        "put in: object=leftmost block, other=bowl",
    ),
    (
        "put the block nearest the bowl into the blue bowl",
        "put in: object=block nearest the bowl, other=blue bowl",
    ),
    (
        "put the block next to the mug in the bowl",
        "put in: object=block next to the mug, other=bowl",
    ),
    (
        "put the red block in the blue bowl, keep 10 cm from the mug",
        "put in: object=red block, other=blue bowl ; avoid mug 10",
    ),
    (
        "put the red block in the blue bowl while avoiding the orange ball",
        "put in: object=red block, other=blue bowl ; avoid orange ball 10",
    ),
    (
        "slowly put the red block in the blue bowl",
        "put in: object=red block, other=blue bowl ; speed 0.5",
    ),
    (
        "keep 10 cm away from the mug and put the red block in the blue bowl",
        "put in: object=red block, other=blue bowl ; avoid mug 10",
    ),
    (
        "put the red block in the bowl without touching the mug and the orange ball",
        "put in: object=red block, other=bowl ; avoid mug 4, orange ball 4",
    ),
    (
        "stack the red block on the yellow block",
        "put on: object=red block, other=yellow block",
    ),
    (
        "stack the red block on top of the yellow one",
        "put on: object=red block, other=yellow one",
    ),
    (
        "put the red block on the yellow block",
        "put on: object=red block, other=yellow block",
    ),
    (
        "place the red block to the left of the mug",
        "put beside: object=red block, side=[0, -1, 0], other=mug",
    ),
    (
        "put the red block 8 cm to the right of the blue bowl",
        "put beside: object=red block, cm=8, side=[0, 1, 0], other=blue bowl",
    ),
    (
        "put the red block next to the mug",
        "put beside: object=red block, side=[0, 1, 0], other=mug",
    ),
    (
        "put the red block in front of the mug",
        "put beside: object=red block, side=[1, 0, 0], other=mug",
    ),
    (
        "move the red block 10 cm to the left",
        "shift: object=red block, cm=10, direction=[0, -1, 0]",
    ),
    (
        "slide the red block to the right by 5 cm",
        "shift: object=red block, direction=[0, 1, 0], cm=5",
    ),
    ("pick up the red block", "pick up: object=red block"),
    ("pick the red block up", "pick up: object=red block"),
    ("lift the red block", "pick up: object=red block"),
    ("grasp the mug", "pick up: object=mug"),
    ("grab the biggest block", "pick up: object=biggest block"),
    ("lift the red block by 20 cm", "lift by: object=red block, height=20"),
    ("raise the red block 0.1 m", "lift by: object=red block, height=10"),
    ("take the orange ball", "pick up: object=orange ball"),
    ("push the green button", "press: button=green button"),
    ("press the green button", "press: button=green button"),
    ("press down on the green button", "press: button=green button"),
    ("hit the green button", "press: button=green button"),
    ("press the button slowly", "press: button=button ; speed 0.5"),
    ("open the drawer", "open drawer: drawer=drawer"),
    ("please open the drawer", "open drawer: drawer=drawer"),
    ("pull the drawer open", "open drawer: drawer=drawer"),
    ("slide the drawer open", "open drawer: drawer=drawer"),
    ("pull open the drawer", "open drawer: drawer=drawer"),
    ("close the drawer", "close drawer: drawer=drawer"),
    ("push the drawer shut", "close drawer: drawer=drawer"),
    ("open the drawer by 12 cm", "open drawer: drawer=drawer, cm=12"),
    (
        "move to 10 cm above the blue bowl",
        "go beside: cm=10, side=[0, 0, 1], other=blue bowl",
    ),
    (
        "move the hand 20 cm above the red block",
        "go beside: cm=20, side=[0, 0, 1], other=red block",
    ),
    ("go above the red block", "go beside: side=[0, 0, 1], other=red block"),
    ("hover 15 cm over the mug", "go beside: cm=15, side=[0, 0, 1], other=mug"),
    (
        "move the gripper to the left of the mug",
        "go beside: side=[0, -1, 0], other=mug",
    ),
    ("move 5 cm in front of the mug", "go beside: cm=5, side=[1, 0, 0], other=mug"),
    ("go behind the blue bowl", "go beside: side=[-1, 0, 0], other=blue bowl"),
    ("move to the red block", "go to: other=red block"),
    (
        "go to the red block but keep 12 cm away from the orange ball",
        "go to: other=red block ; avoid orange ball 12",
    ),
    (
        "move to the red block staying at least 9 cm away from the orange ball",
        "go to: other=red block ; avoid orange ball 9",
    ),
    (
        "reach the red block, staying 10 cm clear of the orange ball",
        "go to: other=red block ; avoid orange ball 10",
    ),
    (
        "move to the red block and keep at least 10 cm from the orange ball",
        "go to: other=red block ; avoid orange ball 10",
    ),
    (
        "approach the mug while avoiding the orange ball",
        "go to: other=mug ; avoid orange ball 10",
    ),
    ("go to the red block at half speed", "go to: other=red block ; speed 0.5"),
    (
        "go to the red block at a quarter of the speed",
        "go to: other=red block ; speed 0.25",
    ),
    ("move faster to the mug", "go to: other=mug ; speed 1.5"),
    ("move to the red block at 30% speed", "go to: other=red block ; speed 0.3"),
    ("move the hand up by 10 cm", "go by: direction=[0, 0, 1], cm=10"),
    ("move up 10 cm", "go by: direction=[0, 0, 1], cm=10"),
    ("move the gripper 5 cm to the left", "go by: cm=5, direction=[0, -1, 0]"),
    ("move left by 50 mm", "go by: direction=[0, -1, 0], cm=5"),
    ("go down a little", "go by: direction=[0, 0, -1]"),
    ("lower the gripper by 3 cm", "lower: cm=3"),
    ("move forward 0.1 m", "go by: direction=[1, 0, 0], cm=10"),
    ("move backwards ten centimetres", "go by: direction=[-1, 0, 0], cm=10"),
    ("go home", "go home"),
    ("go back to the home position", "go home"),
    ("return home", "go home"),
    ("reset", "go home"),
    ("open the gripper", "open gripper"),
    ("close the gripper", "close gripper"),
    ("open your hand", "open gripper"),
    ("pick up the red block, then go home", "pick up: object=red block ; go home"),
    (
        "open the drawer and then push the green button",
        "open drawer: drawer=drawer ; press: button=green button",
    ),
    (
        "push the green button, then open the drawer, then go home",
        "press: button=green button ; open drawer: drawer=drawer ; go home",
    ),
    (
        "put the red block in the bowl and then stack the yellow block on the mug",
        "put in: object=red block, other=bowl ; put on: object=yellow block, other=mug",
    ),
    (
        "pick up the red block and hold it 20 cm above the mug",
        "pick up: object=red block ; hold over: cm=20, side=[0, 0, 1], other=mug",
    ),
    ("turn the hand 90 degrees clockwise", "turn: degrees=90, turn=clockwise"),
    ("rotate the gripper by 45 degrees", "turn: degrees=45"),
    ("grasp the red block and put it down", "pick up: object=red block ; put it down"),
    ("Kindly pick up the orange ball for me", "pick up: object=orange ball"),
    (
        "can you stack the yellow block onto the red block carefully",
        "put on: object=yellow block, other=red block ; speed 0.5",
    ),
    (
        "without touching the mug, move to the red block",
        "go to: other=red block ; avoid mug 4",
    ),
    ("put the cup in the bowl", "put in: object=cup, other=bowl"),
    ("lift the cup", "pick up: object=cup"),
    ("put the banana in the bowl", "put in: object=banana, other=bowl"),
    (
        "put the red block in the bowl, then put the yellow block in it",
        "put in: object=red block, other=bowl"
        " ; put in: object=yellow block, other=bowl",
    ),
    (
        "pick up the red block. put it in the bowl.",
        "pick up: object=red block ; put it in: other=bowl",
    ),
    ("put all blocks in the bowl", "put in: object=all blocks, other=bowl"),
    (
        "set the red block down in the blue bowl",
        "put in: object=red block, other=blue bowl",
    ),
    (
        "keep away from the mug and push the green button",
        "press: button=green button ; avoid mug 10",
    ),
    ("press the rightmost button", "press: button=rightmost button"),
    ("open the gripper slowly", "open gripper ; speed 0.5"),
    (
        "grab the red block and hold it above the mug",
        "pick up: object=red block ; hold over: side=[0, 0, 1], other=mug",
    ),
    (
        "put the block next to the mug in the blue bowl",
        "put in: object=block next to the mug, other=blue bowl",
    ),
    (
        "put the red block beside the mug",
        "put beside: object=red block, side=[0, 1, 0], other=mug",
    ),
    ("open up the drawer gently", "open drawer: drawer=drawer ; speed 0.5"),
    ("plese opne the drawr", "open drawer: drawer=drawer"),
    ("psuh the gren buton", "press: button=green button"),
    ("pick up teh rde blok", "pick up: object=red block"),
    ("lower the hand", "lower"),
    (
        "transfer the purple cube to the white dish, staying 5 cm away from the mug",
        "put in: object=purple cube, other=white dish ; avoid mug 5",
    ),
    (
        "put the block on the left into the bowl",
        "put in: object=block on the left, other=bowl",
    ),
    (
        "put the second block from the left in the bowl",
        "put in: object=second block from the left, other=bowl",
    ),
    (
        "stack the red cube onto the blue one, slowly",
        "put on: object=red cube, other=blue one ; speed 0.5",
    ),
    (
        "with at least 10 cm distance to the mug, put the red block in the bowl",
        "put in: object=red block, other=bowl ; avoid mug 10",
    ),
    ("push the button on the left", "press: button=button on the left"),
    ("lift up the red block", "pick up: object=red block"),
    (
        "pick up the red block and move it up by 10 cm",
        "pick up: object=red block ; lift it by: cm=10",
    ),
    (
        "nudge the red block a little to the left",
        "shift: object=red block, direction=[0, -1, 0]",
    ),
    ("place the hand over the mug", "go beside: side=[0, 0, 1], other=mug"),
    (
        "open the drawer and put the red block in it",
        "open drawer: drawer=drawer ; put in: object=red block, other=drawer",
    ),
    (
        "put the block that is closest to the mug in the bowl",
        "put in: object=block closest to the mug, other=bowl",
    ),
    ("push the left button", "press: button=left button"),
    (
        "stay away from the balls and move to the mug",
        "go to: other=mug ; avoid balls 10",
    ),
]

REFUSED = [
    "put the red block in the bowl and the yellow block in the mug",
    "slide the red block 10 cm towards the mug",
    "never pick up the red block",
    "pick up everything except the red block",
    "pick up anything but the red block",
    "pick up the block and wait",
    "pick up the red block and stop",
    "do not press the green button",
    "don't open the drawer",
    "put the red block not in the bowl",
    "put neither block in the bowl",
    "put the red block in the bowl or the mug",
    "put the red block in the bowl before pressing the button",
    "pick up the red block twice",
    "press the green button three times",
    "press the red and the green button",
    "pick up the red block and the yellow block",
    "put the red block and the yellow block in the bowl",
    "put the red block in the blue bowl if it is empty",
    "which block is red",
    "is the red block in the bowl",
    "I already put the red block in the bowl",
    "the red block is in the bowl",
    "pick up the red block with your left hand",
    "open the jar",
    "close your eyes",
    "turn on the light",
    "turn left",
    "go away",
    "move the table",
    "pick up the table",
    "push me",
    "put your hand in the fire",
    "wait until the red block is in the bowl",
    "swap the red block and the blue bowl",
    "move the red block from the bowl to the mug",
    "take the red block out of the bowl",
    "throw the ball at the mug",
    "roll the ball to the mug",
    "stop",
    "fly to the moon",
    "make coffee",
    "make the bed",
    "sing a song",
    "put the red block",
    "the red block",
    "what is the time",
    "hello",
    "tell me a joke",
    "dance",
    "write a poem about the red block",
    "paint the red block blue",
    "open the window",
    "open the door",
    "throw a party",
    "how many blocks are there",
    "do not put the red block in the bowl",
    "cut the bread",
    "put",
    "move",
    "go",
    "clean the table",
    "sort",
    "pour water into the mug",
    "put red in the",
    "if the mug is full pick up the red block",
    "put the red block in the blue bowl unless it is full",
    "don't move",
    "push the red block off the table",
    "hit the road",
    "break the mug",
    "asdf qwer zxcv",
    "pick up",
    "open",
    "close",
    "burn the blue bowl",
    "delete everything",
    "put the red block between the mug and the bowl",
    "unscrew the bottle",
    "play music",
    "after putting the block away",
    "hand me the red block",
    "move the red block away from the mug",
    "put it down",
    "open the bowls",
    "put the red block in all bowls",
    "x" * 600,
]


def told(reading):
    """A reading as one line."""
    parts = []
    for clause in reading.clauses:
        slots = {k: v.strip("'") for k, v in clause.slots.items() if k != "handle"}
        said = ", ".join(f"{k}={v}" for k, v in slots.items())
        parts.append(clause.example.name + (f": {said}" if said else ""))
    if reading.constraints.avoid:
        avoid = ", ".join(f"{what} {cm:g}" for what, cm in reading.constraints.avoid)
        parts.append(f"avoid {avoid}")
    if reading.constraints.speed is not None:
        parts.append(f"speed {reading.constraints.speed:g}")
    return " ; ".join(parts)


@pytest.mark.parametrize(("instruction", "meaning"), UNDERSTOOD)
def test_a_sentence_is_understood(instruction, meaning):
    assert told(READER.read(instruction, SEEN)) == meaning


@pytest.mark.parametrize("instruction", REFUSED)
def test_a_sentence_outside_is_refused_with_offers(instruction):
    with pytest.raises(NotUnderstoodError) as caught:
        READER.read(instruction, SEEN)
    assert len(caught.value.closest) == 3


def test_a_sentence_means_the_same_whatever_is_seen():
    for instruction, meaning in UNDERSTOOD:
        if "gren" not in instruction:
            assert told(READER.read(instruction)) == meaning


@pytest.mark.parametrize("change", [str.upper, str.title, "  {}  !".format])
def test_case_and_blanks_do_not_matter(change):
    for instruction, meaning in UNDERSTOOD:
        assert told(READER.read(change(instruction), SEEN)) == meaning


@pytest.mark.parametrize(
    "polite",
    [
        "please {}",
        "{}, please",
        "could you {}?",
        "Can you please {}",
        "I'd like you to {}",
        "hey robot, {}",
        "okay, {} now",
        "{}, thanks!",
    ],
)
def test_politeness_does_not_matter(polite):
    for instruction, meaning in UNDERSTOOD[:60:7]:
        assert told(READER.read(polite.format(instruction), SEEN)) == meaning


@pytest.mark.parametrize("instruction", ["", "  ", "?"])
def test_nothing_is_refused_as_empty(instruction):
    with pytest.raises(EmptyInstructionError):
        READER.read(instruction)


def test_every_sample_of_the_library_is_closest_to_itself():
    for example in load_library().examples:
        assert READER.closest(example.sample, 1) == (example.sample,)


def test_every_wording_of_the_library_is_sound():
    for example in load_library().examples:
        assert set(example.steps) <= set(load_library().steps)
        for wording in example.wordings:
            assert wording.pattern.groups >= wording.text.count("{")


@pytest.mark.parametrize(
    ("said", "tidied"),
    [
        ("Pick up the RED block!", "grasp the red block"),
        ("ten centimetres", "10 cm"),
        ("move 0.5m up", "move 0.5 m up"),
        ("10cm", "10 cm"),
        ("the left one", "the left one"),
        ("teh rde blok", "the red block"),
        ("paint", "paint"),
        ("the robot's end-effector", "the robot's hand"),
    ],
)
def test_words_are_brought_to_one_form(said, tidied):
    assert tidy(said) == tidied
