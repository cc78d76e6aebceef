"""How far a chain or a derivation is right, and which link of the chain rule comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from symnn.expressions.tree import Tree
from symnn.steps.coverage import about
from symnn.steps.routes import Route
from symnn.steps.stepping import Step
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["Reached", "reached_by_lines", "reached_by_ways"]


class Reached(Struct, frozen=True):
    """The longest right beginning: its last quantity, or its last ``line``, and the link after it; None at the end."""

    at: str = ""
    line: int = 0
    link: Link | None = None


def reached_by_ways(given: Iterable[Route], paths: Iterable[tuple[Link, ...]]) -> Reached:
    """Look how far some ways follow the paths, and give the first path that is not gone to its end.

    >>> path = (("E", "y"), ("y", "a"), ("a", "w"))
    >>> reached_by_ways([Route(path[:1], (None,))], [path])
    Reached(at='y', line=0, link=('y', 'a'))
    """
    routes = [set(route.links) for route in given]
    for path in paths:
        gone = max((_together(path, links) for links in routes), default=0)
        if gone < len(path):
            return Reached(path[gone - 1][1] if gone else "", link=path[gone])
    return Reached()


def _together(path: tuple[Link, ...], links: set[Link]) -> int:
    """Count the links of a path, from its beginning, that a way has."""
    return next((place for place, link in enumerate(path) if link not in links), len(path))


def reached_by_lines(steps: Sequence[Step], asked: Tree, ways: Ways) -> Reached:
    """Look which links the right steps before the first wrong one work out, and give the first that they do not."""
    wrong = next((place for place, step in enumerate(steps) if step.is_wrong), len(steps))
    sound = [step for step in steps[:wrong] if step.true and not step.repeated]
    done = frozenset().union(*(about((step.first.plain,), step.side.plain, ways) for step in sound))
    line = max((step.side.row for step in sound), default=0)
    links = ways.links(asked)
    for path in ways.paths(*links[0]) if links and 0 < ways.count(*links[0]) <= _MOST_PATHS else ():
        for link in path:
            if link not in done:
                return Reached(line=line, link=link)
    return Reached(line=line)


_MOST_PATHS = 64
