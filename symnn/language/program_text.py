"""Formulas as they stand in a program: ``np.exp(-a)``, ``W.T @ delta``, ``A.dot(b)``, ``ln2``.

A program's text is read by the same grammar: a module's name before a function is left out, ``.T`` is a
transpose and ``.dot(`` a product. Nothing is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.language.along import numbered_axis
from symnn.language.names import taken_apart
from symnn.language.printed import SIZED_ONES, sized_ones
from symnn.language.signs import (
    BLANK,
    CARET,
    CLOSE,
    CONSTANT,
    ENTRYWISE,
    FUNCTION,
    NAME,
    NUMBER,
    OF_ENTRIES,
    SLASH,
    SPECIAL,
    TIMES,
    TOP,
    Entry,
)
from symnn.language.vocabulary import FUNCTION_WORDS, SPECIAL_WORDS
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.settling import Settling

__all__ = [
    "added_axis",
    "attribute",
    "function_of_a_number",
    "is_program",
    "measured",
    "module",
    "number_behind",
    "pointed",
    "star",
]

_MODULES = frozenset(
    (
        *("np", "numpy", "math", "cmath", "scipy", "special", "sp", "sympy"),
        *("torch", "nn", "F", "tf", "keras", "jnp"),
    )
)
"""The names under which programs import the libraries that have these functions."""

_INSIDE = frozenset({"linalg", "special", "functional", "nn", "activations"})
"""Modules inside of those."""

_OF_NUMPY: Mapping[str, Entry] = MappingProxyType(
    {
        "power": (SPECIAL, "pow"),
        "divide": (SPECIAL, "divide"),
        "true_divide": (SPECIAL, "divide"),
        "add": (SPECIAL, "add"),
        "subtract": (SPECIAL, "subtract"),
        "negative": (SPECIAL, "negative"),
        "mm": (SPECIAL, "matmul"),
        "mv": (SPECIAL, "matmul"),
        "inner": (SPECIAL, named.DOT),
        "reciprocal": (SPECIAL, "reciprocal"),
        "heaviside": (SPECIAL, "heaviside"),
        "absolute": (FUNCTION, named.ABS),
        "fmax": (FUNCTION, named.MAX),
        "fmin": (FUNCTION, named.MIN),
    }
)
"""Words of NumPy that are functions behind its name alone; elsewhere a quantity may be called so."""
_TORCH = frozenset({"torch", "nn", "F", "tf", "keras"})
_OTHERWISE = frozenset({named.CROSS_ENTROPY, named.BINARY_CROSS_ENTROPY})
"""What takes logits, or a mean, there: not the operation of that name here."""
_CALLED_WORDS = frozenset({*FUNCTION_WORDS, *SPECIAL_WORDS, "where"})
_PRODUCTS = frozenset({named.DOT, "matmul", "mm", "mv"})
_TRANSPOSES = frozenset({"T", "mT", "H"})
_OPERATORS: Mapping[str, Entry] = MappingProxyType(
    {"div": (SLASH, "/"), "mul": (ENTRYWISE, "⊙"), "multiply": (ENTRYWISE, "⊙"), "pow": (CARET, "^")}
)
"""Methods that stand for a sign between what is before the point and what is in the brackets."""
_MEASURED = re.compile(
    r"(?<![A-Za-z0-9_.])(?:(?P<of>[A-Za-z]\w*)\.(?:shape\[\s*(?P<axis>-?[0-9])\s*\]|size\(\s*(?P<along>-?[0-9])\s*\))"
    r"|len\(\s*(?P<counted>[A-Za-z]\w*)\s*\))"
)
_NOTHING = frozenset({"values"})
"""What a program takes of the largest entries along an axis: here they are nothing else."""
_TURNED = re.compile(
    r"\.\s*(?:(?:transpose|permute|swapaxes|swapdims)\s*\(\s*\(?\s*(?P<first>-?[0-2])\s*,\s*(?P<second>-?[0-2])\s*\)?\s*\)"
    r"|(?:transpose|t|adjoint)\s*\(\s*\))"
)
"""``.transpose(-2, -1)``, ``.permute(1, 0)``, ``.t()``: the two axes of a matrix exchanged."""
_CAST = re.compile(
    r"\.\s*(?:astype\s*\([A-Za-z0-9_.'\" ]*\)|(?:float|double|int|long|copy|clone|contiguous)\s*\(\s*\))"
)
"""What a program does to the kind of its numbers: here they are numbers, and a condition is 1 or 0."""
_WHOLE = re.compile(r"int|long")
_COMPARED = re.compile(r"[<>]|==")
_CASTS = frozenset({"int64", "int32", "float64", "float32", "double"})
_ENDS_A_FACTOR = frozenset({NAME, CLOSE, TOP})
_NONE = r"\s*(?:None|(?:np|numpy|tf|torch|jnp)\.newaxis)\s*"
_ADDED_AXIS = re.compile(
    rf"(?<=[A-Za-z0-9_)\]])(?:\[(?:\s*:\s*,{_NONE}|(?P<row>{_NONE}(?:,\s*:\s*)?))\]"
    r"|\.(?:reshape|view)\(\s*\(?\s*(?:-1\s*,\s*1|(?P<flat>1\s*,\s*-1))\s*\)?\s*\)"
    r"|\.unsqueeze\(\s*(?:1|-1|(?P<first>0))\s*\))"
)
"""A column made of a vector, which it is here; or a row."""
_CODE_MARKS = re.compile(
    rf"(?<![A-Za-z0-9_])(?:{'|'.join(sorted(_MODULES))})\.(?=[a-z])|@|(?<![0-9 ])\.[a-z_]+\(|(?:axis|dim)\s?=(?!=)"
)
"""What stands in programs alone: beside one of these ``*`` between tensors is the entrywise product."""


def module(settling: Settling, word: str) -> bool:
    """Leave the module before a function out: ``np.exp`` is exp, ``np.linalg.inv`` is inv, with a note."""
    if word not in _MODULES or settling.declared(word) or settling.word_after(settling.at + 1) != ".":
        return False
    written, after = word, 2
    while settling.word_after(settling.at + after) in _INSIDE and settling.word_after(settling.at + after + 1) == ".":
        written += f".{settling.word_after(settling.at + after)}"
        after += 2
    function = settling.word_after(settling.at + after)
    known = settling.known[settling.at + after] if function else None
    if _casts(settling.text, function) and settling.word_after(settling.at + after + 1) == "(":
        settling.at += after + 1
        return True
    if word in _TORCH and function in _OTHERWISE:
        settling.at += after
        settling.refuse("takes-logits", len(function), written=f"{written}.{function}", function=function)
    if function in _OF_NUMPY:
        settling.known[settling.at + after] = _OF_NUMPY[function]
    elif function not in _CALLED_WORDS and (known is None or known[0] not in (FUNCTION, SPECIAL, CONSTANT)):
        if settling.word_after(settling.at + after + 1) != "(":
            return False
        settling.at += after
        if sized_ones(settling, function) is None:
            settling.repairs.unknown(settling, function)
        return True
    _called_at_once(settling, settling.at + after + 1)
    numbered_axis(settling, settling.at + after + 1)
    settling.note("mended", len(written) + 1 + len(function), what=f"{written}.{function}", read=function)
    settling.at += after
    return True


def _casts(text: str, function: str) -> bool:
    """Say whether a word makes numbers of a condition, or of numbers what they are: ``np.int64(Z > 0)``."""
    return function in _CASTS and (not function.startswith("int") or _COMPARED.search(text) is not None)


def _called_at_once(settling: Settling, place: int) -> None:
    """Leave the first bracket of ``nn.ReLU()(x)`` out: a layer without settings is made and called."""
    if [settling.word_after(place + k) for k in range(3)] == ["(", ")", "("]:
        settling.known[place] = settling.known[place + 1] = (BLANK, "")


def attribute(settling: Settling) -> bool:
    """Read what follows a point after a tensor: ``.T`` as its transpose, ``.dot(`` as a product."""
    word = settling.word_after(settling.at + 1)
    if not settling.done.entries or not (
        _ENDS_A_FACTOR.issuperset(settling.kinds_before(1)) or settling.done.entries[-1][1].startswith(SIZED_ONES)
    ):
        return False
    text, here = settling.text, settling.places[settling.at]
    cast, turned = _CAST.match(text, here), _TURNED.match(text, here)
    if cast is not None and (_COMPARED.search(text) or not _WHOLE.search(cast[0])):
        settling.give_up_to(cast.end(), (BLANK, ""))
        return True
    if turned is not None and turned["first"] is not None and (int(turned["first"]) - int(turned["second"])) % 2 == 0:
        return False
    if turned is not None:
        settling.give((CARET, "^"), 1, 0)
        settling.give_up_to(turned.end(), (TOP, "⊤"))
        return True
    if word in _TRANSPOSES:
        settling.give((CARET, "^"), 1)
        settling.give((TOP, "⊤"), len(word))
        return True
    if word in _OPERATORS and settling.word_after(settling.at + 2) == "(":
        settling.give(_OPERATORS[word], 1 + len(word), 2)
        return True
    if word in _NOTHING and settling.kinds_before(1) == [CLOSE] and settling.word_after(settling.at + 2) != "(":
        settling.give((BLANK, ""), 1 + len(word), 2)
        return True
    if word in _PRODUCTS and settling.word_after(settling.at + 2) == "(":
        settling.give((TIMES, "*"), 1 + len(word), 2)
        return True
    return False


def is_program(text: str) -> bool:
    """Say whether a text is one of a program about tensors.

    >>> is_program("F.softmax(X, 1) * Y"), is_program("(a - b).mean()"), is_program("W * x")
    (True, True, False)
    """
    return _CODE_MARKS.search(text) is not None


def pointed(settling: Settling, word: str) -> bool:
    """Read ``enc.W``, the W of a module, where it is declared: as many words with points as make a name."""
    for count in (3, 2, 1):
        behind = settling.words[settling.at + 1 : settling.at + 1 + 2 * count]
        if len(behind) < 2 * count or any(one != "." for one in behind[::2]):
            continue
        written = word + "".join(behind)
        known = settling.scope.find(written) if taken_apart(written) is not None else None
        if known is not None and known[1] in settling.scope.shapes:
            settling.give(known, len(written), 1 + 2 * count)
            return True
    return False


def star(settling: Settling) -> None:
    """Read ``*`` as entrywise where the text is a program about tensors, as NumPy does; ``@`` multiplies matrices.

    ``**`` is a power of the entries there.
    """
    if not any(settling.scope.shapes.values()) or not is_program(settling.text):
        return
    for place, word in enumerate(settling.words):
        if word == "**":
            settling.known[place] = (CARET, OF_ENTRIES)
    if "*" not in settling.words:
        return
    starred = [place for place, word in enumerate(settling.words) if word == "*"]
    for place in starred:
        settling.known[place] = (ENTRYWISE, "⊙")
    settling.note("chosen", len(settling.text), what="*", read="⊙")


def _blanked(settling: Settling, found: re.Match[str]) -> list[int]:
    """Leave the words of a stretch out, and give their places for what stands there instead."""
    inside = [at for at, place in enumerate(settling.places) if found.start() <= place < found.end()]
    for at in inside:
        settling.known[at] = (BLANK, "")
    return inside


def added_axis(settling: Settling) -> None:
    """Read ``v[:, None]`` and ``v.reshape(-1, 1)`` as v, a column, and ``v[None, :]`` as v^T."""
    if not any(settling.scope.shapes.values()):
        return
    for found in _ADDED_AXIS.finditer(settling.text):
        inside = _blanked(settling, found)
        if found["row"] or found["flat"] or found["first"]:
            settling.known[inside[0]], settling.known[inside[1]] = (CARET, "^"), (TOP, "⊤")


def measured(settling: Settling) -> None:
    """Read ``X.shape[1]`` and ``len(x)`` as the numbers that they are."""
    if not any(settling.scope.shapes.values()):
        return
    for found in _MEASURED.finditer(settling.text):
        known = settling.scope.find(found["of"] or found["counted"])
        shape = settling.scope.shape(known[1]) if known is not None and known[0] == NAME else ()
        axis = int(found["axis"] or found["along"] or 0)
        if not -len(shape) <= axis < len(shape):
            continue
        settling.known[_blanked(settling, found)[0]] = (NUMBER, str(shape[axis]))


def function_of_a_number(settling: Settling, word: str) -> bool:
    """Read ``ln2`` as ln(2) where it can be nothing else; ``log2 x`` is a logarithm to the base 2."""
    function = word.rstrip("0123456789.")
    digits = word[len(function) :]
    value = FUNCTION_WORDS.get(function.removeprefix("\\"), "")
    if not digits or not value or not function.isascii() or settling.scope.open:
        return False
    if settling.following(settling.at + 1) in {"(", "["} or (settling.scope.find(function) or (NAME, ""))[0] == NAME:
        return False
    settling.note("chosen", len(word), what=word, read=f"{value}({digits})")
    settling.give((FUNCTION, value), len(function), 0)
    settling.give((NUMBER, digits), len(digits), 1, len(function))
    return True


def number_behind(settling: Settling, word: str) -> bool:
    """Read ``η2(y-z)`` as η·2·(y-z) where η has no index anywhere: a number behind a name that cannot be its index."""
    name = word.rstrip("0123456789")
    digits = word[len(name) :]
    known = settling.scope.find(name) if digits and name and not settling.scope.open else None
    if known is None or known[0] != NAME or settling.following(settling.at + 1) != "(":
        return False
    stem = known[1]
    if any(other != stem and other.startswith(stem) for other in settling.scope.shapes):
        return False
    settling.note("chosen", len(word), what=word, read=f"{stem}*{digits}")
    settling.give(known, len(name), 0)
    settling.give((TIMES, "*"), 0, 0, len(name))
    settling.give((NUMBER, digits), len(digits), 1, len(name))
    return True
