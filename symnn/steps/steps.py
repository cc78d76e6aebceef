r"""Grading a derivation: every step against the one before it, the answer at its end, what was shown on the way.

A derivation is a set of statements about the network's quantities; their order does not matter, the order of
the sides of each one does. How it is marked is in `symnn.steps.marking.Policy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import resolve
from symnn.derivation.paths import gradient, path_count
from symnn.derivation.sweep import derive
from symnn.equality.judge import Judge
from symnn.equality.subject import Subject
from symnn.equality.tensor_judge import GridJudge, is_tensor, misfit
from symnn.equality.work import explaining, one_account
from symnn.errors import Problem, TargetError
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Derivative, Name, Tree, bare
from symnn.language.lines import DerivationLine, read_lines
from symnn.networks.graph import Graph
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.steps.coverage import coverage
from symnn.steps.differentiated import differentiated
from symnn.steps.flaws import Flaws, StudentText
from symnn.steps.marking import Conclusion, MarkingPolicy, Marks, credit, verdict_of_marks
from symnn.steps.rubric import Item, Needed, needed, shows_partials
from symnn.steps.scaling import RATIOS, losses_of, scaled
from symnn.steps.settled import finished
from symnn.steps.signed_lines import lines_with_signs
from symnn.steps.spoken import spoken
from symnn.steps.statements import Side, defined, stated
from symnn.steps.stepping import Step, is_anchor, stepped
from symnn.steps.ways import Ways
from symnn.verdicts import codes
from symnn.verdicts.barrier import explained
from symnn.verdicts.trace import Link
from symnn.verdicts.verdict import Finding, Judgement, Later, Read, Standing, Verdict

__all__ = ["Worked", "Workings"]

_FEW_PATHS = 8
_MOST_KEPT = 256
_MOST_COMPARED = 4096


class Worked(Struct, frozen=True):
    """A derivation graded: its verdict, its steps in the order of the text, the rubric items it earned."""

    verdict: Verdict
    steps: tuple[Step, ...] = ()
    earned: tuple[str, ...] = ()


class Convention(Struct, frozen=True):
    """A convention of the loss that is accepted, the share of the points it is worth, the part under it."""

    which: str
    share: Fraction
    part: Workings


class Workings(Struct, frozen=True, dict=True):
    """One part that asks for a derivation, prepared by `Workings.of` and used for a class of answers.

    ``asked`` is the quantity in question as a tree, ``value`` what it is, ``lefts`` every way to write it.
    """

    subject: Subject
    asked: Tree
    value: Tree
    lefts: frozenset[Tree]
    rubric: tuple[Needed, ...] = ()
    policy: MarkingPolicy = MarkingPolicy()
    conventions: tuple[Convention, ...] = ()
    ways: Ways = Ways(Graph({}, ()))
    scaled: bool = False
    given: frozenset[Tree] = frozenset()

    @staticmethod
    def of(  # noqa: PLR0913 - what an author may say of a part
        subject: Subject,
        key: Tree,
        *,
        asked: Iterable[Tree] = (),
        rubric: Iterable[Item] = (),
        policy: MarkingPolicy = MarkingPolicy(),  # noqa: B008 - it is frozen
        accepted: Mapping[str, Fraction] = MappingProxyType({}),
        given: Iterable[Tree] = (),
    ) -> Workings:
        r"""Prepare a part whose answer is ``key``: ``diff(E, w5)``, a quantity, or any expression.

        ``asked`` are left sides that mean the answer (``w5^(k+1)`` for an update); a key that is a quantity
        or a derivative is one of them. ``accepted`` conventions of the loss (``missing-2``), kept through the whole
        derivation, are worth that share of the points; ``given`` derivatives are values. Raises: TargetError if the
        key cannot be derived.

        >>> from symnn.networks.catalogue import network
        >>> subject = Subject.of_network(network("bp-2-2-1").graph)
        >>> part = Workings.of(subject, Derivative(Name("E"), Name("w5")))
        >>> worked = part.grade("dE/dw5 = dE/dy * dy/da3 * da3/dw5\n = 2(y-z) * y(1-y) * f1")
        >>> worked.verdict.verdict, [step.use.equations for step in worked.steps]
        ('correct', [(), ('a3', 'y', 'E')])
        """
        graph, ways, items = differentiated(subject.graph), Ways(subject.graph), []
        plain_key = bare(key)
        value, graph = resolve(plain_key, graph)
        lefts = [bare(left) for left in asked]
        if isinstance(plain_key, Name | Derivative):
            lefts.append(plain_key)
        for left in lefts:
            if isinstance(left, Name) and left.name not in graph.quantities:
                graph = defined(graph, left.name, value)
        for item in rubric:
            needs, graph = resolve(bare(item.needs), graph)
            items.append(needed(item, needs, ways))
        new = [left.name for left in lefts if isinstance(left, Name)]
        about = replace(subject, graph=graph, scope=subject.scope.also(new))
        part = Workings(
            about,
            lefts[0] if lefts else plain_key,
            value,
            frozenset(lefts),
            tuple(items),
            policy,
            ways=ways,
            given=frozenset(map(bare, given)),
        )
        conventions = (
            Convention(which, share, part._scaled(loss, RATIOS[which]))
            for which, share in accepted.items()
            for loss in losses_of(plain_key)
        )
        return replace(part, conventions=tuple(conventions))

    def _scaled(self, loss: str, ratio: Fraction) -> Workings:
        """Give the same part for a loss with another factor."""
        graph = scaled(self.subject.graph, loss, ratio)
        return replace(self, subject=replace(self.subject, graph=graph), scaled=True)

    def grade(self, text: str, points: Fraction = Fraction(1)) -> Worked:
        """Grade a derivation as the student typed it."""
        lines = self.read(text)
        return Worked(_unreadable(lines, points)) if isinstance(lines, Problem) else self.judge(text, lines, points)

    def read(self, text: str) -> tuple[DerivationLine, ...] | Problem:
        """Read the lines of a derivation."""
        lines = read_lines(text, self.subject.scope)
        shapes = self.subject.graph.shapes
        return lines if isinstance(lines, Problem) or not shapes else lines_with_signs(lines, text, shapes)

    def judge(self, text: str, lines: tuple[DerivationLine, ...], points: Fraction = Fraction(1)) -> Worked:
        """Judge the lines of a derivation; under an accepted convention where that earns more."""
        with one_account():
            worked, explain = self._judged(text, lines, points)
            for convention in self.conventions if worked.verdict.verdict in ("wrong", "partial") else ():
                again, reasons = convention.part._judged(text, lines, points)  # noqa: SLF001 - the same class
                again = _under(convention, again)
                if again.verdict.credit > worked.verdict.credit:
                    worked, explain = again, reasons
            with explaining():  # only of the convention that counts
                findings = (*worked.verdict.findings, *explained(explain))
            return replace(worked, verdict=replace(worked.verdict, findings=findings))

    def _judged(
        self, text: str, lines: tuple[DerivationLine, ...], points: Fraction
    ) -> tuple[Worked, Callable[[], tuple[Finding, ...]]]:
        """Judge a derivation without regard to conventions; give also what finds the reasons."""
        said = stated(text, lines, self.asked, self.subject.graph, self.ways)
        if isinstance(said, Problem):
            return Worked(_unreadable(said, points, _read(lines, self.subject))), tuple
        judging = _Judging(self, text, said.graph)
        steps = stepped(said, self.lefts, self.ways, judging.compare)
        earned = self._earned(steps, judging)
        final, conclusion = self._conclusion(steps)
        marks = self._marks(steps, final, conclusion, earned)
        share = credit(marks, self.policy)
        read = _read(lines, self.subject)
        verdict = Verdict(verdict_of_marks(marks, share), share, points, (), "fingerprint", None, read)
        worked = Worked(_undecided(verdict), steps, tuple(item.id for item in earned))
        return worked, lambda: self.flaws.findings(steps, final, marks, StudentText(text, said.graph))

    @cached_property
    def flaws(self) -> Flaws:
        """What is said about wrong steps of this part."""
        return Flaws(self.ways, self.subject.graph, self.asked, replace(self.subject, graph=self.ways.graph))

    @cached_property
    def template(self) -> Judge:
        """A judge under the meaning of this part; others share what it has compiled."""
        return Judge(self.value, self.subject.meaning())

    @cached_property
    def whole(self) -> frozenset[Link]:
        """The local partials that the chain rule of what was asked multiplies and adds."""
        links = self.ways.links(self.asked)
        return self.ways.edges(*links[0]) if links else frozenset()

    @cached_property
    def grids(self) -> dict[Tree, Judge | GridJudge]:
        """The judges of sides that are tensors, kept for all answers: filled as sides are met."""
        return {}

    @cached_property
    def compared(self) -> dict[tuple[Tree, Tree], Judgement]:
        """Comparisons of sides, kept because most lines of a class are the same: filled as answers are judged."""
        return {}

    @cached_property
    def references(self) -> dict[Tree, Tree]:
        """What is compared with, by left side: filled as left sides are met."""
        return {}

    def reference(self, side: Side) -> Tree:
        """Give what a left side is worth in the form that students write, so that it is compared quickly."""
        known = self.references.get(side.plain)
        if known is None:
            known = _short(side, self.subject.graph, self.ways.graph)
            if len(self.references) < _MOST_KEPT:
                self.references[side.plain] = known
        return known

    def _conclusion(self, steps: tuple[Step, ...]) -> tuple[Step | None, Conclusion]:
        """Find the last step that gives what was asked without derivatives, and say what it is worth."""
        about = [step for step in steps if step.about_asked and step.side.plain not in self.lefts]
        if not about:
            return None, "missing"
        ended = [step for step in finished(steps, self.ways, self.given) if step.side.plain not in self.lefts]
        if not ended:
            return about[-1], "unfinished"
        final = ended[-1]
        return final, "undecided" if final.true is None else "right" if final.true else "wrong"

    def _marks(
        self, steps: tuple[Step, ...], final: Step | None, conclusion: Conclusion, earned: tuple[Needed, ...]
    ) -> Marks:
        wrong = next((place for place, step in enumerate(steps) if step.is_wrong), len(steps))
        sound = [step for step in steps[:wrong] if step.true and not step.repeated]
        started = any(step.about_asked and step.side.plain not in self.lefts for step in steps)
        shown = [((step.first.plain,), step.side.plain) for step in sound]
        return Marks(
            conclusion,
            flawed=wrong < len(steps),
            worked=any(step.is_work(self.ways) and not (step is final and step.is_lone_answer) for step in steps),
            open=any(step.follows is None for step in steps),
            covered=coverage(self.whole, shown, self.ways) if started else Fraction(0),
            gains=tuple(item.gain for item in earned),
        )

    def _earned(self, steps: tuple[Step, ...], judging: _Judging) -> tuple[Needed, ...]:
        """List the rubric items that right steps show."""
        shown = [step for step in steps if step.true and not step.repeated and _speaks(step, self.ways)]
        return tuple(item for item in self.rubric if any(judging.shows(step, item) for step in shown))


class _Judging:
    """The judging of one answer: the judges of its left sides, and residues to find places with."""

    def __init__(self, workings: Workings, text: str, graph: Graph) -> None:
        self.workings, self.text, self.graph = workings, text, graph
        subject = workings.subject
        self.own = graph is subject.graph
        self.template = workings.template if self.own else Judge(workings.value, subject.meaning(graph))
        self.shapes = self.template.meaning.shapes
        self.judges: dict[Tree, Judge] = {}
        self.grids: dict[Tree, Judge | GridJudge] = workings.grids if self.own else {}

    def compare(self, first: Side, side: Side) -> Judgement:
        """Say whether a side equals the first one; what was compared for another answer is known."""
        if not self.own:
            return self._compared_in_readings(first, side)
        known = self.workings.compared
        pair = (first.plain, side.plain)
        if pair not in known:
            if len(known) >= _MOST_COMPARED:
                known.clear()
            known[pair] = self._compared_in_readings(first, side)
        return known[pair]

    def _compared_in_readings(self, first: Side, side: Side) -> Judgement:
        """Compare two sides in each reading of the partials in them, until they agree."""
        judgement = self._compared(first, side)
        if judgement.equal or (first.immediate is None and side.immediate is None):
            return judgement
        for left in first.readings:
            judge = self.template.against(left)
            for right in side.readings:
                if judge.judge(right, explain=False).equal:
                    return Judgement(equal=True, method="fingerprint")
        return judgement

    def _compared(self, first: Side, side: Side) -> Judgement:
        source = self.text[slice(*side.span)] if side.span is not None else ""
        if self.shapes and any(is_tensor(tree, self.shapes) for tree in (first.value, side.value)):
            return self._as_tensors(first, side, source)
        judge = self.judges.get(first.plain)
        if judge is None:
            reference = self.workings.reference(first) if self.own and not self.workings.scaled else first.value
            judge = self.judges[first.plain] = self.template.against(reference)
        return judge.judge(side.value, source, explain=False)

    def _as_tensors(self, first: Side, side: Side, source: str) -> Judgement:
        """Compare entry by entry; a first side whose own shapes do not fit is what is wrong."""
        try:
            judge = self.grids.get(first.value)
            if judge is None:
                judge = self.workings.subject.judge(first.value, self.graph, also=side.value)
                if len(self.grids) < _MOST_KEPT:
                    self.grids[first.value] = judge
            return judge.judge(side.value, source, explain=False)
        except TargetError as error:
            return Judgement(equal=False, method="shape", findings=(misfit(error.problems[0]),))
        except TooLarge:
            return Judgement(equal=None)

    def shows(self, step: Step, item: Needed) -> bool:
        """Say whether a right step shows what a rubric item needs."""
        if item.partials and not shows_partials(step.side.plain, item.partials, self.workings.ways):
            return False
        if not item.partials and self.workings.ways.unfinished(step.side.plain):
            return False
        needs = Side(item.value, item.value, item.value, 0)
        return self.compare(needs, step.side).equal is True


def _under(convention: Convention, worked: Worked) -> Worked:
    """Say what a derivation is worth under a convention."""
    verdict = worked.verdict
    share = verdict.credit * convention.share
    if verdict.verdict not in ("correct", "partial"):
        return replace(worked, verdict=replace(verdict, credit=Fraction(0)))
    findings = (codes.CONVENTION({"which": convention.which}), *verdict.findings)
    return replace(worked, verdict=replace(verdict, verdict=_named(share), credit=share, findings=findings))


def _named(share: Fraction) -> Standing:
    return "correct" if share == 1 else "partial" if share else "wrong"


def _short(side: Side, graph: Graph, network: Graph) -> Tree:
    """Give the sum over few paths for a derivative, the equation for a quantity, else the value."""
    match side.plain:
        case Derivative(Name(of), Name(wrt)) if of in network.definitions and wrt in network.quantities:
            derivation = derive(network, of, (wrt,))
            if of != wrt and 0 < path_count(derivation, wrt) <= _FEW_PATHS:
                return gradient(derivation, wrt)
        case Name(name) if name in graph.definitions:
            return graph.definitions[name]
    return side.value


def _speaks(step: Step, ways: Ways) -> bool:
    """Say whether a step is about the network; an identity shows nothing."""
    return step.about_asked or step.defines or is_anchor(step.first.plain, ways)


def _read(lines: tuple[DerivationLine, ...], subject: Subject) -> Read:
    """Write down what was read, line by line."""
    rows = [("= " if line.continues else "", [bare(side) for side in line.sides]) for line in lines]

    def written() -> str:
        symbols = symbols_of(subject.graph)
        return r" \\ ".join(lead + " = ".join(latex(side, symbols) for side in sides) for lead, sides in rows)

    text = "\n".join(lead + " = ".join(map(spoken, sides)) for lead, sides in rows)
    return Read(text, Later(written), tuple(note for line in lines for note in line.notes))


def _unreadable(problem: Problem, points: Fraction, read: Read = Read()) -> Verdict:  # noqa: B008 - it is frozen
    finding = Finding(problem.code, problem.facts, problem.span)
    return Verdict("unreadable", max=points, findings=(finding,), read=read)


def _undecided(verdict: Verdict) -> Verdict:
    """Take the credit off an undecided derivation until a person has looked."""
    if verdict.verdict != "undecided":
        return verdict
    return replace(verdict, credit=Fraction(0), method=None)
