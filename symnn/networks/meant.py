"""What an author's writing means where shapes decide: entries, transposes, quotients, biases; two readings are refused.

``s_2`` of a vector s is its entry, ``X W + b`` adds b to every row or to every column, ``x/W`` is nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Fact, Problem
from symnn.expressions.terms import ONE, is_number, unsigned
from symnn.expressions.tree import (
    Call,
    Constant,
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
    children,
    names,
    with_parts,
)
from symnn.expressions.writing import plain
from symnn.language.axis_numbers import counted_axis
from symnn.networks.barred import with_determinants
from symnn.networks.conventions import Samples
from symnn.networks.picking import picked
from symnn.networks.signed_products import by_sign
from symnn.networks.tree_shapes import Misfit, is_entrywise, shape_of
from symnn.ops import named
from symnn.ops.operation import AXES
from symnn.ops.shapes import Shape, is_line, shape_text
from symnn.ops.table import OPERATIONS

__all__ = ["BOTH_WAYS", "KnownNames", "is_given", "meant", "rows_beside"]

BOTH_WAYS: Final = "bias-both-ways"
"""The code of what could stand in every row or in every column."""

MATRIX = 2

UNIT = "I"
"""How the unit matrix is called where no quantity is called so."""


class KnownNames(Struct, frozen=True):
    """What is known where a tree stands: shapes, the names that mean themselves, those that are given.

    ``initials`` are the first letters of the tensors: most names are soon known to be no entry of one. ``text`` is
    what was written, to which the spans belong.
    """

    shapes: Mapping[str, Shape]
    own: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    samples: Samples = ""
    initials: Collection[str] | None = None
    text: str = ""

    def may_be_entry(self, name: str) -> bool:
        """Say whether a name could be an entry of a tensor, as far as its first letter tells."""
        return name not in self.own and (self.initials is None or name[0] in self.initials)

    def shape(self, tree: Tree) -> Shape:
        """Give the shape of a tree. Raises `Misfit`."""
        return shape_of(tree, self.shapes)


def meant(tree: Tree, known: KnownNames, *, entrywise: bool = False) -> Tree:
    """Write a tree so that every reader takes it in one way; spans stay.

    ``entrywise`` says that the tree is a factor of ⊙: a quotient there is one of entries.
    Raises: `Misfit` with both readings where there are two, and with the place of what cannot be.

    >>> from symnn.networks.tree_shapes import shape_of
    >>> known = KnownNames({"A": (4, 3), "b": (3,)})
    >>> plain(meant(Sum((Name("A"), Name("b"))), known))
    'A + spread(1, 4)*transpose(b)'
    """
    if isinstance(tree, Name):
        return picked(tree, known.shapes, known.own) if known.may_be_entry(tree.name) else tree
    parts = children(tree)
    if not parts:
        return tree
    factors = isinstance(tree, Entrywise)
    same = tuple(meant(part, known, entrywise=factors) for part in parts)
    node = with_determinants(with_parts(tree, same), known.shapes)
    match node:
        case Transpose(operand):
            _transposable(node, operand, known)
        case Quotient(above, under) if not entrywise:
            _divisible(node, above, under, known)
        case Power(base, exponent):
            node = _raised(node, base, exponent, known)
        case Matrix(rows, True) if any(len(known.shape(entry)) == 1 for (entry,) in rows):
            node = Call(named.CONCAT, tuple(entry for (entry,) in rows), 0, node.span)
        case Call(_, (inner, Constant(number)), 0) if word := counted_axis(number, len(known.shape(inner))):
            node = replace(node, arguments=(inner, Constant(word)))
        case Product(several) if known.text:
            node = by_sign(node, tuple((factor, known.shape(factor)) for factor in several), known.text)
        case Entrywise(several) if sum(bool(known.shape(factor)) for factor in several) < MATRIX:
            node = Product(several, node.span)  # a program's * between numbers, or one tensor and numbers
        case Sum(parts) if any(_is_unit(unsigned(part), known) for part in parts):
            node = _with_unit(node, parts, known)
    if known.initials is not None and not known.initials:
        return node
    return rows_beside(_each_sample(node, known), known)


def _each_sample(node: Tree, known: KnownNames) -> Tree:
    """Write softmax of a batch as that of each sample, where the author says how samples lie: it has no other.

    Raises: `Misfit`.
    """
    match node:
        case Call(function, (inner,), 0) if known.samples and function in OPERATIONS:
            operation = OPERATIONS[function]
            if operation.has_axis and operation.role == "activation" and len(known.shape(inner)) == MATRIX:
                axis = AXES[0] if known.samples == AXES[0] else AXES[1]
                return replace(node, arguments=(inner, Constant(axis)))
    return node


def _is_unit(tree: Tree, known: KnownNames) -> bool:
    """Say whether a term is the unit matrix: an I that nothing declares."""
    return isinstance(tree, Name) and tree.name == UNIT and UNIT not in known.own and UNIT not in known.shapes


def _with_unit(node: Sum, terms: tuple[Tree, ...], known: KnownNames) -> Tree:
    """Write I beside a square matrix as the unit matrix of its side; elsewhere it is a number."""
    sides = {shape[0] for term in terms if len(shape := known.shape(term)) == MATRIX and shape[0] == shape[1]}
    if len(sides) != 1:
        return node
    unit = Call(named.EYE, (Number(sides.pop()),))
    same = [term if not _is_unit(unsigned(term), known) else replace(unit, span=term.span) for term in terms]
    signed = [
        Negative(one) if isinstance(term, Negative) and one is not term else one
        for one, term in zip(same, terms, strict=True)
    ]
    return Sum(tuple(signed), node.span)


def _transposable(node: Transpose, operand: Tree, known: KnownNames) -> None:
    """Refuse the transpose of what is a number because nobody has given it a shape."""
    if known.shape(operand) or any(name in known.shapes for name in names(operand)):
        return
    raise Misfit(Problem("transpose-of-number", {"found": plain(operand)}, node.span))


def _divisible(node: Quotient, above: Tree, under: Tree, known: KnownNames) -> None:
    """Refuse to divide by a matrix that could have an inverse; another one can only be meant entry by entry."""
    shape = known.shape(under)
    if len(shape) != MATRIX or shape[0] == 1:  # by a row: each row of the matrix above is divided
        return
    if shape[0] == shape[1] or known.shape(above) not in ((), shape):
        other = plain(Entrywise((above, Quotient(ONE, under))))
        facts = {"found": plain(node), "under": plain(under), "shape": shape_text(shape), "entrywise": other}
        raise Misfit(Problem("shape-division", facts, node.span))


def _raised(node: Power, base: Tree, exponent: Tree, known: KnownNames) -> Tree:
    """Write the power -1 of a square matrix as its inverse; other negative powers of a matrix are refused."""
    shape = known.shape(base)
    if len(shape) == MATRIX and isinstance(exponent, Negative):
        if is_number(exponent.operand, 1) and shape[0] == shape[1]:
            return Call(named.INV, (base,), 0, node.span)
        other = plain(Entrywise((ONE, Quotient(ONE, base))))
        facts = {"base": plain(base), "shape": shape_text(shape), "entrywise": other}
        raise Misfit(Problem("no-inverse", facts, node.span))
    return node


def rows_beside(node: Tree, known: KnownNames) -> Tree:
    """Turn what is added to every row of a matrix into a matrix; what is added to every column stays.

    The one place that decides this, for the equations of models and for answers. Raises: `Misfit`.
    """
    match node:
        case Sum() | Entrywise() | Quotient():
            pass
        case Call(_, (_, _, *_)) if is_entrywise(node, tuple(map(known.shape, node.arguments))):
            pass
        case _:
            return node
    parts = children(node)
    shapes = [known.shape(part) for part in parts]
    whole = max((shape for shape in shapes if len(shape) == MATRIX), key=lambda shape: shape[0], default=())
    if not whole or all(shape in ((), whole) for shape in shapes):
        return node
    same = tuple(_along(part, shape, whole, known) for part, shape in zip(parts, shapes, strict=True))
    return with_parts(node, same)


def _along(part: Tree, shape: Shape, whole: Shape, known: KnownNames) -> Tree:
    """Write one term beside a matrix: a row stands in every row, a vector in every row or every column."""
    rows, columns = whole
    if shape == (1, columns) and rows > 1:
        return _in_every_row(part, rows, is_row=True)
    if len(shape) != 1 or shape != (columns,):
        return part
    if rows != columns:
        return _in_every_row(part, rows, is_row=False)
    if not (known.samples and is_given(part, known)):
        inner = unsigned(part)
        facts: Mapping[str, Fact] = {
            "found": plain(inner),
            "length": shape[0],
            "shape": shape_text(whole),
            "row": plain(Transpose(inner)),
            "column": plain(Call(named.SPREAD, (inner, Number(rows), Number(columns)))),
        }
        raise Misfit(Problem(BOTH_WAYS, facts, part.span or inner.span))
    return _in_every_row(part, rows, is_row=False) if known.samples == "rows" else part


def is_given(part: Tree, known: KnownNames) -> bool:
    """Say whether a vector or row is made of given ones alone (b, 2b, b - η d): others may count samples."""
    tensors = [name for name in names(part) if known.shapes.get(name)]
    return all(name in known.free and is_line(known.shapes[name]) for name in tensors)


def _in_every_row(part: Tree, rows: int, *, is_row: bool) -> Tree:
    """Write ``1 b^T``: a column of ones times the row."""
    inner = unsigned(part)
    row = inner if is_row else inner.operand if isinstance(inner, Transpose) else Transpose(inner, inner.span)
    repeated = Product((Call(named.SPREAD, (ONE, Number(rows))), row), part.span)
    return Negative(repeated, part.span) if isinstance(part, Negative) else repeated
