"""What sentences name: things, lengths, sides, angles, each with what it means.

A name is what a person says and the phrase that `detect` shall get: the same words,
so that a writer learns to copy.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from random import Random


@dataclass(frozen=True, slots=True)
class Name:
    """A thing, as said and as meant.

    Attributes:
        said: With its article, if it has one.
        phrase: For `detect`.
        noun: Its last word, for "the mug" later on.
        plural: Whether it means several.
    """

    said: str
    phrase: str
    noun: str
    plural: bool = False


@lru_cache(maxsize=1)
def words() -> dict[str, list[str]]:
    """Return the word lists, by name."""
    path = files("planner.language.embedded") / "data" / "words.toml"
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        key: [" ".join(each.split()) for each in text.split("|")]
        if "|" in text
        else text.split()
        for key, text in sheet.items()
    }


@lru_cache(maxsize=1)
def _forms() -> dict[str, dict[str, list[str]]]:
    path = files("planner.language.embedded") / "data" / "forms.toml"
    sheet = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        section: {
            name: texts.split() if isinstance(texts, str) else texts
            for name, texts in ways.items()
        }
        for section, ways in sheet.items()
    }


def forms(section: str, name: str) -> list[str]:
    """Return the ways to say something, from `data/forms.toml`."""
    return _forms()[section][name]


def form(rng: Random, section: str, name: str) -> str:
    """Return one way to say something."""
    return rng.choice(_forms()[section][name])


def pick(rng: Random, name: str) -> str:
    """Return one word of a list."""
    return rng.choice(words()[name])


def chance(rng: Random, share: float) -> bool:
    """Say yes to a share of the calls."""
    return rng.random() < share


def invented(rng: Random) -> str:
    """Return a word that nobody knows."""
    syllables = rng.choices((1, 2, 3), (3, 5, 1))[0]
    text = "".join(
        pick(rng, "onsets") + pick(rng, "vowels") for _ in range(syllables - 1)
    )
    return text + pick(rng, "onsets") + pick(rng, "vowels") + pick(rng, "codas")


_HEADS = ("shapes", "shapes", "shapes", "things", "things", "compounds")


def noun(rng: Random, kinds: tuple[str, ...] = _HEADS) -> str:
    """Return a noun; one in eight is invented."""
    return invented(rng) if chance(rng, 0.12) else pick(rng, rng.choice(kinds))


def _described(rng: Random, head: str) -> str:
    """Return a noun with what describes it."""
    before: list[str] = []
    if chance(rng, 0.12):
        before.append(pick(rng, "sizes"))
    if chance(rng, 0.55):
        before.append(invented(rng) if chance(rng, 0.04) else pick(rng, "colours"))
    if chance(rng, 0.08):
        before.append(pick(rng, "materials"))
    return " ".join((*before, head))


def _article(rng: Random, text: str, *, definite: bool = False) -> str:
    article = "the" if definite else form(rng, "phrases", "articles")
    if article == "a" and text[0] in "aeiou":
        article = "an"
    return f"{article} {text}".strip()


def thing(rng: Random, kinds: tuple[str, ...] = _HEADS) -> Name:
    """Return one thing."""
    head = noun(rng, kinds)
    roll = rng.random()
    if roll < 0.72:
        text = _described(rng, head)
        return Name(_article(rng, text), text, head)
    if roll < 0.82:
        other = _described(rng, noun(rng))
        inner = _article(rng, other, definite=chance(rng, 0.9))
        text = f"{_described(rng, head)} {form(rng, 'phrases', 'relations')} {inner}"
    elif roll < 0.90:
        text = _one_of_a_row(rng, head)
    elif roll < 0.95:
        text = f"{_described(rng, head)} {form(rng, 'phrases', 'spots')}"
    else:
        part = rng.choice(("with", "with", "without", "of", "from", "for"))
        other = _article(rng, _described(rng, noun(rng)), definite=chance(rng, 0.6))
        text = f"{_described(rng, head)} {part} {other}"
    return Name(_article(rng, text, definite=chance(rng, 0.9)), text, head)


def _one_of_a_row(rng: Random, head: str) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        place = pick(rng, "left_right")
        return f"{place} {_described(rng, head)}"
    ordinal, side = pick(rng, "ordinals"), rng.choice(("left", "right", "front", "top"))
    if kind == 1:
        return f"{ordinal} {head} from the {side}"
    if kind == 2:
        return f"{ordinal} to the {rng.choice(('left', 'right'))} {head}"
    return f"{head} {rng.choice(('closest to', 'nearest', 'farthest from'))} you"


def several(rng: Random) -> Name:
    """Return several things, to be dealt with one after another."""
    if chance(rng, 0.1):
        said = rng.choice(
            ("everything", "everything on the table", "all of it", "it all")
        )
        return Name(said.replace("it all", "everything"), "everything", "things", True)
    head = plural(noun(rng))
    text = _described(rng, head)
    kind = rng.randrange(8)
    if kind == 0:
        single = " ".join((*text.split()[:-1], text.split()[-1]))
        for each in ("every", "each"):
            if chance(rng, 0.5):
                return Name(f"{each} {singular(single)}", text, head, True)
        return Name(f"each of the {text}", text, head, True)
    return Name(f"{form(rng, 'phrases', 'several')} {text}", text, head, True)


def plural(word: str) -> str:
    """Return the plural of a noun."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def singular(text: str) -> str:
    """Undo `plural` on the last word of a text."""
    if text.endswith("ies"):
        return text[:-3] + "y"
    if text.endswith(("ses", "xes", "zes", "ches", "shes")):
        return text[:-2]
    return text.removesuffix("s")


