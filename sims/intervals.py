"""How sure a share is."""

from scipy.stats import binomtest


def wilson(won: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share, rounded to four places."""
    interval = binomtest(won, of).proportion_ci(method="wilson")
    return round(float(interval.low), 4), round(float(interval.high), 4)
