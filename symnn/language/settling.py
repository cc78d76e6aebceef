"""The words that one look-up does not settle: numbers, rare spellings, glued names, differentials, slips.

Every word ends as tokens the grammar knows or as a refusal with its place; where a choice was made or a slip
mended there is a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from msgspec import Struct

from symnn.errors import Fact, Problem, Span
from symnn.language.characters import refused_character
from symnn.language.entries import entry_of
from symnn.language.limits import Limits
from symnn.language.names import taken_apart
from symnn.language.scope import Scope
from symnn.language.signs import (
    BLANK,
    BRACE,
    CARET,
    CONSTANT,
    CROWDED,
    FUNCTION,
    NAME,
    NUMBER,
    OPEN,
    OWN,
    PARTIAL,
    SPECIAL,
    TOP,
    Entry,
)
from symnn.language.vocabulary import GREEK

__all__ = ["Refused", "Settled", "nearest", "settle"]

_LONGEST_WORD = 60
_WORD = re.compile(r"\\?[^\W\d_]|\\[A-Za-z]|\{")
_TORN = re.compile(r"_[0-9]+$")
_LEADING_ZERO = re.compile(r"0[0-9]")
_LOG_BASE = re.compile(r"\\?log_(?:\{?([0-9]{1,4})\}?|\{?(e)\}?)")
_TRANSPOSES = frozenset({"T", r"\mathrm{T}", r"\mathsf{T}", r"\text{T}", r"\mathbf{T}", r"\mathit{T}"})
_RAISED = re.compile(r"\^\{?\(|\^\{(?:'|\\prime)")


class Refused(Exception):  # noqa: N818 - a refusal is no error; it never leaves the reader
    """A refusal on its way out of the reader; `read` gives it back as a value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Settled(Struct):
    """Entries for every word, with the words' places in the mended text."""

    entries: list[Entry]
    starts: list[int]
    ends: list[int]
    notes: list[Problem]


def settle(  # noqa: PLR0913, PLR0917 - the state of a scan
    text: str,
    words: list[str],
    entries: Sequence[Entry | None],
    starts: list[int],
    scope: Scope,
    limits: Limits,
    pattern: re.Pattern[str],
) -> Settled | Problem:
    """Settle every word that has no entry yet."""
    settling = _Settling(text, words, entries, starts, scope, limits, pattern)
    try:
        return settling.all()
    except Refused as refused:
        return refused.problem


