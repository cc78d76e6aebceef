"""A student's ways against the derivation's own paths: which links are there, missing, extra or wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Protocol

from msgspec import Struct

from symnn.errors import Span
from symnn.expressions.tree import Tree
from symnn.steps.routes import Route
from symnn.verdicts.trace import Link

__all__ = ["Jump", "Match", "Measure", "Swap", "assigned", "matched"]

_MOST_LINKS = 8
"""Among more links than this only neighbours are tried together."""


class Measure(Protocol):
    """Says what factors worked out are worth: ``value`` at one point modulo ``modulus``, ``confirmed`` for good."""

    @property
    def modulus(self) -> int:
        """The modulus of the values."""

    def value(self, parts: tuple[Link, ...] | tuple[Tree, ...]) -> int | None:
        """Give the value of some partials, or factors, multiplied; None if there is none."""

    def confirmed(self, links: tuple[Link, ...], factors: tuple[Tree, ...]) -> bool:
        """Say whether factors are worth these partials together."""


class Jump(Struct, frozen=True):
    """A partial that leaps over quantities: true, but not every link is shown."""

    link: Link
    over: tuple[Link, ...]
    span: Span | None = None


class Swap(Struct, frozen=True):
    """A wrong link in the place of a right one."""

    wrote: Link
    meant: Link
    span: Span | None = None


class Match(Struct, frozen=True):
    """One way compared with one path.

    ``right`` links are written; ``worked`` links are covered by ``factors`` worked out (all of them, or none);
    a jump counts as one link.
    """

    route: Route
    path: tuple[Link, ...]
    right: tuple[Link, ...]
    jumps: tuple[Jump, ...] = ()
    worked: tuple[Link, ...] = ()
    swaps: tuple[Swap, ...] = ()
    missing: tuple[Link, ...] = ()
    extra: tuple[tuple[Link, Span | None], ...] = ()
    factors: tuple[Tree, ...] = ()

    @property
    def score(self) -> int:
        """How many links count."""
        return len(self.right) + len(self.jumps) + len(self.worked)

    @property
    def surplus(self) -> int:
        """How many links and groups of factors stand there for nothing."""
        return len(self.extra) + bool(self.factors and not self.missing)

    @property
    def is_whole(self) -> bool:
        """Whether the way says the same as the path, link by link or with jumps."""
        return not (self.swaps or self.missing or self.extra or self.factors)


def matched(route: Route, path: tuple[Link, ...], measure: Measure) -> Match:
    """Compare one way with one path.

    >>> path = (("E", "y"), ("y", "a"), ("a", "w"))
    >>> found = matched(Route((("E", "y"), ("y", "w")), (None, None)), path, None)
    >>> found.right, [jump.over for jump in found.jumps], found.is_whole
    ((('E', 'y'),), [(('y', 'a'), ('a', 'w'))], True)
    """
    nodes = {name: place for place, name in enumerate(_nodes(path))}
    left = dict.fromkeys(path)
    right, jumps, others = [], [], []
    for link, span in zip(route.links, route.spans, strict=True):
        over = _over(link, nodes, path)
        if over and all(one in left for one in over):
            for one in over:
                del left[one]
            if len(over) == 1:
                right.append(link)
            else:
                jumps.append(Jump(link, over, span))
        else:
            others.append((link, span))
    worked, factors = _worked(tuple(left), route.worked, measure)
    missing = [link for link in left if link not in worked]
    swaps = tuple(sorted(_swaps(others, missing), key=_place))
    return Match(route, path, tuple(right), tuple(jumps), worked, swaps, tuple(missing), tuple(others), factors)


def _nodes(path: tuple[Link, ...]) -> tuple[str, ...]:
    return (path[0][0], *(wrt for _, wrt in path))


def _over(link: Link, nodes: dict[str, int], path: tuple[Link, ...]) -> tuple[Link, ...]:
    """List the links of the path that a partial covers; a leap over the whole path shows nothing."""
    start, end = nodes.get(link[0], -1), nodes.get(link[1], -1)
    if not 0 <= start < end or (end - start == len(path) > 1):
        return ()
    return path[start:end]


def _worked(
    left: tuple[Link, ...], factors: tuple[Tree, ...], measure: Measure
) -> tuple[tuple[Link, ...], tuple[Tree, ...]]:
    """Find the links that factors worked out are worth; give these, and the factors if there are none."""
    if not factors:
        return (), ()
    value = measure.value(factors)
    for chosen in _groups(left):
        if (value is None or value == measure.value(chosen)) and measure.confirmed(chosen, factors):
            return chosen, ()
    return (), factors


def _groups(left: tuple[Link, ...]) -> Iterator[tuple[Link, ...]]:
    """List groups of links, the largest first; among many only neighbours, and none at all last."""
    if len(left) <= _MOST_LINKS:
        for count in range(len(left), -1, -1):
            yield from combinations(left, count)
        return
    for count in range(len(left), 0, -1):
        for start in range(len(left) - count + 1):
            yield left[start : start + count]
    yield ()


def _place(swap: Swap) -> tuple[int, Link]:
    return (swap.span.start if swap.span is not None else 0, swap.wrote)


def _swaps(others: list[tuple[Link, Span | None]], missing: list[Link]) -> Iterator[Swap]:
    """Pair wrong links with missing ones: of the same quantity first, then by the same, then in order."""
    rules: tuple[Callable[[Link, Link], bool], ...] = (
        lambda wrote, meant: wrote[0] == meant[0],
        lambda wrote, meant: wrote[1] == meant[1],
        lambda _, __: True,
    )
    for fits in rules:
        for wrote, span in tuple(others):
            meant = next((link for link in missing if fits(wrote, link)), None)
            if meant is not None:
                others.remove((wrote, span))
                missing.remove(meant)
                yield Swap(wrote, meant, span)


def assigned(
    routes: Iterable[Route], paths: tuple[tuple[Link, ...], ...], measure: Measure
) -> tuple[dict[int, Match], tuple[Route, ...]]:
    """Give each path the way that fits it best, each way to one path; then the ways that are left over.

    A way that says the same as a path stands for no other; one with jumps for every path that it leaps along.
    A way that fits few paths chooses first: in ∂E/∂s₂ ∂s₂/∂w + ∂E/∂s₁ ∂s₁/∂w the second fits one path alone,
    and the first is what is left, by its own use of w.
    """
    waiting = list(routes)
    found: dict[int, Match] = {}
    choices: list[tuple[int, Match, int]] = []
    for route in waiting:
        rows = [(matched(route, path, measure), place) for place, path in enumerate(paths)]
        fitting = [row for row in rows if row[0].is_whole] or rows
        choices += [(len(fitting), match, place) for match, place in fitting]
    choices.sort(key=lambda row: (not row[1].is_whole, row[0], row[1].surplus - row[1].score, row[2]))
    table = [(match, place) for _, match, place in choices]
    used: list[Route] = []
    for match, place in table:
        if place not in found and not any(match.route is route for route in used) and match.score:
            found[place] = match
            used.append(match.route)
    for match, place in table:
        if place not in found and match.is_whole and match.jumps and any(match.route is route for route in used):
            found[place] = match
    return found, tuple(route for route in waiting if not any(route is one for one in used))
