"""A table of samples from a CSV file: one column a quantity, one row a sample."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from symnn.documents.decoding import read_text
from symnn.documents.kinds import exact_value
from symnn.documents.nearest import nearest
from symnn.errors import OperatorError, Place, Problem
from symnn.messages import raisable

if TYPE_CHECKING:
    from pathlib import Path

    from symnn.networks.graph import Graph

__all__ = ["samples"]

_LARGEST_FILE: Final = 64 << 20
_SEPARATORS: Final = ",;\t"


def samples(path: Path, graph: Graph) -> dict[str, list[float]]:
    """Read the samples: for each column's quantity its values, row by row.

    Columns are named as quantities, in any spelling, tensors by entry (``x[1]``). Raises: OperatorError with
    every problem found, each with its line: an unknown, computed or repeated column, a row of another length,
    what is no number, a table without rows.
    """
    text = read_text(path, limit=_LARGEST_FILE)
    if isinstance(text, Problem):
        raise raisable(OperatorError, text)
    head, _, _ = text.text.partition("\n")
    separator = max(_SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text.text, newline=""), delimiter=separator)
    names, problems = _columns(next(rows, []), graph, str(path))
    columns: list[list[float]] = [[] for _ in names]
    for row in rows:
        place = Place(str(path), rows.line_num)
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names):
            facts = {"expected": len(names), "got": len(row)}
            problems.append(Problem("row-length", facts, place=place))
            continue
        for name, column, cell in zip(names, columns, row, strict=True):
            number = exact_value(cell.strip())
            if number is None:
                at = Place(str(path), rows.line_num, 1, name)
                problems.append(Problem("not-a-number", {"value": cell.strip()[:60]}, place=at))
            else:
                column.append(float(number))
    if not problems and not (columns and columns[0]):
        problems.append(Problem("no-samples", place=Place(str(path))))
    if problems:
        raise raisable(OperatorError, *problems)
    return dict(zip(names, columns, strict=True))


def _columns(head: list[str], graph: Graph, file: str) -> tuple[list[str], list[Problem]]:
    """Read the names of the columns."""
    names: list[str] = []
    problems: list[Problem] = []
    for cell in head:
        spelling = cell.strip()
        name = graph.named(spelling)
        place = Place(file, 1, 1, spelling)
        if name is None or name not in graph.entrywise.quantities:
            facts = {"name": spelling, "nearest": nearest(spelling, graph.entrywise.quantities)}
            problems.append(Problem("unknown-quantity", facts, place=place))
        elif name in graph.entrywise.definitions:
            problems.append(Problem("computed-quantity", {"name": name}, place=place))
        elif name in names:
            problems.append(Problem("given-twice", {"name": name}, place=place))
        names.append(name or spelling)
    return names, problems
