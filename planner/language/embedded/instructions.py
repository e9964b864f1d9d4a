"""Whole instructions made with their meaning: clauses, order, limits, manners, slips."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from planner.language.embedded import phrases
from planner.language.embedded.phrases import chance
from planner.language.embedded.sentences import (
    Clause,
    Speaker,
    Template,
    gerund,
    grammar,
    renamed,
)
from planner.language.meaning import SPEED_WORDS, Avoid, Meaning, Pace, Stay, Step

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
_THEN = (
    ", then |, and then | and then | then |. then |; then |; |. |, after that |. after "
    "that |. after that, |, afterwards |. afterwards |. next |. next, |, next |, and "
    "after that |. when that is done |. when you're done, |. once that's done, | and "
    "afterwards |, and finally |. finally |. finally, |, finally |. and then |, and | "
    "and | and |, followed by |, then |, then | and then "
).split("|")
_PLAIN = (", then ", " then ", " and ", ", and ", ". ", " and then ", ", ", "; ")
_OPENERS = (
    "please |please |please, |could you |can you |can you please |could you please |would "
    "you |would you please |will you |i want you to |i'd like you to |i would like you to "
    "|i need you to |go ahead and |you should |you need to |your task is to |your job is "
    "to |now |now please |just |try to |kindly |let's |be so kind as to |would you mind to "
    "|you must |make sure you |make sure to |we need to |you have to |help me and |next, "
    "|ok now |okay, |ok |so |alright, |hey, |hey robot, |robot, |hi, |hello, |hello "
    "robot, please |hi there, can you |listen, |right, |dear robot, |um, |well, |great, "
    "now |i'd appreciate it if you could |i was wondering if you could |do me a favor and "
    "|do me a favour and |time to |mind if i ask you to |feel free to |you can |you may "
    "|then |first |first, |to start, |good, now |good morning, please |quick: |task: "
    "|i think you should |the next thing is to |all you have to do is |simply |if you "
    "could |if possible, |for me, |perhaps you can |let us |"
).split("|")
_SAID_OPENERS = (
    "|||hey, |please note: |ok, |robot, |hi, |listen, |i think |well, |so |um, "
).split("|")
_CLOSERS = (
    " please|, please| for me| for me please| now| thanks|, thanks|, thank you| right now"
    "| if you can| if possible|, ok|, okay|, would you|, will you|, robot| immediately| at "
    "once| when you're ready|, buddy| if you don't mind| again| already| asap|, cheers| "
    "when you can|, if you would|, my friend| this time|, that would be great|, i beg you"
).split("|")
_REASONS = (
    " so it doesn't roll off| so that it is safe| so that we can start| because i need the "
    "space| because it is in the way| since we have guests| to make room| to tidy up| "
    "before it falls| as it's in my way| so i can find it later| so nobody trips| because "
    "i said so| it's for my daughter| i need it there| to get it out of the way| so that i "
    "can work| because it looks nicer| as a test| since that's where it lives| , it's "
    "important| , i am in a hurry| , we are late| , i'm tidying up| because dinner is soon| "
    "so it stays clean| to see what happens| for the photo| so the cat can't reach it| , "
    "it's bothering me| or we'll lose it| before somebody bumps into it| to keep it dry| "
    ", i can't reach it myself| because that's its place| so that the children can see it"
).split("|")
_MANNER_BEFORE = ("{pace} {text}", "{pace}, {text}")
_LIMITS_AFTER = (
    " and |, and |, but | but | while |, while | whilst |, | , always |. |. please |; | - "
    "| , and always | and do |. also, |. remember to "
).split("|")


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is said; a meaning of None is outside the world of the table."""

    text: str
    meaning: Meaning | None


def instruction(rng: Random) -> Instruction:
    """Return one instruction with its meaning."""
    clauses, text = _story(rng)
    meaning = Meaning(tuple(each.step for each in clauses))
    if chance(rng, 0.32) or any(each.step.task == "push_off" for each in clauses):
        text, meaning = _limited(rng, text, meaning)
    return Instruction(finished(rng, text), meaning)


