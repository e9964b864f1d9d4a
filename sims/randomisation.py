"""Domain randomisation: what differs between episodes besides the task.

Everything follows from the episode's seed. What is said of a scene stays true: colours
get brighter or darker and keep their names, and the planner is told where the cameras
really are.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from sims.bullet import Light
from sims.camera import VIEWPOINTS, RigConfig, Viewpoint
from sims.depth_sensor import KINECT, MILD, PERFECT, DepthSensor
from sims.suites import RandomiseName
from sims.world import World


@dataclass(frozen=True, slots=True)
class Randomisation:
    """How much differs; each number is the most that it may, up or down.

    Attributes:
        sensor: What the cameras make of the true depth.
        brightness: Of each thing's colour, as a share.
        light_turn: Of the light about each axis, [rad].
        light_strength: Of what lights from everywhere and of what lights from one
            side, as a share.
        camera_place: Of each camera along each axis, [m].
        camera_aim: Of the point that it looks at along each axis, [m].
    """

    sensor: DepthSensor = field(default_factory=DepthSensor)
    brightness: float = 0.0
    light_turn: float = 0.0
    light_strength: float = 0.0
    camera_place: float = 0.0
    camera_aim: float = 0.0


RANDOMISATIONS: dict[RandomiseName, Randomisation] = {
    "off": Randomisation(sensor=PERFECT),
    "mild": Randomisation(sensor=MILD),
    "sensor": Randomisation(sensor=KINECT),
    "full": Randomisation(
        sensor=KINECT,
        brightness=0.12,
        light_turn=0.5,
        light_strength=0.15,
        camera_place=0.04,
        camera_aim=0.03,
    ),
}


def rig_config(asked: Randomisation, rng: np.random.Generator) -> RigConfig:
    """Return cameras and light of an episode."""
    views = tuple(_moved(view, asked, rng) for view in VIEWPOINTS)
    return RigConfig(views, asked.sensor, _lit(asked, rng))


def repaint(world: World, asked: Randomisation, rng: np.random.Generator) -> None:
    """Make the colour of each thing in a world brighter or darker."""
    if asked.brightness == 0.0:
        return
    for name in world.names:
        if name == "table":
            continue
        share = 1.0 + rng.uniform(-asked.brightness, asked.brightness)
        world.bullet.shade(world.body(name).id, share)


def _moved(
    view: Viewpoint, asked: Randomisation, rng: np.random.Generator
) -> Viewpoint:
    if asked.camera_place == asked.camera_aim == 0.0:
        return view
    eye = view.eye + rng.uniform(-asked.camera_place, asked.camera_place, 3)
    target = view.target + rng.uniform(-asked.camera_aim, asked.camera_aim, 3)
    return replace(view, eye=_place(eye), target=_place(target))


def _lit(asked: Randomisation, rng: np.random.Generator) -> Light:
    plain = Light()
    if asked.light_turn == asked.light_strength == 0.0:
        return plain
    turns = np.tan(rng.uniform(-asked.light_turn, asked.light_turn, 2))
    x, y, z = plain.direction
    everywhere, aside = 1.0 + rng.uniform(-1.0, 1.0, 2) * asked.light_strength
    return replace(
        plain,
        direction=(x + turns[0] * z, y + turns[1] * z, z),
        ambient=plain.ambient * float(everywhere),
        diffuse=plain.diffuse * float(aside),
    )


def _place(numbers: np.ndarray) -> tuple[float, float, float]:
    x, y, z = numbers.tolist()
    return (x, y, z)
