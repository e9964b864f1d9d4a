"""Whole instructions made with their meaning: one clause or several, in some order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from planner.language.embedded import phrases
from planner.language.embedded.inflection import gerund, participle
from planner.language.embedded.limits import limited
from planner.language.embedded.phrases import Name, chance, form
from planner.language.embedded.quantities import number
from planner.language.embedded.sentences import Clause, Speaker
from planner.language.embedded.slips import finished
from planner.language.meaning import Meaning, Step

_FREE = (
    ["put_in"] * 5 + ["put_on"] * 4 + ["put_beside"] * 4 + ["put_region"] * 2
    + ["shift"] * 2 + ["pick_up"] * 4 + ["push"] * 3 + ["push_to"] * 3
    + ["push_beside"] * 3 + ["push_region"] * 2 + ["push_along"] * 2 + ["press"] * 4
    + ["open_drawer"] * 3 + ["close_drawer"] * 3 + ["go_to"] * 2 + ["go_beside"] * 4
    + ["go_by"] * 3 + ["go_region"] * 2 + ["turn"] * 3 + ["face"] * 2 + ["home"] * 2
    + ["release"] * 2 + ["close"] * 2
)  # fmt: skip
_WITH_HELD = (
    ["put_held_in"] * 3 + ["put_held_on"] * 3 + ["put_held_beside"] * 3
    + ["put_held_region"] + ["put_down"] * 3 + ["hold"] * 4 + ["lift"] * 4
    + ["release"] * 2
)  # fmt: skip
_HOLDING = frozenset(("hold", "lift"))
_REPEATABLE = (
    ["press"] * 4 + ["push", "turn", "go_by", "close_drawer", "open_drawer", "push_to"]
    + ["shift", "release", "close"]
)  # fmt: skip
_OF_ONE_SEEN = (
    ["pick_up"] * 3 + ["put_in"] * 3 + ["put_on", "put_beside", "push", "push_to"]
    + ["go_to", "face", "put_region", "shift"]
)  # fmt: skip
_PUSHED = ("push", "push", "pick_up", "put_in", "put_on")
# What may be done next with the thing a clause was about.
_ABOUT_IT = {
    **dict.fromkeys(("go_to", "wait_seen", "face"), _OF_ONE_SEEN),
    **dict.fromkeys(("push", "push_region", "push_beside"), _PUSHED),
    "press": ("press",),
    "open_drawer": ("close_drawer",),
    "close_drawer": ("open_drawer",),
}


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is said; a meaning of None is outside the world of the table."""

    text: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class _Story:
    """Clauses in the order they are done, and what is said of all of them."""

    clauses: list[Clause]
    text: str


def instruction(rng: Random) -> Instruction:
    """Return one instruction with its meaning."""
    kinds: tuple[Callable[[Random], _Story], ...] = (
        _one, _push_off, _repeated, _conditional, _awaited, _turned_round, _several,
        _with_drawer, _sequence, _held, _mistaken, _topic,
    )  # fmt: skip
    story = rng.choices(kinds, (47, 2, 5, 7, 4, 6, 5, 2, 22, 3, 1, 2))[0](rng)
    text, meaning = story.text, Meaning(tuple(each.step for each in story.clauses))
    if chance(rng, 0.32) or any(each.task == "push_off" for each in meaning.steps):
        text, meaning = limited(rng, text, meaning)
    return Instruction(finished(rng, text), meaning)


def _one(rng: Random, task: str = "") -> _Story:
    kind = "said" if chance(rng, 0.12) else "do"
    clause = Speaker(rng, task or rng.choice(_FREE)).clause(kind)
    if clause.declared:
        return _Story([clause], form(rng, "clauses", "said_openers") + clause.text)
    return _Story([clause], _opened(rng, clause.text, 0.38))


def _topic(rng: Random) -> _Story:
    """A thing named first, then what to do with it: "the soap, push it left"."""
    name = phrases.thing(rng)
    clause = Speaker(rng, rng.choice(_OF_ONE_SEEN), name, single=True).clause()
    link = rng.choice((", ", ": ", "? ", ", you ", ", please ", " - "))
    return _Story([clause], _opened(rng, name.said + link + clause.text, 0.1))


def _held(rng: Random) -> _Story:
    """Something to do with what the hand holds from before."""
    clause = Speaker(rng, rng.choice([*_WITH_HELD, "put_down", "put_down"])).clause()
    if chance(rng, 0.25):
        after = Speaker(rng, rng.choice([*_FREE, "home", "home"])).clause()
        clauses = [clause, after]
        return _Story(clauses, _joined(rng, clauses))
    return _Story([clause], _opened(rng, clause.text, 0.3))


