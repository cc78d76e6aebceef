"""Names as boxes, from their canonical parts: base, primes, layer above, subscripts below, indices in brackets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

from symnn.language.accents import LETTER, letter_with_mark
from symnn.language.characters import CHINESE_NAME
from symnn.language.names import taken_apart
from symnn.language.vocabulary import GREEK, GREEK_SIGNS
from symnn.notation.boxes import (
    THIN,
    Box,
    Fence,
    Letter,
    Numeral,
    Operator,
    Row,
    Script,
    Sign,
    Word,
)

__all__ = ["NO_SYMBOLS", "Symbols", "function", "index_boxes", "indexed_symbol", "restepped", "sign_boxes", "symbol"]

Symbols = Mapping[str, Box]
"""Names and functions that are not written as their parts say."""

NO_SYMBOLS: Symbols = MappingProxyType({})

SHORT = 2
"""One or two letters below a name are indices, more are a word."""

INFINITE = "infty"


@lru_cache(maxsize=4096)
def symbol(name: str) -> Box:
    """Lay out the canonical name of a quantity.

    >>> symbol("w46") == Script(Letter("w"), below=Numeral("46"))
    True
    >>> symbol("s'_2") == Script(Letter("s"), below=Numeral("2"), primes=1), symbol("eta")
    (True, Letter(sign='η'))
    """
    spelling = taken_apart(name)
    if spelling is None:
        return Word(name)
    base = _base(spelling.base)
    above = Fence(_index(spelling.above)) if spelling.above else None
    below = _below(spelling.parts)
    square = index_boxes(spelling.square.split(",")) if spelling.square else None
    if below is not None and square is not None:
        return Script(Fence(_scripted(base, below, above, spelling.primes)), below=square)
    return _scripted(base, below or square, above, spelling.primes)


def function(name: str) -> Box:
    """Lay out the name of a function: one letter is written as a name is, a longer one as a word.

    >>> function("f6") == Script(Letter("f"), below=Numeral("6")), function("swish")
    (True, Operator(name='swish'))
    """
    if len(name) == 1 and not name.isascii() and name not in GREEK_SIGNS:
        return Letter(name) if name.isalpha() else Sign(name)
    box = symbol(name)
    base = box.base if isinstance(box, Script) else box
    if isinstance(base, Word):
        named = Operator(base.letters)
        return named if box is base else _rebased(box, named)
    return box


def _rebased(box: Box, base: Box) -> Box:
    return Script(base, box.below, box.above, box.primes) if isinstance(box, Script) else base


def _scripted(base: Box, below: Box | None, above: Box | None, primes: int) -> Box:
    return Script(base, below, above, primes) if below is not None or above is not None or primes else base


def _base(word: str) -> Box:
    if word in GREEK:
        return Letter(GREEK[word])
    if word == LETTER:
        return Letter("ℓ")
    marked = letter_with_mark(word)
    return Letter(marked or word) if marked or len(word) == 1 else Word(word)


def _below(parts: tuple[str, ...]) -> Box | None:
    """Lay out the parts of a subscript: side by side, ``x1`` before another in brackets, long ones with commas."""
    if len(parts) < SHORT:
        return _index(parts[0]) if parts else None
    long = [part for part in parts if len(part) > 1]
    if any(part.isdigit() or part.isalpha() for part in long):
        return index_boxes(parts)
    return Row(tuple(_index(part) if len(part) == 1 else Fence(_index(part)) for part in parts))


def index_boxes(parts: tuple[str, ...] | list[str]) -> Box:
    """Lay out indices: digits side by side, anything longer or with letters with commas between.

    >>> index_boxes(["1", "2"]) == Numeral("12"), index_boxes(["x-1", "y"]).parts[3]
    (True, Sign(sign=',', tight=True))
    """
    if all(len(part) == 1 and part.isdigit() for part in parts):
        return Numeral("".join(parts))
    found: list[Box] = []
    for part in parts:
        found += [Sign(",", tight=True)] if found else []
        inside = _index(part)
        found += inside.parts if isinstance(inside, Row) else (inside,)
    return Row(tuple(found))


def indexed_symbol(box: Box, numbers: tuple[int, ...] | list[str]) -> Box:
    """Put indices below a name; one that has indices already gets brackets.

    >>> indexed_symbol(symbol("W"), (1, 2)) == symbol("W[1,2]"), indexed_symbol(symbol("s_2"), (1,)) == symbol("s_2[1]")
    (True, True)
    """
    below = index_boxes([str(number) for number in numbers])
    if isinstance(box, Script) and box.below is None:
        return Script(box.base, below, box.above, box.primes)
    return Script(Fence(box) if isinstance(box, Script) else box, below)


def restepped(box: Box, index: str) -> Box:
    """Put an index in the place of the number of a step, the innermost one below: δ of s_3 becomes δ of s_t.

    >>> restepped(symbol("s_3"), "t-1") == symbol("s_{t-1}")
    True
    """
    match box:
        case Script(base, below, above, primes) if below is not None:
            return Script(base, restepped(below, index), above, primes)
        case Row(parts) if parts:
            return Row((*parts[:-1], restepped(parts[-1], index)))
        case Numeral():
            return sign_boxes(index)
        case _:
            return box


def _index(part: str) -> Box:
    """Lay out one index: a word, or letters, numbers and signs without room between them."""
    if part in GREEK:
        return Letter(GREEK[part])
    if part == INFINITE:
        return Sign("∞")
    if part.isalpha() and (len(part) > SHORT or CHINESE_NAME.fullmatch(part)):
        return Word(part)
    return sign_boxes(part)


def sign_boxes(text: str) -> Box:
    """Lay out letters, numbers and signs as they stand, without room between them but where a blank is.

    >>> sign_boxes("2×2").parts
    (Numeral(digits='2'), Sign(sign='×', tight=True), Numeral(digits='2'))
    >>> sign_boxes("rows")
    Word(letters='rows')
    """
    found: list[Box] = []
    for kind, group in groupby(text, lambda sign: (sign.isdigit(), sign.isalpha())):
        signs = "".join(group)
        if kind[0]:
            found.append(Numeral(signs))
        elif kind[1] and len(signs) > SHORT:
            found.append(Word(signs))
        else:
            found += map(_character, signs)
    return found[0] if len(found) == 1 else Row(tuple(found))


def _character(sign: str) -> Box:
    if sign == " ":
        return THIN
    return Letter(sign) if sign.isalpha() else Sign(sign, tight=True)
