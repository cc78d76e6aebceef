"""The picture of a network as data: units in layers, edges with the names of their weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from symnn.graph.graph import Graph
from symnn.language.tree import Call, Entrywise, Name, Negative, Product, Sum, Tree, names
from symnn.ops.terms import ONE, product

__all__ = ["Diagram", "Edge", "Node", "diagram"]

BIAS = "+1"
MOST_UNITS = 12
"""Of a layer with more units the first and the last ones are drawn, with dots between them."""

MOST_LABELS = 36
"""Between two layers with more edges than this, the weights are not named."""

Kind = Literal["input", "bias", "unit", "target", "result", "dots"]


class Node(Struct, frozen=True):
    """A circle: the quantity it shows (or +1 for a bias), its layer from the left, its place from the top."""

    name: str
    kind: Kind
    layer: int
    place: int


class Edge(Struct, frozen=True):
    """An arrow from node to node (their positions in the diagram), with the weight on it if there is one."""

    source: int
    target: int
    label: Tree | None = None


class Diagram(Struct, frozen=True):
    """Nodes and edges, and how many nodes stand in each layer."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: tuple[int, ...]


class _Link(Struct, frozen=True):
    """What flows into a unit: from which quantity (None for a bias), with which weight."""

    source: str | None
    target: str
    label: Tree | None


def diagram(graph: Graph) -> Diagram:
    r"""Draw a network: a weighted sum and its activation are one unit, a lone parameter an edge from +1.

    >>> from symnn.graph.reading import Declarations, graph_from_text
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
            edges.append(Edge(source, target, link.label))
    depth = max((node.layer for node in nodes), default=-1) + 1
    counts = tuple(sum(node.layer == layer for node in nodes) for layer in range(depth))
    return Diagram(nodes, _labelled(nodes, tuple(edges)), counts)


def _absorbed(graph: Graph) -> Mapping[str, str]:
    """Find the weighted sums that are drawn inside the unit that applies a function to them."""
    users: dict[str, list[str]] = {}
    for equation in graph.equations:
        for used in equation.uses:
            users.setdefault(used, []).append(equation.left)
    found = {}
    for equation in graph.equations:
        match equation.right:
            case Call(_, (Name(argument),)) if argument in graph.definitions and users[argument] == [equation.left]:
                found[argument] = equation.left
    return found


def _links(graph: Graph) -> Iterator[_Link]:
    absorbed = _absorbed(graph)
    inside = {unit: argument for argument, unit in absorbed.items()}
    for equation in graph.equations:
        if equation.left not in absorbed:
            yield from _into(equation.left, graph.definitions[inside.get(equation.left, equation.left)], graph)


def _into(unit: str, right: Tree, graph: Graph) -> Iterator[_Link]:
    """Give what flows into a unit: one link for each term of its sum."""
    argument = right.arguments[0] if isinstance(right, Call) and len(right.arguments) == 1 else right
    terms = argument.terms if isinstance(argument, Sum) else (argument,)
    seen: set[str | None] = set()
    for term in terms:
        flowing = _flowing(term, graph)
        label = _weight(term, flowing, graph)
        for source in flowing or (None,):
            if source not in seen or label is not None:
                yield _Link(source, unit, label)
            seen.add(source)


def _flowing(term: Tree, graph: Graph) -> tuple[str, ...]:
    """Name the quantities of a term that are units; where no inputs are declared, the last factor is one."""
    used = names(term)
    flowing = tuple(name for name in used if graph.quantities[name].role != "parameter")
    if not flowing and not graph.listed("input") and isinstance(term, Product):
        return used[-1:]
    return flowing


def _weight(term: Tree, flowing: tuple[str, ...], graph: Graph) -> Tree | None:
    """Give the weight of a term: its factors that are parameters, or the whole of a bias."""
    inner = term.operand if isinstance(term, Negative) else term
    if not flowing:
        return term if names(term) else None
    if len(flowing) > 1 or not isinstance(inner, Product | Entrywise):
        return None
    factors = tuple(f for f in inner.factors if isinstance(f, Name) and f.name != flowing[0])
    weight = product(factors) if factors else ONE
    return None if weight == ONE or any(f.name not in graph.quantities for f in factors) else weight


def _layers(graph: Graph, links: tuple[_Link, ...]) -> dict[str, int]:
    """Put each unit one layer after the last that flows into it; targets beside what they are held to."""
    given = {*graph.listed("input", "parameter")}
    layers: dict[str, int] = {}
    into: dict[str, list[_Link]] = {}
    for link in links:
        into.setdefault(link.target, []).append(link)
    for unit, flowing in into.items():
        sources = [link.source for link in flowing if link.source is not None]
        for source in sources:
            if source in given:
                layers.setdefault(source, 0)
        layers[unit] = 1 + max((layers.get(source, 0) for source in sources), default=0)
        for source in sources:
            if graph.quantities[source].role == "target":
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
        units.sort(key=lambda unit: unit[1] == "target")
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
