"""The interpreter: what a tree is worth, for numbers and tensors, in every arithmetic.

One walk for all: an `Arithmetic` says what its numbers are, a record what an operation does with them. Tensors of
floats go through the kernels of the records, a batch at once; tensors of other numbers through what the records
write entry by entry. `symnn.numeric.compile` is the fast way, and must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from symnn.derivation.local import derivative_of_call
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
)
from symnn.networks.shapes import is_entrywise
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
from symnn.ops.grid import Grid
from symnn.ops.kernels import lead
from symnn.ops.operation import WORDS, TensorCall, settled_arguments
from symnn.ops.saturation import complement_of, logarithm_of
from symnn.ops.shapes import Unfit, shape_text, size
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

if TYPE_CHECKING:
    from symnn.networks.function import Function
    from symnn.ops.operation import Arithmetic, Operation

__all__ = ["Interpreter", "Seen", "ValueMissing", "literal", "value"]

_ARGUMENT = "argument of a function"
"""A placeholder that no reader can spell; so are the names of a tensor's entries, ``argument 1 entry 3``."""

_WEAK = frozenset(name for name, operation in OF_NUMBERS.items() if operation.weak)

Seen: TypeAlias = dict[int, tuple[Tree, Any]]
"""Nodes that were evaluated, by their ``id``, inner ones first, each with its value."""


class ValueMissing(Exception):  # noqa: N818 - it says that a tree cannot be evaluated here
    """A tree has a name without a value, or a derivative that was not carried out."""


def value(tree: Tree, at: Mapping[str, Any], m: Arithmetic, functions: Mapping[str, Function]) -> Any:
    """Evaluate a tree whose names have values: numbers as they are, tensors as `Valued`.

    Raises: `ValueMissing` for a name without a value or a derivative that has not been carried out, `Unfit` where
    shapes do not fit.

    >>> from symnn.numeric.arithmetic import floats
    >>> value(Power(Name("x"), Number(2)), {"x": 3.0}, floats(), {})
    9.0
    """
    return Interpreter(m, functions).of(tree, at)


