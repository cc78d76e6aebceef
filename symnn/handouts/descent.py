"""The steps of gradient descent on a page: w^{k+1} = w^k - η ∂E/∂w, in letters that the network does not use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symnn.derivation.updates import rate_in, update
from symnn.expressions.tree import Name, Number, Power, Sum, Tree
from symnn.handouts.document import Block, Heading, Prose
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Line, Piece, Value, expression, one_piece
from symnn.ops.shapes import written

__all__ = ["descent"]

COUNTERS = "knmij"
"""Letters for the number of an iteration; the deck's is k."""


def descent(
    graph: Graph, of: str, wrt: Sequence[str], value: Callable[[Tree], Value | None] = lambda _: None
) -> Iterator[Block]:
    """Write the step of each quantity against its derivative; ``value`` gives the new value where it is known."""
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
        lines.append(Line(one_piece(then), (expression(right),), value(moved), shape=written(shape) if shape else ""))
    yield Aligned(tuple(lines))
