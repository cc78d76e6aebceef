"""Trees of tensors evaluated on NumPy arrays, at one point or at a batch of points, without expanding entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from symnn.derivation.primes import derivative_of_call
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
)
from symnn.networks.conventions import Conventions
from symnn.networks.function import Function
from symnn.networks.shapes import is_entrywise
from symnn.numeric.arithmetic import arrays
from symnn.ops.kernels import lead
from symnn.ops.operation import TensorCall, settled
from symnn.ops.shapes import Shape, Unfit, as_matrix, broadcast, normal, product_shape, transposed, written
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

__all__ = ["Seen", "TensorValues", "ValueMissing", "Valued"]

MATRIX = 2
_ARGUMENT = "argument of a function"
"""A placeholder that no reader can spell."""

Seen: TypeAlias = dict[int, tuple[Tree, "Valued"]]
"""Nodes that were evaluated, by their ``id``, inner ones first, each with its value."""


class ValueMissing(Exception):  # noqa: N818 - it says that a tree cannot be evaluated here
    """A tree has a name without a value, or a derivative that was not carried out."""


class Valued(NamedTuple):
    """An array and the shape of the tensor it is; an axis before those of the tensor runs over a batch."""

    array: Any
    shape: Shape


class TensorValues:
    """Evaluates trees about one network; entries of a named tensor are known where the tensor is.

    >>> import numpy as np
    >>> given = {"W": Valued(np.eye(2), (2, 2)), "x": Valued(np.array([[1.0, 2.0], [3.0, 4.0]]), (2,))}
    >>> TensorValues().of(Product((Name("W"), Name("x"))), given).array.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """

    def __init__(
        self, functions: Mapping[str, Function] = MappingProxyType({}), conventions: Conventions | None = None
    ) -> None:
        self.functions = functions
        self.conventions = conventions or Conventions()
        self._m = arrays(self.conventions)
        self._primes: dict[tuple[str, int], Tree] = {}

    def of(self, tree: Tree, given: Mapping[str, Valued], seen: Seen | None = None) -> Valued:
        """Give the value of a tree; ``seen`` collects the value of every node, and what it has is not evaluated again.

        Raises: `Unfit` where shapes do not fit, `ValueMissing` where something has no value.
        """
        if seen is not None and (known := seen.get(id(tree))) is not None:
            return known[1]
        rule = _RULES.get(type(tree))
        if rule is None:
            raise ValueMissing
        value = rule(self, tree, given, seen)
        if seen is not None:
            seen[id(tree)] = (tree, value)
        return value

    def _call(self, tree: Call, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        parts = [self.of(argument, given, seen) for argument in tree.arguments]
        if not is_entrywise(tree, tuple(part.shape for part in parts)):
            return self._operated(tree, parts)
        if tree.order:
            return self._entry_by_entry(self._prime(tree), _ARGUMENT, parts[0])
        function = self.functions.get(tree.function)
        if function is not None and not function.known:
            return self._entry_by_entry(function.body, function.parameter, parts[0])
        operation = OF_NUMBERS.get(function.known if function is not None else tree.function)
        if operation is None:
            raise ValueMissing
        return _together(parts, lambda *values: operation.value(self._m, *values))

    def _entry_by_entry(self, formula: Tree, parameter: str, argument: Valued) -> Valued:
        """Evaluate a formula of one number at every entry: its products are those of numbers."""
        import numpy as np

        found = self.of(formula, {parameter: Valued(argument.array, ())})
        return Valued(np.broadcast_to(found.array, argument.array.shape), argument.shape)

    def _prime(self, tree: Call) -> Tree:
        """Write f'(a) as a formula of its argument, entry by entry."""
        known = self._primes.get((tree.function, tree.order))
        if known is None:
            if tree.function not in self.functions and tree.function not in OF_NUMBERS:
                raise ValueMissing
            inner = Call(tree.function, (Name(_ARGUMENT),), tree.order - 1)
            known = self._primes[tree.function, tree.order] = derivative_of_call(inner, self.functions)
        return known

    def _operated(self, tree: Call, parts: list[Valued]) -> Valued:
        operation = OF_TENSORS[tree.function]
        arguments, settings = settled(tree, operation)
        taken = TensorCall(arguments, tuple(part.shape for part in parts[: len(arguments)]), settings)
        shape = operation.shape(taken)
        values = tuple(part.array for part in parts[: len(arguments)])
        batch = max((lead(part.array, part.shape) for part in parts), key=len)
        array = operation.kernel(taken, values, self.conventions.ties)
        return Valued(array.reshape((*batch, *shape)), shape)

    def _name(self, tree: Name, given: Mapping[str, Valued], _: Seen | None) -> Valued:
        known = given.get(tree.name)
        if known is not None:
            return known
        tensor, bracket, places = tree.name.partition("[")
        whole = given.get(tensor)
        if not bracket or whole is None:
            raise ValueMissing
        place = tuple(int(part) - 1 for part in places.rstrip("]").split(","))
        if len(place) != len(whole.shape) or any(i >= length for i, length in zip(place, whole.shape, strict=True)):
            raise ValueMissing
        return Valued(whole.array[(..., *place)], ())

    def _sum(self, tree: Sum, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        return _together([self.of(term, given, seen) for term in tree.terms], _added)

    def _entrywise(self, tree: Entrywise, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        return _together([self.of(factor, given, seen) for factor in tree.factors], _multiplied)

    def _product(self, tree: Product, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        parts = [self.of(factor, given, seen) for factor in tree.factors]
        if all(not part.shape for part in parts):
            return _together(parts, _multiplied)
        result = parts[0]
        for part in parts[1:]:
            result = _matrix_product(result, part)
        return result

    def _negative(self, tree: Negative, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        inner = self.of(tree.operand, given, seen)
        return Valued(-inner.array, inner.shape)

    def _quotient(self, tree: Quotient, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        parts = [self.of(tree.over, given, seen), self.of(tree.under, given, seen)]
        return _together(parts, self._m.divide)

    def _power(self, tree: Power, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        base = self.of(tree.base, given, seen)
        if len(base.shape) > 1:
            raise Unfit("shape-power", base="", shape=written(base.shape))
        exponent = tree.exponent
        if isinstance(exponent, Number):
            value = exponent.numerator if exponent.denominator == 1 else Fraction(exponent.value)
            return Valued(self._m.power(base.array, value), base.shape)
        return _together([base, self.of(exponent, given, seen)], self._m.power)

    def _transpose(self, tree: Transpose, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        inner = self.of(tree.operand, given, seen)
        turned = transposed(inner.shape)
        batch = lead(inner.array, inner.shape)
        array = inner.array.reshape(*batch, *as_matrix(inner.shape)).swapaxes(-1, -2)
        return Valued(array.reshape((*batch, *turned)), turned)

    def _matrix(self, tree: Matrix, given: Mapping[str, Valued], seen: Seen | None) -> Valued:
        import numpy as np

        rows = tree.rows
        if any(len(row) != len(rows[0]) for row in rows):
            raise Unfit("shape-entry", entry="", shape="")
        cells = [self.of(entry, given, seen) for row in rows for entry in row]
        for cell in cells:
            if cell.shape:
                raise Unfit("shape-entry", entry="", shape=written(cell.shape))
        shape = normal((len(rows),) if tree.vector else (len(rows), len(rows[0])))
        stacked = np.stack(np.broadcast_arrays(*(cell.array for cell in cells)), axis=-1)
        return Valued(stacked.reshape((*stacked.shape[:-1], *shape)), shape)

    def _constant(self, tree: Constant, _: Mapping[str, Valued], __: Seen | None) -> Valued:
        import numpy as np

        known = {"pi": self._m.pi, "e": self._m.e}.get(tree.name)
        if known is None:
            raise ValueMissing
        return Valued(np.float64(known), ())


def _number(_: TensorValues, tree: Number, __: Mapping[str, Valued], ___: Seen | None) -> Valued:
    import numpy as np

    try:
        value = tree.numerator / tree.denominator
    except OverflowError:  # beyond all floats
        value = np.inf
    return Valued(np.float64(value), ())


def _added(*values: Any) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _multiplied(*values: Any) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total * value
    return total


def _together(parts: list[Valued], join: Callable[..., Any]) -> Valued:
    """Join tensors entry by entry, the smaller ones spread along the axes that follow."""
    shape = parts[0].shape
    if all(part.shape == shape for part in parts):
        return Valued(join(*(part.array for part in parts)), shape)
    shape = broadcast(part.shape for part in parts)
    spread = (part.array.reshape((*part.array.shape, *(1,) * (len(shape) - len(part.shape)))) for part in parts)
    return Valued(join(*spread), shape)


def _matrix_product(left: Valued, right: Valued) -> Valued:
    """Multiply matrices; a number scales."""
    if not left.shape or not right.shape:
        return _together([left, right], _multiplied)
    shape = product_shape(left.shape, right.shape)
    one = left.array.reshape(*lead(left.array, left.shape), *as_matrix(left.shape))
    other = right.array.reshape(*lead(right.array, right.shape), *as_matrix(right.shape))
    found = one @ other
    return Valued(found.reshape((*found.shape[:-MATRIX], *shape)), shape)


_RULES: Mapping[type, Callable[[TensorValues, Any, Mapping[str, Valued], Seen | None], Valued]] = MappingProxyType(
    {
        Number: _number,
        Constant: TensorValues._constant,  # noqa: SLF001 - the rules of the same class, by node
        Name: TensorValues._name,  # noqa: SLF001
        Sum: TensorValues._sum,  # noqa: SLF001
        Negative: TensorValues._negative,  # noqa: SLF001
        Product: TensorValues._product,  # noqa: SLF001
        Entrywise: TensorValues._entrywise,  # noqa: SLF001
        Quotient: TensorValues._quotient,  # noqa: SLF001
        Power: TensorValues._power,  # noqa: SLF001
        Call: TensorValues._call,  # noqa: SLF001
        Transpose: TensorValues._transpose,  # noqa: SLF001
        Matrix: TensorValues._matrix,  # noqa: SLF001
    }
)
