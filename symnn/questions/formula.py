"""Grading a formula: equal to the model answer, to an accepted one, or to one that has feedback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from symnn.derivation.primes import carried_out
from symnn.equality.cells import misfit
from symnn.errors import Fact, Problem
from symnn.expressions.tree import Call, Derivative, Name, Tree, bare, mapped, walk
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.networks.answers import aligned
from symnn.networks.shapes import Misfit, shape_of
from symnn.questions.form import broken_demand
from symnn.questions.judges import Judges
from symnn.questions.marks import (
    accepted,
    all_wrong,
    convention_of,
    correct,
    noted,
    said,
    shown,
    undecided,
    unreadable,
    wrong,
)
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Judgement, Read, Verdict

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["grade_formula", "left_is_asked", "left_not_asked", "not_differentiated", "value_of"]


Findings: TypeAlias = tuple[Finding, ...]

_MENDED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "shape-asked-transpose": frozenset(("transposed",)),
        "shape-product-entrywise": frozenset(("product-kind", "transposed")),
        "shape-product-transpose-left": frozenset(("transposed", "product-kind")),
        "shape-product-transpose-right": frozenset(("transposed", "product-kind")),
        "shape-product-order": frozenset(("order", "transposed")),
    }
)
"""Findings that say again what would mend a shape that does not fit."""

_SAID_OF_TENSORS = frozenset(("entries", "shape"))


def grade_formula(part: Question, text: str, judges: Judges) -> Verdict:
    """Grade one formula.

    Units' own derivatives (``f'(a3)``) are values; any other derivative is `not-differentiated`.
    """
    reading = read(text, part.scope)
    if isinstance(reading, Problem):
        return unreadable(part, reading)
    shown_as = shown(part, reading.tree, reading.notes)
    if not left_is_asked(part, reading):
        return unreadable(part, left_not_asked(part, reading), shown_as)
    undone = not_differentiated(part, reading.tree)
    if undone is not None:
        return wrong(part, shown_as, (undone,), "form")
    try:
        aligned(reading.tree, part.graph)
    except Misfit as found:
        return unreadable(part, found.problem, shown_as)
    return _judged(part, reading.tree, shown_as, judges)


def _judged(part: Question, written: Tree, shown_as: Read, judges: Judges) -> Verdict:
    """Go through the ways in which an answer may be worth something, the best first."""
    tree = value_of(part, written)
    judgement = _misfit(part, written, judges) or judges.key.judge(tree, shown_as.text)
    if judgement.equal:
        demand = broken_demand(part.file.form, written)
        if demand is not None and part.file.form is not None:
            return accepted(part, shown_as, part.file.form.credit, (demand,), "form")
        return correct(part, shown_as, judgement.method, judgement.findings)
    for accept, judge in judges.accept:
        if judge.judge(tree, shown_as.text, explain=False).equal:
            return accepted(part, shown_as, accept.credit, convention_of(accept) + noted(accept.note))
    for feedback, judge in judges.feedback:
        if judge.judge(tree, shown_as.text, explain=False).equal:
            return accepted(part, shown_as, feedback.credit, (said(feedback.id, feedback.say),))
    if judgement.equal is None:
        return undecided(part, shown_as, probably=judgement.probably)
    share = judges.key.share(judgement)
    reasons = _with_reason(judgement, share, lambda: _explained(part, written, tree))
    findings = tuple(all_wrong(found, judges.key.count) for found in reasons)
    if share:
        return accepted(part, shown_as, share, findings, judgement.method)
    return wrong(part, shown_as, findings, judgement.method, judgement.witness)


def _misfit(part: Question, written: Tree, judges: Judges) -> Judgement | None:
    """Say which shapes do not fit in the answer as it is written, before f' is carried out."""
    if not judges.key.tensor:
        return None
    try:
        own = mapped(written, lambda node: own_derivative(part, node))
        shape_of(aligned(own, part.graph), part.meaning.shapes)
    except Misfit as found:
        return Judgement(equal=False, method="shape", findings=(misfit(found.problem),))
    return None


