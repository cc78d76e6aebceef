"""The interpreter: what a tree is worth, for numbers and tensors, in every arithmetic.

One walk for all: an `Arithmetic` says what its numbers are, a record what an operation does with them. Tensors of
floats go through the kernels of the records, a batch at once; tensors of other numbers through what the records
write entry by entry. `symnn.numeric.compile` is the fast way, and must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from symnn.derivation.local import derivative_of_call
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.terms import ONE
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
    names,
)
from symnn.expressions.valuation import Valuation
from symnn.networks.tree_shapes import is_entrywise
from symnn.numeric.valued import (
    Valued,
    joined_values,
    multiplied_values,
    shaped,
    stacked,
    turned,
    valued,
    valued_product,
)
from symnn.ops.array_kernels import lead
from symnn.ops.grid import Grid
from symnn.ops.operation import WORDS, TensorCall, settled_arguments
from symnn.ops.saturation import complement_of, logarithm_of
from symnn.ops.shapes import Unfit, Valueless, shape_text, size
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symnn.networks.function import Function
    from symnn.ops.operation import Arithmetic, Operation

__all__ = ["Interpreter", "Seen", "ValueMissing", "by_entries", "literal", "value"]

_ARGUMENT = "argument of a function"
"""A placeholder that no reader can spell; so are the names of a tensor's entries, ``argument 1 entry 3``."""

_SMALL = range(2, 5)
"""Exponents of what is divided by again and again, as compiled code does."""

_WEAK = frozenset(name for name, operation in OF_NUMBERS.items() if operation.weak)

Seen: TypeAlias = dict[int, tuple[Tree, Any]]
"""Nodes that were evaluated, by their ``id``, inner ones first, each with its value."""


class ValueMissing(Valueless):
    """A tree has a name without a value, or a derivative that was not carried out."""


def value(tree: Tree, at: Mapping[str, Any], m: Arithmetic, functions: Mapping[str, Function]) -> Any:
    """Evaluate a tree whose names have values: numbers as they are, tensors as `Valued`.

    Raises: `ValueMissing` for a name without a value or a derivative that has not been carried out, `Unfit` where
    shapes do not fit.

    >>> from symnn.numeric.arithmetic import floats
    >>> value(Power(Name("x"), Number(2)), {"x": 3.0}, floats(), {})
    9.0
    """
    if m.in_arrays is None:
        return Interpreter(m, functions).of(tree, at)
    from symnn.numeric.wide import in_floats

    used = {part: at[part] for name in names(tree) for part in (name, name.partition("[")[0]) if part in at}
    return in_floats(m, used, lambda given, numbers: {"": Interpreter(numbers, functions).of(tree, given)})[""]


class Interpreter:
    """Evaluates trees in one arithmetic; entries of a named tensor are known where the tensor is.

    >>> import numpy as np
    >>> from symnn.numeric.arithmetic import arrays
    >>> given = {"W": Valued(np.eye(2), (2, 2)), "x": Valued(np.array([[1.0, 2.0], [3.0, 4.0]]), (2,))}
    >>> Interpreter(arrays()).of(Product((Name("W"), Name("x"))), given).array.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """

    __slots__ = ("alone", "functions", "m", "origins", "primes")

    def __init__(
        self,
        m: Arithmetic,
        functions: Mapping[str, Function] = MappingProxyType({}),
        origins: Mapping[str, Tree] = MappingProxyType({}),
    ) -> None:
        """Take the right sides of the equations, too, where every value is the one that its equation gives.

        ``alone`` evaluates formulas whose names are none of these; ``primes`` are the derivatives written so far.
        """
        self.m = m
        self.functions = functions
        self.origins = origins
        self.primes: dict[tuple[str, int, int], Tree] = {}
        self.alone: Interpreter = Interpreter(m, functions) if origins else self

    def of(self, tree: Tree, given: Mapping[str, Any], seen: Seen | None = None) -> Any:
        """Give the value of a tree; ``seen`` collects the value of every node, and what it has is not evaluated again.

        Raises: as `value`.
        """
        return _At(self, given, seen).of(tree)


