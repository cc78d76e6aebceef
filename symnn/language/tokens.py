"""One linear scan of a text: tokens with their kinds, values and places as submitted.

Most tokens are settled by one look-up in the scope's table. What is left (numbers, rarer spellings, glued
names, differentials) is settled word by word in `settling`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.language.accented import mended_for
from symnn.language.accents import unmarked
from symnn.language.bars import paired
from symnn.language.characters import refused_character
from symnn.language.limits import Limits
from symnn.language.names import parted, taken_apart
from symnn.language.pointed import values_at
from symnn.language.repairs import LONE_GROUP, settle
from symnn.language.scope import Scope
from symnn.language.signs import (
    AMPERSAND,
    BAR,
    BLANK,
    BRACE,
    CARET,
    CLOSE,
    COMMA,
    COMMAND,
    CROWDED,
    END,
    EQUALS,
    NEWLINE,
    NORM,
    NUMBER,
    OPEN,
    PLUS,
    SEMICOLON,
    SQUARE,
    TOP,
    Entry,
)
from symnn.language.summation import HEADING, bound_letters
from symnn.language.vocabulary import FONTS, GREEK_SIGNS, HAN
from symnn.language.wrapping import formula_inside

__all__ = ["Tokens", "indexed_names", "scan", "without_marks"]

_LETTER = f"A-Za-z{''.join(GREEK_SIGNS)}{HAN}"
_BELOW = (
    rf" ?_ ?(?:[0-9]++|[{_LETTER}][{_LETTER}0-9]*+|\\(?:{FONTS})\s*+\{{[^{{}}]*+\}}|\\[A-Za-z]++|"
    r"\([A-Za-z0-9,]*+\)[0-9]*+"
    r"|\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*\})"
)
_PRIMES = r"'++|\^?\\prime(?![A-Za-z])|\^'++|\^\{(?:\\prime|')+\}"
_TURNED = r"(?:T|\\top(?![A-Za-z])|\\intercal(?![A-Za-z])|⊤)"
_ABOVE = (
    rf"\^\{{\([^(){{}}]*+\){_TURNED}\}}|\^\{{\[[^\[\]{{}}]*+\]{_TURNED}\}}|"
    r"\^\{?\((?:[^(){}]*+)\)\}?|\^\{\\left\([^(){}\\]*+\\right\)\}|\^\{(?:'|\\prime\s*+)+\([^(){}]*+\)\}"
    rf"|\^\{{(?:<[^<>{{}}\\^]*+>|\\langle(?![A-Za-z])[^<>{{}}\\^]*+\\rangle)\s*+{_TURNED}?\}}|\^<[^<>{{}}\\^]*+>"
    r"|\^\{\[[^\[\]{}]*+\]\}|\^\[[^\[\]{}]*+\]|\^\{\\left\[[^\[\]{}\\]*+\\right\]\}"
)
_FIRST = (
    r"\\(?:left|right|[bB]igg?[lr]) ?(?:\||\\[lr]?vert(?![A-Za-z]))|"
    rf"\\(?:{FONTS})\s*+\{{\s*+\\?[A-Za-z{HAN}][A-Za-z0-9{HAN}]*+\s*+\}}|\{{\\?[A-Za-z]++\}}(?=[_'^])"
    r"|\\begin\{array\}\s*+\{[lcr| ]*+\}"
    rf"|\\(?:begin|end)\{{[A-Za-z]++\*?\}}|[{_LETTER}][{_LETTER}0-9]*+|\\[A-Za-z]++"
)
_REST = (
    r"|[0-9]{1,3}(?:_[0-9]{3})+(?![0-9_])|(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
    r"|\.\*|=>|->|<=|>=|!=|\\.|."
)
_OFTEN = r"[ \t\r]++|[()+/]|\*\*?|-(?!>)|"
"""What begins nothing else stands first: the others are not tried in vain."""
_PLAIN = rf"{_OFTEN}(?:{_FIRST})(?:{_PRIMES}|{_BELOW})*{_REST}"
_LAYERED = rf"{_OFTEN}(?:{_FIRST})(?:{_PRIMES}|{_BELOW}|{_ABOVE})*{_REST}"
_TOKEN = re.compile(_PLAIN, re.DOTALL)
_LAYERED_TOKEN = re.compile(_LAYERED, re.DOTALL)
_SUMMING_TOKEN = re.compile(f"{HEADING}|{_PLAIN}", re.DOTALL)
_LAYERED_SUMMING_TOKEN = re.compile(f"{HEADING}|{_LAYERED}", re.DOTALL)
_INDEX_WORD = re.compile(r"[A-Za-z]+")
_DOUBLE_BARS = 4
"""How many single bars the shortest norm has that is written with them, ``||x||``."""
_ASCENDER = re.compile(r"\\|\$")


class Tokens(Struct):
    """The tokens of a text: kinds, values and places as submitted, side by side; an END closes them."""

    kinds: list[int]
    values: list[str]
    starts: list[int]
    ends: list[int]
    notes: list[Problem]
    latex: bool
    bound: frozenset[str] = frozenset()


_END_ENTRY: Entry = (END, "")
_BLANKS: Entry = (BLANK, "")
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?")
"""A number that is within every limit and can be read in one way."""


def scan(text: str, scope: Scope, limits: Limits, syntax: str = "auto") -> Tokens | Problem:
    """Cut a text into tokens; refuse what is too long, what may not stand in a text, and unknown names."""
    if len(text) > limits.characters:
        return Problem("too-large", {"limit": "characters", "most": limits.characters})
    mended = mended_for(text, scope)
    if isinstance(mended, Problem):
        return mended
    plain, places, notes, _ = mended
    latex = syntax == "latex" or (syntax == "auto" and _ASCENDER.search(text) is not None)
    scope = scope.with_bound(bound_letters(plain, scope))
    words: list[str] = _pattern(scope).findall(plain)
    if len(words) > 2 * limits.tokens:
        return Problem("too-large", {"limit": "tokens", "most": limits.tokens})
    ends = list(accumulate(map(len, words)))
    starts = [0, *ends[:-1]] if ends else []
    aligned = False
    if latex:
        first, last, aligned = formula_inside(words)
        words, starts, ends = words[first:last], starts[first:last], ends[first:last]
    elif "~" in words:
        return _moved(refused_character("~", starts[words.index("~")]), places)
    entries = _entries(words, scope)
    known: Sequence[Entry]
    if None in entries or _asks_for_care(plain, words, entries, layered=scope.layered):
        settled = settle(plain, words, entries, starts, scope, limits, _pattern(scope))
        if isinstance(settled, Problem):
            return _moved(settled, places)
        known, starts, ends = settled.entries, settled.starts, settled.ends
        notes = (*notes, *(_moved(note, places) for note in settled.notes))
    else:
        known = entries  # type: ignore[assignment]  # no None is among them
    if places is not None:
        starts = [places[start] for start in starts]
        ends = [places[end - 1] + 1 for end in ends]
    tokens = _finished(known, starts, ends, len(text), list(notes), latex=latex)
    tokens.bound = scope.bound
    if NORM in tokens.kinds or tokens.kinds.count(BAR) >= _DOUBLE_BARS:
        paired(tokens.kinds, tokens.values, tokens.starts, tokens.ends)
    if len(tokens.kinds) > limits.tokens + 1:
        return Problem("too-large", {"limit": "tokens", "most": limits.tokens})
    return without_marks(tokens) if aligned else tokens


def _pattern(scope: Scope) -> re.Pattern[str]:
    """Give the pattern of tokens: where names have layers, and where there are sums."""
    layered = scope.layered or scope.open
    if scope.bound:
        return _LAYERED_SUMMING_TOKEN if layered else _SUMMING_TOKEN
    return _LAYERED_TOKEN if layered else _TOKEN


def _entries(words: list[str], scope: Scope) -> Sequence[Entry | None]:
    """Look the words up; None for those that one look does not settle."""
    known: list[Entry | None] = list(map(scope.table.get, words))
    for at in values_at(words, known, scope) if "(" in words else ():
        known[at] = None
    return [entry or _at_sight(word) for entry, word in zip(known, words, strict=True)] if None in known else known


def _asks_for_care(text: str, words: list[str], entries: Sequence[Any], *, layered: bool) -> bool:
    """Say whether words that are all known are to be gone through: a program's ``@``, a layer, a sign in braces."""
    crowded = CROWDED in map(itemgetter(0), entries)
    raised = layered and "^" in words
    return crowded or raised or "@" in words or ("{" in text and LONE_GROUP.search(text) is not None)


