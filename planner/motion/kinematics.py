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

import math
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pinocchio as pin
from jaxtyping import Bool, Float
from scipy.linalg.lapack import dposv

from perception.frames import Points, Pose
from planner.motion.turns import matrices_of

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
        tolerance: Error at which the search for a pose ends, [m] and [rad].
        trace_tolerance: The same for a pose on the way: less than any margin.
        reached: Error up to which a pose counts as reached, [m] plus [rad].
        max_step: Of a joint at a time, [rad].
    """

    iterations: int = 12
    settle_iterations: int = 60
    settle_pull: float = 0.3
    damping: float = 1e-4
    tolerance: float = 5e-4
    trace_tolerance: float = 2e-3
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
        self._chain = _chain(self._model, self._ee)
        self._damping = self._config.damping * np.eye(6)

    @classmethod
    def panda(cls) -> "Kinematics":
        """Return those of the Franka Emika Panda with its own hand."""
        file = resources.files("planner.motion") / "data" / "panda.urdf"
        return cls(file.read_text(encoding="utf-8"), PANDA_REST)

    @property
    def reached(self) -> float:
        """Error up to which a pose counts as reached, [m] plus [rad]."""
        return self._config.reached

    def forward(self, q: Joints) -> Pose:
        """Return the pose of the end-effector."""
        data = self._model.createData()
        pin.forwardKinematics(self._model, data, q)
        return Pose.from_matrix(self._ee_frame(data).homogeneous)

    def frames(self, q: Float[np.ndarray, "*p n"]) -> Links:
        """Return the frames of the base, each joint and the end-effector."""
        rows = q.reshape(-1, q.shape[-1])
        frames = np.empty((len(rows), self._model.nq + 2, 4, 4))
        frames[:, 0] = np.eye(4)
        own = self._chain.local(rows)
        for k, parent in enumerate(self._chain.parent, 1):
            np.matmul(frames[:, parent], own[:, k - 1], out=frames[:, k])
        np.matmul(frames[:, self._chain.last], self._chain.T_last_ee, out=frames[:, -1])
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
        fine = config.tolerance
        q, error = self._search(data, goal, q, pulls, fine)
        # The last pull left an error of second order behind.
        q, error = self._search(data, goal, q, [0.0] * config.iterations, fine)
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
        turns = matrices_of(wxyz)
        pulls = [pull] + [0.0] * (self._config.iterations - 1)
        tolerance = self._config.trace_tolerance
        rows: list[np.ndarray] = []
        errors: list[float] = []
        q = np.clip(near, self.lower, self.upper)
        for p, turn in zip(p_world, turns, strict=True):
            goal = pin.SE3(turn, p)
            found, error = self._search(data, goal, q, pulls, tolerance)
            rows.append(found)
            errors.append(error)
            if error <= self._config.reached:
                q = found
        return self._postures(rows, errors)

    def _search(
        self, data: Any, goal: Any, q: Joints, pulls: list[float], tolerance: float
    ) -> tuple[Joints, float]:
        """Return joints for a pose and the error left; one step a pull."""
        most = self._config.max_step
        jacobian, error, left = self._look(data, goal, q)
        for pull in pulls:
            if pull == 0.0 and left < tolerance:
                break
            square = jacobian @ jacobian.T
            square += self._damping
            if pull == 0.0:
                step = jacobian.T @ dposv(square, error)[1]
            else:
                rest = pull * (self.rest - q)
                step = rest + jacobian.T @ dposv(square, error - jacobian @ rest)[1]
            size = max(map(abs, step.tolist()))
            if size > most:
                step *= most / size
            q = np.minimum(np.maximum(q + step, self.lower), self.upper)
            jacobian, error, left = self._look(data, goal, q)
        x, y, z, rx, ry, rz = error.tolist()
        return q, math.hypot(x, y, z) + math.hypot(rx, ry, rz)

    def _look(
        self, data: Any, goal: Any, q: Joints
    ) -> tuple[Float[np.ndarray, "6 n"], Float[np.ndarray, "6"], float]:
        """Return the hand's Jacobian, what it lacks to the goal, and how much that is.

        Both are in the hand's own frame.
        """
        pin.computeJointJacobians(self._model, data, q)
        gap = self._ee_frame(data).actInv(goal)
        jacobian = pin.getFrameJacobian(self._model, data, self._ee, pin.LOCAL)
        error = np.empty(6)
        error[:3] = gap.translation
        error[3:] = pin.log3(gap.rotation)
        return jacobian, error, math.sqrt(error @ error)

    def _ee_frame(self, data: Any) -> Any:
        return pin.updateFramePlacement(self._model, data, self._ee)

    def _postures(self, rows: list[np.ndarray], errors: list[float]) -> Postures:
        error = np.array(errors)
        return Postures(np.stack(rows), error, error <= self._config.reached)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """The joints as arrays, so that many postures are placed at once.

    Attributes:
        parent: Frame each joint's is given in, that of its parent.
        fixed: (n, 4, 4) a joint's frame in its parent's at position 0.
        sine: (n, 4, 4) what the sine of its position adds to that.
        versine: (n, 4, 4) what one less its cosine adds.
        slide: (n, 4, 4) what its position itself adds; of joints that slide.
        last: Frame that carries the end-effector.
        T_last_ee: Where, (4, 4).
    """

    parent: tuple[int, ...]
    fixed: Float[np.ndarray, "n 4 4"]
    sine: Float[np.ndarray, "n 4 4"]
    versine: Float[np.ndarray, "n 4 4"]
    slide: Float[np.ndarray, "n 4 4"]
    last: int
    T_last_ee: Float[np.ndarray, "4 4"]

    def local(self, q: Float[np.ndarray, "p n"]) -> Float[np.ndarray, "p n 4 4"]:
        """Return each joint's frame in its parent's (Rodrigues' formula)."""
        at = q[:, :, None, None]
        own = self.fixed + np.sin(at) * self.sine
        own += (1.0 - np.cos(at)) * self.versine
        if self.slide.any():
            own += at * self.slide
        return own


def _chain(model: Any, ee: int) -> _Chain:
    n = int(model.nq)
    fixed, sine, versine, slide = (np.zeros((n, 4, 4)) for _ in range(4))
    data = model.createData()
    pin.computeJointJacobians(model, data, np.zeros(n))
    for k in range(n):
        column = pin.getJointJacobian(model, data, k + 1, pin.LOCAL)[:, k]
        x, y, z = column[3:]
        cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        fixed[k] = model.jointPlacements[k + 1].homogeneous
        turn = fixed[k, :3, :3]
        sine[k, :3, :3], versine[k, :3, :3] = turn @ cross, turn @ cross @ cross
        slide[k, :3, 3] = turn @ column[:3]
    frame = model.frames[ee]
    return _Chain(
        parent=tuple(int(p) for p in list(model.parents)[1:]),
        fixed=fixed,
        sine=sine,
        versine=versine,
        slide=slide,
        last=int(frame.parentJoint),
        T_last_ee=np.array(frame.placement.homogeneous),
    )


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
