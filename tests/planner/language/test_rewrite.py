import argparse
import ast
import statistics
import textwrap
import time
import tokenize
from pathlib import Path

import pytest

from planner.errors import InvalidProgramError
from planner.language.rewrite import rewrite

SOURCE = """\
import numpy as np
from numpy import (pi,
   array as arr)
import math  # important
é = "ü"
if a < b and not v:
    x = m[a*0.5:b, :, (c)]; y = (a) < (b)
    execute("gripper", affordance_map=lambda: f(a >= 3),)
    execute(
        "gripper",
        foo(a == 3)  # a comment
    )
z = [detect(n) for n in l if n.p[0] > 3 and is_visible( )]
say("a" if "é" != é else f"{a<b}")
while 1 < detect("x").position[2] < 3: pass
detect(*names, **more)
say(x for x in y)
"""


def test_every_line_stays_in_its_place():
    made = rewrite(SOURCE)
    ast.parse(made)
    assert len(made.splitlines()) == len(SOURCE.splitlines())
    for number, line in enumerate(SOURCE.splitlines()):
        word = line.strip().split("(")[0].split(" ")[0]
        if word in ("execute", "say", "while", "z", "é"):
            assert word in made.splitlines()[number]


def test_calls_of_the_api_tell_their_line():
    made = {
        keyword.value.value
        for node in ast.walk(ast.parse(rewrite(SOURCE)))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "_line"
    }
    assert made == {8, 9, 13, 14, 15, 16}


@pytest.mark.parametrize(
    "own",
    [
        "def detect(x):\n    return x",
        "detect = lambda x: x",
        "detect, other = print, 1",
        "class detect:\n    pass",
    ],
)
def test_what_is_of_the_program_may_have_a_name_of_the_api(own):
    assert "_line" not in rewrite(f"{own}\ndetect(3)\n")


def test_what_is_imported_under_a_name_of_the_api_is_that_of_the_api():
    assert "_line=2" in rewrite("from plan_utils import detect\ndetect(3)\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy as np", "pass"),
        ("import numpy as xp", "pass; xp = np"),
        ("from numpy import pi as p", "pass; p = np.pi"),
        ("import numpy", "pass; numpy = np"),
        ("import numpy.linalg as la", "pass; la = np.linalg"),
        ("from numpy.linalg import norm", "pass; norm = np.linalg.norm"),
        ("from numpy import *", "pass"),
        ("from plan_utils import *", "pass"),
        ("from transforms3d.euler import euler2quat", "pass"),
        ("import transforms3d.euler as e", "pass; e = transforms3d.euler"),
        ("from transforms3d import euler", "pass; euler = transforms3d.euler"),
        ("import plan_utils as p", "pass; p = plan_utils"),
        ("import math", "import math"),
        ("import os", "import os"),
    ],
)
def test_imports_of_what_is_there_already_go(source, expected):
    assert rewrite(source).strip() == expected


@pytest.mark.parametrize(
    "source", ["def f(:", "x = '", "(" * 500 + ")" * 500, "x\0y", "if x:\npass"]
)
def test_what_does_not_parse_is_told_with_its_line(source):
    with pytest.raises(InvalidProgramError, match=r"line [12]:"):
        rewrite(source)


def test_imported_modules_are_there(run, world):
    run(
        "import numpy, transforms3d, plan_utils\n"
        "import transforms3d.euler as e\n"
        "from transforms3d import quaternions\n"
        "from numpy.linalg import norm as size\n"
        "turn = quaternions.qmult(e.euler2quat(0, 0, numpy.pi), get_ee_quat())\n"
        "turn = turn / size(turn)\n"
        "m = plan_utils.get_empty_rotation_map()\n"
        "m[:, :, :] = transforms3d.quaternions.qinverse(turn)\n"
        "plan_utils.execute('gripper', rotation_map=m)"
    )
    assert world.calls[0].maps.rotation is not None


def test_comparisons_and_slices_mean_the_same_for_numbers(run):
    source = (
        "a, b = 2, 5\nl = [1, 2, 3, 4, 5, 6]\n"
        "print([a < b, (a) >= (b), a == 2, a != 2, not a > b, 1 < a < 3,"
        " l[a:b], l[:-1], l[a - 1:], [x for x in l if x > 3 and x != 5],"
        " 'yes' if a <= b else 'no', a == b or b, None == None, [] == [],"
        " 'a' < 'b', (a < b) == (b > a)])\n"
        "assert a < b, 'order'\n"
        "while a < b:\n    a += 1\nprint(a)"
    )
    lines = run(source).splitlines()
    expected = eval(
        "[a < b, (a) >= (b), a == 2, a != 2, not a > b, 1 < a < 3, l[a:b], l[:-1],"
        " l[a - 1:], [x for x in l if x > 3 and x != 5], 'yes' if a <= b else 'no',"
        " a == b or b, None == None, [] == [], 'a' < 'b', (a < b) == (b > a)]",
        {"a": 2, "b": 5, "l": [1, 2, 3, 4, 5, 6]},
    )
    assert ast.literal_eval(lines[0]) == expected
    assert lines[1] == "5"


@pytest.mark.parametrize("module", [ast, argparse, tokenize, statistics, textwrap])
def test_real_code_still_parses_with_every_line_in_its_place(module):
    source = Path(module.__file__).read_text(encoding="utf-8")
    made = rewrite(source)
    tree, before = ast.parse(made), ast.parse(source)
    assert [node.lineno for node in tree.body if isinstance(node, ast.FunctionDef)] == [
        node.lineno for node in before.body if isinstance(node, ast.FunctionDef)
    ]


@pytest.mark.parametrize("odd", ["\u2028", "\x0c", "\x85", "\x1c"])
def test_separators_that_end_no_line_in_python_do_no_harm(odd):
    made = rewrite(f"x = 'a{odd}b'\r\nif x < 'c':\r    say(x)")
    assert made == (f"x = 'a{odd}b'\nif _truth(_lt(x , 'c')):\n    say(x, _line=3)")


@pytest.mark.parametrize("line", ["x < 1", "detect('a',)", "detect('a') < 1"])
def test_the_cost_grows_with_the_length_and_not_with_its_square(line):
    def seconds(lines):
        start = time.process_time()
        rewrite(f"# {lines}\n" + f"{line}\n" * lines)
        return time.process_time() - start

    assert min(seconds(2000 + i) for i in range(3)) < 12 * min(
        seconds(400 + i) for i in range(3)
    )
