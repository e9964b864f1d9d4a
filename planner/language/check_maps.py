"""Mistakes with maps: not returned, made in vain, given to the wrong argument.

Only what is certain is told: where it is not plain which map a name stands for,
nothing is said.
"""

import ast
from collections.abc import Iterator

from planner.language.api import FUNCTIONS
from planner.language.bindings import (
    Scope,
    below,
    called,
    own_names,
    scopes,
    walk_scope,
)
from planner.language.check_flow import Problem

MAP_ARGUMENTS = tuple(
    name for name in FUNCTIONS["execute"].signature.parameters if name != "movable"
)
_MAKERS = {f"get_empty_{name}": name.removesuffix("_map") for name in MAP_ARGUMENTS}
_FILLERS = ("set_voxel_by_radius", "set_voxel_near", "set_point")
# An affordance map may well be shown as what to avoid: both start from 0. The
# opposite would lead the hand to what it shall avoid.
_EXCHANGEABLE = {("affordance", "avoidance")}

Functions = dict[str, ast.FunctionDef]


def map_mistakes(tree: ast.Module) -> Iterator[Problem]:
    """Find what is wrong with the maps of a program."""
    functions = {
        node.name: node for node in below(tree) if isinstance(node, ast.FunctionDef)
    }
    silent: set[str] = set()
    for slot, given in _given(tree):
        name = given.id if isinstance(given, ast.Name) else ""
        if name in functions and not _returns(functions[name]):
            silent.add(name)
            yield (
                functions[name].lineno,
                f"'{name}' is used as a map but returns nothing; end it with return",
            )
        kind = _kind(given, tree, functions)
        if kind and kind != slot and (kind, slot) not in _EXCHANGEABLE:
            yield (
                given.lineno,
                f"{slot}_map is given a map made with get_empty_{kind}_map",
            )
    for scope in scopes(tree):
        if not isinstance(scope, ast.FunctionDef) or scope.name not in silent:
            yield from _in_vain(scope)


def _given(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield what calls of `execute` get as maps, each with the kind it is for."""
    for node in below(tree):
        if called(node) == "execute" and isinstance(node, ast.Call):
            if not any(isinstance(each, ast.Starred) for each in node.args):
                for name, value in zip(MAP_ARGUMENTS, node.args[1:], strict=False):
                    yield name.removesuffix("_map"), value
            for each in node.keywords:
                if each.arg in MAP_ARGUMENTS:
                    yield each.arg.removesuffix("_map"), each.value


def _returns(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        for node in below(function)
    )


def _kind(given: ast.expr, tree: ast.Module, functions: Functions) -> str:
    """Return the kind of map an expression is or makes; empty if that is not plain."""
    if isinstance(given, ast.Lambda):
        return _made(given.body, tree)
    if not isinstance(given, ast.Name):
        return _made(given, tree)
    if given.id in _MAKERS:
        return _MAKERS[given.id]
    if given.id not in functions:
        return _made(given, tree)
    function = functions[given.id]
    inside = own_names(function).count(given.id)
    if own_names(tree).count(given.id) != inside:
        return ""  # another thing of that name may be meant
    kinds = {
        _made(node.value, function)
        for statement in function.body
        for node in walk_scope(statement)
        if isinstance(node, ast.Return) and node.value is not None
    }
    return kinds.pop() if len(kinds) == 1 else ""


def _made(value: ast.expr, scope: ast.AST) -> str:
    """Return the kind of the map that a call or a variable of a scope is."""
    if not isinstance(value, ast.Name):
        return _MAKERS.get(called(value), "")
    sources = [
        node.value
        for node in below(scope)
        if isinstance(node, ast.Assign) and _names(node.targets) == [value.id]
    ]
    # Anything else that sets the name makes it uncertain.
    if not sources or own_names(scope).count(value.id) != len(sources):
        return ""
    kinds = {_MAKERS.get(called(each), "") for each in sources}
    return kinds.pop() if len(kinds) == 1 else ""


def _names(targets: list[ast.expr]) -> list[str]:
    return [each.id for each in targets if isinstance(each, ast.Name)]


def _in_vain(scope: Scope) -> Iterator[Problem]:
    """Find maps that are made and perhaps filled, but never given to anything."""
    written = set(_written(scope))
    used: set[str] = set()
    for node in below(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.update(() if id(node) in written else (node.id,))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            used.update(node.names)
    for statement in scope.body:
        for node in walk_scope(statement):
            if isinstance(node, ast.Assign) and called(node.value) in _MAKERS:
                for name in _names(node.targets):
                    if name not in used:
                        yield node.lineno, f"map '{name}' is made but never used"


def _written(scope: ast.AST) -> Iterator[int]:
    """Yield the identities of names that stand where a map is only filled."""
    for node in below(scope):
        match node:
            case ast.Subscript(value=ast.Name() as name, ctx=ast.Store()):
                yield id(name)
            case ast.Expr(value=ast.Call(args=[ast.Name() as name, *_]) as call):
                if called(call) in _FILLERS:
                    yield id(name)
            case _:
                pass
