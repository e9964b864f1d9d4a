"""How sure a share is, and the difference of two shares of the same things."""

import math
from dataclasses import dataclass

from scipy.stats import binomtest


def wilson(won: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share, rounded to four places."""
    low, high = _wilson(won, of)
    return round(low, 4), round(high, 4)


def _wilson(won: int, of: int) -> tuple[float, float]:
    interval = binomtest(won, of).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same things tried twice, by A and by B.

    Attributes:
        both: That succeeded with both.
        only_a: With A alone.
        only_b: With B alone.
        neither: With neither.
    """

    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def won_a(self) -> int:
        """Successes of A."""
        return self.both + self.only_a

    @property
    def won_b(self) -> int:
        """Successes of B."""
        return self.both + self.only_b

    @property
    def difference(self) -> float:
        """Success rate of B less that of A."""
        return (self.only_b - self.only_a) / self.count

    def newcombe(self) -> tuple[float, float]:
        """Return the 95 % interval of the difference.

        Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10: the Wilson
        intervals of both rates, squared and added, less what their correlation
        takes off; that is made smaller by a correction for continuity.
        """
        n, phi = self.count, self._phi()
        a, (low_a, high_a) = self.won_a / n, _wilson(self.won_a, n)
        b, (low_b, high_b) = self.won_b / n, _wilson(self.won_b, n)
        return (
            self.difference - _joined(b - low_b, high_a - a, phi),
            self.difference + _joined(high_b - b, a - low_a, phi),
        )

    def mcnemar(self) -> float:
        """Return the exact two-sided p of "A and B are equally good".

        Only the pairs that differ tell: under it each is B's with probability 1/2.
        """
        differing = self.only_a + self.only_b
        return float(binomtest(self.only_b, differing).pvalue) if differing else 1.0

    def _phi(self) -> float:
        """Return the correlation of the two outcomes, corrected for continuity."""
        n, a, b = self.count, self.won_a, self.won_b
        margins = a * (n - a) * b * (n - b)
        if margins == 0:
            return 0.0
        cross = self.both * self.neither - self.only_a * self.only_b
        if cross > 0:
            cross = max(cross - n / 2, 0.0)
        return cross / math.sqrt(margins)


def _joined(one: float, other: float, phi: float) -> float:
    """Return what two distances of correlated shares come to."""
    return math.sqrt(max(one**2 - 2.0 * phi * one * other + other**2, 0.0))
