"""Recurrences: equations that are written once for all steps, and their values step by step in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from symnn.expressions.tree import Entry, Name, Tree
from symnn.handouts.digits import tree_of
from symnn.handouts.document import Block, Cell, Prose, Table
from symnn.networks.graph import Graph, Indexed
from symnn.notation.items import Piece
from symnn.ops.shapes import MATRIX

if TYPE_CHECKING:
    from symnn.handouts.tensor_numbers import TensorNumbers

__all__ = ["numbered", "ranges_held", "values_by_step"]

Ranges: TypeAlias = tuple[tuple[str, int, int], ...]

MOST_COLUMNS = 6
"""More quantities than this do not stand beside each other in one table."""

_STEP = re.compile(r"(.+)_([0-9]+)")


def numbered(graph: Graph) -> Mapping[str, int]:
    """Say of which indexed equation, counted from 1, each quantity of a range comes."""
    found: dict[str, int] = {}
    for count, equation in enumerate(graph.indexed, 1):
        pattern = re.compile(_pattern(equation.left))
        for one in graph.equations:
            if one.left not in found and pattern.fullmatch(one.left):
                found[one.left] = count
    return found


def ranges_held(graph: Graph) -> tuple[Ranges, ...]:
    """Say for which ranges each indexed equation stands: a more special one above it, as for layer 1, takes its own."""
    claimed = numbered(graph)
    return tuple(
        _held(one, [name for name, count in claimed.items() if count == place])
        for place, one in enumerate(graph.indexed, 1)
    )


def _held(one: Indexed, members: list[str]) -> Ranges:
    """Narrow the declared ranges of an equation to those of its members, where these fill ranges."""
    found = [re.fullmatch(_pattern(one.left), name) for name in members]
    values = {
        letter: {int(match[letter]) for match in found if match}
        for letter, *_ in one.ranges
        if f"<{letter}>" in _pattern(one.left)
    }
    if not members or len(members) != prod(map(len, values.values())):
        return one.ranges
    return tuple((letter, min(steps), max(steps)) for letter, steps in values.items())


def _pattern(left: Tree) -> str:
    """Give the names that the left side of an indexed equation stands for, as a regular expression."""
    match left:
        case Entry(Name(name), indices):
            written = [
                f"(?P<{index.name}>[0-9]+)" if isinstance(index, Name) else str(getattr(index, "numerator", ""))
                for index in indices
            ]
            if name.endswith("^()"):
                layer, *steps = written
                head = re.escape(name.removesuffix("^()")) + rf"\^\({layer}\)"
            else:
                head, steps = re.escape(name), written
            return head + "".join(f"_{step}" for step in steps)
        case Name(name):
            return re.escape(name)
    return "(?!)"


def values_by_step(graph: Graph, numbers: TensorNumbers | None) -> Iterator[Block]:
    """Put the values of what goes from step to step into a table, a row a step."""
    if numbers is None:
        return
    columns: dict[str, dict[int, str]] = {}
    for name in (*graph.free, *(equation.left for equation in graph.equations)):
        parts = _STEP.fullmatch(name)
        if parts is not None and len(graph.shapes.get(name, ())) < MATRIX:
            columns.setdefault(parts[1], {})[int(parts[2])] = name
    stems = [stem for stem, steps in columns.items() if len(steps) > 1]
    letter = next((ranges[-1][0] for ranges in (one.ranges for one in graph.indexed) if ranges), "")
    if not stems or not letter:
        return
    yield Prose("values-by-step")
    for start in range(0, len(stems), MOST_COLUMNS):
        yield _table(letter, {stem: columns[stem] for stem in stems[start : start + MOST_COLUMNS]}, numbers)


def _table(letter: str, columns: Mapping[str, Mapping[int, str]], numbers: TensorNumbers) -> Table:
    steps = sorted({step for column in columns.values() for step in column})
    rows: list[tuple[Cell, ...]] = []
    for step in steps:
        values = [numbers.value(Name(column[step])) if step in column else None for column in columns.values()]
        rows.append((str(step), *(Piece(tree_of(value)) if value else "" for value in values)))
    heads = [Prose("column-of", {"name": Piece(Name(f"{stem}_{letter}"))}) for stem in columns]
    return Table((Prose("column-of", {"name": Piece(Name(letter))}), *heads), tuple(rows))
