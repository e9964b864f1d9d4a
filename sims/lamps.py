"""A lamp with a socket, light bulbs, and the holders that bulbs stand in.

Frames and sizes are as in `sims.parts`; a bulb's lies at the tip of its base, the bulb
upright on it. A bulb stands in a holder at `HELD` over the holder's frame. Screwed
into a lamp it lights up.
"""

import math
from dataclasses import dataclass

import numpy as np

from sims.assets.collar import collar
from sims.assets.colours import COLOURS, Rgba
from sims.assets.turned import turned
from sims.assets.urdf import Joint, Link, Shape, robot
from sims.bullet import Friction
from sims.parts import Model
from sims.threads import CREST, Thread
from sims.world import World

METAL: Rgba = (0.62, 0.64, 0.66, 1.0)
FROSTED: Rgba = (0.90, 0.90, 0.86, 1.0)
LIT: Rgba = (1.0, 0.93, 0.35, 1.0)
STAND: Rgba = (0.25, 0.27, 0.30, 1.0)
WIDE = 0.0145  # [m] inside of a socket and a holder
MOUTH, WIDER, STEPS = 0.012, 0.008, 4  # the top of a socket is a funnel, [m]
CERAMIC = Friction(0.3)
LIGHTS = 0.9  # of the way in
HELD = 0.006  # [m]
SOCKET = Thread(height=0.046, pitch=0.008, turns=0.5, friction=0.1, tight=0.5)
SIDES = 12

Profile = tuple[tuple[float, float], ...]  # (r, z) up from the tip
SCREW: Profile = ((0.007, 0.0), (0.012, 0.007), (0.012, 0.021))
GLASS: Profile = (
    *((0.012, 0.021), (0.021, 0.029), (0.027, 0.038), (0.027, 0.060)),
    *((0.024, 0.069), (0.015, 0.076), (0.0, 0.079)),
)
BAND = (0.027, 0.038, 0.060)  # [m] radius and ends of the glass where it is widest


@dataclass(frozen=True, slots=True)
class Bulb:
    """A light bulb.

    Attributes:
        fits: Names of the lamps that it can be screwed into.
    """

    fits: tuple[str, ...] = ()

    def model(self) -> Model:
        """Return how it is built."""
        screw = (
            Shape("mesh", file="screw.obj", solid=False),
            Shape("mesh", file="tip.obj", shown=False),
        )
        meshes = {
            "screw.obj": turned(_threaded(SCREW)),
            "tip.obj": turned(((0.0, 0.0), *SCREW, (0.0, SCREW[-1][1]))),
            "glass.obj": turned(GLASS),
        }
        glass = (Shape("mesh", file="glass.obj", solid=False), *_prism(*BAND))
        return Model(
            robot(
                [
                    Link("screw", screw, METAL, 0.03, centre=0.011),
                    Link("glass", glass, FROSTED, 0.02, centre=0.048),
                ],
                [Joint("fixed", "screw", "glass")],
            ),
            BAND[0],
            meshes=meshes,
        )

    def start(self, world: World, name: str) -> None:
        """Let it be screwed into what it fits, and light up there."""
        SOCKET.fit(world, name, self.fits)
        body = world.body(name).id
        glass = world.bullet.links(body)["glass"]
        before = [False]

        def light(world: World) -> None:
            is_in = any(SOCKET.turned(world, name, e) > LIGHTS for e in self.fits)
            if before != [is_in]:
                before[:] = [is_in]
                world.bullet.paint(body, glass, LIT if is_in else FROSTED)

        world.on_step(light)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp that stands on the table, its socket open to the top."""

    def model(self) -> Model:
        """Return how it is built."""
        top = SOCKET.height + 0.020
        outside, mouth = WIDE + WIDER + 0.003, top - MOUTH
        foot = Shape("cylinder", (0.055, 0.014), xyz=(0.0, 0.0, 0.007), shown=False)
        stem = Shape("cylinder", (outside, 0.026), xyz=(0.0, 0.0, 0.025), shown=False)
        outline = (
            *((0.0, 0.0), (0.055, 0.0), (0.055, 0.010), (0.050, 0.014)),
            *((outside, 0.016), (outside, top), (WIDE + WIDER, top), (WIDE, mouth)),
            *((WIDE, SOCKET.height), (0.0, SOCKET.height)),
        )
        shapes = (
            Shape("mesh", file="lamp.obj", solid=False),
            foot,
            stem,
            *collar(WIDE, outside, 0.030, mouth),
            *_funnel(WIDE, outside, mouth),
        )
        seat = SOCKET.height - 0.004
        crest = Shape("cylinder", (0.010, 0.008), xyz=(0.0, 0.0, seat), shown=False)
        return Model(
            robot(
                [
                    Link("lamp", shapes, STAND, 2.0),
                    Link(CREST, (crest,), STAND, 0.01),
                    *SOCKET.links(),
                ],
                [Joint("fixed", "lamp", CREST), *SOCKET.joints("lamp")],
            ),
            0.055,
            fixed=True,
            friction=CERAMIC,
            joints=SOCKET.springs(),
            meshes={"lamp.obj": turned(outline)},
        )

    def start(self, world: World, name: str) -> None:
        """Cut its socket's thread."""
        SOCKET.cut(world, name)


@dataclass(frozen=True, slots=True)
class Holder:
    """A coloured cup that a bulb stands in, its base down."""

    colour: str

    def model(self) -> Model:
        """Return how it is built."""
        top, foot, outside = 0.024, 0.034, WIDE + 0.009
        outline = (
            *((0.0, 0.0), (foot, 0.0), (foot, HELD), (outside, 0.010), (outside, top)),
            *((WIDE, top), (WIDE, HELD), (0.0, HELD)),
        )
        floor = Shape("cylinder", (foot, HELD), xyz=(0.0, 0.0, HELD / 2), shown=False)
        shapes = (
            Shape("mesh", file="holder.obj", solid=False),
            floor,
            *collar(WIDE, outside, HELD, top),
        )
        link = Link("holder", shapes, COLOURS[self.colour], 0.5)
        meshes = {"holder.obj": turned(outline)}
        return Model(robot([link]), foot, fixed=True, meshes=meshes)


def _funnel(inside: float, outside: float, low: float) -> tuple[Shape, ...]:
    """Return what is solid of a socket's mouth: rings, the higher the wider."""
    rise = MOUTH / STEPS
    return tuple(
        shape
        for k in range(STEPS)
        for shape in collar(
            inside + WIDER * (k + 1) / STEPS,
            outside,
            low + k * rise,
            low + (k + 1) * rise,
        )
    )


def _prism(radius: float, low: float, high: float) -> tuple[Shape, ...]:
    """Return an upright prism, out of boxes: pads hold flat sides well."""
    size = (2 * radius, 2 * radius * math.tan(math.pi / SIDES), high - low)
    return tuple(
        Shape(
            "box",
            size,
            xyz=(0.0, 0.0, (low + high) / 2),
            rpy=(0.0, 0.0, float(angle)),
            shown=False,
        )
        for angle in math.pi * np.arange(SIDES // 2) / (SIDES // 2)
    )


def _threaded(profile: Profile) -> Profile:
    """Return a profile whose upper part is ridged, to look at."""
    r, low = profile[1]
    top = profile[-1][1]
    heights = np.linspace(low, top, 9)
    ridges = [(r - (0.0012 if k % 2 else 0.0), float(z)) for k, z in enumerate(heights)]
    return ((0.0, profile[0][1]), profile[0], *ridges)
