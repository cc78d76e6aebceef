"""The forward pass: the value of every named quantity, in any arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.numeric.interpreter import Interpreter
from symnn.numeric.valued import filled_tensor, valued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.networks.graph import Graph
    from symnn.ops.operation import Arithmetic

__all__ = ["forward", "missing", "with_results"]


def forward(graph: Graph, at: Mapping[str, Any], m: Arithmetic) -> dict[str, Any]:
    r"""Evaluate every quantity: first the given ones, then each equation in the order of the forward pass.

    ``at`` gives a value of the arithmetic ``m`` to every quantity that no equation computes: to a tensor nested
    lists of them, an array, or a `Valued` that may hold a batch. Tensors come back as `Valued`. Where floats overflow
    on the way, as exp(a)/(1 + exp(a)) does for large a, what comes of it is still right.
    Raises: UsageError naming the values that are missing.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.numeric.arithmetic import floats
    >>> graph = graph_from_text("f(x) = 1/(1 + exp(-x))\na = w*x\ny = f(a)")
    >>> forward(graph, {"w": 0.0, "x": 3.0}, floats())
    {'w': 0.0, 'x': 3.0, 'a': 0.0, 'y': 0.5}
    """
    absent = missing(graph, at)
    if absent:
        raise raisable(UsageError, Problem("missing-value", {"names": absent}))
    values = {name: filled_tensor(at[name], graph.shapes.get(name, ())) for name in graph.free}
    if m.in_arrays is None:
        return with_results(graph, values, m)
    from symnn.numeric.wide import in_floats

    return in_floats(m, values, lambda given, numbers: with_results(graph, given, numbers))


def with_results(graph: Graph, values: Mapping[str, Any], m: Arithmetic) -> dict[str, Any]:
    """Add what the equations give, in just the numbers of ``m``: floats may overflow on the way."""
    found = dict(values)
    interpreter = Interpreter(m, graph.functions, graph.definitions)
    for equation in graph.equations:
        value, shape = interpreter.of(equation.right, found), graph.shapes.get(equation.left, ())
        found[equation.left] = filled_tensor(valued(value), shape) if shape else m.kept(value)
    return found


def missing(graph: Graph, at: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the quantities that still need a value."""
    return tuple(name for name in graph.free if name not in at)
