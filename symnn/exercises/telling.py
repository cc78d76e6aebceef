"""A verdict told to a person: what was read, whether it is right, why not, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.grading.result import plain_number, sentence
from symnn.grading.telling import caret
from symnn.messages import Language, say
from symnn.rendering.text import escaped

if TYPE_CHECKING:
    from symnn.exercises.part import Part
    from symnn.grading.verdict import Verdict, Witness

__all__ = ["told"]


def told(part: Part, verdict: Verdict, text: str, lang: Language) -> tuple[str, ...]:
    """Say a verdict in lines of text."""
    points = {"points": str(plain_number(verdict.points)), "max": str(plain_number(part.file.points))}
    lines = [say(f"verdict-{verdict.verdict}", points, lang)]
    if verdict.read.text:
        lines += [say("read-as", {"text": read}, lang) for read in verdict.read.text.split("\n")]
    lines += [escaped(say(note.code, note.facts, lang)) for note in verdict.read.notes]
    for finding in verdict.findings:
        lines.append(sentence(finding, lang, literally=verdict.verdict == "unreadable"))
        lines += [f"    {line}" for line in caret(text, finding.span)]
    if verdict.witness is not None:
        lines.append(_witness(verdict.witness, lang))
    return tuple(lines)


def _witness(witness: Witness, lang: Language) -> str:
    at = ", ".join(f"{name} = {value:g}" for name, value in witness.at.items())
    facts = {"at": at, "yours": _short(witness.yours), "expected": _short(witness.expected)}
    return say("witness-yours", facts, lang)


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
