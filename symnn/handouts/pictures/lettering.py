"""How a name is lettered in a picture: its signs one after the other, each upright or italic, and how wide that is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from symnn.expressions.tree import Tree
from symnn.expressions.writing import plain
from symnn.notation.boxes import (
    LOW,
    Box,
    Fence,
    Gap,
    Letter,
    Numeral,
    Operator,
    Script,
    Sign,
    Word,
    height,
    inner_boxes,
)
from symnn.notation.layout import laid_out
from symnn.notation.symbols import Symbols

__all__ = ["SCRIPT", "Run", "lettered", "width_of_runs", "words"]

SCRIPT = 0.7
"""The size of a sub- or superscript."""

UNKNOWN = 1000
"""How wide a sign is that the table does not have, Chinese among them: as wide as high."""

COMMA = ", "


class Run(NamedTuple):
    """One sign or several in one hand: ``level`` is -1 below the line, 1 above it.

    What stands below what is above begins so much further ``back``, in parts of the size.
    """

    text: str
    level: int = 0
    italic: bool = False
    back: float = 0.0


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, int]]:
    text = files(__package__).joinpath("glyphs.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, int]] = json.loads(text)
    return MappingProxyType(found)


def lettered(trees: tuple[Tree, ...], symbols: Symbols) -> tuple[Run, ...]:
    """Letter formulas with commas between; what is taller than a line stands as it would be typed.

    >>> from symnn.expressions.tree import Name
    >>> [(run.text, run.level, run.italic) for run in lettered((Name("w46"),), {})]
    [('w', 0, True), ('46', -1, False)]
    """
    runs: list[Run] = []
    for place, tree in enumerate(trees):
        runs += [Run(COMMA)] if place else []
        box = laid_out(tree, symbols)
        runs += _runs(box, 0) if height(box) == LOW else words(plain(tree))
    return tuple(runs)


def words(text: str) -> tuple[Run, ...]:
    """Letter plain words."""
    return (Run(text),)


def width_of_runs(runs: tuple[Run, ...], size: float) -> float:
    """Say how wide signs of a size are.

    >>> round(width_of_runs(words("W"), 10.0), 1), width_of_runs((), 10.0)
    (10.3, 0.0)
    """
    table = _table()
    total: float = 0
    for run in runs:
        widths = table["italic" if run.italic else "upright"]
        own = sum(widths.get(sign, UNKNOWN) for sign in run.text) / 1000 * (SCRIPT if run.level else 1)
        total += max(own - run.back, 0.0)
    return total * size


def _runs(box: Box, level: int) -> Iterator[Run]:
    """Give the signs of a line; what stands on a script stays at its height."""
    match box:
        case Script(base, below, above, primes):
            yield from _runs(base, level)
            if primes:
                yield Run("′" * primes, level or 1)
            scripts = [(above, 1), (below, -1)]
            parts = [tuple(_runs(part, level or moved)) for part, moved in scripts if part is not None]
            if len(parts) > 1 and not level:
                # one over the other: the wider one comes last, so that what follows stands behind both
                first, second = sorted(parts, key=lambda runs: width_of_runs(runs, 1.0))
                parts = [first, (second[0]._replace(back=width_of_runs(first, 1.0)), *second[1:])]
            for runs in parts:
                yield from runs
        case Fence(inside, left, right):
            yield from (Run(left, level), *_runs(inside, level), Run(right, level))
        case Letter(text):
            yield Run(text, level, italic=text.isalpha())
        case Numeral(text) | Word(text) | Operator(text):
            yield Run(text, level)
        case Sign(sign, tight):
            shown = "−" if sign == "-" else sign
            yield Run(shown if tight else f" {shown} ", level)
        case Gap():
            yield Run("\u2009", level)
        case _:
            for part in inner_boxes(box):
                yield from _runs(part, level)
