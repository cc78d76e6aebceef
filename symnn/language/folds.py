r"""Sums and products over an index: ``\sum_{i=1}^{3} y_i \log p_i`` is what it stands for, term by term.

A sum over all entries of vectors is the operation ``sum`` of the whole; any other one is written out, counted before.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as all_of
from math import prod
from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.expressions.tree import (
    Call,
    Entry,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Tree,
    children,
    names,
    number,
    rebuilt,
    walk,
)
from symnn.language.entries import entry_name, indexed_entry
from symnn.language.index_notation import KRONECKER
from symnn.language.later_sums import added, end_of, is_later, later, size_with_sums, written_sum
from symnn.language.signs import NAME
from symnn.language.summation import PRODUCT, SumHeading, heading_of
from symnn.language.whole_tensors import WholeTensor, is_quantity, member_spelling
from symnn.ops import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symnn.language.reader import Reader
    from symnn.language.scope import Scope

__all__ = ["fold", "lengths_of", "unbound", "with_numbers"]

_MOST_COUNTED = 64
"""How many single quantities x1, x2, … are looked for where a sum has no bounds."""


def fold(parser: Reader, at: int, written: str) -> Tree:
    """Read what is summed or multiplied after a heading, up to the next + or -, and write it out."""
    heading = heading_of(written)
    if heading is None:
        return parser.fail("operand")
    body = parser.nested(parser.expression if heading.is_listed else parser.term)
    if heading.is_listed:
        parser.expect(")")
    if not heading.letters:
        heading = heading._replace(letters=_letters(parser, body, at))
    if any(end_of(end, parser.scope.indices) for end in heading.ends):
        return _kept(parser, body, heading, at)
    entries = _of_entries(parser, body, heading)
    if entries is not None:
        return Call(named.SUM, (entries,), 0, parser.span(at))
    ranges = [_range(parser, body, letter, heading, at) for letter in heading.letters]
    size = size_with_sums(body, max(map(len, ranges), default=1)) * prod(map(len, ranges))
    if size > parser.limits.tokens:
        parser.refuse("too-large", at, limit="tokens", most=parser.limits.tokens)
    whole = _of_whole(parser, body, heading, ranges)
    if whole is not None:
        return Call(named.SUM, (whole,), 0, parser.span(at))
    terms = tuple(
        with_numbers(parser, body, values, at)
        for combination in all_of(*ranges)
        if _counts(values := dict(zip(heading.letters, combination, strict=True)), heading)
    )
    if is_later(body):  # of those that are empty nothing is added
        terms = tuple(term for term in terms if term != number(0))
    if len(terms) < 2:  # noqa: PLR2004 - nothing is added
        return terms[0] if terms else Number(int(heading.kind == PRODUCT))
    if heading.kind == PRODUCT:
        return Product(terms, parser.span(at))
    if heading.kind != named.SUM:
        return Call(heading.kind, terms, 0, parser.span(at))
    return Sum(
        tuple(one for term in terms for one in (term.terms if isinstance(term, Sum) else (term,))), parser.span(at)
    )


def _letters(parser: Reader, body: Tree, at: int) -> tuple[str, ...]:
    """Find what is summed over where no index stands below the sign: every index behind it that nothing else binds."""
    entries = [node for node in walk(body) if isinstance(node, Entry)]
    indices = (name for entry in entries for index in entry.indices for name in names(index))
    found = tuple(dict.fromkeys(name for name in indices if name in parser.scope.bound))
    return found or parser.refuse("sum-index", at, found=parser.source(at))


def _kept(parser: Reader, body: Tree, heading: SumHeading, at: int) -> Tree:
    """Keep a sum whose ends another index gives until that index has a value."""
    if len(heading.letters) != 1 or heading.kind != named.SUM or heading.apart:
        parser.refuse("sum-range", at, index=heading.letters[0], found=parser.source(at), lengths="")
    first, last = (end_of(end, parser.scope.indices) for end in heading.ends)
    low = first or number(1 if heading.low is None else heading.low)
    if last is None:
        last = number(_range(parser, body, heading.letters[0], heading, at).stop - 1)
    return later(body, heading.letters[0], low, last)


def _counts(values: Mapping[str, int], heading: SumHeading) -> bool:
    """Say whether values of the letters are not among those left out."""
    return all(
        values[letter] != (int(other) if other.isdigit() else values.get(other)) for letter, other in heading.apart
    )


def _range(parser: Reader, body: Tree, letter: str, heading: SumHeading, at: int) -> range:
    """Give the values of a letter: as written, as declared, or as far as what it stands at goes."""
    if heading.low is not None and heading.high is not None:
        return range(heading.low, heading.high + 1)
    declared = parser.scope.ranges.get(letter)
    if declared is not None:
        return range(declared[0] if heading.low is None else heading.low, (heading.high or declared[1]) + 1)
    lengths = {length for node in walk(body) if isinstance(node, Entry) for length in lengths_of(parser, node, letter)}
    if len(lengths) != 1:
        found = ", ".join(map(str, sorted(lengths)))
        parser.refuse("sum-range", at, index=letter, found=parser.source(at), lengths=found)
    return range(1 if heading.low is None else heading.low, (heading.high or lengths.pop()) + 1)


def lengths_of(parser: Reader, entry: Entry, letter: str) -> Iterator[int]:
    """Say how far an index goes: the length of its axis, or how many quantities there are."""
    of = entry.of.of if isinstance(entry.of, Entry) else entry.of
    for place, index in enumerate(entry.indices):
        if not isinstance(index, Name) or index.name != letter or not isinstance(of, Name):
            continue
        shape = parser.scope.shape(of.name)
        if shape:
            along_row = len(entry.indices) == 1 and len(shape) > 1 and shape[0] == 1
            yield from shape[place + along_row : place + along_row + 1]
            continue
        others = [1] * len(entry.indices)
        count = 0
        while count < _MOST_COUNTED and is_quantity(parser, of.name, others, place, count + 1):
            count += 1
        if count:
            yield count


def with_numbers(parser: Reader, tree: Tree, values: Mapping[str, int], at: int = 0) -> Tree:
    """Put numbers in the place of letters; an entry with numbers alone is a quantity."""
    if isinstance(tree, Name):
        return number(values[tree.name]) if tree.name in values else tree
    if isinstance(tree, Entry):
        indices = tuple(_whole(with_numbers(parser, index, values, at)) for index in tree.indices)
        if isinstance(tree.of, Name) and all(isinstance(index, int) for index in indices):
            return _quantity(parser, tree.of, indices, at)  # type: ignore[arg-type]  # all of them are numbers
        kept = tuple(number(index) if isinstance(index, int) else index for index in indices)
        of = with_numbers(parser, tree.of, values, at)
        if not isinstance(of, Name | Entry) and all(isinstance(one, Number) for one in kept):
            cut = named.PART if len(kept) == 1 else named.SLICE
            return Call(cut, (of, *(one for one in kept for _ in range(2))), 0, tree.span)
        return Entry(of, kept, tree.span)
    parts = children(tree)
    if not parts:
        return tree
    done = tuple(with_numbers(parser, part, values, at) for part in parts)
    node = added(tree, done) if isinstance(tree, Sum) else _settled(rebuilt(tree, done))
    if is_later(node):
        low, high = map(_whole, node.arguments[2:])
        if isinstance(low, int) and isinstance(high, int):
            return written_sum(
                node, low, high, lambda body, letter, value: with_numbers(parser, body, {letter: value}, at)
            )
    return node


def _settled(tree: Tree) -> Tree:
    """Settle a condition on indices that have become numbers."""
    if not isinstance(tree, Call) or tree.function not in (named.PIECEWISE, named.STEP):
        return tree
    value = _exact(tree.arguments[0])
    if value is None:
        return tree
    if tree.function == named.STEP:
        return number(int(value > 0))
    return tree.arguments[1 if value > 0 else 2]


def _whole(tree: Tree) -> int | Tree:
    """Compute an index that has become a number, as 2 + 1."""
    value = _exact(tree)
    return tree if value is None or value.denominator != 1 else value.numerator


def _exact(tree: Tree) -> Fraction | None:
    """Compute a tree of numbers; None for any other."""
    if isinstance(tree, Number):
        return tree.value
    parts = [_exact(part) for part in children(tree)]
    numbers = [part for part in parts if part is not None]
    if len(numbers) < len(parts):
        return None
    match tree:
        case Negative():
            return -numbers[0]
        case Sum():
            return sum(numbers, Fraction(0))
        case Power(_, Number(2, 1)):
            return numbers[0] ** 2
    return None


def _quantity(parser: Reader, of: Name, numbers: tuple[int, ...], at: int) -> Tree:
    """Give the quantity with these indices: an entry of a tensor, a member of a family, or a name of its own."""
    scope, shape = parser.scope, parser.scope.shape(of.name)
    if of.name in scope.families:
        return Entry(of, tuple(map(number, numbers)), of.span)
    spelling = member_spelling(of.name, numbers)
    known = scope.find(spelling)
    if known is None and of.name == KRONECKER and len(numbers) == 2:  # noqa: PLR2004 - δ_ij has two indices
        return number(int(numbers[0] == numbers[1]))
    if shape and not (known is not None and known[1] in scope.shapes):
        entry = indexed_entry(of.name, tuple(map(str, numbers)), shape)
        if isinstance(entry, Problem) or min(numbers) < 1:
            index = ",".join(map(str, numbers))
            parser.refuse("index", at, name=of.name, index=index, shape="x".join(map(str, shape)))
        return Name(entry[1], of.span)
    if known is None and scope.is_model and of.name in scope.shapes:  # its shape is found out later
        later = f"{of.name}_{numbers[0]}" if len(numbers) == 1 else entry_name(of.name, numbers)
        return Name(later, of.span)
    if known is None or known[0] != NAME:
        parser.refuse("unknown-name", at, name=spelling.replace("{", "").replace("}", ""), nearest="")
    return Name(known[1], of.span)


def unbound(tree: Tree, letters: frozenset[str], scope: Scope) -> Problem | None:
    """Find an index that stands behind the end of its sum: ``Σ_i x_i - y_i`` is (Σ_i x_i) - y_i.

    ``letters`` are those of sums; one that is also an index of the model, or a quantity, may stand elsewhere.
    """
    loose = letters - scope.indices - scope.shapes.keys() if letters else letters
    kept = {node.arguments[1].name for node in walk(tree) if is_later(node) and isinstance(node.arguments[1], Name)}
    loose = loose - kept
    for node in walk(tree) if loose else ():
        found = [name for name in names(node) if name in loose] if isinstance(node, Entry | Name) else []
        if found:
            return Problem("sum-end", {"index": found[0]}, node.span)
    return None


def _of_entries(parser: Reader, body: Tree, heading: SumHeading) -> Tree | None:
    r"""Read ``\sum_w w^2``, a sum over the entries of a quantity, as one of the whole quantity."""
    over = heading.letters[0] if len(heading.letters) == 1 and heading.kind == named.SUM else ""
    shape = parser.scope.shape(over)
    if not shape or over in parser.scope.ranges or (heading.low, heading.high) != (None, None):
        return None
    places = tuple(Name(f"{over}{axis}") for axis in range(len(shape)))
    return WholeTensor(parser, places, shape).of(_with_entries(body, over, places))


def _with_entries(tree: Tree, over: str, places: tuple[Name, ...]) -> Tree:
    """Put the entry in the place of a quantity, wherever it stands as a whole."""
    if isinstance(tree, Name):
        return Entry(tree, places) if tree.name == over else tree
    parts = children(tree)
    return rebuilt(tree, tuple(_with_entries(part, over, places) for part in parts)) if parts else tree


def _of_whole(parser: Reader, body: Tree, heading: SumHeading, ranges: list[range]) -> Tree | None:
    """Write what is summed with whole vectors or matrices where it holds them entry by entry, all their entries."""
    if (
        named.SUM not in parser.scope.functions
        or heading.kind != named.SUM
        or heading.apart
        or any(one.start != 1 for one in ranges)
    ):
        return None
    whole = WholeTensor(parser, tuple(map(Name, heading.letters)), tuple(map(len, ranges)), rows=True)
    found = whole.of(body)
    is_one = whole.declared and len(whole.shapes) == 1  # rows and vectors do not stand beside each other
    return found if is_one and found is not None and whole.holds(body) else None
