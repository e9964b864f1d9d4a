"""One PyBullet client with types: the only module that talks to the library.

Every call carries its own client's id, so worlds live side by side in a process.
PyBullet writes quaternions xyzw; they turn to wxyz here and nowhere else.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from perception.frames import Pose
from planner.errors import MissingExtraError
from sims.errors import WorldClosedError
from sims.quiet import quiet_stderr

try:
    # It prints its build time on import, over any progress that is shown.
    with quiet_stderr():
        import pybullet
        import pybullet_data
except ModuleNotFoundError as error:
    raise MissingExtraError("pybullet", "sim") from error

TICK = 1.0 / 240.0  # [s] one physics step
GRAVITY = -9.81
BASE = -1  # the link number of a body's root


@dataclass(frozen=True, slots=True)
class Friction:
    """How one link's surface holds on to others; Bullet multiplies the two."""

    lateral: float
    rolling: float = 0.0
    spinning: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Motors:
    """Where joints are driven.

    Attributes:
        position: (n,) targets, [m] or [rad].
        rate: (n,) speeds while there, [m/s] or [rad/s].
        force: (n,) most that may be used, [N] or [N m].
        gain: Share of the position error removed in one step.
    """

    position: np.ndarray
    rate: np.ndarray
    force: np.ndarray
    gain: float


@dataclass(frozen=True, slots=True)
class Light:
    """How a picture is lit.

    Attributes:
        direction: From the scene toward the light, world frame.
        distance: How far the light is, [m]; nearer than 3 its shadows have edges
            of their own.
        shadow: Whether things cast shadows; doubles the time of a picture.
        ambient: Part of the light that comes from everywhere.
        diffuse: Part that depends on the angle of the surface.
    """

    direction: tuple[float, float, float] = (0.4, 0.3, 1.0)
    distance: float = 4.0
    shadow: bool = False
    ambient: float = 0.65
    diffuse: float = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """What the renderer returns.

    Attributes:
        colour: (h, w, 3) uint8.
        depth: (h, w) float, the z-buffer, 0 to 1.
        segments: (h, w) int32, body + (link + 1) << 24, negative for nothing.
    """

    colour: np.ndarray
    depth: np.ndarray
    segments: np.ndarray


def data_path() -> Path:
    """Return where the models that come with PyBullet lie."""
    return Path(pybullet_data.getDataPath())


