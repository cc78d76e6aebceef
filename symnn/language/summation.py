r"""The sign of a sum or product with its index and bounds: ``\sum_{i=1}^{3}``, ``Σ_i``, ``sum(i=1..3, …)``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from symnn.language.signs import COMMAND, NAME
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling

__all__ = ["HEADING", "PRODUCT", "SumHeading", "bound_letters", "heading_of", "sum_heading", "summed_over", "torn_off"]

_UNDER = r"\s*_\s*(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*\}|[A-Za-z](?![A-Za-z0-9_(\[{]))"
_TEX_UNDER = r"\s*_\s*(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*\}|[A-Za-z])"
_OVER = r"\s*\^\s*(?:\{[^{}]*+\}|[A-Za-z]|[0-9]++)"
_LIMITS = r"(?:\s*\\(?:no)?limits(?![A-Za-z]))?"
PRODUCT: Final = "prod"
"""The word for a product over an index."""

_INDEX_BELOW = r"_\s*(?:\{\s*[i-n](?:\s*,?\s*[i-n])*\s*\}|[i-n]{1,2}(?![A-Za-z0-9]))"
"""Indices below a name."""
HEADING: Final = (
    rf"\\(?:sum|prod|max|min)(?![A-Za-z]){_LIMITS}(?:{_TEX_UNDER}(?:{_OVER})?|{_OVER}{_TEX_UNDER})"
    rf"|[ΣΠ](?:{_UNDER}(?:{_OVER})?|{_OVER}{_UNDER})|(?:sum|prod){_UNDER}(?:{_OVER})?"
    rf"|(?:\\(?:sum|prod)(?![A-Za-z])|[ΣΠ])(?!\s*(?:\\(?:no)?limits|[_^]))(?=[^+]{{0,200}}?{_INDEX_BELOW})"
    r"|(?:sum|prod|Σ|Π)\s*\(\s*[A-Za-z]\s*=\s*-?[0-9]++\s*\.\.\.?\s*[0-9]++\s*[,;]"
)
"""How the sign of a sum or product is written with its index, as a pattern."""

_HEADING = re.compile(HEADING)
_BELOW_NAMES = re.compile(_INDEX_BELOW)
_PARTS = re.compile(
    rf"(?P<sign>\\?[a-z]+|[ΣΠ]){_LIMITS}(?:\s*\(\s*(?P<listed>[^,;]*)[,;]|"
    r"(?:\s*\^\s*\{?(?P<first>[^{}_]*?)\}?\s*)?\s*_\s*(?P<under>\{.*?\}|[A-Za-z])\s*(?:\^\s*\{?(?P<over>[^{}]*)\}?)?)"
)
_INDEX = re.compile(
    r"(?P<letter>[A-Za-z])(?:=(?P<low>-?[0-9]+|[A-Za-z](?:[-+][0-9]+)?)(?:\.\.\.?(?P<high>-?[0-9]+))?|\\in.*"
    r"|(?P<sign>\\[lg](?:eq?|t)|<=|>=|[<>≤≥])(?P<other>[A-Za-z]))?"
)
_APART = re.compile(r"(?P<letter>[A-Za-z])(?:\\neq?|≠|!=)\{?(?P<other>[A-Za-z]|[0-9]+)\}?")
_ONE_LETTER = re.compile(r"(?P<name>\\?[A-Za-z]+_(?P<index>[A-Za-z]))(?P<rest>[A-Za-z\\].*)", re.DOTALL)
_SIZES = re.compile(r"\\(?:left|right|limits|[,;:! ])|\s")
_BARE = frozenset({"Σ", "Π", r"\sum", r"\prod"})
_SIGNS: Mapping[str, str] = MappingProxyType({"Σ": named.SUM, "Π": PRODUCT})


class SumHeading(NamedTuple):
    """What stands at a sign of summation: its letters with their bounds, values that are left out, a bracket or not.

    ``kind`` is sum, prod, max or min. A bound of None is as far as the quantities go.
    """

    kind: str
    letters: tuple[str, ...]
    low: int | None
    high: int | None
    apart: tuple[tuple[str, str], ...]
    is_listed: bool
    ends: tuple[str, str] = ("", "")
    """Ends that another index gives, as ``i+1``."""


def heading_of(written: str) -> SumHeading | None:
    r"""Take a heading apart; None where its index is none.

    >>> heading_of(r"\sum_{i=1}^{3}")[1:4], heading_of("Σ_j").letters, heading_of("sum(k=0..2,").high
    ((('i',), 1, 3), ('j',), 2)
    >>> heading_of(r"\sum_{j \ne 2}").apart, heading_of("sum_{max}")
    ((('j', '2'),), None)
    """
    found = _PARTS.fullmatch(written.strip())
    if found is None:
        bare = _SIGNS.get(written, written.removeprefix("\\"))
        return SumHeading(bare, (), None, None, (), is_listed=False) if bare in {named.SUM, PRODUCT} else None
    under = _SIZES.sub("", found["listed"] or found["under"] or "")
    over = _SIZES.sub("", found["over"] or found["first"] or "")
    if under.startswith("{"):
        under = under[1:-1]
    letters: list[str] = []
    apart: list[tuple[str, str]] = []
    low, high = None, int(over) if over.removeprefix("-").isdigit() else None
    ends = ("", "" if high is not None else over)
    for piece in filter(None, under.split(",")):
        other, index = _APART.fullmatch(piece), _INDEX.fullmatch(piece)
        if other is not None:
            letters.append(other["letter"])
            apart.append((other["letter"], other["other"]))
        elif index is not None:
            letters.append(index["letter"])
            if (index["low"] or "").removeprefix("-").isdigit():
                low = int(index["low"])
            ends = _ends(index, ends)
            high = high if index["high"] is None else int(index["high"])
        else:
            return None
    kind = _SIGNS.get(found["sign"], found["sign"].removeprefix("\\"))
    return SumHeading(kind, tuple(dict.fromkeys(letters)), low, high, tuple(apart), found["listed"] is not None, ends)


def _ends(index: re.Match[str], ends: tuple[str, str]) -> tuple[str, str]:
    """Give the ends of ``j=i+1`` and ``j<i`` that are no numbers."""
    if index["sign"] is None:
        return (index["low"] or "", ends[1])
    is_upper = index["sign"][0] in {"<", "≤"} or index["sign"].startswith("\\l")
    is_strict = index["sign"] in {"<", ">", "\\lt", "\\gt"}
    if is_upper:
        return ends[0], index["other"] + ("-1" if is_strict else "")
    return index["other"] + ("+1" if is_strict else ""), ends[1]


def _declared(written: str, scope: Scope) -> bool:
    """Say whether a quantity has this name, or one that begins so, as a declared Σ."""
    word = written.split("_", maxsplit=1)[0].split("(", maxsplit=1)[0].strip()
    known = scope.table.get(written) or scope.table.get(word)
    return known is not None and known[0] == NAME


def _meant(written: str, scope: Scope) -> SumHeading | None:
    r"""Take a heading apart where it is one: a declared Σ is none, and ``\max_x`` over a quantity x is no index."""
    heading = None if _declared(written, scope) else heading_of(written)
    if heading is None or heading.kind in (named.SUM, PRODUCT):
        return heading
    known = [scope.table.get(letter) for letter in heading.letters if letter not in scope.indices]
    return None if any(one is not None and one[0] == NAME for one in known) else heading


def bound_letters(text: str, scope: Scope) -> frozenset[str]:
    """List the letters over which a text sums or multiplies; where a sign has none, all that stand behind it.

    >>> from symnn.language.scope import Scope
    >>> sorted(bound_letters("Σ_i Σ_j x_i W_ij x_j", Scope.of({"x": (2,), "W": (2, 2)})))
    ['i', 'j']
    """
    found = [(match, _meant(match[0], scope)) for match in _HEADING.finditer(text)]
    letters = {letter for _, one in found if one is not None for letter in one.letters}
    bare = [match.end() for match, one in found if one is not None and not one.letters]
    behind = _BELOW_NAMES.findall(text, bare[0]) if bare else ()
    return frozenset(letters).union(letter for below in behind for letter in below if letter.isalpha())


def summed_over(text: str) -> tuple[str, ...]:
    r"""List the letters over which a text sums, in their order.

    >>> summed_over(r"\sum_{k=1}^{3} y_k + \sum_j x_j")
    ('k', 'j')
    """
    headings = (heading_of(found[0]) for found in _HEADING.finditer(text))
    return tuple(dict.fromkeys(letter for one in headings if one and one.kind == named.SUM for letter in one.letters))


def sum_heading(settling: Settling, word: str) -> bool:
    """Read the sign of a sum or product with its index."""
    is_bare = word in _BARE and _BELOW_NAMES.search(settling.text, settling.places[settling.at]) is not None
    if not (is_bare or _HEADING.fullmatch(word)) or _meant(word, settling.scope) is None:
        return False
    settling.give((COMMAND, f"{named.SUM}:{word}"), len(word))
    return True


def torn_off(settling: Settling, word: str) -> bool:
    r"""Read ``w_ix_i`` of a sum over i as TeX does, w_i and x_i: there one sign stands below."""
    found = _ONE_LETTER.fullmatch(word) if "\\" in settling.text else None
    if found is None or found["index"] not in settling.scope.bound or settling.declared(word):
        return False
    settling.replace([found["name"], *settling.pattern.findall(found["rest"])])
    return True
