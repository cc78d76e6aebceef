r"""Bars around a square matrix where a number is meant: ``\ln |Σ|``, ``|Σ|^{1/2}`` are of its determinant."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.tree import Call, Negative, Power, Quotient, Tree, rebuilt
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.shapes import MATRIX, Shape

__all__ = ["with_determinants"]


def with_determinants(node: Tree, shapes: Mapping[str, Shape]) -> Tree:
    r"""Read the bars under a logarithm, a root or a fractional power as a determinant; others are of the entries.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> bars = Call("abs", (Name("S"),))
    >>> plain(with_determinants(Call("log", (bars,)), {"S": (2, 2)})), plain(with_determinants(bars, {"S": (2, 2)}))
    ('logdet(S)', 'abs(S)')
    """
    match node:
        case Call(named.LOG, (Call(named.ABS, (inside,)),)) if _is_square(inside, shapes):
            return Call(named.LOGDET, (inside,), 0, node.span)
        case Call(named.SQRT, (Call(named.ABS, (inside,)) as bars,)) if _is_square(inside, shapes):
            return rebuilt(node, (Call(named.DET, (inside,), 0, bars.span),))
        case Power(Call(named.ABS, (inside,)) as bars, Quotient() | Negative()) if _is_square(inside, shapes):
            return rebuilt(node, (Call(named.DET, (inside,), 0, bars.span), node.exponent))
    return node


def _is_square(tree: Tree, shapes: Mapping[str, Shape]) -> bool:
    try:
        shape = shape_of(tree, shapes)
    except Misfit:
        return False
    return len(shape) == MATRIX and shape[0] == shape[1] > 1
