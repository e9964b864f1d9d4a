"""Constraints that may hang on any motion: distances to keep, and speeds.

They are cut out of an instruction before it is read; what is left is motion.
"""

import re
from dataclasses import dataclass, field

from planner.language.slots import (
    PATTERNS,
    PLACES,
    REGION,
    Vocabulary,
    centimetres,
    is_plural,
    region,
)

DEFAULT_CM = 10.0  # VoxPoser's distance for "avoid"
PUSH_CM = 4.0  # a little more than its distance in the simulated block world
TOUCH_CM = 4.0
SLOWEST, FASTEST = 0.05, 4.0

_CM = rf"(?P<cm>{PATTERNS['cm']})"
_LEAST = (
    r"(?:(?:at|a) (?:least|minimum of|distance of|minimum|clearance of)"
    r"|a|more than|about|around|roughly|always|no less than|minimum|distance of)"
)
_WHAT = r"(?P<what>[a-z0-9' ]+?)"
_END = (
    r"(?= ?(?:$|[,;]|and then\b|then\b|while\b|but\b|when\b|on the way\b|as you\b|all "
    r"the\b|at all times\b|during\b|and (?:put|grasp|press|go|move|open|close|pull|"
    r"stack|turn|release|slide|keep|stay|avoid)\b))"
)
_LEAD = r"(?:[,;] ?)?\b(?:(?:and|but|while|whilst|by|also|always|always|you) )*"
_KEEP = r"(?:keep|stay|keeping|staying|remain|remaining|maintain|maintaining|leave)"
_AVOID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEAD}{_KEEP} (?:{_LEAST} )*{_CM}(?: of)?(?: away| clear| distance| off"
        rf"| apart| clearance| space| between you and)*(?: from| of| off| to)? "
        rf"{_WHAT}{_END}",
        rf"{_LEAD}{_KEEP} (?:well |far |hand )*(?:away|clear|off|distance|a distance"
        rf"|your distance|its distance)(?: from| of)? {_WHAT}"
        rf"(?: by (?:{_LEAST} )*{_CM})?{_END}",
        rf"{_LEAD}(?:avoid|avoiding|steer clear of|steering clear of) {_WHAT}"
        rf"(?: (?:by|with|at) (?:{_LEAST} )*{_CM}(?: distance)?)?{_END}",
        rf"{_LEAD}(?:without|not)(?: ever| even)? (?P<touch>touching|touch|"
        rf"press(?:ing)?|hitting|colliding with|bump(?:ing)?(?: into)?|"
        rf"knocking(?: over)?|disturbing|"
        rf"going near|go near|getting (?:close|near|too close)(?: to)?|"
        rf"get (?:close|near|too close)(?: to)?) {_WHAT}{_END}",
        rf"{_LEAD}(?:without|not) (?:going|coming|getting|go|come|get|put)? ?closer "
        rf"than {_CM} (?:to|from) {_WHAT}{_END}",
        rf"{_LEAD}no closer than {_CM} (?:to|from) {_WHAT}{_END}",
        rf"{_LEAD}with (?:{_LEAST} )*{_CM}(?: of)?(?: distance| clearance| space)? "
        rf"(?:to|from) {_WHAT}{_END}",
    )
)
_POSSESSIVE = r"(?:of |the |its |your |usual |normal |maximum |full |default )*"
_PACE = r"(?:speed|pace|velocity)"
_SPEED: tuple[tuple[str, float | None], ...] = (
    (rf"(?P<n>\d+(?:\.\d+)?) % {_POSSESSIVE}{_PACE}", None),
    (
        rf"(?P<t>\d+(?:\.\d+)?) (?:times|x) (?:as fast|{_POSSESSIVE}{_PACE}|faster)",
        None,
    ),
    (rf"(?:a )?quarter {_POSSESSIVE}{_PACE}", 0.25),
    (rf"(?:a )?third {_POSSESSIVE}{_PACE}", 0.33),
    (rf"(?:a )?half {_POSSESSIVE}{_PACE}|half as fast", 0.5),
    (rf"(?:double|twice) {_POSSESSIVE}{_PACE}|twice as fast", 2.0),
    (rf"(?:very|really|extremely) (?:low|slow) {_PACE}", 0.25),
    (r"(?:very|really|extremely) (?:slowly|slow|carefully|gently)", 0.25),
    (r"as (?:slowly|slow|carefully|gently) as (?:possible|you can)", 0.25),
    (rf"(?:low|slow|reduced|lower|slower) {_PACE}", 0.5),
    (r"slowly|slower|slow|carefully|careful|gently|softly|gentle|cautiously", 0.5),
    (r"(?:very|really) (?:fast|quickly|quick)|as (?:fast|quickly) as possible", 2.0),
    (rf"(?:high|higher|fast|faster) {_PACE}", 1.5),
    (r"quickly|faster|fast|quick|rapidly|swiftly|quicker", 1.5),
    (rf"(?:normal|usual|full|default) {_PACE}", 1.0),
)


