"""What is said about a derivation: the first wrong step with its place and likely reason, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from symnn.equality.kept import Kept
from symnn.equality.subject import Subject
from symnn.errors import Fact, Span
from symnn.expressions.terms import MINUS_ONE, minus, product, unsigned
from symnn.expressions.tree import Derivative, Name, Number, Power, Quotient, Sum, Tree, bare
from symnn.networks.graph import Graph
from symnn.steps.alteration import Alteration, alteration
from symnn.steps.chain import Chains
from symnn.steps.differentiated import FixedPoint
from symnn.steps.explaining import Explainer
from symnn.steps.marking import Conclusion, Marks
from symnn.steps.spoken import spoken
from symnn.steps.stepping import Step
from symnn.steps.uses import use
from symnn.steps.ways import Ways
from symnn.verdicts import codes
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding

__all__ = ["Flaws", "StudentText", "closed"]


_MOST_CHAINS = 32
_FEW = 2
"""More equations than this are not pointed at: they would be the whole network."""


class StudentText(Struct, frozen=True):
    """What a student said: the text, and the graph with the names that it introduces."""

    text: str
    graph: Graph


class Flaws:
    """What is said about the derivations of one part; explanations are prepared when first needed, and kept."""

    def __init__(self, ways: Ways, larger: Graph, asked: Tree, subject: Subject) -> None:
        self.ways = ways
        self.larger = larger
        self.asked = asked
        self.subject = subject
        self.explainer = Explainer(ways.graph)
        self._chains = Kept[tuple[str, str], Chains](_MOST_CHAINS)

    def findings(
        self, steps: tuple[Step, ...], final: Step | None, marks: Marks, said: StudentText
    ) -> tuple[Finding, ...]:
        """List the findings of a derivation, the first wrong step before all others."""
        return tuple(self._listed(steps, final, marks, said))

    def _listed(
        self, steps: tuple[Step, ...], final: Step | None, marks: Marks, said: StudentText
    ) -> Iterator[Finding]:
        wrong = next((step for step in steps if step.is_wrong), None)
        if wrong is not None:
            yield from self._wrong(wrong, said)
            right = final if marks.conclusion == "right" else None
            back = next((step for step in _after(steps, wrong) if step.true and _goes_on(step, wrong, right)), None)
            if back is not None:
                yield codes.RECOVERED({"line": back.side.row}, back.side.span)
        yield from _ending(marks.conclusion, final, wrong, self.ways)
        if marks.conclusion == "right" and not marks.worked and wrong is None:
            yield codes.ANSWER_ALONE()

    def _wrong(self, step: Step, said: StudentText) -> Iterator[Finding]:
        """Say which step is wrong, where in it, and why."""
        line = step.side.row
        if _is_assumption(step):
            what = f"{spoken(step.first.plain)} = {spoken(step.side.plain)}"
            yield codes.ASSUMPTION({"line": line, "what": what}, _whole(step))
            return
        point = self.point if said.graph is self.larger else FixedPoint(said.graph, self.asked)
        found = alteration(step.before.tree, step.side.tree, point.worth, point.modulus)
        meant, wrote = _joined(found.meant, terms=found.terms), _joined(found.wrote, terms=found.terms)
        uses = use(bare(meant), bare(wrote), self.ways, said.graph.definitions).equations
        facts: dict[str, Fact] = {
            "line": line,
            "wrote": spoken(wrote) if found.wrote else "",
            "meant": spoken(meant) if found.meant else "",
            "uses": uses,
            "look": uses if len(uses) <= _FEW else (),
        }
        yield codes.STEP(facts, closed(said.text, found.span or step.side.span))
        reasons = explained(lambda: tuple(self._why(found, bare(meant), wrote)), ())
        opposite = _is_opposite(meant, wrote, point)
        yield from (one for one in reasons if one.code != codes.SIGN.code or one.facts or not found.wrote or opposite)

    @cached_property
    def point(self) -> FixedPoint:
        """The point at which the parts of sides are compared."""
        return FixedPoint(self.larger, self.asked)

    def _why(self, found: Alteration, meant: Tree, wrote: Tree) -> Iterator[Finding]:
        """Explain what was written by what was meant."""
        if not found.wrote and not found.meant:
            yield codes.SIGN()
        elif not found.wrote:
            yield codes.MISSING_FACTOR({"factor": spoken(meant)})
        elif not found.meant:
            yield codes.EXTRA_FACTOR({"factor": spoken(wrote)}, found.span)
        elif self.ways.unfinished(bare(wrote)) is not None:
            yield from self._chain(meant, wrote)
        else:
            yield from self.explainer.why(meant, wrote)

    def _chains_of(self, of: str, wrt: str) -> Chains:
        """Prepare a chain, once for all answers. Raises SymnnError where there is none."""
        known = self._chains.find((of, wrt))
        if known is None:
            known = Chains.of(self.subject, of, wrt)
            self._chains.keep((of, wrt), known)
        return known

    def _chain(self, meant: Tree, wrote: Tree) -> Iterator[Finding]:
        """Compare partials with the chain rule of the derivative that they stand for."""
        match meant:
            case Derivative(Name(of), Name(wrt)) if self.ways.count(of, wrt):
                found = self._chains_of(of, wrt).difference(wrote)
                # a derivation may go on from a partial that leaps: only an answer in one line must show every link
                yield from (finding for finding in found if finding.code != "skipped")


def _is_opposite(meant: Tree, wrote: Tree, point: FixedPoint) -> bool:
    """Say whether what was written is exactly the negative of what was meant; so it is said where nobody can tell."""
    values = point.worth(meant), point.worth(wrote)
    return None in values or sum(value or 0 for value in values) % point.modulus == 0


def _after(steps: tuple[Step, ...], wrong: Step) -> Iterator[Step]:
    """Go through the steps that come after one."""
    found = False
    for step in steps:
        if found:
            yield step
        found = found or step is wrong


def _goes_on(step: Step, wrong: Step, right: Step | None) -> bool:
    """Say whether a step is about the same thing as a wrong one, or gives what was asked after all."""
    return step is right or step.first.plain == wrong.first.plain


def _ending(conclusion: Conclusion, final: Step | None, wrong: Step | None, ways: Ways) -> Iterator[Finding]:
    """Say what is missing at the end."""
    if conclusion == "missing":
        yield codes.NOT_ANSWERED()
    elif conclusion == "unfinished" and final is not None and wrong is None:
        left = ways.unfinished(final.side.tree)
        what = "" if left is None else spoken(bare(left))
        yield codes.NOT_DIFFERENTIATED({"what": what, "how": "partial"}, left.span if left is not None else None)


def _is_assumption(step: Step) -> bool:
    """Say whether a wrong step sets one quantity equal to another or to a number."""
    right = step.side.plain
    operand = unsigned(right)
    return step.before is step.first and isinstance(step.first.plain, Name) and isinstance(operand, Name | Number)


def _whole(step: Step) -> Span | None:
    first, last = step.first.span, step.side.span
    if first is None or last is None:
        return last
    return Span(min(first.start, last.start), max(first.end, last.end))


def _joined(trees: tuple[Tree, ...], *, terms: bool) -> Tree:
    """Write factors or terms as one expression, exactly as they are."""
    if len(trees) == 1:
        return trees[0]
    if not trees:
        return Number(0) if terms else Number(1)
    return Sum(trees) if terms else _as_fraction(trees)


def _as_fraction(factors: tuple[Tree, ...]) -> Tree:
    """Write factors with a power of −1 under one stroke, and −1 as a sign: ``-e_X/S^2``, not ``-1*e_X*(S^2)^(-1)``."""
    under = tuple(one.base for one in factors if isinstance(one, Power) and one.exponent == MINUS_ONE)
    over = tuple(one for one in factors if not (isinstance(one, Power) and one.exponent == MINUS_ONE))
    signs = sum(one == MINUS_ONE for one in over)
    above = product(tuple(one for one in over if one != MINUS_ONE)) if len(over) > signs else Number(1)
    whole = Quotient(above, product(under)) if under else above
    return minus(whole) if signs % 2 else whole


def closed(text: str, span: Span | None) -> Span | None:
    """Take the brackets in that a span has opened and not closed, or closed and not opened.

    >>> closed("y*(1 + y)*f1", Span(0, 8))
    Span(start=0, end=9)
    """
    if span is None:
        return None
    start, end = span
    depth = lowest = 0
    for sign in text[start:end]:
        depth += (sign in "([{") - (sign in ")]}")
        lowest = min(lowest, depth)
    for _ in range(depth - lowest):
        after = len(text) - len(text[end:].lstrip())
        end = after + 1 if text[after : after + 1] in tuple(")]}") else end
    for _ in range(-lowest):
        before = len(text[:start].rstrip())
        start = before - 1 if text[:before].endswith(("(", "[", "{")) else start
    return Span(start, end)
