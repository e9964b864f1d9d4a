"""Push a block of one colour some way, or onto a painted zone."""

import numpy as np

from perception.directions import direction
from sims.errors import CrowdedTableError
from sims.furniture import Strip
from sims.parts import Ball, Block
from sims.tasks.layout import NEAREST_HAND, REACH, TRIES, Layout, sample, without
from sims.world import World

COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
ZONES = ("red", "yellow", "green", "blue", "purple")
WAYS = {
    "left": "to the left",
    "right": "to the right",
    "front": "forward",
    "back": "back",
}
BY = (
    "push the {block} block {cm} cm {way}",
    "push the {block} block {way} by {cm} cm",
)
ONTO = "push the {block} block to the {zone} zone"
SHORTEST_CM, LONGEST_CM = 5, 20
LOWER, UPPER = np.array([0.34, -0.30]), np.array([0.64, 0.30])
ZONE = 0.10  # [m] a side
TOLERANCE = 0.02  # [m]
YAW = float(np.deg2rad(20.0))
STILL = 0.05  # [m/s]
LIFTED = 0.01  # [m]
LANE = 0.13  # [m] round the way that is kept free for block and hand
BEHIND = 0.08  # [m] that the hand needs behind the block


class PushBlock:
    """Slide a block over the table to a target 5 to 20 cm away.

    Success: the block stands on the table, let go and at rest, its centre within
    2 cm of the target, and it never was lifted by more than a centimetre.

    Args:
        block: Colour of the block; what is absent is sampled.
        way: `left`, `right`, `front` or `back`, as seen by a person who faces the
            robot; `zone` for a painted target.
        cm: How far.
        zone: Colour of the zone.
        instruction: The words to use.
    """

    name = "push-block"
    max_seconds = 60.0

    def __init__(
        self,
        block: str | None = None,
        *,
        way: str | None = None,
        cm: float | None = None,
        zone: str | None = None,
        instruction: str | None = None,
    ):
        self._asked = (block, way, cm, zone, instruction)
        self.instruction = ""
        self.block = ""
        self.target = np.zeros(2)
        self._goal = ""  # the target as a program says it
        self._lifted = False
        self._touched = False

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (self.block,)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        block, way, cm, zone, words = self._asked
        way = way or ("zone" if zone else str(rng.choice([*WAYS, "zone"])))
        block = block or sample(rng, without(COLOURS, zone), 1)[0]
        zone = zone or sample(rng, without(ZONES, block), 1)[0]
        self.block = f"{block} block"
        place, self.target, cm = self._places(rng, way, cm)
        if words is None:
            words = ONTO if way == "zone" else str(rng.choice(BY))
        self._goal = (
            f"detect('{zone} zone').position"
            if way == "zone"
            else f"block.position + cm2index({cm:g}, "
            f"np.array({direction(way).tolist()}))"
        )
        said = {"block": block, "zone": zone, "cm": f"{cm:g}", "way": WAYS.get(way, "")}
        self.instruction = words.format(**said)
        layout = Layout(world, rng)
        layout.put(self.block, Block(block), place, yaw=YAW * rng.uniform(-1.0, 1.0))
        if way == "zone":
            layout.put(f"{zone} zone", Strip(zone, ZONE, ZONE), self.target)
        for share in np.linspace(-0.5, 1.0, 7):
            layout.keep_free(place + share * (self.target - place), LANE)
        others = tuple(c for c in COLOURS if c not in (block, zone))
        for colour in sample(rng, others, int(rng.integers(0, 3))):
            part = Ball(colour) if rng.random() < 0.3 else Block(colour)
            kind = "ball" if isinstance(part, Ball) else "block"
            layout.add(f"{colour} {kind}", part, gap=0.0)
        self._lifted = self._touched = False
        world.on_step(self._watch)

    def success(self, world: World) -> bool:
        """Say whether the block was slid to its target and lies still."""
        return (
            self._arrived(world)
            and not self._lifted
            and not world.touched_by_arm(self.block)
            and world.speed(self.block) < STILL
        )

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the block was touched, slid and has arrived."""
        return {
            "touched": self._touched,
            "slid": self._touched and not self._lifted,
            "arrived": self._arrived(world),
        }

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return f"""
block = detect('{self.block}')
target = {self._goal}
target[2] = block.position[2]

def goal():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, target)
    return affordance_map

execute(block, goal)
"""

    def error(self, world: World) -> float:
        """Return how far the block's centre is from the target, in [m]."""
        return float(np.linalg.norm(world.pose(self.block).position[:2] - self.target))

    def _arrived(self, world: World) -> bool:
        return self.error(world) <= TOLERANCE

    def _watch(self, world: World) -> None:
        self._touched = self._touched or world.touched_by_arm(self.block)
        high = world.pose(self.block).position[2] > LIFTED
        self._lifted = self._lifted or bool(high)

    def _places(
        self, rng: np.random.Generator, way: str, asked: float | None
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Return where the block stands, where it shall be, and how far that is."""
        for _ in range(TRIES):
            cm = asked or float(rng.integers(SHORTEST_CM, LONGEST_CM + 1))
            angle = rng.uniform(-np.pi, np.pi)
            along = np.array([np.cos(angle), np.sin(angle)])
            if way != "zone":
                along = direction(way)[:2]
            place = rng.uniform(LOWER, UPPER)
            target = place + cm / 100 * along
            behind = place - BEHIND * along
            inside = ((target >= LOWER) & (target <= UPPER)).all()
            inside &= behind[0] > NEAREST_HAND and np.linalg.norm(behind) < REACH
            if inside and np.linalg.norm(target) < REACH:
                return place, target, cm
        raise CrowdedTableError(
            f"the table is too small to push something {asked:g} cm on it; ask for "
            f"{LONGEST_CM} cm or less"
        )
