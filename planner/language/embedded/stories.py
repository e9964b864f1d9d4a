"""Several clauses said one after another, and the tasks that follow each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from planner.language.embedded.inflection import gerund
from planner.language.embedded.phrases import Name, chance, form
from planner.language.embedded.sentences import Clause, Speaker

FREE = (
    ["put_in"] * 5 + ["put_on"] * 4 + ["put_beside"] * 4 + ["put_region"] * 2
    + ["shift"] * 2 + ["pick_up"] * 4 + ["push"] * 3 + ["push_to"] * 3
    + ["push_beside"] * 3 + ["push_region"] * 2 + ["push_along"] * 2 + ["press"] * 4
    + ["open_drawer"] * 3 + ["close_drawer"] * 3 + ["go_to"] * 2 + ["go_beside"] * 4
    + ["go_by"] * 3 + ["go_region"] * 2 + ["turn"] * 3 + ["face"] * 2 + ["home"] * 2
    + ["release"] * 2 + ["close"] * 2
)  # fmt: skip
WITH_HELD = (
    ["put_held_in"] * 3 + ["put_held_on"] * 3 + ["put_held_beside"] * 3
    + ["put_held_region"] + ["put_down"] * 3 + ["hold"] * 4 + ["lift"] * 4
    + ["release"] * 2
)  # fmt: skip
_HOLDING = frozenset(("hold", "lift"))
OF_ONE_SEEN = (
    ["pick_up"] * 3 + ["put_in"] * 3 + ["put_on", "put_beside", "push", "push_to"]
    + ["go_to", "face", "put_region", "shift"]
)  # fmt: skip
_PUSHED = ("push", "push", "pick_up", "put_in", "put_on")
# What may be done next with the thing a clause was about.
_ABOUT_IT = {
    **dict.fromkeys(("go_to", "wait_seen", "face"), OF_ONE_SEEN),
    **dict.fromkeys(("push", "push_region", "push_beside"), _PUSHED),
    "press": ("press",),
    "open_drawer": ("close_drawer",),
    "close_drawer": ("open_drawer",),
}


@dataclass(frozen=True, slots=True)
class Story:
    """Clauses in the order they are done, and what is said of all of them."""

    clauses: list[Clause]
    text: str


def opened(rng: Random, text: str, share: float) -> str:
    """Return a text that begins politely, or at once."""
    return (form(rng, "clauses", "openers") if chance(rng, share) else "") + text


def sequence(rng: Random) -> Story:
    """Return two to four clauses, each knowing what came before."""
    clauses = list(_chain(rng, rng.choices((2, 3, 4), (70, 25, 5))[0]))
    return Story(clauses, joined(rng, clauses))


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
        return rng.choice(["pick_up"] * 14 + ["wait_seen"] * 4 + FREE), None
    if chance(rng, 0.04):
        return "wait_seen", None
    about, task = before.about, before.step.task
    if held:
        return rng.choice(WITH_HELD), about
    same = about is not None and not about.plural and chance(rng, 0.5)
    if same and task in _ABOUT_IT:
        return rng.choice(_ABOUT_IT[task]), about
    return rng.choice([*FREE, "home", "home", "home"]), None


def joined(rng: Random, clauses: list[Clause]) -> str:
    """Return clauses as one text, in the order they are done."""
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
        return opened(rng, ", ".join(most) + link + last, 0.4)
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
