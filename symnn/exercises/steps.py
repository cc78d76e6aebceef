"""Grading a derivation: each line against the one before, the first that does not follow, the rest."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import resolve
from symnn.errors import Fact, Problem, SymnnError
from symnn.exercises.verdicts import accepted, correct, said, undecided, unreadable, wrong
from symnn.grading.equality import Judge
from symnn.grading.meaning import Meaning
from symnn.grading.verdict import Finding, Judgement, Read, Verdict
from symnn.language.lines import Line, read_lines
from symnn.language.tree import Call, Derivative, Name, Tree, bare, walk
from symnn.language.writing import plain

if TYPE_CHECKING:
    from symnn.exercises.part import Part

__all__ = ["grade_steps"]

HALF = Fraction(1, 2)


class Side(Struct, frozen=True):
    """One side of a line: as written, its value, the line's number from 1."""

    written: Tree
    value: Tree
    line: int


class _Work:
    """Follows a derivation line by line; ``meaning`` grows by the quantities that lines introduce."""

    def __init__(self, part: Part, meaning: Meaning) -> None:
        self.part = part
        self.meaning = meaning
        self.graph = part.graph
        self.sides: list[Side] = []
        self.findings: list[Finding] = []
        self.undecided = False
        self._previous: Side | None = None

    def take(self, line: Line, number: int) -> None:
        """Look at one line: its sides must be equal, and equal to where the line goes on from."""
        sides = [self._side(tree, number) for tree in line.sides]
        if not line.continues and len(sides) > 1 and self._introduces(sides):
            return
        before = self._previous if line.continues or len(sides) == 1 else None
        for side in sides:
            if before is not None:
                self._compare(before, side)
            before = side
        self.sides += sides
        self._previous = sides[-1]

    def _introduces(self, sides: list[Side]) -> bool:
        """Take ``delta = …`` as the meaning of a new name."""
        name = sides[0].written
        if not isinstance(name, Name) or name.name in self.meaning.equations or name.name in self.graph.quantities:
            return False
        equations = {**self.meaning.equations, name.name: sides[-1].value}
        self.meaning = replace(self.meaning, equations=equations)
        for one, other in itertools.pairwise(sides):
            self._compare(one, other)
        self.sides += sides[1:]
        return True

    def _side(self, tree: Tree, line: int) -> Side:
        try:
            value, graph = resolve(tree, self.graph)
        except SymnnError as error:
            raise _UnfitError(error.problems[0]) from error
        if graph is not self.graph:
            self.graph = graph
            self.meaning = replace(self.meaning, equations={**graph.definitions, **self.meaning.equations})
        return Side(tree, value, line)

    def _compare(self, one: Side, other: Side) -> None:
        if self.findings:
            return
        judgement = self._equal(other.value, one.value)
        if judgement.equal is None:
            self.undecided = True
        elif not judgement.equal:
            wrote, before = plain(bare(other.written)), plain(bare(one.written))
            facts: dict[str, Fact] = {"line": other.line, "from": before, "to": wrote}
            self.findings.append(Finding("step", facts, other.written.span))

    def _equal(self, answer: Tree, reference: Tree) -> Judgement:
        return Judge(reference, self.meaning).judge(answer, plain(bare(answer)), explain=False)

    def good(self) -> list[Side]:
        """Give the sides before the first wrong line that have no derivative left in them."""
        end = self.findings[0].facts["line"] if self.findings else None
        return [side for side in self.sides if (end is None or side.line < int(str(end))) and _is_worked_out(side)]

    def shows(self, needed: Tree) -> bool:
        """Tell if a good line shows what a rubric item needs."""
        return any(self._equal(side.value, needed).equal for side in self.good())

    def ends_right(self) -> bool | None:
        """Tell if the last line is the answer, worked out."""
        if not self.sides or not _is_worked_out(self.sides[-1]):
            return False
        return self._equal(self.sides[-1].value, self.part.content.answer.value).equal


class _UnfitError(Exception):
    """A line holds a derivative that cannot be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def grade_steps(part: Part, text: str, meaning: Meaning) -> Verdict:
    """Grade a derivation: full marks if every line follows and the last is the answer.

    With a rubric, each item that a good line shows earns its gain, once; without one, a right last line after
    a wrong step earns half.
    """
    lines = read_lines(text, part.scope)
    if isinstance(lines, Problem):
        return unreadable(part, lines)
    read = Read("\n".join(" = ".join(plain(bare(side)) for side in line.sides) for line in lines))
    work = _Work(part, meaning)
    try:
        for number, line in enumerate(lines, start=1):
            work.take(line, number)
    except _UnfitError as unfit:
        return unreadable(part, unfit.problem, read)
    return _judged(part, work, read)


def _judged(part: Part, work: _Work, read: Read) -> Verdict:
    ends = work.ends_right()
    if not work.findings and ends and not work.undecided:
        return correct(part, read, "fingerprint")
    if not work.findings and (ends is None or work.undecided):
        return undecided(part, read)
    findings = list(work.findings)
    if not ends:
        findings.append(Finding("not-finished"))
    earned = [(item, work.shows(needed.value)) for item, needed in part.content.rubric]
    findings += [said(item.id, item.say) for item, shown in earned if shown and item.say is not None]
    credit = sum((item.gain for item, shown in earned if shown), Fraction(0))
    if not part.content.rubric and ends:
        credit = HALF
    if not credit:
        return wrong(part, read, tuple(findings), "fingerprint")
    return accepted(part, read, min(credit, Fraction(1)), tuple(findings), "fingerprint")


def _is_worked_out(side: Side) -> bool:
    nodes = walk(side.written)
    return not any(isinstance(node, Derivative) or (isinstance(node, Call) and node.order > 1) for node in nodes)
