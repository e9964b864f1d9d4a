"""Checkpoints in the hub's format, whoever uses them: what sees and what writes.

What is in the hub's cache is taken from there without asking the network.
"""

import importlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What loading is known to raise: files missing or broken, unknown settings, shapes
# that do not fit, no such device, a dependency of the model; torch that was built
# without CUDA asserts that it was not.
FAILURES = (
    *(OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError),
    AssertionError,
)


def loaded(
    load: Callable[..., Any], name: str, revision: str | None, **options: Any
) -> Any:
    """Load from the disk; a name that is not there yet, from the hub.

    Args:
        load: A `from_pretrained` of `transformers`.
        name: Folder, or name on the hub.
        revision: Of a name on the hub.
        options: What `load` takes besides.
    """
    options["revision"] = revision or "main"
    try:
        with _without_bars():
            return load(name, local_files_only=True, **options)
    except OSError:
        if Path(name).exists():
            raise
        return load(name, **options)


@contextmanager
def _without_bars() -> Generator[None]:
    """Keep bars off the terminal: reading from the disk takes a moment."""
    bars = importlib.import_module("transformers.utils.logging")
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()


def first_line(error: Exception) -> str:
    """Return what an error says, without the pages that may follow."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