# Where a speed holds: near a thing, or in a region of the table.
_WHERE = (
    rf"(?: ?,? (?:when(?:ever)?|while|if|as long as|once)?(?: (?:you|it|hand))?(?: is"
    rf"| are)? ?within {_CM} (?:from|of|to) {_WHAT}{_END}"
    rf"|(?: ?,? (?:when(?:ever)?|while|if)?)? ?(?:in|on|over|inside|within|at) "
    rf"(?P<region>{REGION}))?"
)
_STAY = re.compile(
    rf"{_LEAD}{_KEEP} (?:always )?(?P<side>{PATTERNS['side']}) {_WHAT}{_END}"
)


@dataclass(frozen=True, slots=True)
class Pace:
    """A speed.

    Attributes:
        factor: On the usual one.
        near: Phrase of a thing within `cm` of which it holds; everywhere if empty.
        cm: See `near`.
        region: Signs of the region of the table where it holds, as Python.
    """

    factor: float
    near: str = ""
    cm: float = 0.0
    region: str = ""

    @property
    def lines(self) -> str:
        """The lines of a map function that set it."""
        if self.near:
            thing = f"{_finder(self.near)}({self.near!r})"
            return (
                f"    set_voxel_near(velocity_map, {thing}, {self.cm:g}, "
                f"{self.factor:g})\n"
            )
        if self.region:
            x, y = (int(each) for each in self.region.strip("[]").split(", "))
            where = f"{_half(x, 'x')}, {_half(y, 'y')}, :"
            return (
                "    x, y, z = detect('table').position\n"
                f"    velocity_map[{where}] = {self.factor:g}\n"
            )
        return f"    velocity_map[:, :, :] = {self.factor:g}\n"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What holds for every motion of an instruction.

    Attributes:
        avoid: Phrases with the distance to keep, [cm].
        loose: Those of them whose distance was not said.
        stay: Phrases with the side of them to stay on, a unit vector as Python.
        paces: Speeds, and where they hold.
    """

    avoid: tuple[tuple[str, float], ...] = ()
    loose: tuple[str, ...] = ()
    stay: tuple[tuple[str, str], ...] = ()
    paces: tuple[Pace, ...] = ()

    @property
    def speed(self) -> float | None:
        """The factor that holds everywhere, if one was said."""
        everywhere = (each for each in self.paces if not (each.near or each.region))
        return next((each.factor for each in everywhere), None)

    @property
    def arguments(self) -> str:
        """What they add to a call of `execute`."""
        avoid = ", avoidance_map=keep_away" if self.avoid or self.stay else ""
        return avoid + (", velocity_map=speed" if self.paces else "")

    def functions(self, loose_cm: float = DEFAULT_CM) -> str:
        """Return the map functions that `arguments` name.

        Args:
            loose_cm: Distance where none was said.
        """
        text = ""
        if self.avoid or self.stay:
            text += "def keep_away():\n    avoidance_map = get_empty_avoidance_map()\n"
            for phrase, said in self.avoid:
                cm = loose_cm if phrase in self.loose else said
                thing = f"{_finder(phrase)}({phrase!r})"
                text += f"    set_voxel_near(avoidance_map, {thing}, {cm:g})\n"
            text += "".join(_beyond(phrase, side) for phrase, side in self.stay)
            text += "    return avoidance_map\n\n"
        if self.paces:
            text += "def speed():\n    velocity_map = get_empty_velocity_map()\n"
            text += "".join(each.lines for each in self.paces)
            text += "    return velocity_map\n\n"
        return text


def _finder(phrase: str) -> str:
    return "detect_all" if is_plural(phrase) else "detect"


def _half(sign: int, name: str) -> str:
    """Return the slice of an axis past a plane, or all of it."""
    return {1: f"{name}:", -1: f":{name}", 0: ":"}[sign]


def _beyond(phrase: str, side: str) -> str:
    """Return the lines that forbid the other side of a thing."""
    signs = [int(float(each)) for each in side.strip("[]").split(", ")]
    where = ", ".join(
        _half(-sign, name) for sign, name in zip(signs, "xyz", strict=True)
    )
    up = "    z = thing.aabb[1][2]\n" if signs[2] > 0 else ""
    return (
        f"    thing = detect({phrase!r})\n    x, y, z = thing.position\n{up}"
        f"    avoidance_map[{where}] = 1\n"
    )


@dataclass(slots=True)
class _Found:
    """What has been cut out so far."""

    avoid: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    loose: list[str] = field(default_factory=list[str])
    stay: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    paces: list[Pace] = field(default_factory=list[Pace])


def cut_constraints(text: str, vocabulary: Vocabulary) -> tuple[str, Constraints]:
    """Return an instruction without its constraints, and the constraints."""
    found = _Found()
    text = _cut_speed(text, vocabulary, found)
    for pattern, keep in (*((each, _keep) for each in _AVOID), (_STAY, _keep_side)):
        while True:
            match = next(
                (m for m in pattern.finditer(text) if keep(m, vocabulary, found)), None
            )
            if match is None:
                break
            text = f"{text[: match.start()]} , {text[match.end() :]}"
    text = re.sub(r"\s*[,;](?:\s*[,;])+\s*", " , ", text)
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    text = re.sub(r"^(?:and|then|but|while) | (?:and|then|but|while)$", "", text)
    return text, Constraints(
        avoid=tuple(found.avoid),
        loose=tuple(found.loose),
        stay=tuple(found.stay),
        paces=tuple(found.paces),
    )


def _keep(match: re.Match[str], vocabulary: Vocabulary, found: _Found) -> bool:
    facts = match.groupdict()
    parts = re.split(r" and (?:from )?| or |, ", facts["what"].strip())
    phrases = [vocabulary.phrase(part) for part in parts]
    if any(phrase is None for phrase in phrases):
        return False
    touch = (facts.get("touch") or "").startswith(_TOUCHES)
    default = TOUCH_CM if touch else DEFAULT_CM
    if not (facts.get("cm") or touch):
        found.loose += [phrase for phrase in phrases if phrase is not None]
    cm = centimetres(facts["cm"]) if facts.get("cm") else default
    found.avoid += [(phrase, cm) for phrase in phrases if phrase is not None]
    return True


_TOUCHES = ("touch", "press", "hitting", "colliding", "bump", "knocking", "disturbing")


def _keep_side(match: re.Match[str], vocabulary: Vocabulary, found: _Found) -> bool:
    phrase = vocabulary.phrase(match["what"].strip())
    filled = vocabulary.fill("side", match["side"].strip())
    if phrase is None or filled is None or phrase in PLACES:
        return False
    found.stay.append((phrase, filled["side"]))
    return True


def _cut_speed(text: str, vocabulary: Vocabulary, found: _Found) -> str:
    for pattern, factor in _SPEED:
        lead = (
            r"(?:[,;] ?)?\b(?:(?:at|with|and|but|while) )*"
            r"(?:(?:moving|going|travelling) (?:at |with )?)?(?:(?:a|the|be) )?"
        )
        match = re.search(rf"{lead}(?:{pattern})(?![a-z]){_WHERE}", text)
        if match is None:
            continue
        said = _factor(match) if factor is None else factor
        pace = _pace(match, min(max(said, SLOWEST), FASTEST), vocabulary)
        if pace is None:
            continue
        found.paces.append(pace)
        return f"{text[: match.start()]} {text[match.end() :]}"
    return text


def _pace(match: re.Match[str], factor: float, vocabulary: Vocabulary) -> Pace | None:
    facts = match.groupdict()
    if facts.get("region"):
        return Pace(factor, region=region(facts["region"]))
    if not facts.get("what"):
        return Pace(factor)
    phrase = vocabulary.phrase(facts["what"].strip())
    if phrase is None:
        return None
    return Pace(factor, near=phrase, cm=centimetres(facts["cm"]))


def _factor(match: re.Match[str]) -> float:
    facts = match.groupdict()
    return float(facts["t"]) if facts.get("t") else float(facts["n"]) / 100.0
