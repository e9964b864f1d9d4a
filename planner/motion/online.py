"""Opening what is held by its handle, learning how it moves while acting.

All in the frame `part` of `planner.motion.handle`: x out of the front, z up. An
action `a` is a displacement of the hand in [m] and its turn about the upright and
about the way out, in [rad], over one step. An observation `o` has what the handle
did since it was first seen, in the same five numbers, then what the hand did. `K`
sequences of `H` actions are rolled through the model at a time.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from planner.motion.dynamics import LearnedDynamics

ACTION = 5
OBSERVATION = 10

Action = Float[np.ndarray, "5"]
Actions = Float[np.ndarray, "K H 5"]
State = Float[np.ndarray, "10"]
Prior = Float[np.ndarray, "n 5"]
Exploration = Literal["prior", "uniform"]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the handle shall come to: the value map of the part, in closed form.

    Its value at a place is the distance still to go, as read in a map of the
    distance from a goal set: all that is as far from where the handle was as asked.

    Attributes:
        along: Weights of the part's x and y: (1, 1) for what swings, (0, 1) for
            what slides.
        distance: From where the handle was, [m].
    """

    along: tuple[float, float]
    distance: float

    def gap(self, o: Float[np.ndarray, "*k 10"]) -> Float[np.ndarray, "*k"]:
        """Return the distance in [m] to the goal set, 0 inside it."""
        moved = np.linalg.norm(o[..., :2] * self.along, axis=-1)
        return np.asarray(np.maximum(self.distance - moved, 0.0))


@dataclass(frozen=True, slots=True)
class OnlineConfig:
    """How it is explored and learnt.

    Attributes:
        exploration: Round the zero-shot trajectory, or uniform.
        sequences: Rolled out at a time.
        horizon: Actions in each.
        max_shift: Longest displacement of an action along one axis, [m].
        max_turn: Largest turn of an action about one axis, [rad].
        noise_shift: Standard deviation round the prior, [m] a step.
        noise_turn: Likewise, [rad] a step.
        explore: Part of the actions that are not chosen by value, at first; it
            falls with the transitions seen.
        explore_steps: Transitions after which it has fallen to a third.
        train_steps: Of Adam, for each action.
        slack: Cost of the hand leaving the place where it holds, a metre.
    """

    exploration: Exploration = "prior"
    sequences: int = 256
    horizon: int = 5
    max_shift: float = 0.03
    max_turn: float = 0.12
    noise_shift: float = 0.008
    noise_turn: float = 0.08
    explore: float = 1.0
    explore_steps: float = 30.0
    train_steps: int = 20
    slack: float = 1.0

    @property
    def most(self) -> Action:
        """The largest action."""
        return np.array([self.max_shift] * 3 + [self.max_turn] * 2)

    @property
    def noise(self) -> Action:
        """Standard deviations round the prior."""
        return np.array([self.noise_shift] * 3 + [self.noise_turn] * 2)


def straight_legs(legs: Float[np.ndarray, "legs 3"], step: float) -> Prior:
    """Return the actions of a trajectory of straight legs, in the part's frame.

    Args:
        legs: Displacement of each leg, [m].
        step: Longest displacement of an action, [m].
    """
    rows: list[np.ndarray] = []
    for leg in legs:
        count = max(1, int(np.ceil(np.linalg.norm(leg) / step - 1e-9)))
        rows += [np.array([*(leg / count), 0.0, 0.0])] * count
    return np.stack(rows)


