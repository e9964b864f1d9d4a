"""Put a block of one colour into a bowl of another."""

import numpy as np

from sims.parts import Ball, Block, Bowl
from sims.programs import HAND
from sims.tasks.layout import Layout, sample, without
from sims.world import World

BLOCKS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
BOWLS = ("red", "yellow", "green", "blue", "purple", "white")
TEMPLATES = (
    "put the {block} block in the {bowl} bowl",
    "place the {block} block into the {bowl} bowl",
    "pick up the {block} block and drop it in the {bowl} bowl",
    "move the {block} block to the {bowl} bowl",
    "the {block} block goes in the {bowl} bowl",
)
BLOCK, BOWL = Block("red"), Bowl("blue")
LIFTED = 0.05  # [m]
STILL = 0.05  # [m/s]


class BlockInBowl:
    """Put the named block in the named bowl, one to three other things about.

    Args:
        block: Colour of the block; sampled if absent.
        bowl: Colour of the bowl; sampled if absent.
        instruction: The words to use; sampled from the templates if absent.
    """

    name = "block-in-bowl"
    max_seconds = 30.0

    def __init__(
        self,
        block: str | None = None,
        bowl: str | None = None,
        instruction: str | None = None,
    ):
        self._asked = (block, bowl, instruction)
        self.instruction = ""
        self.block = ""
        self.bowl = ""
        self._grasped = False
        self._lifted = False

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (self.block, self.bowl)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        block, bowl, instruction = self._asked
        block_colour = block or sample(rng, without(BLOCKS, bowl), 1)[0]
        bowl_colour = bowl or sample(rng, without(BOWLS, block_colour), 1)[0]
        self.block, self.bowl = f"{block_colour} block", f"{bowl_colour} bowl"
        words = instruction or str(rng.choice(TEMPLATES))
        self.instruction = words.format(block=block_colour, bowl=bowl_colour)
        layout = Layout(world, rng)
        layout.add(self.bowl, Bowl(bowl_colour))
        layout.add(self.block, Block(block_colour))
        others = tuple(c for c in BLOCKS if c not in (block_colour, bowl_colour))
        for colour in sample(rng, others, int(rng.integers(1, 4))):
            if rng.random() < 0.7:
                layout.add(f"{colour} block", Block(colour))
            else:
                layout.add(f"{colour} ball", Ball(colour))
        self._grasped = self._lifted = False
        world.on_step(self._watch)

    def success(self, world: World) -> bool:
        """Say whether the block lies in the bowl, at rest, let go."""
        return (
            self._inside(world)
            and not world.touched_by_arm(self.block)
            and world.speed(self.block) < STILL
        )

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the block was grasped, lifted, and is placed."""
        return {
            "grasped": self._grasped,
            "lifted": self._lifted,
            "placed": self._inside(world),
            "released": self.success(world),
        }

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return f"""{HAND}
pick('{self.block}')
bowl = detect('{self.bowl}')
rim = np.array([bowl.position[0], bowl.position[1], bowl.aabb[1][2]])
go(over(rim, 5))
open_gripper()
"""

    def _watch(self, world: World) -> None:
        self._grasped = self._grasped or world.gripped(self.block)
        high = world.pose(self.block).position[2] > LIFTED
        self._lifted = self._lifted or (self._grasped and bool(high))

    def _inside(self, world: World) -> bool:
        half = np.array([[0.0, 0.0, BLOCK.side / 2]])
        centre = world.pose(self.block).apply(half)
        x, y, z = world.pose(self.bowl).inverse().apply(centre)[0]
        return bool(np.hypot(x, y) < BOWL.radius and z < BOWL.height)
