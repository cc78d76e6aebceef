"""Slips with the numbers that are given: a sign lost, two values exchanged, and exp(+a) in a logistic unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from msgspec import Struct

from symnn.expressions.terms import minus
from symnn.expressions.tree import Call, Matrix, Name, Negative, Number, Sum, Tree, mapped, names
from symnn.expressions.writing import plain
from symnn.misconceptions.equation_slips import affordable
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import kind_of
from symnn.misconceptions.unit_layers import depths
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.verdicts import codes

__all__ = ["Given", "given_slips", "turned_units", "without_signs"]

LOST, ADDED, EXCHANGED, TURNED = 0.95, 1.2, 1.15, 1.1
"""A minus sign is lost more easily than one is invented."""

_MOST = 120
"""So many slips with given values of one network are worked out, those of small networks all."""


class Given(Struct, frozen=True):
    """A mistake with the values that are taken instead of those given."""

    mistake: Mistake
    values: Mapping[str, float]


def given_slips(key: Tree, graph: Graph, values: Mapping[str, float]) -> Iterator[Given]:
    """List the slips in copying the given values that a key depends on: one sign, or two of a kind exchanged.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w1*x1 + w2*x2")
    >>> found = given_slips(Name("a"), graph, {"w1": 2.0, "w2": -1.0, "x1": 1.0, "x2": 3.0})
    >>> [(slip.mistake.code, dict(slip.values)) for slip in found if slip.mistake.cost < 1]
    [('sign', {'w2': 1.0})]
    """
    used = [name for name in _behind(key, graph) if name in values]
    yield from islice((*_signs(used, values), *_pairs(used, graph, values)), affordable(graph, _MOST))


def _signs(used: list[str], values: Mapping[str, float]) -> Iterator[Given]:
    for name in used:
        if values[name]:
            mistake = Mistake(codes.SIGN, facts(at=name), LOST if values[name] < 0 else ADDED)
            yield Given(mistake, {name: -values[name]})


def _pairs(used: list[str], graph: Graph, values: Mapping[str, float]) -> Iterator[Given]:
    together = _together(graph)
    for one, other in combinations(used, 2):
        beside = together.get(one) == together.get(other) and values[one] != values[other]
        if beside and _exchangeable(one, other, graph):
            mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=(one, other), wrote=(other, one)), EXCHANGED)
            yield Given(mistake, {one: values[other], other: values[one]})


def _together(graph: Graph) -> dict[str, int]:
    """Give the layer in which each quantity is first used: weights of one layer are exchanged, seldom others."""
    depth = depths(graph)
    found: dict[str, int] = {}
    for equation in graph.equations:
        for name in equation.uses:
            found.setdefault(name, depth[equation.left])
    return found


def _exchangeable(one: str, other: str, graph: Graph) -> bool:
    """Say whether two given quantities may be taken for each other: of one role, one kind and one shape."""
    first, second = graph.quantities.get(one), graph.quantities.get(other)
    if first is None or second is None or first.role != second.role or first.shape != second.shape:
        return False
    return kind_of(Name(one), graph) == kind_of(Name(other), graph)


def turned_units(key: Tree, graph: Graph) -> Iterator[tuple[Mistake, Mapping[str, Tree]]]:
    """List the logistic units behind a key with exp(+a) for exp(-a), which is f(-a): each of them, then all.

    >>> from symnn.networks.catalogue import network
    >>> [dict(mistake.facts)["at"] for mistake, _ in turned_units(Name("y"), network("midges").graph)]
    ['a3', 'a2', 'a1', ('a1', 'a2', 'a3')]
    """
    reached = _behind(key, graph)
    found: dict[str, Tree] = {}
    arguments: list[str] = []
    for left, right in graph.definitions.items():
        match right:
            case Call(function, (argument,), 0) if left in reached and _is_logistic(function, graph):
                found[left] = Call(function, (minus(argument),))
                arguments.append(plain(argument))
    for (left, wrong), shown in reversed(list(zip(found.items(), arguments, strict=True))):
        yield Mistake(codes.SIGN, facts(at=shown), TURNED), {left: wrong}
    if len(found) > 1:
        yield Mistake(codes.SIGN, facts(at=tuple(arguments)), TURNED), found


def without_signs(key: Tree, graph: Graph) -> Iterator[tuple[Mistake, Mapping[str, Tree]]]:
    """List the sums and the matrices of numbers behind a key with every minus sign lost.

    >>> from symnn.networks.models import graph_from_text
    >>> [dict(mistake.facts) for mistake, _ in without_signs(Name("s"), graph_from_text("s = p - 2*q - r"))]
    [{'at': ('-2*q', '-r')}]
    """
    reached = _behind(key, graph)
    for left, right in graph.definitions.items():
        if left in reached and isinstance(right, Sum):
            lost = tuple(term for term in right.terms if isinstance(term, Negative))
            if len(lost) > 1:
                terms = tuple(term.operand if isinstance(term, Negative) else term for term in right.terms)
                yield Mistake(codes.SIGN, facts(at=tuple(map(plain, lost))), EXCHANGED), {left: Sum(terms)}
        written = mapped(right, _unsigned) if left in reached else right
        if written != right:
            yield Mistake(codes.SIGN, (), EXCHANGED), {left: written}


def _unsigned(tree: Tree) -> Tree | None:
    """Give a matrix of numbers without its minus signs."""
    if not isinstance(tree, Matrix) or names(tree):
        return None
    rows = tuple(tuple(_positive(entry) for entry in row) for row in tree.rows)
    return Matrix(rows, tree.vector)


def _positive(entry: Tree) -> Tree:
    if isinstance(entry, Number) and entry.numerator < 0:
        return Number(-entry.numerator, entry.denominator)
    return entry.operand if isinstance(entry, Negative) else entry


def _is_logistic(function: str, graph: Graph) -> bool:
    known = graph.functions.get(function)
    return named.SIGMOID in (function, known.known if known is not None else "")


def _behind(key: Tree, graph: Graph) -> tuple[str, ...]:
    """List what a key depends on, in the order of the graph."""
    reached = {used for name in names(key) for used in (name, *graph.ancestors(name))}
    return tuple(name for name in graph.quantities if name in reached)