def _with_reason(judgement: Judgement, share: Fraction, explain: Callable[[], Findings]) -> Findings:
    """Say why an answer is wrong, beside what the judge found: which entries, or which shapes.

    Where every entry is wrong for a reason that is known, the reason is enough.
    """
    found = judgement.findings
    if not all(finding.code in _SAID_OF_TENSORS for finding in found):
        return found
    explained = explain()
    said = frozenset().union(*(_MENDED_BY.get(str(finding.facts.get("why")), ()) for finding in found))
    explained = tuple(finding for finding in explained if finding.code not in said)
    if found and all(finding.code == "unexplained" for finding in explained):
        return found
    known = explained and not share
    kept = tuple(finding for finding in found if not (known and finding.code == "entries"))
    return (*kept, *explained)


def _explained(part: Question, written: Tree, tree: Tree) -> tuple[Finding, ...]:
    """Say why an answer is wrong, in the answer as written wherever that can be."""
    return part.explained(tree if any(isinstance(node, Derivative) for node in walk(written)) else written)


def left_is_asked(part: Question, reading: Reading) -> bool:
    """Tell if ``LEFT =`` is missing or is what was asked: the answer as its author names it."""
    return reading.left is None or bare(reading.left) in part.content.asked


def left_not_asked(part: Question, reading: Reading) -> Problem:
    """Say which quantity the answer names, and which was asked, if that has a name that gives nothing away."""
    left = reading.left
    facts: dict[str, Fact] = {"wrote": plain(bare(left)) if left is not None else ""}
    asked = _name_of_asked(part)
    if asked is not None:
        facts["asked"] = plain(asked)
    return Problem("left-not-asked", facts, left.span if left else None)


def _name_of_asked(part: Question) -> Tree | None:
    """Give the left side that the author lists, or the model answer where it is only a name for what is asked."""
    answer, *listed = part.content.asked or (part.content.answer.written,)
    if listed:
        return listed[0]
    only_named = isinstance(answer, Derivative) or (isinstance(answer, Name) and part.file.kind != "formula")
    return answer if only_named else None


def value_of(part: Question, tree: Tree) -> Tree:
    """Carry out the derivatives of units in an answer: f'(a3), and ∂y/∂a3 where y = f(a3).

    What stands beside a matrix is put where the network's own equations have it; raises `Misfit` where that
    could be two places.
    """
    tree = aligned(tree, part.graph)
    if not any(_is_derivative(node) for node in walk(tree)):
        return tree
    own = mapped(tree, lambda node: own_derivative(part, node))
    return carried_out(own, part.graph.functions, part.graph.shapes)


def _is_derivative(node: Tree) -> bool:
    return isinstance(node, Derivative) or (isinstance(node, Call) and node.order > 0)


def own_derivative(part: Question, node: Tree) -> Call | None:
    """Give ∂y/∂a3 as f'(a3) where y = f(a3) is a unit of the network."""
    match node:
        case Derivative(Name(value), Name(argument)):
            known = part.graph.definitions.get(value)
            if isinstance(known, Call) and known.function in part.graph.functions:
                return Call(known.function, known.arguments, 1) if known.arguments == (Name(argument),) else None
    return None


def not_differentiated(part: Question, tree: Tree) -> Finding | None:
    """Find the first derivative that an answer leaves standing; the question itself, repeated, is one."""
    if _restates(part, tree):
        return codes.NOT_DIFFERENTIATED({"what": plain(bare(tree)), "how": "partial"}, tree.span)
    standing = (node for node in walk(tree) if isinstance(node, Derivative) and own_derivative(part, node) is None)
    left = next(standing, None)
    if left is None:
        return None
    return codes.NOT_DIFFERENTIATED({"what": plain(bare(left)), "how": "partial"}, left.span)


def _restates(part: Question, tree: Tree) -> bool:
    """Say whether an answer is only the derivative that was asked for, under its own name or another."""
    written = bare(tree)
    if not _is_derivative(written) or written == part.content.answer.written:
        return False
    named = {own_derivative(part, asked) or asked for asked in part.content.asked if _is_derivative(asked)}
    return (own_derivative(part, written) or written) in named
