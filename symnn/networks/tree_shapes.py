"""Which shape a tree has; a misfit is named with both sides and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from msgspec.structs import replace

from symnn.errors import Problem, Span
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import (
    Call,
    Constant,
    Derivative,
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
)
from symnn.expressions.writing import plain
from symnn.networks.sizes import MOST_ENTRIES, MOST_PRODUCTS, refuse_too_large
from symnn.ops.operation import TensorCall, settled_arguments
from symnn.ops.shapes import (
    Shape,
    Unfit,
    Valueless,
    as_matrix,
    broadcast,
    is_line,
    normal,
    product_shape,
    shape_text,
    size,
    transposed_shape,
)
from symnn.ops.table import OF_TENSORS

__all__ = ["Misfit", "is_entrywise", "shape_of", "tensor_call"]

Shapes = Mapping[str, Shape]

MATRIX = 2


class Misfit(Valueless):
    """Shapes in a tree that do not fit: the problem with the part's span."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def shape_of(tree: Tree, shapes: Shapes) -> Shape:
    """Give the shape of a tree; names that are not in ``shapes`` are numbers.

    Raises: `Misfit` naming the part that does not fit, both shapes, and what would mend it.

    >>> shape_of(Product((Name("W"), Name("x"))), {"W": (2, 3), "x": (3,)})
    (2,)
    """
    match tree:
        case Number() | Constant() | Entry():
            return ()
        case Name(name):
            return shapes.get(name, ())
        case Negative(operand):
            return shape_of(operand, shapes)
        case Sum(terms) | Entrywise(terms):
            return _joined(tree, terms, tuple(shape_of(part, shapes) for part in terms))
        case Product(factors):
            return _product(factors, shapes)
        case Quotient(above, under):
            return _joined(tree, (above, under), (shape_of(above, shapes), shape_of(under, shapes)))
        case Power(base, exponent):
            return _power(tree, base, exponent, shapes)
        case Transpose(operand):
            return _named(tree.span, lambda: transposed_shape(shape_of(operand, shapes)))
        case Call():
            return _call(tree, shapes)
        case Derivative(of, wrt):
            return _derivative(tree, of, wrt, shapes)
        case Matrix(rows, vector):
            return _written(tree, rows, shapes, vector=vector)
        case _:
            assert_never(tree)


def _named(span: Span | None, find: Callable[[], Shape], **facts: str) -> Shape:
    """Find a shape; a misfit gets the names of the parts and their place."""
    try:
        return find()
    except Unfit as unfit:
        raise Misfit(Problem(unfit.problem.code, {**unfit.problem.facts, **facts}, span)) from None


def _joined(tree: Tree, parts: tuple[Tree, ...], found: tuple[Shape, ...]) -> Shape:
    """Join terms of one shape, or spread numbers and bias columns."""
    common, first = found[0], parts[0]
    for part, shape in zip(parts[1:], found[1:], strict=True):
        before = common
        try:
            common = broadcast((before, shape))
        except Unfit as unfit:
            facts = {**unfit.problem.facts, "first": plain(first), "second": plain(unsigned(part))}
            code = "shape-entrywise" if isinstance(tree, Entrywise) else unfit.problem.code
            raise Misfit(Problem(code, facts, part.span or tree.span)) from None
        first = part if common == shape and before != shape else first
    return common


def _product(factors: tuple[Tree, ...], shapes: Shapes) -> Shape:
    """Multiply from left to right; the fact of a misfit is the product so far and the factor after it."""
    shape = shape_of(factors[0], shapes)
    for place, factor in enumerate(factors[1:], 1):
        left, right = shape, shape_of(factor, shapes)
        try:
            shape = product_shape(left, right)
        except Unfit as unfit:
            before = factors[0] if place == 1 else Product(factors[:place])
            facts = {**unfit.problem.facts, "first": plain(before), "second": plain(factor)}
            raise Misfit(Problem(unfit.problem.code, facts, factor.span)) from None
        inner = as_matrix(right)[0] if left and right else 1
        if size(shape) > MOST_ENTRIES or size(shape) * inner > MOST_PRODUCTS:
            raise _too_large(Product(factors[: place + 1], factor.span), shape, inner)
    return shape


