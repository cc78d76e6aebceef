r"""Sums whose ends another index gives, ``\sum_{j=i+1}^{n}`` and ``\sum_{j \le i}``: written out once i is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeGuard

from symnn.expressions.tree import Call, Name, Negative, Number, Sum, Tree, number, walk
from symnn.ops import named

__all__ = ["LaterSum", "added", "end_of", "is_later", "later", "size_with_sums", "written_sum"]

LaterSum = Call
"""A call of sum with what is added, its letter, and both ends: no other call of it has four arguments."""

_ARGUMENTS = 4
_END = re.compile(r"(?P<letter>[A-Za-z])(?:(?P<sign>[-+])(?P<shift>[0-9]+))?")


def end_of(written: str, indices: Collection[str]) -> Tree | None:
    """Read an end such as ``i+1`` where i is an index; None for any other.

    >>> from symnn.expressions.writing import plain
    >>> plain(end_of("i+1", {"i"})), end_of("N", {"i"})
    ('i + 1', None)
    """
    found = _END.fullmatch(written)
    if found is None or found["letter"] not in indices:
        return None
    if found["shift"] is None:
        return Name(found["letter"])
    shift = Number(int(found["shift"]))
    return Sum((Name(found["letter"]), shift if found["sign"] == "+" else Negative(shift)))


def later(body: Tree, letter: str, low: Tree, high: Tree) -> LaterSum:
    """Keep a sum until its ends are numbers."""
    return Call(named.SUM, (body, Name(letter), low, high))


def is_later(tree: Tree) -> TypeGuard[LaterSum]:
    """Say whether a tree is a sum that is not written out yet."""
    return isinstance(tree, Call) and tree.function == named.SUM and len(tree.arguments) == _ARGUMENTS


def size_with_sums(tree: Tree, longest: int) -> int:
    """Count the nodes of a tree once its sums are written out, none of them longer than ``longest``."""
    inside = [node for node in walk(tree) if is_later(node)]
    return sum(1 for _ in walk(tree)) + sum(sum(1 for _ in walk(node)) * longest for node in inside)


def added(before: Sum, terms: tuple[Tree, ...]) -> Tree:
    """Add terms some of which were sums not written out before: theirs are added, and an empty one is nothing."""
    flat: list[Tree] = []
    for old, new in zip(before.terms, terms, strict=True):
        if not is_later(old) or is_later(new):
            flat.append(new)
        elif new != number(0):
            flat.extend(new.terms if isinstance(new, Sum) else (new,))
    if len(flat) < 2:  # noqa: PLR2004 - nothing is added
        return flat[0] if flat else number(0)
    return Sum(tuple(flat), before.span)


def written_sum(tree: LaterSum, low: int, high: int, put: Callable[[Tree, str, int], Tree]) -> Tree:
    """Write a sum out; ``put`` gives what is added with a number in the place of the letter."""
    body, letter, _, _ = tree.arguments
    name = letter.name if isinstance(letter, Name) else ""
    terms = tuple(put(body, name, value) for value in range(low, high + 1))
    if len(terms) < 2:  # noqa: PLR2004 - nothing is added
        return terms[0] if terms else number(0)
    return Sum(terms)
