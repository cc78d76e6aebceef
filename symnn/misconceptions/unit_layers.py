"""Which layer a unit belongs to: the output layer, or a hidden one by its number."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.tree import Call, Tree
from symnn.networks.graph import Graph
from symnn.ops.table import OPERATIONS

__all__ = ["depths", "layers"]


def layers(graph: Graph) -> Mapping[Tree, str]:
    """Name the layer of each unit by its f'(a): ``output``, ``hidden``, ``hidden-2``.

    >>> from symnn.networks.catalogue import network
    >>> {call.function: layer for call, layer in layers(network("bp-2-3-2-1").graph).items()}
    {'f1': 'hidden-1', 'f2': 'hidden-1', 'f3': 'hidden-1', 'f4': 'hidden-2', 'f5': 'hidden-2', 'f6': 'output'}
    """
    counts, weighted = depths(graph), _weighted(graph)
    units = {name: right for name, right in graph.definitions.items() if isinstance(right, Call) and _is_unit(right)}
    several = len({counts[name] for name in units if name in weighted}) > 1
    hidden = "hidden-{}" if several else "hidden"
    return {
        Call(unit.function, unit.arguments, 1): hidden.format(counts[name]) if name in weighted else "output"
        for name, unit in units.items()
    }


def _weighted(graph: Graph) -> frozenset[str]:
    """Name what meets a parameter on its way to the result; the output layer is what no parameter comes behind."""
    found: set[str] = set()
    parameters = frozenset(graph.parameters)
    forward = (equation for equation in graph.equations if graph.quantities[equation.left].role != "adjoint")
    for equation in reversed(tuple(forward)):
        if equation.left in found or not parameters.isdisjoint(equation.uses):
            found.update(equation.uses)
    return frozenset(found)


def depths(graph: Graph) -> dict[str, int]:
    """Count, for every computed quantity, the units on the longest way to it, a unit itself included."""
    counts: dict[str, int] = {}
    for equation in graph.equations:
        below = max((counts.get(name, 0) for name in equation.uses), default=0)
        counts[equation.left] = below + _is_unit(equation.right)
    return counts


def _is_unit(right: Tree) -> bool:
    """Say whether a right side is an activation: no loss, no pooling, no arrangement of entries."""
    if not isinstance(right, Call) or len(right.arguments) != 1:
        return False
    operation = OPERATIONS.get(right.function)
    return operation is None or operation.is_unit
