"""One result as programs read it (``symnn/result/1``), and what it says to a person."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symnn.messages import Language, say
from symnn.notation.terminal import escaped
from symnn.verdicts.feedback import feedback_sentence as taught

if TYPE_CHECKING:
    from symnn.errors import Fact
    from symnn.verdicts.finding import Finding

__all__ = ["SCHEMA", "finding_data", "finding_sentence", "plain_number"]

SCHEMA = "symnn/result/1"
LANGUAGES = frozenset({"zh", "en"})


def finding_sentence(finding: Finding, lang: Language, *, literally: bool = False) -> str:
    """Say a finding: the author's own words, or the sentence of its code.

    ``literally`` shows facts as they were typed (why a text cannot be read), else as the lecture writes them.
    """
    own = finding.facts.get(lang)
    if own is not None:
        return str(own)
    return escaped(whole(say(finding.code, finding.facts, lang), lang) if literally else taught(finding, lang))


def whole(text: str, lang: Language) -> str:
    """Make a sentence of what is elsewhere a line behind a place: a capital and a full stop.

    >>> whole("unknown name 'x'", "en"), whole("这里什么也没有写", "zh")
    ("Unknown name 'x'.", '这里什么也没有写。')
    """
    stop = "" if text.endswith((".", "?", "!", "。", "？", "！", "…")) else "。" if lang == "zh" else "."
    return text[:1].upper() + text[1:] + stop if text[:2].isalpha() and text[0].isascii() else text + stop


def plain_number(value: Fraction) -> int | float:
    """Give a number as JSON has it: whole ones without a point."""
    return value.numerator if value.denominator == 1 else float(value)


def finding_data(finding: Finding, lang: Language, *, literally: bool = False) -> dict[str, Any]:
    """Give a finding with its message."""
    found: dict[str, Any] = {"code": finding.code, "facts": _facts(finding.facts)}
    if finding.span is not None:
        found["span"] = list(finding.span)
    return found | {"message": finding_sentence(finding, lang, literally=literally)}


def _facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Give the facts; an author's sentences are the message and no facts."""
    plain = {name: fact for name, fact in facts.items() if name not in LANGUAGES}
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in plain.items()}
