"""The second way: SymPy differentiates the whole expanded result, and must agree with the sweep."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name, extended
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count
from symnn.derivation.primes import carried_out
from symnn.derivation.sweep import Derivation, derive
from symnn.expressions.tree import Tree
from symnn.networks.equation import Equation
from symnn.networks.expansion import entry_names
from symnn.networks.formula import formula_size
from symnn.networks.graph import Graph
from symnn.ops.algebra import to_sympy
from symnn.ops.shapes import Shape

__all__ = ["Check", "all_expanded", "check_gradients", "check_matrix", "expanded_sympy", "summed_up"]

POINTS = 4
WHOLE_LIMIT = 50_000
"""Above this product of a result's size and the number of derivatives, SymPy works equation by equation."""

DIGITS = 30
TOLERANCE = 1e-9


class Check(Struct, frozen=True):
    """Whether SymPy agrees, and the largest relative difference seen, at random points off the kinks.

    ``unchecked`` names the quantities for which no point gave two real numbers to compare: SymPy has no derivative
    of a floor, and a division by 0 has no value. ``numbers_error`` is the largest relative distance of the numbers
    at a point from difference quotients, if there is a point.
    """

    sympy: bool
    max_error: float
    unchecked: tuple[str, ...] = ()
    numbers_error: float | None = None

    @property
    def formulas_agree(self) -> bool:
        """Whether no derivative that could be compared differs from SymPy's."""
        return self.max_error <= TOLERANCE

    @property
    def numbers_agree(self) -> bool:
        """Whether no number at the point differs from the difference quotients."""
        return self.numbers_error is None or self.numbers_error <= TOLERANCE

    @property
    def agrees(self) -> bool:
        """Whether nothing that could be compared differs."""
        return self.formulas_agree and self.numbers_agree


def summed_up(checks: Iterable[Check]) -> Check:
    """Give one check for several: all must agree.

    >>> summed_up([Check(True, 1e-12), Check(True, 0.0, ("w",))])
    Check(sympy=True, max_error=1e-12, unchecked=('w',), numbers_error=None)
    """
    found = tuple(checks)
    unchecked = tuple(dict.fromkeys(name for one in found for name in one.unchecked))
    numbers = [one.numbers_error for one in found if one.numbers_error is not None]
    return Check(
        all(one.sympy for one in found),
        max(one.max_error for one in found),
        unchecked,
        max(numbers) if numbers else None,
    )


class _Comparing:
    """Collects the differences of two ways, by the quantity that is derived by."""

    def __init__(self, wrt: tuple[str, ...]) -> None:
        self.left = dict.fromkeys(wrt)
        self.worst = 0.0

    def compare(self, wrt: str, ours: Any, theirs: Any) -> None:
        """Note the relative difference of two real numbers; anything else says nothing."""
        one, other = _real(ours), _real(theirs)
        if one is not None and other is not None:
            self.left.pop(wrt, None)
            self.worst = max(self.worst, float(abs(one - other) / max(1, abs(other))))

    def result(self, wrt: tuple[str, ...]) -> Check:
        """Say what was found; where nothing could be compared SymPy has not agreed."""
        compared = len(self.left) < len(wrt) or not wrt
        return Check(compared and self.worst <= TOLERANCE, self.worst, tuple(self.left))


def _real(value: Any) -> Any:
    """Give a value as a finite real number of SymPy, None if it is none or SymPy cannot say."""
    import sympy

    try:
        number = (sympy.Integer(value) if isinstance(value, int) else value).evalf(DIGITS)
    except (TypeError, ValueError, AttributeError):  # SymPy compares what has no order, or derives what it cannot
        return None
    return number if isinstance(number, sympy.Float | sympy.Integer) and number.is_finite else None


def expanded_sympy(graph: Graph, tree: Tree, keep: frozenset[str] = frozenset()) -> Any:
    r"""Give the SymPy expression of a tree with every computed quantity but ``keep`` written out.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> expanded_sympy(graph, graph.definitions["E"])
    (w*x - z)**2
    """
    return all_expanded(graph, (tree,), keep)[0]


def all_expanded(graph: Graph, trees: Sequence[Tree], keep: frozenset[str] = frozenset()) -> list[Any]:
    """Give several expressions as `expanded_sympy` gives one; what the graph computes is written out once for all."""
    meaning: dict[str, Any] = {}
    for equation in graph.equations:
        if equation.left not in keep:
            meaning[equation.left] = to_sympy(equation.right, graph.written_out, meaning)
    return [to_sympy(tree, graph.written_out, meaning) for tree in trees]


def check_gradients(derivation: Derivation) -> Check:
    """Re-derive every gradient with SymPy and compare with deltas and with paths, at random points.

    SymPy differentiates the whole expanded result, knowing nothing of the sweep; where that would be too large
    to wait for, it differentiates each equation and the numbers are chained. Points are drawn from a
    fixed seed; the difference is relative, measured with 30 digits.
    """
    graph = derivation.graph
    if formula_size(graph, derivation.of) * len(derivation.wrt) > WHOLE_LIMIT:
        return _checked_in_parts(derivation)
    larger = extended(graph, derivation.of)
    points = list(_points(larger, 20))
    found = _Comparing(derivation.wrt)
    whole = expanded_sympy(graph, graph.definitions[derivation.of])
    for wrt in derivation.wrt:
        held = (
            expanded_sympy(graph, graph.definitions[derivation.of], frozenset({wrt}))
            if wrt not in graph.free
            else whole
        )
        theirs = _slope(held, wrt)
        for values in points:
            reference = _at(theirs, values)
            for ours in _ways(derivation, larger, wrt, values):
                found.compare(wrt, ours, reference)
    return found.result(derivation.wrt)


