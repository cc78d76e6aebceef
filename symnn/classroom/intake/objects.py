"""Submissions as JSON: an object a line, or one document of objects; each answer, or each student, is a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet, TextLines
from symnn.errors import Place, Problem

__all__ = ["is_by_lines", "sheet_of_objects"]

_STUDENT: Final = "student"
_DEEPEST: Final = 4


def sheet_of_objects(text: str | Iterable[str], file: str, notices: tuple[Problem, ...] = ()) -> Sheet:
    r"""Read objects as a table with the columns that they name; those of a line are read anew each time.

    ``text`` is a whole text, or lines of which each is a document.

    >>> sheet = sheet_of_objects('{"student": "007", "answer": "x"}\n{"student": 8}', "t.jsonl")
    >>> [row.fields for row in sheet.rows]
    [('student', 'answer'), ('007', 'x'), ('8', '')]
    """
    columns = tuple(dict.fromkeys(name for _, row in _rows(text, file, []) for name in row))
    return Sheet(file, Objects(text, file, columns), (), notices)


class Objects:
    """The rows of objects, read anew by whoever goes through them: they may be too many to be kept."""

    def __init__(self, text: str | Iterable[str], file: str, columns: tuple[str, ...]) -> None:
        self.text = text
        self.file = file
        self.columns = columns

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""
        return self.told([])

    def told(self, problems: list[Problem]) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""
        if self.columns:
            yield TableRow(self.columns, 1)
        for line, row in _rows(self.text, self.file, problems):
            yield TableRow(tuple(_written(row.get(name, "")) for name in self.columns), line)


def _rows(text: str | Iterable[str], file: str, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the rows with their lines: each line is a document, or all of them are one."""
    whole: Any = None
    documents: Iterable[tuple[int, str]]
    if isinstance(text, str):
        lines = TextLines(text)
        whole = None if is_by_lines(lines) else _document(text)
        documents = [(1, text)] if whole is not None or text.lstrip()[:1] == "[" else _filled(lines)
    else:
        documents = _filled(text)
    for line, written in documents:
        try:
            found = whole if whole is not None else _read(written)
        except (ValueError, RecursionError) as error:
            problems.append(Problem("not-json", {"detail": str(error)[:200]}, place=Place(file, line)))
            continue
        for one in _objects(found) if whole is not None or isinstance(found, list) else (found,):
            if isinstance(one, dict):
                yield from ((line, row) for row in _flat(one))
            else:
                problems.append(Problem("not-an-object", place=Place(file, line)))


def _read(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)  # numbers stay as they were written, 0.10 and 007.5


def _document(text: str) -> Any:
    """Read a text as one document; None if it is none."""
    try:
        return _read(text)
    except (ValueError, RecursionError):
        return None


def is_by_lines(lines: Iterable[str]) -> bool:
    """Tell if there are several lines that hold anything, and the first is a document of its own."""
    first = [line for _, line in islice(_filled(lines), 2)]
    return len(first) > 1 and _document(first[0]) is not None


def _filled(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Give the lines that hold anything, each with its number."""
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


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
