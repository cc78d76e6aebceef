"""A formula, or a vector or matrix of formulas: equal to the model answer, or to what is accepted or has feedback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from msgspec.structs import replace

from symnn.equality.tensor_judge import misfit
from symnn.equality.work import explaining
from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Transpose, Tree, mapped, walk
from symnn.language.reading import Reading, read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.answers import aligned_as_network
from symnn.networks.signed_products import with_signs
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.questions.expressed import Expressed
from symnn.questions.fitting import fitting
from symnn.questions.kind import Findings, Sitting
from symnn.questions.known_verdicts import KnownVerdicts
from symnn.questions.marks import accepted, all_wrong, earned, shown_reading, unreadable, wrong
from symnn.questions.reference import Reference
from symnn.questions.solving import typed
from symnn.questions.standing import by_name, known_derivative, not_differentiated, value_of
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding, Judgement, Read, Verdict

if TYPE_CHECKING:
    from symnn.misconceptions.explainer import Diagnosis

__all__ = ["FormulaKind"]

_MENDED_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "shape-asked-transpose": frozenset(("transposed",)),
        "shape-product-entrywise": frozenset(("product-kind", "transposed")),
        "shape-product-transpose-left": frozenset(("transposed", "product-kind")),
        "shape-product-transpose-right": frozenset(("transposed", "product-kind")),
        "shape-product-order": frozenset(("order", "transposed")),
    }
)
"""Findings that say again what would mend a shape that does not fit."""

_WITHOUT_ADVICE: Final = "shape-product"
_ADVISED: Final[Mapping[str, str]] = MappingProxyType(
    {f"{_WITHOUT_ADVICE}-transpose-left": "first", f"{_WITHOUT_ADVICE}-transpose-right": "second"}
)
"""The factor that is to be transposed, where a transpose alone makes a product fit."""

_SAID_OF_TENSORS: Final = frozenset(("entries", "shape"))


class FormulaKind(Expressed[Tree, Reference]):
    """A formula; of derivatives, units' own (``f'(a3)``) and what the part has ``given`` are values."""

    fields: ClassVar = frozenset(("form", "follow", "feedback", "accept", "asked", "given"))
    typed = True

    def read(self, text: str) -> Reading | Problem:
        """Read one expression."""
        found = read(text, self.question.scope)
        if isinstance(found, Problem) or not self.question.graph.shapes:
            return found
        found = self._in_order(found)
        tree = with_signs(found.tree, text, self.question.graph.shapes)
        return replace(found, tree=fitting(tree, text, self._has_shape_asked))

    def _in_order(self, found: Reading) -> Reading:
        """Let the shape asked say which index of ``(p_k - t_k) x_j`` counts the rows, if no left side does."""
        order = next((note for note in found.notes if note.code == "entry-order"), None)
        if order is None or self._has_shape_asked(found.tree):
            return found
        turned = Transpose(found.tree, found.tree.span)
        if not self._has_shape_asked(turned):
            return found
        facts = {"rows": order.facts["columns"], "columns": order.facts["rows"]}
        notes = tuple(Problem(order.code, facts) if note is order else note for note in found.notes)
        return replace(found, tree=turned, notes=notes)

    def _has_shape_asked(self, tree: Tree) -> bool:
        """Say whether an answer has the shape of the model answer, as far as shapes are known."""
        meaning = self.question.meaning
        try:
            asked = shape_of(self.question.content.answer.written, meaning.shapes)
        except Misfit:
            return True
        try:
            return not asked or shape_of(aligned_as_network(tree, self.question.graph), meaning.shapes) == asked
        except Misfit:
            return False

    def judge(self, answer: Reading, sitting: Sitting) -> Verdict:
        """Judge an answer, once however it is written: what is read is judged, and its places are those of the text."""
        if answer.left is not None or sitting.meaning is not self.question.meaning:
            return super().judge(answer, sitting)
        known = self._verdicts.find(answer.tree)
        if known is not None:
            return replace(known, read=shown_reading(self.question, answer.tree, answer.notes))
        verdict = super().judge(answer, sitting)
        self._verdicts.keep(answer.tree, verdict)
        return verdict

    def value(self, answer: Reading, read: Read) -> Tree | Verdict:
        """Carry out the derivatives that are values; a derivative left standing is not the answer."""
        undone = not_differentiated(self.question, answer.tree)
        if undone is not None:
            return wrong(self.question, read, (undone,), "form")
        try:
            return value_of(self.question, answer.tree)
        except Misfit as found:
            return unreadable(self.question, found.problem, read)

    def referring(self, sitting: Sitting) -> Callable[[Tree], Reference]:
        """Prepare judges; what was worked out for one answer serves those beside it, too."""
        first: list[Reference] = []

        def reference(tree: Tree) -> Reference:
            made = Reference(tree, sitting.meaning, first[0] if first else None)
            first.append(made)
            return made

        return reference

    def compared(self, value: Tree, reference: Reference, text: str, *, explain: bool = True) -> Judgement:
        """Compare two formulas."""
        return reference.judge(value, text, explain=explain)

    def told(self, answer: Reading, value: Tree, read: Read, judgement: Judgement, sitting: Sitting) -> Verdict:  # noqa: ARG002
        """Say what is wrong; some right entries of a tensor earn their share."""
        key = self.offers(sitting).key
        share = key.share(judgement)
        reasons = _with_reason(judgement, share, lambda: self.explain(answer, sitting))
        if share and not earned(share, reasons):
            share, reasons = Fraction(0), tuple(finding for finding in reasons if finding.code != "entries")
        findings = tuple(all_wrong(found, key.count) for found in reasons)
        if share:
            return accepted(self.question, read, share, findings, judgement.method)
        return wrong(self.question, read, findings, judgement.method, judgement.witness)

    def explain(self, answer: Reading, sitting: Sitting) -> Findings:  # noqa: ARG002 - the same for all students
        """Say why a formula is wrong, in the answer as written wherever that can be."""
        written = answer.tree
        derived = any(isinstance(node, Derivative) for node in walk(written))
        tree = value_of(self.question, by_name(self.question, written)) if derived else written
        with explaining():
            return explained(lambda: self._diagnosis.explain(tree))

    def solve(self, seed: str = "") -> str:  # noqa: ARG002 - the same for all students
        """Give the model answer with its derivatives worked out."""
        return typed(self.question, self.question.content.answer.written)

    def misfitting(self, answer: Reading, key: Reference) -> Judgement | None:
        """Say which shapes do not fit in an answer as it is written, before f' is carried out."""
        if not key.tensor:
            return None
        try:
            own = mapped(by_name(self.question, answer.tree), lambda node: known_derivative(self.question, node))
            shapes = {**self.question.meaning.shapes, **self.question.given_tensors}
            shape_of(aligned_as_network(own, self.question.with_given), shapes)
        except Misfit as found:
            return Judgement(equal=False, method="shape", findings=(misfit(found.problem),))
        return None

    @cached_property
    def _verdicts(self) -> KnownVerdicts:
        return KnownVerdicts()

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        return diagnosis_of(self.question.network_with_given, self.question.content.answer.written)


