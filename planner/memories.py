"""What programs remember, kept by the name of the person or place they serve."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from planner.errors import InvalidRequestError
from planner.language.memory import Memory

LONGEST_ID = 100  # characters


class Memories:
    """Memories by session id; any number of threads may ask at once.

    Args:
        most: Kept at one time; the one not used for longest goes first.
        max_age: After which one that nobody used is forgotten, [s].
        clock: Monotonic, [s].
    """

    def __init__(self, most: int, max_age: float, clock: Callable[[], float]):
        self._most = most
        self._max_age = max_age
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Memory]] = OrderedDict()

    def of(self, session_id: str) -> Memory:
        """Return the memory of that name; a new one that nobody keeps for no name.

        Raises:
            InvalidRequestError: The name is too long.
        """
        if not session_id:
            return Memory()
        if len(session_id) > LONGEST_ID:
            raise InvalidRequestError(
                f"a session id has at most {LONGEST_ID} characters, not "
                f"{len(session_id)}"
            )
        with self._lock:
            now = self._clock()
            self._forget(now - self._max_age)
            _, memory = self._kept.pop(session_id, (now, Memory()))
            self._kept[session_id] = (now, memory)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return memory

    def _forget(self, since: float) -> None:
        while self._kept:
            used, _ = next(iter(self._kept.values()))
            if used >= since:
                return
            self._kept.popitem(last=False)
