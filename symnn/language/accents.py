r"""Letters with a mark, ``\hat{y}``, ``\tilde c``, ``x̄``, and the letter ``\ell``: names like others, in plain letters.

A mark becomes a word behind the letter, ``yhat``, which is how a person without marks types that name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from symnn.language.vocabulary import FONTS, GREEK, GREEK_SIGNS

__all__ = ["LETTER", "MARKS", "Marked", "letter_with_mark", "mark_over", "unmarked"]

MARKS: Mapping[str, str] = MappingProxyType({"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"})
"""The marks by their names in LaTeX, and the characters that put them over the letter before."""

LETTER = "ell"
"""The name of ℓ, which is no Greek letter and no l."""

_FURTHER: Mapping[str, str] = MappingProxyType({"widehat": "hat", "widetilde": "tilde", "overline": "bar"})
_OF_SIGN: Mapping[str, str] = MappingProxyType({sign: name for name, sign in MARKS.items()})
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        one: letter + name
        for name, sign in MARKS.items()
        for letter in _LETTERS
        if len(one := unicodedata.normalize("NFC", letter + sign)) == 1
    }
)
"""Letters that have a character of their own with their mark."""

_INSIDE = rf"(?:\\?[A-Za-z]+|[{''.join(GREEK_SIGNS)}])"
_FOUND = re.compile(
    rf"\\(?P<mark>{'|'.join((*MARKS, *_FURTHER))})"
    rf"(?:\s*\{{\s*(?:\\(?:{FONTS})\s*\{{\s*(?P<font>{_INSIDE})\s*\}}|(?P<inside>{_INSIDE}))\s*(?P<below>_\s*(?:\{{[^{{}}]*\}}|[A-Za-z0-9]))?\s*\}}"
    rf"|\s*(?P<command>\\[A-Za-z]+)|\s+(?P<letter>[A-Za-z])|\s*(?P<greek>[{''.join(GREEK_SIGNS)}]))"
    rf"|\\{LETTER}(?![A-Za-z])|ℓ"
    rf"|(?P<before>[A-Za-z{''.join(GREEK_SIGNS)}])(?P<over>[{''.join(_OF_SIGN)}])|[{''.join(_WHOLE)}]"
)


class Marked(NamedTuple):
    """A letter with a mark in a text: the word it became, and the stretch of the text it was."""

    word: str
    start: int
    end: int


def unmarked(text: str) -> tuple[str, tuple[int, ...], tuple[Marked, ...]]:
    r"""Write letters with marks as words; with the place each character came from, and what was written so.

    >>> unmarked(r"w\hat{y}_t + 1")[0], unmarked(r"\tilde \theta x")[0]
    ('w yhat_t + 1', 'thetatilde x')
    """
    pieces: list[str] = []
    places: list[int] = []
    marked: list[Marked] = []
    at = 0
    for found in _FOUND.finditer(text):
        start, end = found.span()
        word, below = _word(found)
        before = " " if start and (text[start - 1].isalnum()) else ""
        after = " " if text[end : end + 1].isalnum() or (text[end : end + 1] == "\\" and below) else ""
        piece = f"{before}{word}{below}{after}"
        pieces += [text[at:start], piece]
        places += [*range(at, start), *[start] * (len(piece) - 1), end - 1]
        marked.append(Marked(word, start, end))
        at = end
    pieces.append(text[at:])
    places += range(at, len(text))
    return "".join(pieces), tuple(places), tuple(marked)


def _word(found: re.Match[str]) -> tuple[str, str]:
    """Give the word of a letter with its mark, and the index that stood under the mark."""
    if found["mark"]:
        letter = found["font"] or found["inside"] or found["command"] or found["letter"] or found["greek"]
        letter = GREEK_SIGNS.get(letter, letter.removeprefix("\\"))
        return letter + _FURTHER.get(found["mark"], found["mark"]), found["below"] or ""
    if found["before"]:
        return GREEK_SIGNS.get(found["before"], found["before"]) + _OF_SIGN[found["over"]], ""
    return _WHOLE.get(found[0], LETTER), ""


def mark_over(letter: str) -> str:
    """Name the mark over a letter; empty if there is none.

    >>> mark_over("y\u0302"), mark_over("y")
    ('hat', '')
    """
    return _OF_SIGN.get(letter[1:], "")


def letter_with_mark(word: str) -> str:
    """Give the letter and the sign over it that a word stands for; empty if it stands for none.

    >>> letter_with_mark("yhat") == "y\u0302", letter_with_mark("that's"), letter_with_mark("thetabar")
    (True, '', 'θ̄')
    """
    for name, sign in MARKS.items():
        stem = word.removesuffix(name)
        if stem != word and (stem in GREEK or (len(stem) == 1 and stem.isalpha())):
            return GREEK.get(stem, stem) + sign
    return ""
