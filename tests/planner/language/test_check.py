import pytest

from planner.language.check import check
from planner.language.program import Program
from tests.planner.language.fine_programs import FINE

MOVE = "\nopen_gripper()"

MISTAKES = {
    "syntax": ("def f(:\n    pass", "line 1", "invalid syntax"),
    "unknown name": ("x = 1\nfoo(x)" + MOVE, "line 2", "'foo' is not defined"),
    "misspelt function": ("reset_to_default_pos()" + MOVE, "line 1", "did you mean"),
    "map never made": (
        "execute('gripper', affordance_map=affordance_map)",
        "line 1",
        "never made",
    ),
    "map function returns nothing": (
        "def f():\n    m = get_empty_affordance_map()\nexecute('gripper', f)",
        "line 1",
        "returns nothing",
    ),
    "too many arguments": ("open_gripper(3)", "line 1", "too many"),
    "missing argument": ("detect()" + MOVE, "line 1", "missing"),
    "unknown keyword": (
        "m = get_empty_velocity_map()\nset_voxel_by_radius(m, [1, 2, 3], radius=3)"
        + MOVE,
        "line 2",
        "radius",
    ),
    "execute without maps": ("execute('gripper')", "line 1", "without any map"),
    "never moves": ("x = detect('red block')", "line 1", "never moves"),
    "import": ("import os" + MOVE, "line 1", "'os' cannot be imported"),
    "import from": ("from subprocess import run" + MOVE, "line 1", "'subprocess'"),
    "dunder attribute": ("x = detect('a').__class__" + MOVE, "line 1", "__class__"),
    "dunder name": ("__import__('os')" + MOVE, "line 1", "__import__"),
    "yield": ("def f():\n    yield 1" + MOVE, "line 2", "yield"),
    "await": ("async def f():\n    await g()" + MOVE, "line 2", "await"),
    "del": ("x = 1\ndel x" + MOVE, "line 2", "del"),
    "inheritance": ("class A(Exception):\n    pass" + MOVE, "line 1", "inherit"),
    "open a file": ("open('x')" + MOVE, "line 1", "'open' is not defined"),
    "eval": ("eval('1')" + MOVE, "line 1", "'eval' is not defined"),
    "numpy that is not there": ("np.fft(3)" + MOVE, "line 1", "np.fft"),
    "linear algebra that is not there": (
        "np.linalg.svd(3)" + MOVE,
        "line 1",
        "np.linalg.svd",
    ),
    "misspelt with other letters": ("set_voxel_by_radus(1, 2)" + MOVE, "line 1", "did"),
    "an import that is not there": (
        "from transforms3d.euler import mat2euler" + MOVE,
        "line 1",
        "mat2euler",
    ),
    "numpy import that is not there": ("from numpy import fft" + MOVE, "line 1", "fft"),
    "fact of an object": (
        "x = detect('a')\nprint(x.positon)" + MOVE,
        "line 2",
        "did you mean position",
    ),
    "fact of an object, at once": ("detect('a').heigth" + MOVE, "line 1", "heigth"),
    "returns None": (
        "def f():\n    m = get_empty_affordance_map()\n    return None\n"
        "execute('gripper', f)",
        "line 1",
        "returns nothing",
    ),
    "after return": (
        "def f():\n    m = get_empty_affordance_map()\n    return m\n"
        "    m[1, 2, 3] = 1\nexecute('gripper', f)",
        "line 4",
        "never reached",
    ),
    "after raise": ("raise ValueError('x')" + MOVE, "line 2", "never reached"),
    "after break": (
        "while True:\n    break\n    say('x')" + MOVE,
        "line 3",
        "never reached",
    ),
    "after both branches return": (
        "def f(x):\n    if x:\n        return 1\n    else:\n        return 2\n"
        "    say('x')\nf(1)" + MOVE,
        "line 6",
        "never reached",
    ),
    "after an endless loop": (
        "while True:\n    for i in [1]:\n        break\n    open_gripper()\nsay('x')",
        "line 5",
        "never reached",
    ),
    "a map in vain": (
        "def f():\n    a = get_empty_affordance_map()\n"
        "    v = get_empty_velocity_map()\n    v[:, :, :] = 0.5\n"
        "    set_voxel_by_radius(v, [1, 2, 3], 5, 0.2)\n    return a\n"
        "execute('gripper', f)",
        "line 3",
        "'v' is made but never used",
    ),
    "a map forgotten in execute": (
        "a = get_empty_affordance_map()\nv = get_empty_velocity_map()\n"
        "execute('gripper', a)",
        "line 2",
        "'v' is made but never used",
    ),
    "maps exchanged by place": (
        "a = get_empty_affordance_map()\nr = get_empty_rotation_map()\n"
        "v = get_empty_velocity_map()\nexecute('gripper', a, None, v, r)",
        "line 4",
        "rotation_map is given a map made with get_empty_velocity_map",
    ),
    "maps exchanged by name": (
        "def f():\n    m = get_empty_velocity_map()\n    return m\n"
        "execute('gripper', affordance_map=f)",
        "line 4",
        "affordance_map is given",
    ),
    "where to keep away from as the goal": (
        "execute('gripper', get_empty_avoidance_map)",
        "line 1",
        "affordance_map is given",
    ),
    "maps exchanged in a lambda": (
        "execute('gripper', gripper_map=lambda: get_empty_rotation_map())",
        "line 1",
        "gripper_map is given",
    ),
    "used before it is set": (
        "execute('gripper', target)\ndef target():\n"
        "    return get_empty_affordance_map()",
        "line 1",
        "set in line 2",
    ),
    "used before it is set, in a function": (
        "def f():\n    m[1, 2, 3] = 1\n    m = get_empty_affordance_map()\n"
        "    return m\nexecute('gripper', f)",
        "line 2",
        "set in line 3",
    ),
    "waits for a value": (
        "wait_until(is_visible('x'))" + MOVE,
        "line 1",
        "lambda",
    ),
    "waits for a comparison": ("wait_until(1 < 2)" + MOVE, "line 1", "lambda"),
    "too long": ("x = 1\n" * 10_000 + MOVE, "line 1", "longer"),
}


@pytest.mark.parametrize(("source", "line", "what"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(source, line, what):
    problems = check(source)
    assert any(each.startswith(f"{line}:") and what in each for each in problems)


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_what_is_fine_raises_no_alarm_and_runs(source, sandbox, world):
    assert check(source) == ()
    sandbox.run(Program.from_source(source), world)


def test_all_problems_are_told_at_once():
    problems = check("foo()\nbar()\nopen_gripper(1)")
    assert [each.split(":")[0] for each in problems] == ["line 1", "line 2", "line 3"]


def test_of_very_many_problems_the_first_are_told_and_how_many_are_left():
    told = check("\n".join(f"unknown_{i}" for i in range(2000)) + "\nopen_gripper()")
    assert told[0].startswith("line 1: name 'unknown_0'")
    assert told[-1] == f"and {2000 - len(told) + 1} more problems"
    assert len(told) < 30


@pytest.mark.parametrize(
    "line", ["_step = _step", "for _wait in []: pass", "_ask('x')"]
)
def test_names_of_the_sandbox_are_not_a_program_s(line):
    assert any("sandbox" in each for each in check(f"{line}\nexecute('gripper')\n"))