class Interpreter:
    """Evaluates trees in one arithmetic; entries of a named tensor are known where the tensor is.

    >>> import numpy as np
    >>> from symnn.numeric.arithmetic import arrays
    >>> given = {"W": Valued(np.eye(2), (2, 2)), "x": Valued(np.array([[1.0, 2.0], [3.0, 4.0]]), (2,))}
    >>> Interpreter(arrays()).of(Product((Name("W"), Name("x"))), given).array.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """

    __slots__ = ("_alone", "_primes", "functions", "m", "origins")

    def __init__(
        self,
        m: Arithmetic,
        functions: Mapping[str, Function] = MappingProxyType({}),
        origins: Mapping[str, Tree] = MappingProxyType({}),
    ) -> None:
        """Take the right sides of the equations, too, where every value is the one that its equation gives."""
        self.m = m
        self.functions = functions
        self.origins = origins
        self._primes: dict[tuple[str, int, int], Tree] = {}
        self._alone = Interpreter(m, functions) if origins else None

    def of(self, tree: Tree, given: Mapping[str, Any], seen: Seen | None = None) -> Any:
        """Give the value of a tree; ``seen`` collects the value of every node, and what it has is not evaluated again.

        Raises: as `value`.
        """
        if seen is not None and (known := seen.get(id(tree))) is not None:
            return known[1]
        rule = _RULES.get(type(tree))
        if rule is None:
            raise ValueMissing
        found = rule(self, tree, given, seen)
        if seen is not None:
            seen[id(tree)] = (tree, found)
        return found

    def _all(self, trees: tuple[Tree, ...], given: Mapping[str, Any], seen: Seen | None) -> list[Any]:
        return [self.of(tree, given, seen) for tree in trees]

    def _number(self, tree: Number, _: Mapping[str, Any], __: Seen | None) -> Any:
        return self.m.number(tree.numerator, tree.denominator)

    def _constant(self, tree: Constant, _: Mapping[str, Any], __: Seen | None) -> Any:
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

    def _name(self, tree: Name, given: Mapping[str, Any], _: Seen | None) -> Any:
        known = given.get(tree.name)
        if known is not None:
            return shaped(*known) if type(known) is Valued else known
        tensor, bracket, places = tree.name.partition("[")
        whole = given.get(tensor)
        if not bracket or not isinstance(whole, Valued):
            raise ValueMissing
        place = tuple(int(part) - 1 for part in places.rstrip("]").split(","))
        if len(place) != len(whole.shape) or any(i >= length for i, length in zip(place, whole.shape, strict=True)):
            raise ValueMissing
        return whole.array[(..., *place)] if whole.array.dtype != object else whole.array[place]

    def _sum(self, tree: Sum, given: Mapping[str, Any], seen: Seen | None) -> Any:
        if (saturated := _subtracted_from_one(tree)) is not None:
            better = complement_of(*self._origin(saturated))
            if better is not None:
                return self.of(better, given, seen)
        return joined_values(self._all(tree.terms, given, seen), _added)

    def _negative(self, tree: Negative, given: Mapping[str, Any], seen: Seen | None) -> Any:
        inner = self.of(tree.operand, given, seen)
        return Valued(-inner.array, inner.shape) if type(inner) is Valued else -inner

    def _entrywise(self, tree: Entrywise, given: Mapping[str, Any], seen: Seen | None) -> Any:
        return self._multiplied(tree.factors, self._all(tree.factors, given, seen))

    def _product(self, tree: Product, given: Mapping[str, Any], seen: Seen | None) -> Any:
        """Multiply matrices where there are some, numbers otherwise."""
        parts = self._all(tree.factors, given, seen)
        if not any(type(part) is Valued for part in parts):
            return self._multiplied(tree.factors, parts)
        found = parts[0]
        for part in parts[1:]:
            found = valued_product(found, part)
        return found

    def _multiplied(self, factors: tuple[Tree, ...], parts: list[Any]) -> Any:
        """Multiply entry by entry; logarithms come last, since 0 log 0 is 0."""
        weak = [part for factor, part in zip(factors, parts, strict=True) if self._is_weak(factor)]
        if not weak or len(parts) == 1:
            return joined_values(parts, multiplied_values)
        strong = [part for factor, part in zip(factors, parts, strict=True) if not self._is_weak(factor)]
        found = joined_values(strong, multiplied_values) if strong else weak.pop()
        for part in weak:
            found = joined_values((found, part), self.m.weakly)
        return found

    def _is_weak(self, factor: Tree) -> bool:
        return type(factor) is Call and factor.function in _WEAK and factor.function not in self.functions

    def _quotient(self, tree: Quotient, given: Mapping[str, Any], seen: Seen | None) -> Any:
        return joined_values((self.of(tree.over, given, seen), self.of(tree.under, given, seen)), self.m.divide)

    def _power(self, tree: Power, given: Mapping[str, Any], seen: Seen | None) -> Any:
        base = self.of(tree.base, given, seen)
        if isinstance(base, Valued) and len(base.shape) > 1:
            raise Unfit("shape-power", base="", shape=shape_text(base.shape))
        known = literal(tree.exponent)
        power = self.m.power
        if known is not None:
            return joined_values((base,), lambda one: power(one, known))
        return joined_values((base, self.of(tree.exponent, given, seen)), power)

    def _transpose(self, tree: Transpose, given: Mapping[str, Any], seen: Seen | None) -> Any:
        return turned(self.of(tree.operand, given, seen))

    def _matrix(self, tree: Matrix, given: Mapping[str, Any], seen: Seen | None) -> Any:
        return stacked([self._all(row, given, seen) for row in tree.rows], vector=tree.vector)

    def _call(self, tree: Call, given: Mapping[str, Any], seen: Seen | None) -> Any:
        """Apply a function entry by entry, or an operation to whole tensors."""
        if self._is_weak(tree) and not tree.order and (better := self._logarithm(tree)) is not None:
            return self.of(better, given, seen)
        arguments = tree.arguments
        if any(isinstance(one, Constant) and one.name in WORDS for one in arguments):  # a word has no value
            arguments, _ = settled_arguments(tree, OF_TENSORS[tree.function])
        parts = self._all(arguments, given, seen)
        tensors = any(isinstance(part, Valued) for part in parts)
        shapes = tuple(part.shape if isinstance(part, Valued) else () for part in parts)
        unknown = tree.function not in self.functions
        if unknown and (tensors or tree.function not in OF_NUMBERS) and not is_entrywise(tree, shapes):
            whole = OF_TENSORS[tree.function].whole if tree.function in OF_TENSORS else None
            if whole is not None and any(map(self._loses, arguments)):
                return self.of(whole(*arguments), given, seen)
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
            return self.of(operation.definition(*arguments), given, seen)
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
        alone = self._alone or self
        if not any(isinstance(argument, Valued) for argument in arguments.values()):
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
        known = self._primes.get(key)
        if known is None:
            if tree.function not in self.functions and tree.function not in OF_NUMBERS:
                raise ValueMissing
            inner = Call(tree.function, tuple(map(Name, places)), tree.order - 1)
            known = self._primes[key] = derivative_of_call(inner, self.functions)
        return known

    def _operated(self, tree: Call, parts: list[Valued]) -> Any:
        operation = OF_TENSORS.get(tree.function)
        if operation is None:
            raise ValueMissing
        arguments, settings = settled_arguments(tree, operation)
        parts = parts[: len(arguments)]
        taken = TensorCall(arguments, tuple(part.shape for part in parts), settings)
        shape = operation.shape(taken)
        if not parts:
            return self._by_entries(operation, taken, parts)
        boxed = any(part.array.dtype == object for part in parts)
        if boxed and not all(type(entry) is float for part in parts for entry in part.array.flat):
            return self._by_entries(operation, taken, parts)
        import numpy as np

        batch = max((lead(part.array, part.shape) for part in parts), key=len)
        array = operation.kernel(taken, tuple(part.array.astype(float) for part in parts), self.m.ties)
        array = np.asarray(array, dtype=object if boxed else float).reshape((*batch, *shape))
        return shaped(array, shape)

    def _by_entries(self, operation: Operation, taken: TensorCall, parts: list[Valued]) -> Any:
        """Evaluate what the record writes for each entry: that is what it means, in every arithmetic."""
        import numpy as np

        grids: list[Grid] = []
        given: dict[str, Any] = {}
        for place, part in enumerate(parts):
            names = tuple(f"argument {place} entry {entry}" for entry in range(size(part.shape)))
            grids.append(Grid(part.shape, tuple(map(Name, names))))
            given |= dict(zip(names, part.array.reshape(-1).tolist(), strict=True))
        grid = operation.entries(taken, tuple(grids))
        found = np.empty(len(grid.cells), dtype=object)
        found[:] = [self.of(cell, given) for cell in grid.cells]
        return shaped(found.reshape(grid.shape), grid.shape)


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
    match tree:
        case Number(numerator, denominator):
            return Fraction(numerator, denominator)
        case Negative(operand):
            known = literal(operand)
            return None if known is None else -known
        case Quotient(above, under):
            over, below = literal(above), literal(under)
            return None if over is None or not below else over / below
        case Sum(terms):
            known_terms = [literal(term) for term in terms]
            found = [term for term in known_terms if term is not None]
            return sum(found, Fraction(0)) if len(found) == len(known_terms) else None
    return None


