"""Limits as people say them: distances to keep, sides to stay on, speeds."""

from dataclasses import replace
from random import Random

from planner.language.embedded import phrases
from planner.language.embedded.phrases import chance, form, forms
from planner.language.embedded.sentences import Speaker, Template, grammar
from planner.language.meaning import SPEED_WORDS, Avoid, Meaning, Pace, Stay

_FACTORS = ("0.5", "0.25", "0.75", "0.33", "2.0", "1.5", "3.0")
_PERCENT = (10, 15, 20, 30, 40, 60, 70, 80, 90, 110, 120, 125)
_OPPOSITE = {"left": "right", "right": "left", "front": "back", "back": "front"}
# Words that begin a limit which goes on after a clause without another word.
_BARE = frozenset("without with at not no while using".split())


def limited(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    """Return an instruction with limits put to it, and what it means then."""
    off = any(each.task == "push_off" for each in meaning.steps)
    kinds = ["avoid"] if off else []
    if not kinds or chance(rng, 0.2):
        more = (["avoid"], ["pace"], ["stay"], ["avoid", "pace"])
        kinds += rng.choices(more, (9, 10, 2, 3))[0]
    for kind in dict.fromkeys(kinds):
        put = {"avoid": _avoiding, "stay": _staying, "pace": _paced}[kind]
        text, meaning = put(rng, text, meaning)
    return text, meaning


def _say(rng: Random, kind: str) -> tuple[str, Speaker]:
    speaker = Speaker(rng, "limits")
    return speaker.say(rng.choice(grammar()["limits"][kind])), speaker


def _avoiding(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    said, speaker = _say(rng, "avoid_cm" if chance(rng, 0.5) else "avoid")
    cm = speaker.slots.get("cm")
    distance = None if cm is None else float(cm)
    found = [Avoid(str(speaker.slots["phrase"]), distance)]
    if speaker.about and said.endswith(speaker.about.said) and chance(rng, 0.15):
        other = phrases.several(rng) if chance(rng, 0.1) else phrases.thing(rng)
        if not {"of", "and"} & set(other.said.split()):
            said += rng.choice((" and ", " and ", " or ", " and from ")) + other.said
            found.append(Avoid(other.phrase, distance))
    return _put(rng, text, said), replace(meaning, avoid=(*meaning.avoid, *found))


def _staying(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    side = rng.choice(("left", "right", "front", "back", "top"))
    said_side, kind, slot = side, "stay", "{side_on}"
    if side in _OPPOSITE and chance(rng, 0.25):
        said_side, kind, slot = _OPPOSITE[side], "stay_not", "{side_not}"
    speaker = Speaker(rng, "limits")
    template = rng.choice(grammar()["limits"][kind])
    said = speaker.say(_filled(template, slot, form(rng, "sides", said_side)))
    stay = Stay(str(speaker.slots["phrase"]), side)
    return _put(rng, text, said), replace(meaning, stay=(stay,))


def _filled(template: Template, slot: str, text: str) -> Template:
    return tuple(
        each.replace(slot, text) if isinstance(each, str) else each for each in template
    )


def _paced(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    factor, said = _worded(rng) if chance(rng, 0.62) else _factored(rng)
    pace = Pace(factor)
    roll = rng.random()
    if roll < 0.2:
        where, speaker = _say(rng, "near")
        pace = Pace(factor, str(speaker.slots["phrase"]), float(speaker.slots["cm"]))
        said = _somewhere(rng, said, factor) + f" {where}"
    elif roll < 0.3:
        where, speaker = _say(rng, "in_region")
        pace = Pace(factor, region=str(speaker.slots["region"]))
        said = _somewhere(rng, said, factor) + f" {where}"
    elif chance(rng, 0.35):
        before = rng.choice(("{} {}", "{}, {}")).format(said, text)
        return before, replace(meaning, pace=pace)
    else:
        order = said.split(" ", 1)[0] in forms("paces", "orders")
        lead = "" if order else form(rng, "paces", "leads")
        said = lead + said + form(rng, "paces", "throughout")
    return _put_pace(rng, text, said), replace(meaning, pace=pace)


def _worded(rng: Random) -> tuple[float, str]:
    word = rng.choice(("slowly", "slowly", "quickly", "very slowly", "very quickly"))
    return SPEED_WORDS[word], Speaker(rng, "limits").say(
        rng.choice(grammar()["limits"][word])
    )


def _factored(rng: Random) -> tuple[float, str]:
    if chance(rng, 0.3):
        percent = rng.choice(_PERCENT)
        shares = (f"{percent}%", f"{percent} percent of", f"{percent} %")
        factor, share = percent / 100, rng.choice(shares)
    else:
        name = rng.choice(_FACTORS)
        factor, share = float(name), form(rng, "paces", name)
    if factor == 0.5 and chance(rng, 0.1):
        return factor, rng.choice(("half as fast as usual", "half as fast"))
    counted = factor > 1 and "%" not in share and "percent" not in share
    kind = "times" if counted else "factor"
    template = rng.choice(grammar()["limits"][kind])
    return factor, Speaker(rng, "limits").say(_filled(template, f"{{{kind}}}", share))


def _somewhere(rng: Random, said: str, factor: float) -> str:
    """Return a speed as something to do where it holds only somewhere."""
    if factor == SPEED_WORDS["slowly"] and chance(rng, 0.4):
        return form(rng, "paces", "slow_down")
    if factor == SPEED_WORDS["quickly"] and chance(rng, 0.3):
        return form(rng, "paces", "hurry")
    return rng.choice(("move ", "go ", "moving ", "going ", "")) + said


def _put_pace(rng: Random, text: str, said: str) -> str:
    if chance(rng, 0.2):
        return said + form(rng, "clauses", "pace_first") + text
    first = said.split(" ", 1)[0]
    # An order of its own: "move slowly", "be quick".
    if first.endswith("ing") or first in forms("paces", "orders"):
        return _put(rng, text, said)
    return text + rng.choice((" ", " ", " ", ", ", " but ", ", but ")) + said


def _put(rng: Random, text: str, said: str) -> str:
    """Return an instruction with a limit before or after it."""
    first = said.split(" ", 1)[0]
    bare = first.endswith("ing") or first in _BARE
    if chance(rng, 0.2):
        links = (", ",) if bare else (" and ", ", then ", ". ", ", ", "; ", " - ")
        return said + rng.choice(links) + text
    if first.endswith("ing"):
        return text + form(rng, "clauses", "limit_doing") + said
    return text + (rng.choice((" ", " ", ", ")) if bare else _order(rng)) + said


def _order(rng: Random) -> str:
    return form(rng, "clauses", "limits_after")
