"""A vector or matrix of numbers, entry by entry: its shape first, then each entry within its tolerance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Window, judge_number, number_window
from symnn.equality.tensor_judge import asked_shape, cells_of, entrywise_meaning, misfit, written_place
from symnn.equality.work import explaining
from symnn.errors import Problem, Span
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Name, Tree, walk
from symnn.language.reading import Reading, read
from symnn.language.scope import Shape
from symnn.misconceptions.tensor_amounts import TensorAmounts
from symnn.networks.tree_shapes import Misfit
from symnn.ops.grid import Grid
from symnn.questions.expressed import Expressed
from symnn.questions.kind import Findings, Sitting
from symnn.questions.marks import accepted, all_wrong, earned, undecided, wrong
from symnn.questions.solving import EXACT, numbers_of
from symnn.questions.variants import is_drawn
from symnn.verdicts import codes
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding, Judgement, Read, Verdict

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["NumbersKind", "TensorReasons", "kept_secret"]

Windows: TypeAlias = tuple[Window, ...]

_BARE: Final = re.compile(r"[\d\s.,;，；、+/eE−－-]{1,4096}")
_COUNTED: Final = frozenset({"places", "wanted", "which", "line"})
"""Facts that are numbers of decimals, entries or lines."""

_SAID_VAGUELY: Final = frozenset(kind.code for kind in (codes.MISSING_TERM, codes.MISSING_FACTOR, codes.EXTRA_FACTOR))
_VAGUE: Final[Mapping[str, str]] = MappingProxyType({"how": "some", "likely": "perhaps"})


class NumbersKind(Expressed[Grid, Windows]):
    """A vector or matrix of numbers; some right entries earn their share."""

    def read(self, text: str) -> Reading | Problem:
        """Read an answer; numbers of a vector, and rows of a matrix, may also stand without brackets, ``12, 12``."""
        reading = read(text, self.question.scope)
        shape = self._expected.shape
        is_list = shape and _BARE.fullmatch(text) and (len(shape) == 1 or ";" in text)
        if not is_list or (not isinstance(reading, Problem) and " " not in text.strip()):
            return reading
        bracketed = read(f"[{text}]", self.question.scope)
        if not isinstance(bracketed, Problem):
            return bracketed
        torn = bracketed.code == "separator"  # -3 -1 may be two numbers: no difference is taken for granted
        return Problem(bracketed.code, {**bracketed.facts, "found": text}, Span(0, len(text))) if torn else reading

    def value(self, answer: Reading, read: Read) -> Grid | Verdict:
        """Take the entries of an answer without quantities that has the shape asked."""
        name = next((node for node in walk(answer.tree) if isinstance(node, Name)), None)
        if name is not None:
            return wrong(self.question, read, (codes.NUMBER_EXPECTED({"wrote": name.name}, name.span),), "form")
        try:
            given = _grid_of(answer.tree, self._expected)
        except TooLarge:
            return undecided(self.question, read)
        return wrong(self.question, read, (given,), "shape") if isinstance(given, Finding) else given

    def referring(self, sitting: Sitting) -> Callable[[Tree], Windows]:
        """Work out the windows of all entries. Raises Unknown where a value is not finite."""
        tolerance, values = self.question.file.tolerance or EXACT, self.question.numbers(sitting.seed)
        meaning, shapes = entrywise_meaning(sitting.meaning), sitting.meaning.shapes

        def windows(tree: Tree) -> Windows:
            return tuple(number_window(one, meaning, values, tolerance) for one in cells_of(tree, shapes).cells)

        return windows

    def compared(self, value: Grid, reference: Windows, text: str, *, explain: bool = True) -> Judgement:  # noqa: ARG002
        """Say whether all entries are right."""
        right = self._right(value, reference)
        return Judgement(True if all(right) else None if None in right else False, "number")

    def told(self, answer: Reading, value: Grid, read: Read, judgement: Judgement, sitting: Sitting) -> Verdict:
        """Say which entries are wrong, and why."""
        right = self._right(value, self.offers(sitting).key)
        which = tuple(written_place(place, self._expected.shape) for place, good in enumerate(right) if not good)
        reasons = self.explain(answer, sitting)
        credit = earned(1 - Fraction(len(which), len(right)), reasons)
        wrong_ones = () if reasons and not credit else (all_wrong(codes.ENTRIES({"which": which}), len(right)),)
        return accepted(self.question, read, credit, (*wrong_ones, *reasons), judgement.method)

    def explain(self, answer: Reading, sitting: Sitting) -> Findings:
        """Say why entries are wrong, at the values of a variant."""
        given = _grid_of(answer.tree, self._expected)
        return () if isinstance(given, Finding) else self._reasons.explain(given.cells, given.shape, sitting.seed)

    def solve(self, seed: str = "") -> str:
        """Give the entries to as many places as are asked."""
        return numbers_of(self.question, self.question.content.answer.value, seed)

    def _right(self, given: Grid, windows: Windows) -> list[bool | None]:
        """Say of each entry whether it is right; None where nobody can say."""
        if len(windows) != len(given.cells):
            return [False]
        pairs = zip(given.cells, windows, strict=True)
        return [judge_number(entry, window, self._meaning).equal for entry, window in pairs]

    @cached_property
    def _expected(self) -> Grid:
        return cells_of(self.question.content.answer.value, self.question.meaning.shapes)

    @cached_property
    def _meaning(self) -> Meaning:
        return Meaning(functions=self.question.meaning.functions)

    @cached_property
    def _reasons(self) -> TensorReasons:
        return TensorReasons(self.question)


class TensorReasons:
    """Why numbers of a network of vectors and matrices are wrong, prepared once for a variant."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._at: dict[str, TensorAmounts | None] = {}

    def explain(self, entries: tuple[Tree, ...], shape: Shape, seed: str) -> Findings:
        """Say what is wrong with a vector, a matrix or a number of such a network."""
        with explaining():
            return kept_secret(explained(lambda: self._explained(entries, shape, seed), ()))

    def _explained(self, entries: tuple[Tree, ...], shape: Shape, seed: str) -> Findings:
        question = self.question
        variant = seed if is_drawn(question.at) else ""
        if variant not in self._at:
            written, values = question.content.answer.written, question.numbers(seed)
            self._at[variant] = TensorAmounts.of(question.network, written, values, question.file.tolerance)
        amounts = self._at[variant]
        return () if amounts is None else amounts.explain(entries, shape)


