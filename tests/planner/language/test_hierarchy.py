"""Plans whose steps and maps are written while they run."""

from dataclasses import replace

import numpy as np
import pytest

from planner.errors import (
    BudgetError,
    GraspFailedError,
    InvalidProgramError,
    ProgramFailedError,
    ProgramLimitError,
)
from planner.goals import goal_voxels
from planner.language.answers import Budget
from planner.language.backend import Answer, Usage
from planner.language.budget import BudgetConfig
from planner.language.cache import Cache
from planner.language.check import check
from planner.language.kinds import MAP_KINDS, PARTS
from planner.language.local_backend import LocalBackend, LocalConfig
from planner.language.program import Program
from planner.language.prompt import asked, hierarchy_samples
from planner.language.replay import Recording, ReplayBackend
from planner.language.sandbox import Sandbox, SandboxConfig
from planner.language.writer import Writer
from tests.planner.language.tiny_models import save_tiny_model, saying

CENTRE = """\
def affordance_map():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, detect('{0}').position)
    return affordance_map
"""
ABOVE = """\
def affordance_map():
    affordance_map = get_empty_affordance_map()
    thing = detect('{0}')
    x, y, z = thing.position
    affordance_map[x, y, thing.aabb[1][2] + cm2index({1}, 'z')] = 1
    return affordance_map
"""
KEEP_AWAY = """\
avoidance_map = get_empty_avoidance_map()
set_voxel_near(avoidance_map, detect('{0}'), {1}, 1)
ret_val = avoidance_map
"""
SLOW = """\
velocity_map = get_empty_velocity_map()
velocity_map[:, :, :] = {0}
return velocity_map
"""
FACING = """\
def rotation_map():
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = detect('{0}').grasp_quat
    return rotation_map
"""
CLOSED = """\
def gripper_map():
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = 0
    return gripper_map
"""
GRASP = """\
movable = parse_query_obj('gripper')
open_gripper()
execute(movable, affordance_map=get_affordance_map('the centre of the {0}'),
        rotation_map=get_rotation_map('grip the {0} from above'))
close_gripper()
"""
GO = "execute(parse_query_obj('gripper'), get_affordance_map('{0}'))\n"
CAREFUL = """\
execute('gripper', get_affordance_map('10cm above the {0}'),
        avoidance_map=get_avoidance_map('8cm from the {1}'),
        velocity_map=get_velocity_map('half speed'))
"""
FIST = "execute('gripper', gripper_map=get_gripper_map('closed everywhere'))\n"

# What is asked, and what the model writes then.
SAYS = {
    "grasp the red block": GRASP.format("red block"),
    "grasp the green ball": GRASP.format("green ball"),
    "the centre of the red block": CENTRE.format("red block"),
    "the centre of the green ball": CENTRE.format("green ball"),
    "the centre of the white mug": CENTRE.format("white mug"),
    "grip the red block from above": FACING.format("red block"),
    "grip the green ball from above": FACING.format("green ball"),
    "move to 10cm above the blue bowl": GO.format("10cm above the blue bowl"),
    "move to the white mug": GO.format("the centre of the white mug"),
    "10cm above the blue bowl": ABOVE.format("blue bowl", 10),
    "10cm above the white mug": ABOVE.format("white mug", 10),
    "move carefully over the white mug": CAREFUL.format("white mug", "green ball"),
    "8cm from the green ball": KEEP_AWAY.format("green ball", 8),
    "half speed": SLOW.format(0.5),
    "make a fist": FIST,
    "closed everywhere": CLOSED,
    "open gripper": "open_gripper()\n",
    "back to default pose": "reset_to_default_pose()\n",
}
# The instruction, the plan, and the number of sub-tasks that come of it.
PLANS = {
    "put the red block in the bowl": (
        'composer("grasp the red block")\n'
        'composer("move to 10cm above the blue bowl")\n'
        'composer("open gripper")\n',
        5,
    ),
    "go over the bowl": ('composer("move to 10cm above the blue bowl")\n', 1),
    "visit the bowl twice": (
        "for _ in range(2):\n"
        '    composer("move to 10cm above the blue bowl")\n'
        '    composer("back to default pose")\n',
        4,
    ),
    "take the ball if you see it": (
        "if is_visible('green ball'):\n    composer('grasp the green ball')\n",
        3,
    ),
    "take the purple ball if you see it": (
        "if is_visible('purple ball'):\n"
        "    composer('grasp the purple ball')\n"
        "else:\n"
        "    say('I see no purple ball')\n",
        0,
    ),
    "collect the block and the ball": (
        "for name in ('red block', 'green ball'):\n"
        '    composer(f"grasp the {name}")\n'
        '    composer("move to 10cm above the blue bowl")\n'
        '    composer("open gripper")\n',
        10,
    ),
    "go over the mug carefully": ('composer("move carefully over the white mug")\n', 1),
    "go to the mug": ('composer("move to the white mug")\n', 1),
    "make a fist and rest": (
        'composer("make a fist")\ncomposer("back to default pose")\n',
        2,
    ),
    "let go": ('composer("open gripper")\n', 1),
    "try until you hold the block": (
        "for attempt in range(3):\n"
        '    composer("grasp the red block")\n'
        "    if is_holding():\n"
        "        break\n",
        3,
    ),
    "say what you do": ('say("going")\ncomposer("back to default pose")\n', 1),
}
SAYS |= {instruction: plan for instruction, (plan, _) in PLANS.items()}


