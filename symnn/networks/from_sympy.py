"""A network from SymPy equations: a symbol is a quantity, never a text that is read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symnn.documents.kinds import Bilingual
from symnn.errors import GraphError, Problem
from symnn.expressions.tree import Name, Tree, substitute
from symnn.language.names import spelled
from symnn.messages import raisable
from symnn.networks.declarations import Declarations, EquationLine
from symnn.networks.models import graph_from_lines, source_of
from symnn.networks.network import Network
from symnn.ops.matrix_algebra import from_sympy_matrix

__all__ = ["network_from_sympy"]

_LONGEST = 60


def network_from_sympy(equations: Sequence[Any]) -> Network:
    """Make a network of equations ``Eq(symbol, expression)`` in the order of the forward pass.

    Every symbol is one quantity, by its own name; a ``MatrixSymbol`` brings its shape, ``n x 1`` being a column.
    Raises: GraphError for what is no such equation, for a symbol whose name is no name of a quantity, and for two
    symbols that would have one name (two Dummies called u).

    >>> import sympy
    >>> w, x, y = sympy.symbols("w x y")
    >>> network_from_sympy([sympy.Eq(y, w * x)]).graph.parameters
    ('w', 'x')
    """
    import sympy

    problems = [
        Problem("not-a-sympy-equation", {"found": str(one)[:_LONGEST]})
        for one in equations
        if not (isinstance(one, sympy.Eq) and _is_quantity(one.lhs) and isinstance(one.rhs, sympy.Expr))
    ]
    if problems:
        raise raisable(GraphError, *problems)
    symbols = {symbol for one in equations for symbol in one.free_symbols}
    names = _names(symbols, problems)
    trees = [_tree(one.rhs, problems) for one in equations]
    if problems:
        raise raisable(GraphError, *problems)
    lines = _lines(equations, trees, names)
    return Network(
        "equations", Bilingual("", ""), graph_from_lines(lines, {}, Declarations(shapes=_shapes(symbols, names)))
    )


def _is_quantity(symbol: Any) -> bool:
    return bool(symbol.is_Symbol or type(symbol).__name__ == "MatrixSymbol")


def _shapes(symbols: Iterable[Any], names: Mapping[str, str]) -> Mapping[str, tuple[int, ...]]:
    """Give the shapes of the matrices; one whose lengths are letters is refused by what needs them."""
    matrices = [symbol for symbol in symbols if not symbol.is_Symbol]
    return {names[one.name]: tuple(int(length) for length in one.shape) for one in matrices}


def _names(symbols: Iterable[Any], problems: list[Problem]) -> Mapping[str, str]:
    """Give the name of each symbol; two that would share one are refused, whatever they are assumed to be."""
    names: dict[str, str] = {}
    owner: dict[str, Any] = {}
    for symbol in sorted(symbols, key=str):
        known = spelled(symbol.name)
        if isinstance(known, Problem):
            problems.append(Problem("symbol-name", {"name": symbol.name[:_LONGEST]}))
        elif known in owner:
            facts = {"first": str(owner[known]), "second": str(symbol), "name": known}
            problems.append(Problem("two-symbols", facts))
        else:
            owner[known], names[symbol.name] = symbol, known
    return names


def _tree(expression: Any, problems: list[Problem]) -> Tree:
    """Give the tree of a right side; what SymPy knows and a network does not is a problem."""
    import sympy

    try:
        if not expression.has(sympy.I):
            return from_sympy_matrix(expression)
    except (TypeError, AttributeError):
        pass
    problems.append(Problem("not-for-a-network", {"found": str(expression)[:_LONGEST]}))
    return Name("")


def _lines(equations: Sequence[Any], trees: Sequence[Tree], names: Mapping[str, str]) -> tuple[EquationLine, ...]:
    """Make the lines of the graph, placed in the equations as SymPy writes them."""
    meaning: dict[str, Tree] = {name: Name(known) for name, known in names.items()}
    written = [f"{one.lhs} = {one.rhs}" for one in equations]
    source = source_of("\n".join(written))
    lines, start = [], 0
    for one, tree, text in zip(equations, trees, written, strict=True):
        where = start + len(f"{one.lhs} = ")
        lines.append(EquationLine(names[one.lhs.name], substitute(tree, meaning), source, where))
        start += len(text) + 1
    return tuple(lines)
