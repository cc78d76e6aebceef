"""Rarer spellings of one thing: keys of names, entries, torn and bracketed indices, log bases, transposes."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from symnn.errors import Problem
from symnn.language.entries import entry_of
from symnn.language.names import taken_apart
from symnn.language.signs import (
    AXIS,
    BLANK,
    BRACE,
    CARET,
    CLOSE,
    COMMA,
    COMMAND,
    CONSTANT,
    CROWDED,
    ENTRYWISE,
    FUNCTION,
    MINUS,
    NAME,
    NUMBER,
    PLUS,
    SETTING,
    SHUT,
    SLASH,
    SPECIAL,
    SQUARE,
    TIMES,
    TOP,
)
from symnn.language.slips import nearest_name
from symnn.language.vocabulary import GREEK
from symnn.ops import named
from symnn.ops.operation import AXIS as AXIS_SETTING
from symnn.ops.table import OF_TENSORS

if TYPE_CHECKING:
    from symnn.language.settling import Settling

__all__ = [
    "array",
    "bracketed",
    "cut",
    "entry",
    "font",
    "found",
    "indexed_sign",
    "layer",
    "logarithm",
    "opened_group",
    "read_transpose",
    "setting",
    "sliced",
    "spacing",
    "torn",
    "uncross",
    "ungroup_signs",
]

_ALSO: Final = MappingProxyType({"kernel_size": "window", "pool_size": "window", "strides": "stride"})
"""What frameworks call a setting."""
_SETTINGS: Final = frozenset(
    setting.name for one in OF_TENSORS.values() for setting in one.settings if setting is not AXIS_SETTING
)
_SLICED = re.compile(r"(?P<base>[^{}]*(?:\{[^{}]*\})?[^{}_]*)(?P<opening>\s?_\s?\{)(?P<inside>[^{}]*:[^{}]*)\}")
PADDING: Final = "padding"
_PADDED = re.compile(r"""\s*(?P<quote>['"]?)(?P<word>same|valid)(?P=quote)(?![A-Za-z0-9_])""")
"""What frameworks say instead of numbers: as many zeros that the image keeps its size, or none."""
_TORN = re.compile(r"_[0-9]+$")
_LOG_BASE = re.compile(r"\\?log ?_ ?(?:\{?([0-9]{1,4})\}?|\{?(e)\}?)")
_TRANSPOSES = frozenset({"T", *(rf"\{font}{{T}}" for font in ("mathrm", "mathsf", "text", "mathbf", "mathit"))})
_BARE_FONT = re.compile(r"\\(?:mathrm|mathcal|mathscr|mathbf|mathit|mathsf|mathnormal|boldsymbol|bm|rm|bf|it)")
_UPRIGHT = frozenset({r"\mathrm", r"\rm"})
_LONE_SIGNS = frozenset({"+", "-", "*", "/", "=", r"\cdot", r"\times", r"\div", r"\odot"})
_BEFORE_NOTHING = frozenset({NAME, NUMBER, CONSTANT, PLUS, MINUS, TIMES, SLASH, ENTRYWISE})
_BEFORE_SIGN = frozenset({NAME, NUMBER, CONSTANT, CLOSE, SHUT, BLANK})
_LONGEST_PIECE = 40
"""How many words an exponent or index in braces may have to be looked for."""
_LETTERS = re.compile(r"[A-Za-z]+")
_BRACED_LAYER = re.compile(r"\^\s*\{")
_RAISED = re.compile(r"\^\s*\{?(?:\\left)?[(\[]|\^\{(?:'|\\prime)")


def found(settling: Settling, word: str) -> bool:
    """Find a name however it is written."""
    known = settling.scope.find(word)
    if known is None:
        return False
    if known[0] == CROWDED:
        first, second, *_ = known[1].split()
        settling.refuse("ambiguous", len(word), found=word, first=first, second=second)
    if settling.scope.open and known == (NAME, word):
        _open_call(settling, word)
    settling.give(known, len(word))
    return True


def _open_call(settling: Settling, word: str) -> None:
    """Without declared names ``foo(x)`` is no product: more likely a function that does not exist."""
    if settling.word_after(settling.at + 1) == "(" and word.isalpha() and len(word) > 1 and word not in GREEK:
        settling.refuse("unknown-name", len(word), name=word, nearest=nearest_name(word, settling.scope))


def entry(settling: Settling, word: str) -> bool:
    """Find an entry of a tensor or a member of an indexed family."""
    spelling = taken_apart(word)
    if spelling is None:
        return False
    known = entry_of(spelling, settling.scope)
    if isinstance(known, Problem):
        settling.refuse(known.code, len(word), **known.facts)
    if known is None:
        return False
    settling.give(known, len(word))
    return True


def primed(settling: Settling, word: str) -> bool:
    """Read ``X'y`` as X^T y where X is a matrix or a vector: a prime derives functions, and turns tensors."""
    known = settling.scope.find(word[:-1]) if word.endswith("'") and not settling.scope.open else None
    if known is None or known[0] != NAME or not settling.scope.shape(known[1]):
        return False
    settling.note("chosen", len(word), what=word, read=f"{word[:-1]}^T")
    settling.give(known, len(word) - 1, 0)
    settling.give((CARET, "^"), 1, 0, len(word) - 1)
    settling.give((TOP, "⊤"), 1, 1, len(word) - 1)
    return True


def torn(settling: Settling, word: str) -> bool:
    """Mend ``w_4 6``: an index torn by a blank."""
    if not _TORN.search(word):
        return False
    place = settling.at + 1
    while settling.word_after(place).isspace():
        place += 1
    rest = settling.word_after(place)
    known = settling.scope.find(word + rest) if rest.isdigit() and not settling.scope.open else None
    if known is None or known[0] != NAME:
        return False
    start = settling.places[settling.at]
    length = settling.places[place] + len(rest) - start
    settling.note("mended", length, what=settling.text[start : start + length], read=known[1])
    settling.give(known, length, place + 1 - settling.at)
    return True


def bracketed(settling: Settling, word: str) -> bool:
    """Read an index in brackets, ``w(x1)1`` or ``I[x-1, y-1]``, where the bare word is no name."""
    at, words = settling.at, settling.words
    closing = {"(": ")", "[": "]"}.get(settling.word_after(at + 1))
    if closing is None or word not in settling.scope.stems:
        return False
    place = at + 2
    while settling.word_after(place) not in {closing, "", "(", "["}:
        place += 1
    if settling.word_after(place) != closing:
        return False
    inside = "".join(words[at + 2 : place]).replace(" ", "")
    while closing == "]" and settling.word_after(place + 1) == "[" and "]" in words[place + 2 :]:  # I[x+1][y-1]
        first, place = place + 2, words.index("]", place + 2)
        inside += "," + "".join(words[first:place]).replace(" ", "")
    tail = settling.word_after(place + 1) if closing == ")" else ""
    for digits in (tail, "") if tail.isdigit() else ("",):
        known = settling.scope.find(f"{word}_{{{inside}{',' + digits if digits else ''}}}")
        if known is not None and known[0] == NAME:
            last = place + 1 if digits else place
            length = settling.places[last] + len(words[last]) - settling.places[at]
            settling.give(known, length, last + 1 - at)
            return True
    return False


def sliced(settling: Settling, word: str) -> bool:
    r"""Read ``C_{3,:}``, a row of C, as ``C[3,:]``."""
    found = _SLICED.fullmatch(word)
    if found is None or not found["base"]:
        return False
    inside = settling.pattern.findall(found["inside"])
    settling.replace([found["base"], found["opening"], *inside, "}"])
    settling.known[settling.at + 1] = (SQUARE, "]")
    settling.known[settling.at + 2 + len(inside)] = (CLOSE, "]")
    return True


def setting(settling: Settling, word: str) -> bool:
    """Read ``stride=`` behind the comma of a call."""
    name = _ALSO.get(word, word)
    place = settling.at + 1
    while settling.word_after(place).isspace():
        place += 1
    if name not in _SETTINGS or settling.word_after(place) != "=" or settling.kinds_before(1) != [COMMA]:
        return False
    settling.give((SETTING, name), len(word), place + 1 - settling.at)
    quoted = _PADDED.match(settling.text, settling.places[settling.at]) if name == PADDING else None
    if quoted is not None:
        settling.give_up_to(quoted.end(), (AXIS, quoted["word"]))
    return True


def layer(settling: Settling, word: str) -> bool:
    """Read ``w^{(1)}_{11}`` as a name with a layer where no declared name decides; a letter could be an exponent.

    Where nothing at all is declared, ``x^(2)`` as plain text has it is a power, and ``x^{(2)}`` could be either.
    """
    scope = settling.scope
    apart = taken_apart(word) if scope.open else None
    if apart is None or not apart.above or not scope.has_layers(apart):
        return False
    square, braced = apart.brackets == "[]", _BRACED_LAYER.search(word) is not None
    is_name = scope.is_model or square or bool(apart.parts)
    if apart.above.isdigit() and is_name:
        settling.give((NAME, apart.canonical), len(word))
        return True
    if not square and (not apart.above.isalnum() or not (is_name or braced)):
        return False
    head = apart._replace(above="").canonical
    facts = {"found": word, "name": head, "layer": apart.above, "own": apart.canonical}
    return settling.refuse("layer-or-power", len(word), **facts)


def cut(settling: Settling, word: str) -> bool:
    """Cut the last superscript in parentheses off a name that has none, or has one already: it is a power."""
    raised = next(reversed(list(_RAISED.finditer(word))), None)
    if raised is None or not raised.start():
        return False
    head, rest = word[: raised.start()], word[raised.start() :]
    if settling.scope.indices & set(_LETTERS.findall(rest)):
        return False
    settling.replace([head, rest[0], *settling.pattern.findall(rest[1:])])
    return True


def opened_group(settling: Settling, word: str) -> bool:
    """Open ``{xy}`` before an exponent: it is no name in braces but a group."""
    if not word.startswith("{"):
        return False
    inside, _, rest = word[1:].partition("}")
    settling.replace(["{", inside, "}", *settling.pattern.findall(rest)])
    return True


def array(settling: Settling, word: str) -> bool:
    """Read LaTeX's ``array`` with its column letters as a matrix."""
    if not word.startswith(r"\begin{array}"):
        return False
    settling.give((COMMAND, "matrix:array"), len(word))
    return True


def font(settling: Settling, word: str) -> bool:
    r"""Pass over a font without braces, ``\mathrm dE`` and ``\rm x``; a bold digit is a vector and is refused."""
    if not _BARE_FONT.fullmatch(word):
        return False
    after = settling.squeezed(settling.at + 1, 3).lstrip("{")
    if after[:1].isdigit() and word not in _UPRIGHT:
        return False
    settling.at += 1
    return True


def spacing(settling: Settling, word: str) -> bool:
    r"""Pass over ``\hspace{1em}``."""
    if word not in {r"\hspace", r"\mspace"}:
        return False
    place = settling.at + 1
    end = _piece_end(settling, place)
    if settling.word_after(place) != "{" or settling.word_after(end - 1) != "}":
        return False
    settling.at = end
    return True


def indexed_sign(settling: Settling, word: str) -> bool:
    r"""Take the index off ``\nabla_{w}`` and ``\partial_w``: the grammar reads it."""
    sign, below, rest = word.partition("_")
    if sign.rstrip() not in {r"\nabla", r"\partial", r"\Vert", r"\rVert"} or not below:
        return False
    blank = sign[len(sign.rstrip()) :]
    settling.replace([sign.rstrip(), *blank, "_", *settling.pattern.findall(rest)])
    return True


def logarithm(settling: Settling, word: str) -> bool:
    """Read the base of ``log_2`` and of LaTeX's ``log_{10}``."""
    based = _LOG_BASE.fullmatch(word)
    if based is None or settling.declared(named.LOG):
        return False
    settling.give((SPECIAL, f"log:{based[1]}") if based[1] else (FUNCTION, named.LOG), len(word))
    return True


def read_transpose(settling: Settling, word: str) -> bool:
    r"""Read the T of ``W^T`` where no quantity is called T; in ``W^Tx`` with a declared x it is the first letter."""
    kinds = settling.kinds_before(3)
    if kinds[-1:] == [MINUS]:  # the inverse, transposed
        kinds.pop()
    braced = kinds[-2:] == [CARET, BRACE]
    if not (kinds[-1:] == [CARET] or braced) or settling.declared("T"):
        return False
    if settling.scope.open and not settling.scope.is_model:
        return False
    if word not in _TRANSPOSES:
        if word[0] != "T" or settling.declared(word) or not settling.declared(word[1:]) or braced:
            return False
        settling.replace([word[0], word[1:]])
    settling.give((TOP, "⊤"), len(settling.words[settling.at]))
    return True


def uncross(settling: Settling) -> None:
    """Read ``x^2_1``, an index behind the exponent, as a power of x_1, whether x alone is declared or not."""
    for place in range(len(settling.words) - 1, 2, -1):
        if settling.words[place] != "_":
            continue
        raising = _piece_start(settling, place - 1) - 1
        if raising < 1 or settling.words[raising] != "^":
            continue
        end = _piece_end(settling, place + 1)
        if end > len(settling.words):
            continue
        index = "".join(settling.words[place + 1 : end])
        known = settling.scope.find(f"{settling.words[raising - 1]}_{index}")
        if known is None or known[0] != NAME:
            continue
        settling.known[raising - 1] = known
        del settling.words[place:end], settling.places[place:end], settling.known[place:end]


def _piece_start(settling: Settling, place: int) -> int:
    """Find where one sign or one group in braces begins that ends at a place."""
    if settling.words[place] != "}":
        return place
    least = max(place - _LONGEST_PIECE, 0)
    while place > least and settling.words[place] != "{":
        place -= 1
    return place


def ungroup_signs(settling: Settling) -> None:
    r"""Take the braces off a sign alone, ``x{\cdot}y``, and empty ones out that stand behind a name or sign."""
    words = settling.words
    for place, word in enumerate(words):
        if word != "{":
            continue
        at = place + 1
        while settling.word_after(at).isspace():
            at += 1
        sign = settling.word_after(at)
        closing = at if sign == "}" else at + 1
        if settling.word_after(closing) != "}" or (sign != "}" and sign not in _LONE_SIGNS):
            continue
        before = settling.known[place - 1] if place else None
        if before is None or before[0] not in (_BEFORE_NOTHING if sign == "}" else _BEFORE_SIGN):
            continue
        settling.known[place] = settling.known[closing] = (BLANK, "")


def _piece_end(settling: Settling, place: int) -> int:
    """Find the end of one sign or one group in braces."""
    if settling.word_after(place) != "{":
        return place + 1
    most = place + _LONGEST_PIECE
    while place < most and settling.word_after(place) not in {"}", ""}:
        place += 1
    return place + 1
