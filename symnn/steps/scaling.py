"""A loss with another factor: every derivative of it is multiplied, everything else stays."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name
from symnn.expressions.tree import Derivative, Name, Product, Tree, number, substitute, walk
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph

__all__ = ["RATIOS", "losses_of", "scaled"]

RATIOS: Mapping[str, Fraction] = MappingProxyType(
    {"missing-2": Fraction(1, 2), "half-loss": Fraction(2), "z-y": Fraction(-1), "sign": Fraction(-1)}
)
"""What each convention of the loss multiplies its derivatives by."""

_TRUE = " as it is"
"""Ends the name of a derivative as it is; no reader can spell it."""


def losses_of(key: Tree) -> tuple[str, ...]:
    """Name what is differentiated in a key.

    >>> losses_of(Derivative(Name("E"), Name("w5")))
    ('E',)
    """
    found = (node.of.name for node in walk(key) if isinstance(node, Derivative) and isinstance(node.of, Name))
    return tuple(dict.fromkeys(found))


def scaled(graph: Graph, loss: str, ratio: Fraction) -> Graph:
    """Multiply all derivatives of one quantity that the graph has worked out.

    >>> from symnn.derivation.adjoint import extended
    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = scaled(extended(graph_from_text("E = w*x"), "E"), "E", Fraction(1, 2))
    >>> plain(graph.definitions["dE/dw"])
    '1/2*dE/dw as it is'
    """
    own = {adjoint_name(loss, name) for name in graph.quantities} & graph.definitions.keys()
    true: dict[str, Tree] = {name: Name(name + _TRUE) for name in own}
    equations: list[Equation] = []
    quantities = dict(graph.quantities)
    for equation in graph.equations:
        if equation.left not in own:
            equations.append(equation)
            continue
        as_it_is = equation.left + _TRUE
        quantities[as_it_is] = replace(graph.quantities[equation.left], name=as_it_is)
        equations += (
            Equation(as_it_is, substitute(equation.right, true)),
            Equation(equation.left, Product((number(ratio), Name(as_it_is)))),
        )
    return replace(graph, quantities=MappingProxyType(quantities), equations=tuple(equations))
