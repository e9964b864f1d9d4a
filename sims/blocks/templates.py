"""The 13 templates and every instruction they make.

A wish is one instruction with the meaning of its words; it knows no simulator.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sims.blocks.attributes import (
    SEEN,
    UNSEEN,
    Attributes,
    Deixis,
    Preposition,
    Velocity,
)

Category = Literal["object interaction", "spatial composition"]
Split = Literal["SI-SA", "SI-UA", "UI-UA"]
Slot = Literal[
    "obj", "other", "line", "cm", "velocity", "region", "preposition", "deixis"
]


@dataclass(frozen=True, slots=True)
class Place:
    """What fills `[pos]`: a region of the table, a block, or a side of a block.

    Attributes:
        words: With their article.
        region: Of the table; empty for a block.
        colour: Of the block; empty for a region.
        side: Of the block; empty for the block itself.
    """

    words: str
    region: str = ""
    colour: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One instruction.

    Attributes:
        text: What is said.
        obj: Colour of the block it is about.
        other: Colour of a second block.
        line: Colour of the line.
        cm: Distance; 0 if none is said.
        velocity: Speed, if one is said.
        region: Of the table.
        preposition: Side of the block.
        deixis: Drawer.
        place: Where to.
    """

    text: str
    obj: str = ""
    other: str = ""
    line: str = ""
    cm: int = 0
    velocity: Velocity | None = None
    region: str = ""
    preposition: Preposition | None = None
    deixis: Deixis | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of instruction.

    Attributes:
        name: Of the task.
        category: Row of the paper's table.
        text: With slots.
        slots: What fills it besides the place.
        place: Whether it has a place; `near` takes blocks and regions, `any` the
            sides of blocks too.
        seen: Whether its form may occur in prompts and example libraries.
    """

    name: str
    category: Category
    text: str
    slots: tuple[Slot, ...]
    place: Literal["", "near", "any"] = ""
    seen: bool = True


OBJECT: Category = "object interaction"
SPACE: Category = "spatial composition"

TEMPLATES: tuple[Template, ...] = (
    Template(
        "speed-near",
        SPACE,
        "move to {place} while moving at {velocity} when within {cm}cm from the "
        "{obj} block",
        ("obj", "velocity", "cm"),
        "any",
    ),
    Template(
        "push-line",
        OBJECT,
        "push the {obj} block along the {line} line",
        ("obj", "line"),
    ),
    Template(
        "close-drawer", OBJECT, "close the {deixis} drawer by pushing", ("deixis",)
    ),
    Template(
        "grasp-speed",
        OBJECT,
        "grasp the {obj} block from the table at {velocity}",
        ("obj", "velocity"),
    ),
    Template("drop", OBJECT, "drop the {obj} block to {place}", ("obj",), "near"),
    Template(
        "push-region",
        OBJECT,
        "push the {obj} block while letting it stay on the {region} of the table",
        ("obj", "region"),
    ),
    Template(
        "move-beside",
        SPACE,
        "move to {preposition} the {obj} block",
        ("obj", "preposition"),
    ),
    Template(
        "stay-side",
        SPACE,
        "move to {place} while staying {preposition} the {obj} block",
        ("obj", "preposition"),
        "any",
    ),
    Template(
        "move-region",
        SPACE,
        "move to the {region} of the table",
        ("region",),
        seen=False,
    ),
    Template(
        "stay-away",
        SPACE,
        "move to {place} while staying at least {cm}cm from the {obj} block",
        ("obj", "cm"),
        "near",
        seen=False,
    ),
    Template(
        "speed-region",
        SPACE,
        "move to {place} while moving at {velocity} in the {region} of the table",
        ("velocity", "region"),
        "near",
        seen=False,
    ),
    Template(
        "push-away",
        OBJECT,
        "push the {obj} block while staying away from the {other} block",
        ("obj", "other"),
        seen=False,
    ),
    Template(
        "push-to",
        OBJECT,
        "push the {obj} block to {place}",
        ("obj",),
        "near",
        seen=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of the benchmark: a template with one half of the words."""

    split: Split
    template: Template

    @property
    def name(self) -> str:
        """What the suite calls it."""
        return f"{self.split}/{self.template.name}"

    @property
    def attributes(self) -> Attributes:
        """Its half of the words."""
        return SEEN if self.split == "SI-SA" else UNSEEN

    def wishes(self) -> tuple[Wish, ...]:
        """Return its instructions, always in the same order."""
        return tuple(wishes(self.template, self.attributes))


def entries() -> tuple[Entry, ...]:
    """Return the rows of the paper's tables: seen templates twice, unseen ones once."""
    seen = [each for each in TEMPLATES if each.seen]
    unseen = [each for each in TEMPLATES if not each.seen]
    return (
        *(Entry("SI-SA", each) for each in seen),
        *(Entry("SI-UA", each) for each in seen),
        *(Entry("UI-UA", each) for each in unseen),
    )


ENTRIES = {each.name: each for each in entries()}


def wishes(template: Template, attributes: Attributes) -> Iterator[Wish]:
    """Yield every instruction of a template with one half of the words."""
    found = [Wish("")]
    for slot in template.slots:
        found = [filled for each in found for filled in _filled(each, slot, attributes)]
    for each in found:
        for placed in _placed(each, template, attributes):
            yield replace(placed, text=_text(template, placed))


def _filled(wish: Wish, slot: Slot, words: Attributes) -> Iterator[Wish]:
    match slot:
        case "obj":
            yield from (replace(wish, obj=each) for each in words.colours)
        case "other":
            others = (each for each in words.colours if each != wish.obj)
            yield from (replace(wish, other=each) for each in others)
        case "line":
            yield from (replace(wish, line=each) for each in words.colours)
        case "cm":
            yield from (replace(wish, cm=each) for each in words.distances)
        case "velocity":
            yield from (replace(wish, velocity=each) for each in words.velocities)
        case "region":
            yield from (replace(wish, region=each) for each in words.regions)
        case "preposition":
            yield from (replace(wish, preposition=each) for each in words.prepositions)
        case "deixis":
            yield from (replace(wish, deixis=each) for each in words.deixis)


def _placed(wish: Wish, template: Template, words: Attributes) -> Iterator[Wish]:
    if not template.place:
        yield wish
        return
    for region in words.regions:
        if region != wish.region:
            place = Place(f"the {region} of the table", region=region)
            yield replace(wish, place=place)
    for colour in words.colours:
        if colour == wish.obj:
            continue
        block = f"the {colour} block"
        yield replace(wish, place=Place(block, colour=colour))
        if template.place == "any":
            for each in words.prepositions:
                side = Place(f"{each.place} {block}", colour=colour, side=each.side)
                yield replace(wish, place=side)


def _text(template: Template, wish: Wish) -> str:
    stays = template.name == "stay-side"
    preposition = wish.preposition
    side = preposition and (preposition.stay if stays else preposition.place)
    return template.text.format(
        obj=wish.obj,
        other=wish.other,
        line=wish.line,
        cm=wish.cm,
        velocity=wish.velocity and wish.velocity.words,
        region=wish.region,
        preposition=side,
        deixis=wish.deixis and wish.deixis.words,
        place=wish.place and wish.place.words,
    )
