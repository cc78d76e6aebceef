"""How the error of an equation's value goes back to the names on its right side, in matrix form.

Everything here is written with tensors: W x gives W^T δ to x and δ x^T to W.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain, count
from typing import NamedTuple, assert_never

from symnn.derivation.local import placeholders, put_in
from symnn.derivation.primes import for_every_entry
from symnn.derivation.transposes import entrywise, grouped, multiplied_in_order, reduced, transposed, written_together
from symnn.expressions.terms import MINUS_ONE, ONE, TWO, ZERO, over, power, product
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
    names,
    walk,
)
from symnn.networks.function import Function
from symnn.networks.tree_shapes import is_entrywise, shape_of, tensor_call
from symnn.ops import named
from symnn.ops.operation import Factors
from symnn.ops.shapes import Shape
from symnn.ops.slopes import slope_rules
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

__all__ = ["Inner", "Pull"]

WRITTEN_OUT = frozenset((named.EXP, named.LOG, named.SQRT))
"""Functions whose derivative is written out; of every other the derivative is named, f'(a)."""

Step = tuple[Tree, Tree, Tree]
"""A part of the right side, how its own value is called, and the error that it gets."""


class Inner(NamedTuple):
    """An error that deserves a name of its own: that of ``argument``, what a function in the equation is taken of."""

    name: str
    tree: Tree
    shape: Shape
    argument: Tree
    whole: bool
    """Whether the function is the whole right side, so that this is the δ of the unit."""


