"""Errors that are one error with an index: ∂E/∂q_1, ∂E/∂q_2, ∂E/∂q_3 as ∂E/∂q_k, where the author wrote q_k.

Names must go with the index of the error that they stand in, a fixed number of steps before or behind it; numbers may
go up with it, as 4k - 3. What holds for a part of the range only, as behind the last step, stays apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.expressions.tree import Entry, Name, Negative, Number, Product, Sum, Tree, children, rebuilt
from symnn.networks.graph import Graph
from symnn.notation.boxes import Box
from symnn.notation.symbols import NO_SYMBOLS, Symbols, restepped, symbol

__all__ = ["ErrorFamily", "families"]

LEAST: Final = 2
_LAYER: Final = re.compile(r"\^\([0-9]+\)")


class ErrorFamily(Struct, frozen=True):
    """Errors under one index: the name of all of them, their tree, and how what it names is written.

    ``index`` is the letter with the first and the last step for which it holds.
    """

    wrt: str
    tree: Tree
    members: tuple[TensorError, ...]
    index: tuple[str, int, int]
    symbols: Symbols = NO_SYMBOLS


def families(
    derivation: MatrixDerivation,
    errors: Iterable[TensorError],
    write: Callable[[Tree], Tree],
    symbols: Symbols = NO_SYMBOLS,
) -> list[TensorError | ErrorFamily]:
    """Put what is one family together, each error as a page will ``write`` it; everything else stays.

    A family stands where the first of its members stood.
    """
    letters = _letters(derivation.graph)
    rows = [_Row(error, write(error.formula)) for error in errors]
    kin: dict[tuple[str, bool], list[_Row]] = {}
    for row in rows:
        kin.setdefault((row.stem, row.error.inner), []).append(row)
    made: dict[str, TensorError | ErrorFamily] = {row.error.name: row.error for row in rows}
    for alike in kin.values():
        letter = letters.get(_LAYER.sub("^()", _stem(alike[0].error.wrt)))
        if letter is None:
            continue
        for family in _runs(alike, letter, symbols):
            first, *others = family.members
            made[first.name] = family
            for other in others:
                del made[other.name]
    return list(made.values())


class _Row(Struct, frozen=True):
    """An error and its formula as it is written."""

    error: TensorError
    tree: Tree

    @property
    def stem(self) -> str:
        """What the errors of one family have in common in their names."""
        return _stem(self.error.name if self.error.inner else self.error.wrt)

    @property
    def step(self) -> int:
        """The number of the step."""
        return int(self.error.wrt.rpartition("_")[2])


def _letters(graph: Graph) -> Mapping[str, str]:
    """Give the index of each name that equations use with one, the last of several: c_k has k, s^{(i)}_t has t."""
    found: dict[str, str] = {}
    for equation in graph.indexed:
        letters = [letter for letter, *_ in equation.ranges]
        waiting = [equation.left, equation.right]
        while waiting:
            node = waiting.pop()
            waiting.extend(children(node))
            match node:
                case Entry(Name(name), indices) if isinstance(indices[-1], Name) and indices[-1].name in letters:
                    found[name] = indices[-1].name
    return found


def _stem(name: str) -> str:
    stem, _, index = name.rpartition("_")
    return stem if index.isdigit() else ""


def _runs(rows: Sequence[_Row], letter: str, symbols: Symbols) -> Iterable[ErrorFamily]:
    """Cut errors of one kind into the longest stretches that are one family."""
    start = 0
    while start < len(rows):
        found, end = None, start + 1
        for stop in range(start + LEAST, len(rows) + 1):
            family = _family(rows[start:stop], letter, symbols)
            if family is None:
                break
            found, end = family, stop
        if found is not None:
            yield found
        start = end


def _family(rows: Sequence[_Row], letter: str, symbols: Symbols) -> ErrorFamily | None:
    members = tuple(row.error for row in rows)
    steps = [row.step for row in rows]
    whole = sorted(steps) == list(range(min(steps), max(steps) + 1))
    if not whole or len({error.shape for error in members}) > 1:
        return None
    together = _Together(steps, letter, symbols)
    tree = together.tree([row.tree for row in rows])
    if tree is None:
        return None
    name = together.name([error.name if error.inner else error.wrt for error in members])
    if name is None:
        return None
    return ErrorFamily(name.name, tree, members, (letter, min(steps), max(steps)), MappingProxyType(together.boxes))


class _Together:
    """Writes trees of consecutive steps as one tree with an index, and keeps how its names are laid out."""

    def __init__(self, steps: Sequence[int], letter: str, symbols: Symbols) -> None:
        self.steps, self.letter, self.symbols = steps, letter, symbols
        self.boxes: dict[str, Box] = {}

    def tree(self, trees: Sequence[Tree]) -> Tree | None:
        """Write trees of one form as one tree; None where they differ in more than the index."""
        first = trees[0]
        if all(tree == first for tree in trees):
            return first
        if all(isinstance(tree, Name) for tree in trees):
            return self.name([tree.name for tree in trees if isinstance(tree, Name)])
        if all(isinstance(tree, Number) and tree.denominator == 1 for tree in trees):
            return self._number([tree.numerator for tree in trees if isinstance(tree, Number)])
        same = len({len(children(tree)) for tree in trees}) == 1
        parts = list(zip(*map(children, trees), strict=False))
        if not parts or not same or len({_form(tree) for tree in trees}) > 1:
            return None
        together = [self.tree(part) for part in parts]
        return None if None in together else rebuilt(first, tuple(part for part in together if part is not None))

    def name(self, names: Sequence[str]) -> Name | None:
        """Write names as one, the same number of steps from the index: s_{t+1}."""
        stem = _stem(names[0])
        if not stem or any(_stem(name) != stem for name in names):
            return None
        shifts = {int(name.rpartition("_")[2]) - step for name, step in zip(names, self.steps, strict=True)}
        if len(shifts) > 1:
            return None
        shift = shifts.pop()
        index = self.letter + (f"{shift:+d}" if shift else "")
        name = f"{stem}_{f'{{{index}}}' if shift else index}"
        self.boxes[name] = restepped(self.symbols.get(names[0]) or symbol(names[0]), index)
        return Name(name)

    def _number(self, values: Sequence[int]) -> Tree | None:
        """Write numbers that go up by the same with each step: 1, 5, 9 as 4k - 3."""
        steps = self.steps
        rise, rest = divmod(values[-1] - values[0], steps[-1] - steps[0])
        start = values[0] - rise * steps[0]
        moved = (value != rise * step + start for value, step in zip(values, steps, strict=True))
        if rest or rise <= 0 or any(moved):
            return None
        slope: Tree = Name(self.letter) if rise == 1 else Product((Number(rise), Name(self.letter)))
        if not start:
            return slope
        return Sum((slope, Number(start) if start > 0 else Negative(Number(-start))))


def _form(tree: Tree) -> Tree:
    return rebuilt(tree, (Name("·"),) * len(children(tree)))
