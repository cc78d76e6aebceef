"""Follow-through: a wrong answer is looked at again with the student's own earlier results in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from symnn.grading.equality import Judge
from symnn.grading.meaning import reached
from symnn.grading.verdict import Finding, Verdict
from symnn.language.reading import Reading, read
from symnn.language.tree import Number, Tree, bare, names, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.exercises.part import Part

__all__ = ["Carried", "carried_values", "followed"]

Carried: TypeAlias = "tuple[tuple[str, Tree], ...]"
"""The student's own values of some quantities, in the order of the parts."""


def followed(part: Part, answer: str, seed: str, carried: Mapping[str, str], verdict: Verdict) -> Verdict:
    """Grade a wrong answer again with what the student found before; right then, it earns full marks."""
    values = carried_values(part, seed, carried)
    if not values or _is_trivial(part, values):
        return verdict
    again = part.graded_with(answer, seed, values)
    if again.verdict != "correct":
        return verdict
    sources = tuple(earlier.file.id for earlier in part.earlier if earlier.content.quantity in dict(values))
    return replace(again, findings=(Finding("follow-through", {"from": sources}), *again.findings))


def carried_values(part: Part, seed: str, carried: Mapping[str, str]) -> Carried:
    """Read the student's wrong earlier results as values of their quantities."""
    values: list[tuple[str, Tree]] = []
    for earlier in part.earlier:
        quantity, text = earlier.content.quantity, carried.get(earlier.file.id, "")
        if quantity is None or not text.strip():
            continue
        if earlier.grade(text, seed=seed, carried=carried).verdict != "wrong":
            continue
        tree = _own_value(earlier, text)
        if tree is not None and quantity not in reached(names(tree), part.meaning.equations):
            values.append((quantity, tree))
    return tuple(values)


def _own_value(earlier: Part, text: str) -> Tree | None:
    """Read an earlier answer; numbers are rid of how they were written."""
    from symnn.exercises.formula import not_differentiated, value_of

    reading = read(text, earlier.scope)
    if not isinstance(reading, Reading) or not_differentiated(earlier, reading.tree) is not None:
        return None
    tree = bare(value_of(earlier, reading.tree))
    return number(tree.value) if isinstance(tree, Number) else tree


def _is_trivial(part: Part, values: Carried) -> bool:
    """Tell if what is carried leaves nothing to do: the answer becomes 0, or just what was carried."""
    from symnn.language.tree import Name

    equations = {**part.meaning.equations, **dict(values)}
    meaning = replace(part.meaning, equations=equations)
    references: tuple[Tree, ...] = (Number(0), *(Name(name) for name, _ in values))
    key = part.content.answer.value
    return any(Judge(reference, meaning).judge(key, explain=False).equal for reference in references)
