"""Products of tensors and their transposes, written as short as a person would."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.terms import ONE, is_number
from symnn.expressions.tree import Call, Entrywise, Negative, Number, Product, Transpose, Tree
from symnn.networks.shapes import shape_of
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["entrywise", "multiplied", "reduced", "transposed"]

Shapes = Mapping[str, Shape]


def transposed(tree: Tree, shapes: Shapes) -> Tree:
    """Write a transpose: two cancel, that of a product is the product of the transposes turned round.

    >>> from symnn.expressions.tree import Name
    >>> transposed(Product((Name("W"), Name("x"))), {"W": (2, 3), "x": (3,)}).factors[0]
    Transpose(operand=Name(name='x', span=None), span=None)
    """
    if not shape_of(tree, shapes):
        return tree
    match tree:
        case Transpose(operand):
            return operand
        case Negative(operand):
            return Negative(transposed(operand, shapes))
        case Product(factors):
            numbers = tuple(factor for factor in factors if not shape_of(factor, shapes))
            tensors = (transposed(factor, shapes) for factor in reversed(factors) if shape_of(factor, shapes))
            return Product((*numbers, *tensors))
    return Transpose(tree)


def multiplied(factors: tuple[Tree, ...]) -> Tree:
    """Multiply in this order: ones go, signs come to the front, products run on.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.expressions.tree import Name
    >>> plain(multiplied((Negative(Name("d")), Transpose(Name("h")))))
    '-d*transpose(h)'
    """
    negative = False
    kept: list[Tree] = []
    for factor in factors:
        inner = factor
        while isinstance(inner, Negative):
            negative, inner = not negative, inner.operand
        kept.extend(inner.factors if isinstance(inner, Product) else () if is_number(inner, 1) else (inner,))
    result: Tree = ONE if not kept else kept[0] if len(kept) == 1 else Product(tuple(kept))
    return Negative(result) if negative else result


def entrywise(factors: tuple[Tree, ...], shapes: Shapes) -> Tree:
    """Multiply entry by entry; where at most one factor is a tensor it is an ordinary product.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.expressions.tree import Name
    >>> plain(entrywise((Name("d"), Name("s")), {"d": (2,), "s": (2,)}))
    'd ⊙ s'
    """
    kept: list[Tree] = []
    negative = False
    for factor in factors:
        inner = factor
        while isinstance(inner, Negative):
            negative, inner = not negative, inner.operand
        if isinstance(inner, Entrywise):
            kept.extend(inner.factors)
        elif not is_number(inner, 1):
            kept.append(inner)
    kept = _unspread(kept, shapes)
    numbers = tuple(factor for factor in kept if not shape_of(factor, shapes))
    tensors = tuple(factor for factor in kept if shape_of(factor, shapes))
    if len(tensors) <= 1:
        result = multiplied(tuple(kept))
    else:
        joined = Entrywise(tensors)
        result = joined if not numbers else multiplied((*numbers, joined))
    return Negative(result) if negative else result


def _unspread(factors: list[Tree], shapes: Shapes) -> list[Tree]:
    """Write a spread number as the number itself where another factor has the shape already."""
    found = [shape_of(factor, shapes) for factor in factors]
    kept: list[Tree] = []
    for place, factor in enumerate(factors):
        shape = found[place]
        if isinstance(factor, Call) and factor.function == named.SPREAD and found.count(shape) > 1:
            inner = factor.arguments[0]
            if not shape_of(inner, shapes):
                found[place] = ()
                kept.extend(() if is_number(inner, 1) else (inner,))
                continue
        kept.append(factor)
    return kept


def reduced(tree: Tree, shape: Shape, shapes: Shapes) -> Tree:
    """Bring an error to the shape of what was spread: add along the axes that the spreading filled.

    >>> from symnn.expressions.tree import Name
    >>> reduced(Name("d"), (), {"d": (3,)})
    Call(function='sum', arguments=(Name(name='d', span=None),), order=0, span=None)
    """
    own = shape_of(tree, shapes)
    if own == shape:
        return tree
    if len(own) < len(shape):
        return Call(named.SPREAD, (tree, *(Number(length) for length in shape)))
    return Call(named.SUM, (tree, Number(len(shape))) if shape else (tree,))
