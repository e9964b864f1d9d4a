"""Which names a program gives a meaning, and where."""

import ast
from collections.abc import Iterator

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Yield every name that is bound anywhere below a node."""
    yield from imported_names(tree)
    yield from own_names(tree)


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that imports bind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]


def own_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are bound by anything but an import."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case _:
                pass


def scopes(tree: ast.Module) -> Iterator[Scope]:
    """Yield the program and every function in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, but not what is inside functions in it.

    A function itself is yielded, for its name is bound where it stands.
    """
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        outside = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        if not isinstance(node, ast.Lambda):
            outside += node.decorator_list
        children: Iterator[ast.AST] = iter(outside)
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        yield from walk_scope(child)


def called(node: ast.AST) -> str:
    """Return the name of the function a node calls; empty if it calls none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return ""