class Scripted:
    """A language model that answers by what is asked."""

    name = "scripted"
    cacheable = True

    def __init__(self, says=None):
        self.parameters = {"backend": self.name, "model": "s", "max_tokens": "100"}
        self.says = SAYS if says is None else SAYS | says
        self.asked = []
        self.usage = Usage(self.name, "s", 1, 10, 5)

    def complete(self, messages, on_text=None):
        wanted = asked(messages)
        self.asked.append(wanted)
        text = self.says[wanted]
        if on_text is not None:
            on_text(text)
        return Answer(text, self.usage)


@pytest.fixture
def model():
    return Scripted()


@pytest.fixture
def carry_out(sandbox, world):
    """Write an instruction with a model and run it on a world."""

    def go(instruction, model, host=None, **options):
        writer = Writer(model, style="hierarchy", **options)
        program = writer.write(instruction)
        sandbox.run(program, host or world)
        return program

    return go


def executed(world):
    """The last tick of each sub-task."""
    return list({call.index: call for call in world.calls}.values())


@pytest.mark.parametrize("instruction", PLANS)
def test_a_plan_runs_step_by_step(instruction, carry_out, world, model):
    program = carry_out(instruction, model)
    plan, subtasks = PLANS[instruction]
    assert program.source == plan
    assert len(executed(world)) == subtasks
    assert model.asked[0] == instruction
    assert len(model.asked) == len(set(model.asked))


def test_the_block_ends_in_the_bowl(carry_out, world, model):
    carry_out("put the red block in the bowl", model)
    gap = world.at("red block").position[:2] - world.at("blue bowl").position[:2]
    assert np.abs(gap).max() < 0.02


def test_maps_mean_what_their_texts_say(carry_out, world, model):
    carry_out("go over the mug carefully", model)
    (call,) = executed(world)
    mug = world.at("white mug")
    goal = world.grid.to_world(goal_voxels(call.maps.affordance, world.grid))[0]
    np.testing.assert_allclose(goal[:2], mug.position[:2], atol=0.01)
    assert goal[2] == pytest.approx(mug.aabb_world[1][2] + 0.10, abs=0.011)
    assert call.maps.avoidance is not None
    assert call.maps.velocity is not None


def test_a_lazy_map_follows_what_moves_without_another_call(carry_out, world, model):
    goals, calls = [], []

    def watch(host, call):
        goals.append(goal_voxels(call.maps.affordance, host.grid)[0])
        calls.append(len(model.asked))
        host.move("white mug", np.array([-0.05, 0.0, 0.0]))

    world.ticks, world.on_step = 5, watch
    carry_out("go to the mug", model)
    steps = np.diff(np.array(goals), axis=0) * np.asarray(world.grid.voxel_size)
    np.testing.assert_allclose(steps, [[-0.05, 0, 0]] * 4, atol=0.011)
    assert calls == [3] * 5


@pytest.mark.parametrize(
    "reading", ["get_ee_pos()", "parse_query_obj('gripper').position"]
)
def test_a_map_from_where_the_hand_is_does_not_flee_from_it(reading, sandbox, world):
    class Rises:
        usage = Usage()

        def write_part(self, kind, text):
            return (
                "affordance_map = get_empty_affordance_map()\n"
                f"x, y, z = {reading}\n"
                "affordance_map[x, y, z + cm2index(10, 'z')] = 1\n"
                "ret_val = affordance_map\n"
            )

    def drift(world, call):
        world.position = world.position + np.array([0.0, 0.0, 0.01])

    world.ticks, world.on_step = 5, drift
    source = (
        "for _ in range(2):\n"
        "    execute('gripper', get_affordance_map('10cm above the gripper'))\n"
        "print(get_ee_pos()[2])"
    )
    program = replace(Program.from_source(source), parts=Rises())
    printed = sandbox.run(program, world).printed
    goals = [
        tuple(goal_voxels(each.maps.affordance, world.grid)[0]) for each in world.calls
    ]
    assert len(set(goals[:5])) == len(set(goals[5:])) == 1
    assert goals[5][2] > goals[0][2]
    assert int(printed) == world.grid.to_vox(world.position[None])[0, 2]


