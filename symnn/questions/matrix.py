"""Grading a vector or matrix of numbers, entry by entry: its shape first, then each entry within its tolerance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from symnn.equality.cells import asked_shape, cells_of, misfit
from symnn.equality.constants import TooLarge
from symnn.equality.matrices import entrywise, place_of
from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Window, judge_number, number_window
from symnn.errors import Problem, Span
from symnn.expressions.tree import Name, Tree, walk
from symnn.language.reading import Reading, read
from symnn.networks.shapes import Misfit
from symnn.ops.grid import Grid
from symnn.questions.formula import left_is_asked, left_not_asked
from symnn.questions.marks import (
    accepted,
    all_wrong,
    convention_of,
    correct,
    noted,
    said,
    shown,
    undecided,
    unreadable,
    wrong,
)
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Read, Verdict

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["Entries", "grade_numbers"]

Windows = tuple[Window, ...]

_BARE: Final = re.compile(r"[\d\s.,;，；、+/eE−－-]{1,4096}")


class Entries:
    """The windows of all entries in one variant: of the answer, of what is accepted or has feedback."""

    def __init__(self, part: Question, meaning: Meaning, values: Mapping[str, Fraction]) -> None:
        self._part = part
        self._meaning = entrywise(meaning)
        self._values = values
        self._shapes = meaning.shapes
        content = part.content
        self.expected = cells_of(content.answer.value, meaning.shapes)
        self.key = self._windows(content.answer.value)
        self.accept = tuple((item, self._windows(value.value)) for item, value in content.accept)
        self.feedback = tuple((item, self._windows(value.value)) for item, value in content.feedback)

    def _windows(self, reference: Tree) -> Windows:
        tolerance = self._part.file.tolerance
        if tolerance is None:
            return ()
        cells = cells_of(reference, self._shapes).cells
        return tuple(number_window(entry, self._meaning, self._values, tolerance) for entry in cells)


def grade_numbers(part: Question, text: str, entries: Entries, seed: str = "") -> Verdict:
    """Grade a vector or matrix of numbers; some right entries earn their share.

    ``seed`` chooses the variant in whose values wrong numbers are explained.
    """
    reading = _read(part, text, entries.expected)
    if isinstance(reading, Problem):
        return unreadable(part, reading)
    shown_as = shown(part, reading.tree, reading.notes)
    if not left_is_asked(part, reading):
        return unreadable(part, left_not_asked(part, reading), shown_as)
    name = next((node for node in walk(reading.tree) if isinstance(node, Name)), None)
    if name is not None:
        return wrong(part, shown_as, (codes.NUMBER_EXPECTED({"wrote": name.name}, name.span),), "form")
    try:
        given = _grid_of(reading.tree, entries.expected)
    except TooLarge:
        return undecided(part, shown_as)
    if isinstance(given, Finding):
        return wrong(part, shown_as, (given,), "shape")
    return _judged(part, given, shown_as, entries, seed)


def _read(part: Question, text: str, expected: Grid) -> Reading | Problem:
    """Read an answer; a vector's numbers may also stand without brackets, ``12, 12``, and so may rows of a matrix."""
    reading = read(text, part.scope)
    is_list = expected.shape and _BARE.fullmatch(text) and (len(expected.shape) == 1 or ";" in text)
    if not is_list or (not isinstance(reading, Problem) and " " not in text.strip()):
        return reading
    bracketed = read(f"[{text}]", part.scope)
    if not isinstance(bracketed, Problem):
        return bracketed
    torn = bracketed.code == "separator"  # -3 -1 may be two numbers: no difference is taken for granted
    return Problem(bracketed.code, {**bracketed.facts, "found": text}, Span(0, len(text))) if torn else reading


def _grid_of(tree: Tree, expected: Grid) -> Grid | Finding:
    """Write an answer entry by entry, or say how its shape differs. Raises TooLarge."""
    try:
        given = cells_of(tree, {})
    except Misfit as found:
        return misfit(found.problem)
    same = given.shape in (expected.shape, (*expected.shape, 1))
    return given if same else asked_shape(expected.shape, given.shape, tree.span)


def _judged(part: Question, given: Grid, shown_as: Read, entries: Entries, seed: str) -> Verdict:
    """Compare all entries with the answer, then with what is accepted and what has feedback."""
    right = _right(part, entries.key, given)
    if all(right):
        return correct(part, shown_as, "number")
    for accept, windows in entries.accept:
        if all(_right(part, windows, given)):
            return accepted(part, shown_as, accept.credit, convention_of(accept) + noted(accept.note))
    for feedback, windows in entries.feedback:
        if all(_right(part, windows, given)):
            return accepted(part, shown_as, feedback.credit, (said(feedback.id, feedback.say),))
    if None in right:
        return undecided(part, shown_as)
    which = tuple(place_of(place, entries.expected.shape) for place, good in enumerate(right) if not good)
    credit = 1 - Fraction(len(which), len(right))
    explained = part.explained_numbers(given.cells, given.shape, seed)
    which_wrong = () if explained and not credit else (all_wrong(codes.ENTRIES({"which": which}), len(right)),)
    return accepted(part, shown_as, credit, (*which_wrong, *explained), "number")


def _right(part: Question, windows: Windows, given: Grid) -> list[bool | None]:
    """Say of each entry whether it is right; None where nobody can say."""
    if len(windows) != len(given.cells):
        return [False]
    numbers = Meaning(functions=part.meaning.functions)
    return [_judge(entry, window, numbers) for entry, window in zip(given.cells, windows, strict=True)]


def _judge(entry: Tree, window: Window, numbers: Meaning) -> bool | None:
    return judge_number(entry, window, numbers).equal
