"""Which names a program gives a meaning, and where."""

import ast
from collections.abc import Iterator
from functools import lru_cache

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


# A check looks at the same nodes many times over.
_remembered = lru_cache(maxsize=2048)


@_remembered
def below(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and all that is below it."""
    return tuple(ast.walk(node))


def bound_names(tree: ast.AST) -> tuple[str, ...]:
    """Return every name that is bound anywhere below a node."""
    return imported_names(tree) + own_names(tree)


@_remembered
def imported_names(tree: ast.AST) -> tuple[str, ...]:
    """Return the names that imports bind."""
    return tuple(
        node.asname or node.name.partition(".")[0]
        for node in below(tree)
        if isinstance(node, ast.alias)
    )


@_remembered
def own_names(tree: ast.AST) -> tuple[str, ...]:
    """Return the names that are bound by anything but an import, as often as that."""
    return tuple(name for node in below(tree) if (name := _bound_by(node)))


def _bound_by(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return "" if isinstance(node.ctx, ast.Load) else node.id
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
            return name
        case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return name
        case _:
            return ""


def scopes(tree: ast.Module) -> Iterator[Scope]:
    """Yield the program and every function in it."""
    for node in below(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@_remembered
def walk_scope(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and what is below it, but not what is inside functions in it.

    A function itself is among them, for its name is bound where it stands.
    """
    found: list[ast.AST] = []
    left = [node]
    while left:
        each = left.pop()
        found.append(each)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            left += [*each.args.defaults, *(d for d in each.args.kw_defaults if d)]
            left += [] if isinstance(each, ast.Lambda) else each.decorator_list
        else:
            left += ast.iter_child_nodes(each)
    return tuple(found)


def called(node: ast.AST) -> str:
    """Return the name of the function a node calls; empty if it calls none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return ""
