"""Finds a program's mistakes before it runs, each as a sentence with its line.

What is refused here is refused again by the sandbox; this is for whoever repairs
the program, so it looks for what models get wrong: names, arguments, attributes, maps
(`check_maps`), order (`check_flow`), programs that never move.
"""

import ast
import builtins
import difflib
from collections.abc import Iterator

from planner.errors import InvalidProgramError
from planner.language.answers import HOST_CALLS
from planner.language.api import (
    FUNCTIONS,
    GIVEN_MODULES,
    MOVING,
    NUMPY,
    OBJECT_FACTS,
    PLAIN_MODULES,
    TALKING,
    TRANSFORMS,
)
from planner.language.bindings import below, bound_names, called, own_names
from planner.language.check_flow import Problem, unreachable, used_before_set
from planner.language.check_maps import MAP_ARGUMENTS, map_mistakes
from planner.language.kinds import MAP_KINDS, ProgramKind, map_function
from planner.language.rewrite import parsed, rewrite

_NO_BUILTINS = frozenset(
    "open eval exec compile globals locals vars input breakpoint help memoryview "
    "exit quit delattr setattr classmethod staticmethod property super "
    "callable object copyright credits license".split()
)
BUILTINS = frozenset(
    name
    for name in dir(builtins)
    if not name.startswith("_") and name not in _NO_BUILTINS
)
_BANNED: dict[type[ast.AST], str] = {
    ast.Yield: "yield is not available; return a list",
    ast.YieldFrom: "yield is not available; return a list",
    ast.Delete: "del is not available",
    ast.AsyncFunctionDef: "async is not available; execute waits by itself",
    ast.Await: "await is not available; execute waits by itself",
}
_LONGEST_PROGRAM = 40_000  # characters
_MOST_TOLD = 20  # problems; who mends a program pays for each word


def check(source: str, kind: ProgramKind = "whole") -> tuple[str, ...]:
    """Return the problems of a program, one sentence each; empty if there is none.

    Args:
        source: The program.
        kind: A program moves or says something; one that makes a map must not.
    """
    if len(source) > _LONGEST_PROGRAM:
        return (f"line 1: the program is longer than {_LONGEST_PROGRAM} characters",)
    try:
        rewrite(source)
    except InvalidProgramError as error:
        return error.problems
    tree = parsed(source)
    found = [
        *_imports(tree),
        *_constructs(tree),
        *_names(tree),
        *_calls(tree),
        *_attributes(tree),
        *_conditions(tree),
        *map_mistakes(tree),
        *unreachable(tree),
        *used_before_set(tree),
        *(_no_motion(tree, source) if kind in MAP_KINDS else _motion(tree)),
    ]
    told = [f"line {line}: {what}" for line, what in sorted(set(found))]
    if len(told) > _MOST_TOLD:
        told[_MOST_TOLD:] = [f"and {len(told) - _MOST_TOLD} more problems"]
    return tuple(told)


