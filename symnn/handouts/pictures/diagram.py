"""The picture of a network as data: units in layers, edges with the names of their weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from symnn.expressions.terms import product, unsigned
from symnn.expressions.tree import Call, Entrywise, Name, Product, Quotient, Sum, Tree, names
from symnn.networks.graph import Graph
from symnn.ops.table import OPERATIONS

__all__ = ["Diagram", "Edge", "Node", "diagram"]

BIAS = "+1"
MOST_UNITS = 12
"""Of a layer with more units the first and the last ones are drawn, with dots between them."""

MOST_LABELS = 36
"""Between two layers with more edges than this, the weights are not named."""

Kind = Literal["input", "bias", "unit", "target", "result", "dots"]


ORDER: tuple[Kind, ...] = ("result", "unit", "input", "target", "bias", "dots")
"""How the nodes of a layer stand, from the top."""


class Node(Struct, frozen=True):
    """A circle: the quantity it shows (or +1 for a bias), its layer from the left, its place from the top."""

    name: str
    kind: Kind
    layer: int
    place: int


class Edge(Struct, frozen=True):
    """An arrow from node to node (their positions in the diagram), with the weights on it."""

    source: int
    target: int
    labels: tuple[Tree, ...] = ()


class Diagram(Struct, frozen=True):
    """Nodes and edges, and how many nodes stand in each layer."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: tuple[int, ...]


class _Link(Struct, frozen=True):
    """What flows into a unit: from which quantity (None for a bias), with which weights."""

    source: str | None
    target: str
    labels: tuple[Tree, ...]


def diagram(graph: Graph) -> Diagram:
    r"""Draw a network: a weighted sum and its activation are one unit, a lone parameter an edge from +1.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("a = w*x + b\ny = tanh(a)", Declarations(inputs=("x",)))
    >>> [(node.name, node.kind, node.layer) for node in diagram(graph).nodes]
    [('x', 'input', 0), ('+1', 'bias', 0), ('y', 'result', 1)]
    """
    links = tuple(_links(graph))
    layers = _layers(graph, links)
    nodes = _placed(graph, links, layers)
    position = {(node.name, node.layer): place for place, node in enumerate(nodes)}
    edges = []
    for link in links:
        layer = layers[link.target]
        source = position.get((BIAS, layer - 1) if link.source is None else (link.source, layers[link.source]))
        target = position.get((link.target, layer))
        if source is not None and target is not None:
            edges.append(Edge(source, target, link.labels))
    depth = max((node.layer for node in nodes), default=-1) + 1
    counts = tuple(sum(node.layer == layer for node in nodes) for layer in range(depth))
    return Diagram(nodes, _labelled(nodes, tuple(edges)), counts)


def _absorbed(graph: Graph) -> Mapping[str, str]:
    """Find the weighted sums that are drawn inside the unit that applies an activation to them."""
    users: dict[str, list[str]] = {}
    for equation in graph.equations:
        for used in equation.uses:
            users.setdefault(used, []).append(equation.left)
    found = {}
    for equation in graph.equations:
        match equation.right:
            case Call(function, (Name(argument),)) if argument in graph.definitions:
                if users[argument] == [equation.left] and _is_activation(function, graph):
                    found[argument] = equation.left
    return found


def _is_activation(function: str, graph: Graph) -> bool:
    return function in graph.functions or (function in OPERATIONS and OPERATIONS[function].is_unit)


def _links(graph: Graph) -> Iterator[_Link]:
    absorbed = _absorbed(graph)
    inside = {unit: argument for argument, unit in absorbed.items()}
    for equation in graph.equations:
        if equation.left not in absorbed:
            yield from _into(equation.left, graph.definitions[inside.get(equation.left, equation.left)], graph)


def _into(unit: str, right: Tree, graph: Graph) -> Iterator[_Link]:
    """Give what flows into a unit, each source once with all its weights."""
    argument = right
    if isinstance(right, Call) and len(right.arguments) == 1 and _is_activation(right.function, graph):
        argument = right.arguments[0]
    weights: dict[str | None, list[Tree]] = {}
    for term in argument.terms if isinstance(argument, Sum) else (argument,):
        flowing = _flowing(term, graph)
        label = _weight(term, flowing)
        for source in flowing or ((None,) if label is not None else ()):
            weights.setdefault(source, []).extend([] if label is None else [label])
    yield from (_Link(source, unit, tuple(labels)) for source, labels in weights.items())


def _flowing(term: Tree, graph: Graph) -> tuple[str, ...]:
    """Name the quantities of a term that are units; where no inputs are declared, the last factor is one."""
    used = names(term)
    flowing = tuple(name for name in used if graph.quantities[name].role != "parameter")
    if not flowing and not graph.listed("input") and isinstance(term, Product):
        return used[-1:]
    return flowing


def _weight(term: Tree, flowing: tuple[str, ...]) -> Tree | None:
    """Give the weight of a term: the parameters that it is made of beside its one source, or the whole of a bias."""
    inner = unsigned(term)
    if not flowing:
        return term if names(term) else None
    if len(flowing) > 1 or not isinstance(inner, Product | Entrywise | Quotient | Call):
        return None
    parameters = tuple(Name(name) for name in names(inner) if name != flowing[0])
    return product(parameters) if parameters else None


def _layers(graph: Graph, links: tuple[_Link, ...]) -> dict[str, int]:
    """Put each unit one layer after the last that flows into it, what is given one before its first user."""
    into: dict[str, list[str]] = {}
    for link in links:
        into.setdefault(link.target, []).extend([] if link.source is None else [link.source])
    absorbed = _absorbed(graph)
    layers: dict[str, int] = {}
    for equation in graph.equations:
        unit = equation.left
        if unit not in absorbed:
            sources = into.get(unit)
            layers[unit] = 0 if sources is None else 1 + max((layers.get(source, 0) for source in sources), default=0)
    for unit, sources in into.items():
        for source in sources:
            if source not in graph.definitions:
                layers[source] = min(layers.get(source, layers[unit] - 1), layers[unit] - 1)
    return layers


def _placed(graph: Graph, links: tuple[_Link, ...], layers: Mapping[str, int]) -> tuple[Node, ...]:
    """Give the nodes layer by layer, each in the order declared, the bias last."""
    biased = {layers[link.target] - 1 for link in links if link.source is None}
    nodes: list[Node] = []
    for layer in range(max(layers.values(), default=-1) + 1):
        units: list[tuple[str, Kind]] = [
            (name, _kind(graph, name)) for name in graph.quantities if layers.get(name) == layer
        ]
        units.sort(key=lambda unit: ORDER.index(unit[1]))
        if len(units) > MOST_UNITS:
            units = [*units[: MOST_UNITS - 3], ("", "dots"), units[-1]]
        if layer in biased:
            units.append((BIAS, "bias"))
        nodes.extend(Node(name, kind, layer, place) for place, (name, kind) in enumerate(units))
    return tuple(nodes)


def _kind(graph: Graph, name: str) -> Kind:
    match graph.quantities[name].role:
        case "target":
            return "target"
        case "result":
            return "result"
        case "intermediate" | "adjoint":
            return "unit"
        case _:
            return "input"


def _labelled(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Leave the labels away between layers that have too many edges to read them."""
    count: dict[int, int] = {}
    for edge in edges:
        layer = nodes[edge.target].layer
        count[layer] = count.get(layer, 0) + 1
    return tuple(
        edge if count[nodes[edge.target].layer] <= MOST_LABELS else Edge(edge.source, edge.target) for edge in edges
    )
