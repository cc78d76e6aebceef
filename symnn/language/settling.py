"""The words that one look-up does not settle, gone through one by one with the ways to settle them.

Every word ends as tokens the grammar knows or as a refusal with its place; where a choice was made or a slip
mended there is a note.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from symnn.errors import Fact, Problem, Span
from symnn.language.advice import COMMANDS
from symnn.language.characters import refused_character
from symnn.language.refusal import Refused
from symnn.language.signs import (
    BAR,
    BELOW,
    BLANK,
    BRACE,
    CARET,
    CLOSE,
    COLON,
    CROWDED,
    NABLA,
    NAME,
    NORM,
    NUMBER,
    OWN,
    PARTIAL,
    SHUT,
    SQUARE,
    TOP,
    Entry,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.language.limits import Limits
    from symnn.language.scope import Scope

__all__ = ["Repairs", "Settled", "Settling"]

_WORD = re.compile(r"\\?[^\W\d_]|\\[A-Za-z]|\{")
_LONGEST_WORD = 120
_INDEXED = frozenset({CLOSE, PARTIAL, NABLA})
"""After what an index is read by the grammar and not with the name."""
_RAISING = ((CARET, NUMBER), (CARET, BRACE, NUMBER, CLOSE))
_LONGEST_END = 6
"""How many tokens the end of a norm has at most: two bars and an exponent in braces."""
_NORM_KIND = re.compile(
    r"_\s*(?P<open>\{\s*)?(?:(?P<kind>[12F])(?![0-9A-Za-z])|\\(?:text|textrm|mathrm)\s*\{\s*(?P<set>[12F])\s*\})"
    r"(?(open)\s*\})"
)
_LEADING_ZERO = re.compile(r"0[0-9]")
_NEEDLESS_ZEROS = re.compile(r"^0+(?=[0-9])")


class Settled(Struct):
    """Entries for every word, with the words' places in the mended text."""

    entries: list[Entry]
    starts: list[int]
    ends: list[int]
    notes: list[Problem]


class Repairs(Struct, frozen=True):
    """What can be done about a word: the ways to settle one as they are tried, what is above it, what follows a point.

    And the refusal.
    """

    ways: tuple[Callable[[Settling, str], bool], ...]
    raised: Callable[[Settling, str], bool]
    attributes: tuple[Callable[[Settling], bool], ...]
    unknown: Callable[[Settling, str], NoReturn]


