"""A verdict told to a person: what was read, whether it is right, why not, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.grading.result import plain_number, sentence
from symnn.grading.telling import caret
from symnn.messages import Language, say
from symnn.rendering.author import readable, words_and_formulas
from symnn.rendering.inline import Formula
from symnn.rendering.text import escaped

if TYPE_CHECKING:
    from symnn.exercises.part import Part
    from symnn.grading.verdict import Verdict, Witness

__all__ = ["readable_text", "told"]

_READABLE = 12
"""A witness with more values than this helps nobody who reads it; a program still gets it."""


def told(part: Part, verdict: Verdict, text: str, lang: Language) -> tuple[str, ...]:
    """Say a verdict in lines of text."""
    points = {"points": str(plain_number(verdict.points)), "max": str(plain_number(part.file.points))}
    lines = [say(f"verdict-{verdict.verdict}", points, lang)]
    if verdict.read.text:
        lines += [say("read-as", {"text": read}, lang) for read in verdict.read.text.split("\n")]
    lines += [escaped(say(note.code, note.facts, lang)) for note in verdict.read.notes]
    noted = any(finding.code == "note" for finding in verdict.findings)
    for finding in verdict.findings:
        if noted and finding.code == "convention":
            continue  # the author's note says it
        said = sentence(finding, lang, literally=verdict.verdict == "unreadable")
        lines.append(readable_text(said) if lang in finding.facts else said)
        lines += [f"    {line}" for line in caret(text, finding.span)]
    if verdict.witness is not None and len(verdict.witness.at) <= _READABLE:
        lines.append(_witness(verdict.witness, lang))
    return tuple(lines)


def readable_text(text: str) -> str:
    r"""Write an author's text for a terminal: formulas between dollars as plain mathematics.

    >>> readable_text("add $w_1$")
    'add w1'
    """
    pieces = words_and_formulas(text)
    return escaped("".join(readable(piece.latex) if isinstance(piece, Formula) else piece.text for piece in pieces))


def _witness(witness: Witness, lang: Language) -> str:
    at = ", ".join(f"{name} = {value:g}" for name, value in witness.at.items())
    facts = {"at": at, "yours": _short(witness.yours), "expected": _short(witness.expected)}
    return say("witness-yours", facts, lang)


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