def _with_reason(judgement: Judgement, share: Fraction, explain: Callable[[], Findings]) -> Findings:
    """Say why an answer is wrong, beside what the judge found: which entries, or which shapes.

    Where every entry is wrong for a reason that is known, the reason is enough.
    """
    found = judgement.findings
    if not all(finding.code in _SAID_OF_TENSORS for finding in found):
        return found
    explained = explain()
    found = tuple(_unadvised(one, explained) for one in found)
    said = frozenset().union(*(_MENDED_BY.get(str(finding.facts.get("why")), ()) for finding in found))
    explained = tuple(finding for finding in explained if finding.code not in said)
    if found and all(finding.code == "unexplained" for finding in explained):
        return found
    known = explained and not share
    kept = tuple(finding for finding in found if not (known and finding.code == "entries"))
    return (*kept, *explained)


def _unadvised(shape: Finding, reasons: Findings) -> Finding:
    """Leave the advice out of what is said of shapes where the reasons say that other factors must be changed."""
    advice = str(shape.facts.get("why"))
    place = _ADVISED.get(advice)
    mended = [one for one in reasons if one.code in _MENDED_BY.get(advice, ())]
    if place is None or not mended or (len(reasons) == 1 and mended[0].facts.get("matrix") == shape.facts.get(place)):
        return shape
    return Finding(shape.code, {**shape.facts, "why": _WITHOUT_ADVICE}, shape.span)
