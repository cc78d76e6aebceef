"""Submissions as JSON: an object a line, or one document of objects; each answer, or each student, is a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet
from symnn.documents.decoding import Text
from symnn.errors import Place, Problem

__all__ = ["sheet_of_objects"]

_STUDENT: Final = "student"
_DEEPEST: Final = 4


def sheet_of_objects(text: Text) -> Sheet:
    r"""Read objects as a table with the columns that they name; those of a line are read anew each time.

    >>> sheet = sheet_of_objects(Text('{"student": "007", "answer": "x"}\n{"student": 8}', "t.jsonl"))
    >>> [row.fields for row in sheet.rows]
    [('student', 'answer'), ('007', 'x'), ('8', '')]
    """
    columns = tuple(dict.fromkeys(name for _, row in _rows(text, []) for name in row))
    return Sheet(text.file, Objects(text, columns), (), text.notices)


class Objects:
    """The rows of objects, read anew by whoever goes through them: they may be too many to be kept."""

    def __init__(self, text: Text, columns: tuple[str, ...]) -> None:
        self.text = text
        self.columns = columns

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""
        return self.told([])

    def told(self, problems: list[Problem]) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""
        if self.columns:
            yield TableRow(self.columns, 1)
        for line, row in _rows(self.text, problems):
            yield TableRow(tuple(_written(row.get(name, "")) for name in self.columns), line)


def _rows(text: Text, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the rows with their lines: each line is a document, or all of them are one."""
    start = text.text.lstrip()[:1]
    whole = None if _is_by_lines(text.text) else _document(text.text)
    documents = [(1, text.text)] if whole is not None or start == "[" else _lines(text.text)
    for line, written in documents:
        try:
            found = whole if whole is not None else _read(written)
        except (ValueError, RecursionError) as error:
            problems.append(Problem("not-json", {"detail": str(error)[:200]}, place=Place(text.file, line)))
            continue
        for one in _objects(found) if whole is not None or isinstance(found, list) else (found,):
            if isinstance(one, dict):
                yield from ((line, row) for row in _flat(one))
            else:
                problems.append(Problem("not-an-object", place=Place(text.file, line)))


def _read(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)  # numbers stay as they were written, 0.10 and 007.5


def _document(text: str) -> Any:
    """Read a text as one document; None if it is none."""
    try:
        return _read(text)
    except (ValueError, RecursionError):
        return None


def _is_by_lines(text: str) -> bool:
    """Tell if there are several lines that hold anything, and the first is a document of its own."""
    first = [line for _, line in islice(_lines(text), 2)]
    return len(first) > 1 and _document(first[0]) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start, number = 0, 1
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if line.strip():
            yield number, line
        start, number = end + 1, number + 1


def _objects(found: Any, deep: int = 0) -> Iterator[Any]:
    """Give the objects of a document: of a list, of the one list in an object, or an object for each student.

    >>> list(_objects({"007": {"a/b": "x"}, "008": {"a/b": "y"}}))
    [{'student': '007', 'a/b': 'x'}, {'student': '008', 'a/b': 'y'}]
    """
    if isinstance(found, list):
        for one in found:
            yield from _objects(one, deep + 1) if isinstance(one, list) and deep < _DEEPEST else (one,)
        return
    if not isinstance(found, dict) or deep:
        yield found
        return
    lists = [inner for inner in found.values() if isinstance(inner, list)]
    if len(lists) == 1 and _STUDENT not in found and all(isinstance(one, dict) for one in lists[0]):
        yield from lists[0]
    elif len(found) > 1 and _STUDENT not in found and all(isinstance(inner, dict) for inner in found.values()):
        yield from ({_STUDENT: name, **inner} for name, inner in found.items())
    else:
        yield found


def _flat(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the rows of an object: what lies in it is named by the way there, a list of objects is a row each.

    >>> list(_flat({"student": {"id": "007"}, "answers": {"a/b": "x"}, "midges": {"Af": "y"}}))
    [{'student/id': '007', 'a/b': 'x', 'midges/Af': 'y'}]
    """
    alone: dict[str, Any] = {}
    several: list[Mapping[str, Any]] = []
    for name, value in found.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            several += value
        elif isinstance(value, dict):
            alone |= dict(chain.from_iterable(_inside(name, inner, held) for inner, held in value.items()))
        else:
            alone[name] = value
    yield from ({**alone, **one} for one in several) if several else (alone,)


def _inside(name: str, inner: str, held: Any) -> Iterator[tuple[str, Any]]:
    """Name what lies in an object: where it says itself to what it belongs, as it says it."""
    if isinstance(held, dict):
        yield from ((f"{inner}/{part}", answer) for part, answer in held.items())
    else:
        yield (inner if "/" in inner else f"{name}/{inner}"), held


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
