"""Points: exact values of named quantities, from ``name=value`` pairs, a file, or a network's own points."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from symnn.documents.containers import MapOf, Nested, NestedNumbers
from symnn.documents.kinds import exact_value
from symnn.documents.nearest import nearest
from symnn.documents.parsed import load
from symnn.errors import OperatorError, Problem, TargetError, UsageError
from symnn.expressions.tree import Derivative, Name
from symnn.language.characters import mend
from symnn.language.names import spelled
from symnn.language.reading import Reading, read
from symnn.language.slips import nearest_name
from symnn.messages import raisable
from symnn.networks.network import Network, Point
from symnn.networks.values import split, split_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from symnn.networks.graph import Graph

__all__ = ["as_float", "at", "lengths_of", "named", "points", "quantity"]

_FILES: Final = (".yaml", ".yml", ".json")
_OPEN: Final = "[({"
_CLOSE: Final = "])}"
_BLANK: Final = " \t\n"
_DEEPEST: Final = 6


def points(network: Network, given: Sequence[str] = (), also: Iterable[str] = ()) -> tuple[Point, ...]:
    """Give the points that a command is about, each with every value that is known, tensors entry by entry.

    With values ``given``, the network's points are ignored and its ``values`` fill only the names left out;
    without, each of its points is laid over ``values``. The first words given may name a point, or ``default`` for
    ``values``; what these leave out is taken from the first point. ``also`` names what may be given beside them.
    Raises: UsageError for a name or value that cannot be, OperatorError for a file that cannot be read.

    >>> from symnn.networks.catalogue import network
    >>> [point.name for point in points(network("midges"))]
    ['Af', 'Apf']
    >>> points(network("midges"), ["x1=1.72, x_2=1.24"])[0].values["x1"]
    Fraction(43, 25)
    """
    graph = network.graph
    values = split(network.values, graph)
    if given:
        chosen, rest = _chosen(network, given)
        own_name = chosen.name if chosen is not None and not rest else ""
        laid = split(chosen.values, graph) if chosen is not None else {}
        if chosen is _DEFAULT and network.points:
            values = {**split(network.points[0].values, graph), **values}
        return (Point(MappingProxyType({**values, **laid, **at(rest, graph, also)}), own_name),)
    own = network.points or (Point(MappingProxyType({})),)
    return tuple(Point(MappingProxyType({**values, **split(point.values, graph)}), point.name) for point in own)


_DEFAULT = Point(MappingProxyType({}))


def _chosen(network: Network, given: Sequence[str]) -> tuple[Point | None, list[str]]:
    """Take the name of a point off the words given.

    Raises: UsageError naming the points, for a word that is neither a name nor a value nor a file.
    """
    words = [word.strip(_BLANK) for word in given]
    known = {"default": _DEFAULT} | {point.name: point for point in network.points}
    for name, point in known.items():
        after = words[0].removeprefix(name)
        if name and after != words[0] and (not after or after[0] in _BLANK + ","):
            rest = after.strip(_BLANK + ",")
            return point, [*([rest] if rest else []), *words[1:]]
    if "=" not in words[0] and not words[0].lower().endswith(_FILES) and network.points:
        raise raisable(UsageError, Problem("unknown-point", {"name": words[0][:60], "known": tuple(known)}))
    return None, words


def at(words: Sequence[str], graph: Graph, also: Iterable[str] = ()) -> dict[str, Nested]:
    """Read values: each word is a file or pairs, split at commas or blanks outside brackets.

    Pairs win over files. Raises: UsageError for what is no pair, a name that is unknown, computed or given
    twice, a value of the wrong shape; OperatorError for a file that cannot be read.
    """
    reading = _Reading(graph, frozenset(also))
    for word in words:
        if word.lower().endswith(_FILES) and "=" not in word:
            reading.file(Path(word))
    reading.seen.clear()
    for word in words:
        if not word.lower().endswith(_FILES) or "=" in word:
            reading.pairs(word)
    return reading.values


class _Reading:
    """Collects values by canonical name."""

    def __init__(self, graph: Graph, also: frozenset[str]) -> None:
        self.graph = graph
        self.also = also
        self.values: dict[str, Nested] = {}
        self.seen: set[str] = set()

    def file(self, path: Path) -> None:
        """Read a map from names to values."""
        loaded = load(path, MapOf[Nested](NestedNumbers()))
        if loaded.value is None:
            raise raisable(OperatorError, *loaded.problems)
        for spelling, value in loaded.value.items():
            self.enter(spelling, value)

    def pairs(self, word: str) -> None:
        """Read ``name=value`` pairs."""
        mended = mend(word)
        if isinstance(mended, Problem):
            raise raisable(UsageError, mended)
        for pair in _pairs(mended.text):
            spelling, sign, text = pair.partition("=")
            if not sign or not spelling or not text:
                raise raisable(UsageError, Problem("not-a-value", {"found": pair}))
            self.enter(spelling, _nested(text))

    def enter(self, spelling: str, value: Nested) -> None:
        """Note one value, or those of all entries of a tensor: ``W_1=[[1,2],[3,4]]``."""
        name = self.name(spelling)
        if name is None:
            entries = dict(_entries(self.family(spelling), value))
            if not entries or any(entry not in self.graph.entrywise.free for entry in entries):
                facts = {"name": spelling, "nearest": _nearest(spelling, self.graph)}
                raise raisable(UsageError, Problem("unknown-quantity", facts))
        else:
            entries = self.split(name, value)
        for entry, number in entries.items():
            if entry in self.seen:
                raise raisable(UsageError, Problem("given-twice", {"name": entry}))
            self.seen.add(entry)
            self.values[entry] = number

    def name(self, spelling: str) -> str | None:
        """Give the canonical name, None if there is no such quantity."""
        found = quantity(self.graph, spelling)
        if found is not None and found in self.graph.entrywise.definitions.keys() | self.graph.definitions.keys():
            raise raisable(UsageError, Problem("computed-quantity", {"name": found}))
        if found is not None:
            return found
        known = spelled(spelling)
        return known if not isinstance(known, Problem) and known in self.also else None

    def family(self, spelling: str) -> str:
        known = spelled(spelling)
        return spelling if isinstance(known, Problem) else known

    def split(self, name: str, value: Nested) -> dict[str, Nested]:
        """Give each entry its value; the value must have the shape of its quantity, or be one number for all."""
        entries = split_value(name, self.graph.shapes.get(name, ()), value)
        if isinstance(entries, Problem):
            raise raisable(UsageError, entries)
        return entries


def quantity(graph: Graph, spelling: str) -> str | None:
    """Give the canonical name of a quantity, spelled as in a model or as in an answer: ``w(x1)1``."""
    known = graph.named(spelling)
    if known is not None:
        return known
    reading = read(spelling, graph.scope)
    if isinstance(reading, Problem) or not isinstance(reading.tree, Name) or reading.left is not None:
        return None
    return reading.tree.name if reading.tree.name in graph.quantities else None


def named(graph: Graph, spelling: str) -> str:
    """Give the canonical name of a quantity, however it is spelled: ``w_{46}``, ``w_46``, ``w46``.

    Raises: TargetError naming the nearest one.
    """
    found = quantity(graph, spelling)
    if found is not None:
        return found
    reading = read(spelling, graph.scope)
    if isinstance(reading, Reading) and isinstance(reading.tree, Derivative):
        raise raisable(TargetError, Problem("derivative-for-quantity", {"name": spelling}))
    raise raisable(TargetError, Problem("unknown-quantity", {"name": spelling, "nearest": _nearest(spelling, graph)}))


def _nearest(spelling: str, graph: Graph) -> str:
    """Give the quantity that a spelling looks like; of an index that does not exist, the next one."""
    return nearest(spelling, tuple(graph.quantities)) or nearest_name(spelling, graph.scope)


def split_list(texts: Iterable[str]) -> tuple[str, ...]:
    """Take lists apart at commas and blanks outside brackets.

    >>> split_list(["w1, w_{1,11}", "W[1,2]"])
    ('w1', 'w_{1,11}', 'W[1,2]')
    """
    return tuple(part for text in texts for part in _parts(text, "," + _BLANK))


def lengths_of(value: Nested) -> tuple[int, ...]:
    """Give the lengths of nested values along each axis.

    >>> lengths_of(((1, 2), (3, 4), (5, 6)))
    (3, 2)
    """
    lengths: list[int] = []
    while isinstance(value, tuple):
        lengths.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(lengths)


def as_float(value: Nested) -> Any:
    """Give a number as a float, nested numbers as lists of floats."""
    return [as_float(part) for part in value] if isinstance(value, tuple) else float(value)


def _entries(family: str, value: Nested) -> Iterable[tuple[str, Nested]]:
    """Name the entries of a vector or matrix, counted from 1: ``W1[1,2]``."""

    def inside(part: Nested, indices: tuple[int, ...]) -> Iterable[tuple[str, Nested]]:
        if isinstance(part, tuple):
            for index, each in enumerate(part, 1):
                yield from inside(each, (*indices, index))
        elif indices:
            yield f"{family}[{','.join(map(str, indices))}]", part

    return inside(value, ())


def _pairs(text: str) -> list[str]:
    """Split at commas and blanks outside brackets; blanks around ``=`` do not split."""
    tight = "=".join(part.strip(_BLANK) for part in text.split("="))
    return _parts(tight, "," + _BLANK)


def _parts(text: str, separators: str) -> list[str]:
    """Split a text at separators outside brackets; empty parts go."""
    parts = [""]
    depth = 0
    for character in text:
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0 and character in separators:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _nested(text: str, depth: int = 0) -> Nested:
    """Read an exact number, or numbers in brackets: ``[1, 2]``, ``[[1,2],[3,4]]``, ``[1, 2; 3, 4]``."""
    if not text.startswith("["):
        return _number(text)
    inner = text[1:-1].strip(_BLANK)
    if not text.endswith("]") or not inner or depth == _DEEPEST:
        raise raisable(UsageError, Problem("not-a-value", {"found": text}))
    rows = _parts(inner, ";")
    if len(rows) > 1:
        values = tuple(_nested(f"[{row}]", depth + 1) for row in rows)
        if all(isinstance(value, tuple) and len(value) == 1 for value in values):
            values = tuple(value[0] for value in values if isinstance(value, tuple))
    else:
        values = tuple(_nested(part, depth + 1) for part in _parts(inner, "," + _BLANK))
    if len({lengths_of(value) for value in values}) != 1:
        raise raisable(UsageError, Problem("ragged-matrix"))
    return values


def _number(text: str) -> Fraction:
    value = exact_value(text)
    if value is None:
        raise raisable(UsageError, Problem("not-a-number", {"value": text[:60]}))
    return value
