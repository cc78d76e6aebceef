"""Why a wrong number, or a wrong formula for one, is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from symnn.derivation.adjoint import extended, resolve
from symnn.derivation.updates import RATE
from symnn.errors import Fact
from symnn.grading.diagnosis.anatomy import Anatomy, anatomy
from symnn.grading.diagnosis.diagnosis import Diagnosis
from symnn.grading.diagnosis.dictionary import Candidate, Dictionary
from symnn.grading.diagnosis.edits import Editor
from symnn.grading.diagnosis.everywhere import everywhere
from symnn.grading.diagnosis.evidence import Evidence
from symnn.grading.diagnosis.forward import size_of, slips
from symnn.grading.diagnosis.frames import frames
from symnn.grading.diagnosis.habits import habit_answers
from symnn.grading.diagnosis.layers import layer_of
from symnn.grading.diagnosis.mistakes import Explanation, Mistake, facts
from symnn.grading.diagnosis.ranking import ranked
from symnn.grading.diagnosis.ratios import ratios
from symnn.grading.diagnosis.repairs import Repair, repaired, repairs, slip_table
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.grading.diagnosis.rules import old_value, update_mistakes
from symnn.grading.diagnosis.small_fractions import fraction_of
from symnn.grading.diagnosis.universe import universe
from symnn.grading.diagnosis.wholes import wholes
from symnn.grading.verdict import Finding
from symnn.graph.expansion import grid_of
from symnn.graph.graph import Graph
from symnn.graph.shapes import Misfit
from symnn.language.tree import Derivative, Tree, walk
from symnn.language.writing import plain
from symnn.ops.shapes import Shape, Unfit

__all__ = ["ScalarDiagnosis"]

_NEAR = Fraction(1, 50)
_SIMPLE = 100
_LARGE = 600
"""In larger networks slips are looked for only in the parts of an answer, not in all that follows from them."""


class ScalarDiagnosis(Diagnosis):
    """Explains wrong answers to a part whose answer is a number or a formula for one."""

    def __init__(
        self, anatomy: Anatomy, dictionary: Dictionary, slips: Mapping[int, tuple[Repair, ...]], truth: int
    ) -> None:
        self.anatomy = anatomy
        self.dictionary = dictionary
        self.slips = slips
        self.shapes: Mapping[str, Shape] = {}
        self.residues = dictionary.residues
        self.truth = truth

    @classmethod
    def prepared(cls, graph: Graph, key: Tree, tensors: Graph | None = None) -> ScalarDiagnosis:
        """Prepare from a graph of numbers; ``tensors`` is the graph of which it is the expansion, if of one."""
        taken = anatomy(key, graph)
        resolved, larger = resolve(key, graph)
        if taken.of:
            larger = extended(larger, taken.of)
        residues = Residues(larger, resolved, (RATE,))
        plausible = universe(taken, graph)
        dictionary = Dictionary(residues, frames(taken, graph), ratios(plausible, graph), answers(taken, graph))
        editor = Editor(graph)
        table = slip_table(key, editor, residues, double=not taken.of)
        diagnosis = cls(taken, dictionary, table, residues.of(resolved))
        diagnosis.shapes = dict(tensors.shapes) if tensors is not None else {}
        return diagnosis

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation; never empty for a wrong answer."""
        looked = self._looked(answer)
        if looked is None:
            return _not_carried_out(answer) or (Finding("unexplained"),)
        found, evidence = looked
        if not found:
            return (self._unexplained(evidence),)
        return tuple(self._finding(mistake, evidence) for mistake in found[0].mistakes)

    def _finding(self, mistake: Mistake, evidence: Evidence) -> Finding:
        given: dict[str, Fact] = dict(mistake.facts)
        layers = {layer_of(tree, self.residues.graph) for tree in mistake.lacks}
        if mistake.code == "missing-factor" and len(layers) == 1 and (layer := layers.pop()):
            given["layer"] = layer
        if mistake.code == "other-derivative":
            given["asked"] = self.anatomy.wrt
        return Finding(mistake.code, MappingProxyType(given), evidence.span(mistake))

    def _unexplained(self, evidence: Evidence) -> Finding:
        """Say which pieces of the key an answer has, and which it has not."""
        pieces = dict.fromkeys(piece for term in self.anatomy.terms for piece in term.pieces)
        there = {piece: evidence.holds(piece) for piece in pieces if piece.kind != "number"}
        nearest = tuple(piece.label for piece, held in there.items() if held)
        if not nearest:
            return Finding("unexplained")
        lacks = tuple(piece.label for piece, held in there.items() if not held)
        return Finding("unexplained", MappingProxyType(dict(facts(nearest=nearest, lacks=lacks))))

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first; none if there is none."""
        looked = self._looked(answer)
        return () if looked is None else looked[0]

    def _looked(self, answer: Tree) -> tuple[tuple[Explanation, ...], Evidence] | None:
        """Evaluate an answer and look its residue up."""
        seen: dict[int, int] = {}
        try:
            if self.shapes:
                answer = grid_of(answer, self.shapes).cells[0]
            value = self.residues.of(answer, seen)
        except (Unknown, Misfit, Unfit):
            return None
        evidence = Evidence(answer, seen, self.residues)
        return self._explained(value, evidence), evidence

    def _explained(self, value: int, evidence: Evidence) -> tuple[Explanation, ...]:
        if value == self.truth:
            return ()
        if not value or not self.truth:
            mistake = Mistake("zero") if not value else Mistake("not-zero")
            return (Explanation((mistake,), mistake.cost),)
        candidates = self.dictionary.candidates(value)
        if self.anatomy.old and not candidates:
            candidates = self._with_old_value(value, evidence.answer)
        return ranked(candidates, evidence) or self._repaired(evidence) or self._constant(value)

    def _constant(self, value: int) -> tuple[Explanation, ...]:
        """See whether only a number is wrong."""
        modulus = self.residues.modulus
        ratio = fraction_of(value * pow(self.truth, -1, modulus) % modulus, modulus)
        if ratio is None:
            return ()
        near = abs(ratio - 1) < _NEAR
        written = f"{float(ratio):.6g}" if near or ratio.denominator > _SIMPLE else str(ratio)
        mistake = Mistake("near-miss" if near else "constant", facts(ratio=written))
        return (Explanation((mistake,), mistake.cost),)

    def _with_old_value(self, value: int, answer: Tree) -> list[Candidate]:
        """Set the old value of an update right and look again."""
        found = old_value(answer, self.anatomy, self.residues.graph)
        if found is None:
            return []
        mistake, change = found
        better = (value + self.residues.of(change)) % self.residues.modulus
        return [
            Candidate((mistake, *other.fixed), other.places, other.cost + mistake.cost)
            for other in self.dictionary.candidates(better)
        ]

    def _repaired(self, evidence: Evidence) -> tuple[Explanation, ...]:
        """Repair one slip inside the answer and look again."""
        candidates: list[Candidate] = []
        for repair in repairs(self.slips, evidence):
            try:
                value = self.residues.of(repaired(repair, evidence))
            except Unknown:
                continue
            if value == self.truth:
                candidates.append(Candidate(repair.mistakes, (), repair.cost))
            elif len(repair.mistakes) == 1:
                candidates += [
                    Candidate((*repair.mistakes, *other.fixed), other.places, repair.cost + other.cost)
                    for other in self.dictionary.usual(value)
                ]
        return ranked(candidates, evidence)


def _not_carried_out(answer: Tree) -> tuple[Finding, ...]:
    """Say that an answer still has a derivative to take."""
    derivative = next((node for node in walk(answer) if isinstance(node, Derivative)), None)
    if derivative is None:
        return ()
    return (Finding("not-differentiated", MappingProxyType({"what": plain(derivative)}), derivative.span),)


def answers(taken: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List whole wrong answers to a part, each with its tree."""
    yield from wholes(taken, graph)
    if taken.of:
        yield from everywhere(taken, graph)
    elif size_of(graph) <= _LARGE:
        yield from slips(taken.key, Editor(graph))
        yield from habit_answers(taken.key, graph)
    if taken.old:
        yield from update_mistakes(taken, graph)
