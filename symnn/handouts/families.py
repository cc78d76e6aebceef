"""Errors that are one error with an index: ∂E/∂q_1, ∂E/∂q_2, ∂E/∂q_3 as ∂E/∂q_k, where the author wrote q_k.

Names must have the same index as the error that they stand in; numbers may go up with it, as 4k - 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.expressions.tree import Entry, Name, Negative, Number, Product, Sum, Tree, children, rebuilt
from symnn.networks.graph import Graph

__all__ = ["Family", "families"]

LEAST: Final = 2


class Family(Struct, frozen=True):
    """Errors under one index: the name of all of them, and their tree."""

    wrt: str
    tree: Tree
    members: tuple[TensorError, ...]
    index: tuple[str, int, int]


def families(
    derivation: MatrixDerivation, errors: Iterable[TensorError], write: Callable[[Tree], Tree]
) -> list[TensorError | Family]:
    """Put neighbours that are one family together, each as a page will ``write`` it; everything else stays."""
    indices = _indices(derivation.graph)
    found: list[TensorError | Family] = []
    for stem, neighbours in groupby(errors, lambda error: "" if error.inner else _stem(error.wrt)):
        members = tuple(neighbours)
        written = [(error, write(error.formula)) for error in members]
        family = _family(stem, written, indices[stem]) if stem in indices else None
        found.extend(members if family is None else (family,))
    return found


def _indices(graph: Graph) -> Mapping[str, tuple[str, int, int]]:
    """Give the index of each name that equations use with one index: c_k has k from 1 to 3."""
    found: dict[str, tuple[str, int, int]] = {}
    for equation in graph.indexed:
        if len(equation.ranges) != 1:
            continue
        waiting = [equation.left, equation.right]
        while waiting:
            node = waiting.pop()
            waiting.extend(children(node))
            match node:
                case Entry(Name(name), (Name(index),)) if index == equation.ranges[0][0]:
                    found[name] = equation.ranges[0]
    return found


def _stem(name: str) -> str:
    stem, _, index = name.rpartition("_")
    return stem if index.isdigit() else ""


def _family(stem: str, written: Sequence[tuple[TensorError, Tree]], index: tuple[str, int, int]) -> Family | None:
    letter, first, last = index
    members = tuple(error for error, _ in written)
    steps = [int(error.wrt.rpartition("_")[2]) for error in members]
    whole = sorted(steps) == list(range(first, last + 1)) and len(members) >= LEAST
    if not whole or len({error.shape for error in members}) > 1:
        return None
    tree = _together([tree for _, tree in written], steps, letter)
    if tree is None:
        return None
    return Family(f"{stem}_{letter}", tree, members, index)


def _together(trees: Sequence[Tree], steps: Sequence[int], letter: str) -> Tree | None:
    """Write trees of one form as one tree; None where they differ in more than the index."""
    first = trees[0]
    if all(tree == first for tree in trees):
        return first
    if all(isinstance(tree, Name) for tree in trees):
        return _name([tree.name for tree in trees if isinstance(tree, Name)], steps, letter)
    if all(isinstance(tree, Number) and tree.denominator == 1 for tree in trees):
        return _number([tree.numerator for tree in trees if isinstance(tree, Number)], steps, letter)
    parts = list(zip(*map(children, trees), strict=False))
    same = len({len(children(tree)) for tree in trees}) == 1
    if not parts or not same or len({_form(tree) for tree in trees}) > 1:
        return None
    together = [_together(part, steps, letter) for part in parts]
    return None if None in together else rebuilt(first, tuple(part for part in together if part is not None))


def _form(tree: Tree) -> Tree:
    return rebuilt(tree, (Name("·"),) * len(children(tree)))


def _name(names: Sequence[str], steps: Sequence[int], letter: str) -> Tree | None:
    stem = _stem(names[0])
    fits = stem and all(name == f"{stem}_{step}" for name, step in zip(names, steps, strict=True))
    return Name(f"{stem}_{letter}") if fits else None


def _number(values: Sequence[int], steps: Sequence[int], letter: str) -> Tree | None:
    """Write numbers that go up by the same with each step: 1, 5, 9 as 4k - 3."""
    rise, rest = divmod(values[-1] - values[0], steps[-1] - steps[0])
    start = values[0] - rise * steps[0]
    if rest or rise <= 0 or any(value != rise * step + start for value, step in zip(values, steps, strict=True)):
        return None
    slope: Tree = Name(letter) if rise == 1 else Product((Number(rise), Name(letter)))
    if not start:
        return slope
    return Sum((slope, Number(start) if start > 0 else Negative(Number(-start))))
