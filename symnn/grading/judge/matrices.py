"""Vectors and matrices, entry by entry: tensor trees become grids of scalar trees; shapes that do not fit are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product as pairs
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.grading.judge.code import NotScalar
from symnn.grading.judge.constants import TooLarge, constant
from symnn.grading.judge.equality import Judge
from symnn.grading.meaning import Lambda, Meaning
from symnn.grading.verdict import Finding, Judgement
from symnn.language.tree import (
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

__all__ = ["Grid", "GridJudge", "ShapeMistake", "entry_name", "expanded", "grid", "shown"]

Shape = tuple[int, ...]

_MOST_ENTRIES = 4_096
_VECTOR, _MATRIX = 1, 2


class ShapeMistake(Exception):  # noqa: N818 - a finding about an answer
    """Two shapes that do not fit, and where."""

    def __init__(self, expected: Shape, got: Shape, where: Tree) -> None:
        super().__init__()
        self.expected = expected
        self.got = got
        self.where = where

    @property
    def finding(self) -> Finding:
        """The mistake as a finding."""
        facts = {"expected": shown(self.expected), "got": shown(self.got)}
        return Finding("shape", facts, self.where.span)


class Grid(Struct, frozen=True):
    """A tensor as scalar trees, row by row: shape () is a number, (n,) a vector, (m, n) a matrix."""

    shape: Shape
    entries: tuple[Tree, ...]

    def row(self, place: int) -> tuple[Tree, ...]:
        """Give the entries of a row; of a vector, its one entry there."""
        width = self.shape[1] if len(self.shape) == _MATRIX else 1
        return self.entries[place * width : (place + 1) * width]


def shown(shape: Shape) -> str:
    """Write a shape: ``2x3``, ``3``, or ``1`` for a number.

    >>> shown((2, 3))
    '2x3'
    """
    return "x".join(map(str, shape)) or "1"


def entry_name(name: str, *indices: int) -> str:
    """Name an entry of a quantity, counted from 1.

    >>> entry_name("W", 1, 2)
    'W[1,2]'
    """
    return f"{name}[{','.join(map(str, indices))}]"


def grid(tree: Tree, meaning: Meaning) -> Grid:
    """Write a tensor tree entry by entry. Raises ShapeMistake, NotScalar, TooLarge.

    >>> W, x = Name("W"), Name("x")
    >>> [str(entry.factors) for entry in grid(Product((W, x)), Meaning(shapes={"W": (1, 1), "x": (1,)})).entries]
    ["(Name(name='W[1,1]', span=None), Name(name='x[1]', span=None))"]
    """
    match tree:
        case Name(name):
            return _quantity(name, meaning.shapes.get(name, ()))
        case Matrix(rows, vector):
            return _literal(rows, meaning, vector=vector)
        case Negative(operand):
            return _mapped(grid(operand, meaning), Negative)
        case Sum(terms):
            return _joined([grid(term, meaning) for term in terms], terms, Sum)
        case Entrywise(factors):
            return _joined([grid(factor, meaning) for factor in factors], factors, Product)
        case Product(factors):
            return _product([grid(factor, meaning) for factor in factors], factors)
        case Transpose(operand):
            return _transposed(grid(operand, meaning))
        case Quotient(over, under):
            divisor = _scalar(grid(under, meaning), under)
            return _mapped(grid(over, meaning), lambda entry: Quotient(entry, divisor))
        case Power(base, exponent):
            return Grid((), (Power(_scalar(grid(base, meaning), base), exponent),))
        case Call():
            return _call(tree, meaning)
    return Grid((), (tree,))


def _quantity(name: str, shape: Shape) -> Grid:
    _checked(shape)
    if not shape:
        return Grid((), (Name(name),))
    places = pairs(*(range(1, size + 1) for size in shape))
    return Grid(shape, tuple(Name(entry_name(name, *place)) for place in places))


def _checked(shape: Shape) -> None:
    count = 1
    for size in shape:
        count *= size
    if count > _MOST_ENTRIES or len(shape) > _MATRIX:
        raise TooLarge


def _literal(rows: tuple[tuple[Tree, ...], ...], meaning: Meaning, *, vector: bool) -> Grid:
    width = len(rows[0]) if rows else 0
    entries: list[Tree] = []
    for row in rows:
        if len(row) != width:
            raise ShapeMistake((width,), (len(row),), row[0] if row else Number(0))
        entries.extend(_scalar(grid(entry, meaning), entry) for entry in row)
    shape = (len(rows),) if vector else (len(rows), width)
    _checked(shape)
    return Grid(shape, tuple(entries))


def _scalar(part: Grid, where: Tree) -> Tree:
    if len(part.entries) != 1:
        raise ShapeMistake((), part.shape, where)
    return part.entries[0]


def _mapped(part: Grid, change: Callable[[Tree], Tree]) -> Grid:
    return Grid(part.shape, tuple(change(entry) for entry in part.entries))


def _joined(parts: list[Grid], trees: tuple[Tree, ...], make: Callable[[tuple[Tree, ...]], Tree]) -> Grid:
    """Join tensors of one shape entry by entry; a number written out stands for every entry."""
    shape = next((part.shape for part in parts if part.shape), ())
    spread = []
    for part, tree in zip(parts, trees, strict=True):
        if part.shape == shape:
            spread.append(part.entries)
        elif not part.shape and constant(tree) is not None:
            spread.append(part.entries * len(next(other.entries for other in parts if other.shape)))
        else:
            raise ShapeMistake(shape, part.shape, tree)
    return Grid(shape, tuple(make(terms) for terms in zip(*spread, strict=True)))


def _product(parts: list[Grid], trees: tuple[Tree, ...]) -> Grid:
    result = parts[0]
    for part, tree in zip(parts[1:], trees[1:], strict=True):
        result = _times(result, part, tree)
    return result


def _times(left: Grid, right: Grid, where: Tree) -> Grid:
    """Multiply two tensors: a number with anything, else the matrix product (a vector is a column)."""
    if not left.shape:
        return _mapped(right, lambda entry: Product((left.entries[0], entry)))
    if not right.shape:
        return _mapped(left, lambda entry: Product((entry, right.entries[0])))
    rows, inner = _as_matrix(left.shape)
    height, columns = _as_matrix(right.shape)
    if inner != height:
        raise ShapeMistake((inner,), right.shape, where)
    _checked((rows, columns))
    if rows * columns * inner > 4 * _MOST_ENTRIES:
        raise TooLarge
    entries = tuple(
        _dot(
            left.entries[row * inner : (row + 1) * inner],
            right.entries[column : columns * height : columns],
        )
        for row in range(rows)
        for column in range(columns)
    )
    if rows == columns == 1:
        return Grid((), entries)
    return Grid((rows,) if len(right.shape) == _VECTOR else (rows, columns), entries)


def _dot(left: tuple[Tree, ...], right: tuple[Tree, ...]) -> Tree:
    terms = tuple(Product((one, other)) for one, other in zip(left, right, strict=True))
    return terms[0] if len(terms) == 1 else Sum(terms)


def _as_matrix(shape: Shape) -> tuple[int, int]:
    return (shape[0], 1) if len(shape) == _VECTOR else (shape[0], shape[1])


def _transposed(part: Grid) -> Grid:
    if not part.shape:
        return part
    rows, columns = _as_matrix(part.shape)
    entries = tuple(part.entries[row * columns + column] for column in range(columns) for row in range(rows))
    return Grid((columns, rows), entries)


def _call(tree: Call, meaning: Meaning) -> Grid:
    """Apply a function to every entry; some functions join the entries of their argument."""
    parts = [grid(argument, meaning) for argument in tree.arguments]
    shape = next((part.shape for part in parts if part.shape), ())
    joined = _JOINING.get(tree.function) if len(parts) == 1 and shape else None
    if joined is not None and not tree.order and tree.function not in meaning.functions:
        return joined(parts[0])
    return _joined(parts, tree.arguments, lambda entries: Call(tree.function, entries, tree.order))


def _sum(part: Grid) -> Grid:
    return Grid((), (Sum(part.entries) if len(part.entries) > 1 else part.entries[0],))


def _mean(part: Grid) -> Grid:
    return Grid((), (Quotient(_sum(part).entries[0], Number(len(part.entries))),))


def _softmax(part: Grid) -> Grid:
    powers = tuple(Call("exp", (entry,)) for entry in part.entries)
    total: Tree = Sum(powers) if len(powers) > 1 else powers[0]
    return Grid(part.shape, tuple(Quotient(power, total) for power in powers))


_JOINING: Mapping[str, Callable[[Grid], Grid]] = MappingProxyType({"sum": _sum, "mean": _mean, "softmax": _softmax})


def expanded(meaning: Meaning) -> Meaning:
    """Give the same meaning with an equation for each entry of each tensor result. Raises as `grid` does."""
    equations: dict[str, Tree] = {}
    for name, tree in meaning.equations.items():
        part = grid(tree, meaning)
        shape = meaning.shapes.get(name, part.shape)
        if _as_vector(shape) != _as_vector(part.shape):
            raise ShapeMistake(shape, part.shape, tree)
        places = _quantity(name, shape).entries
        for place, entry in zip(places, part.entries, strict=True):
            if isinstance(place, Name):
                equations[place.name] = entry
    functions = {name: meant for name, meant in meaning.functions.items() if isinstance(meant, Lambda)}
    domains = dict(meaning.domains)
    for name, shape in meaning.shapes.items():
        if name in meaning.domains:
            for place in _quantity(name, shape).entries:
                if isinstance(place, Name):
                    domains[place.name] = meaning.domains[name]
    return replace(meaning, equations=equations, functions={**meaning.functions, **functions}, domains=domains)


def _as_vector(shape: Shape) -> Shape:
    """Take a column for the vector that it is."""
    return shape[:1] if len(shape) == _MATRIX and shape[1] == 1 else shape


class GridJudge:
    """Judges tensor answers against one tensor reference, entry by entry."""

    def __init__(self, reference: Tree, meaning: Meaning) -> None:
        self.meaning = meaning
        self.expected = grid(reference, meaning)
        scalars = expanded(meaning)
        self.judges = tuple(Judge(entry, scalars) for entry in self.expected.entries)

    def judge(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement:
        """Say whether an answer equals the reference in every entry.

        A wrong shape is a finding ``shape``; wrong entries are a finding ``entries`` that lists them.
        """
        try:
            given = grid(answer, self.meaning)
        except ShapeMistake as mistake:
            return Judgement(equal=False, method="shape", findings=(mistake.finding,))
        except (TooLarge, NotScalar, RecursionError):
            return Judgement(equal=None)
        if _as_vector(given.shape) != _as_vector(self.expected.shape):
            finding = ShapeMistake(self.expected.shape, given.shape, answer).finding
            return Judgement(equal=False, method="shape", findings=(finding,))
        return self._entry_by_entry(given, text, explain=explain)

    def _entry_by_entry(self, given: Grid, text: str, *, explain: bool) -> Judgement:
        wrong: list[int] = []
        first: Judgement | None = None
        undecided: Judgement | None = None
        for place, (judge, entry) in enumerate(zip(self.judges, given.entries, strict=True)):
            judgement = judge.judge(entry, f"{text} {place}", explain=explain and first is None)
            if judgement.equal is None:
                undecided = undecided or judgement
            elif not judgement.equal:
                wrong.append(place)
                first = first or judgement
        if first is None:
            return undecided or Judgement(equal=True, method="fingerprint")
        finding = Finding("entries", {"which": tuple(self._place(place) for place in wrong)})
        return replace(first, findings=(finding, *first.findings))

    def _place(self, place: int) -> str:
        if len(self.expected.shape) == _MATRIX:
            row, column = divmod(place, self.expected.shape[1])
            return f"{row + 1},{column + 1}"
        return str(place + 1)
