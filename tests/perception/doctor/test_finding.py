import pytest

from perception.doctor.finding import Finding


@pytest.mark.parametrize(
    ("value", "low", "high", "ok", "limit"),
    [
        (1.0, 0.5, None, True, "at least 0.5"),
        (0.4, 0.5, None, False, "at least 0.5"),
        (0.4, None, 0.5, True, "at most 0.5"),
        (0.6, None, 0.5, False, "at most 0.5"),
        (-60.0, -50.0, 50.0, False, "-50 to 50"),
        (1.0, 1.0, 1.0, True, "1"),
        (2.0, 1.0, 1.0, False, "1"),
        (None, 1.0, 1.0, None, "1"),
    ],
)
def test_a_finding_is_right_within_its_limits(value, low, high, ok, limit):
    finding = Finding(
        check="clock",
        where="left",
        value=value,
        unit="ms",
        remedy="wind it",
        low=low,
        high=high,
    )
    assert (finding.ok, finding.limit) == (ok, limit)