class _At(Valuation[Any]):
    """What trees are worth where the given names have values."""

    __slots__ = ("by", "functions", "given", "m", "origins", "seen")

    def __init__(self, by: Interpreter, given: Mapping[str, Any], seen: Seen | None) -> None:
        self.by = by
        self.m = by.m
        self.functions = by.functions
        self.origins = by.origins
        self.given = given
        self.seen = seen

    def of(self, tree: Tree) -> Any:
        """Give the value of a part."""
        seen = self.seen
        if seen is None:
            return self.rules[type(tree)](self, tree)
        known = seen.get(id(tree))
        if known is None:
            known = seen[id(tree)] = (tree, self.rules[type(tree)](self, tree))
        return known[1]

    def _other(self, _: Tree) -> Any:
        raise ValueMissing

    def _all(self, trees: tuple[Tree, ...]) -> list[Any]:
        return [self.of(tree) for tree in trees]

    def _number(self, tree: Number) -> Any:
        return self.m.number(tree.numerator, tree.denominator)

    def _constant(self, tree: Constant) -> Any:
        m = self.m
        match tree.name:
            case "pi":
                return m.pi
            case "e":
                return m.e
            case "infinity":
                return m.divide(m.number(1, 1), m.number(0, 1))
            case "nan":
                return m.divide(m.number(0, 1), m.number(0, 1))
        raise ValueMissing

    def _name(self, tree: Name) -> Any:
        known = self.given.get(tree.name)
        if known is not None:
            return shaped(*known) if type(known) is Valued else known
        tensor, bracket, places = tree.name.partition("[")
        whole = self.given.get(tensor)
        if not bracket or not isinstance(whole, Valued):
            raise ValueMissing
        place = tuple(int(part) - 1 for part in places.rstrip("]").split(","))
        if len(place) != len(whole.shape) or any(i >= length for i, length in zip(place, whole.shape, strict=True)):
            raise ValueMissing
        return whole.array[(..., *place)] if whole.array.dtype != object else whole.array[place]

    def _sum(self, tree: Sum) -> Any:
        if (saturated := _subtracted_from_one(tree)) is not None:
            better = complement_of(*self._origin(saturated))
            if better is not None:
                return self.of(better)
        return joined_values(self._all(tree.terms), _added)

    def _negative(self, tree: Negative) -> Any:
        inner = self.of(tree.operand)
        return Valued(-inner.array, inner.shape) if type(inner) is Valued else -inner

    def _entrywise(self, tree: Entrywise) -> Any:
        return self._multiplied(tree.factors, self._all(tree.factors))

    def _product(self, tree: Product | Entrywise) -> Any:
        parts = self._all(tree.factors)
        if [*map(type, parts)].count(Valued) <= 1:
            return self._multiplied(tree.factors, parts)
        found = parts[0]
        for part in parts[1:]:
            found = valued_product(found, part)
        return found

    def _multiplied(self, factors: tuple[Tree, ...], parts: list[Any]) -> Any:
        """Multiply entry by entry; logarithms come last, since 0 log 0 is 0."""
        weak = strong = []
        if len(parts) > 1 and (self.origins or Call in map(type, factors)):  # a name may be that of a logarithm
            weak = [part for factor, part in zip(factors, parts, strict=True) if self._is_weak(factor)]
            strong = [part for factor, part in zip(factors, parts, strict=True) if not self._is_weak(factor)]
        if not weak:
            return joined_values(parts, multiplied_values)
        found = joined_values(strong, multiplied_values) if strong else weak.pop()
        for part in weak:
            found = joined_values((found, part), self.m.weakly)
        return found

    def _is_weak(self, factor: Tree) -> bool:
        source = self._source(factor)
        return type(source) is Call and source.function in _WEAK and source.function not in self.functions

    def _quotient(self, tree: Quotient) -> Any:
        over, under, times = self.of(tree.over), tree.under, 1
        if isinstance(under, Power) and (known := literal(under.exponent)) in _SMALL:
            under, times = under.base, int(known or 1)  # u^2 may be beyond floats where over/u/u is not
        divisor = self.of(under)
        for _ in range(times):
            over = joined_values((over, divisor), self.m.divide)
        return over

    def _power(self, tree: Power) -> Any:
        base = self.of(tree.base)
        if isinstance(base, Valued) and len(base.shape) > 1:
            raise Unfit("shape-power", base="", shape=shape_text(base.shape))
        known = literal(tree.exponent)
        power = self.m.power
        if known is not None:
            return joined_values((base,), lambda one: power(one, known))
        return joined_values((base, self.of(tree.exponent)), power)

    def _transpose(self, tree: Transpose) -> Any:
        return turned(self.of(tree.operand))

    def _matrix(self, tree: Matrix) -> Any:
        return stacked([self._all(row) for row in tree.rows], vector=tree.vector)

    def _call(self, tree: Call) -> Any:
        if self._is_weak(tree) and not tree.order and (better := self._logarithm(tree)) is not None:
            return self.of(better)
        arguments = tree.arguments
        if any(isinstance(one, Constant) and one.name in WORDS for one in arguments):  # a word has no value
            arguments, _ = settled_arguments(tree, OF_TENSORS[tree.function])
        parts = self._all(arguments)
        tensors = Valued in map(type, parts)
        shapes = tuple(part.shape if isinstance(part, Valued) else () for part in parts)
        unknown = tree.function not in self.functions
        if unknown and (tensors or tree.function not in OF_NUMBERS) and not is_entrywise(tree, shapes):
            whole = OF_TENSORS[tree.function].whole if tree.function in OF_TENSORS else None
            if whole is not None and any(map(self._loses, arguments)):
                return self.of(whole(*arguments))
            return self._operated(tree, [valued(part) for part in parts])
        if tree.order:
            places = tuple(f"{_ARGUMENT} {place}" for place in range(len(parts)))
            return self._each(self._prime(tree, places), dict(zip(places, parts, strict=True)))
        function = self.functions.get(tree.function)
        if function is not None and not function.known:
            return self._each(function.body, {function.parameter: parts[0]})
        operation = OF_NUMBERS.get(function.known if function is not None else tree.function)
        if operation is None:
            raise ValueMissing
        if operation.role == "loss" and operation.definition is not None and any(map(self._loses, arguments)):
            return self.of(operation.definition(*arguments))
        m = self.m
        return joined_values(parts, lambda *values: operation.value(m, *values))

    def _origin(self, tree: Tree) -> tuple[str, tuple[Tree, ...]]:
        """Say which operation of which arguments gave a value; no operation where none did."""
        source = self._source(tree)
        if not isinstance(source, Call) or source.order:
            return "", ()
        function = self.functions.get(source.function)
        return (source.function if function is None else function.known), source.arguments

    def _source(self, tree: Tree) -> Tree:
        """Follow names to what their equations say."""
        while isinstance(tree, Name) and tree.name in self.origins:
            tree = self.origins[tree.name]
        return tree

    def _logarithm(self, tree: Call) -> Tree | None:
        """Write a logarithm from the arguments of what it is taken of; None where that is no better."""
        source = self._source(tree.arguments[0])
        rest = _subtracted_from_one(source)
        return logarithm_of(*self._origin(source if rest is None else rest), complement=rest is not None)

    def _loses(self, tree: Tree) -> bool:
        """Say whether a value has lost digits that its logarithm still needs."""
        return logarithm_of(*self._origin(tree)) is not None

    def _each(self, formula: Tree, arguments: Mapping[str, Any]) -> Any:
        """Evaluate a formula of numbers at every entry of its arguments: its products are those of numbers.

        Its parameters may be called as quantities are, which then mean nothing in it.
        """
        alone = self.by.alone
        if Valued not in map(type, arguments.values()):
            return alone.of(formula, arguments)
        import numpy as np

        def at_entries(*entries: Any) -> Any:
            found = alone.of(formula, dict(zip(arguments, entries, strict=True)))
            shape = np.broadcast_shapes(*map(np.shape, entries))
            return np.broadcast_to(found, shape) if shape else found

        return joined_values(tuple(arguments.values()), at_entries)

    def _prime(self, tree: Call, places: tuple[str, ...]) -> Tree:
        """Write f'(a), the derivative by the first argument, as a formula of all arguments, entry by entry."""
        key = (tree.function, tree.order, len(places))
        known = self.by.primes.get(key)
        if known is None:
            if tree.function not in self.functions and tree.function not in OF_NUMBERS:
                raise ValueMissing
            inner = Call(tree.function, tuple(map(Name, places)), tree.order - 1)
            known = self.by.primes[key] = derivative_of_call(inner, self.functions)
        return known

    def _operated(self, tree: Call, parts: list[Valued]) -> Any:
        operation = OF_TENSORS.get(tree.function)
        if operation is None:
            raise ValueMissing
        arguments, settings = settled_arguments(tree, operation)
        parts = parts[: len(arguments)]
        taken = TensorCall(arguments, tuple(part.shape for part in parts), settings)
        shape = operation.shape(taken)
        if not parts or any(part.array.dtype == object for part in parts):
            return shaped(by_entries(self.m, operation, taken, [part.array for part in parts]), shape)
        import numpy as np

        batch = max((lead(part.array, part.shape) for part in parts), key=len)
        array = operation.kernel(taken, tuple(part.array.astype(float) for part in parts), self.m.ties)
        return shaped(np.asarray(array, dtype=float).reshape((*batch, *shape)), shape)


