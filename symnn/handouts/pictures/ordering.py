"""Layers of a picture in order: few crossings, by medians of the neighbours (Sugiyama), and heights by their means.

An edge over several layers passes each by a bend; the edges of one unit share theirs, and part where they end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from msgspec import Struct

__all__ = ["Bend", "Layered", "crossings", "heights", "ordered"]

Bend: TypeAlias = tuple[int, int]
"""Where the edges of a node (its position) pass a layer; a node itself is its position and its own layer."""

SWEEPS = 24
PASSES = 12
LIGHT = 0.05
"""How much what is given weighs beside what is computed."""


class Layered(Struct, frozen=True):
    """The layers in order from the top, and the straight pieces between neighbouring layers."""

    layers: tuple[tuple[Bend, ...], ...]
    pieces: tuple[tuple[tuple[Bend, Bend], ...], ...]


def ordered(
    layers: Sequence[int], edges: Iterable[tuple[int, int]], together: Mapping[int, int], least: int = SWEEPS
) -> Layered:
    """Order nodes by their layers and edges; nodes ``together`` in a box stay neighbours.

    >>> found = ordered((0, 0, 1, 1), ((0, 3), (1, 2)), {})
    >>> sum(crossings(found))
    0
    """
    depth = max(layers, default=-1) + 1
    rows: list[dict[Bend, None]] = [{} for _ in range(depth)]
    pieces: list[dict[tuple[Bend, Bend], None]] = [{} for _ in range(max(depth - 1, 0))]
    for node, layer in enumerate(layers):
        rows[layer][node, layer] = None
    for source, target in edges:
        before = (source, layers[source])
        for layer in range(layers[source] + 1, layers[target] + 1):
            after = (target if layer == layers[target] else source, layer)
            rows[layer][after] = None
            pieces[layer - 1][before, after] = None
            before = after
    found = best = Layered(tuple(map(tuple, rows)), tuple(map(tuple, pieces)))
    fewest = sum(crossings(best))
    met = set()
    for sweep in range(least):
        if not fewest or (found.layers, sweep % 2) in met:  # what was met before goes on as it did
            break
        met.add((found.layers, sweep % 2))
        found = _switched(_swept(found, together, down=not sweep % 2), together)
        count = sum(crossings(found))
        if count < fewest:
            best, fewest = found, count
    return best


def crossings(layered: Layered) -> tuple[int, ...]:
    """Count the crossings between neighbouring layers."""
    found = []
    for place, pieces in enumerate(layered.pieces):
        above = {bend: i for i, bend in enumerate(layered.layers[place])}
        below = {bend: i for i, bend in enumerate(layered.layers[place + 1])}
        ends: list[int] = []
        count, last = 0, -1
        waiting: list[int] = []
        for one, other in sorted((above[one], below[other]) for one, other in pieces):
            if one != last:  # pieces from one point do not cross
                for end in waiting:
                    insort(ends, end)
                waiting, last = [], one
            count += len(ends) - bisect_right(ends, other)
            waiting.append(other)
        found.append(count)
    return tuple(found)


def _swept(layered: Layered, together: Mapping[int, int], *, down: bool) -> Layered:
    """Go through the layers once, each sorted by the medians of its neighbours in the one before."""
    layers = list(layered.layers)
    steps = range(1, len(layers)) if down else range(len(layers) - 2, -1, -1)
    for place in steps:
        fixed = {bend: i for i, bend in enumerate(layers[place - 1 if down else place + 1])}
        near: dict[Bend, list[int]] = {}
        for one, other in layered.pieces[place - 1 if down else place]:
            near.setdefault(other if down else one, []).append(fixed[one if down else other])
        rank = {bend: _median(near.get(bend, [i])) for i, bend in enumerate(layers[place])}
        layers[place] = _sorted(layers[place], rank, together)
    return Layered(tuple(layers), layered.pieces)


def _median(places: list[int]) -> float:
    places.sort()
    middle = len(places) // 2
    return places[middle] if len(places) % 2 else (places[middle - 1] + places[middle]) / 2


def _sorted(layer: tuple[Bend, ...], rank: Mapping[Bend, float], together: Mapping[int, int]) -> tuple[Bend, ...]:
    """Sort a layer; what stands in one box counts as one, by the mean of its ranks."""
    boxes: dict[int, list[float]] = {}
    for bend in layer:
        box = _box(bend, together, rank)
        if box >= 0:
            boxes.setdefault(box, []).append(rank[bend])
    means = {box: sum(ranks) / len(ranks) for box, ranks in boxes.items()}
    return tuple(sorted(layer, key=lambda bend: (means.get(_box(bend, together, rank), rank[bend]), rank[bend])))


def _box(bend: Bend, together: Mapping[int, int], _: object = None) -> int:
    return together.get(bend[0], -1)


def _switched(layered: Layered, together: Mapping[int, int]) -> Layered:
    """Exchange neighbours wherever that leaves fewer crossings."""
    layers = [list(layer) for layer in layered.layers]
    for place, layer in enumerate(layers):
        sides = []
        for other, pieces in ((place - 1, place - 1), (place + 1, place)):
            if 0 <= other < len(layers):
                at = {bend: i for i, bend in enumerate(layers[other])}
                near: dict[Bend, list[int]] = {}
                for one, two in layered.pieces[pieces]:
                    own, theirs = (two, one) if other < place else (one, two)
                    near.setdefault(own, []).append(at[theirs])
                sides.append({bend: sorted(places) for bend, places in near.items()})
        for i in range(len(layer) - 1):
            one, two = layer[i], layer[i + 1]
            if _box(one, together) == _box(two, together) or max(_box(one, together), _box(two, together)) < 0:
                now = sum(_over(side.get(one, []), side.get(two, [])) for side in sides)
                then = sum(_over(side.get(two, []), side.get(one, [])) for side in sides)
                if then < now:
                    layer[i], layer[i + 1] = two, one
    return Layered(tuple(map(tuple, layers)), layered.pieces)


def _over(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the crossings of the pieces of two neighbours, the one above the other."""
    return sum(bisect_left(other, end) for end in one)


