"""Constraints that may hang on any motion: distances to keep, and speeds.

They are cut out of an instruction before it is read; what is left is motion.
"""

import re
from dataclasses import dataclass, field

from planner.language.slots import PATTERNS, Vocabulary, centimetres, is_plural

DEFAULT_CM = 10.0  # VoxPoser's distance for "avoid"
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


@dataclass(frozen=True, slots=True)
class Constraints:
    """What holds for every motion of an instruction.

    Attributes:
        avoid: Phrases with the distance to keep, [cm].
        speed: Factor, if one was said.
    """

    avoid: tuple[tuple[str, float], ...] = ()
    speed: float | None = None

    @property
    def arguments(self) -> str:
        """What they add to a call of `execute`."""
        avoid = ", avoidance_map=keep_away" if self.avoid else ""
        return avoid + (", velocity_map=speed" if self.speed is not None else "")

    @property
    def functions(self) -> str:
        """The map functions that `arguments` name."""
        text = ""
        if self.avoid:
            text += "def keep_away():\n    avoidance_map = get_empty_avoidance_map()\n"
            for phrase, cm in self.avoid:
                find = "detect_all" if is_plural(phrase) else "detect"
                text += (
                    f"    set_voxel_near(avoidance_map, {find}({phrase!r}), {cm:g})\n"
                )
            text += "    return avoidance_map\n\n"
        if self.speed is not None:
            text += (
                "def speed():\n    velocity_map = get_empty_velocity_map()\n"
                f"    velocity_map[:, :, :] = {self.speed:g}\n"
                "    return velocity_map\n\n"
            )
        return text


@dataclass(slots=True)
class _Found:
    """What has been cut out so far."""

    avoid: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    speed: float | None = None


def cut_constraints(text: str, vocabulary: Vocabulary) -> tuple[str, Constraints]:
    """Return an instruction without its constraints, and the constraints."""
    found = _Found()
    text = _cut_speed(text, found)
    for pattern in _AVOID:
        while True:
            match = next(
                (m for m in pattern.finditer(text) if _keep(m, vocabulary, found)), None
            )
            if match is None:
                break
            text = f"{text[: match.start()]} , {text[match.end() :]}"
    text = re.sub(r"\s*[,;](?:\s*[,;])+\s*", " , ", text)
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    text = re.sub(r"^(?:and|then|but|while) | (?:and|then|but|while)$", "", text)
    return text, Constraints(tuple(found.avoid), found.speed)


def _keep(match: re.Match[str], vocabulary: Vocabulary, found: _Found) -> bool:
    facts = match.groupdict()
    parts = re.split(r" and (?:from )?| or |, ", facts["what"].strip())
    phrases = [vocabulary.phrase(part) for part in parts]
    if any(phrase is None for phrase in phrases):
        return False
    default = (
        TOUCH_CM if (facts.get("touch") or "").startswith(_TOUCHES) else DEFAULT_CM
    )
    cm = centimetres(facts["cm"]) if facts.get("cm") else default
    found.avoid += [(phrase, cm) for phrase in phrases if phrase is not None]
    return True


_TOUCHES = ("touch", "press", "hitting", "colliding", "bump", "knocking", "disturbing")


def _cut_speed(text: str, found: _Found) -> str:
    for pattern, factor in _SPEED:
        lead = r"(?:[,;] ?)?\b(?:(?:at|with|and|but) )?(?:(?:a|the|be) )?"
        match = re.search(rf"{lead}(?:{pattern})(?![a-z])", text)
        if match is not None:
            said = _factor(match) if factor is None else factor
            found.speed = min(max(said, SLOWEST), FASTEST)
            return f"{text[: match.start()]} {text[match.end() :]}"
    return text


def _factor(match: re.Match[str]) -> float:
    facts = match.groupdict()
    return float(facts["t"]) if facts.get("t") else float(facts["n"]) / 100.0
