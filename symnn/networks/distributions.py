"""Targets that are distributions: their entries add up to 1, with the one-hot targets as corners.

Then ∂E/∂a = p - y behind a softmax is the derivative itself, and not p·sum(y) - y (DESIGN 3; Bishop, PRML, 4.3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from symnn.documents.domain import Domain
from symnn.expressions.terms import ONE, difference
from symnn.expressions.tree import Call, Constant, Entrywise, Name, Product, Quotient, Sum, Transpose, Tree, walk
from symnn.language.names import taken_apart
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.operation import AXES
from symnn.ops.shapes import MATRIX

__all__ = ["last_entries", "may_be", "with_distributions"]


def with_distributions(graph: Graph) -> Graph:
    r"""Note which vectors are distributions without being declared: targets of a cross entropy.

    A cross entropy is the operation, or a sum of y log(p) where p is a softmax, or y_k log(p_k) where it is written
    out as exp(a_k)/Σ exp(a_j). The softmax of each row of a matrix says that the samples are rows.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("p = softmax(a)\nE = -sum(y ⊙ log(p))", Declarations(
    ...     shapes={"a": (3,), "y": (3,)}, inputs=("a",), targets=("y",)))
    >>> graph.distributions
    ('y',)
    """
    targets = graph.listed("target")
    if not targets:
        return graph
    found = [one for equation in graph.equations for one in _targets(equation.right, graph) if one.name in targets]
    implied = {one.name for one in found}
    if samples := _of_samples(implied, targets):
        graph = replace(graph, families=MappingProxyType({**graph.families, **samples}))
    axes = {one.along for one in found if len(graph.shapes.get(one.name, ())) == MATRIX}
    if not graph.samples and axes in ({AXES[0]}, {AXES[1]}):
        graph = replace(graph, samples=axes.pop())
    new: dict[str, Domain] = {name: "distribution" for name in graph.shapes if name in implied and may_be(name, graph)}
    new |= {name: "distribution" for name, members in graph.families.items() if implied.issuperset(members)}
    return replace(graph, domains=MappingProxyType({**new, **graph.domains})) if new else graph


def _of_samples(implied: set[str], targets: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Name the targets of each sample n, ``t_n`` of the numbers t_{nk}: those of one sample add up to 1."""
    rows: dict[str, list[str]] = {}
    for name in targets:
        apart = taken_apart(name)
        if apart is not None and len(apart.parts) == MATRIX and not apart.above:
            rows.setdefault(f"{apart.base}_{apart.parts[0]}", []).append(name)
    return {row: tuple(names) for row, names in rows.items() if len(names) > 1 and implied.issuperset(names)}


class _Target(NamedTuple):
    """What a cross entropy compares with a softmax, and the axis along which that is taken; empty for a vector."""

    name: str
    along: str


def may_be(name: str, graph: Graph) -> bool:
    """Say whether a name can be a distribution: a vector, a row, a family of numbers, a matrix of samples."""
    shape = graph.shapes.get(name, ())
    is_samples = len(shape) == MATRIX and (bool(graph.samples) or shape[0] == 1)
    return name in graph.families or len(shape) == 1 or is_samples


def _targets(right: Tree, graph: Graph) -> Iterator[_Target]:
    for node in walk(right):
        match node:
            case Call(named.CROSS_ENTROPY, (chances, Name(target))):
                yield _Target(target, _along(_meant(chances, graph)))
            case Entrywise(factors) | Product(factors):
                softmaxes = [softmax for factor in factors for softmax in _softmax_below_log(factor, graph)]
                names = [name for factor in factors for name in _plain_name(factor, graph)]
                yield from (_Target(name, _along(softmaxes[0])) for name in names if softmaxes)


def _meant(tree: Tree, graph: Graph) -> Tree:
    """Give what a name is defined as; anything else is itself."""
    return graph.definitions.get(tree.name, tree) if isinstance(tree, Name) else tree


def _along(softmax: Tree) -> str:
    """Name the axis along which a softmax is taken."""
    last = softmax.arguments[-1] if isinstance(softmax, Call) else None
    return last.name if isinstance(last, Constant) else ""


def _plain_name(factor: Tree, graph: Graph) -> Iterator[str]:
    inside = _whole(factor.operand if isinstance(factor, Transpose) else factor)
    if isinstance(inside, Name) and inside.name in graph.quantities:
        yield inside.name


def _softmax_below_log(factor: Tree, graph: Graph) -> Iterator[Tree]:
    """Give the softmax that a factor is the logarithm of, by name or not; nothing if it is no such logarithm."""
    match _meant(factor, graph):
        case Call(named.LOG_SOFTMAX) as logarithm:
            yield logarithm
        case Call(named.LOG, (argument,)):
            inside = _meant(_whole(argument), graph)
            if (isinstance(inside, Call) and inside.function == named.SOFTMAX) or _is_share(inside):
                yield inside


def _whole(tree: Tree) -> Tree:
    """Give what a tree is an entry of; anything else is whole."""
    return tree.arguments[0] if isinstance(tree, Call) and tree.function == named.PART else tree


def _is_share(tree: Tree) -> bool:
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
