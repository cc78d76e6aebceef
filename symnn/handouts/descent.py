"""The steps of gradient descent on a page: w^{k+1} = w^k - η ∂E/∂w, in letters that the network does not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from symnn.derivation.optimizers import SGD, Optimizer
from symnn.derivation.updates import rate_in, update
from symnn.expressions.tree import Name, Number, Power, Sum, Tree
from symnn.handouts.digits import number_from_digits
from symnn.handouts.document import Block, Heading, Prose, ProseFact
from symnn.handouts.equations import column_shape
from symnn.handouts.ruled import by_rule
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Line, Piece, PutIn, Value, expression, one_piece

__all__ = ["Values", "descent"]

COUNTERS = "knmij"
"""Letters for the number of an iteration; the deck's is k."""


class Values(Protocol):
    """The numbers at a point: of quantities and derivatives, put into trees, of a result after a step."""

    def at(self, of: str, name: str) -> tuple[Any, Any] | None:
        """Give the value of a parameter and the derivative of a result by it; None where they are not known."""
        ...

    def rate(self, name: str) -> float | None:
        """Give the learning rate."""
        ...

    def as_shown(self, value: Any) -> Value:
        """Give a value as it is shown."""
        ...

    def put_in(self, tree: Tree) -> PutIn | None:
        """Write a tree with numbers for its names."""
        ...

    def after(self, of: str, moved: Mapping[str, Any]) -> tuple[Value, Value] | None:
        """Give a result before and after a step of some parameters."""
        ...


def descent(
    graph: Graph, of: str, wrt: Sequence[str], numbers: Values | None = None, rule: Optimizer = SGD
) -> Iterator[Block]:
    """Write the step of each quantity against its derivative, with numbers the new values and what E becomes."""
    rate = rate_in(graph)
    counter = Name(next((letter for letter in COUNTERS if letter not in graph.quantities), "iteration"))
    moved = _moved(of, wrt, numbers, rate, rule)
    if rule == SGD:
        yield Heading("head-update")
        yield Prose("update-explained", {"rate": Piece(Name(rate)), "step": Piece(counter)})
        yield Aligned(tuple(_line(graph, of, name, counter, moved, numbers) for name in wrt), paired=True)
    else:
        yield from by_rule(rule, graph, of, rate, counter)
        if moved and numbers:
            yield Prose("rule-first-step")
            firsts = ((Power(Name(name), Number(1)), numbers.as_shown(value)) for name, value in moved.items())
            yield Aligned(tuple(Line(one_piece(left), (), value) for left, value in firsts), paired=True)
    both = numbers.after(of, moved) if numbers and len(moved) == len(wrt) else None
    if both is not None:
        before, after = (Piece(number_from_digits(value.digits)) for value in both)
        facts: dict[str, ProseFact] = {"of": Piece(Name(of)), "before": before, "after": after}
        yield Prose("loss-after-step", facts)


def _line(graph: Graph, of: str, name: str, counter: Name, moved: Mapping[str, Any], numbers: Values | None) -> Line:
    """Write the step of one quantity."""
    formula = update(of, name, rate_in(graph)).formula
    then, now = Power(Name(name), Sum((counter, Number(1)))), Power(Name(name), counter)
    value = numbers.as_shown(moved[name]) if numbers and name in moved else None
    put_in = numbers.put_in(formula) if numbers and value else None
    shape = graph.shapes.get(name, ())
    right = Sum((now, *formula.terms[1:]))
    return Line(one_piece(then), (expression(right),), value, shape=column_shape(shape), put_in=put_in)


def _moved(of: str, wrt: Sequence[str], numbers: Values | None, rate: str, rule: Optimizer) -> dict[str, Any]:
    """Compute the first step of all quantities whose values are known."""
    size = numbers.rate(rate) if numbers else None
    known = {name: pair for name in wrt if (pair := numbers.at(of, name)) is not None} if numbers else {}
    if size is None or not known:
        return {}
    from symnn.numeric.descending import Descending

    down = Descending(rule, size)
    return down.step({name: one for name, (one, _) in known.items()}, {name: one for name, (_, one) in known.items()})