def _mistaken(rng: Random) -> _Story:
    """A clause that is put right afterwards."""
    tasks = (
        "press",
        "press",
        "pick_up",
        "go_to",
        "face",
        "open_drawer",
        "close_drawer",
    )
    clause = Speaker(rng, rng.choice(tasks), single=True).clause()
    name = clause.about
    if name is None or clause.text.count(name.said) != 1:
        return _Story([clause], clause.text)
    wrong = _another(rng, clause.step.task, name)
    ending = form(rng, "clauses", "mistaken")
    text = clause.text.replace(name.said, wrong.said)
    return _Story([clause], text + ending.format(wrong=wrong.said, right=name.said))


def _push_off(rng: Random) -> _Story:
    return _one(rng, "push_off")


def _opened(rng: Random, text: str, share: float) -> str:
    return (form(rng, "clauses", "openers") if chance(rng, share) else "") + text


def _sequence(rng: Random) -> _Story:
    clauses = list(_chain(rng, rng.choices((2, 3, 4), (70, 25, 5))[0]))
    return _Story(clauses, _joined(rng, clauses))


def _chain(rng: Random, count: int) -> Iterator[Clause]:
    """Yield clauses in the order they are done, each knowing what came before."""
    before: Clause | None = None
    held = False
    for _ in range(count):
        task, topic = _next(rng, before, held)
        clause = Speaker(rng, task, topic).clause()
        held = task == "pick_up" or (held and task in _HOLDING)
        if held and before and task in _HOLDING:
            clause.about = before.about
        yield clause
        before = clause


def _next(rng: Random, before: Clause | None, held: bool) -> tuple[str, Name | None]:
    if before is None:
        return rng.choice(["pick_up"] * 14 + ["wait_seen"] * 4 + _FREE), None
    if chance(rng, 0.04):
        return "wait_seen", None
    about, task = before.about, before.step.task
    if held:
        return rng.choice(_WITH_HELD), about
    same = about is not None and not about.plural and chance(rng, 0.5)
    if same and task in _ABOUT_IT:
        return rng.choice(_ABOUT_IT[task]), about
    return rng.choice([*_FREE, "home", "home", "home"]), None


def _joined(rng: Random, clauses: list[Clause]) -> str:
    manner = rng.random()
    if manner < 0.06:
        numbers = rng.choice(("{}. ", "{}) ", "step {}: ", "{}: ", "({}) ", "{}, "))
        names = rng.choice((("1", "2", "3", "4"), ("one", "two", "three", "four")))
        parts = [
            f"{numbers.format(name)}{each.text}"
            for name, each in zip(names, clauses, strict=False)
        ]
        return rng.choice((" ", ", ", "; ", ". ")).join(parts)
    if manner < 0.14 and len(clauses) > 2:
        *most, last = (each.text for each in clauses)
        link = rng.choice((", and ", ", and finally ", " and ", ", then "))
        return _opened(rng, ", ".join(most) + link + last, 0.4)
    text = clauses[0].text
    if manner < 0.3:
        text = rng.choice(("first ", "first, ", "first of all, ", "to begin, ")) + text
    elif manner < 0.5:
        text = form(rng, "clauses", "openers") + text
    for before, each in pairwise(clauses):
        # "Pick it up and lift it by 5 cm" is one act, of which the height is said.
        one_act = before.step.task == "pick_up" and each.step.task == "lift"
        kind = "then" if one_act or chance(rng, 0.6) else "plain"
        link = form(rng, "clauses", kind)
        if one_act and "then" not in link and "after" not in link:
            link = ", then "
        said = gerund(each.text) if link.endswith("by ") else each.text
        if link.endswith(". ") and chance(rng, 0.2):
            said = rng.choice(("please ", "now ", "also ")) + said
        text += link + said
    return text


def _with_drawer(rng: Random) -> _Story:
    """A thing goes into a drawer that is opened for it, and maybe closed."""
    opened = Speaker(rng, "open_drawer").clause()
    drawer = opened.about
    assert drawer is not None
    name = phrases.thing(rng)
    place = form(rng, "clauses", "into_drawer").replace("{drawer}", drawer.said)
    put = f"{form(rng, 'clauses', 'into_drawer_verbs')} {name.said} {place}"
    slots = {"object": name.phrase, "other": drawer.phrase}
    clauses = [opened, Clause(put, Step("put_in", slots), drawer)]
    if chance(rng, 0.6):
        closing = form(rng, "clauses", "close_again").replace("{drawer}", drawer.said)
        closing = closing.replace("{noun}", drawer.noun)
        clauses.append(Clause(closing, Step("close_drawer", {"drawer": drawer.phrase})))
    return _Story(clauses, _joined(rng, clauses))


def _turned_round(rng: Random) -> _Story:
    """Two clauses said in another order than they are done, or "after" before."""
    first = Speaker(rng, rng.choice(_FREE)).clause()
    second = Speaker(rng, rng.choice([*_FREE, "home", "home"])).clause()
    text = form(rng, "clauses", "turned_round").format(
        first=first.text,
        second=second.text,
        firsted=participle(first.text),
        firsting=gerund(first.text),
        seconding=gerund(second.text),
    )
    return _Story([first, second], _opened(rng, text, 0.12))


