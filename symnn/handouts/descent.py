"""The steps of gradient descent on a page: w^{k+1} = w^k - η ∂E/∂w, in letters that the network does not use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from symnn.derivation.updates import rate_in, update
from symnn.expressions.tree import Name, Number, Power, Sum, Tree
from symnn.handouts.digits import number_of
from symnn.handouts.document import Block, Heading, Prose, ProseFact
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Line, Piece, PutIn, Value, expression, one_piece
from symnn.ops.shapes import written

__all__ = ["Values", "descent"]

COUNTERS = "knmij"
"""Letters for the number of an iteration; the deck's is k."""


class Values(Protocol):
    """The numbers at a point: put into trees, of a parameter after a step, of a result before and after it."""

    def moved(self, of: str, name: str, rate: str) -> Value | None:
        """Give the value of a parameter after a step."""
        ...

    def put_in(self, tree: Tree) -> PutIn | None:
        """Write a tree with numbers for its names."""
        ...

    def after(self, of: str, wrt: Sequence[str], rate: str) -> tuple[Value, Value] | None:
        """Give a result before and after a step of some parameters."""
        ...


def descent(graph: Graph, of: str, wrt: Sequence[str], numbers: Values | None = None) -> Iterator[Block]:
    """Write the step of each quantity against its derivative, with numbers the new values and what E becomes."""
    rate = rate_in(graph)
    counter = Name(next((letter for letter in COUNTERS if letter not in graph.quantities), "iteration"))
    yield Heading("head-update")
    yield Prose("update-explained", {"rate": Piece(Name(rate)), "step": Piece(counter)})
    lines = []
    for name in wrt:
        moved = update(of, name, rate).formula
        then, now = Power(Name(name), Sum((counter, Number(1)))), Power(Name(name), counter)
        right = Sum((now, *moved.terms[1:]))
        shape = graph.shapes.get(name, ())
        value = numbers.moved(of, name, rate) if numbers else None
        put_in = numbers.put_in(moved) if numbers and value else None
        shaped = written(shape) if shape else ""
        lines.append(Line(one_piece(then), (expression(right),), value, shape=shaped, put_in=put_in))
    yield Aligned(tuple(lines), paired=True)
    both = numbers.after(of, wrt, rate) if numbers else None
    if both is not None:
        before, after = (Piece(number_of(value.digits)) for value in both)
        facts: dict[str, ProseFact] = {"of": Piece(Name(of)), "before": before, "after": after}
        yield Prose("loss-after-step", facts)