class Pull:
    """The errors of one equation: what each name on the right gets, and the inner errors named on the way.

    Names not ``through`` which a parameter is reached get nothing (None: all do). New names go to ``shapes`` and to
    those that are ``taken``, which a whole sweep shares.
    """

    def __init__(
        self,
        left: str,
        shapes: dict[str, Shape],
        functions: Mapping[str, Function],
        through: Collection[str] | None = None,
        taken: set[str] | None = None,
    ) -> None:
        self.left = left
        self.right: Tree | None = None
        self.shapes = shapes
        self.functions = functions
        self.through = through
        self.taken = taken if taken is not None else set()
        self.inner: list[Inner] = []
        self.terms: dict[str, list[Tree]] = {}

    def back(self, right: Tree, error: Tree) -> None:
        """Send an error of the value back through the right side.

        >>> pull = Pull("y", {"W": (2, 2), "x": (2,), "d": (2,)}, {})
        >>> pull.back(Product((Name("W"), Name("x"))), Name("d"))
        >>> from symnn.expressions.writing import plain
        >>> {name: plain(terms[0]) for name, terms in pull.terms.items()}
        {'W': 'd*transpose(x)', 'x': 'transpose(W)*d'}
        """
        self.right = right
        waiting: list[Step] = [(right, Name(self.left), reduced(error, self.shape(right), self.shapes))]
        while waiting:
            node, value, arriving = waiting.pop()
            if not self._uses(node):
                continue
            if isinstance(node, Name):
                self.terms.setdefault(node.name, []).append(arriving)
            else:
                waiting.extend(reversed(self._inward(node, value, arriving)))

    def _uses(self, tree: Tree) -> int:
        """Count the places in a tree through which a parameter is reached."""
        return sum(
            isinstance(node, Name) and (self.through is None or node.name in self.through) for node in walk(tree)
        )

    def shape(self, tree: Tree) -> Shape:
        """Give the shape of a tree of this equation, or of an error in it."""
        return shape_of(tree, self.shapes)

    def _inward(self, node: Tree, value: Tree, error: Tree) -> list[Step]:
        match node:
            case Number() | Constant() | Name() | Entry():
                return []
            case Sum(terms):
                return [self._step(term, error) for term in terms]
            case Negative() | Entrywise() | Quotient() | Power():
                rules = slope_rules(node, value, squared=self._squared)
                return [self._step(part, self._weighted(error, factors)) for part, factors in rules]
            case Transpose(operand):
                return [self._step(operand, transposed(error, self.shapes))]
            case Product(factors):
                return self._product(factors, error)
            case Call():
                return self._call(node, value, error)
            case Matrix(rows):
                cells = [entry for row in rows for entry in row]
                return [(cell, cell, _entry(error, place)) for place, cell in enumerate(cells, 1)]
            case Derivative():
                message = "a derivative must be carried out before it is differentiated"
                raise TypeError(message)
            case _:
                assert_never(node)

    def _squared(self, tree: Tree) -> Tree:
        """Write a square entry by entry: as a power, but for a matrix whose power would be another."""
        shape = self.shape(tree)
        return Entrywise((tree, tree)) if len(shape) > 1 and len(set(shape)) == 1 else power(tree, TWO)

    def _step(self, part: Tree, error: Tree) -> Step:
        return part, part, reduced(error, self.shape(part), self.shapes)

    def _times(self, *factors: Tree) -> Tree:
        return entrywise(factors, self.shapes)

    def _weighted(self, error: Tree, factors: Factors) -> Tree:
        """Multiply an error with a local derivative, entry by entry: a sign stands first, and by u is divided."""
        signs, rest = (factors[:1], factors[1:]) if factors[:1] == (MINUS_ONE,) else ((), factors)
        if len(rest) == 1 and isinstance(rest[0], Quotient) and rest[0].over == ONE:
            return multiplied_in_order((*signs, over(error, rest[0].under)))
        return multiplied_in_order((*signs, self._times(error, *rest) if rest else error))

    def _product(self, factors: tuple[Tree, ...], error: Tree) -> list[Step]:
        """Send an error back through a matrix product, numbers apart."""
        groups = grouped(factors, self.shapes)
        steps = []
        for place, group in enumerate(groups):
            rest = (*groups[:place], *groups[place + 1 :])
            nested = any(isinstance(factor, Product) for other in rest for factor in other)
            alone = nested or len(self.shape(error)) > 1  # only a column goes on with x^T y
            if self.shape(written_together(group)) and alone:
                rest = tuple((written_together(other),) for other in rest)
            others = tuple(factor for other in rest for factor in other)
            arriving = self._scaled(error, others, self.shape(written_together(group)))
            steps.extend(self._chain(group, arriving))
        return steps

    def _scaled(self, error: Tree, others: tuple[Tree, ...], shape: Shape) -> Tree:
        """Multiply an error by the other groups; a number gets the sum over all entries."""
        if not others:
            return error
        if shape or not self.shape(error):
            return multiplied_in_order((error, *others), self.shapes)
        return Call(named.SUM, (self._times(error, written_together(others)),))

    def _chain(self, group: tuple[Tree, ...], error: Tree) -> list[Step]:
        """Send an error back through A B C: A^T δ C^T for B."""
        steps = []
        for place, factor in enumerate(group):
            before = tuple(transposed(other, self.shapes) for other in reversed(group[:place]))
            after = tuple(transposed(other, self.shapes) for other in reversed(group[place + 1 :]))
            arriving = multiplied_in_order((*before, error, *after), self.shapes) if before or after else error
            steps.append(self._step(factor, arriving))
        return steps

    def _call(self, node: Call, value: Tree, error: Tree) -> list[Step]:
        if not is_entrywise(node, tuple(self.shape(argument) for argument in node.arguments)):
            taken = tensor_call(node, self.shapes)
            pulled = OF_TENSORS[node.function].pullback(taken, error, value)
            pairs = zip(taken.arguments, pulled, strict=True)
            return [(argument, argument, term) for argument, term in pairs if term is not None]
        if len(node.arguments) > 1:
            return self._of_several(node, value, error)
        argument = node.arguments[0]
        arriving = self._times(error, self._derivative(node, value))
        whole = node is self.right
        if not self.shape(argument) or not self._branches(argument, whole=whole):
            return [self._step(argument, arriving)]
        return [self._step(argument, self._named(arriving, argument, whole=whole))]

    def _branches(self, argument: Tree, *, whole: bool) -> bool:
        """Say whether an argument's error deserves a name: it is used more than once, or it is that of a unit.

        A unit at the first time step, W s_0 with s_0 given, has the δ of all others.
        """
        used = len(names(argument)) if whole else self._uses(argument)
        return used > 1 and not isinstance(argument, Call)

    def _of_several(self, node: Call, value: Tree, error: Tree) -> list[Step]:
        """Write the partials for every entry before the arguments stand in them: these keep their own products."""
        arguments = node.arguments
        *free, named_value = placeholders(len(arguments) + 1)
        variables = (one if isinstance(one, Number) else name for one, name in zip(arguments, free, strict=True))
        many = any(map(self.shape, arguments))
        steps = []
        for place, partial in enumerate(OF_NUMBERS[node.function].partials(named_value, *variables)):
            if partial == (ZERO,) and self._reached_otherwise(arguments, place):
                continue  # a condition sends nothing back
            factors = (put_in(for_every_entry(one) if many else one, (*arguments, value)) for one in partial)
            steps.append(self._step(arguments[place], self._times(error, *factors)))
        return steps

    @staticmethod
    def _reached_otherwise(arguments: tuple[Tree, ...], place: int) -> bool:
        """Say whether each name in an argument stands in another one, too, and so has a term."""
        others = {name for at, argument in enumerate(arguments) if at != place for name in names(argument)}
        return others.issuperset(names(arguments[place]))

    def _derivative(self, node: Call, value: Tree) -> Tree:
        """Write the derivative of a function at its argument: named, unless it is a plain formula."""
        if node.function in WRITTEN_OUT and not node.order:
            return product(OF_NUMBERS[node.function].partials(value, node.arguments[0])[0])
        if node.function == named.IDENTITY:
            return ONE
        return Call(node.function, node.arguments, node.order + 1)

    def _named(self, error: Tree, argument: Tree, *, whole: bool) -> Tree:
        """Give an inner error a name, as several uses below a function need it."""
        unit = f"delta_{self.left}"
        wished = chain((unit,) if whole else (), (f"{unit}_{n}" for n in count(1)))
        name = next(one for one in wished if one not in self.taken)
        self.taken.add(name)
        self.inner.append(Inner(name, error, self.shape(error), argument, whole))
        self.shapes[name] = self.shape(error)
        return Name(name)


def _entry(error: Tree, place: int) -> Tree:
    return Call(named.PART, (error, Number(place), Number(place)))
