"""Keeps what a C library prints off the terminal."""

import ctypes
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

_STDERR = 2  # the file descriptor: C code knows nothing of `sys.stderr`


@contextmanager
def quiet_stderr() -> Generator[None, None, None]:
    """Send whatever is printed to stderr inside to nowhere."""
    sys.stderr.flush()
    kept = os.dup(_STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        # What C still holds in its buffers must not come out later.
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, _STDERR)
        os.close(nowhere)
        os.close(kept)
