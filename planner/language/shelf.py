"""A worker that has read the prelude already, kept ready for the next program.

Reading it takes longer than most programs need to their first motion. One session is
prepared while nobody waits for it, and only where workers are left over: the one on
the shelf never keeps a program from running.
"""

import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Lock
from typing import Any, Generic, TypeVar

import pydantic_monty as monty

log = logging.getLogger(__name__)

Session = TypeVar("Session", bound=AbstractContextManager[Any, Any])


class Shelf(Generic[Session]):
    """Hands out prepared sessions, one of them made in advance.

    Any number of threads may take sessions at once.
    """

    def __init__(self, prepare: Callable[[], Session], workers: int):
        self._prepare = prepare
        self._workers = workers
        self._maker = ThreadPoolExecutor(1, "prepare-session")
        self._lock = Lock()
        self._next: Future[Session] | None = None
        self._in_use = 0

    @contextmanager
    def session(self) -> Generator[Session]:
        """Give a session for one program, and prepare another one after it.

        Raises:
            TimeoutError: No worker came free in time.
            MontyError: The worker was killed.
        """
        with self._lock:
            self._in_use += 1
            ready, self._next = self._next, None
        try:
            with ExitStack() as leaving:
                session = self._taken(ready)
                leaving.push(session)  # it was entered when it was prepared
                yield session
        finally:
            with self._lock:
                self._in_use -= 1
                self._make_another()

    def stock(self) -> None:
        """Prepare a session now."""
        with self._lock:
            self._make_another()

    def close(self) -> None:
        """Give back the session that nobody took."""
        self._maker.shutdown(wait=True)
        if self._next is not None and self._next.exception() is None:
            self._next.result().__exit__(None, None, None)
        self._next = None

    def _taken(self, ready: Future[Session] | None) -> Session:
        if ready is not None:
            try:
                return ready.result()
            except (monty.MontyError, TimeoutError) as error:
                log.warning("a session could not be prepared: %s", error)
        return self._prepare()

    def _make_another(self) -> None:
        # One for each program that runs or waits, one for the shelf, one to spare.
        if self._next is None and self._in_use + 2 <= self._workers:
            self._next = self._maker.submit(self._prepare)
