r"""Layers above a name without brackets, as many books have them: ``z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j``.

A letter above is an index where an equation defines a name with it, and a number where that name has layers; a
quantity that is declared without a layer has powers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.language.entries import entry_of
from symnn.language.glued import of_the_loss
from symnn.language.names import family_of, is_index, taken_apart
from symnn.language.signs import BLANK, CARET, NAME, TOP

if TYPE_CHECKING:
    from symnn.language.names import Spelling
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling
    from symnn.language.signs import Entry

__all__ = [
    "layer_letters",
    "mark_letters",
    "numbered_layer",
    "powers_alike",
    "raised_layer",
    "turned_layer",
    "with_brackets",
]

_RAISED = re.compile(r"\^\s*(?:\{\s*(?P<braced>[^{}()\[\]]+?)\s*\}|(?P<bare>[A-Za-z0-9]|[-+*](?=[\s_]|$)))")
_WORDS = re.compile(r"[A-Za-z]+")
_ABOVE = re.compile(r"(?P<above>[A-Za-z]|[0-9]+|\{[^{}]+\}(?=_))(?P<below>_.*)?", re.DOTALL)
_TURNED = re.compile(
    r"(?P<name>.*\^\{(?:\([^(){}]*\)|\[[^\[\]{}]*\]|<[^<>{}]*>|\\langle[^<>{}]*\\rangle))\s*(?:T|\\top|\\intercal|⊤)\}(?P<below>_.*)?",
    re.DOTALL,
)
_NUMBERED = re.compile(
    r"(?P<name>[A-Za-z]{1,3})\s*\^\s*(?P<brace>\{)?\s*[\[(]\s*(?P<layer>[0-9])\s*[\])]\s*"
    r"(?(brace)(?P<turned>T|\\top|\\intercal|⊤)?\s*\})"
)
"""A name with the number of its layer above, as where W2 is written ``W^{[2]}``."""
_MARK = re.compile(r"[A-Za-z]+(?:[-+][0-9]+)?|[0-9]+|[-+*]")
_SIGNS = frozenset("+-*")
_BEHIND_SIGN = re.compile(r"\s|[)\]},_=|]|\\(?:[|]|right|r?[vV]ert)|$")
_TRANSPOSED = "T"
_LONGEST = 40
"""How many words an exponent or index in braces may have to be looked for."""


def with_brackets(text: str, letters: Collection[str], *, marks: bool = False) -> str:
    """Put brackets around the letters above a name that are indices; with ``marks`` around all but a transpose.

    >>> with_brackets("a^{l-1}_k", {"l"}), with_brackets("x^n", {"l"}), with_brackets("W^Q", (), marks=True)
    ('a^{(l-1)}_k', 'x^n', 'W^{(Q)}')
    """

    def written(found: re.Match[str]) -> str:
        inside = (found["braced"] or found["bare"]).strip()
        words = _WORDS.findall(inside)
        is_layer = bool(words and letters and set(words) <= set(letters))
        is_mark = marks and inside != _TRANSPOSED and _MARK.fullmatch(inside) is not None
        return f"^{{({inside})}}" if is_mark or (is_layer and is_index(inside.replace(" ", ""))) else found[0]

    return _RAISED.sub(written, text)


def powers_alike(lefts: Iterable[str], used: Collection[str]) -> Iterator[tuple[str, str, str]]:
    r"""Find the left sides that are a power of a quantity, too: ``\sigma^2 = …`` beside ``\sigma``.

    Each with its own name and that of the quantity.

    >>> list(powers_alike([r"\sigma_B^2", "x^2"], {"x", "mu"}))
    [('x^2', 'x^(2)', 'x')]
    """
    for left in lefts:
        apart = taken_apart(with_brackets(left, (), marks=True)) if _RAISED.search(left) else None
        if apart is not None and apart.above.isdigit() and (head := apart._replace(above="").canonical) in used:
            yield left, apart.canonical, head


def layer_letters(names: Iterable[str], indices: Collection[str]) -> frozenset[str]:
    """Name the indices that stand above a name which is defined or declared.

    >>> sorted(layer_letters(["z^{(l)}_j", "C"], ["l", "j"]))
    ['l']
    """
    apart = (taken_apart(name) for name in names)
    above = (word for one in apart if one is not None for word in _WORDS.findall(one.above))
    return frozenset(word for word in above if word in indices)


def mark_letters(names: Iterable[str], indices: Collection[str]) -> frozenset[str]:
    """Name the words that stand above a name as a mark, ``z^L``: no index, no transpose, and no quantity itself.

    >>> sorted(mark_letters(["z^(L)_j", "Q", "W^(Q)", "a^(l)"], ["l"]))
    ['L']
    """
    apart = [one for name in names if (one := taken_apart(name)) is not None]
    alone = {one.canonical for one in apart}
    above = {word for one in apart for word in _WORDS.findall(one.above)}
    return frozenset(above - alone - {*indices, _TRANSPOSED})


def raised_layer(settling: Settling, word: str) -> bool:
    """Read ``w^l_{jk}`` and ``w^2_{11}`` where names with that letter have layers and none is without; ``W^Q``."""
    words, at = settling.words, settling.at + 1
    if settling.word_after(at) != "^" or (word[0] not in "\\{" and not word[0].isalpha()):
        return False
    end = _end(settling, at + 1)
    inside = "".join(words[at + 1 : end])
    found = _ABOVE.fullmatch(inside) if end == at + 2 else None
    inside = inside.removeprefix("{").removesuffix("}").strip()
    above, below = (found["above"].strip("{} "), found["below"] or "") if found is not None else (inside, "")
    if above in _SIGNS and (words[at + 1] == "{" or _BEHIND_SIGN.match(settling.word_after(end))):
        return _marked(settling, word, above, end)
    if settling.declared(word) and not above.isalpha():
        return False
    if not below and settling.word_after(end) == "_":
        first, end = end, _end(settling, end + 1)
        below = "".join(words[first:end])
    apart = taken_apart(f"{word}^{{({above})}}{below}")
    known = _known(apart, settling.scope) if apart is not None else None
    if known is None and apart is not None and settling.scope.marks.issuperset(_WORDS.findall(above) or ("",)):
        entry = entry_of(apart, settling.scope)  # w^L beside z^L = …: the same mark
        known = (NAME, apart.canonical) if entry is None or isinstance(entry, Problem) else entry
    if known is None:
        return False
    last = end - 1
    settling.give(known, settling.places[last] + len(words[last]) - settling.places[settling.at], end - settling.at)
    return True


def _marked(settling: Settling, word: str, sign: str, end: int) -> bool:
    """Read ``W^-``, ``x^{+}`` and ``f_i^+`` where such a name or family is declared."""
    apart = taken_apart(f"{word}^{{({sign})}}")
    known = settling.scope.exact.get(apart.exact) if apart is not None else None
    if known is None and apart is not None and family_of(apart, settling.scope.indices)[0] in settling.scope.families:
        found = entry_of(apart, settling.scope)
        known = None if isinstance(found, Problem) else found
    if known is None:
        return False
    last = end - 1
    length = settling.places[last] + len(settling.words[last]) - settling.places[settling.at]
    settling.give(known, length, end - settling.at)
    return True


def numbered_layer(settling: Settling, word: str) -> bool:
    """Read ``W^{[2]T}`` as W2^T, and ``dZ^{(1)}`` as dZ1, where W2 and Z1 are declared and W and Z are not."""
    scope, start = settling.scope, settling.places[settling.at]
    found = _NUMBERED.match(settling.text, start) if settling.word_after(settling.at + 1).startswith("^") else None
    if found is None or found["name"] != word or scope.open:
        return False
    plain, end = f"{word}{found['layer']}", found.end()
    known = scope.find(plain)
    short = scope.find(plain[1:]) if known is None and plain[0] == "d" else None
    meant = known or short
    if meant is None or meant[0] != NAME:
        return False
    settling.note("chosen", end - start, what=found[0], read=f"{plain}^T" if found["turned"] else plain)
    if known is None:
        of_the_loss(settling, meant, end)
    else:
        settling.give(meant, end - start, 0)
    if found["turned"]:
        settling.give((CARET, "^"), 0, 0, end - start)
        settling.give((TOP, "⊤"), 0, 0, end - start)
    settling.give_up_to(end, (BLANK, ""))
    return True


def turned_layer(settling: Settling, word: str) -> bool:
    r"""Read ``A^{[1]T}`` and ``W^{(2)\top}``, a name with its layer, transposed."""
    found = _TURNED.fullmatch(word)
    apart = taken_apart(f"{found['name']}}}{found['below'] or ''}") if found is not None else None
    if found is None or apart is None:
        return False
    scope = settling.scope
    known = scope.exact.get(apart.exact) or scope.compact.get(apart.compact) or entry_of(apart, scope)
    if known is None or isinstance(known, Problem):
        return False
    last = len(word) - 1
    settling.give(known, len(word), 0)
    settling.give((CARET, "^"), 1, 0, last)
    settling.give((TOP, "⊤"), 1, 1, last)
    return True


def _known(apart: Spelling, scope: Scope) -> Entry | None:
    primes = "'" * apart.primes
    if not scope.families.keys().isdisjoint((f"{apart.base}{primes}^()", family_of(apart, scope.indices)[0])):
        found = entry_of(apart, scope)
        return None if isinstance(found, Problem) else found
    known = scope.exact.get(apart.exact) or scope.compact.get(apart.compact)
    if known is not None or not scope.bound or not apart.parts:
        return known
    head = apart._replace(parts=(), below="")
    first = apart._replace(parts=tuple("1" if part in scope.bound else part for part in apart.parts))
    is_some = not scope.exact.keys().isdisjoint((head.exact, first.exact))
    found = entry_of(apart, scope) if is_some else None  # of y^{LS} its entry, in a sum over k, or one of the h^{enc}_k
    return None if isinstance(found, Problem) else found


def _end(settling: Settling, place: int) -> int:
    """Find the end of one sign or one group in braces."""
    if settling.word_after(place) != "{":
        return place + 1
    most = place + _LONGEST
    while place < most and settling.word_after(place) not in {"}", ""}:
        place += 1
    return place + 1
