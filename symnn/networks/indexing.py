"""From indexed equations as they are read to plain lines: families, ranges, names, and every problem's line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Problem
from symnn.expressions.tree import Entry, Name, Number, Tree, bare, names, walk
from symnn.language.limits import AUTHOR
from symnn.language.names import instance
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.networks.declarations import CutLine, Declarations, EquationLine
from symnn.networks.graph import Indexed
from symnn.networks.sizes import members_of, too_many_members
from symnn.networks.unrolling import Family, WrittenEquation, members, unrolled
from symnn.ops.shapes import Shape

__all__ = ["Unindexed", "unindexed"]


class Unindexed(Struct, frozen=True):
    """Indexed equations as plain ones: lines in order, declarations by member, and what was written."""

    lines: tuple[EquationLine, ...]
    given: Declarations
    indexed: tuple[Indexed, ...]


def unindexed(parts: tuple[CutLine, ...], scope: Scope, given: Declarations, problems: list[Problem]) -> Unindexed:
    """Read indexed equations and unroll them; what is wrong goes to ``problems`` with its place."""
    lines, read_parts = _read(parts, scope, problems)
    families = _families(lines, scope, given)
    found = _too_many(lines, families, given)
    if found:
        place, problem = found[0]
        problems.append(replace(problem, place=read_parts[place].at()))
        return Unindexed((), given, ())
    plain_lines = unrolled(lines, given.index, families, found)
    for place, problem in found:
        problems.append(replace(problem, place=read_parts[place].at(problem.span)))
    kept = tuple(
        EquationLine(line.left, line.right, read_parts[line.place].source, read_parts[line.place].start)
        for line in plain_lines
    )
    member = _members(families, given, {line.left for line in kept})
    declared = replace(
        given,
        parameters=_listed(given.parameters, scope, member),
        inputs=_listed(given.inputs, scope, member),
        targets=_listed(given.targets, scope, member),
        shapes=_shapes(given, scope, kept, member),
    )
    return Unindexed(kept, declared, _as_written(lines, given))


def _read(
    parts: tuple[CutLine, ...], scope: Scope, problems: list[Problem]
) -> tuple[tuple[WrittenEquation, ...], tuple[CutLine, ...]]:
    """Read both sides of each equation; the left must be a name or a member of a family."""
    lines: list[WrittenEquation] = []
    kept: list[CutLine] = []
    for part in parts:
        left, right = read(part.left, scope, limits=AUTHOR), read(part.right, scope, limits=AUTHOR)
        if isinstance(left, Problem) or not isinstance(left.tree, Name | Entry):
            problems.append(Problem("not-a-name", {"found": part.left}, place=part.at()))
        elif isinstance(right, Problem):
            problems.append(Problem(right.code, right.facts, right.span, part.at(right.span)))
        else:
            lines.append(WrittenEquation(left.tree, right.tree, len(kept)))
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
    return {name: Family(name, indices.get(name, ()), name not in computed) for name in sorted(scope.families)}


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
    """Name all members of each family; a computed one has those that have an equation, its start included."""
    everything = {}
    for name, family in families.items():
        if not family.indices:  # only members with calculated indices are used, x_{t-1}: they are what they are
            continue
        over = members(family, given.index)
        ranged = frozenset(over)
        prefix = name.removesuffix("^()")
        own = tuple(
            left for left in sorted(computed) if left not in ranged and left.startswith((f"{prefix}_", f"{prefix}^("))
        )
        everything[name] = over if family.free else (*over, *own)
    return everything


def _meant(spelling: str, scope: Scope, member: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Name what a declaration means: all members of ``s^{(i)}_t``, the one of ``U^{(1)}``, or a plain name."""
    known = read(spelling, scope, limits=AUTHOR)
    match None if isinstance(known, Problem) else known.tree:
        case Entry(Name(family), places):
            numbers = tuple(place.numerator for place in places if isinstance(place, Number))
            return (instance(family, numbers),) if len(numbers) == len(places) else member.get(family, ())
        case Name(name):
            return (name,)
    return (spelling,)


def _listed(declared: tuple[str, ...], scope: Scope, member: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Put the members in the place of each family."""
    return tuple(dict.fromkeys(name for one in declared for name in _meant(one, scope, member)))


def _shapes(
    given: Declarations, scope: Scope, lines: tuple[EquationLine, ...], member: Mapping[str, tuple[str, ...]]
) -> Mapping[str, Shape]:
    """Give every member the shape of its family, unless it has one of its own."""
    computed = {line.left for line in lines}
    shapes: dict[str, Shape] = {}
    for name, shape in sorted(given.shapes.items(), key=lambda item: -len(_meant(item[0], scope, member))):
        shapes |= dict.fromkeys(_meant(name, scope, member), shape)
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
