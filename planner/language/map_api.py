"""Maps as the sandbox sends them, checked and made recipes.

What arrives is hostile until each number has been looked at: a map is
`[kind, operations]`; an operation is one of

    ["box", lower, upper, value]                voxels, upper exclusive
    ["near", voxel, radius_cm, value]           a ball
    ["point", voxel, point, value]              the voxel that holds a point in [m]
    ["object", id, radius_cm, value]            around an object of the last detect
    ["combine", op, number | map, reflected]    arithmetic

Programs speak voxels and centimetres, recipes voxels and metres.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, cast

import numpy as np

from planner.errors import InvalidMapError
from planner.language.host import HandState
from planner.language.objects import HAND_ID, TABLE_ID, Seen
from planner.value_maps import (
    KINDS,
    Box,
    Combine,
    Index,
    Kind,
    MapSet,
    Near,
    Operation,
    Recipe,
    Value,
    VoxelGrid,
    Voxels,
)

MOST_OPERATIONS = 200
# What is near some cells is found by looking at the voxels round them, once a cell;
# of many cells it costs no more than of these. Looks in one call of `execute`:
MOST_LOOKS = 200_000_000
_MANY_CELLS = 16
DEEPEST = 8
LARGEST_RADIUS_CM = 200.0
LARGEST_VALUE = 1e6
# The order of the maps in a call of `execute`.
ORDER: tuple[Kind, ...] = (
    "affordance",
    "avoidance",
    "rotation",
    "velocity",
    "gripper",
)
_OPERATORS = ("+", "-", "*", "/", "min", "max")


@dataclass(slots=True)
class MapDecoder:
    """Makes recipes of what one program sends.

    Attributes:
        grid: What the indices mean.
        seen: Objects by id, as last detected.
        hand: At the start of the sub-task: what absent values default to.
        table_height: [m].
        open_value: 1 where a program writes 1 for open, 0 where 1 is closed.
    """

    grid: VoxelGrid
    seen: Mapping[int, Seen]
    hand: HandState
    table_height: float
    open_value: int = 1
    _left: int = 0
    _looks: float = MOST_LOOKS

    def maps(self, sent: object) -> MapSet:
        """Return the maps of one call of `execute`.

        Raises:
            InvalidMapError: Anything in it is not what it should be.
        """
        parts = _list(sent, "the maps of a call")
        if len(parts) != len(ORDER):
            _refuse(f"{len(parts)} maps; a call has {len(ORDER)}, None where absent")
        self._looks = MOST_LOOKS
        recipes = {
            kind: self.recipe(part, kind)
            for kind, part in zip(ORDER, parts, strict=True)
            if part is not None
        }
        return MapSet(**recipes)

    def recipe(self, sent: object, slot: Kind) -> Recipe:
        """Return one map, sent for a slot.

        Raises:
            InvalidMapError: It is malformed or too large.
        """
        self._left = MOST_OPERATIONS
        made = self._map(sent, 1)
        if made.is_rotation != (slot == "rotation"):
            _refuse(f"the {slot} map was made as another kind")
        if slot == "gripper" and not self.open_value:
            flip = Combine("-", 1.0, reflected=True)
            return Recipe(made.default, (*made.operations, flip))
        return made

    def _map(self, sent: object, depth: int) -> Recipe:
        if depth > DEEPEST:
            _refuse(f"maps within maps go {DEEPEST} deep at most")
        parts = _list(sent, "a map")
        if len(parts) != 2 or parts[0] not in KINDS:
            _refuse(f"a map is one of {', '.join(KINDS)} and its operations")
        kind = parts[0]
        operations = _list(parts[1], "the operations of a map")
        self._left -= len(operations)
        if self._left < 0:
            _refuse(f"a map takes at most {MOST_OPERATIONS} operations")
        made: list[Operation] = []
        for each in operations:
            operation = self._operation(each, kind, depth)
            if operation is not None:
                made.append(operation)
        return Recipe(self._default(kind), tuple(made))

    def _default(self, kind: Kind) -> Value:
        match kind:
            case "rotation":
                w, x, y, z = (float(each) for each in self.hand.wxyz)
                return (w, x, y, z)
            case "gripper":
                is_open = self.hand.gripper_open
                return float(is_open if self.open_value else not is_open)
            case "velocity":
                return 1.0
            case _:
                return 0.0

    def _operation(self, sent: object, kind: Kind, depth: int) -> Operation | None:
        parts = _list(sent, "an operation")
        name = parts[0] if parts else None
        makers: dict[object, Callable[[], Operation | None]] = {
            "box": lambda: self._box(parts, kind),
            "near": lambda: self._near(parts, kind),
            "point": lambda: self._point(parts, kind),
            "object": lambda: self._object(parts, kind),
            "combine": lambda: self._combine(parts, kind, depth),
        }
        if not isinstance(name, str) or name not in makers or len(parts) != 4:
            _refuse(f"an operation is one of {', '.join(map(str, makers))} and 3 facts")
        return makers[name]()

    def _box(self, parts: list[object], kind: Kind) -> Box | None:
        lower, upper = self._corner(parts[1], 0), self._corner(parts[2], 1)
        value = _value(parts[3], kind)
        if any(a >= b for a, b in zip(lower, upper, strict=True)):
            return None  # an empty slice sets nothing, as in numpy
        return Box(lower, upper, value)

    def _near(self, parts: list[object], kind: Kind) -> Near:
        cell = np.array([self._corner(parts[1], 0)], dtype=np.int64)
        radius, value = _radius(parts[2]), _value(parts[3], kind)
        self._look(cell, radius)
        return Near.of(cell, radius, value)

    def _point(self, parts: list[object], kind: Kind) -> Near:
        cell, value = self._corner(parts[1], 0), _value(parts[3], kind)
        sent = _list(parts[2], "a point")
        if len(sent) != 3:
            _refuse("a point has 3 coordinates")
        point = np.array([_number(each, "a coordinate", 1e3) for each in sent])
        off = np.abs(point - self.grid.to_world(np.array([cell]))[0])
        if (off > 0.5 * self.grid.voxel_size + 1e-9).any():
            _refuse("a point lies in the voxel it is sent with")
        x, y, z = point.tolist()
        return Near.of(np.array([cell]), 0.0, value, (x, y, z))

    def _look(self, cells: Voxels, radius: float) -> None:
        reach = radius / self.grid.voxel_size
        low = np.maximum(cells.min(axis=0) - reach, 0.0)
        high = np.minimum(cells.max(axis=0) + reach + 1.0, np.array(self.grid.shape))
        edges = np.asarray(high - low, np.float64)
        self._looks -= min(len(cells), _MANY_CELLS) * float(edges.prod())
        if self._looks < 0.0:
            _refuse("the maps take too long to make; use fewer or smaller balls")

    def _object(self, parts: list[object], kind: Kind) -> Operation | None:
        radius, value = _radius(parts[2]), _value(parts[3], kind)
        thing = parts[1]
        if not isinstance(thing, int) or isinstance(thing, bool):
            _refuse("an object is named by its number")
        if thing == HAND_ID:
            _refuse("the gripper has no occupancy; use its position")
        if thing == TABLE_ID:
            return self._table(radius, value)
        if thing not in self.seen:
            _refuse(f"object {thing} was not detected; call detect first")
        seen = self.seen[thing]
        if not len(seen.cells):
            return None
        self._look(seen.cells, radius)
        return Near(seen.packed, radius, value)

    def _table(self, radius: float, value: Value) -> Box:
        x, y, z = self.grid.shape
        point = np.array([[*self.grid.lower[:2], self.table_height + radius]])
        top = int(self.grid.to_vox(point)[0, 2])
        return Box((0, 0, 0), (x, y, min(top + 1, z)), value)

    def _combine(self, parts: list[object], kind: Kind, depth: int) -> Combine:
        if kind == "rotation":
            _refuse("rotation maps hold quaternions and have no arithmetic")
        if parts[1] not in _OPERATORS:
            _refuse(f"maps combine with {' '.join(_OPERATORS)}")
        if not isinstance(parts[3], bool):
            _refuse("a combination is reflected or not")
        operand: float | Recipe
        if isinstance(parts[2], list):
            operand = self._map(cast("object", parts[2]), depth + 1)
            if operand.is_rotation:
                _refuse("rotation maps hold quaternions and have no arithmetic")
        else:
            operand = _number(parts[2], "an operand", LARGEST_VALUE)
        return Combine(parts[1], operand, reflected=parts[3])

    def _corner(self, sent: object, beyond: int) -> Index:
        parts = _list(sent, "a voxel")
        good = len(parts) == 3 and all(
            isinstance(each, int)
            and not isinstance(each, bool)
            and 0 <= each < size + beyond
            for each, size in zip(parts, self.grid.shape, strict=False)
        )
        if not good:
            _refuse(f"a voxel is 3 whole numbers within {self.grid.shape}")
        x, y, z = cast("list[int]", parts)
        return (x, y, z)


def _list(sent: object, what: str) -> list[object]:
    if not isinstance(sent, list):
        _refuse(f"{what} must be a list, not {type(sent).__name__}")
    return cast("list[object]", sent)


def _number(sent: object, what: str, most: float) -> float:
    # The comparison refuses NaN, and integers too large to be a float.
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        _refuse(f"{what} must be a number, not {type(sent).__name__}")
    if not -most <= sent <= most:
        _refuse(f"{what} must be finite and within {most:g}")
    return float(sent)


def _radius(sent: object) -> float:
    radius_cm = _number(sent, "radius_cm", LARGEST_RADIUS_CM)
    if radius_cm < 0.0:
        _refuse("radius_cm must not be negative")
    return radius_cm / 100.0


def _value(sent: object, kind: Kind) -> Value:
    if kind != "rotation":
        value = _number(sent, f"a value of the {kind} map", LARGEST_VALUE)
        if kind == "gripper" and not 0.0 <= value <= 1.0:
            _refuse("a value of the gripper map is 0 or 1")
        if kind == "velocity" and value <= 0.0:
            _refuse("a value of the velocity map must be above 0")
        return value
    parts = _list(sent, "a value of the rotation map")
    if len(parts) != 4:
        _refuse("a value of the rotation map is a quaternion wxyz")
    w, x, y, z = (_number(each, "a quaternion", 2.0) for each in parts)
    length = float(np.sqrt(w * w + x * x + y * y + z * z))
    if abs(length - 1.0) > 1e-2:
        _refuse(f"a quaternion has length {length:.3f}, not 1; normalise it")
    return (w / length, x / length, y / length, z / length)


def _refuse(why: str) -> NoReturn:
    raise InvalidMapError(why)
