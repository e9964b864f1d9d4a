"""The words a phrase may be made of, and what each means.

Nouns and colours map to the words of `Object3D.shape` and `Object3D.colour`;
superlatives map to a score, highest first, in the frame of `perception.directions`.
"""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from perception.colour import COLOURS
from perception.directions import direction
from perception.scene import Object3D
from perception.shapes import SHAPES

Score = Callable[[Object3D], float]

COLOUR_WORDS = MappingProxyType(
    {colour: colour for colour in COLOURS}
    | {
        "grey": "gray",
        "silver": "gray",
        "violet": "purple",
        "lilac": "purple",
        "magenta": "pink",
        "rose": "pink",
        "crimson": "red",
        "scarlet": "red",
        "turquoise": "cyan",
        "teal": "cyan",
        "aqua": "cyan",
        "gold": "yellow",
        "lime": "green",
        "navy": "blue",
        "wooden": "brown",
        "tan": "brown",
        "dark": "black",
    }
)

ANYTHING = "*"
SHAPE_WORDS = MappingProxyType(
    {shape: shape for shape in SHAPES if shape != "thing"}
    | {
        "cube": "block",
        "box": "block",
        "brick": "block",
        "square": "block",
        "sphere": "ball",
        "marble": "ball",
        "orb": "ball",
        "dish": "bowl",
        "basin": "bowl",
        "switch": "button",
        "buzzer": "button",
        "can": "cylinder",
        "tube": "cylinder",
        "bottle": "cylinder",
        "cup": "mug",
        "knob": "handle",
        "grip": "handle",
        "pull": "handle",
        "cabinet": "drawer",
        "cupboard": "drawer",
        "chest": "drawer",
        "area": "zone",
        "target": "zone",
        "region": "zone",
        "patch": "zone",
        "stripe": "line",
        "thing": ANYTHING,
        "object": ANYTHING,
        "item": ANYTHING,
        "one": ANYTHING,
        "anything": ANYTHING,
        "everything": ANYTHING,
        "something": ANYTHING,
    }
)

ORDINALS = MappingProxyType(
    {
        word: number
        for number, words in enumerate(
            (
                ("first", "1st"),
                ("second", "2nd"),
                ("third", "3rd"),
                ("fourth", "4th"),
                ("fifth", "5th"),
            )
        )
        for word in words
    }
    | {"last": -1}
)

# What one of three or more is that has as many on either side.
MIDDLE = frozenset("middle middlemost center centre central".split())

FILLERS = frozenset(
    "the a an this that these those my your of to is are which please most "
    "all every each both any single colored coloured shaped".split()
)


def _toward(word: str) -> Score:
    axis = direction(word)
    return lambda each: float(each.position @ axis)


def _volume(each: Object3D) -> float:
    return float(np.prod(each.size))


def _smallness(each: Object3D) -> float:
    return -_volume(each)


def _tallness(each: Object3D) -> float:
    return float(each.size[2])


def _lowness(each: Object3D) -> float:
    return -_tallness(each)


def _height(each: Object3D) -> float:
    return float(each.aabb_world[1, 2])


_SCORES: dict[Score, str] = {
    _toward("left"): "left leftmost",
    _toward("right"): "right rightmost",
    _toward("front"): "front frontmost foremost nearest closest near",
    _toward("back"): "back backmost rearmost farthest furthest far rear",
    _toward("bottom"): "bottom bottommost lowest lower",
    _height: "top topmost uppermost highest upper",
    _volume: "big bigger biggest large larger largest",
    _smallness: "small smaller smallest little tiny tiniest",
    _tallness: "tall taller tallest",
    _lowness: "short shorter shortest",
}

SUPERLATIVES = MappingProxyType(
    {word: score for score, words in _SCORES.items() for word in words.split()}
)

KNOWN = (
    *COLOURS,
    *(shape for shape in SHAPES if shape != "thing"),
    *"leftmost rightmost frontmost backmost topmost biggest smallest tallest".split(),
    "middle",
)


def singular(word: str) -> str:
    """Return a plural noun's singular if that is a shape word, else the word."""
    if word in SHAPE_WORDS:
        return word
    for ending in ("es", "s"):
        if word.endswith(ending) and word.removesuffix(ending) in SHAPE_WORDS:
            return word.removesuffix(ending)
    return word
