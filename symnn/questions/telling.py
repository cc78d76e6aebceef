"""A verdict told to a person: what was read, whether it is right, why not, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from symnn.messages import Language, say
from symnn.notation.author import readable, words_and_formulas
from symnn.notation.inline import AuthorFormula
from symnn.notation.terminal import escaped
from symnn.questions.telling_pairs import caret, short_number
from symnn.verdicts.feedback import spelled_out
from symnn.verdicts.result import finding_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symnn.errors import Problem
    from symnn.verdicts.verdict import Verdict, Witness

__all__ = ["readable_text", "told"]

_UNEXPLAINED: Final = frozenset({"unexplained", "near-miss", "entries"})
_FEW: Final = 12
"""Values of a point that a person reads."""


def told(verdict: Verdict, text: str, lang: Language) -> tuple[str, ...]:
    """Say a verdict in lines of text."""
    lines = [verdict.heading(lang)]
    if verdict.read.text:
        lines += [say("read-as", {"text": read}, lang) for read in verdict.read.text.split("\n")]
    lines += _notes(verdict.read.notes, lang)
    noted = any(finding.code == "note" for finding in verdict.findings)
    for finding in verdict.findings:
        if (noted and finding.code == "convention") or finding.code == "blank":
            continue  # the author's note says it, or the heading
        said = finding_sentence(finding, lang, literally=verdict.is_illegible)
        lines.append(readable_text(said) if lang in finding.facts else said)
        lines += [f"    {line}" for line in caret(text, finding.span)]
    if verdict.hint is not None:
        for said, one in zip(verdict.hint.sentences(lang), verdict.hint.says, strict=True):
            lines.append(readable_text(said) if lang in one.facts else said)
            lines += [f"    {line}" for line in caret(text, one.span)]
    if verdict.witness is not None and _wants_proof(verdict):
        lines.append(_witness(verdict.witness, lang))
    return tuple(lines)


def _notes(notes: Sequence[Problem], lang: Language) -> list[str]:
    """Say how the text was read: all signs that were mended in one line, each choice between readings in its own."""
    mended = [note for note in notes if note.code == "mended"]
    said = [escaped(say(note.code, note.facts, lang)) for note in notes if note.code != "mended"]
    if len(mended) > 1:
        pairs = tuple(dict.fromkeys(f"{note.facts['what']} → {note.facts['read']}" for note in mended))
        return [escaped(say("mended-several", {"pairs": pairs}, lang)), *said]
    return [escaped(say(note.code, note.facts, lang)) for note in mended] + said


def _wants_proof(verdict: Verdict) -> bool:
    """Tell if no finding explains a wrong answer: only then a point where it differs helps, if it is short enough."""
    few = verdict.witness is not None and len(verdict.witness.at) <= _FEW
    return few and all(finding.code in _UNEXPLAINED for finding in verdict.findings)


def readable_text(text: str) -> str:
    r"""Write an author's text for a terminal: formulas between dollars as plain mathematics.

    >>> readable_text("add $w_1$")
    'add w₁'
    """
    pieces = words_and_formulas(text)
    return escaped(
        "".join(
            spelled_out(readable(piece.latex)) if isinstance(piece, AuthorFormula) else piece.text for piece in pieces
        )
    )


def _witness(witness: Witness, lang: Language) -> str:
    at = ", ".join(f"{name} = {value:g}" for name, value in witness.at.items())
    facts = {"at": at, "yours": short_number(witness.yours), "expected": short_number(witness.expected)}
    return say("witness-yours", facts, lang)
