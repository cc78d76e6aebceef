"""Learning rates that are not called η: inside they are, so that every rule knows the rate by one name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from symnn.derivation.updates import RATE, updated_by
from symnn.expressions.tree import Name, Tree, mapped, names
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.mistakes import facts
from symnn.verdicts.finding import Finding, Words

if TYPE_CHECKING:
    from symnn.misconceptions.mistakes import Explanation, Mistake
    from symnn.networks.graph import Graph
    from symnn.verdicts.finding import Told

__all__ = ["OfAnotherRate", "rate_of", "renamed"]


def rate_of(key: Tree, graph: Graph) -> str:
    """Name the learning rate of an update rule: the one name of its step that the network has not; else nothing.

    >>> from symnn.expressions.terms import difference, times
    >>> from symnn.expressions.tree import Derivative
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("E = (w*x - z)^2")
    >>> step = times(Name("alpha"), Derivative(Name("E"), Name("w")))
    >>> rate_of(difference(Name("w"), step), graph), rate_of(step, graph)
    ('alpha', '')
    """
    old = updated_by(key)
    if old is None:
        return ""
    free = set(names(key)) - graph.quantities.keys() - {old}
    return free.pop() if len(free) == 1 else ""


def renamed(tree: Tree, before: str, after: str) -> Tree:
    """Call one name another, in its places."""
    return mapped(tree, lambda node: Name(after, node.span) if isinstance(node, Name) and node.name == before else None)


class OfAnotherRate(Diagnosis):
    """Explains answers to an update rule whose rate is called by another name."""

    def __init__(self, inner: Diagnosis, rate: str) -> None:
        self.inner, self.rate = inner, rate

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation, in the words of the question."""
        return tuple(self._told(finding) for finding in self.inner.explain(renamed(answer, self.rate, RATE)))

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first."""
        found = self.inner.explanations(renamed(answer, self.rate, RATE))
        return tuple(replace(one, mistakes=tuple(map(self._meant, one.mistakes))) for one in found)

    def _told(self, finding: Finding) -> Finding:
        if not isinstance(finding.facts, Words):
            return finding
        told = {name: self._back(fact) for name, fact in finding.facts.told.items()}
        return replace(finding, facts=Words(told))

    def _meant(self, mistake: Mistake) -> Mistake:
        return replace(mistake, facts=facts(**{name: self._back(fact) for name, fact in mistake.facts}))

    def _back(self, fact: Told) -> Told:
        if isinstance(fact, str):
            return re.sub(rf"(?<![A-Za-z_]){RATE}(?![A-Za-z0-9_])", self.rate, fact)
        if isinstance(fact, tuple):
            return cast("Told", tuple(self._back(one) for one in fact))
        return fact if isinstance(fact, int) else renamed(fact, RATE, self.rate)
