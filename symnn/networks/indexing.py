"""From indexed equations as they are read to plain lines: families, ranges, names, and every problem's line."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product as all_of
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Problem
from symnn.expressions.tree import Entry, Name, Tree, bare, names, walk
from symnn.language.limits import AUTHOR
from symnn.language.names import family_of, instance, taken_apart
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.networks.declarations import CutLine, Declarations, EquationLine
from symnn.networks.graph import Indexed
from symnn.networks.left_sides import said_of
from symnn.networks.sizes import members_of, too_many_members
from symnn.networks.unrolling import Family, WrittenEquation, calculated_indices, members, unrolled
from symnn.ops.shapes import Shape

__all__ = ["Unindexed", "unindexed"]


class Unindexed(Struct, frozen=True):
    """Indexed equations as plain ones: lines in order, declarations by member, and what was written."""

    lines: tuple[EquationLine, ...]
    given: Declarations
    indexed: tuple[Indexed, ...]
    vectors: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The families that may be named as vectors, with their members."""


def unindexed(parts: tuple[CutLine, ...], scope: Scope, given: Declarations, problems: list[Problem]) -> Unindexed:
    """Read indexed equations and unroll them; what is wrong goes to ``problems`` with its place."""
    lines, read_parts = _read(parts, scope, problems)
    families = _families(lines, scope, given)
    found = _too_many(lines, families, given)
    if found:
        place, problem = found[0]
        problems.append(replace(problem, place=read_parts[place].at()))
        return Unindexed((), given, ())
    listing = _Listing(scope, families, given.index)
    declarations = (*given.inputs, *given.targets, *given.parameters, *given.shapes)
    starts = frozenset(member for name in declarations for member in listing.numbered(name))
    plain_lines = unrolled(lines, given.index, families, found, starts)
    for place, problem in found:
        problems.append(replace(problem, place=read_parts[place].at(problem.span)))
    kept = tuple(
        EquationLine(line.left, line.right, read_parts[line.place].source, read_parts[line.place].start)
        for line in plain_lines
    )
    computed = {line.left for line in kept}
    listing = replace(listing, member=_members(families, given, computed | starts))
    declared = replace(
        given,
        parameters=listing.listed(given.parameters),
        inputs=listing.listed(given.inputs),
        targets=listing.listed(given.targets),
        shapes=listing.shapes(given.shapes, computed),
    )
    vectors = {name: listing.member[name] for name, family in families.items() if family.is_vector}
    return Unindexed(kept, declared, _as_written(lines, given), vectors)


def _read(
    parts: tuple[CutLine, ...], scope: Scope, problems: list[Problem]
) -> tuple[tuple[WrittenEquation, ...], tuple[CutLine, ...]]:
    """Read both sides of each equation; the left must be a name or a member of a family."""
    lines: list[WrittenEquation] = []
    kept: list[CutLine] = []
    for part in parts:
        left, right = read(part.left, scope, limits=AUTHOR), read(part.right, scope, limits=AUTHOR)
        if isinstance(left, Problem) or not isinstance(left.tree, Name | Entry) or part.said in tuple("+-*/"):
            problems.append(Problem("not-a-name", {"found": part.left}, place=part.at()))
        elif isinstance(right, Problem):
            problems.append(Problem(right.code, right.facts, right.span, part.at(right.span)))
        else:
            lines.append(WrittenEquation(left.tree, said_of(part, right.tree), len(kept)))
            kept.append(part)
    return tuple(lines), tuple(kept)


def _families(lines: tuple[WrittenEquation, ...], scope: Scope, given: Declarations) -> dict[str, Family]:
    """Find each family's index names, from its declaration or its first use with bare indices."""
    computed = {line.left.of.name for line in lines if isinstance(line.left, Entry) and isinstance(line.left.of, Name)}
    indices: dict[str, tuple[str, ...]] = {}
    for spelling in (*given.shapes, *given.inputs, *given.targets, *given.parameters):
        known = read(spelling, scope, limits=AUTHOR)
        if not isinstance(known, Problem):
            _note(known.tree, given, indices)
    for line in lines:
        for node in (*walk(line.left), *walk(line.right)):
            _note(node, given, indices)
    listed = (*given.inputs, *given.targets, *given.parameters)
    beside = {family for one in listed if (family := _family_listed(one, given)) in listed}  # x beside the x_i
    own = {line.left.name for line in lines if isinstance(line.left, Name)} | given.shapes.keys() | beside
    calculated = calculated_indices(side for line in lines for side in (line.left, line.right))
    found = {}
    for name in sorted(scope.families):
        over = indices.get(name, ())
        is_vector = len(over) == 1 and over[0] not in calculated and not scope.shape(name) and name not in own
        found[name] = Family(name, over, name not in computed, is_vector)
    return found


