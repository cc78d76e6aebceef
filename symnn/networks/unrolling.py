"""Indexed equations unrolled: ``s_t = f(U x_t + W s_{t-1})`` for t from 1 to 3 becomes three equations.

An equation for a whole range gives one equation for each value of its indices; one for particular values
(``s_0 = 0``, ``s^{(1)}_t = …``) stands instead of a more general one. Backward time is just another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import product as all_of

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.expressions.tree import (
    Entry,
    Matrix,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    Tree,
    children,
    names,
    walk,
    with_parts,
)
from symnn.language.entries import entry_name
from symnn.language.later_sums import added, is_later, written_sum
from symnn.language.names import instance

__all__ = ["Family", "WrittenEquation", "calculated_indices", "members", "ordered_equations", "unrolled"]

Ranges = Mapping[str, tuple[int, int]]


class Family(Struct, frozen=True):
    """An indexed family: ``s_t`` has the index t; ``free`` if no equation computes it.

    Without ``indices`` it is only used at calculated ones, as x_{t-1}. ``is_vector`` says that the name alone is the
    vector of its members.
    """

    name: str
    indices: tuple[str, ...]
    free: bool
    is_vector: bool = False


class WrittenEquation(Struct, frozen=True):
    """An equation as it was written: the left side a name or a member of a family; ``place`` says which line."""

    left: Name | Entry
    right: Tree
    place: int


class Unrolled(Struct, frozen=True):
    """One equation of the plain graph, with the written one it comes from."""

    left: str
    right: Tree
    place: int


class _Refused(Exception):  # noqa: N818 - carries a problem out of a recursion, nothing more
    def __init__(self, code: str, span: Span | None, **facts: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, facts, span)


def calculated_indices(trees: Iterable[Tree]) -> frozenset[str]:
    """Name the indices with which something is calculated where they stand: t of s_{t-1}."""
    entries = (node for tree in trees for node in walk(tree) if isinstance(node, Entry))
    places = (place for entry in entries for place in entry.indices if not isinstance(place, Name))
    return frozenset(name for place in places for name in names(place))


def members(family: Family, ranges: Ranges) -> tuple[str, ...]:
    """Name the members of a family over the ranges of its indices.

    >>> members(Family("x", ("t",), free=True), {"t": (1, 3)})
    ('x_1', 'x_2', 'x_3')
    """
    spans = [range(ranges[index][0], ranges[index][1] + 1) for index in family.indices]
    return tuple(instance(family.name, values) for values in all_of(*spans))


def unrolled(
    lines: Iterable[WrittenEquation],
    ranges: Ranges,
    families: Mapping[str, Family],
    problems: list[tuple[int, Problem]],
    given: frozenset[str] = frozenset(),
) -> tuple[Unrolled, ...]:
    """Unroll every equation; what is wrong goes to ``problems`` with the place of its line.

    ``given`` are members without an equation that are declared, as an h_0.

    Problems: an index on the right that the left does not have, an index outside its range, a recurrent
    definition without a start.
    """
    lines = tuple(lines)
    chosen: dict[str, tuple[int, WrittenEquation, dict[str, int]]] = {}
    twice: set[tuple[int, int]] = set()
    for line in lines:
        for name, values in _instances(line, ranges, families, problems):
            known = chosen.get(name)
            if known is None or len(values) < known[0]:
                chosen[name] = (len(values), line, values)
            elif known[0] == len(values) and (known[1].place, line.place) not in twice:
                twice.add((known[1].place, line.place))
                facts = {"name": name, "line": str(known[1].place + 1)}
                problems.append((line.place, Problem("defined-twice", facts)))
    result = []
    defined = given.union(chosen)
    for name, (_, line, values) in chosen.items():
        try:
            right = _Instance(values, ranges, families, defined, _family_of(line.left), name).of(line.right)
        except _Refused as refused:
            problems.append((line.place, refused.problem))
        else:
            result.append(Unrolled(name, right, line.place))
    return ordered_equations(tuple(result))


def _family_of(left: Name | Entry) -> str:
    return left.of.name if isinstance(left, Entry) and isinstance(left.of, Name) else ""


def _instances(
    line: WrittenEquation, ranges: Ranges, families: Mapping[str, Family], problems: list[tuple[int, Problem]]
) -> Iterator[tuple[str, dict[str, int]]]:
    """Go through the values of the indices on the left, with the name each gives."""
    if isinstance(line.left, Name):
        yield line.left.name, {}
        return
    used = tuple(index for index in ranges if any(index in names(part) for part in line.left.indices))
    for combination in all_of(*(range(ranges[index][0], ranges[index][1] + 1) for index in used)):
        values = dict(zip(used, combination, strict=True))
        try:
            numbers = tuple(_whole(part, values) for part in line.left.indices)
            if _family_of(line.left) in families:
                numbers = _parted(families[_family_of(line.left)], numbers, line.left.span)
        except _Refused as refused:
            problems.append((line.place, refused.problem))
            return
        yield instance(_family_of(line.left), numbers), values


def _parted(family: Family, numbers: tuple[int, ...], span: Span | None) -> tuple[int, ...]:
    """Take the digits of ``y_{12}`` apart where y has two indices; refuse another number of them."""
    missing = len(family.indices) - len(numbers)
    digits = str(numbers[-1])
    if missing > 0 and len(digits) == missing + 1 and digits.isdigit():
        return *numbers[:-1], *map(int, digits)
    if family.indices and missing:
        name = family.name.removesuffix("^()")
        raise _Refused("index-count", span, name=name, indices=", ".join(family.indices), got=str(len(numbers)))
    return numbers


def _whole(tree: Tree, values: Mapping[str, int]) -> int:
    """Compute an index such as ``t - 1``."""
    match tree:
        case Number(numerator, 1):
            return numerator
        case Name(name) if name in values:
            return values[name]
        case Negative(operand):
            return -_whole(operand, values)
        case Sum(terms):
            return sum(_whole(term, values) for term in terms)
        case Product(factors):
            result = 1
            for factor in factors:
                result *= _whole(factor, values)
            return result
    from symnn.expressions.writing import plain

    raise _Refused("index-unbound", tree.span, index=plain(tree))


class _Instance:
    """The right side of one equation for particular values of its indices."""

    def __init__(
        self,
        values: Mapping[str, int],
        ranges: Ranges,
        families: Mapping[str, Family],
        defined: frozenset[str],
        own: str,
        left: str,
    ) -> None:
        self.values, self.ranges, self.families = values, ranges, families
        self.defined, self.own, self.left = defined, own, left

    def of(self, tree: Tree) -> Tree:
        """Rebuild a tree with every member named; spans stay where a name stands."""
        match tree:
            case Entry(Name(family), indices):
                numbers = tuple(_whole(index, self.values) for index in indices)
                if family not in self.families:
                    return Name(entry_name(family, numbers), tree.span)
                return Name(self._member(self.families[family], numbers, tree.span), tree.span)
            case Entry(Entry() as member, indices):
                numbers = tuple(_whole(index, self.values) for index in indices)
                inner = self.of(member)
                return Name(entry_name(inner.name if isinstance(inner, Name) else "", numbers), tree.span)
            case Name(name) if name in self.ranges:
                if name not in self.values:
                    raise _Refused("index-unbound", tree.span, index=name)
                return Number(self.values[name])
            case Name(name) if name in self.families and self.families[name].is_vector:
                listed = members(self.families[name], self.ranges)
                return Matrix(tuple((Name(one, tree.span),) for one in listed), len(listed) > 1, tree.span)
            case Name():
                return tree
        if is_later(tree):
            low, high = (_whole(end, self.values) for end in tree.arguments[2:])
            return written_sum(tree, low, high, self._with)
        parts = tuple(map(self.of, children(tree)))
        return added(tree, parts) if isinstance(tree, Sum) else with_parts(tree, parts)

    def _with(self, body: Tree, letter: str, value: int) -> Tree:
        """Give what a sum adds where its letter has a value."""
        inside = {**self.values, letter: value}
        ranges = {**self.ranges, letter: (value, value)}
        return _Instance(inside, ranges, self.families, self.defined, self.own, self.left).of(body)

    def _member(self, family: Family, numbers: tuple[int, ...], span: Span | None) -> str:
        numbers = _parted(family, numbers, span)
        name = instance(family.name, numbers)
        if name in self.defined or (family.free and not family.indices):
            return name
        outside = [
            (index, number)
            for index, number in zip(family.indices, numbers, strict=True)
            if not self.ranges[index][0] <= number <= self.ranges[index][1]
        ]
        if not outside and family.free:
            return name
        facts = {"name": name, "in": self.left}
        if family.name == self.own and not family.free:
            raise _Refused("no-start", span, start=f"{name} = 0", **facts)
        index, number = outside[0] if outside else (family.indices[0], numbers[0])
        low, high = self.ranges[index]
        raise _Refused("index-outside", span, index=index, value=str(number), range=f"{low}..{high}", **facts)


def ordered_equations(lines: tuple[Unrolled, ...]) -> tuple[Unrolled, ...]:
    """Put equations in an order in which each uses only what stands before it, otherwise as they are.

    Lines in a circle stay where they are: `symnn.networks.validity` names the circle.
    """
    place = {line.left: position for position, line in enumerate(lines)}
    sorter = TopologicalSorter(
        {at: [place[used] for used in names(line.right) if used in place] for at, line in enumerate(lines)}
    )
    try:
        sorter.prepare()
    except ValueError:
        return lines
    order: list[int] = []
    ready: list[int] = []
    while sorter.is_active():
        ready = sorted((*ready, *sorter.get_ready()))
        first = ready.pop(0)
        order.append(first)
        sorter.done(first)
    return tuple(lines[at] for at in order)
