"""What flows into each unit of a network, and with which weights: the arrows of its picture before they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

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

__all__ = ["Flow", "Use", "absorbed", "flows", "undeclared_inputs"]

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
    known = _known(graph)
    for equation in graph.equations:
        if equation.left in inside.values():
            continue
        argument = inside.get(equation.left)
        through = ((equation.left, argument),) if argument is not None else ()
        summed = argument if argument is not None else equation.left
        yield from _into(equation.left, summed, through, graph, known)


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


def undeclared_inputs(graph: Graph) -> frozenset[str]:
    r"""Name what stands last in products of parameters alone, where no inputs are declared: x in w x, not w in λ w.

    >>> from symnn.networks.models import graph_from_text
    >>> sorted(undeclared_inputs(graph_from_text("y = w*x + b\nE = y^2 + c*w")))
    ['x']
    """
    if graph.listed("input"):
        return frozenset()
    last: set[str] = set()
    before: set[str] = set()
    for equation in graph.equations:
        for term in _terms(equation.right, graph):
            inner = unsigned(term)
            if isinstance(inner, Product) and all(graph.quantities[name].role == "parameter" for name in names(term)):
                *weights, end = inner.factors
                before.update(name for weight in weights for name in names(weight))
                last.update([end.name] if isinstance(end, Name) else names(end) if isinstance(end, Transpose) else ())
    return frozenset(last - before)


def _terms(right: Tree, graph: Graph) -> tuple[Tree, ...]:
    """Give what is added in an equation, inside its activation."""
    if isinstance(right, Call) and len(right.arguments) == 1 and _is_activation(right.function, graph):
        right = right.arguments[0]
    return right.terms if isinstance(right, Sum) else (right,)


def _into(unit: str, summed: str, through: tuple[Use, ...], graph: Graph, known: _Known) -> Iterator[Flow]:
    """Give what flows into a unit, each source once with all its weights."""
    labels: dict[str | None, list[Tree]] = {}
    carries: dict[str | None, list[Use]] = {}
    for term in _terms(graph.definitions[summed], graph):
        flowing = tuple(name for name in names(term) if name in known.units)
        weights = tuple(name for name in names(term) if name not in flowing)
        if not flowing and not known.weights.isdisjoint(weights):
            continue  # a penalty: what it weighs are the weights of other arrows
        sources: tuple[str | None, ...] = flowing or ((None,) if weights else ())
        for place, source in enumerate(sources):
            # a weight of several sources is named at the first of them, and belongs to all
            named = _labels(term, flowing, weights) if not place else ()
            labels.setdefault(source, []).extend(one for one in named if one not in labels.get(source, ()))
            used = (*flowing[place : place + 1], *weights)
            carries.setdefault(source, [*through]).extend((summed, name) for name in used)
    for source, found in labels.items():
        yield Flow(source, unit, tuple(found), tuple(dict.fromkeys(carries[source])))


class _Known(NamedTuple):
    """The quantities that are units, and those that stand beside one and so are weights."""

    units: frozenset[str]
    weights: frozenset[str]


def _known(graph: Graph) -> _Known:
    given = frozenset(name for name, one in graph.quantities.items() if one.role != "parameter")
    units = given | undeclared_inputs(graph)
    held = [frozenset(names(term)) for equation in graph.equations for term in _terms(equation.right, graph)]
    return _Known(units, frozenset().union(*(one - units for one in held if one & units)))


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
