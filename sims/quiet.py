"""Keeps what a C library prints off stdout."""

import ctypes
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

_STDOUT = 1  # the file descriptor: C code knows nothing of `sys.stdout`


@contextmanager
def quiet_stdout() -> Generator[None, None, None]:
    """Send whatever is printed inside to nowhere."""
    sys.stdout.flush()
    kept = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDOUT)
        yield
    finally:
        # What C or Python still holds in its buffers must not come out later.
        sys.stdout.flush()
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, _STDOUT)
        os.close(nowhere)
        os.close(kept)
