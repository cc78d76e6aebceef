"""What is said about a derivation: the first wrong step with its place and likely reason, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symnn.derivation.adjoint import resolve
from symnn.errors import Fact, Span, SymnnError
from symnn.grading.alteration import Alteration, alteration
from symnn.grading.diagnosis.diagnosis import Diagnosis
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.grading.marking import Conclusion, Marks
from symnn.grading.stepping import Step
from symnn.grading.verdict import Finding
from symnn.grading.ways import Ways
from symnn.graph.graph import Graph
from symnn.language.tree import Derivative, Name, Negative, Number, Tree, bare, mapped, names, walk
from symnn.language.writing import plain
from symnn.ops.terms import product, total

__all__ = ["Flaws", "spoken"]

_MOST_KEPT = 32
_SILENT = frozenset({"unexplained", "zero", "not-zero"})


class Flaws:
    """What is said about the derivations of one part; explanations are prepared when first needed, and kept."""

    def __init__(self, ways: Ways, larger: Graph, value: Tree) -> None:
        self.ways = ways
        self.graph = ways.graph
        self.larger = larger
        self.value = value
        self._diagnoses: dict[Tree, Diagnosis] = {}
        self._residues: Residues | None = None

    def findings(self, steps: tuple[Step, ...], final: Step | None, marks: Marks, graph: Graph) -> tuple[Finding, ...]:
        """List the findings of a derivation, the first wrong step before all others; ``graph`` has its names."""
        return tuple(self._listed(steps, final, marks, graph))

    def _listed(self, steps: tuple[Step, ...], final: Step | None, marks: Marks, graph: Graph) -> Iterator[Finding]:
        wrong = next((step for step in steps if step.is_wrong), None)
        if wrong is not None:
            yield from self._wrong(wrong, graph)
            back = next((step for step in _after(steps, wrong) if step.true and _goes_on(step, wrong)), None)
            if back is not None:
                yield Finding("recovered", {"line": back.side.row}, back.side.span)
        yield from _ending(marks.conclusion, final, wrong, self.ways)
        if marks.conclusion == "right" and not marks.worked and wrong is None:
            yield Finding("answer-alone")

    def _wrong(self, step: Step, graph: Graph) -> Iterator[Finding]:
        """Say which step is wrong, where in it, and why."""
        line = step.side.row
        if _is_assumption(step):
            said = f"{spoken(step.first.plain)} = {spoken(step.side.plain)}"
            yield Finding("assumption", {"line": line, "what": said}, _whole(step))
            return
        found = self._altered(step, graph)
        place = found.span or step.side.span
        facts: dict[str, Fact] = {
            "line": line,
            "wrote": _together(found.wrote, terms=found.terms),
            "meant": _together(found.meant, terms=found.terms),
        }
        if step.use.equations:
            facts["uses"] = step.use.equations
        yield Finding("step", facts, place)
        yield from self._why(found)

    def _altered(self, step: Step, graph: Graph) -> Alteration:
        """Narrow a wrong step down to what was put in the place of what."""
        residues = self._at(graph)

        def worth(tree: Tree) -> int | None:
            try:
                return residues.of(resolve(tree, graph)[0])
            except (Unknown, SymnnError):
                return None

        return alteration(step.before.tree, step.side.tree, worth, residues.modulus)

    def _at(self, graph: Graph) -> Residues:
        """Give the fixed point at which parts of sides are compared."""
        if graph is not self.larger:
            return Residues(graph, self.value)
        if self._residues is None:
            self._residues = Residues(graph, self.value)
        return self._residues

    def _why(self, found: Alteration) -> Iterator[Finding]:
        """Explain what was written by what was meant."""
        if not found.wrote and not found.meant:
            yield Finding("sign")
            return
        join: Callable[[tuple[Tree, ...]], Tree] = total if found.terms else product
        key = join(tuple(bare(tree) for tree in found.meant))
        if not found.wrote:
            yield Finding("missing-factor", {"factor": spoken(key)})
        elif not found.meant:
            yield Finding("extra-factor", {"factor": _together(found.wrote, terms=found.terms)}, found.span)
        elif not any(isinstance(node, Derivative) for tree in found.wrote for node in walk(tree)):
            diagnosis = self._diagnosis(key)
            answer = found.wrote[0] if len(found.wrote) == 1 else join(found.wrote)
            explained = diagnosis.explain(answer) if diagnosis is not None else ()
            yield from (finding for finding in explained if finding.code not in _SILENT)

    def _diagnosis(self, key: Tree) -> Diagnosis | None:
        """Prepare the explanation of what should have been written; None where nothing can be said."""
        if not set(names(key)) <= set(self.graph.quantities):
            return None
        if key not in self._diagnoses:
            if len(self._diagnoses) >= _MOST_KEPT:
                self._diagnoses.clear()
            try:
                self._diagnoses[key] = Diagnosis.of(self.graph, key)
            except (SymnnError, Unknown):
                return None
        return self._diagnoses[key]


def _after(steps: tuple[Step, ...], wrong: Step) -> Iterator[Step]:
    """Go through the steps that come after one."""
    found = False
    for step in steps:
        if found:
            yield step
        found = found or step is wrong


def _goes_on(step: Step, wrong: Step) -> bool:
    """Say whether a step is about the same thing as a wrong one, or gives what was asked after all."""
    return step.about_asked or step.first.plain == wrong.first.plain


def _ending(conclusion: Conclusion, final: Step | None, wrong: Step | None, ways: Ways) -> Iterator[Finding]:
    """Say what is missing at the end."""
    if conclusion == "missing":
        yield Finding("not-answered")
    elif conclusion == "unfinished" and final is not None and wrong is None:
        left = ways.unfinished(final.side.tree)
        what = "" if left is None else spoken(bare(left))
        yield Finding("not-differentiated", {"what": what}, left.span if left is not None else None)


def _is_assumption(step: Step) -> bool:
    """Say whether a wrong step sets one quantity equal to another or to a number."""
    right = step.side.plain
    operand = right.operand if isinstance(right, Negative) else right
    return step.before is step.first and isinstance(step.first.plain, Name) and isinstance(operand, Name | Number)


def _whole(step: Step) -> Span | None:
    first, last = step.first.span, step.side.span
    if first is None or last is None:
        return last
    return Span(min(first.start, last.start), max(first.end, last.end))


def _together(trees: tuple[Tree, ...], *, terms: bool) -> str:
    """Write factors or terms as one expression; empty if there are none."""
    if not trees:
        return ""
    plain_trees = tuple(bare(tree) for tree in trees)
    return spoken(total(plain_trees) if terms else product(plain_trees))


def spoken(tree: Tree) -> str:
    """Write a tree with its partials as they are said, ``dE/dy``.

    >>> spoken(Derivative(Name("E"), Name("y")))
    'dE/dy'
    """
    return plain(mapped(tree, _as_said))


def _as_said(node: Tree) -> Tree | None:
    match node:
        case Derivative(Name(of), Name(wrt)):
            return Name(f"d{of}/d{wrt}")
    return None