def container(rng: Random) -> Name:
    """Return what things are put into."""
    return thing(rng, ("containers", "containers", "containers", "compounds", "shapes"))


def support(rng: Random) -> Name:
    """Return what things are put onto."""
    return thing(rng, ("supports", "supports", "shapes", "things"))


def _of_kind(rng: Random, nouns: str, kinds: str, plain: float) -> Name:
    head = invented(rng) if chance(rng, 0.04) else pick(rng, nouns)
    text = head
    if not chance(rng, plain):
        which = pick(rng, kinds) if chance(rng, 0.6) else pick(rng, "colours")
        text = f"{which} {head}"
    roll = rng.random()
    if roll < 0.06:
        text = f"{pick(rng, 'ordinals')} {head} from the {rng.choice(_FROM)}"
    elif roll < 0.12:
        text = f"{text} {form(rng, 'phrases', 'relations')} the {_described(rng, noun(rng))}"
    elif roll < 0.16:
        text = f"{text} {form(rng, 'phrases', 'spots')}"
    elif roll < 0.20:
        text = f"{text} of the {rng.choice(('cabinet', 'chest', 'desk', 'dresser'))}"
    elif roll < 0.23:
        side = rng.choice(("left", "right", "top", "bottom"))
        text = f"{pick(rng, 'ordinals')} to the {side} {head}"
    article = "the" if chance(rng, 0.85) else rng.choice(("", "that", "this", "my"))
    return Name(f"{article} {text}".strip(), text, head)


_FROM = ("left", "right", "top", "bottom", "front")


def button(rng: Random) -> Name:
    """Return something to press."""
    return _of_kind(rng, "buttons", "button_kinds", 0.15)


def drawer(rng: Random) -> Name:
    """Return something to open."""
    return _of_kind(rng, "drawers", "drawer_kinds", 0.3)


def line(rng: Random) -> Name:
    """Return a line on the table."""
    text = f"{pick(rng, 'colours')} {pick(rng, 'lines')}"
    if chance(rng, 0.15):
        text = pick(rng, "lines")
    return Name(_article(rng, text, definite=chance(rng, 0.9)), text, text.split()[-1])


_COUNTS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_TENS = {30: "thirty", 40: "forty", 50: "fifty", 25: "twenty five", 35: "thirty five"}


def number(rng: Random, value: int, *, in_words: float = 0.25) -> str:
    """Return a whole number as said."""
    if chance(rng, in_words):
        if value < len(_COUNTS):
            return _COUNTS[value]
        if value in _TENS:
            return _TENS[value]
    return str(value)


