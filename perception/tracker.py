"""Identity of objects through time: ids and names that stay, things out of sight.

An object keeps its id and first name while it can be told to be the same; it is lost
only when cameras look through the place where it should be, and what looks like it is
it again when it turns up. What the gripper holds moves with the hand, `T_ee_*`,
whatever the cameras see of it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from perception.association import associate, owners, recognise
from perception.frames import Points, Pose, Vec3
from perception.grip import Grip, GripConfig
from perception.holding import TOUCH, Held, grasped
from perception.observation import Capsules, Observation
from perception.perceiver import Perceiver
from perception.proximity import (
    covers,
    fills_part_of,
    gap,
    looks_through,
    near,
)
from perception.scene import Object3D, Scene
from perception.takeover import has_shrunk, shift_of


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """Parameters of the tracker; lengths in [m].

    Attributes:
        moved: Shift that is news.
        hand_reach: What is nearer to the hand than this may be hidden by it.
        arm_reach: What is nearer to the arm than this may be hidden in part.
        see_through: Depth behind an object's place that shows it is gone.
        forget_after: Observations without it before an object is lost.
        remember: At most so many that were lost are known again.
        lately: Observations in which one that turned up may be one that is gone.
        between_fingers: How near to the fingertips' middle a held object reaches.
        skin: What is nearer to a held object's points than this belongs to it.
        grip: When the gripper is believed to hold something.
    """

    moved: float = 0.01
    hand_reach: float = 0.08
    arm_reach: float = 0.15
    see_through: float = 0.02
    forget_after: int = 3
    remember: int = 40
    lately: int = 20
    between_fingers: float = 0.025
    skin: float = 0.02
    grip: GripConfig = field(default_factory=GripConfig)


@dataclass(slots=True)
class _Track:
    """One object as known so far.

    Attributes:
        known: The object.
        place: Where it was when last reported.
        since: Number of the update in which it was first seen.
        missed: Updates that looked through its place, one after the other.
    """

    known: Object3D
    place: Vec3
    since: int
    missed: int = 0


class Tracker:
    """Gives the scenes of a perceiver one identity an object.

    Attributes:
        perceiver: What finds the objects.
        config: Parameters.
    """

    def __init__(self, perceiver: Perceiver, config: TrackerConfig | None = None):
        self.perceiver = perceiver
        self.config = config or TrackerConfig()
        self._tracks: dict[int, _Track] = {}
        self._lost: dict[int, _Track] = {}  # the last one lost is the last
        self._held: tuple[Held, ...] = ()  # after the thing itself its parts
        self._grip = Grip(self.config.grip)
        steady = self.config.grip.steady_count + 1
        self._hands = deque[Pose](maxlen=steady)  # since the fingers came to rest
        self._next_id = 1
        self._updates = 0
        self._revision = 0
        self._reported: tuple[tuple[int, bool], ...] = ()

    def update(
        self, observation: Observation, body: Capsules, asked: float | None = None
    ) -> Scene:
        """Return the scene now, with what is known from before.

        Args:
            observation: What the cameras and the hand tell.
            body: The arm, which is not looked at.
            asked: Width that the fingers were told last, if known, [m].

        Raises:
            NoSurfaceError: The cameras see no table.
        """
        seen = self.perceiver.perceive(observation, body)
        self._updates += 1
        self._follow_grip(observation.gripper_width, asked, observation.T_world_ee)
        ids = self._match(seen.objects, observation, body)
        self._forget(observation, ids)
        self._count_news()
        return Scene(
            objects=tuple(track.known for track in self._tracks.values()),
            points_world=self._without_held(seen, ids, observation.T_world_ee),
            table_height=seen.table_height,
            time=seen.time,
            revision=self._revision,
            masks=_renumbered(seen, ids),
            reader=seen.reader,
        )

    def _follow_grip(self, width: float, asked: float | None, T_world_ee: Pose) -> None:
        before = self._grip.stopped
        self._hands.append(T_world_ee)
        stopped = self._grip.update(width, asked)
        if self._held and not stopped:
            for held in self._held:
                track = self._tracks[held.id]
                track.known = replace(track.known, held=False)
            # It may have slipped out before, and lie in sight by now.
            if width < self.config.grip.closed:
                self._reunite(self._tracks[self._held[0].id])
            self._held = ()
        elif stopped and not before:
            # The hand may have been shoved before the fingers were known to rest.
            then = self._hands[0]
            self._held = self._grasped(T_world_ee, width) or self._grasped(then, width)
        for held in self._held:
            self._carry(held, T_world_ee)

    def _grasped(self, T_world_ee: Pose, width: float) -> tuple[Held, ...]:
        # Of a hollow thing there may be nothing nearer than where they touch it.
        reach = max(self.config.between_fingers, 0.5 * width + TOUCH)
        known = [track.known for track in self._tracks.values()]
        return grasped(known, T_world_ee, width, reach)

    def _carry(self, held: Held, T_world_ee: Pose) -> None:
        track = self._tracks[held.id]
        track.missed = 0
        track.known = held.carried(track.known, T_world_ee)

    def _match(
        self, seen: Sequence[Object3D], observation: Observation, body: Capsules
    ) -> dict[int, int]:
        """Take over what is seen; return which id each seen object's id means."""
        ids: dict[int, int] = {}
        for carried in self._held:
            held = self._tracks[carried.id].known
            ids |= {each.id: held.id for each in seen if self._part_of(each, held)}
        loose = [t for t in self._tracks.values() if not t.known.held]
        free = [each for each in seen if each.id not in ids]
        self._correct(seen, ids, observation.T_world_ee)
        pairs = associate([t.known for t in loose], free)
        pairs |= owners([t.known for t in loose], free, pairs)
        for j, i in pairs.items():
            self._refresh(loose[i], free[j], observation, body)
            ids[free[j].id] = loose[i].known.id
        first = not self._tracks
        hand = observation.T_world_ee.position
        new: list[Object3D] = []
        for j, each in enumerate(free):
            if j in pairs:
                continue
            piece_of = next((t for t in loose if fills_part_of(each, t.known)), None)
            if piece_of is not None:
                ids[each.id] = piece_of.known.id
            elif first or gap(each, hand) > self.config.hand_reach:
                new.append(each)
        ids |= self._welcome(new)
        self._adopt(seen, ids)
        return ids

    def _welcome(self, new: Sequence[Object3D]) -> dict[int, int]:
        """Take in what was not there before: it is what was lost, or has a new id."""
        lost = [track.known for track in self._lost.values()]
        again = recognise(lost, new)
        ids: dict[int, int] = {}
        for j, each in enumerate(new):
            if j in again:
                track = self._lost.pop(lost[again[j]].id)
                self._tracks[track.known.id] = track
                self._take_over(track, each)
                ids[each.id] = track.known.id
            else:
                ids[each.id] = self._begin(each)
        return ids

    def _correct(
        self, seen: Sequence[Object3D], ids: dict[int, int], T_world_ee: Pose
    ) -> None:
        """Let what slipped in the hand be held as it is seen now."""
        if not self._held:
            return
        known = self._tracks[self._held[0].id].known
        loose = [t.known for t in self._tracks.values() if not t.known.held]
        parts = [
            each.points_world
            for each in seen
            if ids.get(each.id) == known.id
            and each.colour == known.colour
            and not any(covers(each, other) for other in loose)
        ]
        shift = shift_of(known.points_world, np.concatenate(parts)) if parts else None
        if shift is not None and np.linalg.norm(shift) > self.config.moved:
            self._held = tuple(each.slipped(shift, T_world_ee) for each in self._held)
            for each in self._held:
                self._carry(each, T_world_ee)

    def _reunite(self, track: _Track) -> int | None:
        """Let a thing that is gone be what turned up lately and looks like it.

        Returns the id that this had until now, None if there is no such thing.
        """
        lately = [
            each.known
            for each in self._tracks.values()
            if self._updates - each.since < self.config.lately
            and each.since > track.since
            and not each.known.held
        ]
        again = recognise([track.known], lately)
        for j in again:
            self._take_over(track, lately[j])
            del self._tracks[lately[j].id]
            return lately[j].id
        return None

    def _part_of(self, each: Object3D, held: Object3D) -> bool:
        skin = self.config.skin
        return bool(near(each.points_world, held.points_world, skin).mean() > 0.5)

    def _refresh(
        self, track: _Track, each: Object3D, observation: Observation, body: Capsules
    ) -> None:
        """Take the new geometry, unless the arm hides a part of the old."""
        known = track.known
        if has_shrunk(known, each) and len(body.radius):
            beside = body.distance(known.points_world[::5]).min()
            if beside < self.config.arm_reach:
                shift = shift_of(known.points_world, each.points_world)
                if shift is not None:
                    self._move(track, shift)
                    return
                if not self._gone(known, observation):
                    track.missed = 0
                    return
        # The hand hides a part of what it comes to: that does not turn it.
        beside_hand = gap(known, observation.T_world_ee.position)
        shift = float(np.linalg.norm(each.position - known.position))
        kept = beside_hand < self.config.arm_reach and shift < self.config.moved
        self._take_over(track, each, known if kept else each)

    def _move(self, track: _Track, shift: Vec3) -> None:
        """Let a thing go along with what is visible of it."""
        track.missed = 0
        if float(np.linalg.norm(shift)) > self.config.moved:
            points_world = track.known.points_world + shift
            track.known = replace(track.known, points_world=points_world)

    def _take_over(
        self, track: _Track, each: Object3D, outline: Object3D | None = None
    ) -> None:
        """Let a thing be as it is seen, but for its id and the words for it."""
        known, outline = track.known, outline or each
        track.missed = 0
        track.known = replace(
            each,
            id=known.id,
            name=known.name,
            colour=known.colour,
            shape=known.shape,
            parent=known.parent,
            yaw=outline.yaw,
            size=outline.size,
        )

    def _begin(self, each: Object3D) -> int:
        number = self._next_id
        self._next_id += 1
        both = (*self._tracks.values(), *self._lost.values())
        taken = {track.known.name for track in both}
        base = name = f"{each.colour} {each.shape}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base} {count}"
        known = replace(each, id=number, name=name, parent=None)
        self._tracks[number] = _Track(known, known.position, self._updates)
        return number

    def _adopt(self, seen: Sequence[Object3D], ids: dict[int, int]) -> None:
        """Give parts their parents, once both are known."""
        for each in seen:
            if each.parent in ids and each.id in ids:
                own, parent = ids[each.id], ids[each.parent]
                if own == parent:  # what is at a held handle is taken for it
                    continue
                track = self._tracks[own]
                track.known = replace(track.known, parent=parent)

    def _forget(self, observation: Observation, ids: dict[int, int]) -> None:
        hand, present = observation.T_world_ee.position, set(ids.values())
        seen = [t.known for i, t in self._tracks.items() if i in present]
        for number, track in list(self._tracks.items()):
            known = track.known
            hidden = gap(known, hand) < self.config.hand_reach
            if number in present or known.held or hidden:
                continue
            # It may have turned out to be a piece of something larger.
            swallowed = any(covers(each, known) for each in seen)
            if swallowed or self._gone(known, observation):
                track.missed += 1
            if track.missed < self.config.forget_after or number not in self._tracks:
                continue
            younger = self._reunite(track)
            if younger is None:
                self._lost[number] = self._tracks.pop(number)
            else:
                ids |= {k: number for k, i in ids.items() if i == younger}
        for number in [*self._lost][: -self.config.remember]:
            del self._lost[number]

    def _gone(self, known: Object3D, observation: Observation) -> bool:
        depth = self.config.see_through
        cameras = observation.cameras
        return any(looks_through(each, known, depth) for each in cameras)

    def _count_news(self) -> None:
        """Let the revision grow if anything came, went, was gripped or moved."""
        now = tuple((i, track.known.held) for i, track in self._tracks.items())
        news = now != self._reported
        self._reported = now
        for track in self._tracks.values():
            shift = np.linalg.norm(track.known.position - track.place)
            if shift > self.config.moved:
                # What the hand carries moves with it: that is no news.
                news |= not track.known.held
                track.place = track.known.position
        self._revision += int(news)

    def _without_held(
        self, seen: Scene, ids: dict[int, int], T_world_ee: Pose
    ) -> Points:
        """Return the points of what is seen, less those of what is held."""
        points_world = seen.points_world
        for held in self._held:
            as_held = [each for each in seen.objects if ids.get(each.id) == held.id]
            own = held.own(points_world, T_world_ee, as_held, self.config.skin)
            points_world = points_world[~own]
        return points_world


def _renumbered(seen: Scene, ids: dict[int, int]) -> dict[str, np.ndarray]:
    table = np.zeros(1 + max((each.id for each in seen.objects), default=0), np.int32)
    for old, new in ids.items():
        table[old] = new
    return {camera: table[mask] for camera, mask in seen.masks.items()}
