"""Kinds whose answer is a way of working: the chain rule by its links, and a derivation by its lines."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Final

from msgspec.structs import replace

from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Name
from symnn.language.limits import AUTHOR
from symnn.language.lines import DerivationLine, read_chain
from symnn.questions.kind import Findings, Kind, Sitting
from symnn.questions.marks import said_by_author
from symnn.questions.question import NO_EXPRESSION, ChainEnds, Content
from symnn.questions.solving import derivation_of
from symnn.steps.chain import Chains
from symnn.steps.furthest import Reached, reached_by_lines, reached_by_ways
from symnn.steps.routes import Routes
from symnn.steps.rubric import Item
from symnn.steps.steps import Workings
from symnn.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.questions.fields import PartFile
    from symnn.questions.mathematics import Mathematics
    from symnn.questions.question import Question

__all__ = ["ChainKind", "StepsKind"]

_ARROW: Final = re.compile("->|→")


def _conventions(question: Question) -> Mapping[str, Fraction]:
    """Give the conventions of the loss that are accepted, with what they are worth."""
    return {accept.convention: accept.share for accept in question.file.accept if accept.convention}


class ChainKind(Kind[Routes]):
    """The chain rule: names from the result down, or partial derivatives multiplied."""

    fields: ClassVar = frozenset(("accept",))

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        ways = question.content.chain or ChainEnds("", "")
        self.chains = Chains.of(
            question.subject, ways.of, ways.wrt, through=ways.through, accepted=_conventions(question)
        )

    def read(self, text: str) -> Routes | Problem:
        """Read the ways of an answer, in any notation."""
        return self.chains.read(text)

    def judge(self, answer: Routes, sitting: Sitting) -> Verdict:  # noqa: ARG002 - the same for all students
        """Compare the ways with the paths of the derivation."""
        return self.chains.judge(answer, self.question.file.points)

    def explain(self, answer: Routes, sitting: Sitting) -> Findings:  # noqa: ARG002 - the same for all students
        """Say which links are missing, extra or wrong."""
        return self.chains.judged(answer.ways)[1]

    def solve(self, seed: str = "") -> str:  # noqa: ARG002 - the same for all students
        """Write the paths with arrows."""
        return "; ".join(" -> ".join(path) for path in self.paths)

    def reached(self, answer: Routes) -> Reached:
        """Say how far the ways follow the paths."""
        return reached_by_ways(map(self.chains.turned, answer.ways), self.chains.paths)

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths as names from the result down."""
        return tuple((path[0][0], *(link[1] for link in path)) for path in self.chains.paths)

    @classmethod
    def content(cls, file: PartFile, mathematics: Mathematics) -> Content | None:
        """Read the key: one path by its names, or a derivative, which means all its paths."""
        if _ARROW.search(file.answer.text):
            chain = mathematics.read_by(lambda text: read_chain(text, mathematics.scope, limits=AUTHOR), file.answer)
            if chain is None:
                return None
            return Content(NO_EXPRESSION, chain=ChainEnds(chain.names[0], chain.names[-1], (chain.names,)))
        answer = mathematics.expression(file.answer)
        match answer and answer.written:
            case Derivative(Name(of), Name(wrt)):
                return Content(NO_EXPRESSION, chain=ChainEnds(of, wrt))
            case None:
                return None
        mathematics.problem("not-a-chain", file.answer.place)
        return None


class StepsKind(Kind[tuple[str, tuple[DerivationLine, ...]]]):
    """The lines of a derivation, with the text that they stand in."""

    fields: ClassVar = frozenset(("rubric", "accept", "asked", "given"))

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        content = question.content
        items = [Item(item.id, item.gain, needs.written) for item, needs in content.rubric]
        self.workings = Workings.of(
            question.subject,
            content.answer.written,
            asked=content.asked,
            rubric=items,
            accepted=_conventions(question),
            given=(one.written for one in content.given),
        )

    def read(self, text: str) -> tuple[str, tuple[DerivationLine, ...]] | Problem:
        """Read the lines."""
        lines = self.workings.read(text)
        return lines if isinstance(lines, Problem) else (text, lines)

    def judge(self, answer: tuple[str, tuple[DerivationLine, ...]], sitting: Sitting) -> Verdict:  # noqa: ARG002
        """Judge every line, and say which items of the rubric are shown."""
        worked = self.workings.judge(*answer, self.question.file.points)
        earned = (item for item in self.question.file.rubric if item.id in worked.earned)
        shown = tuple(said_by_author(item.id, item.say) for item in earned if item.say is not None)
        return replace(worked.verdict, findings=(*worked.verdict.findings, *shown)) if shown else worked.verdict

    def explain(self, answer: tuple[str, tuple[DerivationLine, ...]], sitting: Sitting) -> Findings:
        """Say which line is the first that does not follow, and what is missing at the end."""
        return self.judge(answer, sitting).findings

    def reached(self, answer: tuple[str, tuple[DerivationLine, ...]]) -> Reached:
        """Say up to which line it is right, and which link comes next."""
        steps = self.workings.judge(*answer).steps
        return reached_by_lines(steps, self.workings.asked, self.workings.ways)

    def lines(self, answer: tuple[str, tuple[DerivationLine, ...]]) -> Mapping[int, bool | None]:
        """Say of each line of the text, counted from 0, if what it says follows; None if that is not decided.

        A line that says nothing new, such as what was asked, is not among them.
        """
        text = answer[0]
        found: dict[int, bool | None] = {}
        for step in self.workings.judge(*answer).steps:
            if step.side.span is not None:
                line = text.count("\n", 0, step.side.span.start)
                before = found.get(line, True)
                found[line] = False if step.is_wrong or before is False else None if before is None else step.follows
        return found

    def solve(self, seed: str = "") -> str:  # noqa: ARG002 - the same for all students
        """Write the lines of a derivation."""
        return derivation_of(self.question)
