"""Products of tensors and their transposes, written as short as a person would."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.expressions.terms import ONE, is_number
from symnn.expressions.tree import Call, Entrywise, Negative, Number, Product, Transpose, Tree, children
from symnn.networks.tree_shapes import shape_of
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["entrywise", "grouped", "multiplied_in_order", "reduced", "transposed", "written_together"]

Shapes = Mapping[str, Shape]
NUMBERS: Shapes = MappingProxyType({})


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
            groups = grouped(factors, shapes)
            numbers = (written_together(group) for group in groups if not shape_of(written_together(group), shapes))
            tensors = next(group for group in groups if shape_of(written_together(group), shapes))
            return Product((*numbers, *(transposed(factor, shapes) for factor in reversed(tensors))))
    return Transpose(tree)


def grouped(factors: tuple[Tree, ...], shapes: Shapes) -> list[tuple[Tree, ...]]:
    """Part a product into numbers and one tensor: ``x^T y z`` is the number x^T y times z."""
    groups: list[tuple[Tree, ...]] = []
    running: tuple[Tree, ...] = ()
    for factor in factors:
        if not shape_of(factor, shapes):
            groups.append((factor,))
            continue
        running = (*running, factor)
        if not shape_of(written_together(running), shapes):
            groups.append(running)
            running = ()
    return [*groups, running] if running else groups


def written_together(group: tuple[Tree, ...]) -> Tree:
    """Write a group of factors as one."""
    return group[0] if len(group) == 1 else Product(group)


def multiplied_in_order(factors: tuple[Tree, ...], shapes: Shapes = NUMBERS) -> Tree:
    """Multiply in this order: ones go, signs come to the front, products run on.

    A product of tensors that is a number, as x^T y, stays together: in δ (x^T y) nothing else fits.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.expressions.tree import Name
    >>> plain(multiplied_in_order((Negative(Name("d")), Transpose(Name("h")))))
    '-d*transpose(h)'
    """
    negative = False
    kept: list[Tree] = []
    for factor in factors:
        inner = factor
        while isinstance(inner, Negative):
            negative, inner = not negative, inner.operand
        runs_on = isinstance(inner, Product) and not _is_inner(inner, shapes)
        kept.extend(inner.factors if runs_on else () if is_number(inner, 1) else (inner,))  # type: ignore[union-attr]
    result: Tree = ONE if not kept else kept[0] if len(kept) == 1 else Product(tuple(kept))
    return Negative(result) if negative else result


def _is_inner(tree: Tree, shapes: Shapes) -> bool:
    """Say whether a product of tensors is a number; without shapes everything is one, and nothing is asked."""
    if not shapes:
        return False
    own = (shape_of(factor, shapes) for factor in children(tree))
    return any(own) and not shape_of(tree, shapes)


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
        result = multiplied_in_order(tuple(kept), shapes)
    else:
        joined = Entrywise(tensors)
        result = joined if not numbers else multiplied_in_order((*numbers, joined))
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
