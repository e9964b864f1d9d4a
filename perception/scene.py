"""What is seen: named objects with their geometry, in the world frame, in [m]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from perception.frames import Points, Vec3


@dataclass(frozen=True, slots=True, eq=False)
class Object3D:
    """One thing found in the pixels.

    Attributes:
        id: Stays the same while the object is tracked; 1 and up.
        name: Unique in its scene: colour and shape, numbered from 2 if it repeats.
        colour: Colour word.
        shape: Shape word: block, bowl, ball, cylinder, button, handle, ...
        points_world: (n, 3) surface points.
        normal: (3,) unit mean of the surface normals, toward the cameras; of a part
            and of what it stands on, the outward normal of that side.
        yaw: Direction of the longer horizontal side about z, in [rad], in
            (-pi/2, pi/2]; 0 for round things.
        size: (3,) extent along the yaw direction, across it, and up, in [m].
        score: Confidence, 0 to 1.
        parent: Id of the object this is a part of (a handle's drawer), if any.
        held: Whether the gripper holds it.
        look: What a reader knows it by, if there is one.
    """

    id: int
    name: str
    colour: str
    shape: str
    points_world: np.ndarray
    normal: np.ndarray
    yaw: float
    size: np.ndarray
    score: float = 1.0
    parent: int | None = None
    held: bool = False
    look: np.ndarray | None = None

    @property
    def aabb_world(self) -> Float[np.ndarray, "2 3"]:
        """Lowest and highest corner."""
        return np.stack([self.points_world.min(axis=0), self.points_world.max(axis=0)])

    @property
    def position(self) -> Vec3:
        """Centre of the box: unlike the mean, not drawn to the visible side."""
        return self.aabb_world.mean(axis=0)


@runtime_checkable
class Reader(Protocol):
    """Says of which things a noun phrase is true: "red coffee mug"."""

    def read(
        self, texts: Sequence[str], things: Sequence[Object3D]
    ) -> Float[np.ndarray, "t n"]:
        """Return how likely each text is true of each thing; 0 of one without a look.

        What is more likely true than not is meant: more than 0.5.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything seen at one instant.

    Attributes:
        objects: What has a name.
        points_world: (n, 3) every surface point that is neither arm nor table,
            held objects left out: what a motion must not touch.
        table_height: z of the supporting plane.
        time: Of the observation, the sender's clock.
        revision: Grows by one whenever an object appears, vanishes or moves.
        masks: Camera name to an (h, w) int32 image of object ids, 0 for none.
        reader: Knows nouns by how things look; where there is none, a noun means the
            shape word of an object.
    """

    objects: tuple[Object3D, ...]
    points_world: Points
    table_height: float
    time: float
    revision: int = 0
    masks: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    reader: Reader | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the objects, for messages."""
        return tuple(each.name for each in self.objects)
