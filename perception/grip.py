"""Whether the gripper holds something, told from the distance of its fingers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GripConfig:
    """Widths in [m].

    Attributes:
        closed: Fingers nearer than this hold nothing.
        thinnest: Fingers further apart than this, and at rest, may hold something.
        steady: Change from one observation to the next that counts as rest.
        steady_count: Observations at rest before it is believed.
        closing: How far they must have come from their widest.
        release: How far they open when they let go.
    """

    closed: float = 0.003
    thinnest: float = 0.004
    steady: float = 0.001
    steady_count: int = 2
    closing: float = 0.005
    release: float = 0.010


class Grip:
    """Follows the width; `stopped` says that something may keep the fingers apart."""

    def __init__(self, config: GripConfig | None = None):
        self.config = config or GripConfig()
        self.stopped = False
        self._last: float | None = None
        self._widest = 0.0
        self._stopped_at = 0.0
        self._still = 0

    def update(self, width: float, asked: float | None = None) -> bool:
        """Take the width now and return `stopped`.

        Args:
            width: Between the fingers, [m].
            asked: What they were told last, [m]; without it, fingers that are forced
                apart by what turns between them are taken for opened.
        """
        config = self.config
        moved = self._last is None or abs(width - self._last) > config.steady
        self._still = 0 if moved else self._still + 1
        self._last = width
        if self.stopped:
            # Opening again lets go; closing fully means that it slipped out.
            wide = self._stopped_at + config.release
            opened = width > wide and (asked is None or asked > self._stopped_at)
            if opened or width < config.closed:
                self.stopped = False
                self._widest = width
            return self.stopped
        # Closed fingers have nothing between them, whatever forces them apart later.
        self._widest = width if width < config.closed else max(self._widest, width)
        came_together = width < self._widest - config.closing
        at_rest = self._still >= config.steady_count
        if came_together and at_rest and width > config.thinnest:
            self.stopped = True
            self._stopped_at = width
        return self.stopped
