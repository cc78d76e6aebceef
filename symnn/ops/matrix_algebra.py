"""From SymPy's matrix expressions to trees: products, sums, transposes, entrywise products and functions, traces."""

from __future__ import annotations

from typing import Any

from symnn.expressions.terms import call, product, total
from symnn.expressions.tree import Call, Entrywise, Name, Number, Transpose, Tree, substitute
from symnn.ops import named
from symnn.ops.algebra import from_sympy

__all__ = ["from_sympy_matrix"]


def from_sympy_matrix(expression: Any) -> Tree:
    """Give the tree of a SymPy expression in which matrices may stand; a scalar one has its own tree.

    Raises: TypeError for what has no place in a network's equations.

    >>> import sympy
    >>> from symnn.expressions.writing import plain
    >>> W, x, b = (sympy.MatrixSymbol(name, *shape) for name, shape in (("W", (3, 2)), ("x", (2, 1)), ("b", (3, 1))))
    >>> plain(from_sympy_matrix((W * x + b).applyfunc(sympy.tanh)))
    'tanh(W*x + b)'
    """
    import sympy

    kind = type(expression).__name__
    match kind:
        case "MatrixSymbol":
            return Name(expression.name)
        case "MatAdd":
            return total(tuple(map(from_sympy_matrix, expression.args)))
        case "MatMul":
            return product(tuple(map(from_sympy_matrix, expression.args)))
        case "Transpose":
            return Transpose(from_sympy_matrix(expression.arg))
        case "HadamardProduct":
            return Entrywise(tuple(map(from_sympy_matrix, expression.args)))
        case "ElementwiseApplyFunction":
            return _entrywise(expression)
        case "Trace":
            inside = from_sympy_matrix(expression.arg)
            return inside if expression.arg.shape == (1, 1) else call(named.TRACE, inside)
        case "MatrixElement":
            return _entry(expression)
    if isinstance(expression, sympy.MatrixExpr) or expression.has(sympy.MatrixExpr):
        return _scalars_of(expression)
    return from_sympy(expression)


def _entrywise(expression: Any) -> Tree:
    """Write a function that is applied to every entry; SymPy keeps it as a formula in one letter."""
    import sympy

    letter = sympy.Symbol("entry")
    inside = from_sympy(expression.function(letter))
    match inside:
        case Call(function, (Name(),)):
            return Call(function, (from_sympy_matrix(expression.expr),))
    message = f"{expression.function} has no place in a network's equations; declare a function of that name"
    raise TypeError(message)


def _entry(expression: Any) -> Tree:
    """Write an entry as the part that it is, counted from 1 along the rows."""
    rows, columns = (int(one) for one in expression.parent.shape)
    whole = from_sympy_matrix(expression.parent)
    if rows == columns == 1:
        return whole
    row, column = (int(one) for one in expression.args[1:])
    place = Number(row * columns + column + 1)
    return call(named.PART, whole, place, place)


def _scalars_of(expression: Any) -> Tree:
    """Write a number in which entries and traces stand: each is a letter of its own until the rest is written."""
    import sympy

    inside = sorted(expression.atoms(sympy.matrices.expressions.matexpr.MatrixElement, sympy.Trace), key=str)
    letters = {one: sympy.Symbol(f"number {place}") for place, one in enumerate(inside)}
    written = from_sympy(expression.xreplace(letters))
    return substitute(written, {letter.name: from_sympy_matrix(one) for one, letter in letters.items()})
