"""Brackets that are more than grouping: vectors and matrices, entries ``W[1,2]``, members ``s_{t-1}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.expressions.tree import Call, Entry, Matrix, Name, Negative, Number, Quotient, Tree, holds, walk
from symnn.expressions.writing import plain
from symnn.language import calls
from symnn.language.conditions import indicator_of, relates
from symnn.language.entries import indexed_entry
from symnn.language.names import is_index, pieces, spelled
from symnn.language.read_shapes import holds_tensor
from symnn.language.signs import (
    BRACE,
    CLOSE,
    COLON,
    COMMA,
    END,
    FAMILY,
    MINUS,
    NAME,
    NUMBER,
    OPEN,
    PLUS,
    SEMICOLON,
    SLASH,
    SQUARE,
)
from symnn.ops import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from symnn.language.reader import Reader

__all__ = ["below", "brace", "matrix", "read_entry", "runs", "square", "vector"]


_LISTS: frozenset[type] = frozenset({Matrix})


def square(parser: Reader, at: int) -> Tree:
    """Read ``[x + 1]`` as grouping, ``[1, 2]`` as a vector, ``[1, 2; 3, 4]`` and lists of lists too."""
    nested = parser.kinds[parser.at] == SQUARE
    if relates(parser, parser.at):
        return _indicator(parser, at)
    if _separated_by_blanks(parser):
        return _numbers(parser, at)
    rows = [_row(parser, SQUARE, nested=nested)]
    closing = parser.values[at]
    while parser.kinds[parser.at] == SEMICOLON:
        parser.at += 1
        rows.append(_row(parser, SQUARE, nested=False))
    parser.expect(closing, CLOSE)
    if nested and len(rows) == 1 and any(isinstance(item, tuple) for item in rows[0]):
        return _of_lists(parser, at, rows[0])
    plain_rows = [tuple(_tree(parser, at, item) for item in row) for row in rows]
    if len(plain_rows) == 1 and len(plain_rows[0]) == 1:
        _torn_row(parser, at)
        return plain_rows[0][0]
    if len(plain_rows) == 1:
        return matrix(parser, at, [(item,) for item in plain_rows[0]], is_vector=True)
    return matrix(parser, at, plain_rows, is_vector=len(plain_rows[0]) == 1)


def _indicator(parser: Reader, at: int) -> Tree:
    """Read ``[a > 0]``, which is 1 where that holds and 0 elsewhere."""
    parser.deeper()
    tree = indicator_of(parser, parser.expression(), at)
    parser.expect(parser.values[at], CLOSE)
    parser.depth -= 1
    return tree


_NUMERALS = frozenset({NUMBER, MINUS, SLASH, SEMICOLON})


def _separated_by_blanks(parser: Reader) -> bool:
    """Say whether numbers alone stand in the brackets, two of them with nothing but a blank between.

    Then every blank separates, also before a sign: ``[-3 -1 4]`` has three entries, never ``-3-1`` and 4.
    """
    kinds, place, beside = parser.kinds, parser.at, False
    while kinds[place] in _NUMERALS:
        beside = beside or kinds[place] == kinds[place + 1] == NUMBER
        place += 1
    return beside and kinds[place] == CLOSE


def _numbers(parser: Reader, at: int) -> Tree:
    """Read rows of numbers that blanks separate; a sign that touches its number belongs to it."""
    rows: list[list[Tree]] = [[]]
    parser.rows += 1
    while parser.kinds[parser.at] != CLOSE:
        if parser.kinds[parser.at] == SEMICOLON:
            parser.at += 1
            rows.append([])
        first = parser.at
        if parser.kinds[first] == MINUS and parser.ends[first] != parser.starts[first + 1]:
            parser.refuse("separator", at, found=parser.source(at))
        sign = parser.kinds[first] == MINUS
        parser.at += sign
        number = parser.alone()
        if parser.kinds[parser.at] == SLASH:
            parser.at += 1
            number = Quotient(number, parser.alone(), parser.span(first))
        rows[-1].append(Negative(number, parser.span(first)) if sign else number)
    parser.rows -= 1
    parser.expect(parser.values[at], CLOSE)
    if len(rows) == 1:
        return matrix(parser, at, [(entry,) for entry in rows[0]], is_vector=True)
    return matrix(parser, at, [tuple(row) for row in rows], is_vector=len(rows[0]) == 1)


_Item = Tree | tuple[Tree, ...]


def _row(parser: Reader, kind: int, *, nested: bool) -> list[_Item]:
    """Read entries up to a semicolon or the end; numbers may be separated by blanks alone.

    Where lists stand in a list (``nested``), an entry is a whole row.
    """
    parser.rows += 1
    parser.deeper()
    items: list[_Item] = []
    while True:
        if nested and parser.kinds[parser.at] == kind:
            at = parser.at
            parser.at += 1
            row = _row(parser, kind, nested=False)
            parser.expect(parser.values[at], CLOSE)
            items.append(tuple(_tree(parser, at, item) for item in row))
        else:
            items.append(parser.expression())
        if parser.kinds[parser.at] == COMMA:
            parser.at += 1
        elif parser.kinds[parser.at] != NUMBER or parser.starts[parser.at] == parser.ends[parser.at - 1]:
            parser.rows -= 1
            parser.depth -= 1
            return items


def _tree(parser: Reader, at: int, item: _Item) -> Tree:
    if isinstance(item, tuple):
        parser.refuse("matrix", at, found=parser.source(at))
    return item


def _of_lists(parser: Reader, at: int, items: list[_Item]) -> Tree:
    rows = [item for item in items if isinstance(item, tuple)]
    if len(rows) != len(items):
        parser.refuse("matrix", at, found=parser.source(at))
    return matrix(parser, at, rows, is_vector=False)


def matrix(parser: Reader, at: int, rows: list[tuple[Tree, ...]], *, is_vector: bool) -> Tree:
    """Make a matrix of rows, which must be equally long and not too many; a vector of vectors is rows too."""
    entries = [item for row in rows for item in row]
    if any(isinstance(item, Matrix) for item in entries):
        listed = [_entries(item) for item in entries if isinstance(item, Matrix) and item.vector]
        if not is_vector or len(listed) != len(entries):
            parser.refuse("matrix", at, found=parser.source(at))
        rows, is_vector = listed, False
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        parser.refuse("ragged", at, widths=", ".join(str(len(row)) for row in rows))
    if max(len(rows), *widths) > parser.limits.side:
        parser.refuse("too-large", at, limit="side", most=parser.limits.side)
    return Matrix(tuple(rows), is_vector and len(rows) > 1, parser.span(at))


def _entries(vector_: Matrix) -> tuple[Tree, ...]:
    return tuple(row[0] for row in vector_.rows)


def _torn_row(parser: Reader, at: int) -> None:
    """Refuse ``[1 -2]``: one number or two cannot be told."""
    starts, ends = parser.starts, parser.ends
    for place in range(at + 2, parser.at - 1):
        if parser.kinds[place] == MINUS and ends[place - 1] < starts[place] and ends[place] == starts[place + 1]:
            parser.refuse("separator", at, found=parser.source(at))


def vector(parser: Reader, first: Tree, closing: str) -> Tree:
    """Go on reading ``(1, 2)`` as a vector, ``(1, 2; 3, 4)`` as a matrix after its first entry."""
    at = parser.at
    rows: list[list[Tree]] = [[first]]
    while parser.kinds[parser.at] in (COMMA, SEMICOLON):
        if parser.kinds[parser.at] == SEMICOLON:
            rows.append([])
        parser.at += 1
        rows[-1].append(parser.nested(parser.expression))
    parser.expect(closing, CLOSE)
    if len(rows) == 1:
        return matrix(parser, at, [(entry,) for entry in rows[0]], is_vector=True)
    return matrix(parser, at, [tuple(row) for row in rows], is_vector=len(rows[0]) == 1)


def brace(parser: Reader, at: int) -> Tree:
    """Read ``{x + 1}`` as grouping and ``{{1, 2}, {3, 4}}`` as a matrix; a set is no answer."""
    closing = parser.values[at]
    if relates(parser, parser.at):
        return _indicator(parser, at)
    if parser.kinds[parser.at] == BRACE and _lists_follow(parser):
        rows = _row(parser, BRACE, nested=True)
        parser.expect(closing, CLOSE)
        return _of_lists(parser, at, rows)
    parser.deeper()
    tree = parser.fraction()
    parser.depth -= 1
    if parser.kinds[parser.at] == COMMA:
        parser.at += 1
        parser.refuse("not-one-answer", at, found=parser.source(at))
    parser.expect(closing, CLOSE)
    return tree


def _lists_follow(parser: Reader) -> bool:
    """Look ahead whether the first thing in braces is itself a list: ``{{1, 2}, …`` and not ``{{x}}``."""
    depth = 0
    for place in range(parser.at, len(parser.kinds)):
        kind = parser.kinds[place]
        if kind == COMMA and depth == 1:
            return True
        depth += (OPEN <= kind <= SQUARE) - (kind == CLOSE)
        if depth == 0:
            return parser.kinds[place + 1] == COMMA
    return False


def read_entry(parser: Reader, base: Name, at: int) -> Tree:
    """Read the indices of ``W[1, 2]`` if W is a tensor; ``y[1 - y]`` stays a product."""
    shape = parser.scope.shape(base.name)
    if not shape and not (parser.scope.open and parser.starts[parser.at] == parser.ends[parser.at - 1]):
        return base
    if relates(parser, parser.at + 1) or (shape and _are_joined(parser)):
        return base
    parser.at += 1
    first = parser.at
    stretches = [_stretch(parser)]
    while parser.kinds[parser.at] == COMMA:
        parser.at += 1
        stretches.append(_stretch(parser))
    spelling = spelled(f"{base.name}[{parser.source(first)}]")
    parser.expect("]", CLOSE)
    row = len(shape) == 2 and len(stretches) == 1 and parser.kinds[parser.at] != SQUARE  # noqa: PLR2004 - a matrix
    if row or any(isinstance(one, tuple) for one in stretches):
        return _sliced(parser, base, stretches, at)
    indices = [one for one in stretches if not isinstance(one, tuple)]
    while len(indices) < len(shape) and parser.kinds[parser.at] == SQUARE:  # K[3][2], as programs write K[3,2]
        parser.at += 1
        indices.append(parser.nested(parser.expression))
        parser.expect("]", CLOSE)
    over_sum = runs(parser, indices)
    if parser.scope.open and not shape and not isinstance(spelling, Problem) and not over_sum:
        return Name(spelling, parser.span(at))
    return _entry(parser, base, tuple(indices), at)


def _are_joined(parser: Reader) -> bool:
    """Say whether vectors stand in the brackets, as in ``W [h_{t-1}, x_t]``: then they are joined and no indices."""
    depth, place = 1, parser.at
    while depth and parser.kinds[place + 1] != END:
        place += 1
        kind = parser.kinds[place]
        if kind == FAMILY or (kind == NAME and parser.scope.shape(parser.values[place])):
            return True
        depth += (OPEN <= kind <= SQUARE) - (kind == CLOSE)
    return False


def _stretch(parser: Reader) -> Tree | tuple[Tree, ...]:
    """Read an index, or a stretch of them: ``:`` for all, ``1:3`` for the first three."""
    if parser.kinds[parser.at] == COLON:
        parser.at += 1
        return ()
    first = parser.nested(parser.expression)
    if parser.kinds[parser.at] != COLON:
        return first
    parser.at += 1
    return first, parser.nested(parser.expression)


def _sliced(parser: Reader, base: Name, stretches: list[Tree | tuple[Tree, ...]], at: int) -> Tree:
    """Give rows and columns of a matrix, or a stretch of a vector; all places are counted from 1, ends included."""
    shape = parser.scope.shape(base.name)
    if named.SLICE not in parser.scope.functions:
        index = parser.source(at).partition("[")[2][:-1]
        parser.refuse("index", at, name=base.name, index=index, shape="x".join(map(str, shape)))
    ends = [_ends(parser, one, at) for one in stretches]
    if len(ends) > max(len(shape), 1 if shape else 2) or len(shape) > 2:  # noqa: PLR2004 - rows and columns
        lengths = "x".join(str(length) for length in shape)
        parser.refuse("index", at, name=base.name, index=parser.source(at).partition("[")[2][:-1], shape=lengths)
    if len(shape) == 1:
        return Call(named.PART, (base, *ends[0]), 0, parser.span(at)) if ends[0] else base
    settings = [end for one in ends for end in (one or (Number(0), Number(0)))]
    return Call(named.SLICE, (base, *settings, *(Number(0),) * (4 - len(settings))), 0, parser.span(at))


def _ends(parser: Reader, stretch: Tree | tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
    """Give the first and the last place of a stretch, numbers or indices of the model."""
    ends = stretch if isinstance(stretch, tuple) else (stretch, stretch)
    for end in ends:
        letters = isinstance(end, Name) and end.name in parser.scope.indices
        if not letters and not (isinstance(end, Number) and end.denominator == 1 and end.numerator > 0):
            parser.refuse("slice-end", at, found=parser.source(at), end=plain(end))
    return ends


def below(parser: Reader, base: Tree, at: int) -> Tree:
    """Read what is below a bracket: ``(W_1)_{1,2}`` and ``(W^T d)_1`` are entries, ``[x]_+`` is max(0, x)."""
    if parser.kinds[parser.at + 1] == PLUS and parser.kinds[parser.at - 1] == CLOSE:
        parser.at += 2
        return Call(named.MAX, (Number(0), base), 0, parser.span(at))
    if isinstance(base, Entry):
        parser.at += 1
        return Entry(base, _places_below(parser), parser.span(at))
    if not isinstance(base, Name):
        return _entry_of_formula(parser, base, at)
    if not (parser.scope.open or parser.scope.shape(base.name)):
        parser.fail("operator")
    parser.at += 1
    if parser.kinds[parser.at] not in (BRACE, NUMBER):
        parser.fail("group")
    return _entry(parser, base, _places_below(parser), at)


def _places_below(parser: Reader) -> tuple[Tree, ...]:
    """Read the indices below a bracket, one sign or a list in braces; ``ij`` are two where both are indices."""
    listed = calls.read_list(parser) if parser.kinds[parser.at] == BRACE else (parser.alone(),)
    letters = parser.scope.indices
    return tuple(
        one
        for index in listed
        for one in (tuple(map(Name, pieces(index.name, letters))) if isinstance(index, Name) else (index,))
    )


def _entry_of_formula(parser: Reader, base: Tree, at: int) -> Tree:
    """Cut an entry out of what a formula gives: one place of a vector, or a row and a column."""
    if named.PART not in parser.scope.functions or not holds_tensor(base, parser.scope):
        parser.fail("operator")
    parser.at += 1
    indices = _places_below(parser)
    if runs(parser, indices):
        return Entry(base, indices, parser.span(at))
    if len(indices) > 2 or not all(isinstance(one, Number) and plain(one).isdigit() for one in indices):  # noqa: PLR2004
        parser.fail("group")
    if len(indices) == 1:
        return Call(named.PART, (base, *indices * 2), 0, parser.span(at))
    return Call(named.SLICE, (base, *(index for index in indices for _ in range(2))), 0, parser.span(at))


def runs(parser: Reader, indices: Iterable[Tree]) -> bool:
    """Say whether an index runs over a sum."""
    bound = parser.scope.bound
    return bool(bound) and any(isinstance(one, Name) and one.name in bound for index in indices for one in walk(index))


def _entry(parser: Reader, base: Name, indices: tuple[Tree, ...], at: int) -> Tree:
    shape = parser.scope.shape(base.name)
    if any(holds(index, _LISTS) for index in indices):
        parser.refuse("matrix-index", at, found=parser.source(at))
    written = tuple(plain(index).replace(" ", "") for index in indices)
    over_sum = runs(parser, indices)
    if parser.scope.open and not shape and not over_sum and all(is_index(index) for index in written):
        return Name(f"{base.name}[{','.join(written)}]", parser.span(at))
    if parser.scope.open and not shape and not parser.scope.indices:
        parser.refuse("index-unclear", at, found=parser.source(at), name=base.name)
    if not all(index.isdigit() for index in written):
        if not parser.scope.indices and not parser.scope.open:
            lengths = "x".join(str(length) for length in shape)
            parser.refuse("index", at, name=base.name, index=",".join(written), shape=lengths)
        return Entry(base, indices, parser.span(at))
    known = indexed_entry(base.name, written, shape)
    if isinstance(known, Problem):
        parser.refuse(known.code, at, **known.facts)
    return Name(known[1], parser.span(at))