def _too_large(tree: Tree, shape: Shape, together: int) -> Misfit:
    """Refuse a value that has too many entries, or whose entries are made of too many others altogether."""
    problem = refuse_too_large(plain(tree), shape, together)
    return Misfit(replace(problem, span=tree.span))


def _power(tree: Power, base: Tree, exponent: Tree, shapes: Shapes) -> Shape:
    """Raise entry by entry; a power of a square matrix could mean two things."""
    shape = shape_of(base, shapes)
    if shape_of(exponent, shapes):
        raise Misfit(Problem("shape-exponent", {"exponent": plain(exponent)}, tree.span))
    if len(shape) == MATRIX and shape[0] == shape[1]:
        raise Misfit(Problem("shape-power", {"base": plain(base), "shape": shape_text(shape)}, tree.span))
    return shape


def _written(tree: Matrix, rows: tuple[tuple[Tree, ...], ...], shapes: Shapes, *, vector: bool) -> Shape:
    for row in rows:
        for entry in row:
            if shape_of(entry, shapes):
                facts = {"entry": plain(entry), "shape": shape_text(shape_of(entry, shapes))}
                raise Misfit(Problem("shape-entry", facts, entry.span or tree.span))
    return normal((len(rows),) if vector else (len(rows), len(rows[0]) if rows else 0))


def _derivative(tree: Derivative, of: Tree, wrt: Tree | None, shapes: Shapes) -> Shape:
    """Give the shape of a derivative: a gradient lies as what it is by, a Jacobian has a row for each entry of ``of``.

    So ∂E/∂W is as W, ∂h/∂t by a number as h, and ∂h/∂x of a vector by a vector has one row for each entry of h.
    """
    above, by = shape_of(of, shapes), () if wrt is None else shape_of(wrt, shapes)
    if not above or not by:
        return above or by
    if not (is_line(above) and is_line(by)):
        facts = {"of": plain(of), "wrt": plain(wrt) if wrt is not None else "", "entry": f"{plain(of)}[1]"}
        facts |= {"left": shape_text(above), "right": shape_text(by)}
        raise Misfit(Problem("derivative-axes", facts, tree.span))
    if size(above) * size(by) > MOST_ENTRIES:
        raise _too_large(tree, (size(above), size(by)), 1)
    return normal((size(above), size(by)))


def is_entrywise(node: Call, argument_shapes: tuple[Shape, ...]) -> bool:
    """Say whether a call works entry by entry: an ordinary function, or a loss between two numbers."""
    operation = OF_TENSORS.get(node.function)
    return operation is None or operation.works_entrywise(argument_shapes)


def tensor_call(node: Call, shapes: Shapes) -> TensorCall:
    """Take the call of a tensor operation apart. Raises `Misfit`."""
    operation = OF_TENSORS[node.function]
    try:
        arguments, settings = settled_arguments(node, operation)
    except Unfit as unfit:
        raise Misfit(Problem(unfit.problem.code, unfit.problem.facts, node.span)) from None
    return TensorCall(arguments, tuple(shape_of(argument, shapes) for argument in arguments), settings)


def _call(node: Call, shapes: Shapes) -> Shape:
    found = tuple(shape_of(argument, shapes) for argument in node.arguments)
    if is_entrywise(node, found):
        return _joined(node, node.arguments, found)
    taken = tensor_call(node, shapes)
    facts = {"function": node.function}
    facts |= {key: plain(one) for key, one in zip(("first", "second"), taken.arguments, strict=False)}
    operation = OF_TENSORS[node.function]
    shape = _named(node.span, lambda: operation.shape(taken), **facts)
    together = operation.work(taken) if operation.work is not None else 1
    if size(shape) > MOST_ENTRIES or size(shape) * together > MOST_PRODUCTS:
        raise _too_large(node, shape, together)
    return shape