def kept_secret(findings: Findings) -> Findings:
    """Leave out of an explanation what would give a number away: its ratio to the answer, or a term that is a number.

    That a term or a factor is missing may still be said, as long as nobody says which.

    >>> kept_secret((codes.MISSING_TERM({"term": "(7 + 2*1 - 3)/2"}),))[0].facts["how"]
    'some'
    >>> kept_secret((codes.CONSTANT({"ratio": "1/2"}),))
    ()
    >>> [found.code for found in kept_secret((codes.MISSING_TERM({"term": "w2*x2"}),))]
    ['missing-term']
    """
    telling = [finding for finding in findings if _is_number_told(finding)]
    if len(findings) == 1 and telling and telling[0].code in _SAID_VAGUELY:
        return (codes.KINDS[telling[0].code](_VAGUE),)
    return () if telling else findings


def _is_number_told(finding: Finding) -> bool:
    facts = (fact for name, fact in finding.facts.items() if name not in _COUNTED)
    parts = (part for fact in facts for part in (fact if isinstance(fact, tuple) else (str(fact),)))
    return any(part and not any(map(str.isalpha, part)) for part in parts)


def _grid_of(tree: Tree, expected: Grid) -> Grid | Finding:
    """Write an answer entry by entry, or say how its shape differs. Raises TooLarge."""
    try:
        given = cells_of(tree, {})
    except Misfit as found:
        return misfit(found.problem)
    same = given.shape in (expected.shape, (*expected.shape, 1))
    return given if same else asked_shape(expected.shape, given.shape, tree.span, of_numbers=True)