def _story(rng: Random) -> tuple[list[Clause], str]:
    roll = rng.random()
    if roll < 0.53:
        clause = _clause(rng, rng.choice(_FREE))
        return [clause], _opened(rng, clause)
    if roll < 0.56:
        clause = _clause(rng, "push_off")
        return [clause], _opened(rng, clause)
    if roll < 0.62:
        return _repeated(rng)
    if roll < 0.69:
        return _conditional(rng)
    if roll < 0.74:
        return _turned_round(rng)
    return _sequence(rng)


def _clause(rng: Random, task: str, *, single: bool = False) -> Clause:
    kind = "said" if chance(rng, 0.12) else "do"
    return Speaker(rng, task, single=single).clause(kind)


def _opened(rng: Random, clause: Clause) -> str:
    if clause.declared:
        return rng.choice(_SAID_OPENERS) + clause.text
    return (rng.choice(_OPENERS) if chance(rng, 0.38) else "") + clause.text


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


def _next(
    rng: Random, before: Clause | None, held: bool
) -> tuple[str, phrases.Name | None]:
    if before is None:
        starts = ["pick_up"] * 14 + ["wait_seen"] * 5 + _FREE
        return rng.choice(starts), None
    about = before.about
    if held:
        return rng.choice(_WITH_HELD), about
    task = before.step.task
    again = about is not None and not about.plural and chance(rng, 0.5)
    if again and task in ("go_to", "wait_seen", "face"):
        after = ["pick_up"] * 4 + ["put_in", "put_on", "push", "push_to", "put_beside"]
        if task == "wait_seen":
            after += ["go_to", "put_region"]
        return rng.choice(after), about
    if again and task in ("push", "push_region", "push_beside"):
        return rng.choice(("push", "pick_up", "push", "put_in", "put_on")), about
    if again and task == "press":
        return "press", about
    if again and task == "open_drawer":
        return "close_drawer", about
    if again and task == "close_drawer":
        return "open_drawer", about
    return rng.choice([*_FREE, "home", "home", "home"]), None


def _sequence(rng: Random) -> tuple[list[Clause], str]:
    if chance(rng, 0.08):
        return _with_drawer(rng)
    clauses = list(_chain(rng, rng.choices((2, 3, 4), (70, 25, 5))[0]))
    return clauses, _joined(rng, clauses)


def _joined(rng: Random, clauses: list[Clause]) -> str:
    form = rng.random()
    if form < 0.06:
        numbers = rng.choice(("{}. ", "{}) ", "step {}: ", "{}: ", "({}) "))
        parts = [f"{numbers.format(k)}{each.text}" for k, each in enumerate(clauses, 1)]
        return rng.choice((" ", ", ", "; ", ". ")).join(parts)
    text = clauses[0].text
    if form < 0.3:
        text = rng.choice(("first ", "first, ", "first of all, ", "to begin, ")) + text
    elif form < 0.5:
        text = rng.choice(_OPENERS) + text
    for each in clauses[1:]:
        link = rng.choice(_THEN if chance(rng, 0.6) else _PLAIN)
        said = gerund(each.text) if link.endswith("by ") else each.text
        if link.endswith(". ") and chance(rng, 0.2):
            said = rng.choice(("please ", "now ", "also ")) + said
        text += link + said
    return text


