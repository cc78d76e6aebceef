"""Targets that are distributions: their entries add up to 1, with the one-hot targets as corners.

Then ∂E/∂a = p - y behind a softmax is the derivative itself, and not p·sum(y) - y (DESIGN 3; Bishop, PRML, 4.3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from msgspec.structs import replace

from symnn.expressions.terms import ONE, difference
from symnn.expressions.tree import Call, Entrywise, Name, Product, Sum, Transpose, Tree, walk
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.ops import named

__all__ = ["last_entries", "with_distributions"]


def with_distributions(graph: Graph) -> Graph:
    r"""Note which vectors are distributions without being declared: targets of a cross entropy.

    A cross entropy is the operation, or a sum of y log(p) where p is a softmax.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("p = softmax(a)\nE = -sum(y ⊙ log(p))", Declarations(
    ...     shapes={"a": (3,), "y": (3,)}, inputs=("a",), targets=("y",)))
    >>> graph.distributions
    ('y',)
    """
    if not any(len(shape) == 1 for shape in graph.shapes.values()):
        return graph
    implied = {name for equation in graph.equations for name in _targets(equation.right, graph)}
    new = {name: "distribution" for name in graph.quantities if name in implied and _is_target(name, graph)}
    return replace(graph, domains=MappingProxyType({**new, **graph.domains})) if new else graph


def _is_target(name: str, graph: Graph) -> bool:
    return graph.quantities[name].role == "target" and len(graph.shapes.get(name, ())) == 1


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
    if isinstance(inside, Name) and inside.name in graph.quantities:
        yield inside.name


def _is_log_of_softmax(factor: Tree, graph: Graph) -> bool:
    if not (isinstance(factor, Call) and factor.function == named.LOG):
        return False
    inside = factor.arguments[0]
    meant = graph.definitions.get(inside.name) if isinstance(inside, Name) else inside
    return isinstance(meant, Call) and meant.function == named.SOFTMAX


def last_entries(names: Iterable[str], graph: Graph) -> dict[str, Tree]:
    """Say of each distribution that its last entry is what the others leave: y[3] = 1 - (y[1] + y[2]).

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("E = sum(y)", Declarations(shapes={"y": (3,)}, targets=("y",)))
    >>> {name: plain(tree) for name, tree in last_entries(("y",), graph).items()}
    {'y[3]': '1 - (y[1] + y[2])'}
    """
    found: dict[str, Tree] = {}
    for name in names:
        *others, last = tuple(map(Name, _entries(name, graph))) or (None,)
        if last is not None and others:
            found[last.name] = difference(ONE, others[0] if len(others) == 1 else Sum(tuple(others)))
    return found


def _entries(name: str, graph: Graph) -> tuple[str, ...]:
    """Name the entries of a vector, also in a graph that knows the entries alone."""
    shape = graph.shapes.get(name, ())
    if len(shape) == 1:
        return entry_names(name, shape)
    return tuple(entry for entry in graph.quantities if entry.startswith(f"{name}["))
