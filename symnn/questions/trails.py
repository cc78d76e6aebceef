"""The ways of the chain rule that a part is about, and what each link on them is worth."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.errors import SymnnError
from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name, Tree, names, walk
from symnn.questions.solving import worked_out
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["Trail", "trail_of", "worth_of"]


class Trail(Struct, frozen=True):
    """The ways from what is differentiated down to the quantity, as names."""

    of: str
    wrt: str
    paths: tuple[tuple[str, ...], ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link of every way once, in order."""
        return tuple(dict.fromkeys(link for path in self.paths for link in pairwise(path)))


_MOST_PATHS: Final = 8
"""So many paths a hint may list."""


def trail_of(question: Question) -> Trail | None:
    """Find which derivative a part is about; None if it is about none."""
    chain = question.content.chain
    written = question.content.answer.written
    pairs = [(chain.of, chain.wrt)] if chain is not None else []
    for node in (*walk(written), *question.content.asked):
        match node:
            case Derivative(Name(of), Name(wrt)):
                pairs.append((of, wrt))
    for of, wrt in pairs:
        for graph in (question.network, question.network.entrywise):
            ways = Ways(graph)
            if 0 < ways.count(of, wrt) <= _MOST_PATHS:
                paths = (
                    chain.through
                    if chain is not None and chain.through
                    else tuple((path[0][0], *(name for _, name in path)) for path in ways.paths(of, wrt))
                )
                return Trail(of, wrt, paths)
    return None


def worth_of(question: Question, link: Link) -> Tree | None:
    """Differentiate one equation; in matrix form where it can be written in that way."""
    for graph in (question.network, question.network.entrywise):
        right = graph.definitions.get(link[0])
        if right is None or link[1] not in names(right):
            continue
        if not graph.shapes:
            return product(local_partials(right, Name(link[0]), graph.functions)[link[1]])
        try:
            return worked_out(question, Derivative(Name(link[0]), Name(link[1])))
        except SymnnError:
            return None
    return None