def by_entries(m: Arithmetic, operation: Operation, call: TensorCall, arrays: Sequence[Any]) -> Any:
    """Give the array that the record writes for each entry: that is what it means, in every arithmetic."""
    import numpy as np

    grids: list[Grid] = []
    given: dict[str, Any] = {}
    for place, (array, shape) in enumerate(zip(arrays, call.shapes, strict=True)):
        names = tuple(f"argument {place} entry {entry}" for entry in range(size(shape)))
        grids.append(Grid(shape, tuple(map(Name, names))))
        given |= dict(zip(names, np.reshape(array, -1).tolist(), strict=True))
    grid = operation.entries(call, tuple(grids))
    found = np.empty(len(grid.cells), dtype=object)
    here = _At(Interpreter(m), given, None)
    found[:] = [here.of(cell) for cell in grid.cells]
    return found.reshape(grid.shape)


def _subtracted_from_one(tree: Tree) -> Tree | None:
    """Give what is subtracted from 1, where that is all the tree says."""
    if type(tree) is not Sum or len(tree.terms) != 2 or tree.terms[0] != ONE:  # noqa: PLR2004 - 1 and the other
        return None
    rest = tree.terms[1]
    return rest.operand if isinstance(rest, Negative) else None


def _added(*values: Any) -> Any:
    total = values[0]
    for one in values[1:]:
        total = total + one
    return total


def literal(tree: Tree) -> Fraction | None:
    """Give the exact number that a tree of literal numbers is, or None: ``1/3 - 1`` is −2/3.

    >>> literal(Sum((Quotient(Number(1), Number(3)), Negative(Number(1)))))
    Fraction(-2, 3)
    """
    try:
        return constant(tree)
    except TooLarge:
        return None
