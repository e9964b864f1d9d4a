"""The words of the grounder's world: one line a noun.

Words after the name mean the same; words in brackets some people use. Broader words
and traits name the nouns they are true of.
"""

from collections.abc import Mapping
from importlib.resources import files

from perception.backends.embedded.lexicon import Lexicon, Noun
from perception.colour import COLOURS

_NOUNS = """
block: cube, brick, box, toy block, wooden block (square, die, dice, thing to stack)
ball: sphere, marble, orb (egg, globe, bead)
cylinder: can, tube, drum, tin (roll, column, post, barrel, candle, peg)
bowl: dish, basin, round bowl, salad bowl (tray, cup, container)
cup: beaker, tumbler, drinking cup (mug, glass, goblet, jar, pot)
mug: coffee mug, tea mug, mug with a handle (cup, coffee cup, tea cup, jug)
plate: dinner plate, flat plate (dish, saucer, platter, tray)
fork: dinner fork, table fork
spoon: table spoon, soup spoon, tablespoon
knife: table knife, butter knife (blade)
jar: jam jar, storage jar, glass jar, canister (bottle, pot, can, cylinder, vase)
lid: jar lid, screw lid, cover, jar top (cap, cylinder, disc, top, puck)
bottle: water bottle, flask (jar, vase, wine bottle)
wine bottle: bottle of wine, wine (flask)
wine rack: bottle rack, rack (shelf, stand)
cap: bottle cap, screw cap, stopper (lid, cork, top, cylinder)
banana: ripe banana
apple: (ball)
steak: beef steak, beef, piece of beef
chicken: chicken leg, drumstick, chicken drumstick (leg)
vase: flower vase, slender vase (bottle, jar)
sponge: cleaning sponge (block, eraser, brick, box)
trash: rubbish, garbage, litter, crumpled paper, paper ball (ball, paper, rock, stone)
brush: hand brush, broom, sweeping brush
dustpan: dust pan, pan (scoop, tray, shovel)
lamp: light, table lamp (bulb, button, dome, light bulb, socket, stand)
bulb: light bulb, electric bulb (lamp, light)
bulb holder: light bulb holder, bulb stand, holder (socket, cup, stand, cap)
cup holder: mug holder, mug tree, cup tree (rack, stand, tree, holder)
spoke: hook, peg, branch, arm of the tree (rod, pole, post, pin, arm, handle)
board: peg board, base board (base, plank, block)
ring: square ring, hoop, square hoop (washer, loop, frame)
tab: (handle, grip, knob, bar)
grill: barbecue, bbq (stove, box, table, oven)
grate: grid, grill grate, grating (grill)
shelf: side shelf, side table (board, table, tray, plate)
button: push button, switch, buzzer, round button (knob, base, dial)
drawer: (cabinet, cupboard, chest, box, dresser, front)
chest: chest of drawers, dresser, cabinet (cupboard, box, shelf, furniture, drawers)
handle: grip, pull, bar handle, grip bar (knob, bar, lever, rod)
door: (frame, leaf, gate, panel, door frame)
door frame: (door, frame, window frame)
window: sliding window, sash (frame, pane, door, window frame)
window frame: (window, frame, door frame)
fridge: refrigerator, icebox (cabinet, freezer, cupboard, box)
zone: area, target, patch, region, target zone, target area, mat (square, spot, pad)
line: stripe, strip, tape (bar, mark, zone, band)
"""
_KINDS = {
    "bottle": "wine-bottle",
    "container": "bowl cup mug jar bottle wine-bottle vase",
    "vessel": "bowl cup mug jar bottle wine-bottle vase",
    "fruit": "banana apple",
    "food": "banana apple steak chicken",
    "meat": "steak chicken",
    "cleaning tool": "brush dustpan sponge",
    "crockery": "bowl cup mug plate",
    "cutlery": "fork spoon knife",
    "tableware": "bowl cup mug plate fork spoon knife",
    "silverware": "fork spoon knife",
    "furniture": "drawer chest fridge",
    "kitchen thing": "fridge grill bowl cup mug plate fork spoon knife",
    "mark": "zone line",
    "toy": "block ball",
    "drinking vessel": "cup mug",
}
_PARTS = {
    "handle": "drawer door window fridge mug dustpan",
    "door": "fridge",
    "drawer": "chest",
    "lid": "jar",
    "cap": "bottle",
    "grate": "grill",
    "shelf": "grill",
    "spoke": "cup-holder board",
    "tab": "ring",
    "bulb": "bulb-holder",
}
_TRAITS = {
    "round": "ball cylinder bowl cup mug plate button jar lid cap apple vase lamp",
    "flat": "zone line plate",
    "hollow": "bowl cup mug",
    "fragile": "bowl cup mug plate jar bottle wine-bottle vase lamp",
    "breakable": "bowl cup mug plate jar bottle wine-bottle vase lamp",
    "edible": "banana apple steak chicken",
    "soft": "sponge",
    "square": "block",
    "cubic": "block",
    "spherical": "ball",
    "cylindrical": "cylinder cup",
}


# What a part's model calls a piece, where that is a noun with its owner.
_ALIASES = {"fridge door": "door", "bar": "tab"}


def noun_of(words: str) -> str:
    """Return the noun that a part's model calls a piece by, with or without colour."""
    colour, _, noun = words.partition(" ")
    told = noun if colour in COLOURS and noun else words
    return _ALIASES.get(told, told)


def lexicon() -> Lexicon:
    """Return all words."""
    nouns = tuple(_noun(line) for line in _NOUNS.strip().splitlines())
    data = files("sims.grounding") / "data" / "strangers.txt"
    known = {word for noun in nouns for word in (noun.name, *noun.words, *noun.maybe)}
    strangers = data.read_text(encoding="utf-8").split("\n")
    return Lexicon(
        nouns,
        _table(_KINDS),
        _table(_TRAITS),
        _table(_PARTS),
        tuple(each for each in strangers if each and each not in known | _KINDS.keys()),
    )


def _table(told: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return words to the nouns that each is said of; a hyphen joins two words."""
    return {
        word: tuple(name.replace("-", " ") for name in names.split())
        for word, names in told.items()
    }


def _noun(line: str) -> Noun:
    name, _, rest = line.partition(":")
    words, _, maybe = rest.partition("(")
    return Noun(name, _words(words), _words(maybe.rstrip(")")))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
