"""The colours of the page and the film, as `#rrggbb`."""

COLOUR_WORDS = {
    "red": "#d92b2b",
    "orange": "#f28c1b",
    "yellow": "#e2c10a",
    "green": "#1f9d3a",
    "cyan": "#17b6c4",
    "blue": "#2b50d8",
    "purple": "#8031ad",
    "pink": "#ef7fb5",
    "brown": "#6e4420",
    "gray": "#7d838c",
    "white": "#c9ced6",  # white on a white page would be nothing
    "black": "#1d2127",
}
# Told apart by eye on light and dark, and next to each other.
CYCLE = (
    "#2563eb",
    "#ea580c",
    "#0d9488",
    "#c026d3",
    "#ca8a04",
    "#dc2626",
    "#4f46e5",
    "#65a30d",
    "#0891b2",
    "#be185d",
    "#7c3aed",
    "#92400e",
)


def nth(index: int) -> str:
    """Return the colour of the thing of that number, 0 and up."""
    return CYCLE[index % len(CYCLE)]


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
