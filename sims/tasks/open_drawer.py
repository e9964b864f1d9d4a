"""Open the drawer of a cabinet."""

import numpy as np

from sims.furniture import Cabinet
from sims.programs import HAND
from sims.tasks.layout import Layout
from sims.world import World

TEMPLATES = (
    "open the drawer",
    "pull the drawer open",
    "please open the drawer",
    "slide the drawer open",
)
CABINET = "cabinet"
OPEN = 0.10  # [m]


class OpenDrawer:
    """Open the one drawer, which faces the robot.

    Args:
        instruction: The words to use; sampled from the templates if absent.
    """

    name = "open-drawer"
    max_seconds = 30.0

    def __init__(self, instruction: str | None = None):
        self._asked = instruction
        self.instruction = ""
        self._gripped = False

    @property
    def meant(self) -> tuple[str, ...]:
        """Names of the parts that the arm may touch; known after `reset`."""
        return (CABINET,)

    def reset(self, world: World, rng: np.random.Generator) -> None:
        """Clear the world and lay out a new episode."""
        world.clear()
        self.instruction = self._asked or str(rng.choice(TEMPLATES))
        place = rng.uniform((0.57, -0.12), (0.62, 0.12))
        yaw = float(rng.uniform(-0.12, 0.12))
        Layout(world, rng).put(CABINET, Cabinet(), place, yaw=yaw)
        self._gripped = False
        world.on_step(self._watch)

    def success(self, world: World) -> bool:
        """Say whether the drawer stands open by 10 cm or more."""
        return world.joint(CABINET) >= OPEN

    def stages(self, world: World) -> dict[str, bool]:
        """Return whether the drawer was gripped, moved, and is open."""
        return {
            "gripped": self._gripped,
            "moved": world.joint(CABINET) > 0.01,
            "open": self.success(world),
        }

    def reference(self) -> str:
        """Return the reference program; known after `reset`."""
        return f"""{HAND}
handle = detect('handle of the drawer')
out = detect('drawer').normal
open_gripper()
go(handle.position, handle.grasp_quat)
close_gripper()
go(get_ee_pos() + cm2index(16, out))
open_gripper()
"""

    def _watch(self, world: World) -> None:
        self._gripped = self._gripped or world.gripped(CABINET)
