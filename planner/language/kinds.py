"""What a language model may be asked to write.

`whole` is one program for the whole instruction; `planner` one that says its steps
in words. The others are parts that a running program asks for: `composer` a step's
program, the rest one map each.
"""

import ast
from textwrap import indent
from typing import Literal

from planner.errors import InvalidProgramError

Style = Literal["whole", "hierarchy"]
MapKind = Literal["affordance", "avoidance", "velocity", "rotation", "gripper"]
PartKind = Literal[
    "composer", "affordance", "avoidance", "velocity", "rotation", "gripper"
]
ProgramKind = Literal[
    "whole",
    "planner",
    "composer",
    "affordance",
    "avoidance",
    "velocity",
    "rotation",
    "gripper",
]

MAP_KINDS: tuple[MapKind, ...] = (
    "affordance",
    "avoidance",
    "velocity",
    "rotation",
    "gripper",
)
PARTS: dict[str, PartKind] = {"composer": "composer", **{k: k for k in MAP_KINDS}}
FIRST: dict[Style, ProgramKind] = {"whole": "whole", "hierarchy": "planner"}

# What a part that is a map leaves in its namespace: a function without parameters.
MADE = "_made"
# Some models set this at the end instead of returning the map.
_RESULT = "ret_val"


def map_function(source: str) -> str:
    """Return the source with its map function bound to `MADE`.

    A map is written as a function, the last one without parameters; or as plain
    statements that set `ret_val` or return the map.

    Raises:
        InvalidProgramError: It does not parse, or is neither.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        problem = f"line {line}: {getattr(error, 'msg', None) or error}"
        raise InvalidProgramError(source, (problem,)) from error
    if any(isinstance(each, ast.Return) for each in body):
        return f"def {MADE}():\n{indent(source, '    ')}"
    if any(_sets_result(each) for each in body):
        return f"def {MADE}():\n{indent(source, '    ')}\n    return {_RESULT}\n"
    functions = [
        each.name
        for each in body
        if isinstance(each, ast.FunctionDef) and not _needs_arguments(each)
    ]
    if not functions:
        problem = "line 1: write a function without parameters that returns the map"
        raise InvalidProgramError(source, (problem,))
    return f"{source}\n{MADE} = {functions[-1]}\n"


def _sets_result(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(each, ast.Name) and each.id == _RESULT for each in node.targets
    )


def _needs_arguments(function: ast.FunctionDef) -> bool:
    given = function.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return positional > 0 or any(each is None for each in given.kw_defaults)
