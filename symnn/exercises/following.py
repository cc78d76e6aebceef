"""Follow-through: a wrong answer is looked at again with the student's own earlier results in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Matrix, Number, Tree, bare, number
from symnn.grading.follow import NOWHERE, Carried, capped, is_trivial, usable
from symnn.grading.judge.balls import Unknown
from symnn.grading.judge.cells import cells_of
from symnn.grading.judge.constants import TooLarge
from symnn.language.reading import Reading, read
from symnn.networks.shapes import Misfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.exercises.part import Part
    from symnn.grading.verdict import Verdict

__all__ = ["carried_values", "followed"]


def followed(part: Part, answer: str, seed: str, carried: Mapping[str, str], verdict: Verdict) -> Verdict:
    """Grade an answer again with what the student found before: right then, it earns a capped share if that is more."""
    values = carried_values(part, seed, carried)
    if not values:
        return verdict
    try:
        again = part.graded_with(answer, seed, values)
    except (Unknown, TooLarge):  # with the student's own results the answer has no value that could be compared
        return verdict
    if again.verdict != "correct":
        return verdict
    to_number = part.file.tolerance is not None
    at = part.numbers(seed) if to_number else NOWHERE
    trivial = is_trivial(part.content.answer.value, part.meaning, values, to_number=to_number, at=at)
    following = capped(again, values)
    return verdict if trivial or following.credit <= verdict.credit else following


def carried_values(part: Part, seed: str, carried: Mapping[str, str]) -> tuple[Carried, ...]:
    """Read the student's wrong earlier results as values of their quantities."""
    values: list[Carried] = []
    for earlier in part.earlier:
        quantities, text = earlier.content.quantities, carried.get(earlier.file.id, "")
        if not quantities or not text.strip():
            continue
        if not _is_own_mistake(earlier.grade(text, seed=seed, carried=carried)):
            continue
        entries = _own_values(earlier, text)
        if len(entries) == len(quantities):
            own = zip(quantities, entries, strict=True)
            values += [Carried(quantity, tree, earlier.file.id) for quantity, tree in own]
    return usable(values, part.meaning)


def _is_own_mistake(verdict: Verdict) -> bool:
    """Tell if an answer is not right by a mistake made in it, not only by one before it."""
    follows = any(finding.code == "follow-through" for finding in verdict.findings)
    return verdict.verdict == "wrong" or (verdict.verdict == "partial" and not follows)


def _own_values(earlier: Part, text: str) -> tuple[Tree, ...]:
    """Read an earlier answer, a tensor entry by entry; numbers are rid of how they were written."""
    from symnn.exercises.formula import not_differentiated, value_of

    reading = read(text, earlier.scope)
    if not isinstance(reading, Reading) or not_differentiated(earlier, reading.tree) is not None:
        return ()
    try:
        found = cells_of(bare(value_of(earlier, reading.tree)), earlier.meaning.shapes)
    except (Misfit, TooLarge):
        return ()
    expected = _shape(earlier)
    if found.shape not in (expected, (*expected, 1)):
        return ()
    return tuple(number(tree.value) if isinstance(tree, Number) else bare(tree) for tree in found.cells)


def _shape(part: Part) -> tuple[int, ...]:
    match part.content.answer.value:
        case Matrix(rows, vector):
            return (len(rows),) if vector else (len(rows), len(rows[0]))
    return ()
