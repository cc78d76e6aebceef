"""Sums over paths as the lecture writes them: what all paths share stands once, before the bracket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from symnn.derivation.paths import Path
from symnn.derivation.sweep import Factor
from symnn.expressions.terms import ONE, ZERO
from symnn.expressions.tree import Name, Tree
from symnn.handouts.partials import Way
from symnn.notation.items import Expression, Item, Mark, Numbered, Piece, added, multiplied

__all__ = ["Naming", "chain", "nameless", "route", "route_through", "sharing"]

Naming: TypeAlias = Callable[[Factor], Tree | None]
"""Names a factor, ∂y/∂a_3, where it has a name."""


def nameless(_: Factor) -> None:
    """Name no factor."""


def chain(paths: Sequence[Path], way: Way, numbered: Numbered | None = None, name: Naming = nameless) -> Expression:
    """Write the sum over paths, each factor in one way, the factors that paths begin with taken out.

    With ``numbered`` a factor has its number above and its ``name`` below it, or the number below where it has no name.
    Source: deck, ∂E/∂w_{(x1)1} = -(z - y) ∂f_6(e)/∂e (w_46 … x_1 + w_56 … x_1).
    """
    if not paths:
        return (Piece(ZERO),)
    negative, items = _shared(paths, 0, _Ways(way, numbered, name))
    return added([(negative, items)])


class _Ways(NamedTuple):
    """How factors are written: by what, with which numbers, under which names."""

    way: Way
    numbered: Numbered | None
    name: Naming


def _shared(paths: Sequence[Path], start: int, ways: _Ways) -> tuple[bool, Expression]:
    """Write paths from one place on: the factors they share, then a bracket with one term per branch."""
    first = paths[0]
    end = start
    while end < len(first) and all(path[end] == first[end] for path in paths):
        end += 1
    head = [ways.way(factor) for factor in first[start:end]]
    names = [ways.name(factor) for factor in first[start:end]]
    if len(paths) == 1:
        return multiplied(head, ways.numbered, named=names)
    branches: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        branches.setdefault((path[end].of, path[end].wrt), []).append(path)
    terms = added([_shared(branch, end, ways) for branch in branches.values()])
    return multiplied(head, ways.numbered, (Mark("("), *terms, Mark(")")), names)


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
