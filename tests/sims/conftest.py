"""Worlds and poses that the simulator's tests share."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from perception.frames import Pose
from sims.world import World


@pytest.fixture
def world():
    with World(0) as made:
        yield made


@pytest.fixture
def down():
    """A pose of the hand that points down, turned about the vertical."""

    def pose(position, yaw=0.0):
        turn = Rotation.from_euler("z", yaw) * Rotation.from_quat([1, 0, 0, 0])
        wxyz = turn.as_quat(scalar_first=True)
        return Pose(np.array(position, dtype=float), wxyz)

    return pose
