"""The functions a program may call: one ordered tuple.

The prompt teaches it, the check binds calls against it, and a test compares it
with what the prelude defines.
"""

import inspect
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class ApiFunction:
    """One function of the API.

    Attributes:
        head: Name and parameters, as Python.
        meaning: One line for whoever writes programs.
        traced: Whether it tells the host which line called it.
    """

    head: str
    meaning: str
    traced: bool = False

    @property
    def name(self) -> str:
        """The function's name."""
        return self.head.partition("(")[0]

    @cached_property
    def signature(self) -> inspect.Signature:
        """Its parameters, to bind calls against."""
        body = self.head.partition("(")[2].rpartition(")")[0]
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters: list[inspect.Parameter] = []
        for part in filter(None, (each.strip() for each in body.split(","))):
            name, has_default, default = part.partition("=")
            value = default if has_default else inspect.Parameter.empty
            parameters.append(inspect.Parameter(name, kind, default=value))
        return inspect.Signature(parameters)


API: tuple[ApiFunction, ...] = (
    ApiFunction(
        "detect(name)",
        "the object a phrase names, as seen now; an error if there is none; "
        "'gripper', 'table' and 'held object' are known too",
        traced=True,
    ),
    ApiFunction("detect_all(name)", "all of them, best first", traced=True),
    ApiFunction(
        "parse_query_obj(phrase)",
        "an object, a list of them for a plural, None if nothing fits",
        traced=True,
    ),
    ApiFunction("is_visible(phrase)", "whether anything fits", traced=True),
    ApiFunction("left_of(a, b)", "whether object (or voxel) a is to the left of b"),
    ApiFunction("right_of(a, b)", "to the right of it"),
    ApiFunction("in_front_of(a, b)", "in front of it"),
    ApiFunction("behind(a, b)", "behind it"),
    ApiFunction("is_on(a, b)", "whether object a stands on object b"),
    ApiFunction("is_inside(a, b)", "whether object a lies inside object b"),
    ApiFunction("nearest(objects, to)", "the one nearest to an object or voxel"),
    ApiFunction("between(a, b)", "voxel midway between two objects or voxels"),
    ApiFunction(
        "get_empty_affordance_map()",
        "0 everywhere; the highest is the goal; what is set lower, but above 0, may be "
        "touched on the way",
    ),
    ApiFunction(
        "get_empty_avoidance_map()", "0 everywhere; 1 is forbidden, less costs"
    ),
    ApiFunction("get_empty_velocity_map()", "1 everywhere; factor on the usual speed"),
    ApiFunction("get_empty_rotation_map()", "the hand's quaternion wxyz everywhere"),
    ApiFunction("get_empty_gripper_map()", "the last gripper command everywhere"),
    ApiFunction(
        "set_voxel_by_radius(map, xyz, radius_cm=0, value=1)",
        "set a ball; if xyz is an object, all within radius_cm of its surface",
    ),
    ApiFunction(
        "set_point(map, point, value=1)",
        "set the voxel that holds a point in metres, as world_position is; as a goal "
        "it is reached exactly there, not at the voxel's centre",
    ),
    ApiFunction(
        "set_voxel_near(map, obj, radius_cm, value=1)",
        "set all within radius_cm of an object",
    ),
    ApiFunction(
        "cm2index(cm, direction='x')",
        "centimetres to voxels along 'x', 'y', 'z' or a unit vector",
    ),
    ApiFunction("index2cm(index, direction=None)", "voxels to centimetres"),
    ApiFunction("vec2quat(direction)", "orientation of a hand that points that way"),
    ApiFunction("pointat2quat(direction)", "the same as vec2quat"),
    ApiFunction("euler2quat(ai, aj, ak, axes='sxyz')", "radians to quaternion wxyz"),
    ApiFunction("quat2euler(q, axes='sxyz')", "quaternion wxyz to radians"),
    ApiFunction("qmult(a, b)", "product of quaternions: first b, then a"),
    ApiFunction("qinverse(q)", "inverse of a quaternion"),
    ApiFunction("get_ee_pos()", "voxel of the point between the fingertips"),
    ApiFunction("get_ee_quat()", "orientation of the hand"),
    ApiFunction("is_holding()", "whether the fingers hold something"),
    ApiFunction(
        "execute(movable='gripper', affordance_map=None, avoidance_map=None, "
        "rotation_map=None, velocity_map=None, gripper_map=None)",
        "move until the goal is reached; each map a function that makes it, called "
        "again on every observation",
        traced=True,
    ),
    ApiFunction("open_gripper()", "open the fingers where the hand is", traced=True),
    ApiFunction("close_gripper()", "close the fingers where the hand is", traced=True),
    ApiFunction("reset_to_default_pose()", "go to the home pose", traced=True),
    ApiFunction(
        "grasp_failed(name)", "give up: the fingers closed on nothing", traced=True
    ),
    ApiFunction("say(text)", "tell the person something", traced=True),
    ApiFunction(
        "ask(text)", "ask the person, return their answer as text", traced=True
    ),
    ApiFunction(
        "wait_until(condition, seconds=60)",
        "hold still until condition(), called at every tick, is true; False when time "
        "is up",
        traced=True,
    ),
    ApiFunction(
        "remember(key, value)",
        "keep a short text or number for later programs of this person",
        traced=True,
    ),
    ApiFunction("recall(key, default=None)", "what was remembered, else the default"),
)