def _family_listed(spelling: str, given: Declarations) -> str:
    """Name the family that a declaration ``x_i`` lists."""
    apart = taken_apart(spelling)
    family, places = family_of(apart, given.index) if apart is not None else ("", ())
    return family if any(place in given.index for place in places) else ""


def _too_many(
    lines: tuple[WrittenEquation, ...], families: Mapping[str, Family], given: Declarations
) -> list[tuple[int, Problem]]:
    """Count what the ranges stand for, line by line, before anything is unrolled; the line where it is too much."""
    count = sum(members_of(family.indices, given.index) for family in families.values() if family.free)
    for line in lines:
        used = tuple(index for index in given.index if index in names(line.left))
        count += members_of(used, given.index)
        problem = too_many_members(count, given.index)
        if problem is not None:
            return [(line.place, problem)]
    return []


def _note(node: Tree, given: Declarations, indices: dict[str, tuple[str, ...]]) -> None:
    match node:
        case Entry(Name(family), places):
            bare_names = tuple(place.name for place in places if isinstance(place, Name) and place.name in given.index)
            if len(bare_names) == len(places):
                indices.setdefault(family, bare_names)


def _members(families: Mapping[str, Family], given: Declarations, computed: set[str]) -> dict[str, tuple[str, ...]]:
    """Name all members of each family; a computed one has those with an equation or a declaration: its start, too."""
    everything = {}
    for name, family in families.items():
        if not family.indices:  # only members with calculated indices are used, x_{t-1}: they are what they are
            continue
        over = members(family, given.index)
        ranged = frozenset(over)
        prefix = name.removesuffix(")") if name.endswith("^()") else f"{name}_"
        own = tuple(left for left in sorted(computed) if left not in ranged and left.startswith(prefix))
        everything[name] = over if family.free else (*over, *own)
    return everything


class _Listing(Struct, frozen=True):
    """What the names of declarations stand for: members of families by their names and numbers, or plain names."""

    scope: Scope
    families: Mapping[str, Family]
    ranges: Mapping[str, tuple[int, int]]
    member: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def numbered(self, spelling: str) -> tuple[str, ...]:
        """Name the members that are declared by numbers: ``h_0``, or ``a^{(0)}_k`` for each k."""
        apart = taken_apart(spelling)
        if apart is None:
            return ()
        family, places = family_of(apart, self.ranges)
        known = self.families.get(family)
        if known is None or not any(map(str.isdigit, places)) or len(places) != len(known.indices or places):
            return ()
        return tuple(instance(family, one) for one in all_of(*map(self._values, places)))

    def _values(self, place: str) -> range:
        low, high = (int(place),) * 2 if place.isdigit() else self.ranges.get(place, (1, 0))
        return range(low, high + 1)

    def meant(self, spelling: str) -> tuple[str, ...]:
        """Name what a declaration means: all members of ``s^{(i)}_t``, the one of ``U^{(1)}``, or a plain name."""
        known = read(spelling, self.scope, limits=AUTHOR)
        if numbered := self.numbered(spelling):
            return numbered
        match None if isinstance(known, Problem) else known.tree:
            case Entry(Name(family)):
                return self.member.get(family, ())
            case Name(name):
                return (name,)
        return (spelling,)

    def listed(self, declared: tuple[str, ...]) -> tuple[str, ...]:
        """Put the members in the place of each family."""
        return tuple(dict.fromkeys(name for one in declared for name in self.meant(one)))

    def shapes(self, given: Mapping[str, Shape], computed: set[str]) -> Mapping[str, Shape]:
        """Give every member the shape of its family, unless it has one of its own."""
        shapes: dict[str, Shape] = {}
        for name, shape in sorted(given.items(), key=lambda item: -len(self.meant(item[0]))):
            shapes |= dict.fromkeys(self.meant(name), shape)
        return MappingProxyType({name: shape for name, shape in shapes.items() if name in computed or shape})


def _as_written(lines: tuple[WrittenEquation, ...], given: Declarations) -> tuple[Indexed, ...]:
    """Keep the equations as the author wrote them, with the ranges of the indices on their left."""
    return tuple(
        Indexed(
            bare(line.left),
            bare(line.right),
            tuple((index, *given.index[index]) for index in given.index if index in names(line.left)),
        )
        for line in lines
    )
