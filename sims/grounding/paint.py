"""Other colours, textures and light on what the renderer made.

The renderer's light is white, so a pixel is its surface's colour times a shade. The
shade stays; the colour becomes another, with a pattern that sticks to the surface,
under a light of a colour of its own. Colours are RGB from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

import numpy as np
from jaxtyping import Float

from perception.colour import COLOURS as WORDS
from perception.colour import colour_word
from perception.frames import Points
from sims.assets.colours import COLOURS
from sims.bullet import Raster
from sims.camera import Viewpoint, metric_depth
from sims.parts import Model

Rng = np.random.Generator
Rgb = Float[np.ndarray, "3"]

TABLES = (
    *((0.80, 0.72, 0.61), (0.62, 0.47, 0.33), (0.45, 0.32, 0.22), (0.88, 0.80, 0.68)),
    *((0.85, 0.85, 0.84), (0.66, 0.66, 0.67), (0.40, 0.41, 0.43), (0.73, 0.70, 0.64)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Lighter and darker places that stick to a surface: waves and grain.

    Attributes:
        wave: (3,) direction and number of waves a metre, [1/m].
        depth: Of the waves, as a share of the brightness.
        grain: Of single pixels.
    """

    wave: np.ndarray
    depth: float
    grain: float

    def at(self, points_world: Points, rng: Rng) -> Float[np.ndarray, "n"]:
        """Return the factor of the brightness at each point."""
        waves = self.depth * np.sin(2.0 * np.pi * (points_world @ self.wave))
        return 1.0 + waves + self.grain * rng.standard_normal(len(points_world))


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """What a link is painted with.

    Attributes:
        rgb: Its colour.
        word: Colour word that is surely true of it; empty if none is.
        pattern: If it has one.
    """

    rgb: np.ndarray
    word: str = ""
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lamp:
    """The light of a scene beside the renderer's: its colour, and the camera's gain."""

    rgb: np.ndarray
    gain: float = 1.0


def link_colours(model: Model) -> dict[str, Rgb | None]:
    """Return the colour of each link that is shown, "" the root; None for several."""
    found: dict[str, np.ndarray | None] = {}
    for number, link in enumerate(Xml.fromstring(model.urdf).findall("link")):
        told = {each.attrib["rgba"] for each in link.iterfind("visual/material/color")}
        if not told:
            continue
        rgba = [float(each) for each in told.pop().split()] if len(told) == 1 else None
        name = "" if number == 0 else link.attrib["name"]
        found[name] = None if rgba is None else np.array(rgba[:3])
    return found


def named(word: str, rng: Rng) -> Paint:
    """Return a paint of a colour that everybody calls by that word."""
    plain = np.array(COLOURS[word][:3])
    for _ in range(20):
        rgb = np.clip(plain * rng.uniform(0.8, 1.08) + rng.normal(0.0, 0.035, 3), 0, 1)
        if colour_word(np.round(255.0 * rgb).astype(np.uint8)[None]) == word:
            return Paint(rgb, word, _pattern(rng, 0.15))
    return Paint(plain, word)


def worn(rgb: Rgb, rng: Rng) -> Paint:
    """Return a paint near to a colour that has no word of its own."""
    shade = np.clip(rgb * rng.uniform(0.75, 1.15) + rng.normal(0.0, 0.04, 3), 0.02, 1)
    return Paint(shade, "", _pattern(rng, 0.2))


def table_top(rng: Rng) -> Paint:
    """Return what a table is painted with."""
    plain = np.array(TABLES[int(rng.integers(len(TABLES)))])
    return Paint(worn(plain, rng).rgb, "", _pattern(rng, 0.5))


def lamp(rng: Rng) -> Lamp:
    """Return a light of a room."""
    warmth = rng.normal(0.0, 0.04)
    rgb = np.array([1.0 + warmth, 1.0, 1.0 - warmth]) + rng.normal(0.0, 0.01, 3)
    return Lamp(rgb, float(rng.uniform(0.75, 1.1)))


def may_be_called(paint: Paint) -> tuple[str, ...]:
    """Return the colour words that some would use for a paint.

    Light changes, and people differ: what lies near to the border of two words may be
    called either.
    """
    if paint.word:
        return (paint.word,)
    gains = np.array([0.7, 0.85, 1.0, 1.1])
    shades = np.clip(gains[:, None] * paint.rgb, 0.0, 1.0)
    shades = np.concatenate([shades, np.clip(shades * [1.06, 1.0, 0.94], 0.0, 1.0)])
    words = {
        colour_word(each[None]) for each in np.round(255 * shades).astype(np.uint8)
    }
    return tuple(word for word in WORDS if word in words)


def repaint(
    raster: Raster,
    view: Viewpoint,
    paints: Mapping[int, tuple[Rgb, Paint]],
    light: Lamp,
    rng: Rng,
) -> np.ndarray:
    """Return the picture, (h, w, 3) uint8, with other paints.

    Args:
        raster: What the renderer made.
        view: Where it was looked from.
        paints: The colour that was rendered, and the paint, of segment codes.
        light: What it is lit by.
        rng: Of grain.
    """
    picture = raster.colour.astype(np.float32) / 255.0
    points = points_of(raster, view)
    for code, (old, paint) in paints.items():
        where = raster.segments == code
        brightest = int(old.argmax())
        shade = picture[where, brightest] / old[brightest]
        if paint.pattern is not None:
            shade = shade * paint.pattern.at(points[where], rng)
        picture[where] = shade[:, None] * paint.rgb
    lit = 255.0 * light.gain * picture * light.rgb
    return np.clip(np.round(lit), 0, 255).astype(np.uint8)


def points_of(raster: Raster, view: Viewpoint) -> Float[np.ndarray, "h w 3"]:
    """Return the point in the world that each pixel shows."""
    k, depth = view.intrinsics, metric_depth(raster).astype(np.float32)
    v, u = np.indices(depth.shape, dtype=np.float32)
    rays = np.stack([(u - k.cx) / k.fx, (v - k.cy) / k.fy, np.ones_like(u)], axis=-1)
    turn = view.T_world_cam.rotation.T.astype(np.float32)
    return depth[..., None] * rays @ turn + view.T_world_cam.position


def _pattern(rng: Rng, share: float) -> Pattern | None:
    if rng.random() > share:
        return None
    way = rng.normal(size=3)
    wave = way / np.linalg.norm(way) / rng.uniform(0.008, 0.05)
    return Pattern(wave, float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.0, 0.04)))
