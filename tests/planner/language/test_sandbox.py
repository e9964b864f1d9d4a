import statistics
import threading
import time

import numpy as np
import pytest

from planner.errors import (
    CancelledError,
    GraspFailedError,
    InvalidMapError,
    PlanningError,
    ProgramFailedError,
    ProgramLimitError,
    UnknownObjectError,
    UnreachableError,
)
from planner.language.answers import Budget
from planner.language.program import Program
from planner.language.sandbox import Sandbox, SandboxConfig

GO = """
def there():
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, detect('red block').position)
    return affordance_map
execute('gripper', there)
"""

GIVE = "execute('gripper', affordance_map)"
MAP = "affordance_map = get_empty_affordance_map()\n"
FLOOD = MAP + "for i in range(100000):\n    affordance_map[i % 100, 0, 0] = i\n"

HOSTILE = {
    "endless loop": "while True:\n    pass",
    "endless loop that swallows": (
        "while True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass"
    ),
    "big integers": "x = 3**1000\nwhile True:\n    x = x * x",
    "power": "9**9**9",
    "shift": "1 << 10**10",
    "memory, text": "'a' * 10**10",
    "memory, list": "x = []\nwhile True:\n    x.append('a' * 1000)",
    "memory, doubling": "x = [0]\nwhile True:\n    x = x + x",
    "recursion": "def f():\n    return f()\nf()",
    "sum of a range": "sum(range(10**12))",
    "regular expression": "import re\nre.match('(a*)*b' , 'a' * 5000 + 'c')\n_step()",
    "sleep": "import time\ntime.sleep(100)",
    "import os": "import os\nos.system('ls')",
    "import of a hidden name": "__import__('os').system('ls')",
    "subclasses": "().__class__.__mro__[1].__subclasses__()",
    "globals of a function": "detect.__globals__['_step']('x')",
    "builtins": "print.__self__.open('/etc/passwd')",
    "format": "'{0.__class__.__mro__}'.format(detect) + 1",
    "format width": "f'{1:{10**9}}'",
    "file": "open('/etc/passwd').read()",
    "eval": "eval('open(\"/etc/passwd\").read()')",
    "flood of map operations": FLOOD + "execute('gripper', affordance_map)",
    "doubling map": MAP + "m = affordance_map\nfor i in range(64):\n    m = m + m + 1",
    "deep map": (
        "def wrap(n):\n    m = ['affordance', []]\n    for i in range(n):\n"
        "        m = ['affordance', [['combine', '+', m, False]]]\n    return m\n"
        "_step(0, 1, 'gripper', [wrap(60), None, None, None, None])"
    ),
    "many operations, forged": (
        "ops = [['near', [1, 1, 1], 1.0, 1.0]] * 5000\n"
        "_step(0, 1, 'gripper', [['affordance', ops], None, None, None, None])"
    ),
    "forged step, no maps": "_step(0, 1, 'gripper', 7)",
    "forged step, kinds": "_step('a', [], {}, None)",
    "forged step, count": "_step(1, 2, 3)",
    "forged step, order": "_step(7, 1, 'gripper', [None] * 5)",
    "forged step, huge list": "_step(0, 1, 'gripper', [0.0] * 400000)",
    "forged step, object": (
        "_step(0, 1, 'gripper', [['affordance', [['object', 77, 1.0, 1.0]]],"
        " None, None, None, None])"
    ),
    "NaN": MAP + "affordance_map[1, 1, 1] = float('nan')\n" + GIVE,
    "infinite": MAP + "affordance_map[1, 1, 1] = 1e308 * 10\n" + GIVE,
    "huge integer value": (
        "_step(0, 1, 'gripper', [['affordance', [['near', [1, 1, 1], 1.0, 10**400]]],"
        " None, None, None, None])"
    ),
    "huge radius": MAP + "set_voxel_by_radius(affordance_map, [1, 1, 1], 1e6)\n"
    "execute('gripper', affordance_map)",
    "zero quaternion": (
        "m = get_empty_rotation_map()\nm[:, :, :] = [0, 0, 0, 0]\n"
        "execute('gripper', rotation_map=m)"
    ),
    "call flood": "while True:\n    is_visible('red block')",
    "computing between calls": (
        "while True:\n    sum(range(200000))\n    is_visible('red block')"
    ),
    "talk flood": "while True:\n    say('hello')",
    "call flood that swallows": (
        "while True:\n    try: detect('unicorn')\n    except BaseException: pass"
    ),
    "long text": "say('a' * 10**6)",
    "print flood": "while True:\n    print('a' * 1000)",
    "map function without end": (
        "def f():\n    while True: pass\nexecute('gripper', f)"
    ),
    "deep nesting": "(" * 500 + ")" * 500,
    "await": "import asyncio\nasyncio.run(asyncio.sleep(100))",
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_program_ends_in_a_typed_error_and_harms_no_other(
    source, sandbox, world, record_property
):
    start = time.perf_counter()
    with pytest.raises(PlanningError):
        sandbox.run(Program.from_source(source), world)
    record_property("seconds", time.perf_counter() - start)
    assert time.perf_counter() - start < 2.0
    sandbox.run(Program.from_source(GO), world)
    assert world.calls


def test_a_program_starts_within_milliseconds_of_its_sentence(sandbox, world):
    program = Program.from_source(GO)
    spent = []
    for _ in range(9):
        world.first_step = 0.0
        start = time.perf_counter()
        sandbox.run(program, world)
        spent.append(world.first_step - start)
    assert statistics.median(spent) < 0.2


def test_the_error_of_a_host_comes_out_as_the_same_object(run, world):
    failure = UnreachableError(np.zeros(3), np.ones(3))

    def fail(world, call):
        raise failure

    world.on_step = fail
    with pytest.raises(UnreachableError) as caught:
        run(GO)
    assert caught.value is failure


def test_a_program_may_handle_a_failure_and_go_on(run, world):
    def fail_once(world, call):
        if len(world.calls) == 1:
            raise UnreachableError(np.zeros(3), np.ones(3))

    world.on_step = fail_once
    source = GO.replace("execute(", "try:\n    execute(") + (
        "except ValueError as error:\n    say(str(error))\nexecute('gripper', there)"
    )
    run(source)
    assert "no free path" in world.said[0]


def test_a_map_that_cannot_be_made_does_not_count_as_a_sub_task(run, world):
    run(
        "def there():\n"
        "    m = get_empty_affordance_map()\n"
        "    m[detect('pink ball').position] = 1\n"
        "    return m\n"
        "try:\n    execute('gripper', there)\n"
        "except ValueError:\n    open_gripper()"
    )
    assert {each.index for each in world.calls} == {0}


def test_a_cancelled_program_cannot_go_on(run, world):
    def cancel(world, call):
        raise CancelledError("the caller cancelled")

    world.on_step = cancel
    source = (
        "while True:\n    try:\n        open_gripper()\n    except BaseException: pass"
    )
    with pytest.raises(CancelledError):
        run(source)
    assert len(world.calls) == 1


def test_an_unknown_object_is_told_with_what_is_visible(run):
    with pytest.raises(UnknownObjectError) as caught:
        run("detect('pink ball')\nopen_gripper()")
    assert "red block" in str(caught.value)


def test_an_error_of_the_program_carries_its_line(run):
    with pytest.raises(ProgramFailedError) as caught:
        run("x = 1\n\nx.foo()\n")
    assert caught.value.line == 3
    with pytest.raises(ProgramFailedError, match="not_there"):
        run("not_there(3)")


def test_nothing_a_program_tells_steers_a_terminal(run, world):
    escape = "'\x1b]0;title\x07'"
    with pytest.raises(ProgramFailedError, match="title") as caught:
        run(f"raise ValueError({escape})")
    assert "\x1b" not in str(caught.value)
    world.replies = ["\x1b[2J"]
    run(f"remember('key', {escape})\nask('well?')")
    assert [text for _, text in world.lines if not text.isprintable()] == []


def test_a_grasp_that_fails_is_told_by_its_name(run):
    with pytest.raises(GraspFailedError, match="red block"):
        run("grasp_failed('red block')")


def test_a_program_with_too_many_ticks_is_stopped(world):
    config = SandboxConfig(workers=1, warm=1, budget=Budget(ticks=10, subtasks=3))
    world.ticks = 100
    with Sandbox(config) as small:
        with pytest.raises(ProgramLimitError, match="10 ticks"):
            small.run(Program.from_source(GO), world)
        world.ticks = 1
        many = Program.from_source("for i in range(9):\n    open_gripper()")
        with pytest.raises(ProgramLimitError, match="3 sub-tasks"):
            small.run(many, world)


@pytest.mark.parametrize(
    "step", ["_step(0, 1, 'gripper', 7)", "execute('pink ball', GOES)"]
)
def test_steps_that_fail_give_a_program_no_time(step, make_world):
    def refuse(world, call):
        raise UnreachableError(np.zeros(3), np.ones(3))

    spin = "n = 0\n        for i in range(100000): n += i"
    source = (
        f"{MAP}affordance_map[50, 50, 50] = 1\n"
        f"while True:\n    try:\n        {step}\n    except ValueError:\n        {spin}"
    ).replace("GOES", "lambda: affordance_map")
    world = make_world(on_step=refuse)
    with Sandbox(SandboxConfig(workers=1, warm=1)) as small:
        start = time.perf_counter()
        with pytest.raises(ProgramLimitError):
            small.run(Program.from_source(source), world)
    assert time.perf_counter() - start < 3.0


def test_a_worker_that_is_killed_costs_the_others_nothing(sandbox, make_world):
    good, ended = make_world(ticks=30), []

    def slow(world, call):
        time.sleep(0.005)

    good.on_step = slow

    def work():
        ended.append(sandbox.run(Program.from_source(GO), good).subtasks)

    thread = threading.Thread(target=work)
    thread.start()
    with pytest.raises(ProgramLimitError):
        sandbox.run(Program.from_source(HOSTILE["big integers"]), make_world())
    thread.join(timeout=10)
    assert ended == [1]


def test_programs_do_not_see_each_other(run):
    run("secret = 3\nnp.array = None\nopen_gripper()")
    assert run("print(np.array([1]))\nopen_gripper()") == "[1]"
    with pytest.raises(ProgramFailedError, match="secret"):
        run("print(secret)")


def test_results_are_told_line_by_line_once(run, world):
    run(GO + "if is_visible('pink ball'):\n    pass\nsay('hello')")
    lines = dict(world.lines)
    assert lines[4] == "'red block' is red block"
    assert lines[6] == "done"
    assert lines[7] == "no 'pink ball' is seen"
    assert lines[9] == "hello"
    assert len(world.lines) == len(lines)


def test_a_map_of_the_wrong_kind_is_refused(run):
    with pytest.raises(InvalidMapError, match="rotation"):
        run("execute('gripper', rotation_map=get_empty_velocity_map)")


def test_a_bug_of_the_host_is_not_hidden_and_harms_no_other_program(run, make_world):
    def stumble(world, call):
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        run(GO, make_world(on_step=stumble))
    assert run(GO + "print('fine')") == "fine"


def test_more_programs_than_workers_wait_for_their_turn(sandbox, make_world):
    ended = []

    def work():
        ended.append(sandbox.run(Program.from_source(GO), make_world()).subtasks)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=20)
    assert ended == [1] * 8
