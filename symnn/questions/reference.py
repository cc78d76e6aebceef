"""One expression of a part's author that answers are compared with."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from symnn.equality.judge import Judge
from symnn.equality.meaning import Meaning
from symnn.equality.tensor_judge import GridJudge, is_tensor
from symnn.expressions.tree import Tree
from symnn.verdicts.verdict import Judgement

__all__ = ["Reference"]


class Reference:
    """One expression that answers are compared with, entry by entry where it or the answer is a tensor.

    ``beside`` is another one of the same part: what was worked out for one answer serves both.
    """

    def __init__(self, tree: Tree, meaning: Meaning, beside: Reference | None = None) -> None:
        self.tree = tree
        self.meaning = meaning
        self.beside = beside
        self.tensor = is_tensor(tree, meaning.shapes)

    def judge(self, answer: Tree, text: str, *, explain: bool = True) -> Judgement:
        """Say whether an answer equals it."""
        if self.tensor or is_tensor(answer, self.meaning.shapes):
            return self.grid.judge(answer, text, explain=explain)
        return self.scalar.judge(answer, text, explain=explain)

    def share(self, judgement: Judgement) -> Fraction:
        """Give the share of the entries that a judgement finds right; what is not settled counts as wrong."""
        facts = next((found.facts for found in judgement.findings if found.code == "entries"), {})
        which, unsettled = facts.get("which"), facts.get("unsettled", 0)
        if not isinstance(which, tuple) or not isinstance(unsettled, int):
            return Fraction(0)
        return 1 - Fraction(len(which) + unsettled, len(self.grid.expected.cells))

    @property
    def count(self) -> int:
        """How many entries an answer should have."""
        return len(self.grid.expected.cells)

    @cached_property
    def scalar(self) -> Judge:
        """The judge of an answer that is a number."""
        return Judge(self.tree, self.meaning) if self.beside is None else self.beside.scalar.against(self.tree)

    @cached_property
    def grid(self) -> GridJudge:
        """The judge of an answer that is a tensor."""
        beside = self.beside if self.beside is not None and self.beside.tensor else None
        return GridJudge(self.tree, self.meaning, None if beside is None else beside.grid)
