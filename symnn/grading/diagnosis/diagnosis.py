"""Why a wrong answer is wrong: prepared once for a part, asked for every answer."""

from __future__ import annotations

from types import MappingProxyType

from symnn.derivation.adjoint import extended, resolve
from symnn.derivation.updates import RATE
from symnn.grading.diagnosis.anatomy import Anatomy, anatomy
from symnn.grading.diagnosis.dictionary import Dictionary
from symnn.grading.diagnosis.evidence import Evidence
from symnn.grading.diagnosis.frames import frames
from symnn.grading.diagnosis.mistakes import Explanation
from symnn.grading.diagnosis.ranking import ranked
from symnn.grading.diagnosis.ratios import ratios
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.grading.diagnosis.universe import universe
from symnn.grading.diagnosis.wholes import wholes
from symnn.grading.verdict import Finding
from symnn.graph.graph import Graph
from symnn.language.tree import Derivative, Name, Tree, walk
from symnn.language.writing import plain

__all__ = ["Diagnosis"]


class Diagnosis:
    """Explains wrong answers to one part.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.language.reading import read
    >>> graph = network("bp-2-2-1").graph
    >>> diagnosis = Diagnosis.of(graph, Derivative(Name("E"), Name("w1")))
    >>> answer = read("2(y-z) w5 f1 (1-f1) x1", graph.scope).tree
    >>> [(finding.code, dict(finding.facts)) for finding in diagnosis.explain(answer)]
    [('missing-factor', {'factor': "f'(a3)"})]
    """

    def __init__(self, anatomy: Anatomy, dictionary: Dictionary, truth: int) -> None:
        self.anatomy = anatomy
        self.dictionary = dictionary
        self.residues = dictionary.residues
        self.truth = truth

    @classmethod
    def of(cls, graph: Graph, key: Tree) -> Diagnosis:
        """Prepare the diagnosis of a part whose answer is ``key``: ``diff(E, w1)``, an update rule, any tree."""
        taken = anatomy(key, graph)
        resolved, larger = resolve(key, graph)
        if taken.of:
            larger = extended(larger, taken.of)
        residues = Residues(larger, resolved, (RATE,))
        plausible = universe(taken, graph)
        dictionary = Dictionary(
            residues, frames(taken, graph), ratios(plausible, graph), wholes(taken, graph)
        )
        return cls(taken, dictionary, residues.of(resolved))

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation, in the order of the answer; never empty."""
        derivative = next((node for node in walk(answer) if isinstance(node, Derivative)), None)
        if derivative is not None:
            what = MappingProxyType({"what": plain(derivative)})
            return (Finding("not-differentiated", what, derivative.span),)
        seen: dict[int, int] = {}
        try:
            value = self.residues.of(answer, seen)
        except Unknown:
            return (Finding("unexplained"),)
        evidence = Evidence(answer, seen, self.residues)
        found = self._explained(value, evidence)
        if not found:
            return (Finding("unexplained"),)
        return tuple(
            Finding(mistake.code, MappingProxyType(dict(mistake.facts)), evidence.span(mistake))
            for mistake in found[0].mistakes
        )

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first; none if there is none."""
        seen: dict[int, int] = {}
        try:
            value = self.residues.of(answer, seen)
        except Unknown:
            return ()
        return self._explained(value, Evidence(answer, seen, self.residues))

    def _explained(self, value: int, evidence: Evidence) -> tuple[Explanation, ...]:
        if value == self.truth:
            return ()
        return ranked(self.dictionary.candidates(value), evidence)
