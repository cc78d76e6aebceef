"""Grading a number: inside the window that the tolerance leaves around the model answer's value."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.equality.cells import asked_shape, cells_of, misfit
from symnn.equality.constants import TooLarge
from symnn.equality.matrices import is_tensor
from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Tolerance, Window, judge_number, number_window
from symnn.errors import Problem
from symnn.expressions.tree import Name, Tree, walk
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.networks.shapes import Misfit
from symnn.questions.fields import Accept, Feedback
from symnn.questions.form import broken_demand
from symnn.questions.formula import left_is_asked, left_not_asked
from symnn.questions.marks import (
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
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Read, Verdict

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["Windows", "grade_number", "windows_of"]

_NUMBERS = Scope.of(())
"""Nothing is declared: ``2.8e-1`` can only be a number, also where the network has an e or an E."""

EXACT = Tolerance(abs=Fraction(0))
_UNEXPLAINED = (codes.UNEXPLAINED({"how": "number"}),)


class Windows(Struct, frozen=True):
    """What counts as the answer, as an accepted answer, and as an answer with feedback, in one variant."""

    key: Window
    accept: tuple[tuple[Accept, Window], ...]
    feedback: tuple[tuple[Feedback, Window], ...]


def windows_of(part: Question, meaning: Meaning, values: Mapping[str, Fraction]) -> Windows:
    """Work out the windows of a part at some values. Raises Unknown where a value is not finite."""
    tolerance = part.file.tolerance or EXACT

    def window(tree: Tree) -> Window:
        return number_window(tree, meaning, values, tolerance)

    return Windows(
        window(part.content.answer.value),
        tuple((accept, window(value.value)) for accept, value in part.content.accept),
        tuple((feedback, window(value.value)) for feedback, value in part.content.feedback),
    )


def grade_number(part: Question, text: str, windows: Windows, seed: str = "") -> Verdict:
    """Grade one number; it may be written as a fraction or with functions, but not with quantities.

    ``seed`` chooses the variant in whose values a wrong number is explained.
    """
    reading = read(text, part.scope)
    if isinstance(reading, Problem) and reading.code == "ambiguous":
        alone = read(text, _NUMBERS)
        reading = reading if isinstance(alone, Problem) else alone
    if isinstance(reading, Problem):
        return unreadable(part, reading)
    shown_as = shown(part, reading.tree, reading.notes)
    if not left_is_asked(part, reading):
        return unreadable(part, left_not_asked(part, reading), shown_as)
    name = next((node for node in walk(reading.tree) if isinstance(node, Name)), None)
    if name is not None:
        return wrong(part, shown_as, (codes.NUMBER_EXPECTED({"wrote": name.name}, name.span),), "form")
    tensor = _shape_mistake(reading.tree)
    if tensor is not None:
        return wrong(part, shown_as, (tensor,), "shape")
    return _judged(part, reading.tree, shown_as, windows, seed)


def _shape_mistake(tree: Tree) -> Finding | None:
    """Say that an answer is a vector or a matrix, where it is."""
    if not is_tensor(tree, {}):
        return None
    try:
        found = cells_of(tree, {})
    except Misfit as error:
        return misfit(error.problem)
    except TooLarge:
        return None
    return asked_shape((), found.shape, tree.span) if found.shape else None


def _judged(part: Question, tree: Tree, shown_as: Read, windows: Windows, seed: str) -> Verdict:
    """Go through the windows, the best first."""
    numbers = Meaning(functions=part.meaning.functions)
    judgement = judge_number(tree, windows.key, numbers)
    if judgement.equal is None:
        return undecided(part, shown_as)
    if judgement.equal:
        demand = broken_demand(part.file.form, tree)
        if demand is not None and part.file.form is not None:
            return accepted(part, shown_as, part.file.form.credit, (demand,), "form")
        return correct(part, shown_as, "number")
    for accept, window in windows.accept:
        if judge_number(tree, window, numbers).equal:
            return accepted(part, shown_as, accept.credit, convention_of(accept) + noted(accept.note))
    for feedback, window in windows.feedback:
        if judge_number(tree, window, numbers).equal:
            return accepted(part, shown_as, feedback.credit, (said(feedback.id, feedback.say),))
    if any(finding.code != "near-miss" for finding in judgement.findings):
        return wrong(part, shown_as, judgement.findings, "number")
    findings = part.explained_number(tree, seed) or judgement.findings or _UNEXPLAINED
    return wrong(part, shown_as, findings, "number")
