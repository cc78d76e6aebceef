"""One convention a submission: who leaves out the 2 of the loss in some parts and not in others is told so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from symnn.classroom.work import Assigned, Piece
from symnn.errors import Fact
from symnn.exercises.exercise import Exercise
from symnn.grading.diagnosis.anatomy import anatomy
from symnn.grading.diagnosis.conventions import followed, possible, shown_by
from symnn.grading.result import finding_data
from symnn.grading.verdict import Finding
from symnn.messages import Language

__all__ = ["mixed", "with_finding"]

Work = tuple[str, str, int]
"""A student's attempt at an exercise."""


class _Shown(msgspec.Struct, frozen=True):
    code: str
    facts: dict[str, Any]


class _Result(msgspec.Struct, frozen=True):
    verdict: str
    findings: tuple[_Shown, ...]


def mixed(
    work: Iterable[Assigned], graded: Mapping[Piece, bytes], exercises: Mapping[str, Exercise]
) -> Mapping[Assigned, Finding]:
    """Find the answers that do not keep to the convention of the same student's other answers."""
    decode = msgspec.json.Decoder(_Result).decode
    open_parts = {(exercise.id, name) for exercise in exercises.values() for name in _open_parts(exercise)}
    by_work: dict[Work, dict[str, Assigned]] = {}
    for one in work:
        answer = one.answer
        if (answer.exercise, answer.part) in open_parts:
            by_work.setdefault((answer.student, answer.exercise, answer.attempt), {})[answer.part] = one
    found: dict[Assigned, Finding] = {}
    for parts in by_work.values():
        shown = {part: _shown(decode(graded[one.piece])) for part, one in parts.items()}
        kept = followed(shown)
        if kept is not None:
            facts: dict[str, Fact] = {"follows": kept.which or "derived", "parts": kept.parts}
            found |= {parts[part]: Finding("convention-mixed", facts) for part in kept.against}
    return found


def with_finding(graded: bytes, finding: Finding, lang: Language) -> bytes:
    """Add a finding to a result."""
    result = msgspec.json.decode(graded)
    result["findings"].append(finding_data(finding, lang, literally=True))
    return msgspec.json.encode(result)


def _open_parts(exercise: Exercise) -> Iterable[str]:
    """Name the parts whose answers may follow one convention or another."""
    for part in exercise.parts:
        if part.file.kind == "formula" and possible(anatomy(part.content.answer.written, part.network)):
            yield part.file.id


def _shown(result: _Result) -> str | None:
    findings = (Finding(found.code, found.facts) for found in result.findings if found.code == "convention")
    return shown_by(findings, correct=result.verdict == "correct")
