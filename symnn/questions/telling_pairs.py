"""Telling a person what was read, decided and found: lines of text, a caret under the character in question."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import combining, east_asian_width

from symnn.errors import Problem, Span
from symnn.messages import Language, say
from symnn.notation.terminal import escaped
from symnn.questions.comparing import Compared
from symnn.verdicts.feedback import feedback_sentence
from symnn.verdicts.verdict import Witness

__all__ = ["caret", "short_number", "told_pair", "told_problem", "told_witness"]

WIDEST = 78
"""Columns of an answer that are shown around a caret."""


def caret(text: str, span: Span | None) -> tuple[str, ...]:
    """Show a text with carets under a span, on the line of the text where it stands.

    Wide characters count two columns; control characters are shown as <U+001B>.

    >>> caret("2*(y-z", Span(2, 3))
    ('2*(y-z', '  ^')
    """
    if span is None or not text.strip():
        return ()
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    line = text[start : end if end >= 0 else len(text)]
    left, right = span.start - start, min(max(span.end, span.start + 1) - start, len(line) + 1)
    cut = max(0, left - WIDEST // 2)
    shown = escaped(line[cut : cut + WIDEST])
    before = _columns(escaped(line[cut:left]))
    width = max(1, _columns(escaped(line[left : min(right, cut + WIDEST)])))
    return (shown, " " * before + "^" * width)


def _columns(text: str) -> int:
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def told_problem(problem: Problem, text: str, lang: Language) -> tuple[str, ...]:
    """Say why a text could not be read, with the caret."""
    return (
        escaped(say(problem.code, problem.facts, lang)),
        *(f"    {line}" for line in caret(text, problem.span)),
    )


def told_witness(witness: Witness, lang: Language) -> str:
    """Say at which point two expressions differ."""
    at = ", ".join(f"{name} = {value:g}" for name, value in witness.at.items())
    facts = {"at": at, "yours": short_number(witness.yours), "expected": short_number(witness.expected)}
    return say("witness-at" if at else "witness", facts, lang)


def short_number(value: float | str) -> str:
    """Write the value of a witness with six digits."""
    return value if isinstance(value, str) else f"{value:.6g}"


def told_pair(compared: Compared, texts: Mapping[str, str], lang: Language) -> tuple[str, ...]:
    """Say how a comparison came out: the verdict, how it was decided, and a point where the two differ."""
    problem, judgement = compared.problem, compared.judgement
    if problem is not None:
        heading = say("compare-unreadable", {"side": compared.side}, lang)
        return (heading, *told_problem(problem, texts.get(compared.side, ""), lang))
    if judgement.equal is None:
        return (say("compare-probably" if judgement.probably else "compare-undecided", lang=lang),)
    lines = [say("compare-equal" if judgement.equal else "compare-different", lang=lang)]
    lines += [feedback_sentence(finding, lang) for finding in judgement.findings]
    if judgement.witness is not None:
        lines.append(told_witness(judgement.witness, lang))
    return tuple(escaped(line) for line in lines)
