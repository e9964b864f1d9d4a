"""Eyes and a language model that do as they are told, and an arm that follows."""

from dataclasses import replace

from perception.frames import Pose
from planner.events import SegmentPlanned
from planner.language.backend import Answer, Usage
from sims.kinematics import HOME, HOME_POSE
from tests.planner import episodes
from tests.planner.conftest import box_object, scene_of

PERIOD = 0.1  # [s]


class Looks:
    """A perceiver that always sees one block; can be told to break."""

    name = "scripted"
    broken = False

    def perceive(self, seen, body):
        if self.broken:
            raise ZeroDivisionError("a bug")
        block = box_object((0.3, 0.3, 0.0), (0.34, 0.34, 0.04))
        return replace(scene_of(block), time=seen.time, masks={})


class Says:
    """A language model with one answer, written piece by piece."""

    name = "scripted"
    cacheable = False
    parameters: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, source, pause=lambda: None):
        self.source, self.pause = source, pause
        self.calls = 0

    def complete(self, messages, on_text=None):
        self.calls += 1
        text = f"```python\n{self.source}\n```"
        for piece in text.splitlines(keepends=True) if on_text else ():
            on_text(piece)
            self.pause()
        return Answer(text, Usage("scripted", "parrot", 1, 120, 30, 0.25, 0.5))


def observation(time, pose=HOME_POSE, width=0.08):
    seen = episodes.observation(time)
    return replace(seen, joints=HOME, T_world_ee=pose, gripper_width=width)


class Follower:
    """Drives a session; the hand is exactly where the last segment has it."""

    def __init__(self, session):
        self.session = session
        self.time, self.pose, self.width = 0.0, HOME_POSE, 0.08
        self.segments: list[SegmentPlanned] = []
        self.poses: list[Pose] = []

    def step(self):
        events = self.session.step(observation(self.time, self.pose, self.width))
        last = events[-1]
        self.poses.append(self.pose)
        if isinstance(last, SegmentPlanned):
            self.segments.append(last)
            # Of observations: episodes begin at 100 s.
            self.time += PERIOD
            now = 100.0 + self.time
            self.pose = last.trajectory.pose_at(now)
            self.width = last.trajectory.width_at(now)
        return events

    def until(self, kind, most=600):
        """Step until an event of a kind comes, and return it."""
        for _ in range(most):
            for event in self.step():
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"no {kind} in {most} steps")