def _slope(expression: Any, wrt: str) -> Any:
    import sympy

    return sympy.diff(expression, sympy.Symbol(wrt, real=True))


def _slopes(expression: Any, wanted: Iterable[str]) -> dict[str, Any]:
    return {wrt: _slope(expression, wrt) for wrt in wanted}


def _at(expression: Any, values: Mapping[str, Any]) -> Any:
    """Put numbers in, into what occurs many times once; nan where SymPy compares what has no order."""
    import sympy

    met: dict[Any, Any] = {}

    def worth(node: Any) -> Any:
        if node not in met:
            inside = values[node.name] if node.is_Symbol else node.func(*map(worth, node.args)) if node.args else node
            met[node] = _evaluated(inside)
        return met[node]

    try:
        return worth(expression)
    except (TypeError, ValueError, KeyError):
        return sympy.nan


def _evaluated(value: Any) -> Any:
    """Carry out what is left of a number, sqrt(2)/3; anything else stays."""
    import sympy

    return value.evalf(DIGITS) if isinstance(value, sympy.Expr) and value.args and value.is_number else value


def _checked_in_parts(derivation: Derivation) -> Check:
    """Let SymPy differentiate each equation by each name in it, and chain the numbers at a point."""
    import sympy

    graph = derivation.graph
    leads = graph.leading(derivation.wrt)
    slopes = {
        equation.left: _slopes(to_sympy(equation.right, graph.written_out), leads.intersection(equation.uses))
        for equation in graph.equations
    }
    found = _Comparing(derivation.wrt)
    for values in _points(extended(graph, derivation.of), 20, 2):
        errors: dict[str, Any] = {derivation.of: sympy.Integer(1)}
        for equation in reversed(graph.equations):
            error = errors.get(equation.left)
            if error is not None:
                for used, slope in slopes[equation.left].items():
                    errors[used] = errors.get(used, 0) + error * _at(slope, values)
        for wrt in derivation.wrt:
            found.compare(wrt, values.get(adjoint_name(derivation.of, wrt), 0), errors.get(wrt, sympy.Integer(0)))
    return found.result(derivation.wrt)


def check_matrix(derivation: MatrixDerivation) -> Check:
    """Check the matrix form: entry by entry it must be the scalar derivation, which SymPy must confirm."""
    graph = derivation.graph
    whole = check_gradients(derive(graph, derivation.of, derivation.wrt))
    larger = _without_primes(derivation.extended.entrywise)
    scalar = extended(graph.entrywise, derivation.of)
    entries = tuple(name for wrt in derivation.wrt for name in entry_names(wrt, graph.shapes.get(wrt, ())))
    found = _Comparing(entries)
    for values in _points(larger, 21, 2):
        reference = _computed(scalar, {name: values[name] for name in graph.entrywise.free})
        for wrt in derivation.wrt:
            shape = graph.shapes.get(wrt, ())
            for entry, name in zip(entry_names(wrt, shape), _errors(derivation.of, wrt, shape), strict=True):
                found.compare(entry, values.get(name) or 0, reference.get(name, 0))
    return summed_up((whole, found.result(entries)))


def _errors(of: str, wrt: str, shape: Shape) -> tuple[str, ...]:
    """Name the entries of an error."""
    return tuple(entry_names(adjoint_name(of, wrt), shape))


def _without_primes(graph: Graph) -> Graph:
    """Carry out every f'(a) in the equations of a graph."""
    equations = tuple(Equation(e.left, carried_out(e.right, graph.functions)) for e in graph.equations)
    return replace(graph, equations=equations)


def _points(graph: Graph, seed: int, count: int = POINTS) -> Iterator[dict[str, Any]]:
    """Draw the free quantities and compute all others, adjoints too; every second point has positive values only.

    Roots and logarithms of negative numbers have no value, and SymPy's odd roots of them are not the real ones.
    """
    import sympy

    rng = random.Random(seed)  # noqa: S311 - a reproducible draw of test points, no secret
    for place in range(count):
        least = 0.25 if place % 2 else -1.5
        drawn = {name: sympy.Float(rng.uniform(least, 1.5), DIGITS) for name in graph.free}
        yield _computed(graph, drawn)


def _computed(graph: Graph, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Compute what the equations give; nan where SymPy compares what has no order."""
    import sympy

    values = dict(drawn)
    for equation in graph.equations:
        try:
            values[equation.left] = _evaluated(to_sympy(equation.right, graph.written_out, values))
        except (TypeError, ValueError):
            values[equation.left] = sympy.nan
    return values


def _ways(derivation: Derivation, larger: Graph, wrt: str, values: Mapping[str, Any]) -> list[Any]:
    """Give our derivative by deltas, and by paths where they can be written."""
    ways = [values.get(adjoint_name(derivation.of, wrt), 0)]
    if path_count(derivation, wrt) <= PATH_LIMIT:
        ways.append(to_sympy(gradient(derivation, wrt), larger.written_out, values))
    return ways
