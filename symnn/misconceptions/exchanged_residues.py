"""What an answer is worth after each change, as a residue: what the change makes of a part is known by the part.

A part that stands in other answers was changed there already, so of a new answer only what lies above it is worked
out: a sum takes what its term became, a product what its factor did.
"""

from __future__ import annotations

from symnn.equality.work import account, spend
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Negative, Product, Sum, Tree, children
from symnn.misconceptions.attempts import Attempts
from symnn.misconceptions.changed_parts import ChangedPart
from symnn.misconceptions.residues import NoResidue, Residues, SeenResidues

__all__ = ["ExchangedResidues"]


class ExchangedResidues:
    """Residues of one answer after its changes; ``seen`` are those of its nodes."""

    def __init__(self, attempts: Attempts, residues: Residues, seen: SeenResidues) -> None:
        self._attempts = attempts
        self._residues = residues
        self._seen = seen

    def of(self, number: int) -> int:
        """Give the residue after the change that has a number; 0 where there is none, which tells as little.

        It is paid for as if nothing were known.
        """
        try:
            spend(0)
            value, work = self._after(self._attempts.trial.answer, None, self._attempts.whole, number)
            spend(work)
        except (NoResidue, TooLarge):
            return 0
        return value

    def _after(self, node: Tree, parent: Tree | None, part: ChangedPart, number: int) -> tuple[int, int]:
        """Give what a part of the answer is worth after a change in it, and what working that out takes."""
        known = part.residues.get(number)
        if known is None:
            known = self._found(node, parent, part, number)
            if parent is not None:  # a whole answer is not asked again
                part.residues[number] = known
        return known

    def _found(self, node: Tree, parent: Tree | None, part: ChangedPart, number: int) -> tuple[int, int]:
        below = part.below(number)
        if below is None or type(node) not in (Sum, Product, Negative):
            return self._evaluated(self._attempts.changed_in(node, parent, part, number))
        parts = children(node)
        child = parts[below.child]
        value, work = self._after(child, node, below.part, number - below.start)
        modulus = self._residues.modulus
        if type(node) is Negative:
            return -value % modulus, work
        if type(node) is Sum:
            return (self._seen_of(node) - self._seen_of(child) + value) % modulus, work
        for place, other in enumerate(parts):
            if place != below.child:
                value = value * self._seen_of(other) % modulus
        return value, work

    def _seen_of(self, node: Tree) -> int:
        known = self._seen.values.get(id(node))
        return self._residues.of(node) if known is None else known

    def _evaluated(self, tree: Tree) -> tuple[int, int]:
        with account() as cost:  # nodes that are gone leave their ids to others: what is seen of them is forgotten
            value = self._residues.of(tree, SeenResidues(dict(self._seen.values)))
        return value, cost.spent
