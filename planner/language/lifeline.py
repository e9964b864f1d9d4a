"""A program that waits long is kept as bytes, so that it outlives its worker."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pydantic_monty as monty

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Lifeline:
    """What is kept of one running program.

    Attributes:
        revive: Returns the program, suspended as it was, in another worker.
        state: As kept; empty where the program does not wait long.
    """

    revive: Callable[[bytes], monty.FunctionSnapshot]
    state: bytes = b""

    def keep(self, snapshot: monty.FunctionSnapshot) -> None:
        """Keep a program until it is resumed; takes a millisecond or two."""
        self.state = snapshot.dump()

    def resume(
        self, snapshot: monty.FunctionSnapshot, reply: monty.ExternalResult
    ) -> monty.SyncSnapshot:
        """Return where the program suspends next, once it has its reply.

        Raises:
            MontyError: It failed, or its worker died and nothing was kept.
        """
        state, self.state = self.state, b""
        try:
            return snapshot.resume(reply)
        except monty.MontyCrashedError:
            if not state:
                raise
            log.warning("a worker died while its program waited; another goes on")
            return self.revive(state).resume(reply)