def length(rng: Random) -> tuple[str, float]:
    """Return a length as said, and in [cm]."""
    roll = rng.random()
    if roll < 0.74:
        value = rng.choices(
            (rng.randint(1, 20), rng.choice((25, 30, 35, 40, 50))), (5, 1)
        )[0]
        unit = rng.choices(
            (
                "cm",
                "centimeters",
                "centimetres",
                "centimeter",
                "cms",
                "cm.",
                "centimetre",
            ),
            (10, 5, 5, 1, 1, 0, 1),
        )[0]
        if chance(rng, 0.35) and unit == "cm":
            return f"{value}cm", value
        return f"{number(rng, value)} {unit}", value
    if roll < 0.80:
        value = rng.randint(1, 15) + 0.5
        if chance(rng, 0.3):
            return f"{number(rng, int(value))} and a half {rng.choice(_UNITS)}", value
        return f"{value:g}{rng.choice((' cm', 'cm', ' centimeters'))}", value
    if roll < 0.87:
        value = rng.choice(
            (5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200)
        )
        return (
            f"{value}{rng.choice((' mm', 'mm', ' millimeters', ' millimetres'))}",
            value / 10,
        )
    if roll < 0.93:
        value = rng.randint(1, 12)
        unit = "inch" if value == 1 else rng.choice(("inches", "inches", "in"))
        return f"{number(rng, value)} {unit}", round(value * 2.54, 2)
    if roll < 0.97:
        value = rng.choice((5, 10, 15, 20, 25, 30, 40, 50))
        return f"{value / 100:g}{rng.choice((' m', 'm', ' meters', ' metres'))}", value
    return rng.choice(_SPOKEN)


_UNITS = ("cm", "centimeters", "centimetres")
_SPOKEN = (
    *((each, 50.0) for each in ("half a meter", "half a metre", "half a m")),
    *((each, 25.0) for each in ("a quarter of a meter", "a quarter of a metre")),
    *((each, 1.0) for each in ("a centimeter", "one centimetre", "a cm")),
    *((each, 2.54) for each in ("an inch", "one inch")),
    *((each, 1.27) for each in ("half an inch",)),
    *((each, 30.48) for each in ("a foot", "one foot")),
    *((each, 10.0) for each in ("ten centimeters", "a decimeter")),
)


def region(rng: Random) -> tuple[str, str]:
    """Return a part of the table as said, and its name."""
    if chance(rng, 0.35):
        depth, side = rng.choice(("front", "back")), rng.choice(("left", "right"))
        other = rng.choice((depth, {"front": "near", "back": "far"}[depth], depth))
        order = (other, side) if chance(rng, 0.75) else (side, other)
        joined = rng.choice((" ", " ", "-")).join(order)
        part = rng.choice(
            ("corner", "corner", "corner", "part", "area", "side", "edge")
        )
        return (
            f"the {joined} {part} of the {form(rng, 'phrases', 'tables')}",
            f"{depth} {side}",
        )
    name = rng.choice(("left", "right", "front", "back"))
    said = rng.choice((name, name, {"front": "near", "back": "far"}.get(name, name)))
    if chance(rng, 0.15):
        return f"the {name} of the {form(rng, 'phrases', 'tables')}", name
    return (
        f"the {said} {form(rng, 'phrases', 'parts')} of the {form(rng, 'phrases', 'tables')}",
        name,
    )


def angle(rng: Random) -> tuple[str, float]:
    """Return an angle as said, and in degrees."""
    value = rng.choice(
        (90, 90, 45, 180, 30, 60, 15, 10, 20, 120, 135, 5, 75, 270, 360, 25, 40)
    )
    spoken = {
        90: ("a quarter turn", "ninety degrees"),
        180: ("half a turn", "a half turn"),
    }
    spoken |= {
        45: ("forty five degrees", "forty-five degrees"),
        360: ("a full turn", "all the way around"),
    }
    spoken |= {30: ("thirty degrees",), 60: ("sixty degrees",), 20: ("twenty degrees",)}
    if value in spoken and chance(rng, 0.25):
        return rng.choice(spoken[value]), value
    return (
        f"{value}{rng.choice((' degrees', ' degrees', ' deg', '°', ' degree'))}",
        value,
    )
