"""Whole instructions made with their meaning: one clause or several, in some order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from planner.language.embedded import phrases
from planner.language.embedded.inflection import gerund, participle
from planner.language.embedded.limits import limited
from planner.language.embedded.phrases import Name, chance, form
from planner.language.embedded.quantities import number
from planner.language.embedded.sentences import Clause, Speaker
from planner.language.embedded.slips import finished
from planner.language.embedded.stories import (
    FREE,
    OF_ONE_SEEN,
    WITH_HELD,
    Story,
    joined,
    opened,
    sequence,
)
from planner.language.meaning import Meaning, Step

_REPEATABLE = (
    ["press"] * 4 + ["push", "turn", "go_by", "close_drawer", "open_drawer", "push_to"]
    + ["shift", "release", "close"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is said; a meaning of None is outside the world of the table."""

    text: str
    meaning: Meaning | None


def instruction(rng: Random) -> Instruction:
    """Return one instruction with its meaning."""
    kinds: tuple[Callable[[Random], Story], ...] = (
        _one, _push_off, _repeated, _conditional, _awaited, _turned_round, _several,
        _with_drawer, sequence, _held, _mistaken, _topic,
    )  # fmt: skip
    story = rng.choices(kinds, (47, 2, 5, 7, 4, 6, 5, 2, 22, 3, 1, 2))[0](rng)
    text, meaning = story.text, Meaning(tuple(each.step for each in story.clauses))
    if chance(rng, 0.32) or any(each.task == "push_off" for each in meaning.steps):
        text, meaning = limited(rng, text, meaning)
    return Instruction(finished(rng, text), meaning)


def _one(rng: Random, task: str = "") -> Story:
    kind = "said" if chance(rng, 0.12) else "do"
    clause = Speaker(rng, task or rng.choice(FREE)).clause(kind)
    if clause.declared:
        return Story([clause], form(rng, "clauses", "said_openers") + clause.text)
    return Story([clause], opened(rng, clause.text, 0.38))


def _topic(rng: Random) -> Story:
    """A thing named first, then what to do with it: "the soap, push it left"."""
    name = phrases.thing(rng)
    clause = Speaker(rng, rng.choice(OF_ONE_SEEN), name, single=True).clause()
    link = rng.choice((", ", ": ", "? ", ", you ", ", please ", " - "))
    return Story([clause], opened(rng, name.said + link + clause.text, 0.1))


def _held(rng: Random) -> Story:
    """Something to do with what the hand holds from before."""
    clause = Speaker(rng, rng.choice([*WITH_HELD, "put_down", "put_down"])).clause()
    if chance(rng, 0.25):
        after = Speaker(rng, rng.choice([*FREE, "home", "home"])).clause()
        clauses = [clause, after]
        return Story(clauses, joined(rng, clauses))
    return Story([clause], opened(rng, clause.text, 0.3))


def _mistaken(rng: Random) -> Story:
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
        return Story([clause], clause.text)
    wrong = _another(rng, clause.step.task, name)
    ending = form(rng, "clauses", "mistaken")
    text = clause.text.replace(name.said, wrong.said)
    return Story([clause], text + ending.format(wrong=wrong.said, right=name.said))


def _push_off(rng: Random) -> Story:
    return _one(rng, "push_off")


def _with_drawer(rng: Random) -> Story:
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
    return Story(clauses, joined(rng, clauses))


def _turned_round(rng: Random) -> Story:
    """Two clauses said in another order than they are done, or "after" before."""
    first = Speaker(rng, rng.choice(FREE)).clause()
    second = Speaker(rng, rng.choice([*FREE, "home", "home"])).clause()
    text = form(rng, "clauses", "turned_round").format(
        first=first.text,
        second=second.text,
        firsted=participle(first.text),
        firsting=gerund(first.text),
        seconding=gerund(second.text),
    )
    return Story([first, second], opened(rng, text, 0.12))


def _several(rng: Random) -> Story:
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
        return Story([clause], clause.text)
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
    return Story(clauses, opened(rng, text, 0.3))


def _another(rng: Random, task: str, first: Name) -> Name:
    if chance(rng, 0.4) and first.noun and " " not in first.noun:
        which = phrases.pick(rng, "colours" if chance(rng, 0.7) else "left_right")
        said = rng.choice((f"the {which} one", f"the {which} {first.noun}"))
        return Name(said, f"{which} {first.noun}", first.noun)
    return phrases.button(rng) if task == "press" else phrases.thing(rng)


def _repeated(rng: Random) -> Story:
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
        after = Speaker(rng, rng.choice([*FREE, "home", "home"])).clause()
        clauses.append(after)
        return Story(clauses, joined(rng, clauses))
    return Story(clauses, opened(rng, text, 0.3))


def _conditional(rng: Random) -> Story:
    name = phrases.thing(rng)
    topic = name if chance(rng, 0.55) else None
    task = rng.choice(FREE if topic is None else OF_ONE_SEEN)
    body = Speaker(rng, task, topic, single=True).clause()
    seen = form(rng, "clauses", "seen").replace("{x}", name.said)
    text = form(rng, "clauses", "if_seen").format(
        seen=seen, body=body.text, name=name.said
    )
    otherwise: tuple[Step, ...] = ()
    if chance(rng, 0.55):
        other = Speaker(rng, rng.choice([*FREE, *["home"] * 8]), single=True).clause()
        otherwise = (other.step,)
        text += form(rng, "clauses", "else") + other.text
    elif topic is None and chance(rng, 0.3):
        text = f"{body.text}{rng.choice((' if ', ', but only if ', ' only if '))}{seen}"
    step = Step("if_seen", {"phrase": name.phrase}, (body.step,), otherwise)
    return Story([Clause(text, step)], opened(rng, text, 0.1))


def _awaited(rng: Random) -> Story:
    """Something to do as soon as a thing is seen."""
    name = phrases.thing(rng)
    topic = name if chance(rng, 0.7) else None
    wait = Clause("", Step("wait_seen", {"phrase": name.phrase}))
    body = Speaker(rng, rng.choice(OF_ONE_SEEN if topic else FREE), topic).clause()
    text = form(rng, "clauses", "awaited").format(
        seen=form(rng, "clauses", "seen").replace("{x}", name.said),
        shown=form(rng, "clauses", "shown").replace("{x}", name.said),
        body=body.text,
    )
    return Story([wait, body], opened(rng, text, 0.1))
