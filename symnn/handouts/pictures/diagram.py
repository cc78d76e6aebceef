"""The picture of a network as data: units in layers or in steps of time, edges with the names of their weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from symnn.expressions.tree import Tree
from symnn.handouts.pictures.flows import Flow, Use, absorbed, flows
from symnn.handouts.pictures.layering import layers_of_units
from symnn.handouts.pictures.members import TimeStep, images, stacks, steps
from symnn.handouts.pictures.palette import TRACKS, Stroke
from symnn.networks.graph import Graph
from symnn.networks.network import Player

__all__ = ["Diagram", "DiagramNode", "Edge", "PlayerBox", "Sheet", "diagram", "factor_name"]

BIAS = "+1"
MOST_UNITS = 12
"""Of a layer with more units the first and the last ones are drawn, with dots between them."""

MOST_LABELS = 36
"""Between two layers with more edges than this, the weights are not named."""

Kind = Literal["input", "bias", "unit", "target", "result", "dots", "sheets"]

ORDER: tuple[Kind, ...] = ("result", "sheets", "unit", "input", "target", "bias", "dots")
"""How the nodes of a layer stand, from the top."""

Sheet = tuple[tuple[float, ...], ...]
"""The pixels of a feature map, row by row."""


class DiagramNode(Struct, frozen=True):
    """A unit: the quantity it shows (or +1 for a bias), its layer from the left, where it has one its time.

    ``holds`` are further quantities drawn in it: its weighted sum, the feature maps of a stack, whose ``shape`` is
    how many they are, their rows and columns. ``value`` and ``slope`` are numbers to show with it.
    """

    name: str
    kind: Kind
    layer: int
    step: TimeStep = TimeStep("", None)
    holds: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    value: str = ""
    slope: str = ""
    pixels: tuple[Sheet, ...] = ()


class Edge(Struct, frozen=True):
    """An arrow from node to node (their positions in the diagram), with its weights and the factors it carries."""

    source: int
    target: int
    labels: tuple[Tree, ...] = ()
    carries: tuple[Use, ...] = ()

    @property
    def ends(self) -> tuple[int, int]:
        """Where it begins and where it points."""
        return self.source, self.target


class PlayerBox(Struct, frozen=True):
    """A box around the nodes of one player; grey where it is not its turn."""

    name: str
    nodes: tuple[int, ...]
    rests: bool = False


class Diagram(Struct, frozen=True):
    """Nodes and edges, how many nodes stand in each layer, boxes around players.

    ``tracks`` are the paths of one derivative, each the positions of its edges; ``captions`` say what their factors
    are called. Where there are tracks, everything else is faded. ``strokes`` are their colours, if not the usual ones.
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[Edge, ...]
    layers: tuple[int, ...]
    frames: tuple[PlayerBox, ...] = ()
    tracks: tuple[tuple[int, ...], ...] = ()
    captions: tuple[tuple[Use, ...], ...] = ()
    count: int = 0
    strokes: tuple[Stroke, ...] = TRACKS

    @property
    def faded(self) -> frozenset[int]:
        """The nodes that stand back: on no track where there are some, or of a player who rests."""
        on_track = {end for track in self.tracks for edge in track for end in self.edges[edge].ends}
        resting = {place for frame in self.frames if frame.rests for place in frame.nodes}
        beside = set(range(len(self.nodes))) - on_track if self.tracks else set()
        return frozenset(resting | beside)

    def holder(self, quantity: str) -> int | None:
        """Give the position of the node in which a quantity is drawn."""
        for place, node in enumerate(self.nodes):
            if quantity == node.name or quantity in node.holds:
                return place
        return None

    def carried(self, track: int, edge: int) -> str:
        """Name the factors of a path that one of its arrows carries: ``dE/dy dy/de6``."""
        carries = self.edges[edge].carries
        return " ".join(factor_name(use) for use in self.captions[track] if use in carries)


def factor_name(use: Use) -> str:
    """Name a factor as ``derive --to json`` does."""
    from symnn.derivation.adjoint import adjoint_name

    return adjoint_name(*use)


def diagram(graph: Graph, players: Sequence[Player] = (), turn: str = "") -> Diagram:
    r"""Draw a network: a weighted sum and its activation are one unit, a lone parameter an edge from +1.

    In a grid of time a bias is named beside the weight of the first arrow into its unit. ``players`` get a box each;
    those whose ``turn`` it is not (the first one's, if none is named) are grey.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("a = w*x + b\ny = tanh(a)", Declarations(inputs=("x",)))
    >>> [(node.name, node.kind, node.layer) for node in diagram(graph).nodes]
    [('x', 'input', 0), ('+1', 'bias', 0), ('y', 'result', 1)]
    """
    times = steps(graph)
    groups = {} if times else stacks(graph)
    links = tuple(_together(flows(graph), groups, timed=bool(times)))
    owners = {} if times else _owners(graph, links, players)
    layers = layers_of_units(graph, links, owners)
    nodes = _nodes(graph, links, layers, times, groups)
    place = {(node.name, node.layer): position for position, node in enumerate(nodes)}
    edges = []
    for link in links:
        layer = layers[link.target]
        source = place.get((BIAS, layer - 1) if link.source is None else (link.source, layers[link.source]))
        target = place.get((link.target, layer))
        if source is not None and target is not None:
            edges.append(Edge(source, target, link.labels, link.carries))
    depth = max((node.layer for node in nodes), default=-1) + 1
    counts = tuple(sum(node.layer == layer for node in nodes) for layer in range(depth))
    frames = tuple(_frames(nodes, owners, players, turn))
    return Diagram(nodes, _labelled(nodes, edges), counts, frames)


