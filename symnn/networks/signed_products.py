r"""Products whose sign says which they are, where shapes leave no matrix product: ``f * c`` of vectors, ``q \cdot k``.

A star is entrywise there, as in programs and in many books; a dot between two vectors is their inner product.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from symnn.errors import Span
from symnn.expressions.tree import Call, Entrywise, Number, Product, Transpose, Tree, children, with_parts
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.shapes import MATRIX, Shape, Unfit, product_shape

__all__ = ["Factor", "by_sign", "with_signs"]

Factor = tuple[Tree, Shape]
"""A factor with its shape."""

_AROUND = "()[]{} \t"
_STAR, _DOTS = "*", (r"\cdot", "·", "@", ".dot", ".matmul")
_OF_PROGRAMS = _DOTS[2:]
"""Products that take a vector on their left as a row: ``v @ W`` is W^T v."""


def with_signs(tree: Tree, text: str, shapes: Mapping[str, Shape]) -> Tree:
    """Take the products of an answer by their signs wherever shapes leave no matrix product."""
    parts = children(tree)
    same = tuple(with_signs(part, text, shapes) for part in parts)
    node = with_parts(tree, same)
    if not isinstance(node, Product):
        return node
    try:
        return by_sign(node, tuple((factor, shape_of(factor, shapes)) for factor in node.factors), text)
    except Misfit:
        return node


def by_sign(node: Product, factors: tuple[Factor, ...], text: str) -> Tree:
    """Take neighbours without a matrix product by the sign that stands between them in the text.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> f, c = Name("f", Span(0, 1)), Name("c", Span(4, 5))
    >>> plain(by_sign(Product((f, c)), ((f, (2,)), (c, (2,))), "f * c"))
    'f ⊙ c'
    """
    done = [factors[0]]
    for right, shape in factors[1:]:
        left, before = done[-1]
        if not _fits(before, shape):
            together = _joined(done) if before != shape else None
            if together is not None and together[1] == shape:  # V^T δ * f'(a), δ a row
                found = _meant(together, (right, shape), text)
                done = [*done, (right, shape)] if found is None else [found]
            else:
                found = _meant((left, before), (right, shape), text)
                done = [*done[:-1], found] if found is not None else [*done, (right, shape)]
            continue
        whole = _joined(done)
        found = None if whole is None or _fits(whole[1], shape) else _meant(whole, (right, shape), text)
        done = [*done, (right, shape)] if found is None else [found]
    if len(done) == len(factors):
        return node
    return done[0][0] if len(done) == 1 else Product(tuple(tree for tree, _ in done), node.span)


def _is_row(tree: Tree) -> bool:
    """Say whether a tree is one row of a matrix, ``W[2,:]``."""
    match tree:
        case Call(named.SLICE, (_, Number() as first, Number() as last, *_)):
            return first.value == last.value > 0
    return False


def _joined(factors: list[Factor]) -> Factor | None:
    """Multiply what stands before a factor: ``V^T (y - z) * o`` is entrywise where V^T (y - z) is a vector."""
    (first, shape), (last, _) = factors[0], factors[-1]
    if len(factors) == 1 or first.span is None or last.span is None:
        return None
    for _, other in factors[1:]:
        if not _fits(shape, other):
            return None
        shape = product_shape(shape, other)
    return Product(tuple(tree for tree, _ in factors), Span(first.span.start, last.span.end)), shape


def _fits(left: Shape, right: Shape) -> bool:
    try:
        product_shape(left, right)
    except Unfit:
        return False
    return True


def _meant(left: Factor, right: Factor, text: str) -> Factor | None:
    """Give the product of two factors by their sign; None where it says nothing."""
    (first, shape), (second, other) = left, right
    if _is_row(first) and shape == other:  # W_{j,:} v, a row of W times a vector
        return Product((replace(Transpose(first), span=first.span), second)), ()
    if first.span is None or second.span is None:
        return None
    sign = text[first.span.end : second.span.start].strip(_AROUND)
    span = Span(first.span.start, second.span.end)
    line, whole = sorted((shape, other), key=lambda one: (len(one), one))
    spreads = len(whole) == MATRIX and (line == (1, whole[1]) or (len(line) == 1 and line[0] in whole))
    if sign == _STAR and (shape == other or spreads):
        return Entrywise((first, second), span), whole
    if sign in _DOTS and shape == other and len(shape) == 1:
        return Product((replace(Transpose(first), span=first.span), second), span), ()
    if sign in _OF_PROGRAMS and len(shape) == 1 and len(other) == MATRIX and shape[0] == other[0]:
        return Product((replace(Transpose(second), span=second.span), first), span), (other[1],)
    return None
