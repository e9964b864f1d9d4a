"""An arm's kinematics from its URDF: frames, body, and joints for a pose.

`q` are the joint positions in [rad], `n` of them. Frame 0 is the base, which is the
world; frame `k` moves with joint `k`; `ee` is the end-effector, between the
fingertips with z out of the hand. The body is one or more capsules a link.
"""

# pinocchio and coal bring no types, and live where pyright does not look.
# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownParameterType=false

from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pinocchio as pin
from jaxtyping import Bool, Float
from scipy.linalg.lapack import dposv
from scipy.spatial.transform import Rotation

from perception.frames import Points, Pose

Joints = Float[np.ndarray, "n"]
Links = Float[np.ndarray, "*p links 4 4"]

# Joints of rest: where the null space is pulled to, as the arm's own controller does.
PANDA_REST = (0.0, -0.30, 0.0, -2.40, 0.0, 2.10, 0.785)
_HAND = "hand"


@dataclass(frozen=True, slots=True)
class IkConfig:
    """How the joints for a pose are searched.

    Attributes:
        iterations: At most so many steps to a pose near by.
        settle_iterations: At most so many to a pose anywhere.
        settle_pull: Share of the way to the rest posture taken a step meanwhile.
        damping: Of the least squares, [m^2] and [rad^2].
        tolerance: Error at which the search ends, [m] and [rad].
        reached: Error up to which a pose counts as reached, [m] plus [rad].
        max_step: Of a joint at a time, [rad].
    """

    iterations: int = 12
    settle_iterations: int = 60
    settle_pull: float = 0.3
    damping: float = 1e-4
    tolerance: float = 5e-4
    reached: float = 5e-3
    max_step: float = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Postures:
    """Joints found for poses.

    Attributes:
        q: (p, n) [rad].
        error: (p,) what is left, [m] plus [rad].
        reachable: (p,) whether that is small enough to count as reached.
    """

    q: Float[np.ndarray, "p n"]
    error: Float[np.ndarray, "p"]
    reachable: Bool[np.ndarray, "p"]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Capsules fixed to links, round ends beyond `start` and `end`.

    Attributes:
        link: Name of each capsule's link, to tell a person.
        frame: (c,) the frame each moves with.
        start: (c, 3) one end of each axis in that frame, [m].
        end: (c, 3) the other end.
        radius: (c,) [m].
        hand: (c,) whether it is the hand's.
    """

    link: tuple[str, ...]
    frame: np.ndarray
    start: Points
    end: Points
    radius: Float[np.ndarray, "c"]
    hand: Bool[np.ndarray, "c"]

    def place(self, frames: Links, points: Points) -> Float[np.ndarray, "*p c 3"]:
        """Return one point a capsule, given in its frame, in the world."""
        own = frames[..., self.frame, :, :]
        turned = (own[..., :3, :3] @ points[..., None])[..., 0]
        return turned + own[..., :3, 3]


class Kinematics:
    """Frames and joints of an arm. Thread-safe.

    Attributes:
        rest: (n,) joints the null space is pulled to, [rad].
        lower: (n,) lowest joints, [rad].
        upper: (n,) highest.
        max_rate: (n,) [rad/s].
        body: The links as capsules.
    """

    def __init__(
        self, urdf: str, rest: tuple[float, ...], config: IkConfig | None = None
    ):
        self._model = pin.buildModelFromXML(urdf)
        self._ee = self._model.getFrameId("ee")
        self._config = config or IkConfig()
        self.rest = np.array(rest)
        self.lower = np.array(self._model.lowerPositionLimit)
        self.upper = np.array(self._model.upperPositionLimit)
        self.max_rate = np.array(self._model.velocityLimit)
        self.body = _body(self._model, urdf)

    @classmethod
    def panda(cls) -> "Kinematics":
        """Return those of the Franka Emika Panda with its own hand."""
        file = resources.files("planner.motion") / "data" / "panda.urdf"
        return cls(file.read_text(encoding="utf-8"), PANDA_REST)

    def forward(self, q: Joints) -> Pose:
        """Return the pose of the end-effector."""
        data = self._model.createData()
        pin.forwardKinematics(self._model, data, q)
        return Pose.from_matrix(self._ee_frame(data).homogeneous)

    def frames(self, q: Float[np.ndarray, "*p n"]) -> Links:
        """Return the frames of the base, each joint and the end-effector."""
        data = self._model.createData()
        rows = q.reshape(-1, q.shape[-1])
        frames = np.empty((len(rows), self._model.nq + 2, 4, 4))
        for row, out in zip(rows, frames, strict=True):
            pin.forwardKinematics(self._model, data, row)
            for k in range(self._model.nq + 1):
                out[k] = data.oMi[k].homogeneous
            out[-1] = self._ee_frame(data).homogeneous
        return frames.reshape(*q.shape[:-1], *frames.shape[1:])

    def settle(self, target: Pose, near: Joints | None = None) -> Postures:
        """Return the joints at which an arm comes to rest in a pose, as one row.

        Of all that reach it, these are nearest the rest posture.
        """
        config = self._config
        goal = pin.SE3(target.rotation, target.position)
        q = self.rest if near is None else near
        data = self._model.createData()
        pulls = [config.settle_pull] * config.settle_iterations
        q, error = self._search(data, goal, q, pulls)
        # The last pull left an error of second order behind.
        q, error = self._search(data, goal, q, [0.0] * config.iterations)
        return self._postures([q], [error])

    def trace(
        self,
        p_world: Points,
        wxyz: Float[np.ndarray, "p 4"],
        near: Joints,
        pull: float,
    ) -> Postures:
        """Return the joints an arm passes through along a path.

        Each pose is searched from the joints of the last one reached. Damped least
        squares with a pull to the rest posture in the null space (Siciliano et al.
        2009, section 3.7).

        Args:
            p_world: Positions of the end-effector, close together.
            wxyz: Its orientation at each.
            near: Joints at the beginning.
            pull: Share of the way to the rest posture taken from one to the next.
        """
        data = self._model.createData()
        turns = Rotation.from_quat(wxyz, scalar_first=True).as_matrix()
        pulls = [pull] + [0.0] * (self._config.iterations - 1)
        rows: list[np.ndarray] = []
        errors: list[float] = []
        q = np.clip(near, self.lower, self.upper)
        for p, turn in zip(p_world, turns, strict=True):
            found, error = self._search(data, pin.SE3(turn, p), q, pulls)
            rows.append(found)
            errors.append(error)
            if error <= self._config.reached:
                q = found
        return self._postures(rows, errors)

    def _search(
        self, data: Any, goal: Any, q: Joints, pulls: list[float]
    ) -> tuple[Joints, float]:
        """Return joints for a pose and the error left; one step a pull."""
        config, model = self._config, self._model
        eye = config.damping * np.eye(6)
        error = self._error(data, goal, q)
        for pull in pulls:
            left = float(np.sqrt(error @ error))
            if pull == 0.0 and left < config.tolerance:
                break
            jacobian = pin.getFrameJacobian(model, data, self._ee, pin.LOCAL)
            rest = pull * (self.rest - q)
            square = jacobian @ jacobian.T + eye
            _, solution, _ = dposv(square, error - jacobian @ rest)
            step = rest + jacobian.T @ solution
            step *= min(1.0, config.max_step / (float(np.abs(step).max()) + 1e-12))
            q = np.minimum(np.maximum(q + step, self.lower), self.upper)
            error = self._error(data, goal, q)
        a, b = error[:3], error[3:]
        return q, float(np.sqrt(a @ a) + np.sqrt(b @ b))

    def _error(self, data: Any, goal: Any, q: Joints) -> Float[np.ndarray, "6"]:
        """Return what the hand lacks to the goal, in its own frame."""
        pin.computeJointJacobians(self._model, data, q)
        gap = self._ee_frame(data).actInv(goal)
        return np.concatenate([gap.translation, pin.log3(gap.rotation)])

    def _ee_frame(self, data: Any) -> Any:
        return pin.updateFramePlacement(self._model, data, self._ee)

    def _postures(self, rows: list[np.ndarray], errors: list[float]) -> Postures:
        error = np.array(errors)
        return Postures(np.stack(rows), error, error <= self._config.reached)


def _body(model: Any, urdf: str) -> Body:
    """Return the capsules of a URDF's collision geometry."""
    geometry = pin.buildGeomFromUrdfString(model, urdf, pin.GeometryType.COLLISION)
    capsules = list(geometry.geometryObjects)
    axes = np.array([[0.0, 0.0, c.geometry.halfLength] for c in capsules])
    names = [str(model.frames[c.parentFrame].name) for c in capsules]
    return Body(
        link=tuple(name.replace("_", " ") for name in names),
        frame=np.array([int(c.parentJoint) for c in capsules]),
        start=np.array(
            [c.placement.act(-a) for c, a in zip(capsules, axes, strict=True)]
        ),
        end=np.array([c.placement.act(a) for c, a in zip(capsules, axes, strict=True)]),
        radius=np.array([float(c.geometry.radius) for c in capsules]),
        hand=np.array([name == _HAND for name in names]),
    )