class Settling:
    """Goes through the words of a text once; the ways to settle one are tried in a fixed order."""

    def __init__(self, text: str, scope: Scope, limits: Limits, pattern: re.Pattern[str], repairs: Repairs) -> None:
        self.text, self.scope, self.limits, self.pattern, self.repairs = text, scope, limits, pattern, repairs
        self.words: list[str] = []
        self.known: list[Entry | None] = []
        self.places: list[int] = []
        self.at = 0
        self.done = Settled([], [], [], [])

    def all(self) -> Settled:
        """Settle every word."""
        done = self.done
        while self.at < len(self.words):
            entry = self.known[self.at]
            if entry is None or entry[0] == CROWDED:
                self._unsettled(self.words[self.at])
                continue
            if self.word_after(self.at + 1) == "^" and self.repairs.raised(self, self.words[self.at]):
                continue
            if entry[0] != BLANK:
                start = self.places[self.at]
                done.entries.append(entry)
                done.starts.append(start)
                done.ends.append(start + len(self.words[self.at]))
            self.at += 1
        return done

    def give(self, entry: Entry, length: int, consumed: int = 1, offset: int = 0) -> None:
        """Enter a token that covers ``length`` characters and ``consumed`` words; blanks are no tokens."""
        start = self.places[self.at] + offset
        if entry[0] != BLANK:
            self.done.entries.append(entry)
            self.done.starts.append(start)
            self.done.ends.append(start + length)
        self.at += consumed

    def give_up_to(self, end: int, entry: Entry) -> None:
        """Enter a token for all words up to a place of the text."""
        last = self.at
        while last < len(self.words) and self.places[last] < end:
            last += 1
        self.give(entry, end - self.places[self.at], last - self.at)

    def replace(self, pieces: list[str]) -> None:
        """Put other words, as long together, in the place of this one."""
        places = [self.places[self.at]]
        for piece in pieces[:-1]:
            places.append(places[-1] + len(piece))
        here = slice(self.at, self.at + 1)
        self.words[here] = pieces
        self.places[here] = places
        self.known[here] = [self.scope.table.get(piece) for piece in pieces]

    def refuse(self, code: str, length: int, /, **facts: Fact) -> NoReturn:
        """Refuse the text from here on for ``length`` characters."""
        start = self.places[self.at]
        raise Refused(Problem(code, facts, Span(start, start + length)))

    def note(self, code: str, length: int, /, **facts: Fact) -> None:
        """Note how the text from here on for ``length`` characters was read."""
        start = self.places[self.at]
        self.done.notes.append(Problem(code, facts, Span(start, start + length)))

    def word_after(self, place: int) -> str:
        """Give the word at a place; empty beyond the end."""
        return self.words[place] if place < len(self.words) else ""

    def following(self, place: int) -> str:
        """Give the first word from a place on that is not blank."""
        while place < len(self.words) and self.words[place].isspace():
            place += 1
        return self.word_after(place)

    def squeezed(self, place: int, count: int) -> str:
        """Give the next words without blanks and the sizes of brackets."""
        return "".join(self.words[place : place + count]).replace(" ", "").replace(r"\right", "")

    def kinds_before(self, count: int) -> list[int]:
        """Give the kinds of the last tokens entered."""
        return [entry[0] for entry in self.done.entries[-count:]]

    def declared(self, word: str) -> bool:
        """Say whether a word is the name of a quantity in scope."""
        entry = self.scope.table.get(word)
        return entry is not None and entry[0] in (NAME, OWN)

    def _unsettled(self, word: str) -> None:
        first = word[0]
        if first.isdigit() or (first == "." and len(word) > 1):
            self._number(word)
        elif word.isspace():
            self.give((BLANK, ""), len(word))
        elif _WORD.match(word):
            if len(word) > _LONGEST_WORD or not any(way(self, word) for way in self.repairs.ways):
                self.repairs.unknown(self, word)
        elif word == ":" and self._in_square():
            self.give((COLON, ":"), 1)
        elif first == "." and any(way(self) for way in self.repairs.attributes):
            return
        elif first == "." and self._is_full_stop():
            self.note("left-out", 1, what=".")
            self.give((BLANK, ""), 1)
        elif first == "\\":
            self.refuse("command", len(word), name=word, nearest="", advice=COMMANDS.get(word, ""))
        elif word == "_" and self._follows_norm():
            self._norm_kind()
        elif word == "_" and _INDEXED.intersection(self.kinds_before(1)):
            self.give((BELOW, "_"), 1)
        elif word == "'" and self.kinds_before(1) == [CLOSE] and any(self.scope.shapes.values()):
            self.give((CARET, "^"), 1, 0)  # (X w - y)' of statistics, which is its transpose
            self.give((TOP, "⊤"), 1)
        elif first in "'_.!":
            self._stray(first)
        else:
            raise Refused(refused_character(first, self.places[self.at]))

    def _in_square(self) -> bool:
        """Say whether a square bracket is open here, in which a colon parts the ends of a stretch."""
        opened = sum(entry[0] == SQUARE for entry in self.done.entries)
        return opened > self.done.entries.count((CLOSE, "]"))

    def _follows_norm(self) -> bool:
        """Say whether a norm ends here, a double bar or two single ones, with its exponent behind it or not."""
        last = self.done.entries[-_LONGEST_END:]
        for raising in _RAISING:
            if tuple(kind for kind, _ in last[-len(raising) :]) == raising:
                last = last[: -len(raising)]
        last = last[-2:]
        return last[-1:] in ([(NORM, "‖")], [(SHUT, "‖")]) or [kind for kind, _ in last] == [BAR, BAR]

    def _norm_kind(self) -> None:
        """Read what stands below a norm: 1, 2 or F, in braces or not."""
        found = _NORM_KIND.match(self.text, self.places[self.at])
        if found is None:
            self.refuse("norm-kind", 1, found=self.text[self.places[self.at] : self.places[self.at] + 4])
        self.give_up_to(found.end(), (BELOW, found["kind"] or found["set"]))

    def _stray(self, sign: str) -> NoReturn:
        """Refuse a prime, index, point or exclamation mark where none can stand."""
        before, start = self.kinds_before(1), self.places[self.at]
        if sign == "." and self.text[:start].rstrip().endswith((r"\left", r"\right")):
            self.refuse("command", 1, name=r"\left.", nearest="", advice="bar")
        dots = len(self.text) - start - len(self.text[start:].lstrip("."))
        if dots > 1:
            self.refuse("command", dots, name="." * dots, nearest="", advice="dots")
        if sign == "_" and before == [BAR]:
            self.refuse("command", 1, name="|_", nearest="", advice="bar")
        self.refuse("syntax", 1, expected="operator", found=self.text[start])

    def _is_full_stop(self) -> bool:
        """Say whether the sentence ends here: ``x+y.`` but not ``x+...``."""
        return bool(self.done.entries) and not any(word.strip() for word in self.words[self.at + 1 :])

    def _number(self, word: str) -> None:
        """Check a number: its length, its exponent, and whether an ``e`` in it is meant as a name."""
        after, size = self.word_after(self.at + 1), len(word)
        if size > self.limits.digits:
            self.refuse("too-large", size, limit="digits", most=self.limits.digits)
        if _LEADING_ZERO.match(word):
            self.refuse("number", size, found=word, nearest=_NEEDLESS_ZEROS.sub("", word))
        mantissa, mark, exponent = word.lower().partition("e")
        if mark:
            self._exponent(word, mantissa, exponent)
        if word.endswith(".") and (_WORD.match(after) or after[:1] in tuple("(.0123456789")):
            self.refuse("number", size, found=word, nearest=word[:-1])
        if after.startswith("_"):
            self.refuse("number", size, found=word + after, nearest=word)
        self.give((NUMBER, word.replace("_", "").removesuffix(".")), size)

    def _exponent(self, word: str, mantissa: str, exponent: str) -> None:
        """Refuse ``2e3`` where e or e3 is a quantity, and exponents beyond the limit."""
        tail = word[len(mantissa) :]
        if self.declared(tail[0]) or self.declared(tail.replace("+", "").replace("-", "")):
            first, second = f"{mantissa}*{tail}", f"{mantissa}*10^{exponent}"
            self.refuse("ambiguous", len(word), found=word, first=first, second=second)
        if abs(int(exponent)) > self.limits.exponent:
            self.refuse("too-large", len(word), limit="exponent", most=self.limits.exponent)
