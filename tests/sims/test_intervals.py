"""Intervals of shares and of differences of paired shares."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial, norm

from sims.intervals import Pairs, wilson

CELLS = st.integers(0, 40)
PAIRS = st.builds(Pairs, CELLS, CELLS, CELLS, CELLS).filter(lambda p: p.count > 0)


def swapped(pairs):
    return Pairs(pairs.both, pairs.only_b, pairs.only_a, pairs.neither)


def by_hand(pairs):
    """Newcombe's method 10 again, from the 2x2 table and roots of the score."""
    table = np.array([[pairs.both, pairs.only_b], [pairs.only_a, pairs.neither]], float)
    n, z2 = table.sum(), norm.ppf(0.975) ** 2
    shares = np.array([table[0].sum(), table[:, 0].sum()]) / n  # of B, of A
    ends = []
    for p in shares:
        # |p - x| = z sqrt(x (1 - x) / n), solved for x.
        roots = np.roots([1 + z2 / n, -(2 * p + z2 / n), p**2]).real
        ends.append((roots.min(), roots.max()))
    margins = np.concatenate([table.sum(axis=0), table.sum(axis=1)])
    if (margins == 0).any():
        phi = 0.0
    else:
        determinant = np.linalg.det(table)
        if determinant > n / 2:
            determinant -= n / 2
        elif determinant >= 0:
            determinant = 0.0
        phi = determinant / math.sqrt(margins.prod())
    (pb, pa), ((lb, ub), (la, ua)) = shares, ends
    low = math.hypot(pb - lb, ua - pa) ** 2 - 2 * phi * (pb - lb) * (ua - pa)
    high = math.hypot(ub - pb, pa - la) ** 2 - 2 * phi * (ub - pb) * (pa - la)
    return pb - pa - math.sqrt(max(low, 0)), pb - pa + math.sqrt(max(high, 0))


@given(PAIRS)
def test_swapping_a_and_b_turns_the_difference_and_its_interval_round(pairs):
    low, high = pairs.newcombe()
    assert swapped(pairs).difference == -pairs.difference
    assert swapped(pairs).newcombe() == pytest.approx((-high, -low), abs=1e-12)
    assert swapped(pairs).mcnemar() == pytest.approx(pairs.mcnemar(), rel=1e-12)


@given(CELLS, CELLS)
def test_what_never_differs_has_difference_0_and_p_1(both, neither):
    pairs = Pairs(both + 1, 0, 0, neither)
    low, high = pairs.newcombe()
    assert (pairs.difference, pairs.mcnemar()) == (0.0, 1.0)
    assert low == pytest.approx(-high, abs=1e-12)
    assert low < 0.0 < high  # the same outcomes do not prove the same rates


@given(PAIRS)
def test_the_interval_holds_the_difference_and_stays_within_what_can_be(pairs):
    low, high = pairs.newcombe()
    assert -1.0 - 1e-12 <= low <= pairs.difference <= high <= 1.0 + 1e-12


@given(PAIRS)
def test_the_interval_is_that_of_another_derivation(pairs):
    assert pairs.newcombe() == pytest.approx(by_hand(pairs), abs=1e-6)


def test_the_interval_is_the_published_one_of_a_worked_example():
    # Complete response before and after consolidation therapy (Cavo et al. 2012);
    # Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables
    # (2017), chapter 8: -0.0621 (-0.1186 to -0.0046), of before less after.
    pairs = Pairs(both=59, only_a=16, only_b=6, neither=80)
    assert round(pairs.difference, 4) == -0.0621
    assert [round(each, 4) for each in pairs.newcombe()] == [-0.1186, -0.0046]


@pytest.mark.parametrize(
    ("chances", "most"),
    [
        ((0.6, 0.1, 0.2, 0.1), 0.98),
        ((0.85, 0.05, 0.05, 0.05), 1.0),  # where little differs it is cautious
        ((0.25, 0.25, 0.25, 0.25), 0.98),
        ((0.1, 0.05, 0.5, 0.35), 0.98),
    ],
)
def test_the_interval_covers_the_true_difference_in_95_of_100_runs(chances, most):
    n, truth = 20, chances[2] - chances[1]
    covered = 0.0
    # Every outcome that there is, with its chance: no sampling, so no luck.
    for both, only_a, only_b in itertools.product(range(n + 1), repeat=3):
        if (neither := n - both - only_a - only_b) < 0:
            continue
        cells = (both, only_a, only_b, neither)
        chance = multinomial.pmf(cells, n, chances)
        if chance > 1e-9:
            low, high = Pairs(*cells).newcombe()
            covered += chance * (low <= truth <= high)
    assert 0.94 <= covered <= most


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_binomial_sum(only_a, only_b):
    n, few = only_a + only_b, min(only_a, only_b)
    tail = sum(math.comb(n, k) for k in range(few + 1)) / 2**n
    got = Pairs(5, only_a, only_b, 7).mcnemar()
    assert got == pytest.approx(min(1.0, 2 * tail), rel=1e-9)


@given(st.integers(1, 200), st.data())
def test_wilson_holds_the_share_and_mirrors_with_it(of, data):
    won = data.draw(st.integers(0, of))
    low, high = wilson(won, of)
    assert 0.0 <= low <= round(won / of, 4) <= high <= 1.0
    assert wilson(of - won, of) == pytest.approx((1 - high, 1 - low), abs=1.01e-4)