class Bullet:
    """A headless physics client."""

    def __init__(self, solver_iterations: int = 120):
        self._id = pybullet.connect(pybullet.DIRECT)
        pybullet.setPhysicsEngineParameter(
            fixedTimeStep=TICK,
            numSolverIterations=solver_iterations,
            deterministicOverlappingPairs=1,
            physicsClientId=self._id,
        )
        pybullet.setGravity(0.0, 0.0, GRAVITY, physicsClientId=self._id)
        self._open = True
        self._centres: dict[int, Pose] = {}  # T_base_com of each body
        self._roots: dict[int, Pose] = {}  # T_com_base

    @property
    def _client(self) -> int:
        if not self._open:
            raise WorldClosedError("this world is closed; make a new one")
        return self._id

    def close(self) -> None:
        """Free the client; a second call does nothing."""
        if self._open:
            self._open = False
            pybullet.disconnect(physicsClientId=self._id)

    def tick(self) -> None:
        """Advance by one physics step."""
        pybullet.stepSimulation(physicsClientId=self._client)

    def load(
        self, urdf: str, pose: Pose, *, fixed: bool, meshes: Mapping[str, str]
    ) -> int:
        """Return the body made from URDF text; `meshes` are OBJ files beside it."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in meshes.items():
                (Path(folder) / name).write_text(text)
            path = Path(folder) / "model.urdf"
            path.write_text(urdf)
            body = pybullet.loadURDF(
                str(path),
                useFixedBase=fixed,
                flags=pybullet.URDF_MAINTAIN_LINK_ORDER,
                physicsClientId=self._client,
            )
        info = pybullet.getDynamicsInfo(body, BASE, physicsClientId=self._client)
        self._centres[body] = _pose(info[3], info[4])
        self._roots[body] = self._centres[body].inverse()
        self.place(body, pose)
        return body

    def remove(self, body: int) -> None:
        """Take a body out of the world."""
        pybullet.removeBody(body, physicsClientId=self._client)

    def links(self, body: int) -> dict[str, int]:
        """Return link names and numbers, the root left out."""
        count = pybullet.getNumJoints(body, physicsClientId=self._client)
        infos = [
            pybullet.getJointInfo(body, link, physicsClientId=self._client)
            for link in range(count)
        ]
        return {info[12].decode(): info[0] for info in infos}

    def base_pose(self, body: int) -> Pose:
        """Return the pose of a body's root."""
        position, xyzw = pybullet.getBasePositionAndOrientation(
            body, physicsClientId=self._client
        )
        return _pose(position, xyzw) @ self._roots[body]

    def base_velocity(self, body: int) -> np.ndarray:
        """Return (6,) linear and angular velocity of a body's root."""
        linear, angular = pybullet.getBaseVelocity(body, physicsClientId=self._client)
        return np.array([*linear, *angular])

    def place(self, body: int, pose: Pose) -> None:
        """Put a body somewhere, at rest."""
        T_world_com = pose @ self._centres[body]
        pybullet.resetBasePositionAndOrientation(
            body,
            T_world_com.position.tolist(),
            _xyzw(T_world_com.wxyz),
            physicsClientId=self._client,
        )
        pybullet.resetBaseVelocity(body, [0] * 3, [0] * 3, physicsClientId=self._client)

    def link_pose(self, body: int, link: int) -> Pose:
        """Return the pose of a link's frame."""
        state = pybullet.getLinkState(
            body, link, computeForwardKinematics=True, physicsClientId=self._client
        )
        return _pose(state[4], state[5])

    def joints(self, body: int, links: Sequence[int]) -> np.ndarray:
        """Return (n, 2) positions and velocities."""
        states = pybullet.getJointStates(body, links, physicsClientId=self._client)
        return np.array([state[:2] for state in states]).reshape(-1, 2)

    def set_joint(self, body: int, link: int, position: float) -> None:
        """Put a joint somewhere, at rest."""
        pybullet.resetJointState(body, link, position, physicsClientId=self._client)

    def drive(self, body: int, links: Sequence[int], motors: Motors) -> None:
        """Set joint motors that hold positions, with a force limit each."""
        pybullet.setJointMotorControlArray(
            body,
            links,
            pybullet.POSITION_CONTROL,
            targetPositions=motors.position.tolist(),
            targetVelocities=motors.rate.tolist(),
            forces=motors.force.tolist(),
            positionGains=[motors.gain] * len(links),
            velocityGains=[1.0] * len(links),
            physicsClientId=self._client,
        )

    def drive_slowly(
        self, body: int, links: Sequence[int], motors: Motors, fastest: float
    ) -> None:
        """Set motors as `drive` does that move at `fastest` at most, in [m/s]."""
        for k, link in enumerate(links):
            pybullet.setJointMotorControl2(
                body,
                link,
                pybullet.POSITION_CONTROL,
                targetPosition=float(motors.position[k]),
                targetVelocity=float(motors.rate[k]),
                force=float(motors.force[k]),
                positionGain=motors.gain,
                velocityGain=1.0,
                maxVelocity=fastest,
                physicsClientId=self._client,
            )

    def brake(self, body: int, link: int, force: float) -> None:
        """Give a joint dry friction of `force`."""
        pybullet.setJointMotorControl2(
            body,
            link,
            pybullet.VELOCITY_CONTROL,
            targetVelocity=0.0,
            force=force,
            physicsClientId=self._client,
        )

    def mirror(self, body: int, first: int, second: int) -> None:
        """Gear two joints so that they move alike, as a gripper's fingers do."""
        self.gear(body, first, second, ratio=1.0, force=200.0)

    def gear(
        self, body: int, first: int, second: int, *, ratio: float, force: float
    ) -> None:
        """Let one joint move `ratio` times as far as another, of whatever kind.

        The links should not be much lighter than what they move.
        """
        gear = pybullet.createConstraint(
            body,
            first,
            body,
            second,
            jointType=pybullet.JOINT_GEAR,
            jointAxis=[0, 1, 0],
            parentFramePosition=[0, 0, 0],
            childFramePosition=[0, 0, 0],
            physicsClientId=self._client,
        )
        pybullet.changeConstraint(
            gear,
            gearRatio=-ratio,
            erp=0.2,
            maxForce=force,
            physicsClientId=self._client,
        )

    def fasten(
        self, host: tuple[int, int], body: int, T_link_body: Pose, force: float
    ) -> int:
        """Return a new tie that pulls a body's root to a place on a (body, link).

        Args:
            host: The link; its centre of mass is its origin.
            body: What is fastened.
            T_link_body: Where it shall be.
            force: The tie uses at most so much, [N].
        """
        T_com_body = self._centres[body].inverse()
        tie = pybullet.createConstraint(
            *host,
            body,
            BASE,
            jointType=pybullet.JOINT_FIXED,
            jointAxis=[0, 0, 0],
            parentFramePosition=T_link_body.position.tolist(),
            childFramePosition=T_com_body.position.tolist(),
            parentFrameOrientation=_xyzw(T_link_body.wxyz),
            childFrameOrientation=_xyzw(T_com_body.wxyz),
            physicsClientId=self._client,
        )
        pybullet.changeConstraint(tie, maxForce=force, physicsClientId=self._client)
        return tie

    def tie(self, body: int, link: int, *, upright: bool) -> int:
        """Return a new tie of a link's centre of mass to where it is.

        It pulls with no force before `lead` says how much. An `upright` one keeps the
        link from turning, too.
        """
        centre = self.centre(body, link)
        kind = pybullet.JOINT_FIXED if upright else pybullet.JOINT_POINT2POINT
        tie = pybullet.createConstraint(
            body,
            link,
            -1,
            -1,
            jointType=kind,
            jointAxis=[0, 0, 0],
            parentFramePosition=[0, 0, 0],
            childFramePosition=centre.position.tolist(),
            parentFrameOrientation=[0, 0, 0, 1],
            childFrameOrientation=_xyzw(centre.wxyz),
            physicsClientId=self._client,
        )
        self.lead(tie, centre, 0.0)
        return tie

    def lead(self, tie: int, centre: Pose, force: float) -> None:
        """Move the place that a tie pulls to; it uses at most `force`, [N]."""
        pybullet.changeConstraint(
            tie,
            jointChildPivot=centre.position.tolist(),
            jointChildFrameOrientation=_xyzw(centre.wxyz),
            maxForce=force,
            physicsClientId=self._client,
        )

    def untie(self, tie: int) -> None:
        """Take a tie away."""
        pybullet.removeConstraint(tie, physicsClientId=self._client)

    def top(self, body: int) -> float:
        """Return the height of a body's highest point, to the margin of its boxes."""
        count = pybullet.getNumJoints(body, physicsClientId=self._client)
        return max(
            pybullet.getAABB(body, link, physicsClientId=self._client)[1][2]
            for link in range(BASE, count)
        )

    def centre(self, body: int, link: int) -> Pose:
        """Return the pose of a link's centre of mass."""
        if link == BASE:
            position, xyzw = pybullet.getBasePositionAndOrientation(
                body, physicsClientId=self._client
            )
        else:
            position, xyzw = pybullet.getLinkState(
                body, link, physicsClientId=self._client
            )[:2]
        return _pose(position, xyzw)

    def surface(self, body: int, link: int, friction: Friction) -> None:
        """Set the friction of one link and keep it from bouncing."""
        pybullet.changeDynamics(
            body,
            link,
            lateralFriction=friction.lateral,
            rollingFriction=friction.rolling,
            spinningFriction=friction.spinning,
            restitution=0.0,
            physicsClientId=self._client,
        )

    def anchor(self, body: int, link: int) -> None:
        """Let what a link touches stick to the place where they touch.

        Friction by itself stops motion, step by step: what is gripped and carried
        creeps a little in each.
        """
        pybullet.changeDynamics(
            body, link, frictionAnchor=1, physicsClientId=self._client
        )

    def inertia(self, body: int, link: int, moment: float) -> None:
        """Give a link that has no shape an inertia about all axes, [kg m^2]."""
        pybullet.changeDynamics(
            body,
            link,
            localInertiaDiagonal=[moment] * 3,
            physicsClientId=self._client,
        )

    def shade(self, body: int, share: float) -> None:
        """Draw a body that much brighter, or darker."""
        for shape in pybullet.getVisualShapeData(body, physicsClientId=self._client):
            *rgb, alpha = shape[7]
            rgba = [*(min(share * each, 1.0) for each in rgb), alpha]
            pybullet.changeVisualShape(
                body, shape[1], rgbaColor=rgba, physicsClientId=self._client
            )

    def paint(self, body: int, link: int, rgba: tuple[float, ...]) -> None:
        """Give one link another colour."""
        pybullet.changeVisualShape(
            body, link, rgbaColor=rgba, physicsClientId=self._client
        )

    def ignore_contact(
        self, first: tuple[int, int], second: tuple[int, int], *, ignored: bool = True
    ) -> None:
        """Let two (body, link) pass through each other, or no longer."""
        pybullet.setCollisionFilterPair(
            first[0],
            second[0],
            first[1],
            second[1],
            int(not ignored),
            physicsClientId=self._client,
        )

    def contacts(self, first: int, second: int) -> set[int]:
        """Return the links of `first` that touch `second`."""
        points = pybullet.getContactPoints(first, second, physicsClientId=self._client)
        return {point[3] for point in points}

    def pressure(self, body: int, links: Sequence[int]) -> float:
        """Return the sum of the normal forces on links from other bodies, [N]."""
        points = pybullet.getContactPoints(body, physicsClientId=self._client)
        return sum(
            point[9] for point in points if point[3] in links and point[2] != body
        )

    def touching(self, body: int) -> set[int]:
        """Return the bodies that a body touches."""
        points = pybullet.getContactPoints(body, physicsClientId=self._client)
        return {point[2] for point in points}

    def render(
        self,
        size: tuple[int, int],
        *,
        view: np.ndarray,
        projection: np.ndarray,
        light: Light,
    ) -> Raster:
        """Return one picture of `size` (width, height).

        Args:
            size: Width and height in [px].
            view: (4, 4) world to OpenGL camera.
            projection: (4, 4) OpenGL camera to clip space.
            light: How it is lit.
        """
        width, height = size
        _, _, rgba, depth, segments = pybullet.getCameraImage(
            width,
            height,
            viewMatrix=view.T.ravel().tolist(),
            projectionMatrix=projection.T.ravel().tolist(),
            lightDirection=light.direction,
            lightDistance=light.distance,
            shadow=int(light.shadow),
            lightAmbientCoeff=light.ambient,
            lightDiffuseCoeff=light.diffuse,
            lightSpecularCoeff=0.05,
            renderer=pybullet.ER_TINY_RENDERER,
            flags=pybullet.ER_SEGMENTATION_MASK_OBJECT_AND_LINKINDEX,
            physicsClientId=self._client,
        )
        shape = (height, width)
        return Raster(
            np.asarray(rgba, dtype=np.uint8).reshape(*shape, 4)[..., :3].copy(),
            np.asarray(depth, dtype=np.float64).reshape(shape),
            np.asarray(segments, dtype=np.int32).reshape(shape),
        )


def _xyzw(wxyz: np.ndarray) -> list[float]:
    return [*wxyz[1:].tolist(), float(wxyz[0])]


def _pose(position: Sequence[float], xyzw: Sequence[float]) -> Pose:
    return Pose(np.array(position), np.array([xyzw[3], *xyzw[:3]]))