@runtime_checkable
class Interaction(Protocol):
    """A handle in a hand."""

    @property
    def seconds(self) -> float:
        """Time passed since the start, [s]."""
        ...

    def take_hold(self) -> bool:
        """Grasp the handle where it is now; False if that fails."""
        ...

    def look(self) -> State:
        """Return what is observed now."""
        ...

    def act(self, action: Action) -> tuple[State, bool]:
        """Move the hand for one step; return o' and whether it still holds."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """How it went.

    Attributes:
        done: Whether the handle was seen to come as far as was asked.
        seconds: Of interaction.
        actions: How many were tried.
        grasps: How often the handle was taken hold of.
    """

    done: bool
    seconds: float
    actions: int
    grasps: int


def follow_prior(
    hand: Interaction, prior: Prior, goal: Goal, max_seconds: float
) -> Opened:
    """Carry out the zero-shot trajectory once, as it is."""
    held, o = hand.take_hold(), hand.look()
    actions = 0
    for action in prior:
        if not held or hand.seconds > max_seconds:
            break
        o, held = hand.act(action)
        actions += 1
    return Opened(bool(goal.gap(o) <= 0.0), hand.seconds, actions, 1)


class OnlineOpener:
    """Acts, records, trains, and acts better, until it is open or time is up."""

    def __init__(
        self,
        goal: Goal,
        prior: Prior,
        rng: np.random.Generator,
        config: OnlineConfig | None = None,
    ):
        self.config = config or OnlineConfig()
        self.model = LearnedDynamics(OBSERVATION, ACTION, rng)
        self._goal = goal
        self._prior = prior
        self._rng = rng

    def run(self, hand: Interaction, max_seconds: float) -> Opened:
        """Interact until the goal is reached or the time is up."""
        actions = grasps = 0
        held, phase, o = False, 0, np.zeros(OBSERVATION)
        while hand.seconds < max_seconds:
            if not held:
                held, phase = hand.take_hold(), 0
                grasps += 1
                o = hand.look()
                continue
            action = self.choose(o, phase)
            after, held = hand.act(action)
            actions, phase = actions + 1, phase + 1
            if self._goal.gap(after) <= 0.0:
                return Opened(True, hand.seconds, actions, grasps)
            # A slip is recorded too: it is what the slack in the cost is to avoid.
            self.model.record(o, action, after)
            self.model.train(self.config.train_steps)
            o = after
        return Opened(False, hand.seconds, actions, grasps)

    def choose(self, o: State, phase: int) -> Action:
        """Return the first action of the best sequence, or one to explore."""
        config = self.config
        sequences = self._propose(phase)
        seen = len(self.model)
        if self._rng.random() < config.explore * np.exp(-seen / config.explore_steps):
            return self._explore(phase)
        cost = self._cost(np.tile(o, (len(sequences), 1)), sequences)
        return sequences[int(np.argmin(cost)), 0]

    def _propose(self, phase: int) -> Actions:
        """Return sequences to choose from: parts of the prior with noise, or any."""
        K, H, most = self.config.sequences, self.config.horizon, self.config.most
        if self.config.exploration == "uniform":
            first, then = self._rng.uniform(-most, most, size=(2, K, 1, ACTION))
            turn = self._rng.integers(1, H + 1, size=(K, 1, 1))
            early = np.arange(H)[None, :, None] < turn  # (K, H, 1)
            return first * early + then * ~early
        begin = self._rng.integers(len(self._prior), size=(K, 1))
        begin[::2] = min(phase, len(self._prior) - 1)  # half go on where it is
        rows = np.minimum(begin + np.arange(H), len(self._prior) - 1)
        noise = self._rng.normal(scale=self.config.noise, size=(K, 1, ACTION))
        return np.clip(self._prior[rows] + noise, -most, most)

    def _explore(self, phase: int) -> Action:
        """Return an action near the prior's, or any."""
        most = self.config.most
        if self.config.exploration == "uniform":
            return self._rng.uniform(-most, most)
        n = len(self._prior)
        row = phase if phase < n else int(self._rng.integers(n))
        noise = self._rng.normal(scale=self.config.noise)
        return np.clip(self._prior[row] + noise, -most, most)

    def _cost(self, o: Float[np.ndarray, "K 10"], sequences: Actions) -> np.ndarray:
        cost = np.zeros(len(o))
        for k in range(sequences.shape[1]):
            o = self.model.predict(o, sequences[:, k])
            cost += self._goal.gap(o)
            cost += self.config.slack * np.linalg.norm(o[:, 5:8] - o[:, :3], axis=1)
        return cost
