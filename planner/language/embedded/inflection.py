"""Verbs of imperatives in other forms: "before putting it down", "once you have"."""

import re

_IRREGULAR = {"lie": "lying", "be": "being", "see": "seeing", "free": "freeing"}
_DOUBLING = frozenset(
    "put set get let grab drop pop plop stop hit tap slip cut run sit step spin grip "
    "tug pin flip wrap dip tip jog slam rip zip bin unclamp chip".split()
)


def gerund(text: str) -> str:
    """Return an imperative with its first verb, and those after "and", in -ing."""
    first, *rest = text.split(" ", 1)
    said = _ing(first) + (" " + rest[0] if rest else "")
    return re.sub(r"\b(and|then) (?=put|place|drop|set)(\w+)", _ing_after, said)


def _ing_after(match: re.Match[str]) -> str:
    return f"{match[1]} {_ing(match[2])}"


_PARTICIPLES = dict(
    zip(
        (
            "take bring hold go come drive stick throw slide find leave make give draw "
            "spin keep stand sit fly run get lay be have do see tell build catch lie"
        ).split(),
        (
            "taken brought held gone come driven stuck thrown slid found left made "
            "given drawn spun kept stood sat flown run gotten laid been had done seen "
            "told built caught lain"
        ).split(),
        strict=True,
    )
)
_SAME = frozenset("put set let cut hit shut spread".split())


def participle(text: str) -> str:
    """Return an imperative with its first verb, and one after "and", in -ed."""
    first, *rest = text.split(" ", 1)
    said = _ed(first) + (" " + rest[0] if rest else "")
    return re.sub(r"\band (\w+) (?=it\b|that\b)", lambda m: f"and {_ed(m[1])} ", said)


def _ed(verb: str) -> str:
    if verb in _SAME:
        return verb
    if verb in _PARTICIPLES:
        return _PARTICIPLES[verb]
    if verb in _DOUBLING:
        return verb + verb[-1] + "ed"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + ("d" if verb.endswith("e") else "ed")


def _ing(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _DOUBLING:
        return verb + verb[-1] + "ing"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return verb + "ing"
