"""Jacobians in matrix form, ``diag(p) - p p^T`` for a softmax: read off the pullback of any vector.

A vector g is pulled back through the network (∂(g^T h)/∂x, one sweep). What comes out is linear in g, M g with a
matrix M that is read off term by term, and the Jacobian ∂h/∂x, a row for each entry of h, is its transpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.transposes import multiplied_in_order, transposed
from symnn.expressions.terms import ONE, minus, product, total, unsigned
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    mapped,
    names,
)
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["jacobian"]

_SEED, _RESULT = "g of the Jacobian", "result of the Jacobian"
"""The vector that is pulled back, and the number whose gradient that is; no reader can spell them."""


class _Part(Struct, frozen=True):
    """A term of the matrix: diag(``diagonal``), the product ``left`` ``right``^T, the matrix ``whole``; else the unit.

    Each of them stands ``number`` times, with a minus where it is ``negative``. ``ones`` says that ``left`` is ones.
    """

    diagonal: Tree | None = None
    left: Tree = ONE
    right: Tree | None = None
    whole: Tree | None = None
    number: Tree = ONE
    negative: bool = False
    ones: bool = False


class _UnreadError(Exception):
    """What is pulled back is not linear in a way that is read here."""


def jacobian(graph: Graph, of: str, wrt: str) -> Tree | None:
    r"""Write ∂of/∂wrt of a vector by a vector with whole tensors; None where it is not of that form.

    Its shape is one row for each entry of ``of``, as `tree_shapes` has it.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("z = W x\np = softmax(z)", Declarations(shapes={"W": (3, 2), "x": (2,)}))
    >>> plain(jacobian(graph, "p", "z")), plain(jacobian(graph, "z", "x"))
    ('diag(p) - p*transpose(p)', 'W')
    >>> plain(jacobian(graph, "p", "x"))
    'diag(p)*W - p*transpose(p)*W'
    """
    shape, by = graph.shapes.get(of, ()), graph.shapes.get(wrt, ())
    if len(shape) != 1 or len(by) != 1:
        return None
    seeded = _with_seed(graph, of, shape)
    pulled = derive_matrix(seeded, _RESULT, (wrt,)).written_out(wrt)
    if pulled is None:
        return None
    try:
        reading = _Reading(seeded.shapes)
        return total(tuple(reading.turned(part) for part in reading.of(pulled)))
    except (_UnreadError, Misfit):
        return None


def _with_seed(graph: Graph, of: str, shape: Shape) -> Graph:
    """Add the number g^T h to a graph."""
    seed, result = Quantity(_SEED, shape, "input"), Quantity(_RESULT, (), "result")
    quantities = MappingProxyType({**graph.quantities, _SEED: seed, _RESULT: result})
    equation = Equation(_RESULT, Product((Transpose(Name(_SEED)), Name(of))))
    return replace(graph, quantities=quantities, equations=(*graph.equations, equation))


class _Reading:
    """Reads the matrix off a tree that is linear in g."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes

    def holds(self, tree: Tree) -> bool:
        """Say whether a tree changes with g."""
        return _SEED in names(tree)

    def of(self, tree: Tree) -> tuple[_Part, ...]:
        """Give the parts of M where a vector is M g."""
        match tree:
            case Name(name) if name == _SEED:
                return (_Part(),)
            case Sum(terms):
                (length,) = shape_of(tree, self.shapes)
                return tuple(part for term in terms for part in self._added(term, length))
            case Negative(operand):
                return tuple(replace(part, negative=not part.negative) for part in self.of(operand))
            case Product(factors):
                return self._multiplied(factors)
            case Entrywise(factors):
                inside, others = self._apart(factors)
                scale = others[0] if len(others) == 1 else Entrywise(others)
                return tuple(self._scaled(scale, part) for part in self.of(inside))
            case Quotient(over, under) if not self.holds(under) and not shape_of(under, self.shapes):
                return tuple(_multiple(Quotient(ONE, under), part) for part in self.of(over))
            case Call(named.SPREAD, (inside, Number() as length)):
                return self._added(inside, length.numerator)
        raise _UnreadError

    def _added(self, tree: Tree, length: int) -> tuple[_Part, ...]:
        """Give the parts of a term of a sum of vectors: a number there stands in every entry."""
        if not self.holds(tree):
            raise _UnreadError
        if shape_of(tree, self.shapes):
            return self.of(tree)
        return (_signed(_Part(left=_ones(length), right=self.row(tree), ones=True)),)

    def row(self, tree: Tree) -> Tree:
        """Give r where a number is r^T g."""
        match tree:
            case Negative(operand):
                return minus(self.row(operand))
            case Call(named.SUM, (inside,)):
                ones = _ones(shape_of(inside, self.shapes)[0])
                return total(tuple(self._against(ones, part, are_ones=True) for part in self.of(inside)))
            case Product((Transpose(vector), inside)) | Product((Transpose(inside), vector)) if not self.holds(vector):
                return total(tuple(self._against(vector, part) for part in self.of(inside)))
            case Product(factors):
                inside, others = self._apart(factors)
                if not any(shape_of(one, self.shapes) for one in (inside, *others)):
                    return product((*others, self.row(inside)))
        raise _UnreadError

    def _apart(self, factors: tuple[Tree, ...]) -> tuple[Tree, tuple[Tree, ...]]:
        """Take the one factor that holds g apart."""
        holding = [factor for factor in factors if self.holds(factor)]
        if len(holding) != 1:
            raise _UnreadError
        return holding[0], tuple(factor for factor in factors if factor is not holding[0])

    def _multiplied(self, factors: tuple[Tree, ...]) -> tuple[_Part, ...]:
        """Multiply from the left: matrices and numbers before M g, or a vector times the number r^T g."""
        inside, others = self._apart(factors)
        numbers = tuple(one for one in others if not shape_of(one, self.shapes))
        tensors = tuple(one for one in factors if shape_of(one, self.shapes))
        if not shape_of(inside, self.shapes):
            parts: tuple[_Part, ...] = (_signed(_Part(left=product(tensors), right=self.row(inside))),)
        elif tensors[-1] is inside:
            parts = self.of(inside)
            for factor in reversed(tensors[:-1]):
                parts = tuple(self._times(factor, part) for part in parts)
        else:
            raise _UnreadError
        return tuple(_multiple(product(numbers), part) for part in parts) if numbers else parts

    def _scaled(self, scale: Tree, part: _Part) -> _Part:
        """Multiply a part from the left with diag(``scale``)."""
        if not shape_of(scale, self.shapes):
            return _multiple(scale, part)
        if part.right is not None:
            return replace(part, left=scale if part.ones else Entrywise((scale, part.left)), ones=False)
        if part.whole is not None:
            return replace(part, whole=product((Call(named.DIAG, (scale,)), part.whole)))
        return replace(part, diagonal=scale if part.diagonal is None else Entrywise((scale, part.diagonal)))

    def _times(self, factor: Tree, part: _Part) -> _Part:
        """Multiply a part from the left with a matrix."""
        part = replace(part, negative=part.negative != isinstance(factor, Negative))
        factor = unsigned(factor)
        if part.right is not None:
            return replace(part, left=product((factor, part.left)), ones=False)
        inner = part.whole if part.diagonal is None else Call(named.DIAG, (part.diagonal,))
        return replace(part, diagonal=None, whole=factor if inner is None else product((factor, inner)))

    def _against(self, vector: Tree, part: _Part, *, are_ones: bool = False) -> Tree:
        """Give M^T v of a part."""
        if part.right is not None:
            found = product((Product((Transpose(vector), part.left)), part.right))
        elif part.whole is not None:
            found = mapped(product((self._transposed(part.whole), vector)), _of_ones)
        elif part.diagonal is None:
            found = vector
        else:
            found = part.diagonal if are_ones else Entrywise((part.diagonal, vector))
        return _finished(found, part)

    def _transposed(self, tree: Tree) -> Tree:
        """Transpose a product; a diagonal matrix is its own transpose."""
        return mapped(transposed(tree, self.shapes), _symmetric)

    def turned(self, part: _Part) -> Tree:
        """Write the transpose of a part."""
        if part.right is not None:
            found = multiplied_in_order((part.right, self._transposed(part.left)))
        elif part.whole is not None:
            found = self._transposed(part.whole)
        elif part.diagonal is not None:
            found = Call(named.DIAG, (part.diagonal,))
        else:
            found = Call(named.EYE, (Number(self.shapes[_SEED][0]),))
        return _finished(found, part)


def _multiple(number: Tree, part: _Part) -> _Part:
    """Multiply a part with a number."""
    negative = part.negative != isinstance(number, Negative)
    return replace(part, number=product((unsigned(number), part.number)), negative=negative)


def _finished(found: Tree, part: _Part) -> Tree:
    """Write the sign and the number of a part before what it is."""
    found = product((part.number, found))
    return minus(found) if part.negative else found


def _symmetric(node: Tree) -> Tree | None:
    match node:
        case Transpose(Call(named.DIAG) as diagonal):
            return diagonal
    return None


def _of_ones(node: Tree) -> Tree | None:
    """Write diag(p) 1 as p."""
    match node:
        case Product((*before, Call(named.DIAG, (vector,)), Call(named.SPREAD))):
            return product((*before, vector))
    return None


def _ones(length: int) -> Tree:
    return Call(named.SPREAD, (ONE, Number(length)))


def _signed(part: _Part) -> _Part:
    """Bring the sign of r to the front."""
    if not isinstance(part.right, Negative):
        return part
    return replace(part, right=part.right.operand, negative=not part.negative)
