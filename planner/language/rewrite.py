"""Small edits that make a program fit the sandbox, every line in its place.

- Imports go, their names bound to what the prelude has.
- `<`, `>`, `==`, ... become calls, because the sandbox does not ask an object.
- Truth tests and slice bounds pass through a function of the prelude, for a
  vector is always true there and 0.5 * n is no slice bound.
- API calls get `_line=`, so that results can be told line by line.

Offsets are (line, byte) pairs as `ast` counts them.
"""

import ast
import io
import tokenize
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from planner.errors import InvalidProgramError
from planner.language.api import GIVEN_MODULES, TRACED, TRANSFORMS
from planner.language.bindings import own_names

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "_lt("),
    ast.Gt: (">", "_gt("),
    ast.LtE: ("<=", "_le("),
    ast.GtE: (">=", "_ge("),
    ast.Eq: ("==", "_eq("),
    ast.NotEq: ("!=", "_ne("),
}
# Tests that are plainly true or false.
_PLAIN = (ast.Constant, ast.BoolOp, ast.List, ast.Tuple, ast.Dict)

Offset = tuple[int, int]
Edit = tuple[Offset, int, Offset, str]  # start, rank, end, text


@lru_cache(maxsize=64)  # a program is checked, then run
def rewrite(source: str, line: int | None = None) -> str:
    """Return the program as the sandbox runs it.

    Args:
        source: The program.
        line: That all its calls are told to stand in; their own if absent.

    Raises:
        InvalidProgramError: It does not parse.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    tree = parsed(source)
    edits = _Edits(source, line)
    try:
        edits.collect(tree, 0)
    except RecursionError as error:
        problem = "line 1: nested too deeply"
        raise InvalidProgramError(source, (problem,)) from error
    return edits.applied()


@lru_cache(maxsize=8)
def parsed(source: str) -> ast.Module:
    """Return the syntax tree of a program, which nobody may change.

    Raises:
        InvalidProgramError: It does not parse.
    """
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        what = getattr(error, "msg", None) or str(error) or "nested too deeply"
        raise InvalidProgramError(source, (f"line {line}: {what}",)) from error


@dataclass(slots=True)
class _Edits:
    """Insertions and replacements found in one program.

    At one place, by rank, closing text comes first, innermost first, then opening
    text, outermost first.
    """

    source: str
    line: int | None = None
    found: list[Edit] = field(default_factory=list[Edit])
    redefined: frozenset[str] = frozenset()
    operators: dict[str, list[Offset]] = field(default_factory=dict[str, list[Offset]])

    def __post_init__(self):
        lines = self.source.split("\n")
        for token in tokenize.generate_tokens(io.StringIO(self.source).readline):
            if token.type == tokenize.OP:
                row, column = token.start
                text = lines[row - 1][:column]
                place = (row, len(text.encode()))
                self.operators.setdefault(token.string, []).append(place)

    def wrap(self, node: ast.expr, opening: str, depth: int) -> None:
        start, end = _span(node)
        self.found.append((start, depth, start, opening))
        self.close(end, ")", depth)

    def close(self, at: Offset, text: str, depth: int) -> None:
        self.found.append((at, -10_000 - depth, at, text))

    def collect(self, tree: ast.Module, depth: int) -> None:
        self.redefined = frozenset(own_names(tree))
        self._visit(tree, depth)

    def _visit(self, node: ast.AST, depth: int) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._drop_import(node)
            case ast.Compare():
                self._comparison(node, depth)
            case ast.Call():
                self._call(node, depth)
            case ast.Slice():
                for side in (node.lower, node.upper):
                    if side is not None and not _is_whole(side):
                        self.wrap(side, "_bound(", depth)
            case ast.JoinedStr():
                return  # positions inside f-strings are not to be trusted in 3.11
            case _:
                self._tests(node, depth)
        for child in ast.iter_child_nodes(node):
            self._visit(child, depth + 1)

    def _tests(self, node: ast.AST, depth: int) -> None:
        tests: list[ast.expr] = []
        match node:
            case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
                tests = [node.test]
            case ast.UnaryOp(op=ast.Not()):
                tests = [node.operand]
            case ast.BoolOp():
                tests = node.values
            case ast.comprehension():
                tests = node.ifs
            case _:
                pass
        for test in tests:
            if not isinstance(test, _PLAIN):
                self.wrap(test, "_truth(", depth)

    def _comparison(self, node: ast.Compare, depth: int) -> None:
        if len(node.ops) != 1 or type(node.ops[0]) not in _COMPARISONS:
            return
        symbol, opening = _COMPARISONS[type(node.ops[0])]
        after = _span(node.left)[1]
        places = self.operators[symbol]
        row, column = places[bisect_left(places, after)]
        self.wrap(node, opening, depth)
        self.found.append(((row, column), 0, (row, column + len(symbol)), ","))

    def _call(self, node: ast.Call, depth: int) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in TRACED or name in self.redefined:
            return
        given: list[ast.expr] = [*node.args, *(each.value for each in node.keywords)]
        if any(isinstance(each, ast.GeneratorExp) for each in node.args):
            return
        text = f"_line={node.lineno if self.line is None else self.line}"
        row, column = _span(node)[1]
        if not given:
            self.close((row, column - 1), text, depth)
        else:
            # Before the closing bracket; a comma that is there already stays one.
            end = max(_span(each)[1] for each in given)
            commas = self.operators.get(",", [])
            after = bisect_left(commas, end)
            last = after < len(commas) and commas[after] < (row, column)
            comma = "" if last else ", "
            self.close((row, column - 1), comma + text, depth)

    def _drop_import(self, node: ast.Import | ast.ImportFrom) -> None:
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else None
        names = [each.name for each in node.names] if modules is None else modules
        if any(_root(name) not in GIVEN_MODULES for name in names):
            return
        bindings = ["pass"]
        for each in node.names:
            bound, value = _binding(each, modules[0] if modules else "")
            if bound != value:
                bindings.append(f"{bound} = {value}")
        start = (node.lineno, node.col_offset)
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        breaks = "\\\n" * (end[0] - start[0])
        self.found.append((start, 0, end, "; ".join(bindings) + breaks))

    def applied(self) -> str:
        whole = self.source.encode()
        starts = [0]
        for line in whole.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        pieces: list[bytes] = []
        at = 0
        for start, _, end, text in sorted(self.found, key=lambda edit: edit[:2]):
            a, b = starts[start[0] - 1] + start[1], starts[end[0] - 1] + end[1]
            pieces += [whole[at:a], text.encode()]
            at = b
        return b"".join([*pieces, whole[at:]]).decode()


def _binding(each: ast.alias, module: str) -> tuple[str, str]:
    """Return what an import binds, and to which name of the prelude.

    Args:
        each: What is imported.
        module: From where; empty for a plain import.
    """
    if each.name == "*" or module == "__future__":
        return "", ""
    if not module:
        bound, value = each.asname or _root(each.name), each.name
        value = value if each.asname else _root(value)
        return bound, f"np{value.removeprefix('numpy')}" if _is_numpy(value) else value
    bound = each.asname or each.name
    if _is_numpy(module):
        return bound, f"np{module.removeprefix('numpy')}.{each.name}"
    if each.name in TRANSFORMS:
        return bound, f"transforms3d.{each.name}"
    return bound, each.name


def _is_numpy(module: str) -> bool:
    return _root(module) == "numpy"


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _span(node: ast.expr) -> tuple[Offset, Offset]:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (node.lineno, node.col_offset), end


def _root(module: str) -> str:
    return module.partition(".")[0]
