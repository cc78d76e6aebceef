"""The lines of a derivation, each with its number: F forward, B backward, G gradients, U updates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.deltas import delta
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.sweep import Derivation
from symnn.derivation.updates import rate_in, update
from symnn.expressions.tree import Derivative, Name, Tree, walk
from symnn.handouts.ones import with_ones
from symnn.networks.graph import Graph

__all__ = ["NumberedStep", "numbered_steps"]


class NumberedStep(Struct, frozen=True):
    """One line ``left = right``: its number, of which quantity it is, by which player's loss; what it refers to.

    ``kind`` is F, B (an error), I (an error inside an equation, which has no number of its own), G or U.
    """

    number: str
    kind: str
    name: str
    side: int
    left: Tree
    right: Tree
    refers: tuple[str, ...] = ()


_Row: TypeAlias = tuple[str, str, Tree, Tree, bool]
"""An error: of which quantity, its name, both sides of its line, whether it is inside an equation."""


def numbered_steps(graph: Graph, sides: Sequence[Derivation | MatrixDerivation]) -> tuple[NumberedStep, ...]:
    """Give the lines of the forward pass, of each loss's errors, of the gradients and of the updates.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.catalogue import network
    >>> graph = network("bp-2-2-1").graph
    >>> [step.number for step in numbered_steps(graph, [derive(graph, "E", ("w1",))])][6:]
    ['F7', 'B6', 'B5', 'B3', 'B1', 'G1', 'U1']
    """
    place = {equation.left: f"F{i}" for i, equation in enumerate(graph.equations, 1)}
    found = []
    for one in graph.equations:
        right = with_ones(one.right, graph.shapes, sums=False)
        found.append(NumberedStep(place[one.left], "F", one.left, 0, Name(one.left), right, _known(one.right, place)))
    gradients: list[NumberedStep] = []
    for side, derivation in enumerate(sides):
        rows = list(_scalar(derivation) if isinstance(derivation, Derivation) else _tensor(derivation))
        prime = "′" * side
        numbers = {error: f"B{place[name][1:]}{prime}{'*' * inner}" for name, error, *_, inner in rows if name in place}
        for name, error, left, right, inner in rows:
            refers = _known(right, numbers)
            if name in place:
                found.append(NumberedStep(numbers[error], "I" if inner else "B", name, side, left, right, refers))
            else:
                gradients.append(NumberedStep(f"G{len(gradients) + 1}", "G", name, side, left, right, refers))
    rate = rate_in(graph)
    updates = (
        NumberedStep(f"U{step.number[1:]}", "U", step.name, step.side, Name(step.name),
             update(sides[step.side].of, step.name, rate).formula, (step.number,))
        for step in gradients
        if graph.quantities[step.name].role == "parameter"
    )  # fmt: skip
    return (*found, *gradients, *updates)


def _known(right: Tree, numbers: Mapping[str, str]) -> tuple[str, ...]:
    """Give the numbers of the lines that a formula uses."""
    used: list[str] = []
    for node in walk(right):
        match node:
            case Name(name):
                used.append(name)
            case Derivative(Name(of), Name(wrt)):
                used.append(adjoint_name(of, wrt))
            case _:
                pass
    return tuple(dict.fromkeys(numbers[name] for name in used if name in numbers))


def _scalar(derivation: Derivation) -> Iterator[_Row]:
    of, graph = derivation.of, derivation.graph
    leads = graph.leading(derivation.wrt)
    computed = [name for name in derivation.downward if name != of and name in graph.definitions and name in leads]
    for name in (*computed, *(name for name in derivation.wrt if name not in graph.definitions)):
        yield name, adjoint_name(of, name), Derivative(Name(of), Name(name)), delta(derivation, name).formula, False


def _shown(tree: Tree, derivation: MatrixDerivation) -> Tree:
    """Write errors as derivatives, sums along an axis with ones."""
    return derivation.by_derivative(with_ones(tree, derivation.shapes))


def _tensor(derivation: MatrixDerivation) -> Iterator[_Row]:
    """List errors and inner errors from the result back, then the gradients."""
    of, graph = derivation.of, derivation.graph
    for error in derivation.errors:
        if error.of == of and error.wrt in graph.definitions and (error.inner or error.wrt != of):
            left: Tree = Name(error.name) if error.inner else Derivative(Name(of), Name(error.wrt))
            yield error.wrt, error.name, left, _shown(error.formula, derivation), error.inner
    for name in derivation.wrt:
        if name not in graph.definitions:
            error = derivation.error_of(name)
            yield name, error.name, Derivative(Name(of), Name(name)), _shown(error.formula, derivation), False
