"""The pieces that a derivation multiplies: weights, inputs, values, f'(a), the output error, numbers, η."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from symnn.derivation.sweep import Factor
from symnn.derivation.updates import RATE
from symnn.expressions.terms import ONE, is_number
from symnn.expressions.tree import Call, Name, Negative, Number, Product, Quotient, Sum, Tree, names
from symnn.expressions.writing import plain
from symnn.networks.graph import Graph
from symnn.ops.table import OF_NUMBERS

__all__ = ["FactorPiece", "Kind", "derivative_at", "kind_of", "pieces_of", "unit_derivative"]

Kind = Literal["weight", "input", "target", "value", "sum", "loss", "derivative", "error", "number", "rate", "other"]
"""What a piece is; pieces of one kind are confused more easily than others."""


class FactorPiece(Struct, frozen=True, gc=False):
    """One multiplicand as the lecture sees it; f'(a) is one piece, ``parts`` are y and 1 - y.

    ``loss`` marks a number that the loss brought in, the 2 of the squared error.
    """

    tree: Tree
    kind: Kind
    parts: tuple[Tree, ...] = ()
    loss: bool = False

    @property
    def label(self) -> str:
        """How the piece is written: ``f'(a3)``, ``w5``, ``y - z``."""
        return plain(self.tree)


def kind_of(tree: Tree, graph: Graph) -> Kind:
    """Say what a multiplicand is.

    >>> kind_of(Number(2), Graph({}, ()))
    'number'
    """
    match tree:
        case Number() | Quotient(Number(), Number()):
            return "number"
        case Name(name):
            return _kind_of_name(name, graph)
        case Call(order=order) if order:
            return "derivative"
        case Sum():
            roles = {graph.quantities[name].role for name in names(tree) if name in graph.quantities}
            return "error" if "target" in roles else "other"
    return "other"


def _kind_of_name(name: str, graph: Graph) -> Kind:
    if name in graph.definitions:
        if _is_loss(name, graph):
            return "loss"
        return "value" if isinstance(graph.definitions[name], Call) else "sum"
    quantity = graph.quantities.get(name)
    if quantity is None:
        return "rate" if name == RATE else "other"
    kinds: Mapping[str, Kind] = {"input": "input", "target": "target", "parameter": "weight"}
    return kinds.get(quantity.role, "other")


def unit_derivative(value: str, graph: Graph) -> FactorPiece | None:
    r"""Give f'(a) for a unit ``value = f(a)``; None if it is no unit or its derivative is 1.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("f(x) = 1/(1 + exp(-x))\na = w*x\ny = f(a)")
    >>> piece = unit_derivative("y", graph)
    >>> piece.label, [plain(part) for part in piece.parts]
    ("f'(a)", ['y', '1 - y'])
    """
    match graph.definitions.get(value):
        case Call(function, (Name() as argument,), 0):
            known = graph.functions.get(function)
            if known is not None:
                parts = known.derivative(Name(value), argument)
            elif function in OF_NUMBERS and OF_NUMBERS[function].is_function:
                parts = OF_NUMBERS[function].partials(Name(value), argument)[0]
            else:
                return None
            if all(is_number(part, 1) for part in parts):
                return None
            return FactorPiece(Call(function, (argument,), 1), "derivative", parts)
    return None


def derivative_at(call: Call, graph: Graph) -> FactorPiece:
    """Take f'(a) as a piece, in the short form of the unit where a is a unit's weighted sum."""
    value = Call(call.function, call.arguments)
    for name, right in graph.definitions.items():
        if right == value and (piece := unit_derivative(name, graph)) is not None:
            return piece
    known = graph.functions.get(call.function)
    parts = known.derivative(value, call.arguments[0]) if known is not None else ()
    return FactorPiece(call, "derivative", parts)


def pieces_of(factor: Factor, graph: Graph) -> tuple[int, tuple[FactorPiece, ...]]:
    """Cut one factor of the chain rule into pieces, its sign apart."""
    whole = unit_derivative(factor.of, graph)
    if whole is not None:
        return 1, (whole,)
    sign = 1
    pieces: list[FactorPiece] = []
    waiting = list(reversed(factor.parts))
    while waiting:
        part = waiting.pop()
        if isinstance(part, Negative):
            sign = -sign
            waiting.append(part.operand)
        elif isinstance(part, Product):
            waiting.extend(reversed(part.factors))
        elif isinstance(part, Quotient) and part.over != ONE and not isinstance(part.over, Number):
            waiting.extend((Quotient(ONE, part.under), part.over))
        elif not is_number(part, 1):
            kind = kind_of(part, graph)
            pieces.append(FactorPiece(part, kind, loss=kind == "number" and _is_loss(factor.of, graph)))
    return sign, tuple(pieces)


def _is_loss(name: str, graph: Graph) -> bool:
    """Say whether a quantity compares with a target."""
    used = (graph.quantities.get(used) for used in names(graph.definitions[name]))
    return any(quantity is not None and quantity.role == "target" for quantity in used)
