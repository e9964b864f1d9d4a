"""Which optional packages a verb needs, told all at once where they are missing."""

from importlib.util import find_spec

from planner.errors import MissingExtraError

_MODULES: dict[str, tuple[str, ...]] = {
    "sim": ("pybullet", "gymnasium", "imageio_ffmpeg"),
    "viz": ("plotly", "PIL"),
    "llm": ("openai",),
    "models": ("torch", "transformers", "llguidance"),
    "ray": ("ray",),
    "collect": ("pyarrow", "PIL"),
}
_OF_LANGUAGE: dict[str, str] = {
    "openai": "llm",
    "local": "models",
    "embedded": "models",
}


def require(*extras: str, language: str = "") -> None:
    """Return if all packages of some extras can be imported.

    Args:
        extras: Of the distribution.
        language: A writer, with what it needs besides; none where a server writes.

    Raises:
        MissingExtraError: Some cannot; it names every one and every extra.
    """
    wanted = dict.fromkeys([*extras, *filter(None, [_OF_LANGUAGE.get(language)])])
    missing = {
        extra: [name for name in _MODULES[extra] if find_spec(name) is None]
        for extra in wanted
    }
    lacking = [extra for extra in wanted if missing[extra]]
    if lacking:
        names = [name for extra in lacking for name in missing[extra]]
        raise MissingExtraError(", ".join(names), ",".join(lacking))
