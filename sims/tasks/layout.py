"""Free places on the table.

Places are (x, y) on the table's top in the world frame, in [m].
"""

from collections.abc import Callable

import numpy as np
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from sims.errors import CrowdedTableError
from sims.parts import Part
from sims.world import World

LOWER = np.array([0.33, -0.30])
UPPER = np.array([0.66, 0.30])
REACH = 0.70  # [m] from the robot's base
NEAREST_HAND = 0.31  # [m] from it to a hand at the table
TRIES = 400
TURN = np.deg2rad(20.0)
GAP = 0.05  # [m] between footprints: a hand's finger fits in between


class Layout:
    """Puts parts into a world so that none stands in another's way."""

    def __init__(self, world: World, rng: np.random.Generator):
        self._world = world
        self._rng = rng
        self._taken: list[tuple[np.ndarray, float]] = []

    def add(
        self,
        name: str,
        part: Part,
        *,
        gap: float = GAP,
        turn: float = TURN,
        where: Callable[[np.ndarray], bool] | None = None,
    ) -> np.ndarray:
        """Put a part somewhere free; return its place.

        Args:
            name: In the world.
            part: What is put there.
            gap: Between its footprint and the others, [m].
            turn: It is turned by up to so much, [rad].
            where: Says which places will do; all if None.

        Raises:
            CrowdedTableError: No free place was found.
        """
        footprint = part.model().footprint
        for _ in range(TRIES):
            place = self._rng.uniform(LOWER, UPPER)
            will_do = where is None or where(place)
            reached = np.linalg.norm(place) + footprint < REACH
            if will_do and reached and self._free(place, footprint + gap):
                yaw = self._rng.uniform(-1.0, 1.0) * turn
                self.put(name, part, place, yaw=yaw)
                return place
        raise CrowdedTableError(f"no room is left on the table for '{name}'")

    def put(
        self, name: str, part: Part, place: np.ndarray, *, yaw: float = 0.0
    ) -> None:
        """Put a part at a place of the caller's choice."""
        self._taken.append((place, part.model().footprint))
        self._world.add(name, part, standing(place, yaw))

    def keep_free(self, place: np.ndarray, radius: float) -> None:
        """Let nothing be put within `radius` of a place."""
        self._taken.append((place, radius))

    def _free(self, place: np.ndarray, margin: float) -> bool:
        return all(
            np.linalg.norm(place - other) > margin + radius
            for other, radius in self._taken
        )


def standing(place: np.ndarray, yaw: float = 0.0) -> Pose:
    """Return the pose of a part that stands at a place of the table."""
    wxyz = Rotation.from_euler("z", yaw).as_quat(scalar_first=True)
    return Pose(np.array([place[0], place[1], 0.0]), wxyz)


def sample(
    rng: np.random.Generator, choices: tuple[str, ...], count: int
) -> tuple[str, ...]:
    """Return `count` different ones of `choices`."""
    return tuple(str(each) for each in rng.choice(choices, count, replace=False))


def without(choices: tuple[str, ...], taken: str | None) -> tuple[str, ...]:
    """Return `choices` less the one that is taken."""
    return tuple(each for each in choices if each != taken)