def _with_drawer(rng: Random) -> tuple[list[Clause], str]:
    """A thing goes into a drawer that is opened for it, and maybe closed."""
    opened = Speaker(rng, "open_drawer").clause()
    drawer = opened.about
    assert drawer is not None
    name = phrases.thing(rng)
    into = rng.choice(("in it", "inside it", "into it", "in there", "inside", f"in {drawer.said}"))
    verb = rng.choice(("put", "place", "drop", "store", "leave", "stash"))
    slots = {"object": name.phrase, "other": drawer.phrase}
    put = Clause(f"{verb} {name.said} {into}", Step("put_in", slots), drawer)
    clauses = [opened, put]
    if chance(rng, 0.6):
        closing = rng.choice((f"close the {drawer.noun}", f"shut the {drawer.noun}", "close it again", f"close {drawer.said}", "close it", "shut it again"))
        clauses.append(Clause(closing, Step("close_drawer", {"drawer": drawer.phrase})))
    return clauses, _joined(rng, clauses)


def _turned_round(rng: Random) -> tuple[list[Clause], str]:
    """Two clauses said in another order than they are done, or "after" before."""
    first = Speaker(rng, rng.choice(_FREE)).clause()
    second = Speaker(rng, rng.choice(_FREE)).clause()
    texts = (
        f"before you {second.text}, {first.text}",
        f"before {gerund(second.text)}, {first.text}",
        f"before {gerund(second.text)} {first.text}",
        f"{first.text} before you {second.text}",
        f"{first.text} before {gerund(second.text)}",
        f"{second.text}, but first {first.text}",
        f"{second.text}, but before that {first.text}",
        f"{second.text} after {gerund(first.text)}",
        f"{second.text}, but only after {gerund(first.text)}",
        f"after {gerund(first.text)}, {second.text}",
        f"after {gerund(first.text)} {second.text}",
        f"after you {first.text}, {second.text}",
        f"once you are done {gerund(first.text)}, {second.text}",
        f"when you have finished {gerund(first.text)}, {second.text}",
        f"start by {gerund(first.text)}, then {second.text}",
        f"begin with {gerund(first.text)} and end with {gerund(second.text)}",
        f"do two things: {first.text} and {second.text}",
        f"{first.text} and when you're done {second.text}",
        f"{first.text}, and once that is done, {second.text}",
    )
    opener = rng.choice(_OPENERS) if chance(rng, 0.12) else ""
    return [first, second], opener + rng.choice(texts)


_TIMES = {2: ("twice", "two times", "2 times", "2x", "two times in a row", "double"), 3: ("three times", "3 times", "thrice", "3x", "three times in a row"), 4: ("four times", "4 times", "4x"), 5: ("five times", "5 times", "5x")}  # fmt: skip
_REPEATABLE = ("press", "press", "press", "press", "push", "turn", "go_by", "close_drawer", "open_drawer", "push_to", "shift")  # fmt: skip


def _repeated(rng: Random) -> tuple[list[Clause], str]:
    times = rng.choices((2, 3, 4, 5, rng.randint(6, 10)), (5, 5, 3, 2, 1))[0]
    if chance(rng, 0.15):
        inner = [Speaker(rng, "open_drawer").clause()]
        inner.append(Speaker(rng, "close_drawer", inner[0].about).clause())
    else:
        inner = [Speaker(rng, rng.choice(_REPEATABLE), single=True).clause()]
    body = " and ".join(each.text for each in inner)
    forms = _TIMES.get(times, (f"{times} times", f"{phrases.number(rng, times, in_words=1)} times"))
    said = rng.choice(forms)
    texts = (
        f"{body} {said}",
        f"{body} {said}",
        f"{body}, {said}",
        f"{said} {body}",
        f"{said}, {body}",
        f"do this {said}: {body}",
        f"repeat {said}: {body}",
        f"{body} and do that {said}",
        f"{body} a total of {said}",
    )
    text = rng.choice(texts)
    step = Step("repeat", {"times": times}, tuple(each.step for each in inner))
    clauses = [Clause(text, step, inner[0].about)]
    if chance(rng, 0.25):
        clauses.append(Speaker(rng, rng.choice([*_FREE, "home", "home"])).clause())
        text = _joined(rng, clauses)
    elif chance(rng, 0.3):
        text = rng.choice(_OPENERS) + text
    return clauses, text