def _at_sight(word: str) -> Entry | None:
    """Give the entry of blanks and of a plain number; whatever could be more is settled word by word.

    >>> _at_sight("  "), _at_sight("12"), _at_sight("0.5"), _at_sight("01"), _at_sight("2e3")
    ((40, ''), (1, '12'), (1, '0.5'), None, None)
    """
    if word.isspace() and word != "\n":
        return _BLANKS
    return (NUMBER, word) if _PLAIN_NUMBER.fullmatch(word) is not None else None


def indexed_names(text: str, indices: Collection[str]) -> tuple[str, ...]:
    """List the names in an author's text that carry one of these indices, each with the bare index.

    >>> indexed_names("w_k x_{t-1} + b_1 + max(s^{(i)}_2, 0)", ("k", "t", "i"))
    ('w_{k}', 'x_{t}', 's^{(i)}_{2}')
    """
    found = []
    for word in _LAYERED_TOKEN.findall(unmarked(text)[0]) if indices else ():
        apart = taken_apart(word) if word[0].isalpha() or word[0] in "\\{" else None
        if apart is None or not (apart.parts or apart.above):
            continue
        parts = tuple(_bare_index(part, indices) for part in parted(apart, indices).parts)
        above = _bare_index(apart.above, indices)
        if above in indices or any(part in indices for part in parts):
            head = apart.base + "'" * apart.primes + (f"^{{({above})}}" if above else "")
            found.append(head + (f"_{{{','.join(parts)}}}" if parts else ""))
    return tuple(dict.fromkeys(found))


