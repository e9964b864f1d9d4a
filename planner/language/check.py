"""Finds a program's mistakes before it runs, each as a sentence with its line.

What is refused here is refused again by the sandbox; this is for whoever repairs
the program, so it looks for what models get wrong: names, arguments, maps that are
used but never made, programs that never move.
"""

import ast
import builtins
from collections.abc import Iterator

from planner.errors import InvalidProgramError
from planner.language.api import (
    FUNCTIONS,
    GIVEN_MODULES,
    MOVING,
    NUMPY,
    PLAIN_MODULES,
)
from planner.language.rewrite import rewrite

_NO_BUILTINS = frozenset(
    "open eval exec compile globals locals vars input breakpoint help memoryview "
    "exit quit delattr setattr getattr classmethod staticmethod property super "
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
_MAP_ARGUMENTS = tuple(
    name for name in FUNCTIONS["execute"].signature.parameters if name != "movable"
)
_LONGEST_PROGRAM = 40_000  # characters


def check(source: str) -> tuple[str, ...]:
    """Return the problems of a program, one sentence each; empty if there is none."""
    if len(source) > _LONGEST_PROGRAM:
        return (f"line 1: the program is longer than {_LONGEST_PROGRAM} characters",)
    try:
        rewrite(source)
    except InvalidProgramError as error:
        return error.problems
    tree = ast.parse(source)
    found = [
        *_imports(tree),
        *_constructs(tree),
        *_names(tree),
        *_calls(tree),
        *_map_functions(tree),
        *_motion(tree),
    ]
    unique = sorted(set(found))
    return tuple(f"line {line}: {what}" for line, what in unique)


Problem = tuple[int, str]


def _imports(tree: ast.Module) -> Iterator[Problem]:
    allowed = GIVEN_MODULES | PLAIN_MODULES
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
        for module in modules:
            if module.partition(".")[0] not in allowed:
                assert isinstance(node, ast.Import | ast.ImportFrom)
                yield (
                    node.lineno,
                    f"'{module}' cannot be imported; available: "
                    f"numpy, {', '.join(sorted(PLAIN_MODULES))}",
                )


def _constructs(tree: ast.Module) -> Iterator[Problem]:
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if type(node) in _BANNED:
            yield line, _BANNED[type(node)]
        elif isinstance(node, ast.ClassDef) and (node.bases or node.keywords):
            yield line, "classes cannot inherit; raise ValueError for errors"
        elif isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            yield line, f"attribute '{node.attr}' is not available"
        elif isinstance(node, ast.Name) and node.id.startswith("__"):
            yield line, f"name '{node.id}' is not available"


def _names(tree: ast.Module) -> Iterator[Problem]:
    known = BUILTINS | frozenset(FUNCTIONS) | {"np"} | frozenset(_bound(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if node.id in known or node.id.startswith("__"):
            continue
        if node.id.endswith("_map"):
            hint = f"make it with get_empty_{node.id} or give the function's name"
            yield node.lineno, f"map '{node.id}' is used but never made; {hint}"
        else:
            yield node.lineno, f"name '{node.id}' is not defined{_similar(node.id)}"


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.alias(name=name, asname=asname):
                yield asname or name.partition(".")[0]
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case _:
                pass


def _similar(name: str) -> str:
    wanted = name.replace("_", "")
    for each in FUNCTIONS:
        plain = each.replace("_", "")
        if wanted.lower() == plain or wanted in plain or plain in wanted:
            return f"; did you mean {each}?"
    return ""


def _calls(tree: ast.Module) -> Iterator[Problem]:
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            path = _numpy_path(node)
            if path and path not in NUMPY and not path.endswith("linalg"):
                yield node.lineno, f"np.{path} is not available here"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        if name in FUNCTIONS and name not in own:
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
    if name == "execute" and not set(bound.arguments) & set(_MAP_ARGUMENTS):
        return "execute without any map does nothing"
    return ""


def _map_functions(tree: ast.Module) -> Iterator[Problem]:
    """Find functions given as maps that return nothing."""
    functions = {
        node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id != "execute":
            continue
        given = [*node.args[1:], *(each.value for each in node.keywords)]
        for each in given:
            function = functions.get(each.id) if isinstance(each, ast.Name) else None
            if function is not None and not _returns(function):
                yield (
                    function.lineno,
                    f"'{function.name}' is used as a map but returns nothing; "
                    "end it with return",
                )


def _returns(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Return) and node.value is not None
        for node in ast.walk(function)
    )


def _motion(tree: ast.Module) -> Iterator[Problem]:
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    if not called & MOVING:
        yield 1, "the program never moves: call execute with the maps"
