"""What to write instead of a sign, command or word that has no place in a formula."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COMMANDS", "ENGLISH", "SIGNS", "is_english", "meant_by", "words_at"]

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(":∶", "divide"),
        **dict.fromkeys("%‰", "percent"),
        **dict.fromkeys("∑∏Σ", "sum"),
        **dict.fromkeys("∫∮", "integral"),
        **dict.fromkeys("⋆★", "product"),
        **dict.fromkeys("≠<>≮≯≰≱∈∉⊂∝∼≃≅~←⟵", "relation"),
        **dict.fromkeys('?`"“„«»「」《》', "remove"),
        **dict.fromkeys("$", "dollars"),
        **dict.fromkeys("#", "comment"),
        **dict.fromkeys("…⋯", "dots"),
        **dict.fromkeys("\u0300\u0301\u0302\u0303\u0304\u0305\u0307\u0308\u030a\u030c\u0332\u20d7", "mark"),
    }
)
"""Signs that people type in formulas and that are refused, and the kind of advice that helps."""

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        rf"\{name}": advice
        for advice, names in (
            ("sum", "sum prod bigoplus"),
            ("integral", "int iint oint lim limsup liminf"),
            ("product", "oplus star bigotimes"),
            ("relation", "le leq leqslant ge geq geqslant lt gt ne neq in notin sim propto cong simeq subset coloneqq"),
            ("relation", "gets leftarrow longleftarrow"),
            ("norm", "norm"),
            ("dots", "dots ldots cdots ddots vdots dotsc dotsb"),
            ("mark", "hat bar tilde dot ddot check overline underline widehat widetilde overrightarrow breve acute"),
            ("remove", "label tag ref eqref color textcolor colorbox cancel text mbox textup footnote"),
            ("remove", "phantom hphantom vphantom"),
            ("box", "placeholder square Box MathQuillMathField"),
            ("percent", "%"),
            ("bar", "left right"),
            ("brace", "underbrace overbrace underset overset stackrel substack"),
        )
        for name in names.split()
    }
)  # fmt: skip
"""Commands that people type and that are refused, and the kind of advice that helps."""

ENGLISH = frozenset(
    [
        "so",
        "hence",
        "then",
        "therefore",
        "thus",
        "we",
        "get",
        "have",
        "by",
        "the",
        "chain",
        "rule",
        "and",
        "where",
        "with",
        "let",
        "since",
        "because",
        "gives",
        "give",
        "that",
        "is",
        "answer",
        "now",
        "first",
        "second",
        "next",
        "finally",
        "step",
        "proof",
        "solution",
        "using",
        "from",
        "which",
        "of",
        "for",
        "to",
        "it",
        "follows",
        "also",
        "as",
        "this",
        "derivative",
        "derivatives",
        "gradient",
        "loss",
        "output",
        "error",
        "substitute",
        "substituting",
        "into",
        "in",
        "apply",
        "applying",
        "simplify",
        "simplifying",
        "forward",
        "backward",
        "pass",
        "layer",
        "hidden",
        "update",
        "weight",
        "weights",
        "network",
        "equals",
    ]
)
"""Words that may stand around the steps of a derivation, unless the scope declares them."""

_OTHER_WORDS = frozenset(
    [
        "about",
        "approximately",
        "approx",
        "around",
        "roughly",
        "if",
        "when",
        "otherwise",
        "else",
        "result",
        "value",
        "times",
        "plus",
        "minus",
        "over",
        "divided",
        "multiplied",
        "not",
        "none",
        "unknown",
        "mod",
        "see",
        "equal",
        "squared",
        "my",
        "an",
        "are",
    ]
)

_CHINESE = (
    ("\u2e80", "\u2fdf"),
    ("\u3005", "\u3007"),
    ("\u3012", "\u30ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
)
"""First and last of the characters of words; a pattern of so many costs every start of a command 3 ms."""

_DIGITS = ("0", "0", "1", "2", "2", "3", "4", "5", "6", "7", "8", "9", "10")
_MEANT: Mapping[str, str] = MappingProxyType(
    {
        **dict(
            zip(
                ("零", "〇", "一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "十"),
                _DIGITS,
                strict=True,
            )
        ),
        **dict(zip(("加", "加上", "减", "减去", "乘", "乘以", "除以", "负", "ー", "等于"), "++--**/--=", strict=True)),
        **dict(zip(("的平方", "平方", "的立方", "根号", "派"), ("^2", "^2", "^3", "sqrt(…)", "pi"), strict=True)),
    }
)
"""Chinese words for signs and digits."""


def words_at(text: str, place: int) -> str:
    """Give the Chinese words that begin at a place; empty if none do.

    >>> words_at("答案是 x", 0), words_at("x", 0)
    ('答案是', '')
    """
    end = place
    while end < len(text) and any(first <= text[end] <= last for first, last in _CHINESE):
        end += 1
    return text[place:end]


def meant_by(words: str) -> str:
    """Give the sign or digit that a Chinese word stands for; empty if it is none.

    >>> meant_by("三"), meant_by("减"), meant_by("所以")
    ('3', '-', '')
    """
    return _MEANT.get(words, "")


def is_english(word: str) -> bool:
    """Say whether an English word is one of a sentence around a formula."""
    return word.lower() in ENGLISH or word.lower() in _OTHER_WORDS
