"""Plain formulas of tensors, evaluated whole at a point: no entry of them is written out.

Most answers are sums and products of the network's own vectors and matrices, and one look is enough for them. What
passes the bounds, has another shape than the reference, or is no such formula, is written entry by entry instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import log2, prod

from msgspec import Struct

from symnn.equality.direct import Direct, DirectReference, NotDirect, Units, point_of
from symnn.equality.fingerprint import SURE_SIZE
from symnn.equality.meaning import Meaning
from symnn.equality.residue_points import ResiduePoint, Undefined
from symnn.equality.senses import Compiled, Sense
from symnn.expressions.tree import (
    Call,
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
from symnn.networks.expansion import entry_names
from symnn.ops.shapes import MATRIX, Shape, Unfit, as_matrix, broadcast, normal, size, transposed_shape

__all__ = ["WholeLook", "WholeReference"]


class WholeLook(Struct, frozen=True, gc=False):
    """What a look at a tensor shows: its shape, the places where it is not the reference, and what that rests on."""

    shape: Shape
    wrong: tuple[int, ...]
    surely: bool
    names: tuple[str, ...]


class WholeReference:
    """A reference with entries that plain formulas of tensors are looked at beside, none of them written out."""

    __slots__ = ("_codes", "_depth", "_entries", "_known", "_most", "_names", "_not_free", "_sense", "_shape", "_units")

    def __init__(self, cells: tuple[Compiled, ...], shape: Shape, sense: Sense) -> None:
        meaning = sense.meaning
        self._codes = tuple(cell.code for cell in cells)
        self._shape = shape
        self._sense = sense
        self._depth = max(code.depth for code in self._codes)
        self._names = sense.leaves(tuple(dict.fromkeys(name for cell in cells for name in cell.names)))
        self._known = frozenset(self._names)
        self._most = min(log2(SURE_SIZE / (code.over + code.under)) for code in self._codes)
        self._not_free = frozenset(sense.equations)
        self._entries = {name: entry_names(name, its) for name, its in meaning.shapes.items()}
        self._units = Units(_of_tensors(meaning, self._entries), meaning)

    @staticmethod
    def of(cells: Iterable[Compiled | None], shape: Shape, free: Sense) -> WholeReference | None:
        """Take the compiled entries of a reference; None at the first that needs more than a look."""
        fit: list[Compiled] = []
        for cell in cells:
            if cell is None or DirectReference.of(cell, free) is None:
                return None
            fit.append(cell)
        return WholeReference(tuple(fit), shape, free) if fit else None

    def look(self, answer: Tree, seed: bytes) -> WholeLook | None:
        """Compare at the point of a seed; None where the answer is left to the compiler, or has another shape."""
        point = point_of(self._sense, self._depth, self._names, seed)
        direct = DirectGrid(point, self._not_free, self._units, self._sense.meaning.shapes, self._entries)
        try:
            shape, values = direct.of(answer)
            if shape != self._shape:
                return None
            pairs = zip(values, self._codes, strict=True)
            wrong = tuple(place for place, (value, code) in enumerate(pairs) if value != code.run(point))
        except (NotDirect, Undefined, Unfit, RecursionError):
            return None
        if not wrong and direct.weight > self._most:  # what differs in a field differs, however large it is
            return None
        used = direct.used.keys()
        names = self._names if used <= self._known else tuple(sorted(used | self._known))
        return WholeLook(shape, wrong, not wrong and not direct.divides, names)


def _of_tensors(meaning: Meaning, entries: Mapping[str, tuple[str, ...]]) -> Mapping[str, Tree]:
    """Give the equations ``y = f(a)`` of tensors that the equations of their entries say."""
    named = {own: name for name, own in entries.items()}
    found: dict[str, Tree] = {}
    for name, own in entries.items():
        calls = [meaning.equations.get(entry) for entry in own]
        units = [call for call in calls if isinstance(call, Call) and not call.order and len(call.arguments) == 1]
        arguments = tuple(call.arguments[0].name for call in units if isinstance(call.arguments[0], Name))
        argument = named.get(arguments, "")
        if (
            argument
            and len({call.function for call in units}) == 1
            and meaning.shapes[argument] == meaning.shapes[name]
        ):
            found[name] = Call(units[0].function, (Name(argument),))
    return found


Values = tuple[Shape, tuple[int, ...]]
"""The residues of all entries of a tensor, row by row."""

_MOST_PRODUCTS = 1 << 14
"""So many multiplications one product of matrices may take in a look."""


class DirectGrid(Direct):
    """Evaluates one plain formula of tensors at one point; ``weight`` bounds each entry of its value."""

    __slots__ = ("_entries", "_shapes")

    def __init__(
        self,
        point: ResiduePoint,
        not_free: frozenset[str],
        units: Units,
        shapes: Mapping[str, Shape],
        entries: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(point, not_free, units)
        self._shapes = shapes
        self._entries = entries

    def _name(self, tree: Name) -> Values:
        if tree.name not in self._shapes:
            return (), (super()._name(tree),)
        self.weight += 1
        own = self._entries[tree.name]
        self.used.update(dict.fromkeys(own))
        return self._shapes[tree.name], tuple([self.point[entry] for entry in own])

    def _number(self, tree: Number) -> Values:
        return (), (super()._number(tree),)

    def _negative(self, tree: Negative) -> Values:
        shape, values = self.of(tree.operand)
        return shape, tuple([-value % self.modulus for value in values])

    def _product(self, tree: Product | Entrywise) -> Values:
        result: Values = self.of(tree.factors[0])
        for factor in tree.factors[1:]:
            result = self._multiplied(result, self.of(factor))
        return result

    def _entrywise(self, tree: Entrywise) -> Values:
        return self._each([self.of(factor) for factor in tree.factors], prod)

    def _sum(self, tree: Sum) -> Values:
        return self._each(self.weighed(tree.terms), sum)

    def _transpose(self, tree: Transpose) -> Values:
        return _turned(*self.of(tree.operand))

    def _quotient(self, tree: Quotient) -> Values:
        over, (shape, values) = self.of(tree.over), self.divisor(tree.under)
        return self._each([over, (shape, tuple(map(self.inverse, values)))], prod)

    def _power(self, tree: Power) -> Values:
        exponent = tree.exponent.numerator if type(tree.exponent) is Number and tree.exponent.denominator == 1 else 0
        if exponent <= 0:
            raise NotDirect
        before = self.weight
        shape, values = self.of(tree.base)
        self.weight = before + (self.weight - before) * exponent
        if len(shape) >= MATRIX and shape[0] == shape[1]:
            raise NotDirect
        return shape, tuple([pow(value, exponent, self.modulus) for value in values])

    def _each(self, grids: list[Values], joined: Callable[[tuple[int, ...]], int]) -> Values:
        """Join the entries that stand together. Raises Unfit where shapes do not fit."""
        shape, together = _spread(grids)
        return shape, tuple([joined(cells) % self.modulus for cells in together])

    def _multiplied(self, left: Values, right: Values) -> Values:
        """Multiply matrices by rows and columns, a number by all entries."""
        modulus = self.modulus
        if not left[0] or not right[0]:
            return self._each([left, right], prod)
        (rows, inner), (outer, columns) = as_matrix(left[0]), as_matrix(right[0])
        if inner != outer or rows * inner * columns > _MOST_PRODUCTS:
            raise NotDirect
        self.weight = self.weight * inner if self.fractions else self.weight + inner.bit_length()
        across = [left[1][row * inner : (row + 1) * inner] for row in range(rows)]
        down = [right[1][column::columns] for column in range(columns)]
        cells = [sum([a * b for a, b in zip(row, column, strict=True)]) % modulus for row in across for column in down]
        return normal((rows, columns)), tuple(cells)

    def _matrix(self, tree: Matrix) -> Values:
        rows = tree.rows
        cells = self.weighed(tuple(entry for row in rows for entry in row))
        if any(shape for shape, _ in cells):
            raise NotDirect
        shape = (len(rows),) if tree.vector else (len(rows), len(rows[0]) if rows else 0)
        return normal(shape), tuple([value for _, (value,) in cells])


def _spread(grids: list[Values]) -> tuple[Shape, list[tuple[int, ...]]]:
    """Give the common shape and the entries that stand together, the smaller grids repeated. Raises Unfit."""
    shape = broadcast(its for its, _ in grids)
    count = size(shape)
    full = [
        values if len(values) == count else [one for one in values for _ in range(count // max(1, len(values)))]
        for _, values in grids
    ]
    return shape, list(zip(*full, strict=True))


def _turned(shape: Shape, values: tuple[int, ...]) -> Values:
    rows, columns = as_matrix(shape)
    cells = [values[row * columns + column] for column in range(columns) for row in range(rows)]
    return transposed_shape(shape), tuple(cells)
