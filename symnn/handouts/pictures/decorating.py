"""What a picture shows beside the network: values, slopes, pixels, and the paths of one derivative."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from msgspec.structs import replace

from symnn.derivation.output_error import with_output_error
from symnn.derivation.sweep import derive
from symnn.documents.containers import Nested
from symnn.handouts.digits import shown
from symnn.handouts.pictures.diagram import Diagram, DiagramNode, Sheet, diagram
from symnn.handouts.pictures.flows import Use
from symnn.handouts.pictures.palette import CORRECTED, TRACKS
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.networks.values import collected
from symnn.numeric.evaluation import evaluated

__all__ = ["corrected", "network_picture", "tracked", "with_values"]

DIGITS: Final = 3
"""In a unit there is room for so many."""

MOST_PATHS: Final = 64
"""So many paths are gone through to see which arrows an answer has right."""

SHORT: Final = 2
"""Vectors with more entries than this are not written into their unit."""


def network_picture(
    network: Network,
    highlight: str = "",
    of: str | None = None,
    point: Mapping[str, Nested] | None = None,
    *,
    slopes: bool = False,
) -> Diagram:
    """Draw a network: with a ``highlight`` the paths of its derivative, at a ``point`` the values, and the slopes.

    Without a point the pixels of what is given by the network itself are shown.

    >>> from symnn.networks.catalogue import network
    >>> picture = network_picture(network("bp-2-3-2-1"), "w_x1_1")
    >>> picture.count, [len(track) for track in picture.tracks]
    (2, [4, 4])
    """
    (side,) = network.sides((highlight,))[-1:] if highlight else (None,)
    turn = next((player.name for player in network.players if highlight.partition("[")[0] in player.parameters), "")
    found = diagram(network.graph, network.players, turn)
    if point is not None:
        values = evaluated(network.graph, point).values
        found = with_values(found, values, _slopes(network, found, point, of) if slopes else {})
    else:
        given = {name: value for name, value in network.values.items() if name in network.graph.quantities}
        found = _with_pixels(found, given)
    if highlight and side is not None:
        found = tracked(found, network.graph, of or side.loss or None, highlight)
    return found


def _slopes(network: Network, found: Diagram, point: Mapping[str, Nested], of: str | None) -> Mapping[str, Any]:
    """Give the derivative of the result by everything drawn; by a whole tensor there are too many to show."""
    graph, target = with_output_error(network.graph, of or (network.sides()[-1].loss or None))
    names = tuple(node.name for node in found.nodes if node.name in graph.ancestors(target) - graph.shapes.keys())
    if not names or target != (of or network.graph.result):
        return {}
    slopes: Mapping[str, Any] = evaluated(graph, point, "floats", derive(graph, target, names)).gradient or {}
    return collected(slopes, graph)


def with_values(found: Diagram, values: Mapping[str, Any], slopes: Mapping[str, Any]) -> Diagram:
    """Write values into the units and slopes under them."""
    nodes = tuple(
        replace(node, value=_written(values.get(node.name)), slope=_written(slopes.get(node.name)))
        for node in found.nodes
    )
    return _with_pixels(replace(found, nodes=nodes), values)


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        flat = [part for part in value if not isinstance(part, list | tuple)]
        return f"({', '.join(map(_written, flat))})" if len(flat) == len(value) <= SHORT else ""
    return "" if value is None else shown(float(value), DIGITS).digits


def _with_pixels(found: Diagram, values: Mapping[str, Any]) -> Diagram:
    return replace(found, nodes=tuple(replace(node, pixels=_pixels(node, values)) for node in found.nodes))


def _pixels(node: DiagramNode, values: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Give the pixels of a feature map, or of a stack of them."""
    if node.kind != "sheets":
        return ()
    names = [name for name in (node.name, *node.holds) if name in values]
    return tuple(sheet for name in names for sheet in _sheets(values[name]))


