"""How names are spelled: every way of writing one quantity, and its one canonical ASCII name.

``w_{46}``, ``w46``, ``w_46`` and ``w_4_6`` are one name; ``w_{(x1)1}`` is ``w_x1_1``; primes and superscripts
in parentheses belong to the name. A spelling is taken apart into its base, primes, superscript and the parts
of its subscript; keys made of those are equal for spellings of one name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import product as all_of
from typing import NamedTuple

from symnn.errors import Problem, Span
from symnn.language.characters import EVERY_WORD, mend
from symnn.language.vocabulary import CONSTANTS, FONTS, FUNCTION_WORDS, GREEK, GREEK_SIGNS, HAN, SPECIAL_WORDS

__all__ = [
    "Spelling",
    "carries",
    "family_of",
    "indexed",
    "instance",
    "instances",
    "is_index",
    "parted",
    "pieces",
    "spelled",
    "subscripted",
    "taken_apart",
]

_BASE = re.compile(
    rf"\\(?:{FONTS})\s*\{{\s*(?P<font>\\?[A-Za-z{HAN}][A-Za-z0-9{HAN}]*)\s*\}}"
    rf"|\\(?:{FONTS})\s+(?P<bare>[A-Za-z])(?![A-Za-z0-9])"
    r"|\{\s*(?P<group>\\?[A-Za-z][A-Za-z0-9]*)\s*\}"
    rf"|\\(?P<command>[A-Za-z]+)|(?P<word>[A-Za-z{''.join(GREEK_SIGNS)}{HAN}][A-Za-z0-9{HAN}]*)"
)
_SUFFIX = re.compile(
    r"\s*(?:(?P<primes>'+)|\^?\s*(?P<sign>\\prime)|\^\s*(?P<raising>'+)"
    r"|\^\s*\{?\s*(?:\\left)?(?:\((?P<above>[^(){}\\]*)(?:\\right)?\)|\[(?P<layer>[^\[\]{}\\]*)(?:\\right)?\])\s*\}?"
    r"|\^\s*\{?\s*(?:<|\\langle(?![A-Za-z]))\s*(?P<step>[^<>{}\\]*?)\s*(?:>|\\rangle(?![A-Za-z]))\s*\}?"
    r"|\^\s*\{\s*(?P<raised>(?:'|\\prime\s*)+)\s*(?:\((?P<both>[^(){}]*)\))?\s*\}"
    r"|_\s*\{(?P<group>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
    rf"|_\s*(?P<single>\\(?:{FONTS})\s*\{{[^{{}}]*\}}|\\[A-Za-z]+)"
    rf"|_\s*(?P<plain>[A-Za-z0-9{''.join(GREEK_SIGNS)}{HAN}]+|\([^(){{}}]*\)[A-Za-z0-9]*)"
    r"|\[(?P<square>[^\[\]{}]*)\])"
)
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d]+)([0-9]+)")
_FONT_INSIDE = re.compile(rf"\\(?:{FONTS})\s*\{{([^{{}}]*)\}}")
_SIZE = re.compile(r"\\(?:left|right)(?![A-Za-z])")
_LETTER_COMMAND = re.compile(r"\\([A-Za-z]+)")
_AROUND_SIGN = re.compile(r"\s*([-+])\s*")
_PART = re.compile(rf"[A-Za-z0-9{HAN}]+(?:[-+](?:[0-9]+(?![A-Za-z])|[A-Za-z][A-Za-z0-9]*))*")
_PIECE = re.compile(r"[^\s,()_{}]+")
_WORD = re.compile(r"[A-Za-z]+")
_INDEX_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_NUMERAL = re.compile(r"[0-9]+[eE][0-9]*|0[0-9A-Za-z].*")
_TAKEN = frozenset({*FUNCTION_WORDS, *SPECIAL_WORDS, "and", "or"})
"""Words that mean something of their own where indices are calculated."""
_POINTED = re.compile(r"[A-Za-z]\w*+(?:\.[A-Za-z]\w*+)+", re.ASCII)
"""A program's ``enc.W``."""
_SIGNS_ABOVE = frozenset("+-*")
"""Signs that are marks above a name: ``W^-``, ``x^{+}``."""
_SPACES = re.compile(r"\\[,;:! ]|~|\s+")


