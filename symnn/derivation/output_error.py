"""A network without a loss is derived against a symbolic error at its output."""

from __future__ import annotations

from types import MappingProxyType

from msgspec.structs import replace

from symnn.errors import Problem, TargetError
from symnn.expressions.tree import Call, Entrywise, Name
from symnn.messages import raisable
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.ops import named

__all__ = ["with_output_error"]

OUTPUT_ERROR = "delta"


def with_output_error(graph: Graph, of: str | None = None) -> tuple[Graph, str]:
    """Add a symbolic output error δ to a network without a loss: E = δ^T h for its last (or the named) result.

    Then ∂E/∂h is δ itself. Gives the graph and the name of E. A network that has a scalar result, with no
    ``of`` or a number for it, comes back as it is.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("h = V s", Declarations(shapes={"V": (2, 2), "s": (2,)}))
    >>> larger, result = with_output_error(graph)
    >>> result, larger.quantities["delta"].shape
    ('E', (2,))
    """
    target = of if of is not None else graph.result
    if target is not None and not graph.shapes.get(target):
        return graph, target
    output = target if target is not None else graph.equations[-1].left
    error, loss = _unused(graph, OUTPUT_ERROR, "epsilon"), _unused(graph, "E", "L")
    shape = graph.shapes[output]
    quantities = dict(graph.quantities)
    quantities = {error: Quantity(error, shape, "input")} | quantities
    quantities[loss] = Quantity(loss, (), "result")
    right = Call(named.SUM, (Entrywise((Name(error), Name(output))),))
    return (
        replace(
            graph,
            quantities=MappingProxyType(quantities),
            equations=(*graph.equations, Equation(loss, right)),
        ),
        loss,
    )


def _unused(graph: Graph, *wanted: str) -> str:
    free = next((name for name in wanted if name not in graph.quantities), "")
    if not free:
        raise raisable(TargetError, Problem("no-scalar-result"))
    return free
