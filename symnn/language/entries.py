"""Entries of tensors and members of families: ``W[1,2]``, ``W_{12}``, ``s_{t-1}``, with their ranges."""

from __future__ import annotations

from itertools import combinations, pairwise

from symnn.errors import Problem
from symnn.language.names import Spelling, carries, family_of, parted
from symnn.language.scope import Scope, Shape
from symnn.language.signs import FAMILY, NAME, Entry

__all__ = ["entry_name", "entry_of", "indexed_entry"]


def entry_of(spelling: Spelling, scope: Scope) -> Entry | Problem | None:
    """Give the entry of a declared tensor, or the member of a family, that a spelling means.

    >>> from symnn.language.names import taken_apart
    >>> entry_of(taken_apart("W_{12}"), Scope.of({"W": (2, 2)}))
    (2, 'W[1,2]')
    """
    family = _member(spelling, scope)
    if family is not None:
        return family
    if not spelling.parts and not spelling.square:
        return None
    fits: list[Entry] = []
    problems: list[Problem] = []
    for kept in range(len(spelling.parts), -1, -1):
        head = spelling._replace(parts=spelling.parts[:kept], square="")
        found = scope.exact.get(head.exact) or scope.compact.get(head.compact)
        rest = (*spelling.parts[kept:], *filter(None, spelling.square.split(",")))
        if found is not None and found[0] == NAME and rest and scope.shape(found[1]) and all(map(str.isdigit, rest)):
            known = indexed_entry(found[1], rest, scope.shape(found[1]))
            if isinstance(known, Problem):
                problems.append(known)
            else:
                fits.append(known)
    if len(fits) > 1:
        return Problem("ambiguous", {"found": spelling.exact, "first": fits[0][1], "second": fits[1][1]})
    if not fits and problems and _is_bias(spelling, scope):
        return (NAME, spelling.canonical)
    return fits[0] if fits else problems[0] if problems else None


def _is_bias(spelling: Spelling, scope: Scope) -> bool:
    """Say whether an author's ``w_0`` beside a vector w is a quantity of its own: entries are counted from 1."""
    head = spelling._replace(parts=(), below="").canonical
    return scope.is_model and spelling.parts == ("0",) and not spelling.square and len(scope.shape(head)) == 1


def indexed_entry(name: str, indices: tuple[str, ...], shape: Shape) -> Entry | Problem:
    """Give the entry of a tensor with these indices; digits without commas are cut where only one way fits.

    >>> indexed_entry("W", ("12",), (2, 2)), indexed_entry("K", ("111",), (11, 11)).code
    ((2, 'W[1,2]'), 'ambiguous')
    """
    wanted = "x".join(str(length) for length in shape)
    if len(indices) == 1 and len(shape) > 1:
        fitting = [way for way in _cuts(indices[0], len(shape)) if _inside(way, shape)]
        if len(fitting) > 1:
            first, second = (entry_name(name, way) for way in fitting[:2])
            return Problem("ambiguous", {"found": f"{name}_{indices[0]}", "first": first, "second": second})
        if shape[0] == 1 == len(shape) - 1 and 0 < int(indices[0]) <= shape[1]:  # the i-th of a row
            fitting.append((1, int(indices[0])))
        if fitting:
            return (NAME, entry_name(name, fitting[0]))
        return Problem("index", {"name": name, "index": ",".join(indices), "shape": wanted})
    numbers = tuple(int(index) for index in indices)
    if len(numbers) != len(shape) or not _inside(numbers, shape):
        return Problem("index", {"name": name, "index": ",".join(indices), "shape": wanted})
    return (NAME, entry_name(name, numbers))


def entry_name(name: str, indices: tuple[int, ...]) -> str:
    """Write the canonical name of an entry, counted from 1.

    >>> entry_name("W", (1, 2))
    'W[1,2]'
    """
    return f"{name}[{','.join(str(index) for index in indices)}]"


def _cuts(digits: str, count: int) -> list[tuple[int, ...]]:
    """Cut a run of digits into ``count`` numbers in every way, none with a leading zero."""
    ways = []
    for places in combinations(range(1, len(digits)), count - 1):
        edges = (0, *places, len(digits))
        pieces = [digits[start:end] for start, end in pairwise(edges)]
        if not any(piece.startswith("0") for piece in pieces):
            ways.append(tuple(int(piece) for piece in pieces))
    return ways


def _inside(indices: tuple[int, ...], shape: Shape) -> bool:
    return all(1 <= index <= length for index, length in zip(indices, shape, strict=True))


def _is_named(spelling: Spelling, scope: Scope) -> bool:
    """Say whether ``h^{dec}`` is a quantity of its own beside the family of the ``h^{enc}_i``."""
    return spelling.exact in scope.exact and not carries(spelling, scope.indices, scope.indices)


def _member(spelling: Spelling, scope: Scope) -> Entry | None:
    r"""Give a member of a family as ``family\0index\0index``; the reader reads the indices.

    Those behind a ``\1`` are of its entry: ``y^{(t)}_j`` where the ``y^{(t)}`` are vectors.
    """
    if not scope.indices or not (spelling.parts or spelling.above):
        return None
    found = family_of(spelling, scope.indices)
    base = spelling.base + "'" * spelling.primes
    indices = (*filter(None, (spelling.above,)), *parted(spelling, scope.indices).parts)
    layered = (f"{base}^()", indices)
    for family, places in (found, layered) if spelling.above and not _is_named(spelling, scope) else (found,):
        if family in scope.families:
            own = scope.families[family]
            member, entry = "\0".join((family, *places[:own])), "\0".join(places[own:])
            return (FAMILY, f"{member}\1{entry}" if entry else member)
    family = layered[0] if spelling.above else base
    if _is_differential(spelling, scope):
        return None
    numbered, indices = _numbered(spelling, scope, indices)
    head = numbered.canonical
    if not carries(spelling, scope.indices, scope.indices if scope.shape(head) else scope.bound):
        return None
    if spelling.above and spelling.above not in scope.indices:  # a mark or a number, which belongs to the name
        family, indices = head, indices[1:]
    elif numbered.parts:
        family = head
    return (FAMILY, "\0".join((family, *indices)))


def _is_differential(spelling: Spelling, scope: Scope) -> bool:
    """Say whether ``dZ1_ij`` is short for the derivative of the loss by Z1_ij."""
    numbered = "".join(part for part in parted(spelling, scope.indices).parts if part.isdigit())
    named = spelling.base[1:] + numbered
    return bool(scope.result and spelling.base[0] == "d" and not scope.shape(spelling.base) and scope.shape(named))


def _numbered(spelling: Spelling, scope: Scope, indices: tuple[str, ...]) -> tuple[Spelling, tuple[str, ...]]:
    """Part the number of a name from the indices of its entry: ``n1_i`` is an entry of the vector n1."""
    bare = spelling._replace(parts=(), square="", below="")
    for kept in range(1, len(indices) if not spelling.above else 0):
        head = spelling._replace(parts=indices[:kept], square="", below="")
        if "".join(indices[:kept]).isdigit() and len(scope.shape(head.canonical)) == len(indices) - kept:
            return head, indices[kept:]
    return bare, indices
