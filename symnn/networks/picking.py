"""An entry of a tensor in an equation: ``W_{12}`` is a piece of W, so that W still gets its whole gradient."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from symnn.errors import Fact, Problem
from symnn.expressions.tree import Call, Name, Number, Tree
from symnn.language.entries import entry_name, indexed_entry
from symnn.language.names import Spelling, taken_apart
from symnn.networks.tree_shapes import Misfit
from symnn.ops import named
from symnn.ops.shapes import MATRIX, Shape, shape_text, size

__all__ = ["picked"]


def picked(name: Name, shapes: Mapping[str, Shape], own: Collection[str] = ()) -> Tree:
    """Write the entry of a tensor as a piece of it, counted in row-major order; any other name stays.

    ``own`` are the names that are declared or computed: those mean themselves.
    Raises: `Misfit` for an index that the tensor does not have, and where two tensors have such an entry.

    >>> from symnn.expressions.writing import plain
    >>> plain(picked(Name("W[1,2]"), {"W": (2, 2)})), plain(picked(Name("s2"), {"s": (3,)}))
    ('part(W, 2, 2)', 'part(s, 2, 2)')
    """
    if name.name in own or name.name in shapes:
        return name
    tensor, bracket, inside = name.name.partition("[")
    if bracket and inside[:-1].isdigit() and len(shapes.get(tensor, ())) == MATRIX:
        return _row(name, tensor, int(inside[:-1]), shapes[tensor])
    if bracket and tensor in shapes:  # a member of a family keeps its time index: s_2[1] is the first of s_2
        return _entry(name, ((tensor, tuple(inside[:-1].split(",")), True),), shapes)
    apart = taken_apart(name.name)
    if apart is None or not (apart.parts or apart.square):
        return name
    return _entry(name, _ways(apart, shapes), shapes)


def _row(name: Name, tensor: str, place: int, shape: Shape) -> Tree:
    """Write ``H[2]``, the second row of a matrix."""
    if not 1 <= place <= shape[0]:
        facts: dict[str, Fact] = {"name": tensor, "index": str(place), "shape": shape_text(shape)}
        raise Misfit(Problem("index", facts, name.span))
    ends = (Number(place), Number(place), Number(0), Number(0))
    return Call(named.SLICE, (Name(tensor, name.span), *ends), span=name.span)


def _entry(name: Name, ways: Iterable[tuple[str, tuple[str, ...], bool]], shapes: Mapping[str, Shape]) -> Tree:
    """Take the one way in which a name is an entry of a tensor; where there is none, the name stays."""
    fits: list[tuple[str, tuple[int, ...]]] = []
    problems: list[Problem] = []
    for tensor, indices, is_sure in ways:
        if indices == ("0",) and len(shapes[tensor]) == 1 and "[" not in name.name:
            continue  # w_0 beside a vector w is a bias, see `undeclared`
        place = _place(name.name, tensor, indices, shapes[tensor])
        if not isinstance(place, Problem):
            fits.append((tensor, place))
        elif is_sure:
            problems.append(place)
    if len(fits) > 1:
        first, second = (entry_name(*fit) for fit in fits[:2])
        problems = [Problem("ambiguous", {"found": name.name, "first": first, "second": second})]
    if len(fits) == 1:
        tensor, numbers = fits[0]
        return _piece(name, tensor, numbers, shapes[tensor])
    if problems:
        raise Misfit(replace(problems[0], span=name.span))
    return name


def _ways(apart: Spelling, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Find each tensor that a name could be an entry of, with the indices, and whether it can be nothing else.

    ``h_12`` could be an entry of h, surely, or the second of h_1, if that has one.
    """
    square = tuple(filter(None, apart.square.split(",")))
    cuts = [(apart.parts[:kept], apart.parts[kept:], True) for kept in range(len(apart.parts) + 1)]
    if len(apart.parts) == 1 and apart.parts[0].isdigit() and not square:
        digits = apart.parts[0]
        cuts += [((digits[:at],), (digits[at:],), False) for at in range(1, len(digits))]
    for head, rest, is_sure in cuts:
        indices = (*rest, *square)
        tensor = apart._replace(parts=head, square="", below="").canonical
        if indices and shapes.get(tensor):
            yield tensor, indices, is_sure


def _place(name: str, tensor: str, indices: tuple[str, ...], shape: Shape) -> tuple[int, ...] | Problem:
    """Give the indices of an entry one by one, or say that the tensor has no such entry."""
    index = ",".join(indices)
    if not index.replace(",", "").isdigit():
        return Problem("not-an-entry", {"found": name, "name": tensor, "index": index, "shape": shape_text(shape)})
    known = indexed_entry(tensor, indices, shape)
    if isinstance(known, Problem):
        return known
    return tuple(map(int, known[1].removeprefix(tensor)[1:-1].split(",")))


def _piece(name: Name, tensor: str, numbers: tuple[int, ...], shape: Shape) -> Tree:
    place = 0
    for index, length in zip(numbers, shape, strict=True):
        place = place * length + index - 1
    whole = Name(tensor, name.span)
    return Call(named.PART, (whole, Number(place + 1), Number(place + 1)), span=name.span) if size(shape) > 1 else whole
