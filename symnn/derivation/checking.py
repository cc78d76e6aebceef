"""The second way: SymPy differentiates the expanded result, and must agree with the sweep."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name, extended
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count
from symnn.derivation.sweep import Derivation
from symnn.graph.graph import Graph
from symnn.language.tree import Call, Tree
from symnn.ops.algebra import to_sympy

__all__ = ["Check", "check", "expanded"]

POINTS = 3
TOLERANCE = 1e-9


class Check(Struct, frozen=True):
    """Whether SymPy agrees, and the largest relative difference seen, at random points off the kinks."""

    sympy: bool
    max_error: float


def expanded(graph: Graph, tree: Tree, until: frozenset[str] = frozenset()) -> Any:
    """Give the SymPy expression of a tree with every computed quantity written out, functions too."""
    cache: dict[str, Any] = {}
    import sympy

    def symbolic(part: Tree) -> Any:
        expression = to_sympy(part, expand)
        written = {s: cache[s.name] for s in expression.free_symbols if s.name in cache and s.name not in until}
        return expression.xreplace(written)

    def expand(call: Call) -> Tree | None:
        function = graph.functions.get(call.function)
        return None if function is None else function.at(call.arguments[0])

    for equation in graph.equations:
        cache[equation.left] = symbolic(equation.right)
    result = symbolic(tree)
    return sympy.sympify(result) if not isinstance(result, sympy.Basic) else result


def check(derivation: Derivation) -> Check:
    """Re-derive every gradient with SymPy and compare with paths and with deltas, at random points.

    SymPy differentiates the whole expanded result, knowing nothing of the sweep. Points are drawn from a
    fixed seed; the relative difference is measured in floats.
    """
    import sympy

    graph = derivation.graph
    larger = extended(graph, derivation.of)
    loss = expanded(graph, graph.definitions[derivation.of])
    rng = random.Random(20)  # noqa: S311 - a reproducible draw of test points, no secret
    worst = 0.0
    for wrt in derivation.wrt:
        theirs = sympy.diff(loss, sympy.Symbol(wrt, real=True)) if wrt not in graph.definitions else None
        ours = _ways(derivation, larger, wrt)
        for _ in range(POINTS):
            point = {sympy.Symbol(name, real=True): rng.uniform(-1.5, 1.5) for name in graph.free}
            worst = max(worst, _difference(theirs, ours, point))
    return Check(worst <= TOLERANCE, worst)


def _ways(derivation: Derivation, larger: Graph, wrt: str) -> list[Any]:
    """Give our derivative by deltas, and by paths where they can be written."""
    graph = derivation.graph
    ways = []
    adjoint = adjoint_name(derivation.of, wrt)
    ways.append(expanded(larger, larger.definitions[adjoint]) if adjoint in larger.definitions else expanded(graph, _zero()))
    if path_count(derivation, wrt) <= PATH_LIMIT:
        ways.append(expanded(graph, gradient(derivation, wrt)))
    return ways


def _zero() -> Tree:
    from symnn.ops.terms import ZERO

    return ZERO


def _difference(theirs: Any, ours: list[Any], point: Mapping[Any, float]) -> float:
    values = [complex(way.evalf(subs=point)) for way in ours]
    reference = complex(theirs.evalf(subs=point)) if theirs is not None else values[0]
    scale = max(1.0, abs(reference))
    return max(abs(value - reference) / scale for value in values)
