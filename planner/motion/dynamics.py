"""What an action does to a part: a model by heuristic, and one learnt by acting.

`o` is an observation (n numbers), `a` an action (m numbers), `o'` what is observed
after it; `K` of them are told at a time. Positions are in [m] and angles in [rad],
both of the order of 0.1: `scale` brings them to the order of 1 inside the network.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

Rows = Float[np.ndarray, "K n"]


@runtime_checkable
class DynamicsModel(Protocol):
    """Tells what is observed after an action."""

    def predict(self, o: Rows, a: Rows) -> Rows:
        """Return o' for each row."""
        ...


class Follows:
    """The zero-shot heuristic: the first numbers of `o` grow by the action.

    A thing that is held goes where the hand goes.
    """

    def predict(self, o: Rows, a: Rows) -> Rows:
        """Return o' for each row."""
        after = o.copy()
        after[:, : a.shape[1]] += a
        return after


@dataclass(frozen=True, slots=True)
class MlpConfig:
    """The network and its training.

    Attributes:
        hidden: Width of the two hidden layers.
        rate: Step size of Adam (Kingma, Ba 2015).
        decay: Of the weights, a step.
        batch: Transitions a step.
        scale: What an input or output of 1 stands for, [m] and [rad].
    """

    hidden: int = 64
    rate: float = 3e-3
    decay: float = 1e-4
    batch: int = 64
    scale: float = 0.05


class LearnedDynamics:
    """An MLP g(o, a) -> o' with an L2 loss, trained while acting (VoxPoser, 1.13).

    A network of 10,000 weights and a few hundred transitions needs no framework:
    one step of plain numpy takes a fraction of a millisecond. It predicts the change
    of `o`, so that untrained it says that nothing moves.
    """

    def __init__(
        self,
        n: int,
        m: int,
        rng: np.random.Generator,
        config: MlpConfig | None = None,
    ):
        self.config = config or MlpConfig()
        self._rng = rng
        sizes = [n + m, self.config.hidden, self.config.hidden, n]
        self._weights = [
            rng.normal(scale=np.sqrt(2.0 / before), size=(before, after))
            for before, after in zip(sizes, sizes[1:], strict=False)
        ]
        self._weights[-1] *= 0.01
        self._weights += [np.zeros(size) for size in sizes[1:]]
        self._moments = [(np.zeros_like(w), np.zeros_like(w)) for w in self._weights]
        self._steps = 0
        self._data: list[tuple[np.ndarray, np.ndarray]] = []

    def __len__(self) -> int:
        """Return the number of transitions recorded."""
        return len(self._data)

    def predict(self, o: Rows, a: Rows) -> Rows:
        """Return o' for each row."""
        x = np.concatenate([o, a], axis=1) / self.config.scale
        return o + self.config.scale * self._forward(x)[-1]

    def record(
        self,
        o: Float[np.ndarray, "n"],
        a: Float[np.ndarray, "m"],
        after: Float[np.ndarray, "n"],
    ) -> None:
        """Keep one transition."""
        x = np.concatenate([o, a]) / self.config.scale
        self._data.append((x, (after - o) / self.config.scale))

    def train(self, steps: int) -> float:
        """Take steps of Adam on what is recorded; return the last loss."""
        if not self._data:
            return 0.0
        x, y = (np.stack(each) for each in zip(*self._data, strict=True))
        loss = 0.0
        for _ in range(steps):
            rows = self._rng.integers(len(x), size=self.config.batch)
            loss = self._step(x[rows], y[rows])
        return loss

    def _forward(self, x: Rows) -> list[Rows]:
        """Return the input and what each layer makes of it."""
        (w1, w2, w3), (b1, b2, b3) = self._weights[:3], self._weights[3:]
        h1 = np.tanh(x @ w1 + b1)
        h2 = np.tanh(h1 @ w2 + b2)
        return [x, h1, h2, h2 @ w3 + b3]

    def _step(self, x: Rows, y: Rows) -> float:
        layers = self._forward(x)
        error = layers[-1] - y
        gradients: list[np.ndarray] = [np.zeros(0)] * 6
        back = 2.0 * error / error.size
        for k in (2, 1, 0):
            gradients[k] = layers[k].T @ back
            gradients[3 + k] = back.sum(axis=0)
            back = (back @ self._weights[k].T) * (1.0 - layers[k] ** 2)
        self._adam(gradients)
        return float(np.mean(error**2))

    def _adam(self, gradients: list[np.ndarray]) -> None:
        self._steps += 1
        rate = self.config.rate
        for w, g, (mean, square) in zip(
            self._weights, gradients, self._moments, strict=True
        ):
            mean += 0.1 * (g - mean)
            square += 0.001 * (g * g - square)
            first = mean / (1.0 - 0.9**self._steps)
            second = square / (1.0 - 0.999**self._steps)
            w -= rate * (first / (np.sqrt(second) + 1e-8) + self.config.decay * w)
