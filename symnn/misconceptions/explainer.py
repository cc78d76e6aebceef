"""What explains the wrong answers to a part: prepared once, asked for every answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symnn.expressions.tree import Tree
    from symnn.misconceptions.mistakes import Explanation
    from symnn.verdicts.verdict import Finding

__all__ = ["Diagnosis"]


class Diagnosis(ABC):
    """Explains wrong answers to one part; `symnn.misconceptions.diagnosis` prepares it."""

    @abstractmethod
    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation, in the order of the answer; never empty."""

    @abstractmethod
    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first; none if there is none."""
