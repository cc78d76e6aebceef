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
    counts = depths(graph)
    units = [
        (right, counts[name])
        for name, right in graph.definitions.items()
        if isinstance(right, Call) and _is_unit(right)
    ]
    last = max((count for _, count in units), default=0)
    hidden = "hidden" if last == 2 else "hidden-{}"  # noqa: PLR2004 - one hidden layer and the output
    return {
        Call(unit.function, unit.arguments, 1): "output" if count == last else hidden.format(count)
        for unit, count in units
    }


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
