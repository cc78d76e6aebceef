"""A straight-line program: the equations forward, the errors backward, every line with its shape and batch axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.sweep import Derivation
from symnn.expressions.terms import ONE, product
from symnn.expressions.tree import Name, Tree
from symnn.networks.graph import Graph
from symnn.numeric.lowering import Lowering
from symnn.numeric.nodes import Node, Nodes
from symnn.ops.shapes import Shape

__all__ = ["Program", "ProgramLine", "Sweep", "program"]

Sweep: TypeAlias = Derivation | MatrixDerivation
"""The trace of a backward sweep, in numbers or in tensors."""


class ProgramLine(Struct, frozen=True, eq=False):
    """One line ``name = node``: an equation, or an error."""

    name: str
    node: Node


class Program(Struct, frozen=True, eq=False):
    """What a compiled step computes, in order.

    ``given`` are the nodes of what is given, ``sampled`` the quantities that are given or come out per sample (an
    error may be the same for all samples although its quantity is not), ``computed`` the quantities whose values
    are results, ``shapes`` the shapes of all. ``gradients`` holds, for each quantity asked for, the result that it
    is derived from, and the line that computes it where there is one.
    """

    given: Mapping[str, Node]
    forward: tuple[ProgramLine, ...]
    backward: tuple[ProgramLine, ...]
    sampled: frozenset[str]
    computed: tuple[str, ...]
    shapes: Mapping[str, Shape]
    gradients: Mapping[str, tuple[str, ProgramLine | None]]


class _Error(Struct, frozen=True):
    """One error of a sweep: what the equation of each user sends to ``wrt``, or to a function inside an equation."""

    name: str
    of: str
    wrt: str
    shape: Shape
    terms: tuple[tuple[str, Tree], ...]
    inner: bool


def program(
    graph: Graph, sweep: Sweep | None, batched: frozenset[str] = frozenset(), *, careful: bool = False
) -> Program:
    r"""Write the program of a graph: its forward pass and, with a sweep, the errors down to what was asked for.

    The ``batched`` quantities are given per sample. The error of a quantity given once is summed over the samples.
    A ``careful`` program is slower, and knows that 0 log 0 is 0.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> [line.name for line in program(graph, derive(graph, "E", ("w",))).backward]
    ['dE/da', 'dE/dw']
    """
    make = Nodes()
    given = {name: make.given(name, graph.shapes.get(name, ()), batched=name in batched) for name in graph.free}
    lowering = Lowering(make, graph.functions, graph.conventions, given, careful=careful)
    forward = []
    for equation in graph.equations:
        node = make.spread(lowering.node(equation.right), graph.shapes.get(equation.left, ()))
        lowering.known[equation.left] = make.named(node)
        forward.append(ProgramLine(equation.left, node))
    sampled = batched | {line.name for line in forward if line.node.batched}
    written = list(_backward(sweep, lowering, sampled)) if sweep is not None else []
    lines = {line.name: line for line in written}
    results = sweep.losses if sweep is not None else {}
    gradients = {name: (of, lines.get(adjoint_name(of, name))) for name, of in results.items()}
    backward = _needed(written, {line for _, line in gradients.values() if line is not None})
    computed = tuple(line.name for line in forward)
    return Program(MappingProxyType(given), tuple(forward), backward, sampled, computed, graph.shapes, gradients)


def _needed(lines: list[ProgramLine], asked: set[ProgramLine]) -> tuple[ProgramLine, ...]:
    """Leave out the errors that nothing needs any more, as what was divided by is multiplied with again."""
    kept: list[ProgramLine] = []
    seen: set[Node] = set()
    for line in reversed(lines):
        if line in asked or line.node in seen:
            kept.append(line)
            waiting = [line.node]
            while waiting:
                node = waiting.pop()
                if node not in seen:
                    seen.add(node)
                    waiting.extend(node.operands)
    return tuple(reversed(kept))


def _backward(sweep: Sweep, lowering: Lowering, sampled: frozenset[str]) -> Iterator[ProgramLine]:
    """Write the errors: per sample, or summed over the samples where what they belong to is the same for all."""
    make = lowering.make
    make.cancelling = True
    for of in {sweep.of, *sweep.losses.values()}:
        lowering.known[adjoint_name(of, of)] = make.number(1)
    ones = _ones(sweep)
    for error in _errors(sweep):
        once = not error.inner and error.wrt not in sampled
        terms = []
        for user, tree in error.terms:
            node = lowering.node(tree)
            per_sample = user in sampled or (error.of in sampled and (error.of, user) in ones)
            terms.append((1, make.total(node) if once and per_sample else node))
        found = make.spread(make.sum(terms), error.shape) if terms else make.number(0)
        lowering.known[error.name] = make.named(found)
        yield ProgramLine(error.name, found)


def _ones(sweep: Sweep) -> frozenset[tuple[str, str]]:
    """List the errors that are 1 for every sample: a sweep of tensors writes 1 where it uses them, not their sum."""
    if not isinstance(sweep, MatrixDerivation):
        return frozenset()
    return frozenset((error.of, error.wrt) for error in sweep.errors if not error.inner and error.formula == ONE)


def _errors(sweep: Sweep) -> Iterator[_Error]:
    """List the errors that lead to what was asked for, from the result back."""
    if isinstance(sweep, MatrixDerivation):
        for error in sweep.errors:
            if error.inner or error.wrt != error.of:
                terms = tuple((term.user, term.tree) for term in error.terms)
                yield _Error(error.name, error.of, error.wrt, error.shape, terms, error.inner)
        return
    leads = sweep.graph.leading(sweep.wrt)
    for name in sweep.downward:
        if name != sweep.of and name in leads:
            scalar = tuple((use.of, _along(sweep.of, use.of, use.parts)) for use in sweep.uses[name])
            yield _Error(adjoint_name(sweep.of, name), sweep.of, name, (), scalar, inner=False)


def _along(of: str, user: str, parts: tuple[Tree, ...]) -> Tree:
    """Write the term of one user: its own error times the factors of the way through it."""
    if user == of:
        return product(parts) if parts else ONE
    return product((Name(adjoint_name(of, user)), *parts))
