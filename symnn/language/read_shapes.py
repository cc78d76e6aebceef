"""Shapes as far as the reader needs them: to tell ``f'(a) ⊙ W^T δ`` from ``δ ⊙ f'(a) x^T``.

Both are written without parentheses and group differently; only one grouping fits. Vectors are columns, a
transposed vector is a row of shape (1, n). What is not known here fits nothing and breaks nothing.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from symnn.expressions.tree import (
    Call,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    walk,
)
from symnn.ops import named
from symnn.ops.operation import TensorCall, settled_arguments
from symnn.ops.shapes import Unfit, product_shape, transposed_shape
from symnn.ops.table import OF_TENSORS

if TYPE_CHECKING:
    from symnn.language.scope import Scope, Shape

__all__ = ["holds_tensor", "regrouped", "shape_in_scope"]

_UNKNOWN = "shape"
"""What does not fit is not told here: the reader only tries another grouping."""


def regrouped(tree: Product, scope: Scope) -> Tree:
    """Give ``a ⊙ W b``, read as (a ⊙ W) b, the grouping a ⊙ (W b) where only that fits.

    >>> from symnn.language.scope import Scope
    >>> from symnn.expressions.writing import plain
    >>> scope = Scope.of({"W": (2, 3), "a": (2,), "b": (3,)})
    >>> plain(regrouped(Product((Entrywise((Name("a"), Name("W"))), Name("b"))), scope))
    'a ⊙ (W*b)'
    """
    first = tree.factors[0]
    if not isinstance(first, Entrywise):
        return tree
    inner = Product((first.factors[-1], *tree.factors[1:]))
    other = Entrywise((*first.factors[:-1], inner), tree.span)
    return other if not _fits(tree, scope) and _fits(other, scope) else tree


def _fits(tree: Tree, scope: Scope) -> bool:
    try:
        shape_in_scope(tree, scope)
    except Unfit:
        return False
    return True


def holds_tensor(tree: Tree, scope: Scope) -> bool:
    """Say whether anything in a tree may have rows: a tensor, an entry of an unknown one, ones (``spread(1, 3)``)."""
    return any(
        isinstance(node, Matrix | Entry)
        or (isinstance(node, Name) and bool(scope.shapes.get(node.name)))
        or (isinstance(node, Call) and node.function == named.SPREAD)
        for node in walk(tree)
    )


def shape_in_scope(tree: Tree, scope: Scope) -> Shape:
    """Give the shape of a tree.

    Raises: Unfit where shapes do not go together or are not known.
    """
    match tree:
        case Number():
            return ()
        case Name(name):
            return scope.shape(name)
        case Sum(terms) | Entrywise(terms):
            return _common(tuple(shape_in_scope(term, scope) for term in terms))
        case Negative(inner) | Power(inner) | Quotient(inner):
            return shape_in_scope(inner, scope)
        case Call(function, arguments) if function in OF_TENSORS:
            return _called(tree, tuple(shape_in_scope(argument, scope) for argument in arguments))
        case Call(_, (inner,)):
            return shape_in_scope(inner, scope)
        case Transpose(inner):
            return transposed_shape(shape_in_scope(inner, scope))
        case Matrix(rows, vector):
            return (len(rows),) if vector else (len(rows), len(rows[0]))
        case Product(factors):
            return reduce(product_shape, (shape_in_scope(factor, scope) for factor in factors))
    raise Unfit(_UNKNOWN)


def _called(call: Call, found: tuple[Shape, ...]) -> Shape:
    """Give the shape of what an operation on tensors gives. Raises Unfit."""
    operation = OF_TENSORS[call.function]
    if operation.works_entrywise(found):
        return _common(found)
    arguments, settings = settled_arguments(call, operation)
    return operation.shape(TensorCall(arguments, found[: len(arguments)], settings))


def _common(shapes: tuple[Shape, ...]) -> Shape:
    """Give the one shape of several things that are added or multiplied entry by entry; numbers go with all."""
    tensors = {shape for shape in shapes if shape}
    if len(tensors) > 1:
        raise Unfit(_UNKNOWN)
    return tensors.pop() if tensors else ()
