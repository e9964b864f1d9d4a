"""Groups of entries as VoxPoser's table 2 has them, with its published rates [%]."""

from sims.blocks.templates import ENTRIES, OBJECT, SPACE, Category, Split
from sims.groups import Group

METHODS = ("U-Net + planner", "LLM + primitives", "VoxPoser")
RATES: dict[tuple[Split, Category], tuple[float, float, float]] = {
    ("SI-SA", OBJECT): (21.0, 41.0, 64.0),
    ("SI-SA", SPACE): (53.8, 43.8, 77.5),
    ("SI-UA", OBJECT): (3.0, 46.0, 60.0),
    ("SI-UA", SPACE): (3.8, 25.0, 58.8),
    ("UI-UA", OBJECT): (0.0, 17.5, 65.0),
    ("UI-UA", SPACE): (0.0, 25.0, 76.7),
}


def groups() -> tuple[Group, ...]:
    """Return the six rows of the table."""
    return tuple(
        Group(
            f"{split} {category}",
            tuple(
                name
                for name, entry in ENTRIES.items()
                if (entry.split, entry.template.category) == (split, category)
            ),
            dict(zip(METHODS, rates, strict=True)),
        )
        for (split, category), rates in RATES.items()
    )
