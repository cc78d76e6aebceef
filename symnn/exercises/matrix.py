"""Grading a vector or matrix, entry by entry: its shape first, then each entry as a formula or a number."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.exercises.formula import left_is_asked, left_not_asked, not_differentiated, value_of
from symnn.exercises.verdicts import (
    accepted,
    convention_of,
    correct,
    noted,
    said,
    shown,
    undecided,
    unreadable,
    wrong,
)
from symnn.grading.equality import Judge
from symnn.grading.meaning import Meaning
from symnn.grading.numbers import judge_number, number_window
from symnn.grading.verdict import Finding, Judgement, Read, Verdict
from symnn.language.reading import read
from symnn.language.tree import Matrix, Tree
from symnn.language.writing import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.exercises.part import Part

__all__ = ["Entries", "grade_matrix", "shape_of"]


def shape_of(matrix: Matrix) -> tuple[int, ...]:
    """Give the shape: ``(n,)`` of a vector, ``(n, m)`` of a matrix."""
    rows = len(matrix.rows)
    return (rows,) if matrix.vector else (rows, len(matrix.rows[0]) if rows else 0)


class Entries:
    """The judges of all entries under one meaning: of the answer, of what is accepted or has feedback."""

    def __init__(self, part: Part, meaning: Meaning, values: Mapping[str, Fraction]) -> None:
        self._part = part
        self._meaning = meaning
        self._values = values
        content = part.content
        self.key = self._judges(content.answer.value)
        self.accept = tuple((accept, self._judges(value.value)) for accept, value in content.accept)
        self.feedback = tuple((feedback, self._judges(value.value)) for feedback, value in content.feedback)

    def _judges(self, reference: Tree) -> tuple[Callable[[Tree], Judgement], ...]:
        entries = (entry for row in reference.rows for entry in row) if isinstance(reference, Matrix) else ()
        return tuple(self._judge(entry) for entry in entries)

    def _judge(self, entry: Tree) -> Callable[[Tree], Judgement]:
        tolerance = self._part.file.tolerance
        if tolerance is None:
            judge = Judge(entry, self._meaning)
            return lambda answer: judge.judge(answer, plain(answer))
        window = number_window(entry, self._meaning, self._values, tolerance)
        numbers = Meaning(functions=self._meaning.functions)
        return lambda answer: judge_number(answer, window, numbers)


def grade_matrix(part: Part, text: str, entries: Entries) -> Verdict:
    """Grade a vector or matrix; some right entries earn their share."""
    reading = read(text, part.scope)
    if isinstance(reading, Problem):
        return unreadable(part, reading)
    shown_as = shown(part, reading.tree, reading.notes)
    if not left_is_asked(part, reading):
        return unreadable(part, left_not_asked(part, reading), shown_as)
    undone = not_differentiated(part, reading.tree)
    if undone is not None:
        return wrong(part, shown_as, (undone,), "form")
    matrix, key = reading.tree, part.content.answer.value
    if not isinstance(matrix, Matrix) or not isinstance(key, Matrix) or shape_of(matrix) != shape_of(key):
        return wrong(part, shown_as, (_other_shape(matrix, key),), "shape")
    return _judged(part, matrix, entries, reading_of=shown_as)


def _judged(part: Part, matrix: Matrix, entries: Entries, *, reading_of: Read) -> Verdict:
    """Compare all entries with the answer, then with what is accepted and what has feedback."""
    answers = [value_of(part, entry) for row in matrix.rows for entry in row]
    judgements = [judge(answer) for judge, answer in zip(entries.key, answers, strict=True)]
    if all(judgement.equal for judgement in judgements):
        return correct(part, reading_of, judgements[0].method)
    for accept, judges in entries.accept:
        if _all_equal(judges, answers):
            return accepted(part, reading_of, accept.credit, convention_of(accept) + noted(accept.note))
    for feedback, judges in entries.feedback:
        if _all_equal(judges, answers):
            return accepted(part, reading_of, feedback.credit, (said(feedback.id, feedback.say),))
    if any(judgement.equal is None for judgement in judgements):
        return undecided(part, reading_of)
    width = len(matrix.rows[0])
    findings = tuple(
        Finding("wrong-entry", _place(place, width, vector=matrix.vector), answer.span)
        for place, (judgement, answer) in enumerate(zip(judgements, _flat(matrix), strict=True))
        if not judgement.equal
    )
    right = Fraction(len(judgements) - len(findings), len(judgements))
    return accepted(part, reading_of, right, findings, judgements[0].method)


def _all_equal(judges: tuple[Callable[[Tree], Judgement], ...], answers: list[Tree]) -> bool:
    if len(judges) != len(answers):
        return False
    return all(judge(answer).equal for judge, answer in zip(judges, answers, strict=True))


def _flat(matrix: Matrix) -> list[Tree]:
    return [entry for row in matrix.rows for entry in row]


def _place(place: int, width: int, *, vector: bool) -> dict[str, str]:
    entry = str(place + 1) if vector else f"{place // width + 1},{place % width + 1}"
    return {"entry": entry}


def _other_shape(answer: Tree, key: Tree) -> Finding:
    def said(tree: Tree) -> str:
        return "x".join(map(str, shape_of(tree))) if isinstance(tree, Matrix) else "1"

    return Finding("shape", {"expected": said(key), "got": said(answer)}, answer.span)
