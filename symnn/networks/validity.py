"""Do the equations make a graph? Every problem, with line and column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from symnn.errors import Fact, Problem
from symnn.expressions.tree import Name, names, walk

if TYPE_CHECKING:
    from symnn.networks.declarations import EquationLine
    from symnn.networks.function import Function

__all__ = ["check_graph"]


def check_graph(
    lines: tuple[EquationLine, ...], functions: Mapping[str, Function], free: Collection[str] | None
) -> list[Problem]:
    """List what is wrong: defined twice, used before the definition, in a cycle, undefined.

    ``free`` are the names that need no equation; None where every undefined name is a parameter.
    """
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for place, line in enumerate(lines):
        if line.left in first:
            facts: dict[str, Fact] = {"name": line.left, "line": lines[first[line.left]].at().line}
            problems.append(Problem("defined-twice", facts, place=line.at()))
        elif line.left in functions:
            problems.append(Problem("name-of-function", {"name": line.left}, place=line.at()))
        else:
            first[line.left] = place
    circle = _cycle({line.left: names(line.right) for line in lines})
    if circle:
        line = lines[first[circle[0]]] if circle[0] in first else lines[0]
        return [*problems, Problem("cycle", {"through": circle}, place=line.at())]
    for place, line in enumerate(lines):
        problems.extend(_uses(place, line, first, free))
    return problems


def _uses(place: int, line: EquationLine, first: Mapping[str, int], free: Collection[str] | None) -> list[Problem]:
    """List the names of one equation that mean nothing where they stand."""
    problems = []
    for node in walk(line.right):
        if not isinstance(node, Name):
            continue
        if node.name in first:
            if first[node.name] >= place:
                facts = {"name": node.name, "in": line.left}
                problems.append(Problem("used-before-definition", facts, node.span, line.at(node.span)))
        elif free is not None and node.name not in free:
            nearest = get_close_matches(node.name, sorted({*first, *free}), 1)
            facts = {"name": node.name, "in": line.left, "nearest": nearest[0] if nearest else ""}
            problems.append(Problem("undefined-name", facts, node.span, line.at(node.span)))
    return problems


def _cycle(uses: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Find names that need each other in a circle, first one repeated at the end; empty if there is none."""
    try:
        TopologicalSorter({name: [used for used in right if used in uses] for name, right in uses.items()}).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()
