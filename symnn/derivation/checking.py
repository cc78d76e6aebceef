"""The second way: SymPy differentiates the whole expanded result, and must agree with the sweep."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name, extended
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count
from symnn.derivation.sweep import Derivation
from symnn.graph.graph import Graph
from symnn.language.tree import Tree
from symnn.ops.algebra import to_sympy

__all__ = ["Check", "check", "expanded"]

POINTS = 3
DIGITS = 30
TOLERANCE = 1e-9


class Check(Struct, frozen=True):
    """Whether SymPy agrees, and the largest relative difference seen, at random points off the kinks."""

    sympy: bool
    max_error: float


def expanded(graph: Graph, tree: Tree, keep: frozenset[str] = frozenset()) -> Any:
    r"""Give the SymPy expression of a tree with every computed quantity but ``keep`` written out.

    >>> from symnn.graph.reading import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> expanded(graph, graph.definitions["E"])
    (w*x - z)**2
    """
    meaning: dict[str, Any] = {}
    for equation in graph.equations:
        if equation.left not in keep:
            meaning[equation.left] = to_sympy(equation.right, graph.written_out, meaning)
    return to_sympy(tree, graph.written_out, meaning)


def check(derivation: Derivation) -> Check:
    """Re-derive every gradient with SymPy and compare with deltas and with paths, at random points.

    SymPy differentiates the whole expanded result, knowing nothing of the sweep. Points are drawn from a
    fixed seed; the difference is relative, measured with 30 digits.
    """
    import sympy

    graph = derivation.graph
    larger = extended(graph, derivation.of)
    rng = random.Random(20)  # noqa: S311 - a reproducible draw of test points, no secret
    points = [_point(larger, rng) for _ in range(POINTS)]
    worst = 0.0
    for wrt in derivation.wrt:
        loss = expanded(graph, graph.definitions[derivation.of], frozenset({wrt}))
        theirs = sympy.diff(loss, sympy.Symbol(wrt, real=True))
        for values in points:
            reference = theirs.xreplace({symbol: values[symbol.name] for symbol in theirs.free_symbols})
            for ours in _ways(derivation, larger, wrt, values):
                worst = max(worst, float(abs(ours - reference) / max(1, abs(reference))))
    return Check(worst <= TOLERANCE, worst)


def _point(graph: Graph, rng: random.Random) -> dict[str, Any]:
    """Draw the free quantities and compute all others, adjoints too."""
    import sympy

    values: dict[str, Any] = {name: sympy.Float(rng.uniform(-1.5, 1.5), DIGITS) for name in graph.free}
    for equation in graph.equations:
        values[equation.left] = to_sympy(equation.right, graph.written_out, values)
    return values


def _ways(derivation: Derivation, larger: Graph, wrt: str, values: Mapping[str, Any]) -> list[Any]:
    """Give our derivative by deltas, and by paths where they can be written."""
    ways = [values.get(adjoint_name(derivation.of, wrt), 0)]
    if path_count(derivation, wrt) <= PATH_LIMIT:
        ways.append(to_sympy(gradient(derivation, wrt), larger.written_out, values))
    return ways
