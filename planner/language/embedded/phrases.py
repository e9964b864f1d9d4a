"""What sentences name: things, one or several, each with what it means.

A name is what a person says and the phrase that `detect` shall get: the same words,
so that a writer learns to copy.
"""

import pydoc_data.topics
import re
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


_HEADS = ("shapes", "shapes", "things", "things", "things", "things", "compounds")


@lru_cache(maxsize=1)
def english() -> tuple[str, ...]:
    """Return the words of Python's own manual that mean nothing else here."""
    manual = " ".join(pydoc_data.topics.topics.values())
    found = set(re.findall(r"(?<![\w.`'])[a-z]{3,11}(?![\w.`'(])", manual))
    return tuple(sorted(found - spoken()))


@lru_cache(maxsize=1)
def spoken() -> frozenset[str]:
    """Return every word that the grammar itself is made of."""
    folder = files("planner.language.embedded") / "data"
    texts = [
        (folder / name).read_text("utf-8") for name in ("grammar.toml", "forms.toml")
    ]
    return frozenset(re.findall(r"[a-z]+", " ".join(texts)))


def noun(rng: Random, kinds: tuple[str, ...] = _HEADS) -> str:
    """Return a noun, listed, compounded, or one that nobody expects."""
    roll = rng.random()
    if roll < 0.07:
        return invented(rng)
    if roll < 0.14:
        return rng.choice(english())
    head = pick(rng, rng.choice(kinds))
    if roll < 0.23 and " " not in head:
        before = rng.choice(english()) if chance(rng, 0.3) else pick(rng, "things")
        return f"{before} {head}"
    return head


def _described(rng: Random, head: str) -> str:
    """Return a noun with what describes it."""
    before: list[str] = []
    if chance(rng, 0.1):
        before.append(pick(rng, "sizes"))
    if chance(rng, 0.38):
        before.append(invented(rng) if chance(rng, 0.04) else pick(rng, "colours"))
    if chance(rng, 0.06):
        before.append(pick(rng, "materials"))
    return " ".join((*before, head))


def _article(rng: Random, text: str, *, definite: bool = False) -> str:
    article = "the" if definite else form(rng, "phrases", "articles")
    if article == "a" and text[0] in "aeiou":
        article = "an"
    return f"{article} {text}".strip()


def thing(
    rng: Random, kinds: tuple[str, ...] = _HEADS, *, related: float = 1.0
) -> Name:
    """Return one thing.

    Args:
        rng: Source of every choice.
        kinds: Word lists of its noun.
        related: Share of things told by their relation to others, of what is usual.
    """
    head = noun(rng, kinds)
    roll = rng.random()
    if 0.84 <= roll < 0.90 or roll >= 0.94:
        roll = roll if chance(rng, related) else 0.0
    if roll < 0.03:
        said = f"{form(rng, 'phrases', 'owners')} {head}"
        return Name(said, _plain(said), head)
    if roll < 0.84:
        text = _described(rng, head)
        return Name(_article(rng, text), text, head)
    if roll < 0.90:
        other = _described(rng, noun(rng))
        inner = _article(rng, other, definite=chance(rng, 0.9))
        text = f"{_described(rng, head)} {form(rng, 'phrases', 'relations')} {inner}"
    elif roll < 0.94:
        text = _one_of_a_row(rng, head)
    elif roll < 0.97:
        text = f"{_described(rng, head)} {form(rng, 'phrases', 'spots')}"
    else:
        part = rng.choice(("with", "with", "of"))
        other = _article(rng, _described(rng, noun(rng)), definite=chance(rng, 0.6))
        text = f"{_described(rng, head)} {part} {other}"
    return Name(_article(rng, text, definite=chance(rng, 0.9)), text, head)


def _plain(said: str) -> str:
    """Return a name without article and apostrophes."""
    return re.sub(r"^(the|my) ", "", said).replace("'", "")


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
        if chance(rng, 0.25):
            which = noun(rng)
        text = f"{which} {head}"
    roll = rng.random()
    if roll < 0.06:
        text = f"{pick(rng, 'ordinals')} {head} from the {rng.choice(_FROM)}"
    elif roll < 0.12:
        relation = form(rng, "phrases", "relations")
        text = f"{text} {relation} the {_described(rng, noun(rng))}"
    elif roll < 0.16:
        text = f"{text} {form(rng, 'phrases', 'spots')}"
    elif roll < 0.20:
        text = f"{text} of the {rng.choice(('cabinet', 'chest', 'desk', 'dresser'))}"
    elif roll < 0.22:
        part = rng.choice(("handle", "knob", "label"))
        text = f"{text} with the {_described(rng, part)}"
    elif roll < 0.25:
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
