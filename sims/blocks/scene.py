"""Where things stand at the start of an episode.

Places are (x, y) on the table in the world frame, [m]. Sampling repeats until the
words make sense: a hand that shall pass a block does not start beside its goal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from perception.directions import direction
from perception.frames import Pose
from sims.blocks.space import centre_of, depth_in
from sims.blocks.templates import Place
from sims.errors import CrowdedTableError
from sims.kinematics import HOME_POSE
from sims.panda import MAX_WIDTH
from sims.parts import Block
from sims.tasks.layout import LOWER, NEAREST_HAND, UPPER, Layout
from sims.world import World

TRIES = 2000
BESIDE = 0.10  # [m] from a block's centre to where "left of it" surely is
HAND_LOWER, HAND_UPPER = np.array([0.34, -0.26]), np.array([0.64, 0.26])
LOW, HIGH = 0.07, 0.11  # [m] over the table: a hand that starts here passes blocks
BEHIND = 0.09  # [m] from a block's centre to a hand that comes down behind it
APART = 0.11  # [m] between blocks, centre to centre
SEEN_LOWER, SEEN_UPPER = np.array([0.25, -0.36]), np.array([0.76, 0.36])


@dataclass(slots=True)
class Scene:
    """What is to be laid out.

    Attributes:
        start: (x, y) of the hand.
        goal: (x, y) that the hand, or a block, is to come to.
        blocks: (x, y) by colour.
    """

    start: np.ndarray
    goal: np.ndarray
    blocks: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])

    @property
    def way(self) -> float:
        """Length of the straight way, [m]."""
        return float(np.linalg.norm(self.goal - self.start))

    @property
    def apart(self) -> float:
        """Least distance between two blocks, [m]."""
        places = list(self.blocks.values())
        gaps = [
            float(np.linalg.norm(a - b))
            for i, a in enumerate(places)
            for b in places[:i]
        ]
        return min(gaps, default=np.inf)

    def distance(self, colour: str, place: np.ndarray) -> float:
        """Return how far a block's centre is from a place, [m]."""
        return float(np.linalg.norm(self.blocks[colour] - place))


Sampler = Callable[[np.random.Generator], Scene | None]


def sampled(rng: np.random.Generator, sampler: Sampler, what: str) -> Scene:
    """Return the first scene that makes sense.

    Raises:
        CrowdedTableError: None was found.
    """
    for _ in range(TRIES):
        scene = sampler(rng)
        if scene is not None:
            return scene
    raise CrowdedTableError(f"no table can be laid for '{what}'")


def to_place(rng: np.random.Generator, place: Place) -> Scene:
    """Return a hand somewhere and a goal that is the place's, with its block."""
    start = rng.uniform(HAND_LOWER, HAND_UPPER)
    if place.region:
        return Scene(start, centre_of(place.region) + rng.uniform(-0.02, 0.02, 2))
    block = rng.uniform(LOWER, UPPER)
    goal = block if not place.side else block + BESIDE * direction(place.side)[:2]
    return Scene(start, goal, {place.colour: block})


def is_there(place: Place, xy: np.ndarray) -> bool:
    """Say whether a place on the table is in a place's region."""
    return bool(place.region) and depth_in(place.region, np.array([*xy, 0.0])) > -0.03


def in_reach(xy: np.ndarray) -> bool:
    """Say whether a hand that points down gets there, and cameras see it."""
    inside = ((xy >= SEEN_LOWER) & (xy <= SEEN_UPPER)).all()
    return bool(inside) and float(np.linalg.norm(xy)) < 0.72


def can_push(block: np.ndarray, goal: np.ndarray) -> bool:
    """Say whether a hand that points down gets behind a block to push it to a goal."""
    way = (goal - block) / np.linalg.norm(goal - block)
    behind = block - BEHIND * way
    return in_reach(behind) and float(np.linalg.norm(behind)) > NEAREST_HAND


def lay_out(
    world: World,
    rng: np.random.Generator,
    scene: Scene,
    colours: tuple[str, ...],
    *,
    low_hand: bool,
) -> None:
    """Put the blocks, one or two others of `colours`, and the hand where they start."""
    layout = Layout(world, rng)
    for colour, place in scene.blocks.items():
        yaw = rng.uniform(-1.0, 1.0) * np.deg2rad(20.0)
        layout.put(f"{colour} block", Block(colour), place, yaw=yaw)
    layout.keep_free(scene.goal, 0.06)
    if low_hand:
        height = rng.uniform(LOW, HIGH)
        layout.keep_free(scene.start, 0.08)
        place = np.array([*scene.start, height])
        world.panda.place_hand(Pose(place, HOME_POSE.wxyz), MAX_WIDTH)
    add_others(layout, rng, scene.blocks, colours)


def add_others(
    layout: Layout,
    rng: np.random.Generator,
    named: dict[str, np.ndarray],
    colours: tuple[str, ...],
) -> None:
    """Add one or two blocks that the instruction does not name."""
    free = [colour for colour in colours if colour not in named]
    for colour in rng.choice(free, int(rng.integers(1, 3)), replace=False):
        layout.add(f"{colour} block", Block(str(colour)))