class Spelling(NamedTuple):
    """A name taken apart: base word, number of primes, superscript, subscript parts, indices in brackets.

    ``below`` is the subscript as it was written: a comma between letters keeps them apart. ``brackets`` are those
    around the superscript, which say nothing: ``z^{[1]}`` and ``z^{(1)}`` are one name.
    """

    base: str
    primes: int
    above: str
    parts: tuple[str, ...]
    square: str
    below: str
    brackets: str = "()"

    @property
    def exact(self) -> str:
        """The key that keeps the parts apart: ``w_1_11`` and ``w_11_1`` differ."""
        return self._head + "".join(f"_{part}" for part in self.parts) + self._tail

    @property
    def compact(self) -> str:
        """The key without any separators: ``w46`` for ``w_{46}``, ``w_4_6`` and ``w_{4,6}``."""
        return self._head + "".join(self.parts) + self.square.replace(",", "")

    @property
    def canonical(self) -> str:
        """The one ASCII name (contract, 7): ``w46``, ``w_x1_1``, ``s'_2``, ``s^(1)_2``, ``W[1,2]``."""
        parts, head = self.parts, self._head
        letters = len(parts) > 1 and "," in self.below and all(len(part) == 1 and part.isalpha() for part in parts)
        if letters or any(not part.isalnum() for part in parts):
            return f"{head}[{','.join(parts)}]"
        if not parts or self.primes or self.above:
            return head + "".join(f"_{part}" for part in parts) + self._tail
        return subscripted(head, *parts) + self._tail

    @property
    def _head(self) -> str:
        return self.base + "'" * self.primes + (f"^({self.above})" if self.above else "")

    @property
    def _tail(self) -> str:
        return f"[{self.square}]" if self.square else ""


def subscripted(base: str, *indices: str) -> str:
    """Give the canonical name of a letter with indices: digits run together where no two can be confused.

    >>> subscripted("w", "4", "6"), subscripted("w", "x1", "1"), subscripted("w", "1", "11"), subscripted("a", "12")
    ('w46', 'w_x1_1', 'w_1_11', 'a12')
    """
    if len(indices) == 1 and indices[0].isdigit() and not base[-1].isdigit():
        return base + indices[0]
    digits = "".join(indices)
    if len(digits) == len(indices) and digits.isdigit():
        return base + digits
    return "_".join((base, *indices))


def spelled(text: str) -> str | Problem:
    r"""Give the canonical name of a name as a model or a person spells it.

    >>> spelled("w_{(x1)1}")
    'w_x1_1'
    >>> spelled("eta")
    'eta'
    >>> spelled("s'_t"), spelled("s^{(1)}_2"), spelled("W[1,2]"), spelled("θ_1")
    ("s'_t", 's^(1)_2', 'W[1,2]', 'theta1')
    """
    mended = mend(text, EVERY_WORD)
    if isinstance(mended, Problem):
        return mended
    if any(note.code == "left-out" for note in mended.notes):
        return Problem("not-a-name", {"found": text.strip()}, Span(0, len(text)))
    spelling = taken_apart(mended.text.strip())
    if spelling is None:
        return Problem("not-a-name", {"found": text.strip()}, Span(0, len(text)))
    return spelling.canonical