def _imports(tree: ast.Module) -> Iterator[Problem]:
    allowed = GIVEN_MODULES | PLAIN_MODULES
    for node in below(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
            yield from _missing(node)
        for module in modules:
            if module.partition(".")[0] not in allowed:
                assert isinstance(node, ast.Import | ast.ImportFrom)
                yield (
                    node.lineno,
                    f"'{module}' cannot be imported; available: "
                    f"numpy, {', '.join(sorted(PLAIN_MODULES))}",
                )


def _missing(node: ast.ImportFrom) -> Iterator[Problem]:
    """Find what is imported from a module of the prelude that does not have it."""
    module, _, part = (node.module or "").partition(".")
    if module not in GIVEN_MODULES or module == "__future__":
        return
    within = f"{part}." if part and module == "numpy" else ""
    known = NUMPY if module == "numpy" else {*FUNCTIONS, *TRANSFORMS}
    for each in node.names:
        if each.name != "*" and within + each.name not in known:
            yield node.lineno, f"'{each.name}' cannot be imported from {node.module}"


def _constructs(tree: ast.Module) -> Iterator[Problem]:
    for node in below(tree):
        line = getattr(node, "lineno", 0)
        if type(node) in _BANNED:
            yield line, _BANNED[type(node)]
        elif isinstance(node, ast.ClassDef) and (node.bases or node.keywords):
            yield line, "classes cannot inherit; raise ValueError for errors"
        elif isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            yield line, f"attribute '{node.attr}' is not available"
        elif isinstance(node, ast.Name) and _is_hidden(node.id):
            yield line, f"name '{node.id}' is not available"


def _is_hidden(name: str) -> bool:
    return name.startswith("__") and name != "__name__"


def _names(tree: ast.Module) -> Iterator[Problem]:
    known = BUILTINS | frozenset(FUNCTIONS) | {"np"} | frozenset(bound_names(tree))
    for node in below(tree):
        if isinstance(node, ast.Name) and node.id in HOST_CALLS:
            yield node.lineno, f"'{node.id}' belongs to the sandbox; use another name"
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if node.id in known or node.id.startswith("__"):
            continue
        if node.id.endswith("_map"):
            hint = f"make it with get_empty_{node.id} or give the function's name"
            yield node.lineno, f"map '{node.id}' is used but never made; {hint}"
        else:
            yield node.lineno, f"name '{node.id}' is not defined{_similar(node.id)}"


def _similar(name: str) -> str:
    plain = {each.replace("_", ""): each for each in FUNCTIONS}
    wanted = name.replace("_", "").lower()
    close = difflib.get_close_matches(wanted, plain, 1, 0.75)
    return f"; did you mean {plain[close[0]]}?" if close else ""


def _calls(tree: ast.Module) -> Iterator[Problem]:
    own = set(own_names(tree))
    for node in below(tree):
        if isinstance(node, ast.Attribute):
            path = _numpy_path(node)
            if path and path not in NUMPY and not path.endswith("linalg"):
                yield node.lineno, f"np.{path} is not available here"
        name = called(node)
        if name in FUNCTIONS and name not in own:
            assert isinstance(node, ast.Call)
            problem = _bind(node, name)
            if problem:
                yield node.lineno, problem


def _numpy_path(node: ast.Attribute) -> str:
    if isinstance(node.value, ast.Name) and node.value.id == "np":
        return node.attr
    if isinstance(node.value, ast.Attribute):
        before = _numpy_path(node.value)
        return f"{before}.{node.attr}" if before == "linalg" else ""
    return ""


def _bind(node: ast.Call, name: str) -> str:
    starred = any(isinstance(each, ast.Starred) for each in node.args)
    if starred or any(each.arg is None for each in node.keywords):
        return ""  # known only when it runs
    function = FUNCTIONS[name]
    try:
        bound = function.signature.bind(
            *node.args, **{each.arg or "": each.value for each in node.keywords}
        )
    except TypeError as error:
        return f"{name}: {error}; it is {function.head}"
    if name == "execute" and not set(bound.arguments) & set(MAP_ARGUMENTS):
        return "execute without any map does nothing"
    return ""


def _attributes(tree: ast.Module) -> Iterator[Problem]:
    """Find facts that a detected object does not have."""
    own = own_names(tree)
    detected = {
        target.id
        for node in below(tree)
        if isinstance(node, ast.Assign) and called(node.value) == "detect"
        for target in node.targets
        if isinstance(target, ast.Name) and own.count(target.id) == 1
    }
    for node in below(tree):
        if not isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Store):
            continue
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        sure = called(node.value) == "detect" and "detect" not in own
        known = node.attr in OBJECT_FACTS or node.attr.startswith("_")
        if (sure or name in detected) and not known:
            close = difflib.get_close_matches(node.attr, OBJECT_FACTS, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            yield node.lineno, f"an object has no '{node.attr}'{hint}"


def _conditions(tree: ast.Module) -> Iterator[Problem]:
    """Find conditions to wait for that are looked at only once."""
    for node in below(tree):
        if called(node) != "wait_until" or not isinstance(node, ast.Call):
            continue
        for each in node.args[:1]:
            plain = isinstance(each, ast.Compare | ast.BoolOp | ast.Constant)
            if plain or called(each) in FUNCTIONS:
                yield (
                    node.lineno,
                    "wait_until needs a function that is called again: "
                    "wait_until(lambda: ...)",
                )


def _no_motion(tree: ast.Module, source: str) -> Iterator[Problem]:
    """Find what a program may not do that only makes a map, or that it makes none."""
    for node in below(tree):
        name = called(node)
        if name in (*MOVING, "wait_until") and isinstance(node, ast.Call):
            yield node.lineno, f"{name} cannot be called where a map is made"
    try:
        map_function(source)
    except InvalidProgramError:
        yield 1, "write a function without parameters that returns the map"


def _motion(tree: ast.Module) -> Iterator[Problem]:
    names = {called(node) for node in below(tree)}
    if not names & (MOVING | TALKING):
        yield 1, "the program never moves: call execute with the maps"
