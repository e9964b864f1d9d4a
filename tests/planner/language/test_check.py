import pytest

from planner.language.check import check

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
    "too long": ("x = 1\n" * 10_000 + MOVE, "line 1", "longer"),
}


@pytest.mark.parametrize(("source", "line", "what"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(source, line, what):
    problems = check(source)
    assert any(each.startswith(f"{line}:") and what in each for each in problems)


FINE = {
    "the word import in names and comments": (
        "important = 1  # import os\nimport_count = important + 1" + MOVE
    ),
    "imports of what is there": (
        "import numpy as np\nimport math\nfrom transforms3d import quaternions" + MOVE
    ),
    "all ways to bind a name": (
        "def f(a, *b, c=1, **d):\n    return [a, b, c, d]\n"
        "for i, (j, k) in enumerate([(1, 2)]):\n    print(i, j, k)\n"
        "x = [y for y in range(3) if (w := y) > 1]\n"
        "try:\n    f(1)\nexcept ValueError as error:\n    print(error, x, w)\n"
        "g = lambda z: z + 1\n"
        "match g(1):\n    case [first, *rest]:\n        print(first, rest)\n"
        "    case other:\n        print(other)" + MOVE
    ),
    "a function of its own with a name of the API": (
        "def detect(a, b, c):\n    return a\ndetect(1, 2, 3)" + MOVE
    ),
    "names used before their function is called": (
        "def f():\n    return later\nlater = 1\nf()" + MOVE
    ),
    "maps as lambdas and as values": (
        "m = get_empty_velocity_map()\n"
        "execute('gripper', lambda: get_empty_affordance_map(), velocity_map=m)"
    ),
    "arguments in a list": ("a = ['red block']\ndetect(*a)" + MOVE),
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_what_is_fine_raises_no_alarm(source):
    assert check(source) == ()


def test_all_problems_are_told_at_once():
    problems = check("foo()\nbar()\nopen_gripper(1)")
    assert [each.split(":")[0] for each in problems] == ["line 1", "line 2", "line 3"]