def _together(found: Iterable[Flow], groups: Mapping[str, tuple[str, ...]], *, timed: bool) -> list[Flow]:
    """Join the arrows between stacks, and in a grid of time those of a bias with another into the same unit."""
    stack = {member: name for name, members in groups.items() for member in members}
    joined: dict[tuple[str | None, str], Flow] = {}
    for flow in sorted(found, key=lambda flow: flow.source is None) if timed else found:
        target = stack.get(flow.target, flow.target)
        source = None if flow.source is None else stack.get(flow.source, flow.source)
        if timed and source is None:
            source = next((one for one, into in joined if into == target and one is not None), None)
        before = joined.get((source, target))
        labels = flow.labels if before is None else (*before.labels, *flow.labels)
        carries = flow.carries if before is None else (*before.carries, *flow.carries)
        joined[source, target] = Flow(source, target, tuple(dict.fromkeys(labels)), tuple(dict.fromkeys(carries)))
    return list(joined.values())


def _owners(graph: Graph, links: Sequence[Flow], players: Sequence[Player]) -> dict[str, str]:
    """Say which player computes a unit: whose parameters it uses, or between which of whose units it stands."""
    owners: dict[str, str] = {}
    for player in players:
        learnt = set(player.parameters)
        own = {link.target for link in links if any(wrt in learnt for _, wrt in link.carries)}
        below = set().union(*(graph.ancestors(name) for name in own))
        between = (graph.leading(own) & below) - set(absorbed(graph))
        owners.update(dict.fromkeys(own | {name for name in between if name in graph.definitions}, player.name))
    return owners


def _frames(
    nodes: Sequence[DiagramNode], owners: Mapping[str, str], players: Sequence[Player], turn: str
) -> Iterable[PlayerBox]:
    acting = turn or (players[0].name if players else "")
    for player in players:
        inside = tuple(place for place, node in enumerate(nodes) if owners.get(node.name) == player.name)
        if inside:
            yield PlayerBox(player.name, inside, rests=player.name != acting)


def _nodes(
    graph: Graph,
    links: Sequence[Flow],
    layers: Mapping[str, int],
    times: Mapping[str, TimeStep],
    groups: Mapping[str, tuple[str, ...]],
) -> tuple[DiagramNode, ...]:
    """Give the nodes layer by layer, each in the order declared, the bias last."""
    maps, inside = images(graph), {unit: argument for argument, unit in absorbed(graph).items()}
    biased = {layers[link.target] - 1 for link in links if link.source is None}
    declared = [name for name in graph.quantities if name in layers] + [name for name in groups if name in layers]
    nodes: list[DiagramNode] = []
    for layer in range(max(layers.values(), default=-1) + 1):
        units = []
        for name in declared:
            if layers[name] == layer:
                holds = groups.get(name) or tuple(inside[name] for _ in range(name in inside))
                shape = graph.shapes.get(name, ()) if name not in groups else _stacked(graph, groups[name])
                kind: Kind = "sheets" if name in maps or name in groups else _kind(graph, name)
                units.append(DiagramNode(name, kind, layer, times.get(name, TimeStep("", None)), holds, shape))
        units.sort(key=lambda unit: ORDER.index(unit.kind))
        if len(units) > MOST_UNITS and not times:
            units = [*units[: MOST_UNITS - 3], DiagramNode("", "dots", layer), units[-1]]
        nodes += units
        if layer in biased:
            nodes.append(DiagramNode(BIAS, "bias", layer))
    return tuple(nodes)


def _stacked(graph: Graph, members: tuple[str, ...]) -> tuple[int, ...]:
    """Give the shape of a stack: as many sheets as its members have together."""
    *sheets, rows, columns = graph.shapes[members[0]]
    return (len(members) * (sheets[0] if sheets else 1), rows, columns)


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


def _labelled(nodes: Sequence[DiagramNode], edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """Leave the labels away between layers that have too many edges to read them."""
    count: dict[int, int] = {}
    for edge in edges:
        layer = nodes[edge.target].layer
        count[layer] = count.get(layer, 0) + 1
    return tuple(
        edge if count[nodes[edge.target].layer] <= MOST_LABELS else Edge(edge.source, edge.target, (), edge.carries)
        for edge in edges
    )