@lru_cache(maxsize=8192)
def taken_apart(text: str) -> Spelling | None:
    """Take a spelling apart; None if the whole text is not one name.

    >>> taken_apart("w_{(x1)1}").parts
    ('x1', '1')
    """
    start = _BASE.match(text := text.replace(".", "_") if "." in text and _POINTED.fullmatch(text) else text)
    if start is None:
        return None
    base = _base(start)
    function = bool(start["command"]) and base in FUNCTION_WORDS and base not in GREEK
    if start["command"] and base not in GREEK and not function:
        return None
    primes, above, square, below, brackets, at = 0, "", "", "", "()", start.end()
    parts: list[str] = []
    digits = _LETTERS_THEN_DIGITS.fullmatch(base)
    if digits is not None:
        base, below = digits[1], digits[2]
        parts.append(below)
    while at < len(text):
        suffix = _SUFFIX.match(text, at)
        if suffix is None:
            return None
        primed = suffix["primes"] or suffix["sign"] or suffix["raising"] or suffix["raised"] or ""
        primes += primed.count("'") + primed.count("p")
        raised = suffix["above"] or suffix["layer"] or suffix["step"] or suffix["both"]
        if above and raised:
            return None  # a name has one superscript; a second one is a power of it
        above = above or _tight(raised or "")
        brackets = "[]" if suffix["layer"] else brackets
        square = ",".join(filter(None, (square, _tight(suffix["square"] or ""))))
        group = suffix["group"]
        if group is not None and (not group.strip() or group.count("(") != group.count(")")):
            return None
        if written := _without_looks(group or suffix["single"] or suffix["plain"] or ""):
            parts.extend(_PIECE.findall(_tight(written, ",")))
            below = f"{below},{written}" if below else written
        at = suffix.end()
    if function and (parts or above or square):
        return None
    parts = [_ascii(part) for part in parts]
    indices = (*parts, *filter(None, ("" if above in _SIGNS_ABOVE else above, *square.split(","))))
    if not all(map(is_index, indices)) or _is_calculation(base, parts):
        return None
    return Spelling(base, primes, above, tuple(parts), square, below, brackets)


def _base(start: re.Match[str]) -> str:
    """Give the word that a name begins with: without its font, a Greek letter by its English name."""
    base = (start["font"] or start["bare"] or start["group"] or start["command"] or start["word"]).removeprefix("\\")
    if base.startswith("var") and base[3:] in GREEK:
        return base[3:]
    return GREEK_SIGNS.get(base[0], base[0]) + base[1:]


def _is_calculation(base: str, parts: list[str]) -> bool:
    """Say whether indices that are calculated hold words of another meaning: ``sin x - 1`` is no list of indices.

    >>> _is_calculation("I", ["x-1", "y"]), _is_calculation("I", ["sin", "x-1"]), _is_calculation("I", ["max"])
    (False, True, False)
    """
    if all(part.isalnum() for part in parts):
        return False
    words = _WORD.findall(",".join(parts))
    return base in CONSTANTS or not _TAKEN.isdisjoint((base, *words)) or any(map(_NUMERAL.fullmatch, parts))


def is_index(part: str) -> bool:
    """Say whether a text may be an index of a name: ``46``, ``x1``, ``t-1``, and no more than that.

    >>> is_index("t-1"), is_index("f(x)")
    (True, False)
    """
    return _PART.fullmatch(part) is not None


def _without_looks(below: str) -> str:
    """Take fonts, sizes of brackets and blanks around signs off a subscript."""
    below = _SIZE.sub("", _FONT_INSIDE.sub(r"\1", below))
    return _AROUND_SIGN.sub(r"\1", _LETTER_COMMAND.sub(_letter, below))


def _letter(command: re.Match[str]) -> str:
    return "infty" if command[1] == "infty" else GREEK.get(command[1], command[0])


def _ascii(part: str) -> str:
    """Spell the Greek letters of an index out."""
    return "".join(GREEK_SIGNS.get(sign, sign) for sign in part)


def _tight(text: str, blank: str = "") -> str:
    return _SPACES.sub(blank, text).strip(",") if blank else _SPACES.sub("", text)