def test_parts_are_told_as_they_are_written(sandbox, world, model):
    told = []
    program = Writer(model, style="hierarchy").write("go to the mug", (), told.append)
    assert "".join(told) == program.source == SAYS["go to the mug"]
    sandbox.run(program, world)
    asked_for = ("composer: move to the white mug", "affordance: the centre of")
    assert all(f"# {text}" in "".join(told) for text in asked_for)
    assert "".join(told).endswith(SAYS["the centre of the white mug"])


def test_usage_grows_with_the_parts(carry_out, model):
    program = carry_out("put the red block in the bowl", model)
    assert program.parts.usage.calls == len(model.asked) == 7
    assert program.parts.usage.tokens == 15 * 7


def test_what_was_written_before_is_kept_for_the_next_time(
    carry_out, make_world, model, tmp_path
):
    for _ in range(2):
        world = make_world()
        carry_out("go over the mug carefully", model, world, cache=Cache(tmp_path))
    assert len(model.asked) == 5


@pytest.mark.parametrize("instruction", PLANS)
def test_a_recorded_plan_replays_the_same_motions(
    instruction, carry_out, make_world, model, tmp_path
):
    path = tmp_path / "recorded.jsonl"
    first, again = make_world(), make_world()
    carry_out(instruction, model, first, recording=Recording(path))
    program = carry_out(instruction, ReplayBackend(path), again)
    assert program.backend == "replay"
    assert program.parts.usage.calls == 0
    assert len(first.calls) == len(again.calls)
    for one, other in zip(first.calls, again.calls, strict=True):
        assert (one.index, one.line, one.movable) == (
            other.index,
            other.line,
            other.movable,
        )
        assert one.maps == other.maps


def test_a_model_that_runs_here_writes_plan_and_parts(carry_out, world, tmp_path):
    loaded = LocalBackend.load(LocalConfig(save_tiny_model(tmp_path)))
    wanted = ("go to the mug", "move to the white mug", "the centre of the white mug")
    texts = [SAYS[each] for each in wanted]
    processors = saying(loaded.model.tokenizer, *texts)
    backend = LocalBackend(loaded.model, loaded.config, processors)
    program = carry_out("go to the mug", backend)
    assert program.parts.usage.calls == 3
    assert len(executed(world)) == 1


def test_a_line_of_the_plan_tells_what_its_parts_do(carry_out, world, model):
    carry_out("put the red block in the bowl", model)
    told = [text for line, text in world.lines if line == 2]
    assert "writing the composer part 'move to 10cm above the blue bowl'" in told
    assert {line for line, _ in world.lines} == {1, 2, 3}


def test_the_budget_holds_for_the_parts_too(carry_out, model):
    model.usage = Usage(model.name, "s", 1, 2000, 500)
    with pytest.raises(BudgetError):
        carry_out(
            "put the red block in the bowl",
            model,
            budget=BudgetConfig(most_tokens=10_000),
        )
    assert 1 < len(model.asked) < 5


def test_a_part_that_stays_wrong_ends_the_program(carry_out, world):
    model = Scripted({"move to the white mug": "fly('mug')\n"})
    with pytest.raises(InvalidProgramError, match="'fly' is not defined"):
        carry_out("go to the mug", model)
    assert world.calls == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("open_gripper()\n" + CENTRE.format("white mug"), "cannot be called where"),
        ("x = 1\n", "returns the map"),
        ("def m(what):\n    return get_empty_affordance_map()\n", "without parameters"),
        ("composer('more')\n" + CENTRE.format("white mug"), "composer cannot"),
        ("def (:\n", "line 1"),
    ],
)
def test_a_map_that_is_none_is_refused(text, why, carry_out):
    model = Scripted({"the centre of the white mug": text})
    with pytest.raises(InvalidProgramError, match=why):
        carry_out("go to the mug", model)


def test_an_error_within_a_part_has_the_line_of_the_plan(carry_out):
    model = Scripted({"open gripper": "open_gripper()\nx = [][3]\n"})
    with pytest.raises(ProgramFailedError, match="IndexError") as caught:
        carry_out("put the red block in the bowl", model)
    assert caught.value.line == 3


