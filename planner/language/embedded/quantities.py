"""What sentences measure: numbers, lengths, parts of the table, angles."""

from random import Random

from planner.language.embedded.phrases import chance, form

# What is said, and its value in [cm] or degrees.
Measure = tuple[str, int | float]

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


def length(rng: Random) -> Measure:
    """Return a length as said, and in [cm]."""
    roll = rng.random()
    kinds = (
        (0.74, _whole_cm),
        (0.80, _half_cm),
        (0.87, _mm),
        (0.93, _inches),
        (0.97, _metres),
    )
    for below, kind in kinds:
        if roll < below:
            return kind(rng)
    return rng.choice(_SPOKEN)


def _whole_cm(rng: Random) -> Measure:
    small, large = rng.randint(1, 20), rng.choice((25, 30, 35, 40, 50))
    value = rng.choices((small, large), (5, 1))[0]
    unit = rng.choices(_CM, (10, 5, 5, 1, 1, 0, 1))[0]
    if chance(rng, 0.35) and unit == "cm":
        return f"{value}cm", value
    return f"{number(rng, value)} {unit}", value


def _half_cm(rng: Random) -> Measure:
    value = rng.randint(1, 15) + 0.5
    if chance(rng, 0.3):
        return f"{number(rng, int(value))} and a half {rng.choice(_UNITS)}", value
    return f"{value:g}{rng.choice((' cm', 'cm', ' centimeters'))}", value


def _mm(rng: Random) -> Measure:
    value = rng.choice(_MANY_MM)
    unit = rng.choice((" mm", "mm", " millimeters", " millimetres"))
    return f"{value}{unit}", value / 10


def _inches(rng: Random) -> Measure:
    value = rng.randint(1, 12)
    unit = "inch" if value == 1 else rng.choice(("inches", "inches", "in"))
    return f"{number(rng, value)} {unit}", round(value * 2.54, 2)


def _metres(rng: Random) -> Measure:
    value = rng.choice((5, 10, 15, 20, 25, 30, 40, 50))
    return f"{value / 100:g}{rng.choice((' m', 'm', ' meters', ' metres'))}", value


_CM = ("cm", "centimeters", "centimetres", "centimeter", "cms", "cm.", "centimetre")
_MANY_MM = (5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200)
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
    part = form(rng, "phrases", "parts")
    return f"the {said} {part} of the {form(rng, 'phrases', 'tables')}", name


def angle(rng: Random) -> Measure:
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