_SEEN = (
    "there is {x}|there's {x}|you see {x}|you can see {x}|{x} is there|{x} is visible|{x} is "
    "on the table|you find {x}|you spot {x}|there happens to be {x}|{x} is present|{x} is in "
    "view|there is {x} on the table|you notice {x}|you can find {x}|{x} can be seen|{x} exists"
    "|there's {x} anywhere|we have {x}|you detect {x}|there is {x} around"
).split("|")
_ELSE = (
    ", otherwise |, or else |; otherwise |. otherwise |. otherwise, |, if not |. if not, |, "
    "if not, |, else | else | otherwise |, and if not |. if there isn't, |, and otherwise "
).split("|")


def _conditional(rng: Random) -> tuple[list[Clause], str]:
    name = phrases.thing(rng)
    topic = name if chance(rng, 0.55) else None
    body = Speaker(rng, _inner(rng, topic), topic, single=True).clause()
    said = rng.choice(_SEEN).replace("{x}", name.said)
    text = rng.choice(
        (f"if {said}, {body.text}", f"if {said} {body.text}", f"if {said}, then {body.text}", f"if {said} then {body.text}", f"in case {said}, {body.text}", f"when {said}, {body.text}", f"should {name.said} be there, {body.text}")  # fmt: skip
    )
    otherwise: tuple[Step, ...] = ()
    if chance(rng, 0.55):
        other = Speaker(rng, rng.choice([*_FREE, *["home"] * 8]), single=True).clause()
        otherwise = (other.step,)
        text += rng.choice(_ELSE) + other.text
    elif topic is None and chance(rng, 0.3):
        text = f"{body.text} if {said}"
    step = Step("if_seen", {"phrase": name.phrase}, (body.step,), otherwise)
    opener = rng.choice(_OPENERS) if chance(rng, 0.1) else ""
    return [Clause(text, step)], opener + text


def _inner(rng: Random, topic: phrases.Name | None) -> str:
    if topic is None:
        return rng.choice(_FREE)
    return rng.choice(("pick_up", "pick_up", "put_in", "put_in", "put_on", "put_beside", "push", "push_to", "go_to", "face", "put_region", "shift"))  # fmt: skip


