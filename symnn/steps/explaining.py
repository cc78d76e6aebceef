"""Why one expression stands where another should: diagnoses prepared when they are needed, and kept."""

from __future__ import annotations

from symnn.errors import SymnnError
from symnn.expressions.tree import Derivative, Tree, names, walk
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.residues import NoResidue
from symnn.networks.graph import Graph
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding

__all__ = ["Explainer"]

_MOST_KEPT = 32
_SILENT = frozenset({"unexplained", "zero", "not-zero", "not-differentiated"})


class Explainer:
    """Explains parts of answers about one graph.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.expressions.tree import Name, Number, Product, Sum
    >>> y = Name("y")
    >>> wrong = Product((y, Sum((Number(1), y))))
    >>> [found.code for found in Explainer(network("bp-2-2-1").graph).why(Derivative(y, Name("a3")), wrong)]
    ['one-plus']
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._kept: dict[Tree, Diagnosis] = {}

    def why(self, meant: Tree, wrote: Tree) -> tuple[Finding, ...]:
        """Say why ``wrote`` is not ``meant`` (a tree without spans); nothing where nothing telling is found."""
        if any(isinstance(node, Derivative) for node in walk(wrote)):
            return ()
        found = explained(lambda: self._explained(meant, wrote))
        if [one.code for one in found] == ["not-differentiated"] and "how" not in found[0].facts:
            return found  # all that is wrong is that nothing was differentiated
        return tuple(finding for finding in found if finding.code not in _SILENT)

    def _explained(self, meant: Tree, wrote: Tree) -> tuple[Finding, ...]:
        diagnosis = self._diagnosis(meant)
        return () if diagnosis is None else diagnosis.explain(wrote)

    def _diagnosis(self, key: Tree) -> Diagnosis | None:
        if not set(names(key)) <= set(self.graph.quantities):
            return None
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            try:
                self._kept[key] = diagnosis_of(self.graph, key)
            except (SymnnError, NoResidue):
                return None
        return self._kept[key]
