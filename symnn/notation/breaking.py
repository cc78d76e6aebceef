"""Long expressions are broken over lines: before a sign as far outside as possible, else between factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symnn.notation.items import Expression, Head, Item, Mark

__all__ = ["rows"]

BETWEEN_FACTORS = 100
"""How much worse a break between factors is than one before a sign a bracket deeper."""

NEVER_ALONE = 1000
"""How much worse a break inside a bracket is that is less than half a row wide, as 1 - y."""


def rows(expression: Expression, widths: Sequence[float], first: float, rest: float) -> tuple[slice, ...]:
    """Cut an expression into rows, the first at most ``first`` wide, the others at most ``rest``.

    ``widths`` are those of the items. Every item is in exactly one row, in order; a row that no break can
    make narrow enough stays too wide.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.notation.items import Piece
    >>> a = Piece(Name("a"))
    >>> rows((a, Mark("+"), a, Mark("+"), a), (1, 1, 1, 1, 1), 3, 3)
    (slice(0, 3, None), slice(3, 5, None))
    """
    found: list[slice] = []
    costs = tuple(_costs(expression, widths, rest / 2))
    start, limit = 0, first
    while start < len(expression):
        end = _row_end(start, limit, widths, costs)
        found.append(slice(start, end))
        start, limit = end, rest
    return tuple(found)


def _row_end(start: int, limit: float, widths: Sequence[float], costs: Sequence[int | None]) -> int:
    """Find where a row ends: at the end, or at the cheapest break that fits, the last of equals."""
    used = 0.0
    best: int | None = None
    least = 0
    for place in range(start, len(widths)):
        cost = costs[place]
        if place > start and cost is not None and (best is None or cost <= least):
            best, least = place, cost
        used += widths[place]
        if used > limit and best is not None:
            return best
    return len(widths)


def _costs(expression: Expression, widths: Sequence[float], wide: float) -> Iterator[int | None]:
    """Say for each item what a break before it costs; None where there can be none."""
    inside = _brackets(expression, widths)
    open_brackets: list[float] = []
    previous: Item | None = None
    for item, bracket in zip(expression, inside, strict=True):
        if item == Mark(")"):
            open_brackets.pop()
        small = NEVER_ALONE if open_brackets and open_brackets[-1] <= wide else 0
        yield _cost(previous, item, len(open_brackets) + small)
        if item == Mark("("):
            open_brackets.append(bracket)
        previous = item


def _brackets(expression: Expression, widths: Sequence[float]) -> list[float]:
    """Say for each opening bracket how wide it is, closing bracket included."""
    found = [0.0] * len(expression)
    opened: list[int] = []
    for place, item in enumerate(expression):
        if item == Mark("("):
            opened.append(place)
        elif item == Mark(")"):
            start = opened.pop()
            found[start] = sum(widths[start : place + 1])
    return found


def _cost(previous: Item | None, item: Item, depth: int) -> int | None:
    if previous is None or isinstance(previous, Head):
        return None
    if isinstance(previous, Mark) and previous.sign != ")":
        return depth if previous.sign == "," else None
    match item:
        case Mark("+" | "-" | "->"):
            return depth
        case Mark():
            return BETWEEN_FACTORS + depth if item.sign == "(" else None
        case _:
            return BETWEEN_FACTORS + depth
