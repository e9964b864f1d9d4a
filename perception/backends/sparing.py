"""Slow eyes asked sparingly: at first, and when something is seen they do not know.

In between quick eyes see, and what the slow ones found keeps the words it was found by
while it can be told to be the same. Lengths in [m], times in [s].
"""

import logging
from dataclasses import dataclass, replace

from perception.association import associate
from perception.composition import with_names
from perception.errors import UnusableReplyError, ViewerUnavailableError
from perception.observation import Capsules, Observation
from perception.perceiver import Perceiver
from perception.proximity import covers, fills_part_of
from perception.scene import Object3D, Scene

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SparingConfig:
    """Parameters.

    Attributes:
        pause: Between two times that the slow eyes are asked, at least.
        strange_for: Observations in a row that show something unknown before they are.
        arm_reach: What is nearer to the arm may be a piece of it, or of what it hides.
    """

    pause: float = 2.0
    strange_for: int = 3
    arm_reach: float = 0.15


class SparingPerceiver:
    """Makes perceivers that ask sparingly, one for each course of observations.

    Attributes:
        slow: Knows what things are called.
        quick: Sees them in between.
        config: Parameters.
    """

    def __init__(
        self, slow: Perceiver, quick: Perceiver, config: SparingConfig | None = None
    ):
        self.slow = slow
        self.quick = quick
        self.config = config or SparingConfig()

    @property
    def name(self) -> str:
        """What stands in reports: that of the slow eyes."""
        return self.slow.name

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what the slow eyes see, whatever was seen before."""
        return self.slow.perceive(observation, body)

    def attend(self) -> "Attention":
        """Return a perceiver for one course of observations."""
        return Attention(self)


class Attention:
    """The perceiver of one course of observations; remembers what things are called."""

    def __init__(self, eyes: SparingPerceiver):
        self._eyes = eyes
        self._known: list[Object3D] = []
        self._asked_at: float | None = None
        self._strange = 0

    @property
    def name(self) -> str:
        """What stands in reports."""
        return self._eyes.name

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, with the words of the slow eyes.

        Raises:
            PerceptionError: As the slow eyes have it when they are asked first, and as
                the quick ones have it.
        """
        if self._asked_at is None:
            return self._ask(observation, body)
        seen = self._eyes.quick.perceive(observation, body)
        pairs = associate(self._known, seen.objects)
        if not self._doubtful(seen, pairs, observation.time, body):
            return self._named(seen, pairs)
        try:
            return self._ask(observation, body)
        except (ViewerUnavailableError, UnusableReplyError) as error:
            # What is known already does not hang on it.
            log.warning("something new is seen and stays without a name: %s", error)
            self._asked_at = observation.time
            return self._named(seen, pairs)

    def _ask(self, observation: Observation, body: Capsules) -> Scene:
        scene = self._eyes.slow.perceive(observation, body)
        quick = self._eyes.quick.perceive(observation, body).objects
        pairs = associate(scene.objects, quick)
        # What quick eyes take for a thing of its own is no news when they see it next.
        more = [each for j, each in enumerate(quick) if j not in pairs]
        self._known, self._strange = [*scene.objects, *more], 0
        self._asked_at = observation.time
        return scene

    def _doubtful(
        self, seen: Scene, pairs: dict[int, int], time: float, body: Capsules
    ) -> bool:
        config = self._eyes.config
        strange = any(
            self._is_strange(each, body)
            for j, each in enumerate(seen.objects)
            if j not in pairs
        )
        self._strange = self._strange + 1 if strange else 0
        assert self._asked_at is not None
        rested = time - self._asked_at >= config.pause
        return rested and self._strange >= config.strange_for

    def _is_strange(self, each: Object3D, body: Capsules) -> bool:
        if len(body.radius):
            reach = body.distance(each.points_world[::5]).min()
            if reach < self._eyes.config.arm_reach:
                return False
        return not any(
            fills_part_of(each, known) or covers(each, known) for known in self._known
        )

    def _named(self, seen: Scene, pairs: dict[int, int]) -> Scene:
        objects = list(seen.objects)
        for j, i in pairs.items():
            words = self._known[i]
            objects[j] = replace(objects[j], colour=words.colour, shape=words.shape)
            self._known[i] = objects[j]
        return replace(seen, objects=with_names(objects))
