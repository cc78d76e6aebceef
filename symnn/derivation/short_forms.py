"""The short form that every lecture has: behind a softmax with cross entropy the error is y - z.

Found from the structure alone, for a vector, for each row and for each column: an error y ⊙ (δ - sum(δ ⊙ y)) whose
δ is the error -z/y of a cross entropy, or an error δ - y ⊙ sum(δ) behind log y, whose δ is -z. The loss may be a
multiple of the cross entropy, as the mean over a batch is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from symnn.derivation.transposes import multiplied_in_order
from symnn.expressions.terms import ONE, difference, is_number, over, product
from symnn.expressions.tree import Call, Entrywise, Name, Negative, Product, Quotient, Sum, Tree, names
from symnn.networks.tree_shapes import shape_of
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["ShortForm", "short_form"]


class ShortForm(Struct, frozen=True):
    """An error in short: ``tree`` always, ``usual`` where the entries of ``targets`` add up to 1.

    ``value`` is the softmax; where it is taken of each row or column (``along``), so are the sums of the targets.
    """

    tree: Tree
    usual: Tree
    value: Tree
    targets: Tree
    along: tuple[Tree, ...] = ()


def short_form(error: Tree, of_value: Tree, value: str, shapes: Mapping[str, Shape]) -> ShortForm | None:
    """Shorten the error behind ``value``, a softmax whose own error is ``of_value``; None where it is no such pair.

    >>> from symnn.expressions.writing import plain
    >>> y, z, d = Name("y"), Name("z"), Name("d")
    >>> shapes = {"y": (3,), "z": (3,), "d": (3,)}
    >>> behind = Entrywise((y, Sum((d, Negative(Call("sum", (Entrywise((d, y)),)))))))
    >>> found = short_form(behind, Negative(Quotient(z, y)), "y", shapes)
    >>> plain(found.tree), plain(found.usual)
    ('y*sum(z) - z', 'y - z')
    >>> share = Negative(Product((Quotient(ONE, Name("n")), z)))
    >>> plain(short_form(behind, Entrywise((share, Quotient(ONE, y))), "y", shapes).usual)
    '1/n*(y - z)'
    >>> short_form(behind, z, "y", shapes) is None
    True
    """
    y = Name(value)
    match error:
        case Entrywise((first, Sum((delta, Negative(whole))))) if first == y:
            summed = _Summed.of(whole)
            if summed is not None and summed.inside == Entrywise((delta, y)):
                return _shortened(_Factors(of_value, shapes).without(y), y, summed)
        case Sum((delta, Negative(Entrywise((Call(named.SOFTMAX) as shares, whole))))):
            summed = _Summed.of(whole)
            if summed is not None and summed.inside == delta:
                return _shortened(_Factors(delta, shapes), shares, summed)
        case Sum((delta, Negative(Product((whole, Call(named.SOFTMAX) as shares))))):
            summed = _Summed.of(whole)
            if summed is not None and summed.inside == delta:
                return _shortened(_Factors(delta, shapes), shares, summed)
    return None


class _Summed(NamedTuple):
    """A sum of all entries or along an axis, with the ones that put a row of sums beside a matrix."""

    inside: Tree
    along: tuple[Tree, ...]
    ones: tuple[Tree, ...]

    @staticmethod
    def of(tree: Tree) -> _Summed | None:
        """Read a sum; None where a tree is none."""
        match tree:
            case Product((Call(named.SPREAD) as ones, Call(named.SUM, (inside, *along)))):
                return _Summed(inside, tuple(along), (ones,))
            case Call(named.SUM, (inside, *along)):
                return _Summed(inside, tuple(along), ())
        return None

    def times(self, y: Tree, inside: Tree) -> Tree:
        """Multiply a softmax by the same sum of something else."""
        share: Tree = Call(named.SUM, (inside, *self.along))
        if self.ones:
            share = Product((*self.ones, share))
        return Entrywise((y, share)) if self.along else Product((y, share))


def _shortened(error: _Factors | None, y: Tree, summed: _Summed) -> ShortForm | None:
    """Write the short form where what is left of an error is -c z with a number c."""
    if error is None or not error.negative or len(error.tensors) != 1 or error.below:
        return None
    z = error.tensors[0]
    if set(names(y)) & {name for tree in (z, error.scale) for name in names(tree)}:
        return None
    scale = () if is_number(error.scale, 1) else (error.scale,)
    always = multiplied_in_order((*scale, difference(summed.times(y, z), z)))
    usual = multiplied_in_order((*scale, difference(y, z)))
    return ShortForm(always, usual, y, z, summed.along)


class _Factors:
    """A product taken apart: its sign, the number before it, its tensors, and those that it is divided by."""

    def __init__(self, tree: Tree, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes
        self.negative = False
        self.scale: Tree = ONE
        self.tensors: list[Tree] = []
        self.below: list[Tree] = []
        self._take(tree)

    def without(self, divisor: Tree) -> _Factors | None:
        """Leave out a tensor that it is divided by once; None where it is not."""
        if divisor not in self.below:
            return None
        self.below.remove(divisor)
        return self

    def _take(self, tree: Tree) -> None:
        match tree:
            case Negative(inside):
                self.negative = not self.negative
                self._take(inside)
            case Call(named.SPREAD, (inside, *_)):
                self._take(inside)
            case Entrywise(factors):
                for factor in factors:
                    self._take(factor)
            case Product(factors) if sum(bool(shape_of(factor, self.shapes)) for factor in factors) <= 1:
                for factor in factors:
                    self._take(factor)
            case Quotient(above, under):
                self._take(above)
                self._divide(under)
            case _ if shape_of(tree, self.shapes):
                self.tensors.append(tree)
            case _:
                self.scale = product((self.scale, tree))

    def _divide(self, under: Tree) -> None:
        if shape_of(under, self.shapes):
            self.below.append(under)
        else:
            self.scale = over(self.scale, under)