def heights(layered: Layered, room: Callable[[Bend, Bend], float]) -> dict[Bend, float]:
    """Give every node and bend its height: near the mean of its neighbours, with room between those of a layer.

    What is given (nothing flows into it) gives way to what is computed, so that chains run straight.
    """
    weight = {bend: LIGHT for layer in layered.layers for bend in layer}
    weight |= {other: 1.0 for pieces in layered.pieces for _, other in pieces}
    rooms = [[room(layer[i - 1], bend) if i else 0.0 for i, bend in enumerate(layer)] for layer in layered.layers]
    at: dict[Bend, float] = {}
    for layer, between in zip(layered.layers, rooms, strict=True):
        whole = sum(between)
        at.update(zip(layer, (y - whole / 2 for y in accumulate(between)), strict=True))
    near: dict[Bend, list[Bend]] = {}
    for pieces in layered.pieces:
        for one, other in pieces:
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    depth = len(layered.layers)
    for turn in range(PASSES):
        for place in range(depth) if turn % 2 else reversed(range(depth)):
            layer = layered.layers[place]
            wanted = [_mean(near.get(bend, [bend]), at, weight) for bend in layer]
            weights = [weight[bend] for bend in layer]
            at.update(zip(layer, _spaced(wanted, rooms[place], weights), strict=True))
    return at


def _mean(bends: Sequence[Bend], at: Mapping[Bend, float], weight: Mapping[Bend, float]) -> float:
    amount = whole = 0.0
    for bend in bends:
        amount += at[bend] * weight[bend]
        whole += weight[bend]
    return amount / whole


def _spaced(wanted: Sequence[float], rooms: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Give places nearest to those wanted (least squares) with room between: neighbours too near move as one block.

    >>> _spaced([0.0, 0.0], [0.0, 2.0], [1.0, 1.0])
    [-1.0, 1.0]
    """
    offsets, total = [], 0.0
    for room in rooms:
        total += room
        offsets.append(total)
    blocks: list[tuple[float, float, int]] = []  # weighted sum, weight, how many
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        block = (weight * (want - offset), weight, 1)
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            before = blocks.pop()
            block = (block[0] + before[0], block[1] + before[1], block[2] + before[2])
        blocks.append(block)
    means = [amount / weight for amount, weight, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
