"""Reach a block while keeping a distance from a ball."""

import numpy as np

from perception.frames import Pose
from sims.errors import CrowdedTableError
from sims.kinematics import HOME_POSE
from sims.panda import MAX_WIDTH
from sims.parts import Ball, Block
from sims.programs import HAND
from sims.tasks.layout import TRIES, Layout, sample, without
from sims.world import World

COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
TEMPLATES = (
    "move to the {block} block "
    "while staying at least {cm} cm away from the {ball} ball",
    "go to the {block} block but keep {cm} cm away from the {ball} ball",
    "reach the {block} block, staying {cm} cm clear of the {ball} ball",
    "move to the {block} block and keep at least {cm} cm from the {ball} ball",
)
CLOSEST_CM, FARTHEST_CM = 8, 12
SPARE = 0.05  # [m] more than the distance lies between the target and the ball
SLACK = 0.01  # [m] nearer than asked for still counts
NEAR = 0.03  # [m] round the line above the target
ABOVE = 0.04  # [m] how far that line goes up
BALL_RADIUS = 0.035


class ReachAvoiding:
    """Move the hand to a block past a ball that stands in the way.

    Success: the end-effector's point is within 3 cm of the upright line that goes
    from the centre of the block's top 4 cm up, and at no physics step since the
    reset was it nearer to the ball's surface than the distance asked for less 1 cm.

    Args:
        block: Colour of the block; what is absent is sampled.
        ball: Colour of the ball.
        cm: Distance to keep from it.
        instruction: The words to use.
    """

    name = "reach-avoiding"
    max_seconds = 20.0

    def __init__(
        self,
        block: str | None = None,
        ball: str | None = None,
        cm: float | None = None,
        instruction: str | None = None,
    ):
        self._asked = (block, ball, cm, instruction)
        self.instruction = ""
        self.block = ""
        self.ball = ""
        self.distance = 0.0
        self.nearest = np.inf

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (self.block,)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world, lay out a new episode, bring the hand to its start."""
        world.clear()
        block, ball, cm, words = self._asked
        block = block or sample(rng, without(COLOURS, ball), 1)[0]
        ball = ball or sample(rng, without(COLOURS, block), 1)[0]
        cm = cm or float(rng.integers(CLOSEST_CM, FARTHEST_CM + 1))
        words = words or str(rng.choice(TEMPLATES))
        self.instruction = words.format(block=block, ball=ball, cm=f"{cm:g}")
        self.block, self.ball, self.distance = (
            f"{block} block",
            f"{ball} ball",
            cm / 100,
        )
        start, target, middle = self._places(rng)
        hand = np.array([*start, rng.uniform(0.14, 0.18)])
        world.panda.place_hand(Pose(hand, HOME_POSE.wxyz), MAX_WIDTH)
        layout = Layout(world, rng)
        layout.put(self.block, Block(block), target)
        layout.put(self.ball, Ball(ball, radius=BALL_RADIUS, mass=0.3), middle)
        self.nearest = np.inf
        world.on_step(self._watch)

    def success(self, world: World) -> bool:
        """Say whether the hand is there and never was too near the ball."""
        return self._arrived(world) and self._clear

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the hand kept away and arrived."""
        return {"kept away": self._clear, "arrived": self._arrived(world)}

    def _places(
        self, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (x, y) of the hand's start, the target and the ball between them."""
        needed = self.distance + SPARE + BALL_RADIUS
        for _ in range(TRIES):
            side = 1.0 if rng.random() < 0.5 else -1.0
            start = rng.uniform((0.38, 0.26), (0.48, 0.32)) * [1.0, -side]
            target = rng.uniform((0.48, 0.22), (0.60, 0.30)) * [1.0, side]
            middle = (start + target) / 2 + rng.uniform(-0.02, 0.02, 2)
            if np.linalg.norm(target - middle) > needed:
                return start, target, middle
        cm = 100 * self.distance
        raise CrowdedTableError(
            f"the table is too small to keep {cm:g} cm from a ball on it; "
            f"ask for {FARTHEST_CM} cm or less"
        )

    @property
    def _clear(self) -> bool:
        return self.nearest >= self.distance - SLACK

    def _arrived(self, world: World) -> bool:
        hand = world.panda.T_world_ee.position
        block = world.pose(self.block).position
        away = hand - block - np.array([0.0, 0.0, Block("red").side])
        away[2] -= np.clip(away[2], 0.0, ABOVE)
        return bool(np.linalg.norm(away) <= NEAR)

    def _watch(self, world: World) -> None:
        middle = world.pose(self.ball).position + np.array([0.0, 0.0, BALL_RADIUS])
        gap = np.linalg.norm(world.panda.T_world_ee.position - middle) - BALL_RADIUS
        self.nearest = min(self.nearest, float(gap))

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return f"""{HAND}
def away():
    avoidance_map = get_empty_avoidance_map()
    set_voxel_near(avoidance_map, detect('{self.ball}'), {100 * self.distance:g})
    return avoidance_map

block = detect('{self.block}')
top = np.array([block.position[0], block.position[1], block.aabb[1][2]])
go(over(top, 2), avoid=away)
"""
