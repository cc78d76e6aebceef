"""The places of an answer, and what may be changed at each: what is of one kind stands there as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from symnn.expressions.tree import Tree, children, rebuilt
from symnn.misconceptions.mistakes import Mistake
from symnn.verdicts import codes

__all__ = [
    "ALONE",
    "EXCHANGE",
    "LIKELY",
    "RARE",
    "USUAL",
    "Beside",
    "Change",
    "Choices",
    "Spot",
    "exchanged",
    "put",
    "rank",
]

Change: TypeAlias = tuple[Mistake, Tree]
"""What was wrong at a place, and what belongs there."""

USUAL, RARE = 1.05, 1.3
"""What a change costs that students make every day, and one that may still be one of two."""

EXCHANGE: Final = 0
LIKELY: Final = 1
ALONE: Final = 2
"""A usual change that exchanges something; another one that may be one of two; one that must be alone."""

_PUT_IN = (codes.MISSING_FACTOR, codes.MISSING_TERM, codes.ACTIVATION_MISSING, codes.EXTRA_FACTOR, codes.EXTRA_TERM)
"""What is put in or taken away makes nearly anything of an answer together with a second mistake."""


def rank(mistake: Mistake) -> int:
    """Say whether a change may be one of two, and whether it may stand beside a less usual one."""
    if mistake.cost <= USUAL and mistake.kind not in _PUT_IN:
        return EXCHANGE
    return LIKELY if mistake.cost <= RARE else ALONE


class Choices(Struct, frozen=True, eq=False):
    """Trees that do not depend on an answer, so that what they are worth at a point is found once."""

    trees: tuple[Tree, ...]


class Beside(Struct, frozen=True, eq=False):
    """Each of several trees in the place of a node, or joined to it if that ``keeps`` the node."""

    choices: Choices
    rank: int
    join: Callable[[Tree, Tree], Tree]
    told: Callable[[Tree, Tree], Mistake]
    keeps: bool = True

    def change(self, node: Tree, place: int) -> Change:
        """Give one of the changes of a node."""
        tree = self.choices.trees[place]
        return self.told(node, tree), self.join(node, tree)


class Spot(Struct, frozen=True, eq=False):
    """A node of an answer, and what may be changed at it: the listed changes have the first numbers."""

    node: Tree
    listed: tuple[Change, ...]
    beside: tuple[Beside, ...]

    def beside_from(self) -> Iterator[tuple[int, Beside]]:
        """Give what may stand beside the node, each with the number of its first change."""
        start = len(self.listed)
        for beside in self.beside:
            yield start, beside
            start += len(beside.choices.trees)

    def change(self, number: int) -> Change:
        """Give the change that has a number."""
        if number < len(self.listed):
            return self.listed[number]
        beside, place = self._found(number)
        return beside.change(self.node, place)

    def better(self, number: int) -> Tree:
        """Give what belongs there by the change that has a number."""
        if number < len(self.listed):
            return self.listed[number][1]
        beside, place = self._found(number)
        return beside.join(self.node, beside.choices.trees[place])

    def _found(self, number: int) -> tuple[Beside, int]:
        start, beside = [one for one in self.beside_from() if one[0] <= number][-1]
        return beside, number - start

    def kept(self, better: Tree) -> Iterator[tuple[tuple[int, ...], Tree]]:
        """List what of the node, or the node itself, still stands in what belongs there: its way and the part."""
        within = {id(part): way for way, part in _within(self.node, ())}
        waiting = [better]
        while waiting:
            part = waiting.pop()
            if id(part) in within:
                yield within[id(part)], part
            else:
                waiting += children(part)


def _within(node: Tree, way: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Tree]]:
    yield way, node
    for place, part in enumerate(children(node)):
        yield from _within(part, (*way, place))


def put(tree: Tree, way: tuple[int, ...], other: Tree) -> Tree:
    """Put another tree at a place."""
    if not way:
        return other
    parts = children(tree)
    changed = put(parts[way[0]], way[1:], other)
    return rebuilt(tree, (*parts[: way[0]], changed, *parts[way[0] + 1 :]))


def exchanged(tree: Tree, node: Tree, other: Tree) -> Tree:
    """Put another tree where this very node stands, once."""
    if tree is node:
        return other
    parts = children(tree)
    for place, part in enumerate(parts):
        found = exchanged(part, node, other)
        if found is not part:
            return rebuilt(tree, (*parts[:place], found, *parts[place + 1 :]))
    return tree
