"""Follow-through: a wrong answer is looked at again with the student's own earlier results in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.grading.follow import NOWHERE, Carried, capped, is_trivial, usable
from symnn.language.reading import Reading, read
from symnn.language.tree import Number, Tree, bare, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.exercises.part import Part
    from symnn.grading.verdict import Verdict

__all__ = ["carried_values", "followed"]


def followed(part: Part, answer: str, seed: str, carried: Mapping[str, str], verdict: Verdict) -> Verdict:
    """Grade a wrong answer again with what the student found before; right then, it earns a capped share."""
    values = carried_values(part, seed, carried)
    if not values:
        return verdict
    again = part.graded_with(answer, seed, values)
    if again.verdict != "correct":
        return verdict
    to_number = part.file.kind == "number"
    at = part.numbers(seed) if to_number else NOWHERE
    trivial = is_trivial(part.content.answer.value, part.meaning, values, to_number=to_number, at=at)
    return verdict if trivial else capped(again, values)


def carried_values(part: Part, seed: str, carried: Mapping[str, str]) -> tuple[Carried, ...]:
    """Read the student's wrong earlier results as values of their quantities."""
    values: list[Carried] = []
    for earlier in part.earlier:
        quantity, text = earlier.content.quantity, carried.get(earlier.file.id, "")
        if quantity is None or not text.strip():
            continue
        if earlier.grade(text, seed=seed, carried=carried).verdict != "wrong":
            continue
        tree = _own_value(earlier, text)
        if tree is not None:
            values.append(Carried(quantity, tree, earlier.file.id))
    return usable(values, part.meaning)


def _own_value(earlier: Part, text: str) -> Tree | None:
    """Read an earlier answer; numbers are rid of how they were written."""
    from symnn.exercises.formula import not_differentiated, value_of

    reading = read(text, earlier.scope)
    if not isinstance(reading, Reading) or not_differentiated(earlier, reading.tree) is not None:
        return None
    tree = bare(value_of(earlier, reading.tree))
    return number(tree.value) if isinstance(tree, Number) else tree
