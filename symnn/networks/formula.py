"""A quantity written out in one formula: ``h_3 = g(V f(U x_3 + W f(U x_2 + W f(U x_1))))``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.errors import Problem, UsageError
from symnn.expressions.terms import is_number, minus, product, total
from symnn.expressions.tree import Name, Negative, Product, Sum, Tree, children, mapped, rebuilt, walk
from symnn.messages import raisable
from symnn.networks.graph import Graph

__all__ = ["FORMULA_LIMIT", "formula", "formula_size", "simplified"]

FORMULA_LIMIT = 2000
"""Formulas with more names and numbers than this are counted, not written."""

NOTHING: Mapping[str, Tree] = MappingProxyType({})


def formula_size(graph: Graph, name: str) -> int:
    """Count the names and numbers of a formula without writing it."""
    sizes: dict[str, int] = {}
    for equation in graph.equations:
        leaves = (node for node in walk(equation.right) if not children(node))
        sizes[equation.left] = sum(sizes.get(leaf.name, 1) if isinstance(leaf, Name) else 1 for leaf in leaves)
    return sizes.get(name, 1)


def formula(graph: Graph, name: str, known: Mapping[str, Tree] = NOTHING) -> Tree:
    r"""Write a quantity in what is given only: inputs and parameters, with ``known`` ones put in.

    Terms that are zero go, as W s_0 does where s_0 = 0; nothing is multiplied out and the order stays.
    Raises: UsageError with the count where the formula would be too large to read.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = graph_from_text("a = w*x - 2*b\ny = tanh(a)")
    >>> plain(formula(graph, "y", {"b": Name("c")}))
    'tanh(w*x - 2*c)'
    """
    size = formula_size(graph, name)
    if size > FORMULA_LIMIT:
        raise raisable(UsageError, Problem("formula-too-large", {"name": name, "size": size, "limit": FORMULA_LIMIT}))
    written: dict[str, Tree] = dict(known)
    for equation in graph.equations:
        right = mapped(equation.right, lambda node: written.get(node.name) if isinstance(node, Name) else None)
        written.setdefault(equation.left, simplified(right))
    return written.get(name, Name(name))


def simplified(tree: Tree) -> Tree:
    """Drop zero terms, ones and double signs, from the inside out."""
    parts = tuple(simplified(part) for part in children(tree))
    match tree:
        case Sum():
            return total(parts)
        case Product():
            return product(parts)
        case Negative():
            return parts[0] if is_number(parts[0], 0) else minus(parts[0])
    return rebuilt(tree, parts) if parts else tree
