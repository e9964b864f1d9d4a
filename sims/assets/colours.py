"""The one table of named colours, rgba from 0 to 1, flat and saturated."""

Rgba = tuple[float, float, float, float]

COLOURS: dict[str, Rgba] = {
    "red": (0.85, 0.08, 0.08, 1.0),
    "orange": (0.98, 0.50, 0.05, 1.0),
    "yellow": (0.97, 0.86, 0.10, 1.0),
    "green": (0.10, 0.65, 0.15, 1.0),
    "cyan": (0.10, 0.80, 0.85, 1.0),
    "blue": (0.10, 0.25, 0.85, 1.0),
    "purple": (0.50, 0.12, 0.68, 1.0),
    "pink": (0.98, 0.50, 0.72, 1.0),
    "brown": (0.42, 0.23, 0.10, 1.0),
    "gray": (0.50, 0.50, 0.50, 1.0),
    "white": (0.96, 0.96, 0.96, 1.0),
    "black": (0.06, 0.06, 0.06, 1.0),
}
TABLE: Rgba = (0.80, 0.72, 0.61, 1.0)  # light wood; no named colour is near it
FLOOR: Rgba = (0.62, 0.65, 0.68, 1.0)