class _Settling:
    def __init__(  # noqa: PLR0913, PLR0917 - the state of a scan
        self,
        text: str,
        words: list[str],
        entries: Sequence[Entry | None],
        starts: list[int],
        scope: Scope,
        limits: Limits,
        pattern: re.Pattern[str],
    ) -> None:
        self.text, self.words, self.scope, self.limits = text, list(words), scope, limits
        self.known = list(entries)
        self.places = list(starts)
        self.pattern = pattern
        self.at = 0
        self.done = Settled([], [], [], [])

    def all(self) -> Settled:
        """Go through the words once."""
        done = self.done
        while self.at < len(self.words):
            entry = self.known[self.at]
            if entry is None or entry[0] == CROWDED:
                self._unsettled(self.words[self.at])
                continue
            start = self.places[self.at]
            done.entries.append(entry)
            done.starts.append(start)
            done.ends.append(start + len(self.words[self.at]))
            self.at += 1
        return done

    def _give(self, entry: Entry, length: int, consumed: int = 1, offset: int = 0) -> None:
        """Enter a token that covers ``length`` characters and ``consumed`` words."""
        start = self.places[self.at] + offset
        self.done.entries.append(entry)
        self.done.starts.append(start)
        self.done.ends.append(start + length)
        self.at += consumed

    def _refuse(self, code: str, length: int, /, **facts: Fact) -> NoReturn:
        start = self.places[self.at]
        raise Refused(Problem(code, facts, Span(start, start + length)))

    def _note(self, code: str, length: int, /, **facts: Fact) -> None:
        start = self.places[self.at]
        self.done.notes.append(Problem(code, facts, Span(start, start + length)))

    def _word_after(self, place: int) -> str:
        return self.words[place] if place < len(self.words) else ""

    def _unsettled(self, word: str) -> None:
        first = word[0]
        if first.isdigit() or (first == "." and len(word) > 1):
            self._number(word)
        elif word.isspace():
            self._give((BLANK, ""), len(word))
        elif _WORD.match(word):
            if not any(way(word) for way in self._ways()):
                self._unknown(word)
        elif first == "\\":
            self._refuse("command", len(word), name=word)
        else:
            if first == "." and self._is_full_stop():
                self._note("mended", 1, what=".", read="")
                self._give((BLANK, ""), 1)
                return
            problem = refused_character(first, self.places[self.at])
            if first in "'_.!":
                self._refuse("syntax", 1, expected="operator", found=first)
            raise Refused(problem)

    def _is_full_stop(self) -> bool:
        """Say whether the sentence ends here: ``x+y.`` but not ``x+...``."""
        before = self.done.entries[-1:] or [(BLANK, "")]
        return before[0][0] != BLANK and not any(word.strip() for word in self.words[self.at + 1 :])

    def _ways(self) -> tuple[Callable[[str], bool], ...]:
        return (
            self._found,
            self._entry,
            self._torn,
            self._bracketed,
            self._cut,
            self._log,
            self._transpose,
            self._dependence,
            self._crossed,
            self._glued,
            self._differential,
            self._recased,
        )

    def _number(self, word: str) -> None:
        """Check a number: its length, its exponent, and whether an ``e`` in it is meant as a name."""
        after = self._word_after(self.at + 1)
        size = len(word)
        if size > self.limits.digits:
            self._refuse("too-large", size, limit="digits", most=self.limits.digits)
        mantissa, mark, exponent = word.lower().partition("e")
        if _LEADING_ZERO.match(word) or (
            word == "0" and after[:1] in tuple("bBoOxX") and after[1:].isalnum()
        ):
            if _LEADING_ZERO.match(word) or after[1:2].isdigit():
                self._refuse("number", size, found=word, nearest=word.lstrip("0") or "0")
        if mark:
            tail = word[len(mantissa) :]
            if self._declared(tail[0]) or self._declared(tail.replace("+", "").replace("-", "")):
                self._refuse(
                    "ambiguous",
                    size,
                    found=word,
                    first=f"{mantissa}*{tail}",
                    second=f"{mantissa}*10^{exponent}",
                )
            if abs(int(exponent)) > self.limits.exponent:
                self._refuse("too-large", size, limit="exponent", most=self.limits.exponent)
        elif (
            after in {"e", "E"}
            and self._constant_e(after)
            and self._following(self.at + 2) not in {"^", "**"}
        ):
            self._refuse("number", size + 1, found=word + after, nearest=f"{word}*{after}")
        if word.endswith(".") and (_WORD.match(after) or after[:1] in tuple("(.0123456789")):
            self._refuse("number", size, found=word, nearest=word[:-1])
        if after.startswith("_"):
            self._refuse("number", size, found=word + after, nearest=word)
        self._give((NUMBER, word.replace("_", "").removesuffix(".")), size)

    def _declared(self, word: str) -> bool:
        entry = self.scope.table.get(word)
        return entry is not None and entry[0] in (NAME, OWN)

    def _constant_e(self, word: str) -> bool:
        return not self.scope.open and not self._declared(word) or (self.scope.open and word == "e")

    def _following(self, place: int) -> str:
        while place < len(self.words) and self.words[place].isspace():
            place += 1
        return self._word_after(place)

    def _found(self, word: str) -> bool:
        entry = self.scope.find(word)
        if entry is None:
            return False
        if entry[0] == CROWDED:
            first, second, *_ = entry[1].split()
            self._refuse("ambiguous", len(word), found=word, first=first, second=second)
        if self.scope.open and entry == (NAME, word) and not self.scope.shapes:
            self._open_call(word)
        self._give(entry, len(word))
        return True

    def _open_call(self, word: str) -> None:
        """Without declared names ``foo(x)`` is no product: more likely a function that does not exist."""
        if self._word_after(self.at + 1) == "(" and word.isalpha() and len(word) > 1 and word not in GREEK:
            self._refuse("unknown-name", len(word), name=word, nearest=nearest(word, self.scope))

    def _entry(self, word: str) -> bool:
        spelling = taken_apart(word)
        if spelling is None:
            return False
        entry = entry_of(spelling, self.scope)
        if isinstance(entry, Problem):
            self._refuse(entry.code, len(word), **entry.facts)
        if entry is None:
            return False
        self._give(entry, len(word))
        return True

    def _torn(self, word: str) -> bool:
        """Mend ``w_4 6``: an index torn by a blank."""
        if not _TORN.search(word):
            return False
        place = self.at + 1
        while self._word_after(place).isspace():
            place += 1
        rest = self._word_after(place)
        entry = self.scope.find(word + rest) if rest.isdigit() and not self.scope.open else None
        if entry is None or entry[0] != NAME:
            return False
        length = self.places[place] + len(rest) - self.places[self.at]
        self._note("mended", length, what=self.text[self.places[self.at] :][:length], read=entry[1])
        self._give(entry, length, place + 1 - self.at)
        return True

    def _bracketed(self, word: str) -> bool:
        """Read an index in brackets, ``w(x1)1`` or ``I[x-1, y-1]``, where the bare word is no name."""
        opening = self._word_after(self.at + 1)
        closing = {"(": ")", "[": "]"}.get(opening)
        if closing is None or word not in self.scope.stems:
            return False
        place = self.at + 2
        while self._word_after(place) not in {closing, "", "(", "["}:
            place += 1
        if self._word_after(place) != closing:
            return False
        inside = "".join(self.words[self.at + 2 : place]).replace(" ", "")
        tail = self._word_after(place + 1) if closing == ")" else ""
        for digits in ([tail] if tail.isdigit() else []) + [""]:
            entry = self.scope.find(f"{word}_{{{inside}{',' + digits if digits else ''}}}")
            if entry is not None and entry[0] == NAME:
                last = place + 1 if digits else place
                length = self.places[last] + len(self.words[last]) - self.places[self.at]
                self._give(entry, length, last + 1 - self.at)
                return True
        return False

    def _cut(self, word: str) -> bool:
        """Cut a superscript in parentheses off a name that has none: ``x^(2)`` is a power."""
        raised = _RAISED.search(word)
        if raised is None or not raised.start():
            return False
        head, rest = word[: raised.start()], word[raised.start() :]
        pieces = [head, rest[0], *self.pattern.findall(rest[1:])]
        start = self.places[self.at]
        places = [start]
        for piece in pieces[:-1]:
            places.append(places[-1] + len(piece))
        self.words[self.at : self.at + 1] = pieces
        self.places[self.at : self.at + 1] = places
        self.known[self.at : self.at + 1] = [self.scope.table.get(piece) for piece in pieces]
        return True

    def _log(self, word: str) -> bool:
        based = _LOG_BASE.fullmatch(word)
        if based is None or self._declared("log"):
            return False
        self._give((SPECIAL, f"log:{based[1]}") if based[1] else (FUNCTION, "log"), len(word))
        return True

    def _transpose(self, word: str) -> bool:
        """Read the T of ``W^T`` where no quantity is called T."""
        kinds = [entry[0] for entry in self.done.entries[-2:]]
        if word not in _TRANSPOSES or not (kinds[-1:] == [CARET] or kinds == [CARET, BRACE]):
            return False
        self._give((TOP, "⊤"), len(word))
        return True

    def _dependence(self, word: str) -> bool:
        """Read ``y(w)``, y as a function of all the weights, as the quantity y."""
        before = self.done.entries[-2:]
        if word not in self.scope.stems or self._word_after(self.at + 1) != ")" or len(before) < 2:  # noqa: PLR2004
            return False
        if before[0][0] != NAME or before[1][0] != OPEN:
            return False
        start = self.done.starts[-2]
        for column in (self.done.entries, self.done.starts, self.done.ends):
            column.pop()
        end = self.places[self.at + 1] + 1
        facts = {"what": self.text[start:end], "read": before[0][1]}
        self.done.notes.append(Problem("chosen", facts, Span(start, end)))
        self._give((BLANK, ""), len(word) + 1, 2)
        return True

    def _crossed(self, word: str) -> bool:
        """Read ``x^2_1``, the index behind the exponent, as a power of x_1."""
        if self._word_after(self.at + 1) != "^":
            return False
        middle = self._piece_end(self.at + 2)
        end = self._piece_end(middle + 1)
        if self._word_after(middle) != "_" or end <= middle + 1:
            return False
        name = f"{word}_{''.join(self.words[middle + 1 : end])}"
        entry = self.scope.find(name)
        if entry is None or entry[0] != NAME or self.scope.open:
            return False
        del self.words[middle:end], self.places[middle:end], self.known[middle:end]
        self._give(entry, len(word))
        return True

    def _piece_end(self, place: int) -> int:
        """Find the end of one sign or one group in braces."""
        if self._word_after(place) != "{":
            return place + 1
        while self._word_after(place) not in {"}", ""}:
            place += 1
        return place + 1

    def _glued(self, word: str) -> bool:
        """Split ``w5x1`` into declared names if there is exactly one way."""
        if len(word) > _LONGEST_WORD or self.scope.open or word in GREEK or word.startswith(("\\", "{")):
            return False
        ways = _splits(word, self.scope, last_may_be_e=self._following(self.at + 1) in {"^", "**"})
        if not ways:
            return False
        if len(ways) > 1:
            first, second = ("*".join(piece for piece, _ in way) for way in ways[:2])
            self._refuse("ambiguous", len(word), found=word, first=first, second=second)
        offset = 0
        for piece, entry in ways[0]:
            self._give(entry, len(piece), 0, offset)
            offset += len(piece)
        self.at += 1
        return True

    def _differential(self, word: str) -> bool:
        """Read ``dE`` of ``dE/dw1``, and a lone ``d`` before a name."""
        plain = word.replace(r"\mathrm{d}", "d")
        if not plain.startswith("d") or self.scope.open:
            return False
        if plain == "d":
            self._give((PARTIAL, "d"), len(word))
            return True
        entry = self.scope.find(plain[1:])
        if entry is None or entry[0] not in (NAME, OWN, FUNCTION):
            return False
        head = len(word) - len(plain) + 1
        self._give((PARTIAL, "d"), head, 0)
        self._give(entry, len(plain) - 1, 1, head)
        return True

    def _recased(self, word: str) -> bool:
        """Mend ``F1`` to ``f1`` if only its case is wrong and no other name is meant."""
        if not any(sign.isdigit() for sign in word) or self.scope.open:
            return False
        twins = {
            entry
            for twin in (word.lower(), word.upper(), word.capitalize())
            if (entry := self.scope.find(twin)) is not None and entry[0] == NAME
        }
        if len(twins) != 1:
            return False
        entry = twins.pop()
        self._note("mended", len(word), what=word, read=entry[1])
        self._give(entry, len(word))
        return True

    def _unknown(self, word: str) -> NoReturn:
        if word.startswith("\\") and not (word[1:].split("_")[0] in GREEK):
            self._refuse("command", len(word), name=word)
        self._refuse(
            "unknown-name",
            min(len(word), _LONGEST_WORD),
            name=word[:_LONGEST_WORD],
            nearest=nearest(word, self.scope),
        )


