"""The second way: SymPy differentiates the whole expanded result, and must agree with the sweep."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name, extended
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count
from symnn.derivation.primes import carried_out
from symnn.derivation.sweep import Derivation, derive
from symnn.expressions.tree import Tree
from symnn.networks.expansion import entry_names
from symnn.networks.formula import formula_size
from symnn.networks.graph import Equation, Graph
from symnn.ops.algebra import to_sympy

__all__ = ["Check", "all_expanded", "check", "check_matrix", "expanded"]

POINTS = 3
WHOLE_LIMIT = 50_000
"""Above this product of a result's size and the number of derivatives, SymPy works equation by equation."""

DIGITS = 30
TOLERANCE = 1e-9


class Check(Struct, frozen=True):
    """Whether SymPy agrees, and the largest relative difference seen, at random points off the kinks."""

    sympy: bool
    max_error: float


def expanded(graph: Graph, tree: Tree, keep: frozenset[str] = frozenset()) -> Any:
    r"""Give the SymPy expression of a tree with every computed quantity but ``keep`` written out.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> expanded(graph, graph.definitions["E"])
    (w*x - z)**2
    """
    return all_expanded(graph, (tree,), keep)[0]


def all_expanded(graph: Graph, trees: Sequence[Tree], keep: frozenset[str] = frozenset()) -> list[Any]:
    """Give several expressions as `expanded` gives one; what the graph computes is written out once for all."""
    meaning: dict[str, Any] = {}
    for equation in graph.equations:
        if equation.left not in keep:
            meaning[equation.left] = to_sympy(equation.right, graph.written_out, meaning)
    return [to_sympy(tree, graph.written_out, meaning) for tree in trees]


def check(derivation: Derivation) -> Check:
    """Re-derive every gradient with SymPy and compare with deltas and with paths, at random points.

    SymPy differentiates the whole expanded result, knowing nothing of the sweep; where that would be too large
    to wait for, it differentiates each equation and the numbers are chained. Points are drawn from a
    fixed seed; the difference is relative, measured with 30 digits.
    """
    import sympy

    graph = derivation.graph
    larger = extended(graph, derivation.of)
    rng = random.Random(20)  # noqa: S311 - a reproducible draw of test points, no secret
    points = [_point(larger, rng) for _ in range(POINTS)]
    if formula_size(graph, derivation.of) * len(derivation.wrt) > WHOLE_LIMIT:
        return _checked_in_parts(derivation, points[:1])
    worst = 0.0
    for wrt in derivation.wrt:
        loss = expanded(graph, graph.definitions[derivation.of], frozenset({wrt}))
        theirs = sympy.diff(loss, sympy.Symbol(wrt, real=True))
        for values in points:
            reference = theirs.xreplace({symbol: values[symbol.name] for symbol in theirs.free_symbols})
            for ours in _ways(derivation, larger, wrt, values):
                worst = max(worst, float(abs(ours - reference) / max(1, abs(reference))))
    return Check(worst <= TOLERANCE, worst)


def _checked_in_parts(derivation: Derivation, points: list[dict[str, Any]]) -> Check:
    """Let SymPy differentiate each equation by each name in it, and chain the numbers at the points."""
    import sympy

    graph = derivation.graph
    leads = _leading(graph, derivation.wrt)
    worst = 0.0
    for values in points:
        errors: dict[str, Any] = {derivation.of: sympy.Integer(1)}
        for equation in reversed(graph.equations):
            error = errors.get(equation.left)
            if error is None or leads.isdisjoint(equation.uses):
                continue
            expression = to_sympy(equation.right, graph.written_out)
            at = {symbol: values[symbol.name] for symbol in expression.free_symbols}
            for used in equation.uses:
                if used in leads:
                    slope = sympy.diff(expression, sympy.Symbol(used, real=True)).xreplace(at)
                    errors[used] = errors.get(used, 0) + error * slope
        for wrt in derivation.wrt:
            reference = errors.get(wrt, sympy.Integer(0))
            ours = values.get(adjoint_name(derivation.of, wrt), 0)
            worst = max(worst, float(abs(ours - reference) / max(1, abs(reference))))
    return Check(worst <= TOLERANCE, worst)


def check_matrix(derivation: MatrixDerivation) -> Check:
    """Check the matrix form: entry by entry it must be the scalar derivation, which SymPy must confirm."""
    graph = derivation.graph
    whole = check(derive(graph, derivation.of, derivation.wrt))
    larger = _without_primes(derivation.extended.entrywise)
    values = _point(larger, random.Random(21))  # noqa: S311 - a reproducible draw of test points, no secret
    scalar = extended(graph.entrywise, derivation.of)
    worst = whole.max_error
    reference = {name: values[name] for name in graph.entrywise.free}
    for equation in scalar.equations:
        reference[equation.left] = to_sympy(equation.right, graph.written_out, reference)
    for wrt in derivation.wrt:
        for name in entry_names(adjoint_name(derivation.of, wrt), graph.shapes.get(wrt, ())):
            ours, theirs = values.get(name) or 0, reference.get(name, 0)
            worst = max(worst, float(abs(ours - theirs) / max(1, abs(theirs))))
    return Check(whole.sympy and worst <= TOLERANCE, worst)


def _without_primes(graph: Graph) -> Graph:
    """Carry out every f'(a) in the equations of a graph."""
    equations = tuple(Equation(e.left, carried_out(e.right, graph.functions)) for e in graph.equations)
    return replace(graph, equations=equations)


def _leading(graph: Graph, wrt: tuple[str, ...]) -> frozenset[str]:
    """Name every quantity that depends on one of ``wrt``, those included."""
    found = set(wrt)
    for equation in graph.equations:
        if not found.isdisjoint(equation.uses):
            found.add(equation.left)
    return frozenset(found)


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
