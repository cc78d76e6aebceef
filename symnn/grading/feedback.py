"""Findings as sentences: the code chooses the sentence, the facts are written as the lecture writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from symnn.errors import Fact
from symnn.grading.verdict import Finding
from symnn.messages import Language, say, sentences

__all__ = ["sentence", "spelled_out"]

_DIGITS = str.maketrans("0123456789x()", "₀₁₂₃₄₅₆₇₈₉ₓ₍₎")
_NAME = re.compile(r"([A-Za-z]+)([0-9]*)((?:_[A-Za-z0-9]+)*)")
_PLACE = re.compile(r"x\d+")
_SHAPE = re.compile(r"\d+(x\d+)*")
_GREEK: Mapping[str, str] = MappingProxyType(
    {
        "alpha": "α",
        "beta": "β",
        "gamma": "γ",
        "delta": "δ",
        "epsilon": "ε",
        "eta": "η",
        "theta": "θ",
        "lambda": "λ",
        "mu": "μ",
        "nu": "ν",
        "xi": "ξ",
        "phi": "φ",
        "omega": "ω",
        "sigma": "σ",
    }
)
_MINUS = re.compile(r"(?<![A-Za-z0-9])-")
_SORTS: Mapping[str, str] = MappingProxyType(
    {"convention": "which", "update-rate": "how", "bias": "how", "unexplained": "lacks"}
)
"""The fact by which the sentence of a code is chosen among several."""


def sentence(finding: Finding, lang: Language) -> str:
    """Say a finding to a student.

    >>> sentence(Finding("missing-factor", {"factor": "f'(a3)", "layer": "output"}), "zh")
    "你漏乘了输出层的 f'(a₃)：误差往回穿过输出层的激活函数时，要乘上它的导数。"
    """
    facts = {name: _shown(name, fact, lang) for name, fact in finding.facts.items()}
    text = say(_code(finding), facts, lang)
    return text[:1].upper() + text[1:] if lang == "en" and not _begins_with_a_name(text) else text


def _code(finding: Finding) -> str:
    """Choose the sentence: that of the code, or of the code with what sorts it."""
    if finding.code == "shape" and "why" in finding.facts:
        return str(finding.facts["why"])
    sort = _SORTS.get(finding.code)
    if sort is not None and sort in finding.facts:
        for code in (f"{finding.code}-{finding.facts[sort]}", f"{finding.code}-{sort}"):
            if code in sentences("en"):
                return code
    return finding.code


def _begins_with_a_name(text: str) -> bool:
    first = text.split(" ", 1)[0]
    return not (first.isascii() and first.isalpha() and len(first) > 1) and first != "a"


def _shown(name: str, fact: Fact, lang: Language) -> Fact:
    if isinstance(fact, tuple):
        return tuple(spelled_out(part) for part in fact)
    if name == "layer" and isinstance(fact, str):
        kind, _, number = fact.partition("-")
        return say("layer-number", {"number": number}, lang) if number else say(f"layer-{kind}", {}, lang)
    if not isinstance(fact, str) or name == "why":
        return fact
    return fact.replace("x", "×") if _SHAPE.fullmatch(fact) else spelled_out(fact)


def spelled_out(text: str) -> str:
    """Write plain mathematics with the signs of the lecture: subscripts, Greek letters, a centred dot.

    >>> spelled_out("f6'(e6)*w_x1_1 - eta*theta1[2]")
    "f₆'(e₆)·w₍ₓ₁₎₁ − η·θ₁[2]"
    """
    return _NAME.sub(_name, _MINUS.sub("−", text.replace("*", "·")))


def _name(found: re.Match[str]) -> str:
    letters, digits, rest = found[1], found[2], found[3]
    parts = rest.split("_")[1:]
    if not all(part.isdigit() or _PLACE.fullmatch(part) for part in parts):
        return found[0]
    subscript = digits + "".join(part if part.isdigit() else f"({part})" for part in parts)
    return _GREEK.get(letters, letters) + subscript.translate(_DIGITS)
