"""The one interface of perception: an observation in, a scene out."""

from typing import Protocol, runtime_checkable

from perception.observation import Capsules, Observation
from perception.scene import Scene


@runtime_checkable
class Perceiver(Protocol):
    """Finds the objects of one observation; keeps no memory between calls."""

    @property
    def name(self) -> str:
        """What stands in reports: `segmentation`, `oracle`."""
        ...

    def perceive(self, observation: Observation, body: Capsules) -> Scene:
        """Return what is seen, the arm's own `body` left out."""
        ...


@runtime_checkable
class Attentive(Protocol):
    """A perceiver that sees one course of observations better with a memory of it."""

    def attend(self) -> Perceiver:
        """Return a perceiver for one course of observations, which may remember."""
        ...


def attending(perceiver: Perceiver) -> Perceiver:
    """Return what sees one course of observations for a perceiver."""
    return perceiver.attend() if isinstance(perceiver, Attentive) else perceiver
