"""Sums over time steps collapsed: δ_{s_1} s_0^T + δ_{s_2} s_1^T + … is the sum over t of δ_{s_t} s_{t-1}^T."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from symnn.expressions.tree import Call, Name, Tree, mapped, walk
from symnn.notation.boxes import Box, Script, Sign
from symnn.notation.symbols import Symbols, restepped, sign_boxes, symbol

__all__ = ["Collapsed", "collapsed"]

INDEX: Final = "t"
LEAST: Final = 2
_STEP: Final = re.compile(r"(.+_)([0-9]+)")


class Collapsed(Struct, frozen=True):
    """A sum as one call, and how the names in it are written."""

    tree: Tree
    symbols: Symbols


def collapsed(terms: Sequence[Tree], symbols: Symbols) -> Collapsed | None:
    """Collapse terms that are one term at consecutive steps; None where they are not.

    >>> from symnn.expressions.tree import Product
    >>> from symnn.expressions.writing import plain
    >>> terms = [Product((Name(f"d_{t}"), Name(f"s_{t - 1}"))) for t in (1, 2, 3)]
    >>> plain(collapsed(terms, {}).tree)
    'sum_t(d_t*s_{t-1})'
    """
    columns = _columns(terms)
    if columns is None or len({column[0] for column in columns}) < len(columns):
        return None  # a name of the first term that stays at one place and goes on at another has no name of its own
    changing = next((column for column in columns if len(set(column)) > 1), ())
    first = _steps(changing)
    if first is None:
        return None
    found: dict[str, str] = {}
    steps_below = sign_boxes(f"{INDEX}={min(first)}")
    boxes: dict[str, Box] = {f"sum_{INDEX}": Script(Sign("∑"), steps_below, sign_boxes(str(max(first))))}
    for column in columns:
        if len(set(column)) == 1:
            continue
        steps = _steps(column)
        shifts = {step - start for step, start in zip(steps, first, strict=True)} if steps else set()
        if len(shifts) != 1:
            return None
        shift = shifts.pop()
        index = INDEX + (f"{shift:+d}" if shift else "")
        name = f"{column[0].rpartition('_')[0]}_{f'{{{index}}}' if shift else index}"
        found[column[0]] = name
        boxes[name] = restepped(symbols.get(column[0]) or symbol(column[0]), index)

    def together(node: Tree) -> Tree | None:
        return Name(found[node.name]) if isinstance(node, Name) and node.name in found else None

    inside = mapped(terms[0], together)
    return Collapsed(Call(f"sum_{INDEX}", (inside,)), boxes)


def _columns(terms: Sequence[Tree]) -> list[tuple[str, ...]] | None:
    """Give, for each name of the first term, the names in its place in all terms; None if the terms differ in form."""
    if len(terms) < LEAST or len({_form(term) for term in terms}) > 1:
        return None
    rows = [[node.name for node in walk(term) if isinstance(node, Name)] for term in terms]
    return list(dict.fromkeys(zip(*rows, strict=True)))


def _form(tree: Tree) -> Tree:
    return mapped(tree, lambda node: Name("·") if isinstance(node, Name) else None)


def _steps(names: Sequence[str]) -> tuple[int, ...] | None:
    """Give the time steps of names of one family, which must go up or down by one."""
    found = [_STEP.fullmatch(name) for name in names]
    families = {match[1] for match in found if match}
    steps = tuple(int(match[2]) for match in found if match)
    if len(families) != 1 or len(steps) != len(names) or not steps:
        return None
    ways = {after - before for before, after in pairwise(steps)}
    return steps if ways in ({1}, {-1}) else None