def parted(spelling: Spelling, indices: Collection[str]) -> Spelling:
    """Take indices apart that are written without a comma: the subscript of ``X_{ij}`` has the two parts i and j.

    >>> parted(taken_apart("X_{ij}"), ("i", "j")).parts, parted(taken_apart("v_{1j}"), ("j",)).parts
    (('i', 'j'), ('1', 'j'))
    >>> parted(taken_apart("W_{xi}"), ("i",)).parts
    ('xi',)
    """
    return spelling._replace(parts=tuple(piece for part in spelling.parts for piece in pieces(part, indices)))


def family_of(spelling: Spelling, indices: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Name the indexed family of a spelling, and its indices; a mark above that is no index belongs to the name.

    >>> family_of(taken_apart("s^{(i)}_{t-1}"), ("i", "t")), family_of(taken_apart("f_i^{(+)}"), ("i",))
    (('s^()', ('i', 't-1')), ('f^(+)', ('i',)))
    """
    head, parts = spelling.base + "'" * spelling.primes, parted(spelling, indices).parts
    if not spelling.above:
        return head, parts
    if spelling.above.isdigit() or any(word in indices for word in _INDEX_WORDS.findall(spelling.above)):
        return f"{head}^()", (spelling.above, *parts)
    return f"{head}^({spelling.above})", parts


def carries(spelling: Spelling, indices: Collection[str], letters: Collection[str]) -> bool:
    """Say whether one of some letters stands among the indices of a name.

    >>> carries(taken_apart("W_{2j}"), ("j",), ("j",)), carries(taken_apart("w_x1_1"), ("k",), ("k",))
    (True, False)
    """
    parts = (*parted(spelling, indices).parts, spelling.above, *spelling.square.split(","))
    return any(word in letters for part in parts for word in _INDEX_WORDS.findall(part))


def pieces(part: str, indices: Collection[str]) -> tuple[str, ...]:
    """Take one part of a subscript apart: ``ij`` where both are indices.

    >>> pieces("ij", ("i", "j")), pieces("xi", ("i",))
    (('i', 'j'), ('xi',))
    """
    glued = part not in indices and any(sign in indices for sign in part)
    return tuple(part) if glued and all(sign.isdigit() or sign in indices for sign in part) else (part,)


def indexed(base: str, above: str = "", below: str = "") -> str:
    """Write the canonical name of a member of an indexed family.

    >>> indexed("s", below="2"), indexed("s'", above="1", below="2"), indexed("U", above="1")
    ('s_2', "s'^(1)_2", 'U^(1)')
    """
    return base + (f"^({above})" if above else "") + (f"_{below}" if below else "")


def instances(spelling: str, ranges: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """Name the members that a spelling with indices means, or the spelling if it has none.

    >>> instances("y^{(n)}", {"n": (1, 2)}), instances("w", {"n": (1, 2)})
    (('y^(1)', 'y^(2)'), ('w',))
    """
    apart = taken_apart(spelling)
    apart = None if apart is None else parted(apart, ranges)
    letters = [] if apart is None else [part for part in (apart.above, *apart.parts) if part in ranges]
    if apart is None or not letters:
        return (spelling,)
    head = apart.base + "'" * apart.primes
    found = []
    for numbers in all_of(*(range(ranges[letter][0], ranges[letter][1] + 1) for letter in letters)):
        put = dict(zip(letters, map(str, numbers), strict=True))
        below = "_".join(put.get(part, part) for part in apart.parts)
        found.append(indexed(head, put.get(apart.above, apart.above), below))
    return tuple(found)


def instance(family: str, indices: tuple[int, ...]) -> str:
    """Name the member of a family as `Scope` reads it: ``s^()`` has its first index above.

    >>> instance("s", (2,)), instance("s'^()", (1, 2)), instance("U^()", (1,))
    ('s_2', "s'^(1)_2", 'U^(1)')
    """
    if family.endswith("^()"):
        base, above, rest = family.removesuffix("^()"), str(indices[0]), indices[1:]
    else:
        base, above, rest = family, "", indices
    return indexed(base, above, "_".join(str(index) for index in rest))