def _splits(word: str, scope: Scope, *, last_may_be_e: bool) -> list[tuple[tuple[str, Entry], ...]]:
    """List the ways (two at most matter) to cut a word into declared names, constants and a last function."""
    ways: list[list[tuple[tuple[str, Entry], ...]]] = [[] for _ in range(len(word) + 1)]
    ways[0] = [()]
    for end in range(1, len(word) + 1):
        if end < len(word) and (word[end].isdigit() or word[end] in "_'}"):
            continue
        for start in range(end):
            if not ways[start] or word[start] in "_'}":
                continue
            entry = _piece(word[start:end], scope, is_last=end == len(word), may_be_e=last_may_be_e)
            if entry is not None:
                ways[end].extend((*way, (word[start:end], entry)) for way in ways[start][:2])
        del ways[end][2:]
    return ways[-1]


def _piece(piece: str, scope: Scope, *, is_last: bool, may_be_e: bool) -> Entry | None:
    entry = scope.table.get(piece) or scope.find(piece)
    if entry is None:
        return None
    kind, value = entry
    if kind in (NAME, OWN) or (kind == CONSTANT and value == "pi"):
        return entry
    if kind == CONSTANT and value == "e" and is_last and may_be_e:
        return entry
    return entry if kind == FUNCTION and is_last else None


def nearest(word: str, scope: Scope) -> str:
    """Give the name in scope that looks most like a word; empty if none does.

    >>> nearest("w47", Scope.of(["w46", "y"]))
    'w46'
    """
    from difflib import get_close_matches

    if len(word) > _LONGEST_WORD:
        return ""
    names = sorted({*scope.shapes, *scope.functions})
    bare = word.replace("_", "").replace("{", "").replace("}", "").lstrip("\\")
    close = get_close_matches(bare, names, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = [name for name in names if name.casefold() == bare.casefold()]
    return folded[0] if folded else ""