_RULES: Mapping[type, Callable[[Interpreter, Any, Mapping[str, Any], Seen | None], Any]] = MappingProxyType(
    {
        Number: Interpreter._number,  # noqa: SLF001 - the rules of the same class, by node
        Constant: Interpreter._constant,  # noqa: SLF001 - the rules of the same class, by node
        Name: Interpreter._name,  # noqa: SLF001 - the rules of the same class, by node
        Sum: Interpreter._sum,  # noqa: SLF001 - the rules of the same class, by node
        Negative: Interpreter._negative,  # noqa: SLF001 - the rules of the same class, by node
        Product: Interpreter._product,  # noqa: SLF001 - the rules of the same class, by node
        Entrywise: Interpreter._entrywise,  # noqa: SLF001 - the rules of the same class, by node
        Quotient: Interpreter._quotient,  # noqa: SLF001 - the rules of the same class, by node
        Power: Interpreter._power,  # noqa: SLF001 - the rules of the same class, by node
        Call: Interpreter._call,  # noqa: SLF001 - the rules of the same class, by node
        Transpose: Interpreter._transpose,  # noqa: SLF001 - the rules of the same class, by node
        Matrix: Interpreter._matrix,  # noqa: SLF001 - the rules of the same class, by node
    }
)
"""What is missing has no value: a derivative that was not carried out, an entry with an index that is a formula."""
