"""What a grounder is: RGB-D frames and phrases in, instances or an abstention out.

A phrase is free text, "the handle of the top drawer"; what it means is for the model
behind the grounder to say. Boxes in images are x0, y0, x1, y1 in [px].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from perception.errors import ObjectNotFoundError
from perception.frames import Vec3
from perception.observation import Camera


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One thing in one camera's image.

    Attributes:
        camera: Name of the camera.
        mask: (h, w) bool, of the image's size.
        box_px: (4,) within the image.
        score: Confidence of the model, 0 to 1.
    """

    camera: str
    mask: np.ndarray
    box_px: np.ndarray
    score: float

    def __post_init__(self):
        assert self.mask.dtype == np.bool_ and self.mask.ndim == 2
        self.mask.setflags(write=False)
        self.box_px.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One thing in space.

    Attributes:
        sightings: At most one a camera, in the order of the cameras.
        points_world: (n, 3) its surface points of all cameras, [m].
        score: That of its best sighting.
    """

    sightings: tuple[Sighting, ...]
    points_world: np.ndarray
    score: float

    @property
    def box_world(self) -> Float[np.ndarray, "2 3"]:
        """Lowest and highest corner."""
        return np.stack([self.points_world.min(axis=0), self.points_world.max(axis=0)])

    @property
    def position(self) -> Vec3:
        """Centre of the box."""
        return self.box_world.mean(axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """What came nearest to a phrase, and was not taken.

    Attributes:
        camera: Name of the camera.
        box_px: (4,) within the image.
        score: Confidence of the model, 0 to 1.
        why: It was not taken, as a clause.
    """

    camera: str
    box_px: np.ndarray
    score: float
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A phrase and what it means here.

    Attributes:
        phrase: As it was asked.
        instances: One or more, the highest score first.
    """

    phrase: str
    instances: tuple[Instance, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NotFound:
    """A phrase that names nothing here.

    Attributes:
        phrase: As it was asked.
        nearest: What looked most like it, the highest score first.
        others: Phrases of the same call that were found.
    """

    phrase: str
    nearest: tuple[Glimpse, ...] = ()
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        near = "; ".join(
            f"{each.camera} at ({', '.join(f'{edge:.0f}' for edge in each.box_px)}) "
            f"px, {each.why}"
            for each in self.nearest
        )
        return f"'{self.phrase}' is not seen; nearest: {near or 'nothing'}"


Grounded = Found | NotFound


@runtime_checkable
class Grounder(Protocol):
    """Finds what phrases mean in the frames of one instant; keeps no memory."""

    @property
    def name(self) -> str:
        """What stands in reports."""
        ...

    def ground(
        self, cameras: Sequence[Camera], phrases: Sequence[str]
    ) -> tuple[Grounded, ...]:
        """Return what each phrase means, in the order of the phrases.

        Raises:
            NoDepthError: A camera has colour and no depth.
            InvalidPhraseError: A phrase is empty, or longer than the model reads.
        """
        ...


def instances_of(grounded: Grounded) -> tuple[Instance, ...]:
    """Return the instances of a phrase.

    Raises:
        ObjectNotFoundError: There are none.
    """
    if isinstance(grounded, NotFound):
        raise ObjectNotFoundError(grounded.phrase, grounded.others)
    return grounded.instances
