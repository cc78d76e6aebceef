"""What SymPy says of a formula that the judge left undecided: for a person who asks, never for marks.

Such a verdict depends on a clock, so `grade` has no way to ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.equality.proofs import ask
from symnn.equality.tensor_judge import is_tensor
from symnn.errors import Problem
from symnn.language.reading import read
from symnn.questions.form import broken_demand
from symnn.questions.marks import accepted, correct
from symnn.questions.standing import value_of

if TYPE_CHECKING:
    from symnn.questions.part import Part
    from symnn.verdicts.verdict import Verdict

__all__ = ["settled_by_sympy"]


def settled_by_sympy(part: Part, text: str, verdict: Verdict) -> Verdict:
    """Let SymPy settle an undecided formula, in a child process that is killed on time.

    Every other verdict, and one that SymPy cannot settle, comes back as it was.
    """
    reading = read(text, part.scope)
    if verdict.verdict != "undecided" or part.file.kind != "formula" or isinstance(reading, Problem):
        return verdict
    tree, key = value_of(part, reading.tree), part.content.answer.value
    if any(is_tensor(side, part.meaning.shapes) for side in (tree, key)):
        return verdict
    if not ask(tree, key, part.meaning).equal:
        return verdict
    demand = broken_demand(part.file.form, reading.tree)
    if demand is not None and part.file.form is not None:
        return accepted(part, verdict.read, part.file.form.credit, (demand,), "form")
    return correct(part, verdict.read, "sympy")
