"""A number: inside the window that the tolerance leaves around the model answer's value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, Final

from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Window, judge_number, number_window
from symnn.equality.tensor_judge import asked_shape, cells_of, is_tensor, misfit
from symnn.equality.work import explaining
from symnn.errors import Problem
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Name, Number, Product, Tree, walk
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope
from symnn.misconceptions.amounts import Amounts, AmountsAt
from symnn.networks.tree_shapes import Misfit
from symnn.questions.expressed import Expressed
from symnn.questions.kind import Findings, Sitting
from symnn.questions.marks import unreadable, wrong
from symnn.questions.several_numbers import TensorReasons, kept_secret
from symnn.questions.solving import EXACT, number_of
from symnn.questions.variants import is_drawn
from symnn.verdicts import codes
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding, Judgement, Read, Verdict

__all__ = ["OneNumber"]

_NUMBERS: Final = Scope.of(())
"""Nothing is declared: ``2.8e-1`` can only be a number, also where the network has an e or an E."""

_UNEXPLAINED: Final = (codes.UNEXPLAINED({"how": "number"}),)


class OneNumber(Expressed[Tree, Window]):
    """A number; it may be written as a fraction or with functions, but not with quantities."""

    fields: ClassVar = frozenset(("tolerance", "at", "form", "follow", "feedback", "accept", "asked"))
    needs = "tolerance"

    def read(self, text: str) -> Reading | Problem:
        """Read one expression; ``2.8e-1`` is a number also where e or E is a quantity."""
        reading = read(text, self.question.scope)
        if isinstance(reading, Problem) and reading.code == "ambiguous":
            alone = read(text, _NUMBERS)
            return reading if isinstance(alone, Problem) else alone
        return reading

    def value(self, answer: Reading, read: Read) -> Tree | Verdict:
        """Take an answer without quantities that is one number."""
        name = next((node for node in walk(answer.tree) if isinstance(node, Name)), None)
        if name is not None:
            return wrong(self.question, read, (codes.NUMBER_EXPECTED({"wrote": name.name}, name.span),), "form")
        tensor = _shape_mistake(answer.tree)
        return answer.tree if tensor is None else wrong(self.question, read, (tensor,), "shape")

    def referring(self, sitting: Sitting) -> Callable[[Tree], Window]:
        """Work out windows at the values of a variant. Raises Unknown where a value is not finite."""
        tolerance, values = self.question.file.tolerance or EXACT, self.question.numbers(sitting.seed)
        return lambda tree: number_window(tree, sitting.meaning, values, tolerance)

    def compared(self, value: Tree, reference: Window, text: str, *, explain: bool = True) -> Judgement:  # noqa: ARG002
        """Say whether a number lies in a window."""
        return judge_number(value, reference, self._meaning)

    def told(self, answer: Reading, value: Tree, read: Read, judgement: Judgement, sitting: Sitting) -> Verdict:
        """Say what is wrong with a number; ``7×7`` for 7 may be a size, and may be 49."""
        match value:
            case Product((Number() as side, Number() as other)) if side.value == other.value:
                if self.compared(side, self.offers(sitting).key, "").equal:
                    facts = {"side": plain(side), "product": plain(value)}
                    return unreadable(self.question, Problem("size-or-product", facts, value.span), read)
        if any(finding.code != "near-miss" for finding in judgement.findings):
            return wrong(self.question, read, judgement.findings, "number")
        findings = self.explain(answer, sitting) or judgement.findings or _UNEXPLAINED
        return wrong(self.question, read, findings, "number")

    def explain(self, answer: Reading, sitting: Sitting) -> Findings:
        """Say why a number is wrong, at the values of a variant."""
        if self.question.network.shapes:
            return self._of_tensors.explain((answer.tree,), (), sitting.seed)
        with explaining():
            return kept_secret(explained(lambda: self._explained(answer.tree, sitting.seed), ()))

    def solve(self, seed: str = "") -> str:
        """Give the number to as many places as are asked."""
        return number_of(self.question, self.question.content.answer.value, seed)

    def _explained(self, answer: Tree, seed: str) -> Findings:
        if self._amounts is None:
            return ()
        variant = seed if is_drawn(self.question.at) else ""
        if variant not in self._amounts_at:
            values = self.question.numbers(seed)
            self._amounts_at[variant] = self._amounts.at(values, self.question.file.tolerance)
        return self._amounts_at[variant].explain(answer)

    @cached_property
    def _meaning(self) -> Meaning:
        return Meaning(functions=self.question.meaning.functions)

    @cached_property
    def _amounts(self) -> Amounts | None:
        return Amounts.of(self.question.network, self.question.content.answer.written)

    @cached_property
    def _amounts_at(self) -> dict[str, AmountsAt]:
        return {}

    @cached_property
    def _of_tensors(self) -> TensorReasons:
        return TensorReasons(self.question)


def _shape_mistake(tree: Tree) -> Finding | None:
    """Say that an answer is a vector or a matrix, where it is."""
    if not is_tensor(tree, {}):
        return None
    try:
        found = cells_of(tree, {})
    except Misfit as error:
        return misfit(error.problem)
    except TooLarge:
        return None
    return asked_shape((), found.shape, tree.span, of_numbers=True) if found.shape else None
