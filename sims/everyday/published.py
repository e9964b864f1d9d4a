"""VoxPoser's table 1: real episodes, ten each, still and disturbed; success in [%]."""

from sims.everyday.catalogue import DISTURBED, STATIC
from sims.groups import Group

METHODS: tuple[str, ...] = ("LLM + primitives", "VoxPoser")
RATES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "everyday/move-avoid": ((0.0, 90.0), (0.0, 80.0)),
    "everyday/set-table": ((70.0, 90.0), (0.0, 70.0)),
    "everyday/close-drawer": ((0.0, 100.0), (0.0, 70.0)),
    "everyday/open-bottle": ((50.0, 70.0), (0.0, 50.0)),
    "everyday/sweep-trash": ((0.0, 90.0), (0.0, 80.0)),
}
TOTAL = ((24.0, 88.0), (0.0, 70.0))


def groups() -> tuple[Group, ...]:
    """Return a row for each task, still and disturbed, and one for all of either."""
    rows = [
        Group(name, (name,), dict(zip(METHODS, rates, strict=True)))
        for k, names in enumerate((STATIC, DISTURBED))
        for name in names
        for rates in (RATES[name.removesuffix(" disturbed")][k],)
    ]
    for k, (words, names) in enumerate((("static", STATIC), ("disturbed", DISTURBED))):
        published = dict(zip(METHODS, TOTAL[k], strict=True))
        rows.append(Group(f"all {words}", names, published))
    return tuple(rows)
