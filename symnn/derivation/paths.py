"""The slide's form of a derivative: a sum over paths, each a product of named partials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from symnn.derivation.sweep import Derivation, Factor
from symnn.errors import Problem, UsageError
from symnn.expressions.terms import ONE, ZERO, product, total
from symnn.expressions.tree import Tree
from symnn.messages import raisable

__all__ = ["PATH_LIMIT", "Path", "gradient", "path_count", "path_product", "paths"]

PATH_LIMIT = 1000
"""More paths than this are counted, not written."""

Path: TypeAlias = tuple[Factor, ...]
"""The factors from the result down to a quantity, in the lecture's order: ∂E/∂y, ∂y/∂a3, …, ∂a1/∂w1."""


def path_count(derivation: Derivation, wrt: str) -> int:
    """Count the paths from the result to a quantity, without walking them."""
    return derivation.path_counts.get(wrt, 0)


def paths(derivation: Derivation, wrt: str, limit: int = PATH_LIMIT) -> tuple[Path, ...]:
    r"""List every path from the result to ``wrt``, in the order of the equations.

    Raises: UsageError naming the count where there are more than ``limit``.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.derivation.sweep import derive
    >>> d = derive(graph_from_text("a = w*x\nE = (a - z)^2"), "E", ("w",))
    >>> [[(factor.of, factor.wrt) for factor in path] for path in paths(d, "w")]
    [[('E', 'a'), ('a', 'w')]]
    """
    count = path_count(derivation, wrt)
    if count > limit:
        raise raisable(UsageError, Problem("too-many-paths", {"count": count, "limit": limit, "wrt": wrt}))
    return tuple(_upward(derivation, wrt))


def _upward(derivation: Derivation, wrt: str) -> Iterator[Path]:
    """Walk from the quantity up to the result, collecting factors from the back."""
    waiting: list[tuple[str, Path]] = [(wrt, ())]
    while waiting:
        name, below = waiting.pop()
        if name == derivation.of:
            yield below
            continue
        waiting.extend((factor.of, (factor, *below)) for factor in reversed(derivation.uses.get(name, ())))


def path_product(path: Path) -> Tree:
    """Multiply the factors of a path in their order: ``2*(y - z)*y*(1 - y)*w5*f1*(1 - f1)*x1``."""
    return product(tuple(part for factor in path for part in factor.parts)) if path else ONE


def gradient(derivation: Derivation, wrt: str, limit: int = PATH_LIMIT) -> Tree:
    """Write a derivative as the sum over its paths, in the network's names.

    Raises: UsageError where there are more than ``limit`` paths.
    """
    walked = paths(derivation, wrt, limit)
    return total(tuple(path_product(path) for path in walked)) if walked else ZERO