def _sheets(value: Any) -> Iterator[Sheet]:
    """Take a tensor apart into its sheets: rows of numbers."""
    if isinstance(value[0][0], list | tuple):
        for part in value:
            yield from _sheets(part)
    else:
        yield tuple(tuple(float(cell) for cell in row) for row in value)


def tracked(found: Diagram, graph: Graph, of: str | None, wrt: str) -> Diagram:
    """Show the paths from the result to a quantity, as many as there are colours; all of them are counted."""
    graph, target = with_output_error(graph, of)
    count, paths = _scalar(graph, target, wrt) if not graph.shapes else _whole(graph, target, wrt.partition("[")[0])
    several = tuple(islice(paths, len(TRACKS)))
    tracks = tuple(_edges(found, path) for path in several)
    return replace(found, tracks=tracks, captions=several, count=count)


def corrected(found: Diagram, graph: Graph, ends: Use, right: Collection[Use], wrong: Use | None) -> Diagram:
    """Show what an answer about ∂ of / ∂ wrt (its ``ends``) has right, and the first link that is wrong or missing.

    An arrow is right if all factors that it carries on some path are.

    >>> from symnn.networks.catalogue import network
    >>> graph = network("bp-2-2-1").graph
    >>> shown = corrected(diagram(graph), graph, ("E", "w5"), [("E", "y")], ("y", "a3"))
    >>> [[shown.edges[edge].carries[0] for edge in track] for track in shown.tracks]
    [[('E', 'y')], [('y', 'a3')]]
    """
    _, paths = (_scalar if not graph.shapes else _whole)(graph, ends[0], ends[1].partition("[")[0])
    good: dict[int, None] = {}
    bad: dict[int, None] = {}
    for path in islice(paths, MOST_PATHS):
        is_first = not bad
        for edge in _edges(found, path):
            carried = [use for use in path if use in found.edges[edge].carries]
            if wrong in carried and is_first:
                bad[edge] = None
            elif all(use in right for use in carried):
                good[edge] = None
    tracks = (tuple(edge for edge in good if edge not in bad), tuple(bad))
    return replace(found, tracks=tracks, captions=((), ()), strokes=CORRECTED)


def _scalar(graph: Graph, of: str, wrt: str) -> tuple[int, Iterator[tuple[Use, ...]]]:
    derivation = derive(graph, of, (wrt,))
    users = {name: [use.of for use in uses] for name, uses in derivation.uses.items()}
    return derivation.path_counts.get(wrt, 0), _paths(users, of, wrt)


def _whole(graph: Graph, of: str, wrt: str) -> tuple[int, Iterator[tuple[Use, ...]]]:
    """Walk through tensors: an equation is one step."""
    users: dict[str, list[str]] = {}
    between = graph.ancestors(of)
    counts = {of: 1}
    for equation in reversed(graph.equations):
        if equation.left in between and counts.get(equation.left):
            for used in dict.fromkeys(equation.uses):
                users.setdefault(used, []).insert(0, equation.left)
                counts[used] = counts.get(used, 0) + counts[equation.left]
    return counts.get(wrt, 0), _paths(users, of, wrt)


def _paths(users: Mapping[str, Sequence[str]], of: str, wrt: str) -> Iterator[tuple[Use, ...]]:
    """Walk from the quantity up to the result, one path after the other."""
    waiting: list[tuple[str, tuple[Use, ...]]] = [(wrt, ())]
    while waiting:
        name, below = waiting.pop()
        if name == of:
            yield below
            continue
        waiting.extend((user, ((user, name), *below)) for user in reversed(users.get(name, ())))


def _edges(found: Diagram, path: Sequence[Use]) -> tuple[int, ...]:
    """Give the arrows that a path runs along, from the quantity up."""
    edges: dict[int, None] = {}
    for of, wrt in reversed(path):
        target, source = found.holder(of), found.holder(wrt)
        if target is None or target == source:
            continue
        for place, edge in enumerate(found.edges):
            if edge.target == target and (of, wrt) in edge.carries and source in {None, edge.source}:
                edges[place] = None
    return tuple(edges)