def test_a_part_that_failed_is_written_again(sandbox, world):
    class Learning(Scripted):
        def complete(self, messages, on_text=None):
            wanted = asked(messages)
            told = messages[-1].content
            if wanted == "open gripper" and "IndexError" in told:
                self.says = self.says | {wanted: "open_gripper()\n"}
            return super().complete(messages, on_text)

    model = Learning({"open gripper": "x = [][3]\nopen_gripper()\n"})
    writer = Writer(model, style="hierarchy")
    program = writer.write("let go")
    with pytest.raises(ProgramFailedError) as caught:
        sandbox.run(program, world)
    better = writer.repair(program, caught.value)
    assert better.source == program.source
    sandbox.run(better, world)
    assert len(executed(world)) == 1
    assert model.asked == ["let go", "open gripper"] * 2


def test_parts_do_not_go_on_for_ever(carry_out):
    model = Scripted({"let go": "composer('dig')\n", "dig": "composer('dig')\n"})
    with pytest.raises(ProgramFailedError, match="deep at most"):
        carry_out("let go", model)


def test_parts_are_counted(make_world):
    model = Scripted(
        {"let go": "for n in range(9):\n    composer(f'step {n}')\n"}
        | {f"step {n}": "say('x')\n" for n in range(9)}
    )
    config = SandboxConfig(workers=1, budget=Budget(parts=4))
    with Sandbox(config) as sandbox, pytest.raises(ProgramLimitError, match="4 parts"):
        sandbox.run(Writer(model, style="hierarchy").write("let go"), make_world())
    assert len(model.asked) == 5


def test_parts_know_nothing_of_each_other_and_change_nothing(carry_out, world):
    model = Scripted(
        {
            "let go": "composer('a')\ncomposer('b')\n",
            "a": "secret = 3\nnp = None\ndetect = None\nsay('a')\n",
            "b": "say(str(np.pi)[:4] + detect('white mug').name)\n",
        }
    )
    carry_out("let go", model)
    assert world.said == ["a", "3.14white mug"]


@pytest.mark.parametrize(
    "name", ["_write('composer', 'a', 0)", "_config", "_state", "_parts", "_exec('1')"]
)
def test_a_part_has_only_what_a_program_may_use(name, sandbox, world):
    class Parts:
        usage = Usage()

        def write_part(self, kind, text):
            return f"{name}\n"

    base = Program.from_source("composer('a')\n")
    program = Program(base.source, base.runnable, parts=Parts())
    with pytest.raises(ProgramFailedError, match="not defined"):
        sandbox.run(program, world)


@pytest.mark.parametrize(
    "call",
    ["_write('program', 'a', 0)", "_write('composer', '', 0)", "_write(1, 2, 3)"],
)
def test_a_forged_request_for_a_part_is_refused(call, sandbox, world):
    program = Program.from_source(f"{call}\n")
    with pytest.raises(ProgramFailedError):
        sandbox.run(program, world)


def test_a_program_that_nobody_wrote_cannot_ask_for_parts(run):
    with pytest.raises(ProgramFailedError, match="nobody is here to write"):
        run("composer('grasp it')\n")


EXAMPLES = [
    (kind, query, program)
    for kind in ("planner", *PARTS)
    for query, program in hierarchy_samples(kind)
]


@pytest.mark.parametrize(("kind", "query", "program"), EXAMPLES)
def test_the_examples_of_the_hierarchy_run(kind, query, program, sandbox, make_world):
    """In a world where every phrase names the same things, best the red block.

    The plan's steps are examples, too, so most of them meet each other here.
    """

    class Anything(type(make_world())):
        def detect(self, phrase):
            return (self.at("red block"), self.at("green ball"))

    world = Anything(ticks=1)
    says = {text: source for each, text, source in EXAMPLES if each != "planner"}
    says[query] = program
    maps = {each: hierarchy_samples(each)[0][1] for each in PARTS}

    class Model(Scripted):
        def complete(self, messages, on_text=None):
            wanted = asked(messages)
            part = next(
                (p for p in MAP_KINDS if f"{p} map:" in messages[0].content), ""
            )
            self.says.setdefault(wanted, maps.get(part, "open_gripper()\n"))
            return super().complete(messages, on_text)

    start = {
        "planner": query,
        "composer": f"composer({query!r})\n",
    }.get(kind, f"execute('gripper', {kind}_map=get_{kind}_map({query!r}))\n")
    instruction = query if kind == "planner" else "carry it out"
    model = Model(says | ({} if kind == "planner" else {instruction: start}))
    try:
        sandbox.run(Writer(model, style="hierarchy").write(instruction), world)
    except GraspFailedError:
        assert "grasp" in query or kind == "planner"
    assert query in model.asked


def test_the_examples_of_the_hierarchy_pass_their_own_checks():
    for kind in ("planner", *PARTS):
        for query, program in hierarchy_samples(kind):
            assert check(program, kind) == (), (kind, query)