def _several(rng: Random) -> _Story:
    """One verb for two or three things: "press the red button and the green one"."""
    task = rng.choice(("press", "press", "put_in", "put_in", "put_on", "put_region"))
    speaker = Speaker(rng, task, single=True)
    clause = speaker.clause()
    first = clause.about
    slot = "button" if task == "press" else "object"
    if (
        first is None
        or clause.text.count(first.said) != 1
        or slot not in clause.step.slots
    ):
        return _Story([clause], clause.text)
    names = [first]
    for _ in range(rng.choices((1, 2), (4, 1))[0]):
        names.append(_another(rng, task, first))
    link = form(rng, "clauses", "and_things")
    listed = ", ".join(each.said for each in names[:-1]) + link + names[-1].said
    text = clause.text.replace(first.said, listed)
    clauses = [
        replace(clause, step=Step(task, {**clause.step.slots, slot: each.phrase}))
        for each in names
    ]
    return _Story(clauses, _opened(rng, text, 0.3))


def _another(rng: Random, task: str, first: Name) -> Name:
    if chance(rng, 0.4) and first.noun and " " not in first.noun:
        which = phrases.pick(rng, "colours" if chance(rng, 0.7) else "left_right")
        said = rng.choice((f"the {which} one", f"the {which} {first.noun}"))
        return Name(said, f"{which} {first.noun}", first.noun)
    return phrases.button(rng) if task == "press" else phrases.thing(rng)


def _repeated(rng: Random) -> _Story:
    times = rng.choices((2, 3, 4, 5, rng.randint(6, 10)), (5, 5, 3, 2, 1))[0]
    if chance(rng, 0.15):
        inner = [Speaker(rng, "open_drawer").clause()]
        inner.append(Speaker(rng, "close_drawer", inner[0].about).clause())
    elif chance(rng, 0.2):
        tasks = rng.choices([*_REPEATABLE, "go_by", "go_to", "go_beside"], k=2)
        inner = [Speaker(rng, each, single=True).clause() for each in tasks]
    else:
        inner = [Speaker(rng, rng.choice(_REPEATABLE), single=True).clause()]
    spoken = f"{number(rng, times, in_words=0.6)} times"
    said = form(rng, "times", str(times)) if times < 6 and chance(rng, 0.8) else spoken
    text = form(rng, "clauses", "repeated").format(
        body=form(rng, "clauses", "inner").join(each.text for each in inner),
        times=said,
    )
    step = Step("repeat", {"times": times}, tuple(each.step for each in inner))
    clauses = [Clause(text, step, inner[0].about)]
    if chance(rng, 0.25):
        after = Speaker(rng, rng.choice([*_FREE, "home", "home"])).clause()
        clauses.append(after)
        return _Story(clauses, _joined(rng, clauses))
    return _Story(clauses, _opened(rng, text, 0.3))


def _conditional(rng: Random) -> _Story:
    name = phrases.thing(rng)
    topic = name if chance(rng, 0.55) else None
    task = rng.choice(_FREE if topic is None else _OF_ONE_SEEN)
    body = Speaker(rng, task, topic, single=True).clause()
    seen = form(rng, "clauses", "seen").replace("{x}", name.said)
    text = form(rng, "clauses", "if_seen").format(
        seen=seen, body=body.text, name=name.said
    )
    otherwise: tuple[Step, ...] = ()
    if chance(rng, 0.55):
        other = Speaker(rng, rng.choice([*_FREE, *["home"] * 8]), single=True).clause()
        otherwise = (other.step,)
        text += form(rng, "clauses", "else") + other.text
    elif topic is None and chance(rng, 0.3):
        text = f"{body.text}{rng.choice((' if ', ', but only if ', ' only if '))}{seen}"
    step = Step("if_seen", {"phrase": name.phrase}, (body.step,), otherwise)
    return _Story([Clause(text, step)], _opened(rng, text, 0.1))


def _awaited(rng: Random) -> _Story:
    """Something to do as soon as a thing is seen."""
    name = phrases.thing(rng)
    topic = name if chance(rng, 0.7) else None
    wait = Clause("", Step("wait_seen", {"phrase": name.phrase}))
    body = Speaker(rng, rng.choice(_OF_ONE_SEEN if topic else _FREE), topic).clause()
    text = form(rng, "clauses", "awaited").format(
        seen=form(rng, "clauses", "seen").replace("{x}", name.said),
        shown=form(rng, "clauses", "shown").replace("{x}", name.said),
        body=body.text,
    )
    return _Story([wait, body], _opened(rng, text, 0.1))