# What a program may leave to a language model, in words, while it runs.
HIERARCHY: tuple[ApiFunction, ...] = (
    ApiFunction("composer(text)", "do what the text says, one motion", traced=True),
    ApiFunction(
        "get_affordance_map(text)", "the map of where to go, for execute", traced=True
    ),
    ApiFunction("get_avoidance_map(text)", "of what to keep away from", traced=True),
    ApiFunction("get_rotation_map(text)", "of how the hand points", traced=True),
    ApiFunction("get_velocity_map(text)", "of how fast to be", traced=True),
    ApiFunction("get_gripper_map(text)", "of what the fingers do", traced=True),
)

FUNCTIONS: dict[str, ApiFunction] = {each.name: each for each in (*API, *HIERARCHY)}
TRACED = frozenset(each.name for each in FUNCTIONS.values() if each.traced)
MOVING = frozenset(
    ("execute", "open_gripper", "close_gripper", "reset_to_default_pose", "composer")
)
# A program may also have nothing to do but this.
TALKING = frozenset(("say", "ask", "remember", "grasp_failed"))
# What a detected object tells of itself.
OBJECT_FACTS = tuple(
    "name colour color shape position world_position aabb world_aabb normal axis "
    "size_cm grasp_quat occupancy_map".split()
)
# Modules whose names are in the prelude already: importing them is harmless.
GIVEN_MODULES = frozenset(
    "numpy transforms3d perception_utils plan_utils action_utils __future__".split()
)
# Submodules of transforms3d that the prelude has.
TRANSFORMS = frozenset(("euler", "quaternions"))
PLAIN_MODULES = frozenset(
    "math itertools functools collections random copy typing dataclasses "
    "re json".split()
)
# Names of `np` and `np.linalg` that the prelude has.
NUMPY = frozenset(
    "pi inf nan e newaxis float32 float64 float_ int32 int64 int_ bool_ ndarray "
    "array asarray copy zeros ones full zeros_like ones_like eye arange linspace "
    "dot matmul inner cross linalg linalg.norm sum prod mean average median std min "
    "amin max amax argmin argmax argsort sort minimum maximum clip abs absolute "
    "round rint around floor ceil sqrt exp log sin cos tan arccos arcsin arctan2 "
    "radians deg2rad degrees rad2deg sign any all allclose array_equal isclose isnan "
    "where concatenate hstack stack vstack".split()
)
