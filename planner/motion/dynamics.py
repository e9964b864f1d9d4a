"""What an action does to a part, learnt by acting.

`o` is an observation (n numbers), `a` an action (m numbers), `o'` what is observed
after it; `K` of them are told at a time, `B` make a batch. Positions are in [m] and
angles in [rad], both of the order of 0.1: `scale` brings them to the order of 1
inside the network.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

Rows = Float[np.ndarray, "K n"]
Acts = Float[np.ndarray, "K m"]
Inputs = Float[np.ndarray, "B x"]


@runtime_checkable
class DynamicsModel(Protocol):
    """Tells what is observed after an action."""

    def predict(self, o: Rows, a: Acts) -> Rows:
        """Return o' for each row."""
        ...


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
            for before, after in pairwise(sizes)
        ]
        self._weights[-1] *= 0.01
        self._weights += [np.zeros(size) for size in sizes[1:]]
        self._means = [np.zeros_like(w) for w in self._weights]
        self._squares = [np.zeros_like(w) for w in self._weights]
        self._steps = 0
        self._data: list[tuple[np.ndarray, np.ndarray]] = []

    def __len__(self) -> int:
        """Return the number of transitions recorded."""
        return len(self._data)

    def predict(self, o: Rows, a: Acts) -> Rows:
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

    def _forward(self, x: Inputs) -> list[np.ndarray]:
        """Return the input and what each layer makes of it."""
        (w1, w2, w3), (b1, b2, b3) = self._weights[:3], self._weights[3:]
        h1 = np.tanh(x @ w1 + b1)
        h2 = np.tanh(h1 @ w2 + b2)
        return [x, h1, h2, h2 @ w3 + b3]

    def _step(self, x: Inputs, y: Float[np.ndarray, "B n"]) -> float:
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
        rate, decay = self.config.rate, self.config.decay
        for k, g in enumerate(gradients):
            mean, square = self._means[k], self._squares[k]
            mean += 0.1 * (g - mean)
            square += 0.001 * (g * g - square)
            first = mean / (1.0 - 0.9**self._steps)
            second = square / (1.0 - 0.999**self._steps)
            step = first / (np.sqrt(second) + 1e-8) + decay * self._weights[k]
            self._weights[k] -= rate * step
