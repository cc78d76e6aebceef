"""Findings as sentences: the code chooses the sentence, the facts are written as the lecture writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from symnn.errors import Fact
from symnn.language.vocabulary import GREEK
from symnn.messages import Language, say, sentences
from symnn.ops.table import OPERATIONS
from symnn.verdicts import codes
from symnn.verdicts.barrier import UNEXPLAINED, failed
from symnn.verdicts.finding import Finding

__all__ = ["feedback_sentence", "spelled_out"]

_DIGITS = str.maketrans("0123456789x()", "₀₁₂₃₄₅₆₇₈₉ₓ₍₎")
_NAME = re.compile(r"([A-Za-z]+)([0-9]*)('*)((?:\^\([0-9]+\))?)((?:_[A-Za-z0-9]+)*)")
_PLACE = re.compile(r"x\d+")
_SHAPE = re.compile(r"\d+(x\d+)*")
_KINDS: Mapping[int, str] = MappingProxyType({0: "vector", 1: "matrix"})
_OTHER = "wrong-quantity"
_LITERAL = frozenset(("parts", "why", "cause", "detail"))
"""Facts that are no mathematics: ids of parts, codes, what the system said."""
_RAISED = str.maketrans("0123456789()−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻")
_EXPONENT = re.compile(r"(?<=[\w)\]'])\^(?:([0-9]+)|\((−[0-9]+)\))(?![0-9.])")
_QUANTITY = r"((?!elta)[A-Za-z][A-Za-z0-9_']*(?:\^\(\d+\))?[A-Za-z0-9_']*(?:\[[0-9,]+\])?)"
_PARTIAL = re.compile(rf"(?<![A-Za-z0-9_'])d{_QUANTITY}/d{_QUANTITY}")
"""A derivative as facts have it, ``dE/dw1``."""
_MINUS = re.compile(r"(?<![A-Za-z0-9])-")


def feedback_sentence(finding: Finding, lang: Language) -> str:
    """Say a finding to a student; what cannot be said is told as unexplained.

    >>> feedback_sentence(Finding("missing-factor", {"factor": "f'(a3)", "layer": "output"}), "zh")
    "你漏乘了输出层的 f'(a₃)：误差往回穿过输出层的激活函数时，要乘上它的导数。"
    """
    try:
        return _said(finding, lang)
    except Exception as error:  # noqa: BLE001 - whatever it is, the verdict stands
        failed(error)
        return _said(UNEXPLAINED[0], lang)


def _said(finding: Finding, lang: Language) -> str:
    facts = {name: _shown(name, fact, lang) for name, fact in finding.facts.items()}
    if finding.code == "entries":
        which = _listed(finding.facts["which"])
        facts["which"] = tuple(f"({place})" if "," in place else place for place in which)
        facts["row"], _, facts["column"] = which[0].partition(",")
    if finding.code == "shape":
        facts |= _of_shapes(finding.facts, lang)
    text = say(_code(finding), facts, lang)
    if finding.code == "shape" and not text.endswith((".", "?", "。", "？")):
        text += "。" if lang == "zh" else "."
    if "likely" in finding.facts:
        text = say("perhaps", {"said": text}, lang)
    given = filter(None, map(_first_of, facts.values()))  # xhat is not Xhat, and "you" does not begin with y
    begins = any(text.startswith(fact) and not text[len(fact) :][:1].isalpha() for fact in given)
    return text[:1].upper() + text[1:] if lang == "en" and not begins and not _begins_with_a_name(text) else text


def _first_of(fact: Fact) -> str:
    return str(fact[0] if isinstance(fact, tuple) and fact else fact)


def _code(finding: Finding) -> str:
    """Choose the sentence: that of the code, or of the code with what sorts it."""
    if finding.code == "shape" and "why" in finding.facts:
        why = str(finding.facts["why"])
        return f"{why}-told" if f"{why}-told" in sentences("en") else why
    if finding.code == "entries" and "how" not in finding.facts and len(_listed(finding.facts["which"])) == 1:
        return "entries-place" if "," in _listed(finding.facts["which"])[0] else "entries-one"
    if finding.code == "wrong-quantity":
        return _confusion(finding.facts.get("wrote", ""), finding.facts.get("meant", ""))
    kind = codes.KINDS.get(finding.code)
    for sort in kind.by if kind is not None else ():
        if sort not in finding.facts:
            continue
        for code in (f"{finding.code}-{finding.facts[sort]}", f"{finding.code}-{sort}"):
            if code in sentences("en"):
                return code
    return finding.code


def _confusion(wrote: Fact, meant: Fact) -> str:
    """Choose how to say that one quantity stands for another: both exchanged, another index, or another letter."""
    if isinstance(wrote, tuple) or isinstance(meant, tuple):
        return "wrong-quantity-exchanged" if wrote != meant and set(_listed(wrote)) == set(_listed(meant)) else _OTHER
    return "wrong-quantity-index" if _letters(str(wrote)) == _letters(str(meant)) else _OTHER


def _listed(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (str(fact),)


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha() or sign == "'")


def _of_shapes(given: Mapping[str, Fact], lang: Language) -> dict[str, Fact]:
    """Say shapes in words, and write the factors of a product as they stand in a suggestion."""
    facts: dict[str, Fact] = {}
    for name in ("got", "expected", "left", "right", "shape"):
        shape = given.get(name)
        if isinstance(shape, str) and _SHAPE.fullmatch(shape):
            kind = _KINDS.get(shape.count("x"), "tensor") if shape != "1" else "number"
            facts[name] = say(f"shape-{kind}", {"size": shape.replace("x", "×")}, lang)
    for name in ("first", "second"):
        factor = given.get(name)
        if isinstance(factor, str):
            whole = spelled_out(_grouped(factor))
            facts |= {f"whole_{name}": whole, f"turned_{name}": whole[:-1] if whole.endswith("ᵀ") else f"{whole}ᵀ"}
    return facts


def _begins_with_a_name(text: str) -> bool:
    first = text.split(" ", 1)[0].rstrip(",.:;")
    return not (first.isascii() and first.isalpha() and len(first) > 1) and first != "a"


def _shown(name: str, fact: Fact, lang: Language) -> Fact:
    if name in _LITERAL:
        return fact
    if isinstance(fact, tuple):
        return tuple(spelled_out(part) for part in fact)
    operation = OPERATIONS.get(fact) if isinstance(fact, str) else None
    if operation is not None and operation.called:
        return say(operation.called, lang=lang)
    if name == "layer" and isinstance(fact, str):
        kind, _, number = fact.partition("-")
        return say("layer-number", {"number": number}, lang) if number else say(f"layer-{kind}", {}, lang)
    if not isinstance(fact, str):
        return fact
    return fact.replace("x", "×") if _SHAPE.fullmatch(fact) else spelled_out(fact)


def spelled_out(text: str) -> str:
    """Write plain mathematics with the signs of the lecture: subscripts, Greek letters, a centred dot.

    >>> spelled_out("f6'(e6)*w_x1_1 - eta*theta1[2]")
    "f₆'(e₆)·w₍ₓ₁₎₁ − η·θ₁[2]"
    >>> spelled_out("transpose(W^(2))*diff(E, U*x_2 + b)")
    'W⁽²⁾ᵀ·∂E/∂(U·x₂ + b)'
    >>> spelled_out("z*y^(-1) + s'_2^2")
    "z·y⁻¹ + s'₂²"
    >>> spelled_out("dE/dw14"), spelled_out("E -> y"), spelled_out("1 - x1 >= 0")
    ('∂E/∂w₁₄', 'E → y', '1 − x₁ ≥ 0')
    """
    signs = text.replace(" -> ", " → ").replace(">=", "≥").replace("<=", "≤")
    partials = _PARTIAL.sub(r"∂\1/∂\2", signs)
    written = _calls(partials, "transpose", lambda operand: f"{_grouped(operand)}ᵀ")
    written = _calls(written, "diff", lambda of, wrt="": f"∂{_grouped(of)}/∂{_grouped(wrt)}")
    written = _NAME.sub(_name, _MINUS.sub("−", written.replace("*", "·")))
    return _EXPONENT.sub(lambda found: (found[1] or found[2]).translate(_RAISED), written)


def _calls(text: str, function: str, write: Callable[..., str]) -> str:
    """Write every call of a function in another way, inner ones first."""
    start = text.rfind(f"{function}(")
    while start >= 0:
        arguments, end = _arguments(text, start + len(function) + 1)
        if not end:
            return text
        text = text[:start] + write(*arguments) + text[end:]
        start = text.rfind(f"{function}(", 0, start)
    return text


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """Part what stands between brackets at its commas, and say where it ends; 0 if it does not."""
    depth, begin = 0, start
    found: list[str] = []
    for place in range(start, len(text)):
        sign = text[place]
        if sign in "([":
            depth += 1
        elif sign in ")]" and depth:
            depth -= 1
        elif sign == ")":
            return [*found, text[begin:place].strip()], place + 1
        elif sign == "," and not depth:
            found.append(text[begin:place])
            begin = place + 1
    return found, 0


def _grouped(text: str) -> str:
    """Put brackets around what is more than a name."""
    return f"({text})" if any(sign in text for sign in " *+⊙/") else text


def _name(found: re.Match[str]) -> str:
    letters, digits, primes, layer, rest = found.groups()
    parts = rest.split("_")[1:]
    raised = layer.lstrip("^").translate(_RAISED)
    name = GREEK.get(letters, letters)
    if not all(part.isdigit() or _PLACE.fullmatch(part) for part in parts):
        return f"{letters}{digits}{primes}{raised}{rest}"
    subscript = digits + "".join(part if part.isdigit() else f"({part})" for part in parts)
    below = subscript.translate(_DIGITS)
    return f"{name}{below}{primes}{raised}" if digits or not parts else f"{name}{primes}{raised}{below}"
