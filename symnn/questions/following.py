"""Follow-through: a wrong answer is looked at again with the student's own earlier results in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.equality.enclosing import Unknown
from symnn.equality.tensor_judge import cells_of
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Matrix, Number, Tree, bare, number
from symnn.language.reading import Reading, read
from symnn.networks.tree_shapes import Misfit
from symnn.questions.follow import NOWHERE, Carried, capped, is_trivial
from symnn.questions.standing import not_differentiated, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.questions.question import Question
    from symnn.verdicts.verdict import Verdict

__all__ = ["followed", "own_result"]


def followed(
    part: Question, seed: str, values: tuple[Carried, ...], verdict: Verdict, again: Callable[[], Verdict]
) -> Verdict:
    """Grade an answer ``again`` with what the student found before: right then, it earns a capped share if more."""
    if not values:
        return verdict
    try:
        anew = again()
    except (Unknown, TooLarge):  # with the student's own results the answer has no value that could be compared
        return verdict
    if anew.verdict != "correct":
        return verdict
    to_number = part.file.tolerance is not None
    at = part.numbers(seed) if to_number else NOWHERE
    trivial = is_trivial(part.content.answer.value, part.meaning, values, to_number=to_number, at=at)
    following = capped(anew, values)
    return verdict if trivial or following.credit <= verdict.credit else following


def own_result(earlier: Question, text: str, verdict: Verdict) -> tuple[Carried, ...]:
    """Read an answer that is wrong by a mistake made in it as values of the quantities that it should have given."""
    if not _is_own_mistake(verdict):
        return ()
    entries, quantities = _own_values(earlier, text), earlier.content.quantities
    if len(entries) != len(quantities):
        return ()
    own = zip(quantities, entries, strict=True)
    return tuple(Carried(quantity, tree, earlier.file.id) for quantity, tree in own)


def _is_own_mistake(verdict: Verdict) -> bool:
    """Tell if an answer is not right by a mistake made in it, not only by one before it."""
    follows = any(finding.code == "follow-through" for finding in verdict.findings)
    return verdict.verdict == "wrong" or (verdict.verdict == "partial" and not follows)


def _own_values(earlier: Question, text: str) -> tuple[Tree, ...]:
    """Read an earlier answer, a tensor entry by entry; numbers are rid of how they were written."""
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


def _shape(part: Question) -> tuple[int, ...]:
    match part.content.answer.value:
        case Matrix(rows, vector):
            return (len(rows),) if vector else (len(rows), len(rows[0]))
    return ()
