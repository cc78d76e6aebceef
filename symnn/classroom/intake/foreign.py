"""Files that are no text: which kinds are told by name, what a word processor's document says, tables of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from symnn.classroom.intake.archives import ArchiveEntry, entries_of_archive, first_name
from symnn.classroom.intake.markup import unwrapped_html
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet
from symnn.documents.decoding import Text, decoded
from symnn.errors import Place, Problem

__all__ = ["holds_table", "is_word", "kind_of_file", "sheet_of_page", "text_of_word"]

_KINDS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
)
_WORD: Final = b"word/document.xml"
_PARAGRAPH: Final = re.compile(r"</w:p>")
_RUN: Final = re.compile(r"<w:t(?:\s[^<>]*)?>([^<]*)</w:t>|(<w:(?:br|cr)\b)|(<w:tab/)|(<m:oMath>)")
_EQUATION: Final = "[?]"
"""Stands for what an editor of equations has drawn: its parts lie in two dimensions, and nothing here guesses them."""
_TABLE: Final = re.compile(r"<table\b", re.IGNORECASE)
_ROW: Final = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL: Final = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_END: Final = re.compile(r"</(?:t[dhr]|table)\b", re.IGNORECASE)


def kind_of_file(data: bytes) -> str:
    """Name the kind of a file that holds no text; empty where it may.

    >>> kind_of_file(b"%PDF-1.7"), kind_of_file(b"student,answer")
    ('PDF', '')
    """
    return next((kind for start, kind in _KINDS if data.startswith(start)), "")


def is_word(data: bytes) -> bool:
    """Tell a .docx by what is in it."""
    return first_name(data).startswith(("[Content_Types].xml", "_rels/", "docProps/", "word/")) and _WORD in data


def text_of_word(data: bytes, file: str) -> Text | Problem:
    """Give the text of a .docx, a line a paragraph; a drawn equation is ``[?]``, which nobody can read as an answer."""
    for entry in entries_of_archive(data, file):
        if isinstance(entry, ArchiveEntry) and "/".join(entry.parts) == _WORD.decode():
            text = decoded(entry.data, file, controls=True)
            return text if isinstance(text, Problem) else Text("\n".join(map(_line, _PARAGRAPH.split(text.text))), file)
    return Problem("archive-broken", {"detail": _WORD.decode()}, place=Place(file))


def _line(paragraph: str) -> str:
    pieces: list[str] = []
    for found in _RUN.finditer(paragraph):
        text, line, tab, _ = found.groups()
        pieces.append(unescape(text) if text is not None else "\n" if line else "\t" if tab else _EQUATION)
    return "".join(pieces)


def holds_table(text: str) -> bool:
    """Tell a page with a table, as platforms hand out under the name of a workbook."""
    return text.lstrip()[:1] == "<" and _TABLE.search(text) is not None


def sheet_of_page(text: Text) -> Sheet:
    r"""Read the rows of all tables of a page.

    >>> page = Text("<table><tr><th>student<th>a/b</tr><tr><td>007</td><td>x &lt; 1</td></tr></table>", "t.xls")
    >>> [row.fields for row in sheet_of_page(page).rows]
    [('student', 'a/b'), ('007', 'x < 1')]
    """
    return Sheet(text.file, tuple(_rows(text.text)), (), text.notices)


def _rows(page: str) -> Iterator[TableRow]:
    line = 1
    before, *rows = _ROW.split(page)
    line += before.count("\n")
    for row in rows:
        cells = tuple(unwrapped_html(_END.split(cell, maxsplit=1)[0]).strip() for cell in _CELL.split(row)[1:])
        if any(cells):
            yield TableRow(cells, line)
        line += row.count("\n")
