"""What a network says beside its equations, and its equations while they are read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from symnn.documents.node import Source
from symnn.errors import Place, Span
from symnn.expressions.tree import Tree
from symnn.networks.conventions import Conventions, Samples

__all__ = ["CutLine", "Declarations", "EquationLine", "place_of"]


class Declarations(Struct, frozen=True):
    """What a network says beside its equations; names are canonical.

    ``parameters`` empty: every free name that is no input and no target is a parameter; where they are listed, a
    name that has a value alone (``valued``) is given like an input. ``shapes`` may hold an
    indexed family (``s_t``), ``index`` the first and last value of each index; ``samples`` says how a batch lies
    in a matrix: each sample is a row, or a column.
    """

    parameters: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    functions: Mapping[str, Source] = MappingProxyType({})
    shapes: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    index: Mapping[str, tuple[int, int]] = MappingProxyType({})
    conventions: Conventions = Conventions()
    own_argument: str = ""
    samples: Samples = ""
    valued: tuple[str, ...] = ()


class EquationLine(Struct, frozen=True):
    """One equation that was read: ``start`` is where its right side begins in the source."""

    left: str
    right: Tree
    source: Source
    start: int

    def at(self, span: Span | None = None) -> Place:
        """Say where in the file a part of the right side stands; without a span, where the line does."""
        return place_of(self.source, self.start, span, self.left)


class CutLine(Struct, frozen=True):
    """One line of text, cut at its first ``=``; ``start`` is where its right side begins in the source.

    ``said`` is what the left side says beside its name, see `left_sides`.
    """

    left: str
    right: str
    source: Source
    start: int
    said: str = ""

    def at(self, span: Span | None = None) -> Place:
        """Say where in the file a part of the right side stands; without a span, where the line does."""
        return place_of(self.source, self.start, span, self.left)


def place_of(source: Source, start: int, span: Span | None, field: str) -> Place:
    """Give the place of a span of a right side that begins at ``start``."""
    if span is None:
        line_start = source.text.rfind("\n", 0, start) + 1
        text = source.text[line_start:]
        span, start = Span(0, 1), line_start + len(text) - len(text.lstrip(" \t"))
    place = source.at(Span(start + span.start, start + span.end))
    return Place(place.file, place.line, place.column, field)
