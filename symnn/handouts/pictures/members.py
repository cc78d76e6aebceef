"""Which quantities stand together in a picture: steps of time in columns, feature maps in stacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from symnn.expressions.tree import Call, Entry, Name, Tree, names, walk
from symnn.language.names import taken_apart
from symnn.networks.graph import Graph
from symnn.ops.table import OPERATIONS

__all__ = ["TimeStep", "images", "stacks", "steps"]

IMAGES = frozenset({"convolution", "pooling"})
"""Operations that work on feature maps, by what a network uses them for."""

PLANE = 2
"""A feature map has rows and columns; what is before them counts its sheets."""


class TimeStep(NamedTuple):
    """What a quantity is at which time: ``s_2`` is s at time 2. Without a time it stands by itself."""

    role: str
    time: int | None


def steps(graph: Graph) -> Mapping[str, TimeStep]:
    """Say what stands in which column: empty where no index is a time, one that looks back or ahead.

    >>> from symnn.networks.catalogue import network
    >>> steps(network("rnn").graph)["s_2"].time, steps(network("cnn-x").graph)
    (2, {})
    """
    index = _time(graph)
    if not index:
        return {}
    families = {_stem(entry.of) for entry in _entries(graph) if index in names(entry.indices[-1])}
    found = {}
    for name in graph.quantities:
        apart = taken_apart(name)
        timed = apart is not None and (apart.base, apart.primes) in families and apart.parts
        if apart is not None and timed and apart.parts[-1].isdecimal():
            role = "_".join((apart.base + "'" * apart.primes, apart.above, *apart.parts[:-1]))
            found[name] = TimeStep(role, int(apart.parts[-1]))
        else:
            found[name] = TimeStep(name, None)
    return found


def _time(graph: Graph) -> str:
    """Find the index of time: the last below a name that some equation also uses one earlier or later."""
    written = {index for one in graph.indexed for index, *_ in one.ranges}
    for entry in _entries(graph):
        last = entry.indices[-1]
        for index in written.intersection(names(last)):
            if last != Name(index):
                return index
    return ""


def _entries(graph: Graph) -> Iterator[Entry]:
    for one in graph.indexed:
        for tree in (one.left, one.right):
            yield from (node for node in walk(tree) if isinstance(node, Entry))


def _stem(tree: Tree) -> tuple[str, int]:
    apart = taken_apart(tree.name.removesuffix("^()")) if isinstance(tree, Name) else None
    return (apart.base, apart.primes) if apart is not None else ("", 0)


def images(graph: Graph) -> frozenset[str]:
    """Name the feature maps: what is convolved or pooled, what comes out, and what is the same entry by entry.

    >>> from symnn.networks.catalogue import network
    >>> sorted(images(network("cnn").graph)), sorted(images(network("conv-3x3").graph))
    (['c', 'n', 'p', 'r', 'x'], [])
    """
    planes = {name for name, shape in graph.shapes.items() if len(shape) >= PLANE} - set(graph.parameters)
    if not planes:
        return frozenset()
    found: set[str] = set()
    for equation in graph.equations:
        calls = [node for node in walk(equation.right) if isinstance(node, Call) and _works_on_images(node)]
        for node in calls:
            found.update(planes.intersection((equation.left, *names(node.arguments[0]))))
    grown = True
    while grown:
        before = len(found)
        for equation in graph.equations:
            alike = {equation.left, *equation.uses} & planes
            alike = {name for name in alike if graph.shapes[name] == graph.shapes.get(equation.left)}
            found |= alike if alike & found else set()
        grown = len(found) > before
    return frozenset(found)


def _works_on_images(call: Call) -> bool:
    return call.function in OPERATIONS and OPERATIONS[call.function].role in IMAGES


def stacks(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """Put the feature maps of one index in a stack, under the name that they have with it.

    >>> from symnn.networks.catalogue import network
    >>> stacks(network("cnn-x").graph)["c_k"]
    ('c_1', 'c_2', 'c_3')
    """
    maps, time = images(graph), _time(graph)
    found: dict[str, tuple[str, ...]] = {}
    for one in graph.indexed:
        left, indices = one.left, [index for index, *_ in one.ranges]
        if not isinstance(left, Entry) or not isinstance(left.of, Name) or len(indices) != 1 or indices == [time]:
            continue
        stem = _stem(left.of)
        members = [name for name in graph.definitions if name in maps and _is_of(name, stem)]
        if len({graph.shapes[name] for name in members}) == 1 and len(members) > 1:
            found[f"{left.of.name}_{indices[0]}"] = tuple(members)
    return found


def _is_of(name: str, stem: tuple[str, int]) -> bool:
    apart = taken_apart(name)
    return apart is not None and (apart.base, apart.primes) == stem and len(apart.parts) == 1
