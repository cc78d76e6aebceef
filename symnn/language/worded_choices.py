r"""A choice that is written in words, as people write it outside ``cases``: what it is where, and what otherwise.

``1 if x > 0 else 0``, ``1, x > 0; 0, x <= 0``, ``{1 (x > 0), 0 (x <= 0)}``, ``当 x>0 时为 1，否则为 0``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["EQUAL_INDICES", "RowInWords", "WordedChoice", "worded_choice"]

Stretch = tuple[int, int]
"""Where a part of the text begins and ends."""


class RowInWords(NamedTuple):
    """A value and the comparisons that must hold for it; none for what is left."""

    value: Stretch
    conditions: tuple[Stretch, ...]


class WordedChoice(NamedTuple):
    """A choice in words: its rows, and where the left side before them ends."""

    left: int
    rows: tuple[RowInWords, ...]


class _Item(NamedTuple):
    """A stretch of the text that is a value, a condition, or the word for what is left."""

    kind: str
    at: Stretch


_VALUE, _CONDITION, _REST = "vcr"
_FORMS: Final = (
    (re.compile(r"vc+(?:r?vc+)*(?:rv|vr)?"), re.compile(r"r?vc+|rv|vr")),
    (re.compile(r"c+v(?:r?c+v)*(?:rv)?"), re.compile(r"r?c+v|rv")),
)
"""A choice by its kinds, values first or conditions first, and one row of it; "else" may stand before every row."""

EQUAL_INDICES: Final = r"(?<![A-Za-z0-9_}\\])[i-n]\s*=\s*(?:[i-n]|[0-9])(?![A-Za-z0-9_({.])"
"""The condition ``i = j``, as a pattern."""
_RELATION: Final = re.compile(
    r"[<>≤≥⩽⩾＜＞]|\\(?:lt|gt|leq?|geq?|leqslant|geqslant|neq?)(?![A-Za-z])|≠|!="
    rf"|{EQUAL_INDICES}"
)
_EQUALS: Final = re.compile(r"(?<![<>!=:])=(?![=<>])")
_CUT: Final = re.compile(
    r"(?P<open>\\[{]|[(\[{（【])|(?P<close>\\[}]|[)\]}）】])"
    r"|(?P<rest>\\text\s*\{\s*(?:otherwise|else)\s*\}|(?<![A-Za-z_\\])(?:otherwise|elsewhere|else)(?![A-Za-z0-9_])"
    r"|否则|其[他它余]情?况?|反之)"
    r"|(?P<between>[,;:，；：、。\n]|\\\\|\\q?quad(?![A-Za-z])|\\text\s*\{\s*(?:if|when|for)\s*\}"
    r"|(?<![A-Za-z_\\])(?:if|elif|when|whenever|for|then|and)(?![A-Za-z0-9_])"
    r"|如果|若|当|的?时候?[取为]?|[则取]?值?为|则|取|而|且)"
)
_BRACE: Final = re.compile(r"\s*(?:\\left\s*)?\\?\{")
_SHUT: Final = re.compile(r"(?:\\right\s*)?(?:\\?\}|\.)\s*\Z")
_BEHIND: Final = re.compile(r"[(（]\s*(?:if|when|for|如果|若|当)?\s*([^()（）,，]*)[)）]\s*\Z")
_MOST: Final = 12
"""Rows that are looked at; who has more writes ``cases``."""


def worded_choice(text: str) -> WordedChoice | None:
    """Find the rows of a choice in words; None where the text is none.

    >>> worded_choice("1 if x>0 else 0").rows
    (RowInWords(value=(0, 1), conditions=((5, 8),)), RowInWords(value=(14, 15), conditions=()))
    >>> worded_choice("x + 1")
    """
    relation = _RELATION.search(text)
    if relation is None:
        return None
    equals = _EQUALS.search(text, 0, relation.start())
    left = equals.end() if equals else 0
    items = list(_items(text, *_inside(text, left)))
    if len(items) > 3 * _MOST:
        return None
    kinds = "".join(item.kind for item in items)
    for form, row in _FORMS:
        if form.fullmatch(kinds):
            return WordedChoice(left, tuple(_row(items[at.start() : at.end()]) for at in row.finditer(kinds)))
    return None


def _row(items: list[_Item]) -> RowInWords:
    value = next(item.at for item in items if item.kind == _VALUE)
    return RowInWords(value, tuple(item.at for item in items if item.kind == _CONDITION))


def _inside(text: str, start: int) -> Stretch:
    """Leave out the brace around all rows, with its other side or without."""
    brace = _BRACE.match(text, start)
    if brace is None:
        return start, len(text)
    shut = _SHUT.search(text, brace.end())
    return brace.end(), shut.start() if shut else len(text)


def _items(text: str, start: int, end: int) -> Iterator[_Item]:
    depth, begin = 0, start
    for cut in _CUT.finditer(text, start, end):
        if cut["open"] or cut["close"]:
            depth += 1 if cut["open"] else -1
        elif not depth:
            yield from _item(text, begin, cut.start())
            if cut["rest"]:
                yield _Item(_REST, cut.span())
            begin = cut.end()
    yield from _item(text, begin, end)


def _item(text: str, start: int, end: int) -> Iterator[_Item]:
    """Give a value, a condition, or both, where the condition stands in a bracket behind the value."""
    piece = text[start:end]
    if not piece.strip():
        return
    start, end = start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
    behind = _BEHIND.search(text[start:end])
    if behind is not None and behind.start() and _RELATION.search(behind[1]):
        yield _Item(_VALUE, (start, start + behind.start()))
        yield _Item(_CONDITION, (start + behind.start(1), start + behind.end(1)))
    else:
        yield _Item(_CONDITION if _RELATION.search(piece) else _VALUE, (start, end))
