r"""Signs as pages print them: with settings below, ``\sum_{\mathrm{rows}}(S)``, expectations, ones, ``\mathbf{1}_3``.

What stands below a sign is read as the settings with which the operation's own record writes just that there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Number, Tree
from symnn.language.signs import COMMAND, FUNCTION, NAME, OPEN
from symnn.ops import named
from symnn.ops.operation import AXES, Operation
from symnn.ops.settings import spelled_settings
from symnn.ops.table import OPERATIONS

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling

__all__ = [
    "ALONE",
    "BARE_ONES",
    "BARE_UNIT",
    "PRINTED",
    "UNIT",
    "call_of_page",
    "entry_of_brackets",
    "sign_of_page",
    "sized_ones",
]

PRINTED = "printed"
"""The command whose value is such a sign with what stands below it."""

_OF_ONE = "|".join(one.sign for one in OPERATIONS.values() if one.gathered)
r"""Signs that mean something else with an axis below them: ``\max_{\mathrm{rows}}(X)``."""
_SIGN = re.compile(
    r"(?:\\operatorname\*?\s*\{\s*(?P<word>\w+)\s*\}|\\math(?:bb|bf)\s*\{\s*(?P<bold>[E1])\s*\}"
    rf"|\\(?P<of_one>{_OF_ONE})(?=\s*_)|(?P<sign>\\sum(?![A-Za-z])|[∑𝔼𝟏]))"
    r"(?P<primes>'*)(?:\s*\^\s*\{?\s*\((?:\\mathrm\{(?P<upright>\w+)\}|(?P<above>\w+))\)\s*\}?)?"
    r"(?:\s*_\s*(?:\{(?P<below>(?:[^{}]|\{[^{}]*\})*)\}|(?P<digit>\w)))?"
)
_LOOKS = re.compile(r"\\(?:mathrm|text|operatorname)\{(\w+)\}|\\[,;:! ]|\s|\{\}")
_BRACKETS = re.compile(
    r"\s*(?:\\right)?\s*\)\s*_\s*(?:\{\s*(?P<several>[0-9]+(?:\s*,\s*[0-9]+)*)\s*\}|(?P<digit>[0-9]))"
)
ALONE = "𝟏"
"""The sign of ones, which takes no arguments."""
_ONES = "ones"
_COUNT = r"\s*([1-9][0-9]{0,8})\s*(?:,\s*([1-9][0-9]{0,8})?\s*)?"
_LENGTHS = re.compile(rf"\s*\(\s*(?:{_COUNT}|\({_COUNT}\)\s*)\)")
"""How many ones, in a program's writing."""
BARE_ONES = f"{PRINTED}:{ALONE}:"
"""The command of ones whose number is not written."""
UNIT = "I"
SIZED_ONES = BARE_ONES
"""What the command of ones with their number begins with."""
BARE_UNIT = f"{PRINTED}:{UNIT}:"
"""The command of a unit matrix whose side is not written."""
_SIDED_UNIT = re.compile(r"I_(?:(?P<plain>[1-9][0-9]?)|\{\s*(?P<braced>[1-9][0-9]?)\s*\})")
"""The unit matrix with its side below it."""
_UNSIZED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("one", "ones"), BARE_ONES),
        **dict.fromkeys(("I", r"\mathbf{I}", r"\mathbb{I}", r"\mathrm{I}", r"\bm{I}", r"\boldsymbol{I}"), BARE_UNIT),
    }
)
"""How ones and the unit matrix are called where no quantity is called so."""
_EXPECTED, _ADDED = "𝔼", "∑"
_SIGNED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        one.sign: tuple(other.name for other in OPERATIONS.values() if other.sign == one.sign)
        for one in OPERATIONS.values()
        if len(one.sign) > 1 or one.sign in {_EXPECTED, _ADDED}
    }
)
"""Operations by the signs that pages print, where these are words."""


def sign_of_page(settling: Settling, word: str) -> bool:
    r"""Read the sign of an operation as pages print it: ``\operatorname{SE}(y, z)``, ``\sum_{\mathrm{rows}}(X)``."""
    sized = sized_ones(settling, word)
    if sized is not None:
        settling.give_up_to(sized.end(), (COMMAND, f"{PRINTED}:{ALONE}:{'×'.join(filter(None, sized.groups()))}"))
        return True
    side = _SIDED_UNIT.fullmatch(word) if named.SPREAD in settling.scope.functions else None
    if side is not None and UNIT not in settling.scope.stems:
        settling.give((COMMAND, f"{BARE_UNIT}{side['plain'] or side['braced']}"), len(word))
        return True
    is_unsized = word in _UNSIZED and not settling.scope.open and named.SPREAD in settling.scope.functions
    if is_unsized and not (word == UNIT and UNIT in settling.scope.stems):
        settling.give((COMMAND, _UNSIZED[word]), len(word))
        return True
    found = _SIGN.match(settling.text, settling.places[settling.at]) if word[0] in "\\∑𝔼𝟏" else None
    if found is None:
        return False
    sign, below = _taken(found)
    known = [name for name in _SIGNED.get(sign, ()) if name in settling.scope.functions]
    if (sign == _EXPECTED and _hides(settling, found.end())) or (found["of_one"] and below not in AXES):
        return False
    if not known and not (sign == ALONE and named.SPREAD in settling.scope.functions):
        return False
    entry = (COMMAND, f"{PRINTED}:{sign}:{below}") if below or sign == ALONE else (FUNCTION, known[0])
    settling.give_up_to(found.end(), entry)
    return True


