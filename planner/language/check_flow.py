"""Mistakes of order: code that is never reached, names used before they are set.

Only what is certain is told: a program that may be right is left alone.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import cast

from planner.language.api import FUNCTIONS
from planner.language.bindings import (
    Scope,
    below,
    imported_names,
    own_names,
    scopes,
    walk_scope,
)

Problem = tuple[int, str]

_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def unreachable(tree: ast.Module) -> Iterator[Problem]:
    """Find statements that follow one which always leaves their block."""
    for node in below(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                nodes = cast("list[ast.AST]", block)
                yield from _dead([e for e in nodes if isinstance(e, ast.stmt)])


def _dead(block: Sequence[ast.stmt]) -> Iterator[Problem]:
    for at, statement in enumerate(block[:-1]):
        if leaves(statement):
            rest = [each for each in block[at + 1 :] if not _idle(each)]
            if rest:
                yield (
                    rest[0].lineno,
                    f"this line is never reached: line {statement.lineno} always "
                    "ends the block before it",
                )
            return


def leaves(statement: ast.stmt) -> bool:
    """Say whether nothing after a statement can run."""
    match statement:
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and leaves(body[-1]) and leaves(orelse[-1])
        case ast.While(test=ast.Constant(value=value)) if value:
            return not any(_breaks(each) for each in statement.body)
        case _:
            return isinstance(statement, _LEAVING)


def _breaks(node: ast.AST) -> bool:
    """Say whether a statement of a loop's body can break out of that loop."""
    if isinstance(node, ast.Break):
        return True
    if isinstance(node, ast.For | ast.While):
        return any(_breaks(each) for each in node.orelse)
    inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    if isinstance(node, inner):
        return False
    return any(_breaks(each) for each in ast.iter_child_nodes(node))


def _idle(statement: ast.stmt) -> bool:
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or isinstance(statement, ast.Pass)


def used_before_set(tree: ast.Module) -> Iterator[Problem]:
    """Find names that are read in a statement before the first that can set them."""
    for scope in scopes(tree):
        yield from _early(scope)


def _early(scope: Scope) -> Iterator[Problem]:
    last = len(scope.body)
    first: dict[str, int] = {}
    for at in reversed(range(last)):
        for name in _binds(scope.body[at]):
            first[name] = at
    elsewhere = _from_outside(scope)
    for at, statement in enumerate(scope.body):
        skip = elsewhere | _comprehended(statement)
        for node in walk_scope(statement):
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
                continue
            if first.get(node.id, -1) > at and node.id not in skip:
                line = scope.body[first[node.id]].lineno
                yield (
                    node.lineno,
                    f"'{node.id}' is used before it is set in line {line}",
                )


def _binds(statement: ast.stmt) -> set[str]:
    """Return what a statement sets in its own scope."""
    names: set[str] = set()
    for node in walk_scope(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name | ast.ExceptHandler | ast.pattern):
            names.update(own_names(node))
        elif isinstance(node, ast.alias):
            names.update(imported_names(node))
    return names - _comprehended(statement)


def _comprehended(statement: ast.stmt) -> set[str]:
    """Return the variables of comprehensions, which are set nowhere else."""
    return {
        name
        for node in walk_scope(statement)
        if isinstance(node, ast.comprehension)
        for name in own_names(node.target)
    }


def _from_outside(scope: Scope) -> set[str]:
    """Return the names that mean something before the scope sets them."""
    names: set[str] = set()
    for node in below(scope):
        if isinstance(node, ast.Global | ast.Nonlocal):
            names.update(node.names)
    if isinstance(scope, ast.Module):
        return names | set(FUNCTIONS) | {"np"} | set(dir(builtins))
    arguments = scope.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    names.update(each.arg for each in every)
    names.update(each.arg for each in (arguments.vararg, arguments.kwarg) if each)
    return names | set(imported_names(scope))