def _limited(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    pushing_off = any(each.task == "push_off" for each in meaning.steps)
    kinds = ["avoid"] if pushing_off else []
    if not kinds or chance(rng, 0.2):
        kinds += rng.choices((["avoid"], ["pace"], ["stay"], ["avoid", "pace"]), (9, 10, 2, 3))[0]
    for kind in dict.fromkeys(kinds):
        if kind == "avoid":
            text, meaning = _avoiding(rng, text, meaning)
        elif kind == "stay":
            text, meaning = _staying(rng, text, meaning)
        else:
            text, meaning = _paced(rng, text, meaning)
    return text, meaning


def _say(rng: Random, kind: str, task: str = "limits") -> tuple[str, Speaker]:
    speaker = Speaker(rng, task)
    texts: list[Template] = grammar()["limits"][kind]
    return speaker.say(rng.choice(texts)), speaker


def _avoiding(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    kind = "avoid_cm" if chance(rng, 0.5) else "avoid"
    said, speaker = _say(rng, kind)
    cm = speaker.slots.get("cm")
    distance = None if cm is None else float(cm)
    found = [Avoid(str(speaker.slots["phrase"]), distance)]
    if speaker.about and said.endswith(speaker.about.said) and chance(rng, 0.15):
        other = phrases.several(rng) if chance(rng, 0.1) else phrases.thing(rng)
        if " of " not in other.said and " and " not in other.said:
            said += rng.choice((" and ", " and ", " or ", " and from ")) + other.said
            found.append(Avoid(other.phrase, distance))
    meaning = replace(meaning, avoid=(*meaning.avoid, *found))
    return _attached(rng, text, said), meaning


def _staying(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    speaker = Speaker(rng, "stay")
    side = rng.choice(("left", "right", "front", "back", "top"))
    speaker.slots["side"] = side
    template = rng.choice(grammar()["limits"]["stay"])
    marked = speaker.say(_with(template, "{side_on}", rng.choice(phrases.SIDE_FORMS[side])))
    meaning = replace(meaning, stay=(Stay(str(speaker.slots["phrase"]), side),))
    if side == "top":
        steps = tuple(
            renamed(each, rise=6) if each.task in ("go_to", "go_beside", "hold") else each
            for each in meaning.steps
        )
        meaning = replace(meaning, steps=steps)
    return _attached(rng, text, marked), meaning


def _with(template: Template, slot: str, text: str) -> Template:
    return tuple(
        each.replace(slot, text) if isinstance(each, str) else each for each in template
    )


_FACTORS = (
    (0.5, "half|half of|50%|50 %|50 percent|0.5 of|0.5 times|fifty percent of".split("|")),
    (0.25, "a quarter of|a quarter|25%|25 %|25 percent of|one quarter of|0.25 times|quarter".split("|")),
    (0.75, "three quarters of|75%|75 percent of|75 %|0.75 times".split("|")),
    (0.33, ("a third of", "33%", "one third of", "33 percent of")),
    (2.0, "twice|double|two times|200%|200 percent of|2 times|2x".split("|")),
    (1.5, ("1.5 times", "150%", "150 percent of", "one and a half times", "one point five times")),
    (3.0, ("three times", "triple", "300%", "3 times")),
)


def _paced(rng: Random, text: str, meaning: Meaning) -> tuple[str, Meaning]:
    if chance(rng, 0.62):
        word = rng.choice(("slowly", "slowly", "quickly", "very slowly", "very quickly"))
        factor, said = SPEED_WORDS[word], rng.choice(grammar()["limits"][word])[0]
        assert isinstance(said, str)
    else:
        factor, said = _factored(rng)
    pace = Pace(factor)
    roll = rng.random()
    if roll < 0.2:
        where, speaker = _say(rng, "near")
        pace = Pace(factor, str(speaker.slots["phrase"]), float(speaker.slots["cm"]))
        said = _slowed(rng, said, factor) + f" {where}"
    elif roll < 0.3:
        where, speaker = _say(rng, "in_region")
        pace = Pace(factor, region=str(speaker.slots["region"]))
        said = _slowed(rng, said, factor) + f" {where}"
    elif chance(rng, 0.35):
        before = rng.choice(_MANNER_BEFORE).format(pace=said, text=text)
        return before, replace(meaning, pace=pace)
    else:
        said = _extended(rng, said)
    return _attached(rng, text, said, plain=True), replace(meaning, pace=pace)


def _factored(rng: Random) -> tuple[float, str]:
    factor, forms = rng.choice(_FACTORS)
    if chance(rng, 0.3):
        percent = rng.choice((10, 20, 30, 40, 60, 70, 80, 90, 120, 125))
        factor, forms = percent / 100, [f"{percent}%", f"{percent} percent of", f"{percent} %"]
    share = rng.choice(forms)
    kind = "times" if factor > 1 and "%" not in share and "percent" not in share else "factor"
    template = rng.choice(grammar()["limits"][kind])
    said = Speaker(rng, "limits").say(_with(template, f"{{{kind}}}", share))
    if kind == "factor" and share.startswith("half") and chance(rng, 0.2):
        said = rng.choice(("half as fast as usual", "half as fast"))
    return factor, said


def _slowed(rng: Random, said: str, factor: float) -> str:
    """Return a speed as something to do where it holds only somewhere."""
    if factor == SPEED_WORDS["slowly"] and chance(rng, 0.4):
        return rng.choice(("slow down", "slowing down", "be slow", "reduce your speed", "reduce speed", "go easy"))  # fmt: skip
    if factor == SPEED_WORDS["quickly"] and chance(rng, 0.3):
        return rng.choice(("speed up", "be quick", "go faster", "hurry"))
    return rng.choice(("move ", "go ", "moving ", "going ", "")) + said


def _extended(rng: Random, said: str) -> str:
    whole = ("", "", "", "", " the whole time", " all the time", " throughout", " all along", " from start to finish")  # fmt: skip
    lead = rng.choice(("", "", "", "", "", "move ", "moving ", "go ", "going ", "do it ", "do this ", "do everything ", "do all of it ", "do all of this ", "all of it ", "all of that ", "but "))  # fmt: skip
    return lead + said + rng.choice(whole)


def _attached(rng: Random, text: str, said: str, *, plain: bool = False) -> str:
    first = said.split(" ", 1)[0]
    bare = first.endswith("ing") or first in ("without", "with", "at", "not", "no", "while")
    if plain and not first.endswith("ing") and first not in ("move", "go", "do", "be"):
        return text + rng.choice((" ", " ", " ", ", ", " but ", ", but ")) + said
    if chance(rng, 0.2):
        if bare:
            return f"{said}, {text}"
        return said + rng.choice((" and ", ", then ", ". ", ", ", " while you ", "; ")) + text
    if bare:
        return text + rng.choice((" ", " ", ", ", " while ", ", while ", " whilst ", " by ")).replace(
            " while ", " while " if first.endswith("ing") else " "
        ) + said
    return text + rng.choice(_LIMITS_AFTER).replace("whilst", "and").replace("while", "and") + said


def finished(rng: Random, text: str) -> str:
    """Return a text with manners, a reason, spelling and punctuation of its own."""
    if chance(rng, 0.06):
        text += rng.choice(_REASONS)
    if chance(rng, 0.14):
        text += rng.choice(_CLOSERS)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.;?!])", r"\1", text)
    if chance(rng, 0.13):
        for _ in range(rng.choice((1, 1, 2))):
            text = slipped(rng, text)
    if chance(rng, 0.08):
        text = re.sub(r"[,;.]", "", text)
    return text + rng.choice(("", "", "", ".", ".", "!", "?" if chance(rng, 0.3) else ""))


@dataclass(frozen=True)
class _Common:
    """Words that are mended where they are misspelt."""

    words: frozenset[str]


def _common() -> _Common:
    listed = phrases.words()
    names = ("colours", "shapes", "containers", "supports", "sizes", "buttons", "drawers")
    known = {word for name in names for word in listed[name]}
    verbs = (
        "place move push press open close drawer button table block please pick gripper "
        "slide slowly quickly away from keep least stack between front left right behind "
        "above below next until while then after before avoid without touching turn rotate "
        "clockwise release return home carefully towards lift raise hold bring into onto "
        "inside the put and in it go to you with of"
    )
    return _Common(frozenset(known | set(verbs.split())))


_COMMON = _common()
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip


def slipped(rng: Random, text: str) -> str:
    """Return a text with one common word misspelt."""
    parts = re.split(r"([a-z]+)", text)
    places = [
        k
        for k, each in enumerate(parts)
        if each in _COMMON.words and (len(each) > 3 or (len(each) > 2 and chance(rng, 0.3)))
    ]
    if not places:
        return text
    place = rng.choice(places)
    word = parts[place]
    at = rng.randrange(1, len(word)) if chance(rng, 0.85) else 0
    form = rng.randrange(5)
    if form == 0 and at < len(word) - 1:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif form == 1:
        word = word[:at] + word[at + 1 :]
    elif form == 2:
        word = word[:at] + word[at] + word[at:]
    elif form == 3:
        word = word[:at] + rng.choice(_NEAR[word[at]]) + word[at + 1 :]
    else:
        word = word[:at] + rng.choice("aeiounrst") + word[at:]
    return "".join((*parts[:place], word, *parts[place + 1 :]))
