"""Strict JSON with places: numbers stay text; NaN, trailing commas and the like are refused."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NoReturn

from symnn.documents.building import Builder, TooMuchError
from symnn.documents.node import FileContent, Scalar, Style
from symnn.errors import Place

if TYPE_CHECKING:
    from symnn.errors import Problem

__all__ = ["parse_json"]

_BLANKS: Final = re.compile(r"[ \t\n\r]*+")
_TOKEN: Final = re.compile(
    r"""(?P<string>"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*")
      | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*+)
      | (?P<mark>[][{},:])""",
    re.VERBOSE,
)
_WORDS: Final = frozenset({"true", "false", "null"})
_LONGEST_NUMBER: Final = 400


class _Stop(Exception):  # noqa: N818 - it stops the reading; what is wrong is recorded in the builder
    """A syntax error, recorded in the builder."""


class _Reader:
    """Goes through JSON text once, token by token, without recursion."""

    def __init__(self, text: str, builder: Builder) -> None:
        self.text = text
        self.builder = builder
        self.at = 0
        self.line_starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, position: int) -> Place:
        """Give line and column of a position."""
        line = bisect_right(self.line_starts, position)
        return Place(self.builder.file, line, position - self.line_starts[line - 1] + 1)

    def stop(self, code: str, position: int, **facts: str) -> NoReturn:
        """Record what is wrong and stop."""
        self.builder.problem(code, self.place(position), **facts)
        raise _Stop

    def token(self) -> tuple[str, str, int]:
        """Give the next token: its kind, text and position; the kind at the end is "end"."""
        blanks = _BLANKS.match(self.text, self.at)
        start = blanks.end() if blanks else self.at
        if start == len(self.text):
            return "end", "", start
        found = _TOKEN.match(self.text, start)
        if found is None:
            if self.text[start] == '"':
                self.stop("json-open-quote", start)
            self.stop("json-character", start, found=self.text[start])
        self.at = found.end()
        return found.lastgroup or "", found[0], start

    def peeked(self) -> str:
        """Give the text of the next token without taking it."""
        before = self.at
        text = self.token()[1]
        self.at = before
        return text

    def document(self) -> None:
        """Read one value, and nothing after it."""
        closers: list[str] = []
        while True:
            self._value(closers)
            self._closings(closers)
            if not closers:
                break
            self._separator(closers)
        kind, text, start = self.token()
        if kind != "end":
            self.stop("json-after-end", start, found=text[:20])

    def _value(self, closers: list[str]) -> None:
        """Read a scalar or go down to the first scalar (or empty bracket) of a list or map."""
        while True:
            kind, text, start = self.token()
            if kind == "mark" and text in "[{":
                self.builder.begin(self.place(start), is_map=text == "{")
                closers.append("]" if text == "[" else "}")
                if self.peeked() == closers[-1]:
                    return
                if text == "{":
                    self._key()
                continue
            self.builder.add(self._scalar(kind, text, start))
            return

    def _scalar(self, kind: str, text: str, start: int) -> Scalar:
        if kind == "string":
            return self._string(text, start)
        if kind == "number" and len(text) > _LONGEST_NUMBER:
            self.stop("json-number-too-long", start)
        if kind == "word" and text not in _WORDS:
            self.stop("json-constant", start, value=text[:20])
        if kind not in ("number", "word"):
            self.stop("json-expected-value", start, found=text)
        return Scalar("" if text == "null" else text, self.place(start), "plain")

    def _string(self, text: str, start: int) -> Scalar:
        try:
            value: str = json.loads(text)
            value.encode()  # half a surrogate pair is no character
        except ValueError:
            self.stop("json-escape", start)
        style: Style = "other" if "\\" in text else "quoted"
        return Scalar(value, self.place(start), style)

    def _closings(self, closers: list[str]) -> None:
        while closers and self.peeked() == closers[-1]:
            self.token()
            closers.pop()
            self.builder.end()

    def _separator(self, closers: list[str]) -> None:
        kind, text, start = self.token()
        if kind != "mark" or text != ",":
            self.stop("json-expected", start, expected=f", {closers[-1]}", found=text)
        if self.peeked() == closers[-1]:
            self.stop("json-trailing-comma", start)
        if closers[-1] == "}":
            self._key()

    def _key(self) -> None:
        kind, text, start = self.token()
        if kind != "string":
            self.stop("json-expected", start, expected='"', found=text)
        self.builder.add(self._scalar(kind, text, start))
        kind, text, start = self.token()
        if text != ":":
            self.stop("json-expected", start, expected=":", found=text)


def parse_json(text: str, file: str) -> tuple[FileContent, tuple[Problem, ...]]:
    """Read strict JSON; the nodes are those of the same YAML document.

    >>> document, problems = parse_json('{"id": "e1",}', "a.json")
    >>> problems[0].code, str(problems[0].place)
    ('json-trailing-comma', 'a.json:1:12')
    """
    builder = Builder(file)
    if not text.strip():
        builder.problem("empty-document", Place(file))
        return FileContent(None, file), tuple(builder.problems)
    try:
        _Reader(text, builder).document()
    except (_Stop, TooMuchError):
        return FileContent(None, file), tuple(builder.problems)
    return FileContent(builder.root, file), tuple(builder.problems)
