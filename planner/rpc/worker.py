"""Threads for blocking work, one a session, so that the event loop never waits."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from planner.rpc.errors import TooManySessionsError

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class Worker:
    """One thread that does one session's work in order.

    Work that began is never interrupted; a caller that is cancelled leaves it to
    finish, and `close` queues behind it.
    """

    def __init__(self, released: Callable[[], None]):
        self._executor = ThreadPoolExecutor(1, "planner-session")
        self._released = released

    async def call(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return what the function returns, or raise what it raises."""
        future = self._executor.submit(function, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def close(self, finish: Callable[[], None]) -> None:
        """Run `finish` when the work at hand is done, then end the thread."""
        future = self._executor.submit(finish)
        loop = asyncio.get_running_loop()

        def done(_: Future[None]) -> None:
            # The loop may be gone when a server was stopped in mid-work.
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._released)

        future.add_done_callback(done)
        self._executor.shutdown(wait=False)


class Slots:
    """Counts the sessions; a slot is free again when its work has ended."""

    def __init__(self, limit: int):
        self._limit = limit
        self._taken = 0
        self._changed = asyncio.Event()

    @property
    def taken(self) -> int:
        """Sessions at this time."""
        return self._taken

    def claim(self) -> Worker:
        """Return the worker of a new session.

        Raises:
            TooManySessionsError: The limit is reached.
        """
        if self._taken >= self._limit:
            raise TooManySessionsError(self._limit)
        self._taken += 1
        return Worker(self._release)

    async def wait_free(self, timeout: float) -> None:
        """Return when all have ended, or after `timeout` [s]."""
        try:
            async with asyncio.timeout(timeout):
                while self._taken:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("%d sessions still work", self._taken)

    def _release(self) -> None:
        self._taken -= 1
        self._changed.set()
