r"""Answers entry by entry, ``(p_i - t_i) x_j``: an index that no sum binds runs along its axis.

The order of the axes is that of the indices on the left side, ``∂L/∂W_{kj} = …``; else that of an entry which carries
all of them; else the alphabet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from symnn.errors import Problem, Span
from symnn.language.signs import NAME
from symnn.language.summation import bound_letters
from symnn.language.vocabulary import FONTS
from symnn.language.worded_choices import EQUAL_INDICES

if TYPE_CHECKING:
    from symnn.language.scope import Scope

__all__ = ["KRONECKER", "IndexedText", "in_conditions", "in_indices", "without_indices"]

KRONECKER: Final = "delta"
"""δ_ij, where no quantity is called so."""

_MOST_AXES: Final = 2
_INDICES: Final = "ijklmn"
"""Letters that count entries; ``h_t`` is h at a time."""
_SMALL: Final = "ᵢⱼₖₗₘₙ"
_LOWERED: Final = str.maketrans(_SMALL, _INDICES)
_WORD: Final = rf"(?:(?<![^\W\d_])|(?<=_[a-z]))(?:(?![{_SMALL}])[^\W\d_])+[0-9]*"
"""A word from its beginning, or from behind the index of the one before it, as TeX has ``p_ip_j``."""
_BASE: Final = rf"\\(?:{FONTS})\s*\{{\s*\\?[A-Za-z]+\s*\}}|\\[A-Za-z]+|{_WORD}"
_BELOW: Final = r"\{\s*(?P<braced>[a-z0-9]\s*,?\s*[a-z0-9]?)\s*\}|(?P<plain>[a-z](?:[a-z0-9](?![A-Za-z0-9_]))?)"
_SQUARE: Final = r"\[\s*(?P<square>[a-z0-9]\s*(?:(?:,|\]\s*\[)\s*[a-z0-9]\s*)?)\]"
_INDEXED: Final = re.compile(rf"(?P<base>{_BASE})(?:\s*_\s*(?:{_BELOW})|{_SQUARE}|(?P<small>[{_SMALL}]{{1,2}}))")
_RELATION: Final = re.compile(r":=|←|<-|\\(?:leftarrow|gets)(?![A-Za-z])|(?<![<>=!:≤≥])=(?![=>])")
_CONDITION: Final = re.compile(EQUAL_INDICES)
_ORDER: Final = re.compile(r"\s*(?P<letters>[a-z]{1,2})\s*")
_PAIRS: Final = ("()", "[]", "{}")


class IndexedText(NamedTuple):
    """A text with blanks in the place of its left side's indices, and the letters that run along the axes.

    ``sure`` says that the left side gives their order.
    """

    text: str
    letters: tuple[str, ...]
    sure: bool = False


def in_indices(text: str, scope: Scope) -> IndexedText | Problem | None:
    """Find the indices that run along axes in an answer; None where there are none.

    >>> from symnn.language.scope import Scope
    >>> scope = Scope.of({"p": (3,), "x": (4,), "W": (3, 4), "L": ()})
    >>> in_indices("dL/dW_kj = p_k x_j", scope)
    IndexedText(text='dL/dW    = p_k x_j', letters=('k', 'j'), sure=True)
    >>> in_indices("p_i x_j", scope).letters, in_indices("Σ_i p_i", scope)
    (('i', 'j'), None)
    """
    if scope.open or not any(scope.shapes.values()):
        return None
    cut = _left_ends(text)
    left, on_left = without_indices(text[:cut], scope)
    found = _free(text[cut:], scope)
    letters = dict.fromkeys(letter for _, several in found for letter in several)
    if not letters:
        return None
    blanked = text
    if _is_order(text[:cut], letters):
        on_left = tuple(text[:cut].strip().removesuffix("="))
        blanked = " " * cut + text[cut:]
    elif on_left:
        blanked = left + text[cut:]
    loose = [letter for letter in letters if on_left and letter not in on_left]
    if loose:
        at = next(place for place, several in found if loose[0] in several)
        return Problem("index-loose", {"index": loose[0], "left": ",".join(on_left)}, Span(cut + at, cut + at + 1))
    if len(letters) > _MOST_AXES:
        return Problem("indices-many", {"indices": ", ".join(letters)}, Span(cut, len(text)))
    if on_left:
        return IndexedText(blanked, tuple(letter for letter in on_left if letter in letters), sure=True)
    return IndexedText(blanked, _usual(letters, found), sure=len(letters) == 1)


def without_indices(text: str, scope: Scope) -> tuple[str, tuple[str, ...]]:
    """Put blanks in the place of the letters below a tensor's name, and list them.

    >>> from symnn.language.scope import Scope
    >>> without_indices("dL/dW_{ij}", Scope.of({"W": (3, 4)}))
    ('dL/dW     ', ('i', 'j'))
    """
    letters: list[str] = []

    def blank(found: re.Match[str]) -> str:
        several = _letters(found, scope, is_left=True)
        letters.extend(several)
        return found["base"].ljust(len(found[0])) if several else found[0]

    return _INDEXED.sub(blank, text), tuple(dict.fromkeys(letters))


def in_conditions(text: str) -> frozenset[int]:
    """List the places that conditions such as ``i = j`` take up: their sign parts no sides.

    >>> sorted(in_conditions("x if i=j else 0"))
    [5, 6, 7]
    """
    found = (one for one in _CONDITION.finditer(text) if text[: one.start()].strip())
    return frozenset(at for one in found for at in range(*one.span()))


def _left_ends(text: str) -> int:
    """Find where the left side ends, its relation sign included; 0 where there is none."""
    conditions = in_conditions(text)
    for sign in _RELATION.finditer(text):
        before = text[: sign.start()]
        if sign.start() in conditions:
            continue
        if all(before.count(opening) <= before.count(closing) for opening, closing in _PAIRS):
            return sign.end()
    return 0


def _is_order(left: str, letters: dict[str, None]) -> bool:
    """Say whether a left side is nothing but the order of the indices: what was peeled off leaves it."""
    found = _ORDER.fullmatch(left.removesuffix("="))
    return found is not None and set(found["letters"]) <= set(letters)


def _free(text: str, scope: Scope) -> list[tuple[int, tuple[str, ...]]]:
    """List the places of entries with letters that no sum binds, each with its letters."""
    bound = bound_letters(text, scope)
    found = []
    for entry in _INDEXED.finditer(text):
        letters = tuple(letter for letter in _letters(entry, scope) if letter not in bound)
        if letters:
            found.append((entry.start(), letters))
    return found


def _letters(found: re.Match[str], scope: Scope, *, is_left: bool = False) -> tuple[str, ...]:
    """List the letters of an entry of a declared tensor, or of δ_ij; none where the whole is a name of its own.

    On the left side also those of a name that the question alone knows, as the J of ``J_ij``.
    """
    below = found["braced"] or found["plain"] or found["square"] or found["small"].translate(_LOWERED)
    signs = re.findall(r"[a-z0-9]", below)
    letters = tuple(sign for sign in signs if sign in _INDICES)
    if any(sign.isalpha() and sign not in _INDICES for sign in signs):
        return ()
    taken = scope.shapes.keys() | scope.bound
    if not letters or scope.find(found[0]) is not None or any(letter in taken for letter in letters):
        return ()
    axes = _axes(found["base"], scope)
    return letters if axes == len(signs) or (is_left and axes is None) else ()


def _axes(base: str, scope: Scope) -> int | None:
    """Count the axes of the tensor whose name ends a word as ``2x`` or ``dW``; None where no tensor is called so."""
    for start in range(len(base)):
        known = scope.find(base[start:])
        if known is not None:
            return len(scope.shape(known[1])) if known[0] == NAME else None
        if base.startswith("\\"):
            break
    return 2 if base in {"δ", rf"\{KRONECKER}", KRONECKER} else None


def _usual(letters: dict[str, None], found: list[tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    """Order indices as the entries have them that carry all, where they agree; else by the alphabet."""
    orders = {several for _, several in found if len(letters) == len(set(several)) > 1}
    return orders.pop() if len(orders) == 1 else tuple(sorted(letters))
