"""Sums over paths as the lecture writes them: what all paths share stands once, before the bracket."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.derivation.paths import Path
from symnn.expressions.terms import ONE, ZERO
from symnn.expressions.tree import Name
from symnn.handouts.partials import Way
from symnn.notation.items import Expression, Item, Mark, Numbered, Piece, added, multiplied

__all__ = ["chain", "route", "route_through", "sharing"]


def chain(paths: Sequence[Path], way: Way, numbered: Numbered | None = None) -> Expression:
    """Write the sum over paths, each factor in one way, the factors that paths begin with taken out.

    Source: deck, ∂E/∂w_{(x1)1} = -(z - y) ∂f_6(e)/∂e (w_46 … x_1 + w_56 … x_1).
    """
    if not paths:
        return (Piece(ZERO),)
    negative, items = _shared(paths, 0, way, numbered)
    return added([(negative, items)])


def _shared(paths: Sequence[Path], start: int, way: Way, numbered: Numbered | None) -> tuple[bool, Expression]:
    """Write paths from one place on: the factors they share, then a bracket with one term per branch."""
    first = paths[0]
    end = start
    while end < len(first) and all(path[end] == first[end] for path in paths):
        end += 1
    head = [way(factor) for factor in first[start:end]]
    if len(paths) == 1:
        return multiplied(head, numbered)
    branches: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        branches.setdefault((path[end].of, path[end].wrt), []).append(path)
    terms = added([_shared(branch, end, way, numbered) for branch in branches.values()])
    return multiplied(head, numbered, (Mark("("), *terms, Mark(")")))


def sharing(paths: Sequence[Path]) -> str:
    """Say with the code of a sentence what `chain` does with several paths: whether a bracket comes, and where."""
    if len(paths) == 1:
        return "chain-one"
    if len({path[0] for path in paths}) == 1:
        return "chain-shared"
    starts = {path[0].wrt for path in paths}
    return "chain-several" if len(starts) == len(paths) else "chain-partly-shared"


def route(path: Path) -> Expression:
    """Write a path as the quantities it goes through: E → y → a_3 → f_1 → a_1 → w_1.

    >>> route(()) == (Piece(ONE),)
    True
    """
    return route_through((path[0].of, *(factor.wrt for factor in path))) if path else (Piece(ONE),)


def route_through(names: Sequence[str]) -> Expression:
    """Write quantities with arrows between them."""
    items: list[Item] = []
    for name in names:
        items += [Mark("->"), Piece(Name(name))] if items else [Piece(Name(name))]
    return tuple(items)
