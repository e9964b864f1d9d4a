"""The simulated Panda: joints, motors and where its fingertips are.

Joints are the seven of the arm, in [rad]; the fingers are one width in [m]. The
end-effector frame `ee` is the point between the fingertips, z out of the hand,
the fingers opening along its y.
"""

import numpy as np

from perception.frames import Pose
from sims.assets.panda import panda_urdf
from sims.bullet import Bullet, Friction, Motors, data_path
from sims.kinematics import HOME, inverse

ARM_LINKS = tuple(range(7))
EE_LINK = "panda_grasptarget"
FINGER_LINKS = ("panda_leftfinger", "panda_rightfinger")
MAX_WIDTH = 0.08  # [m]
MAX_TORQUE = np.array([87.0, 87.0, 87.0, 87.0, 40.0, 40.0, 40.0])  # [N m]
GRIP_FORCE = 40.0  # [N] each finger
ARM_GAIN = 0.4  # share of the position error a motor removes in one step
FINGER_GAIN = 0.1
FINGER_SPEED = 0.1  # [m/s] each; faster, they knock what they close on askew
PAD = Friction(1.6, rolling=0.001, spinning=0.02)


class Panda:
    """An arm in a physics client.

    Attributes:
        body: The client's number of it.
        fingers: The numbers of its two finger links.
        asked: (7,) where the arm's motors were last aimed at, [rad].
    """

    def __init__(self, bullet: Bullet):
        self._bullet = bullet
        self.body = bullet.load(
            panda_urdf(data_path()), Pose.identity(), fixed=True, meshes={}
        )
        links = bullet.links(self.body)
        self._ee = links[EE_LINK]
        self.fingers = (links[FINGER_LINKS[0]], links[FINGER_LINKS[1]])
        self._moving = [*ARM_LINKS, *self.fingers]
        bullet.mirror(self.body, *self.fingers)
        for finger in self.fingers:
            bullet.surface(self.body, finger, PAD)
            bullet.anchor(self.body, finger)
        self.asked = HOME

    @property
    def T_world_ee(self) -> Pose:
        """Where the point between the fingertips is."""
        return self._bullet.link_pose(self.body, self._ee)

    @property
    def joints(self) -> np.ndarray:
        """Return (7,) positions of the arm's joints, [rad]."""
        return self._bullet.joints(self.body, ARM_LINKS)[:, 0]

    @property
    def state(self) -> np.ndarray:
        """Return (9, 2) positions and velocities of the arm and the fingers."""
        return self._bullet.joints(self.body, self._moving)

    @property
    def width(self) -> float:
        """Distance between the fingers, [m]."""
        fingers = self._bullet.joints(self.body, self.fingers)[:, 0]
        return float(max(fingers.sum(), 0.0))

    @property
    def finger_force(self) -> float:
        """Sum of the normal forces on both fingers now, [N]."""
        return self._bullet.pressure(self.body, self.fingers)

    def place(self, joints: np.ndarray, width: float) -> None:
        """Put the arm somewhere, at rest, and hold it there."""
        for link, angle in zip(ARM_LINKS, joints, strict=True):
            self._bullet.set_joint(self.body, link, float(angle))
        for finger in self.fingers:
            self._bullet.set_joint(self.body, finger, width / 2)
        self.drive(joints, np.zeros(7), width)

    def place_hand(self, T_world_ee: Pose, width: float) -> None:
        """Put the hand somewhere, at rest; far out of reach, as near as it goes."""
        joints, _ = inverse(T_world_ee, HOME)
        self.place(joints, width)

    def drive(self, joints: np.ndarray, rates: np.ndarray, width: float) -> None:
        """Aim the motors at joint positions, rates and a gripper width."""
        self.asked = joints
        arm = Motors(joints, rates, MAX_TORQUE, ARM_GAIN)
        self._bullet.drive(self.body, ARM_LINKS, arm)
        half = np.full(2, np.clip(width, 0.0, MAX_WIDTH) / 2)
        fingers = Motors(half, np.zeros(2), np.full(2, GRIP_FORCE), FINGER_GAIN)
        self._bullet.drive_slowly(self.body, self.fingers, fingers, FINGER_SPEED)
