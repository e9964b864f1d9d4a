"""Objects from depth and colour alone: no learned part, no list of known objects.

What is connected and of one colour is described by its geometry; caps and handles
find what they belong to.
"""

import numpy as np

from perception.foreground import Foreground, ForegroundConfig
from perception.objects import describe, in_order, to_objects
from perception.observation import Capsules, Observation
from perception.parts import assemble
from perception.point_cloud import unfuse
from perception.scene import Scene


class SegmentationPerceiver:
    """Finds objects by plane removal and clustering in space and colour."""

    name = "segmentation"

    def __init__(self, config: ForegroundConfig | None = None):
        self.config = config or ForegroundConfig()

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, the arm's own `body` left out.

        Raises:
            NoSurfaceError: The cameras see no table.
        """
        seen = Foreground.of(observation.cameras, body, self.config)
        found = [
            describe(seen.cloud, piece, seen.heights, seen.normals)
            for piece in seen.pieces()
        ]
        things = in_order(assemble(found))
        ids = np.zeros(len(seen.cloud), dtype=np.int32)
        for number, each in enumerate(things, start=1):
            ids[each.rows] = number
        return Scene(
            objects=to_objects(things, seen.plane),
            points_world=seen.cloud.points_world[seen.solid].astype(float),
            table_height=seen.table_height,
            time=observation.time,
            masks=unfuse(observation.cameras, seen.cloud.pixel, ids),
        )