def sized_ones(settling: Settling, word: str) -> re.Match[str] | None:
    """Find the number behind ``ones(4)``, ``np.ones((4, 1))``, which is no product of ones and 4."""
    if word != _ONES or named.SPREAD not in settling.scope.functions or settling.declared(word):
        return None
    return _LENGTHS.match(settling.text, settling.places[settling.at] + len(word))


def _taken(found: re.Match[str]) -> tuple[str, str]:
    """Give a sign as records spell it, and what stands below it without looks: ``conv'_K`` and ``3×3,s=2``."""
    bold = {"E": _EXPECTED, "1": ALONE}.get(found["bold"] or "", "")
    above = found["upright"] or found["above"]
    word = found["word"] or found["of_one"] or bold
    sign = (word or (found["sign"] if len(found["sign"]) == 1 else _ADDED)) + found["primes"]
    sign += f"^({above})" if above else ""
    below = _LOOKS.sub(r"\1", found["below"] or found["digit"] or "").replace(r"\times", "×")
    first, _, rest = below.partition(",")
    return (f"{sign}_{first}", rest) if f"{sign}_{first}" in _SIGNED else (sign, below)


def _hides(settling: Settling, end: int) -> bool:
    """Say whether a bold E is no expectation: nothing in brackets follows, or a tensor is called so."""
    after = settling.text[end:].lstrip()
    known = settling.scope.find("E")
    is_tensor = known is not None and known[0] == NAME and bool(settling.scope.shape(known[1]))
    return is_tensor or not after.startswith(("(", r"\left(", r"\left (", r"\bigl(", r"\Bigl("))


def entry_of_brackets(settling: Settling, word: str) -> bool:
    r"""Read ``(W_1)_{11}`` where that entry is a quantity of its own and ``W_1`` is none."""
    end = settling.places[settling.at] + len(word)
    found = _BRACKETS.match(settling.text, end) if settling.kinds_before(1) == [OPEN] else None
    if found is None or settling.text[settling.done.starts[-1]] != "(":
        return False
    indices = (found["several"] or found["digit"]).replace(" ", "")
    for written in (indices, ",".join(indices)):
        known = settling.scope.find(f"{word}[{written}]")
        if known is not None and known[0] == NAME:
            for column in (settling.done.entries, settling.done.starts, settling.done.ends):
                del column[-1]
            settling.give_up_to(found.end(), known)
            return True
    return False


def call_of_page(written: str, arguments: tuple[Tree, ...], scope: Scope) -> Call | None:
    """Give the call that a sign with what stands below it means with these arguments; None if no operation has both."""
    sign, _, below = written.partition(":")
    if sign == ALONE:
        lengths = tuple(Number(int(length)) for length in below.split("×") if length.isdigit())
        return Call(named.SPREAD, (Number(1), *lengths))
    if not arguments and sign == UNIT:
        return Call(named.EYE, (Number(int(below)),) if below else ())
    for name in _SIGNED[sign]:
        operation = OPERATIONS[name]
        if name in scope.functions and operation.arity[0] <= len(arguments) <= operation.arity[1]:
            settings = _settings(operation, below)
            if settings is not None:
                return Call(name, (*arguments, *settings))
    return None


def _settings(operation: Operation, below: str) -> tuple[Tree, ...] | None:
    """Find the settings of which an operation writes this below its sign; None if there are none such."""
    for numbers in _laid_out(operation, below):
        writes = "" if operation.below is None else operation.below(numbers).replace(" ", "")
        if writes == below:
            spelled = spelled_settings(operation.settings, numbers)
            return spelled[-1:] if operation.has_axis and numbers[-1] else spelled
    return None


def _laid_out(operation: Operation, below: str) -> Iterator[tuple[int, ...]]:
    """Lay out what may be meant: numbers in order, ``s=2`` by the first letter of a setting's name, a word."""
    bare: list[int] = []
    labelled: dict[str, tuple[int, ...]] = {}
    word = ""
    for piece in filter(None, below.split(",")):
        numbers = tuple(map(int, re.findall(r"[0-9]+", piece)))
        label, mark, _ = piece.partition("=")
        if mark:
            labelled[label] = numbers
        elif numbers:
            bare += numbers
        else:
            word = piece
    for given in (bare, bare[-1:]):
        yield from filter(None, [_flat(operation, tuple(given), labelled, word)])


def _flat(
    operation: Operation, bare: tuple[int, ...], labelled: Mapping[str, tuple[int, ...]], word: str
) -> tuple[int, ...] | None:
    found: list[int] = []
    for setting in operation.settings:
        given = labelled.get(setting.name[0], ())
        if setting.words:
            given = (setting.words.index(word) + 1,) if word in setting.words else (0,)
        elif not given and bare:
            given, bare = bare[: setting.parts], bare[setting.parts :]
        elif not given:
            given = (setting.default or 0,)
        laid_out = setting.laid_out(given)
        if laid_out is None:
            return None
        found += laid_out
    return None if bare else tuple(found)
