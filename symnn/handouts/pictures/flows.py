"""What flows into each unit of a network, and with which weights: the arrows of its picture before they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from symnn.expressions.terms import product, unsigned
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    names,
)
from symnn.handouts.pictures.members import images
from symnn.networks.graph import Graph
from symnn.ops.table import OPERATIONS

__all__ = ["Flow", "Use", "absorbed", "flows"]

Use: TypeAlias = tuple[str, str]
"""A factor of the chain rule by the names of its two quantities: ∂ first / ∂ second."""


class Flow(Struct, frozen=True):
    """What flows into a unit: from which quantity (None for a bias), with which weights, and the factors it carries."""

    source: str | None
    target: str
    labels: tuple[Tree, ...]
    carries: tuple[Use, ...]


def flows(graph: Graph) -> Iterator[Flow]:
    r"""Give what flows into each unit; a weighted sum and the activation of it are one unit.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("a = w*x + b\ny = tanh(a)", Declarations(inputs=("x",)))
    >>> [(flow.source, flow.target, flow.carries) for flow in flows(graph)]
    [('x', 'y', (('y', 'a'), ('a', 'x'), ('a', 'w'))), (None, 'y', (('y', 'a'), ('a', 'b')))]
    """
    inside = {unit: argument for argument, unit in absorbed(graph).items()}
    for equation in graph.equations:
        if equation.left in inside.values():
            continue
        argument = inside.get(equation.left)
        through = ((equation.left, argument),) if argument is not None else ()
        summed = argument if argument is not None else equation.left
        yield from _into(equation.left, summed, through, graph)


def absorbed(graph: Graph) -> Mapping[str, str]:
    """Find the weighted sums that are drawn inside the unit that applies an activation to them; no feature maps."""
    maps = images(graph)
    users: dict[str, list[str]] = {}
    for equation in graph.equations:
        for used in equation.uses:
            users.setdefault(used, []).append(equation.left)
    found = {}
    for equation in graph.equations:
        match equation.right:
            case Call(function, (Name(argument),)) if argument in graph.definitions and argument not in maps:
                if users[argument] == [equation.left] and _is_activation(function, graph):
                    found[argument] = equation.left
    return found


def _is_activation(function: str, graph: Graph) -> bool:
    return function in graph.functions or (function in OPERATIONS and OPERATIONS[function].is_unit)


def _into(unit: str, summed: str, through: tuple[Use, ...], graph: Graph) -> Iterator[Flow]:
    """Give what flows into a unit, each source once with all its weights."""
    right = graph.definitions[summed]
    if isinstance(right, Call) and len(right.arguments) == 1 and _is_activation(right.function, graph):
        right = right.arguments[0]
    labels: dict[str | None, list[Tree]] = {}
    carries: dict[str | None, list[Use]] = {}
    for term in right.terms if isinstance(right, Sum) else (right,):
        flowing = _flowing(term, graph)
        weights = tuple(name for name in names(term) if name not in flowing)
        sources: tuple[str | None, ...] = flowing or ((None,) if weights else ())
        for place, source in enumerate(sources):
            # a weight of several sources is named at the first of them, and belongs to all
            named = _labels(term, flowing, weights) if not place else ()
            labels.setdefault(source, []).extend(one for one in named if one not in labels.get(source, ()))
            used = (*flowing[place : place + 1], *weights)
            carries.setdefault(source, [*through]).extend((summed, name) for name in used)
    for source, found in labels.items():
        yield Flow(source, unit, tuple(found), tuple(dict.fromkeys(carries[source])))


def _flowing(term: Tree, graph: Graph) -> tuple[str, ...]:
    """Name the quantities of a term that are units; where no inputs are declared, the last factor is one."""
    used = names(term)
    flowing = tuple(name for name in used if graph.quantities[name].role != "parameter")
    if not flowing and not graph.listed("input") and isinstance(term, Product):
        return used[-1:]
    return flowing


def _labels(term: Tree, flowing: tuple[str, ...], weights: tuple[str, ...]) -> tuple[Tree, ...]:
    """Give the weights of a term as they are named on its arrow: a product as one, those in a formula one by one."""
    inner = unsigned(term)
    if not weights:
        return ()
    if not flowing:
        whole = isinstance(inner, Name | Product) and all(isinstance(one, Name | Number) for one in _parts(inner))
        return (term,) if whole else tuple(map(Name, weights))  # no name of an operation on an arrow
    plain = isinstance(inner, Product | Entrywise | Quotient) and not any(map(_is_formula, _parts(inner)))
    if not plain or len(flowing) > 1:
        return tuple(map(Name, weights))
    return (product(tuple(part for part in _parts(inner) if names(part) and flowing[0] not in names(part))),)


def _parts(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, Product | Entrywise):
        return tree.factors
    return (tree.over, tree.under) if isinstance(tree, Quotient) else (tree,)


def _is_formula(tree: Tree) -> bool:
    """Say whether a factor is more than a name: a sum, or a function of something."""
    inner = tree.operand if isinstance(tree, Negative | Transpose) else tree
    return bool(names(inner)) and not isinstance(inner, Name)
