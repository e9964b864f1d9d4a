"""Text from outside, made safe for whoever prints it."""


def printable(text: str) -> str:
    """Return a text in which nothing steers a terminal; lines and tabs stay."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
