"""Submissions as JSON: an object a line, or a list of objects; each answer is a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from symnn.classroom.intake.rows import Row
from symnn.classroom.intake.sheet import Sheet
from symnn.documents.text import Text
from symnn.errors import Place, Problem

__all__ = ["sheet_of_objects"]


def sheet_of_objects(text: Text) -> Sheet:
    r"""Read objects as a table with the columns that they name.

    >>> sheet = sheet_of_objects(Text('{"student": "007", "answer": "x"}\n{"student": 8}', "t.jsonl"))
    >>> [row.fields for row in sheet.rows]
    [('student', 'answer'), ('007', 'x'), ('8', '')]
    """
    problems: list[Problem] = []
    objects = list(_objects(text, problems))
    columns = tuple(dict.fromkeys(name for _, found in objects for name in found))
    rows = [Row(tuple(_written(found.get(name, "")) for name in columns), line) for line, found in objects]
    header = (Row(columns, 1),) if columns else ()
    return Sheet(text.file, (*header, *rows), tuple(problems), text.notices)


def _objects(text: Text, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.text.lstrip().startswith("["):
        rows = [(1, text.text)]
    else:
        rows = [(number, line) for number, line in enumerate(text.text.split("\n"), 1) if line.strip()]
    for number, line in rows:
        try:
            # numbers stay as they were written, 0.10 as much as 007.5
            found = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            problems.append(Problem("not-json", {"detail": str(error)[:200]}, place=Place(text.file, number)))
            continue
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                yield number, one
            else:
                problems.append(Problem("not-an-object", place=Place(text.file, number)))


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
