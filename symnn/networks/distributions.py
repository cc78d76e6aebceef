"""Targets that are distributions: their entries add up to 1, with the one-hot targets as corners.

Then ∂E/∂a = p - y behind a softmax is the derivative itself, and not p·sum(y) - y (DESIGN 3; Bishop, PRML, 4.3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from msgspec.structs import replace

from symnn.documents.domain import Domain
from symnn.expressions.terms import ONE, difference
from symnn.expressions.tree import Call, Entrywise, Name, Product, Quotient, Sum, Transpose, Tree, walk
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.shapes import MATRIX

__all__ = ["last_entries", "may_be", "with_distributions"]


def with_distributions(graph: Graph) -> Graph:
    r"""Note which vectors are distributions without being declared: targets of a cross entropy.

    A cross entropy is the operation, or a sum of y log(p) where p is a softmax, or y_k log(p_k) where it is written
    out as exp(a_k)/Σ exp(a_j).

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("p = softmax(a)\nE = -sum(y ⊙ log(p))", Declarations(
    ...     shapes={"a": (3,), "y": (3,)}, inputs=("a",), targets=("y",)))
    >>> graph.distributions
    ('y',)
    """
    targets = graph.listed("target")
    if not targets:
        return graph
    implied = {name for equation in graph.equations for name in _targets(equation.right, graph) if name in targets}
    new: dict[str, Domain] = {name: "distribution" for name in graph.shapes if name in implied and may_be(name, graph)}
    new |= {name: "distribution" for name, members in graph.families.items() if implied.issuperset(members)}
    return replace(graph, domains=MappingProxyType({**new, **graph.domains})) if new else graph


def may_be(name: str, graph: Graph) -> bool:
    """Say whether a name can be a distribution: a vector, a family of numbers, a matrix that says how samples lie."""
    length = len(graph.shapes.get(name, ()))
    return name in graph.families or length == 1 or (length == MATRIX and bool(graph.samples))


def _targets(right: Tree, graph: Graph) -> Iterator[str]:
    for node in walk(right):
        match node:
            case Call(named.CROSS_ENTROPY, (_, Name(target))):
                yield target
            case Entrywise(factors) | Product(factors):
                logarithm = any(_is_log_of_softmax(factor, graph) for factor in factors)
                yield from (name for factor in factors if logarithm for name in _plain_name(factor, graph))


def _plain_name(factor: Tree, graph: Graph) -> Iterator[str]:
    inside = factor.operand if isinstance(factor, Transpose) else factor
    inside = inside.arguments[0] if isinstance(inside, Call) and inside.function == named.PART else inside
    if isinstance(inside, Name) and inside.name in graph.quantities:
        yield inside.name


def _is_log_of_softmax(factor: Tree, graph: Graph) -> bool:
    if not (isinstance(factor, Call) and factor.function == named.LOG):
        return False
    inside = factor.arguments[0]
    meant = graph.definitions.get(inside.name) if isinstance(inside, Name) else inside
    return (isinstance(meant, Call) and meant.function == named.SOFTMAX) or _is_share(meant)


def _is_share(tree: Tree | None) -> bool:
    """Say whether a number is one exponential divided by the sum of several, itself among them."""
    if not isinstance(tree, Quotient) or not isinstance(tree.under, Sum) or tree.over not in tree.under.terms:
        return False
    return all(isinstance(term, Call) and term.function == named.EXP for term in tree.under.terms)


def last_entries(names: Iterable[str], graph: Graph) -> dict[str, Tree]:
    """Say of each distribution that its last entry is what the others leave: y[3] = 1 - (y[1] + y[2]).

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("E = sum(y)", Declarations(shapes={"y": (3,)}, targets=("y",)))
    >>> {name: plain(tree) for name, tree in last_entries(("y",), graph).items()}
    {'y[3]': '1 - (y[1] + y[2])'}
    """
    found: dict[str, Tree] = {}
    for *others, last in (tuple(map(Name, line)) for name in names for line in _lines(name, graph) if line):
        if others:
            found[last.name] = difference(ONE, others[0] if len(others) == 1 else Sum(tuple(others)))
    return found


def _lines(name: str, graph: Graph) -> Iterator[tuple[str, ...]]:
    """Name the entries that add up to 1: of a vector, also in a graph that knows the entries alone, of each sample."""
    shape = graph.shapes.get(name, ())
    entries = entry_names(name, shape) if shape else [one for one in graph.quantities if one.startswith(f"{name}[")]
    lines: dict[str, list[str]] = {}
    for entry in graph.families.get(name, entries):
        row, comma, column = entry.partition(",")
        lines.setdefault("" if not comma else column if graph.samples == "columns" else row, []).append(entry)
    yield from map(tuple, lines.values())