def _bare_index(part: str, indices: Collection[str]) -> str:
    """Give the index in ``t-1``; anything else stays."""
    return next((word for word in _INDEX_WORD.findall(part) if word in indices), part)


def _finished(
    known: Sequence[Entry], starts: list[int], ends: list[int], length: int, notes: list[Problem], *, latex: bool
) -> Tokens:
    """Drop blanks, and line breaks that mean nothing; add the END."""
    solid = [one for one in zip(known, starts, ends, strict=True) if one[0][0] != BLANK]
    entries, starts_of, ends_of = map(list, zip(*solid, (_END_ENTRY, length, length), strict=True))
    kinds, values = map(list, zip(*entries, strict=True))
    tokens = Tokens(kinds, values, starts_of, ends_of, notes, latex)
    return _joined(tokens) if NEWLINE in kinds else tokens


def _joined(tokens: Tokens) -> Tokens:
    """Drop line breaks beside an operator, in parentheses and at the ends; in square brackets they part rows."""
    kinds, values, last = tokens.kinds, tokens.values, END
    kept, brackets = [], [END]
    for place, kind in enumerate(kinds):
        if OPEN <= kind <= SQUARE:
            brackets.append(kind)
        elif kind == CLOSE and len(brackets) > 1:
            brackets.pop()
        after = kinds[place + 1] if kind == NEWLINE else END
        if kind == NEWLINE and after == END:
            continue
        if kind == NEWLINE and values[place] == "\n":
            joins = PLUS <= last <= CARET or last in _JOINING or PLUS <= after <= TOP or after in _JOINED
            if joins or brackets[-1] in (OPEN, BRACE):
                continue
            if brackets[-1] == SQUARE:
                kinds[place], kind = SEMICOLON, SEMICOLON  # noqa: PLW2901 - a new row
        kept.append(place)
        last = kind
    return _only(tokens, kept)


_JOINING = frozenset({END, OPEN, BRACE, SQUARE, COMMA, SEMICOLON, EQUALS})
_JOINED = frozenset({END, CLOSE, COMMA, SEMICOLON, EQUALS, NEWLINE})


def without_marks(tokens: Tokens) -> Tokens:
    """Drop the alignment marks ``&`` outside matrices."""
    if AMPERSAND not in tokens.kinds:
        return tokens
    kept, inside = [], 0
    for place, (kind, value) in enumerate(zip(tokens.kinds, tokens.values, strict=True)):
        inside += (kind == COMMAND and value.startswith("matrix")) - value.startswith("\\end{")
        if kind != AMPERSAND or inside:
            kept.append(place)
    return _only(tokens, kept)


def _only(tokens: Tokens, kept: list[int]) -> Tokens:
    return Tokens(
        [tokens.kinds[place] for place in kept],
        [tokens.values[place] for place in kept],
        [tokens.starts[place] for place in kept],
        [tokens.ends[place] for place in kept],
        tokens.notes,
        tokens.latex,
        tokens.bound,
    )


def _moved(problem: Problem, places: tuple[int, ...] | None) -> Problem:
    """Put a problem's span back to the text as submitted."""
    if places is None or problem.span is None:
        return problem
    start, end = problem.span
    last = len(places)
    first = places[start] if start < last else places[-1] + 1 if places else 0
    until = places[end - 1] + 1 if 0 < end <= last else first
    return Problem(problem.code, problem.facts, Span(first, max(first, until)))
