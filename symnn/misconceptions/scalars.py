"""Why a wrong number, or a wrong formula for one, is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from types import MappingProxyType

from symnn.derivation.adjoint import extended, resolve
from symnn.derivation.updates import RATE
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Derivative, Product, Sum, Tree, names, walk
from symnn.expressions.writing import plain
from symnn.misconceptions.alongside import Alongside
from symnn.misconceptions.anatomy import Anatomy, anatomy
from symnn.misconceptions.attempts import Attempts
from symnn.misconceptions.dictionary import DEAREST, Candidate, Dictionary
from symnn.misconceptions.edits import Editor
from symnn.misconceptions.equation_slips import size_of, slips
from symnn.misconceptions.everywhere import everywhere
from symnn.misconceptions.evidence import Evidence
from symnn.misconceptions.exchanged_residues import ExchangedResidues
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.frames import frames
from symnn.misconceptions.habits import habit_answers
from symnn.misconceptions.key_points import KeyPoints
from symnn.misconceptions.mending import ONE_MISTAKE, TWO_MISTAKES, Mending, goes_with
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.pieces import FactorPiece
from symnn.misconceptions.ranking import ranked
from symnn.misconceptions.ratios import ratios
from symnn.misconceptions.residues import NoResidue, Residues, SeenResidues
from symnn.misconceptions.rules import old_value, update_mistakes
from symnn.misconceptions.single_values import SingleValues
from symnn.misconceptions.small_changes import SmallChanges
from symnn.misconceptions.small_fractions import small_fraction
from symnn.misconceptions.tensor_point import TensorPoint
from symnn.misconceptions.termwise import Termwise
from symnn.misconceptions.unit_layers import layers
from symnn.misconceptions.universe import universe
from symnn.misconceptions.wholes import wholes
from symnn.networks.expansion import grid_of
from symnn.networks.graph import Graph
from symnn.networks.tree_shapes import Misfit
from symnn.ops.shapes import Shape, Unfit
from symnn.verdicts import codes
from symnn.verdicts.finding import Told
from symnn.verdicts.verdict import Finding

__all__ = ["ScalarDiagnosis"]

_NEAR = Fraction(1, 50)
_SIMPLE = 100
_LIKELY, _SURE, _FEW = 1.5, 2.0, 2.1
"""Where one mistake explains a formula, or something as likely as two a gradient, nothing rarer is looked for."""

_LARGE = 600
"""In larger networks slips are looked for only in the parts of an answer, not in all that follows from them."""


class ScalarDiagnosis(Diagnosis):
    """Explains wrong answers to a part whose answer is a number or a formula for one."""

    def __init__(
        self, anatomy: Anatomy, dictionary: Dictionary, alongside: Alongside, changes: SmallChanges, key: Tree
    ) -> None:
        self.anatomy = anatomy
        self.dictionary = dictionary
        self.alongside = alongside
        self.termwise = Termwise(anatomy, dictionary)
        self.points = KeyPoints(dictionary.residues.graph, lambda point: point.of(key))
        self.mending = Mending(changes, self.points)
        self.shapes: Mapping[str, Shape] = {}
        self.whole: Mending | None = None
        self.residues = dictionary.residues
        self.layers = layers(self.residues.graph)
        self.truth = self.residues.of(key)
        self._singles: dict[TensorPoint, SingleValues] = {}

    @classmethod
    def prepared(
        cls, graph: Graph, key: Tree, tensors: Graph | None = None, whole: Mending | None = None
    ) -> ScalarDiagnosis:
        """Prepare from a graph of numbers; ``tensors`` is the graph of which it is the expansion, if of one.

        ``whole`` changes answers as they are written with whole tensors.
        """
        taken = anatomy(key, graph)
        resolved, larger = resolve(key, graph)
        if taken.of:
            larger = extended(larger, taken.of)
        residues = Residues(larger, resolved, (RATE,))
        plausible = universe(taken, graph)
        dictionary = Dictionary(residues, frames(taken, graph), ratios(plausible, graph), answers(taken, graph))
        pieces = tuple(piece.tree for term in taken.terms for piece in term.pieces if piece.kind in ("other", "error"))
        alongside = Alongside(taken.key, Editor(graph), residues, pieces)
        own = (tree for piece in plausible.own for tree in (piece.tree, *piece.parts))
        beside = (piece.tree for piece in plausible.others)
        changes = SmallChanges(graph, (*own, *beside), of_gradient=bool(taken.of))
        diagnosis = cls(taken, dictionary, alongside, changes, resolved)
        diagnosis.shapes = dict(tensors.shapes) if tensors is not None else {}
        diagnosis.whole = whole
        return diagnosis

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation; never empty for a wrong answer."""
        looked = self._looked(answer)
        if looked is None:
            return _not_carried_out(answer) or (codes.UNEXPLAINED(),)
        found, evidence = looked
        if not found:
            return (self._unexplained(evidence),)
        return tuple(self._finding(mistake, evidence) for mistake in found[0].mistakes)

    def _finding(self, mistake: Mistake, evidence: Evidence) -> Finding:
        given: dict[str, Told] = dict(mistake.facts)
        units = {self.layers.get(tree, "") for tree in mistake.lacks}
        if mistake.kind is codes.MISSING_FACTOR and len(units) == 1 and (layer := units.pop()):
            given["layer"] = layer
        if mistake.kind is codes.OTHER_DERIVATIVE:
            given["asked"] = self.anatomy.wrt
        return mistake.kind(MappingProxyType(given), evidence.span(mistake))

    def _unexplained(self, evidence: Evidence) -> Finding:
        """Say which pieces of the key an answer has, and which it has not."""
        pieces = dict.fromkeys(piece for term in self.anatomy.terms for piece in term.pieces)
        there = {piece: evidence.holds(piece) for piece in pieces if piece.kind != "number"}
        nearest = tuple(piece.label for piece, held in there.items() if held)
        if not nearest:
            return codes.UNEXPLAINED()
        lacks = tuple(piece.label for piece, held in there.items() if not held) or "nothing"
        return codes.UNEXPLAINED(MappingProxyType(dict(facts(nearest=nearest, lacks=lacks))))

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first; none if there is none."""
        looked = self._looked(answer)
        return () if looked is None else looked[0]

    def _looked(self, answer: Tree) -> tuple[tuple[Explanation, ...], Evidence] | None:
        """Evaluate an answer and look its residue up."""
        seen, others, written = SeenResidues(), [], answer
        try:
            if self.shapes:
                answer, *others = grid_of(answer, self.shapes).cells
            value = self.residues.of(answer, seen)
        except (NoResidue, Misfit, Unfit):
            return None
        evidence = Evidence(answer, seen, self.residues)
        found = self._explained(value, evidence)
        if self.whole is not None and (not found or len(found[0].mistakes) > 1):
            import numpy as np

            with np.errstate(all="ignore"):
                whole = self.whole.explained(written, (), self.whole.agrees, lambda _: ())
            found = whole if whole and (not found or len(whole[0].mistakes) == 1) else found
        if others:  # several numbers for one: the judge says so, and one of them tells only where it was stopped
            found = tuple(one for one in found if one.mistakes[0].kind is codes.STOPPED_EARLY)
        return found, evidence

    def _explained(self, value: int, evidence: Evidence) -> tuple[Explanation, ...]:
        if value == self.truth:
            return ()
        if not value or not self.truth:
            mistake = Mistake(codes.ZERO) if not value else Mistake(codes.NOT_ZERO)
            return (Explanation((mistake,), mistake.cost),)
        candidates = self._candidates(value, evidence)
        if self.anatomy.old and not candidates:
            candidates = self._with_old_value(value, evidence.answer)
        found = ranked(candidates, evidence) or self._constant(value)
        return found if found and found[0].cost <= ONE_MISTAKE else self._repaired(evidence, found)

    def _constant(self, value: int) -> tuple[Explanation, ...]:
        """See whether only a number is wrong."""
        modulus = self.residues.modulus
        ratio = small_fraction(value * pow(self.truth, -1, modulus) % modulus, modulus)
        if ratio is None:
            return ()
        near = abs(ratio - 1) < _NEAR
        written = f"{float(ratio):.6g}" if near or ratio.denominator > _SIMPLE else str(ratio)
        mistake = Mistake(codes.NEAR_MISS if near else codes.CONSTANT, facts(ratio=written))
        return (Explanation((mistake,), mistake.cost),)

    def _with_old_value(self, value: int, answer: Tree) -> list[Candidate]:
        """Set the old value of an update right and look again."""
        found = old_value(answer, self.anatomy, self.residues.graph)
        if found is None:
            return []
        mistake, change = found
        better = (value + self.residues.of(change)) % self.residues.modulus
        if better == self.truth:
            return [Candidate((mistake,), (), mistake.cost)]
        return [
            Candidate((mistake, *other.fixed), other.places, other.cost + mistake.cost)
            for other in self.dictionary.usual(better)
            if all(one.kind is not codes.UPDATE_ONLY_STEP for one in other.fixed)
        ]

    def _singles_at(self, point: TensorPoint) -> SingleValues:
        """Give what single mistakes make of the key at a point; worked out when somebody first asks."""
        if point not in self._singles:
            self._singles[point] = SingleValues(self.dictionary, point)
        return self._singles[point]

    def _candidates(self, value: int, evidence: Evidence) -> list[Candidate]:
        """List what explains an answer, not yet ranked: the rarer kinds only where nothing likely is found."""
        found = self.dictionary.usual(value)
        for look, likely in self._rarer(value, evidence):
            if min((candidate.cost for candidate in found), default=DEAREST) <= likely:
                break
            found = found + look()
        return found

    def _rarer(self, value: int, evidence: Evidence) -> Iterator[tuple[Callable[[], list[Candidate]], float]]:
        """List the other ways to look, each with what makes it needless."""
        pieces = [piece for term in self.anatomy.terms for piece in term.pieces]
        if not self.anatomy.of:
            yield lambda: self._beside(self.anatomy.key, evidence), _LIKELY
        elif (
            len(self.anatomy.terms) == 1
            and any(_is_inside(piece, pieces) for piece in pieces)
            and names(evidence.answer)
        ):
            # a sum inside one equation was differentiated; what is subtracted stays so
            inside = self._beside(self.anatomy.terms[0].tree, evidence)
            yield lambda: [one for one in inside if one.cost <= _FEW], _LIKELY
        yield lambda: self.termwise.candidates(evidence.answer, evidence.seen), _SURE
        yield lambda: self.dictionary.twice(value), _SURE

    def _beside(self, key: Tree, evidence: Evidence) -> list[Candidate]:
        """Lay a formula beside the equations."""
        mistakes = self.alongside.mistakes(evidence.answer, key, evidence.value_of)
        return [Candidate(mistakes, (), sum(mistake.cost for mistake in mistakes))] if mistakes else []

    def _repaired(self, evidence: Evidence, usual: tuple[Explanation, ...]) -> tuple[Explanation, ...]:
        """Change the answer so that it is right; ``usual`` are explanations by several usual mistakes."""
        import numpy as np

        def worth(tree: Tree) -> int | None:
            with suppress(NoResidue):  # what is 0 tells nothing
                return self.residues.of(tree, SeenResidues(dict(evidence.seen.values))) or None
            return None

        def left(attempts: Attempts) -> tuple[Explanation, ...]:
            after = ExchangedResidues(attempts, self.residues, evidence.seen)
            found = [
                Candidate((mistake, *other.fixed), other.places, mistake.cost + other.cost)
                for number, _ in attempts.exchanges(self._singles_at(attempts.trial.point).near)
                for other in self.dictionary.single(after.of(number))
                for mistake, tree in (attempts.made(number),)
                if mistake.cost + other.cost <= TWO_MISTAKES and self.mending.leaves_sense(evidence.answer, tree)
                if all(goes_with(mistake, one, evidence.answer) for one in other.fixed)
            ]
            return ranked(found, evidence)

        def is_right(tree: Tree) -> bool:
            # residues know a unit's step by what it is written at, floats by its value
            return worth(tree) == self.truth or (self.points.is_bent and self.mending.agrees(tree))

        with np.errstate(all="ignore"):
            return self.mending.explained(evidence.answer, usual, is_right, left)


def _not_carried_out(answer: Tree) -> tuple[Finding, ...]:
    """Say that an answer still has a derivative to take."""
    derivative = next((node for node in walk(answer) if isinstance(node, Derivative)), None)
    if derivative is None:
        return ()
    return (codes.NOT_DIFFERENTIATED(MappingProxyType({"what": plain(derivative), "how": "partial"}), derivative.span),)


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


def _is_inside(piece: FactorPiece, pieces: Sequence[FactorPiece]) -> bool:
    """Say whether a piece is what one equation alone gives: a sum that was differentiated there, or all there is."""
    if len(pieces) == 1:
        return piece.kind != "number"
    return isinstance(piece.tree, Sum) and any(isinstance(part, Product) for part in map(unsigned, piece.tree.terms))
