"""The steps that lead to a key of tensors: the errors of its gradients from the result back, or the equations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.jacobians import jacobian
from symnn.derivation.matrices import MatrixDerivation, TensorError, derive_matrix
from symnn.expressions.terms import ONE, ZERO, is_number, total
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Product,
    Sum,
    Transpose,
    Tree,
    bare,
    mapped,
    names,
    substitute,
    walk,
)
from symnn.expressions.tree import children as parts_of
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["ANSWER", "WorkedStep", "WorkedSteps", "family_of", "steps_to", "without_zeros"]

ANSWER = "the answer"
"""The name of the last step where the key is no quantity; no reader can spell it."""

_INDEX = re.compile(r"_\{?\d+\}?")


class WorkedStep(Struct, frozen=True, gc=False):
    """One step: ``name`` becomes ``formula``; ``users`` are the equations that its terms come from.

    In ``formula`` another error stands as the derivative that it is.
    """

    name: str
    formula: Tree
    users: tuple[str, ...] = ()
    terms: tuple[Tree, ...] = ()


class WorkedSteps(Struct, frozen=True, dict=True):
    """Steps in the order in which they are worked out; the last one is the key.

    ``errors`` gives, for each derivative that a formula may hold, the name of its step.
    """

    steps: tuple[WorkedStep, ...]
    errors: Mapping[Tree, str]
    shapes: Mapping[str, Shape]
    linear: bool
    of: str = ""
    wrt: tuple[str, ...] = ()

    def evaluated(self, tree: Tree) -> Tree:
        """Write errors by their step's name, as they are evaluated."""
        if not self.errors:
            return tree

        def change(node: Tree) -> Tree | None:
            if isinstance(node, Derivative):
                name = self.errors.get(node)
                return None if name is None else Name(name)
            return None

        return mapped(tree, change)


def family_of(name: str) -> str:
    """Name a family of steps, those of all times: ``dE/ds_2`` and ``dE/ds_3`` are one.

    >>> family_of("delta_s^(1)_2")
    'delta_s^(1)_t'
    """
    return _INDEX.sub("_t", name)


def steps_to(key: Tree, graph: Graph) -> WorkedSteps:
    """List the steps to a key: its gradients in matrix form, or the equations behind it."""
    key = mapped(bare(key), lambda node: _jacobian(node, graph))
    wanted = tuple(dict.fromkeys(_derivatives(key)))
    return _backward(key, wanted, graph) if wanted else _forward(key, graph)


def _jacobian(node: Tree, graph: Graph) -> Tree | None:
    """Write the derivative of a vector by a vector in matrix form."""
    match node:
        case Derivative(Name(of), Name(wrt)) if graph.shapes.get(of):
            return jacobian(graph, of, wrt)
    return None


def _derivatives(tree: Tree) -> Iterator[tuple[str, str]]:
    match tree:
        case Derivative(Name(of), Name(wrt)):
            yield of, wrt
        case _:
            for part in parts_of(tree):
                yield from _derivatives(part)


def _forward(key: Tree, graph: Graph) -> WorkedSteps:
    own = graph.definitions.get(key.name) if isinstance(key, Name) else None
    tensors = (name if name in graph.quantities else name.partition("[")[0] for name in names(own or key))
    reached = {used for name in tensors for used in graph.ancestors(name)}
    found = [WorkedStep(e.left, without_zeros(e.right, graph)) for e in graph.equations if e.left in reached]
    name = key.name if isinstance(key, Name) and own is not None else ANSWER
    return WorkedSteps(
        (*found, WorkedStep(name, without_zeros(own or key, graph))), MappingProxyType({}), graph.shapes, linear=False
    )


def _backward(key: Tree, wanted: tuple[tuple[str, str], ...], graph: Graph) -> WorkedSteps:
    of = wanted[0][0]
    wrt = tuple(name for other, name in wanted if other == of)
    derivation = derive_matrix(graph, of, wrt)
    return _gradient_of(key, derivation)


def _gradient_of(key: Tree, derivation: MatrixDerivation) -> WorkedSteps:
    """List the steps to a key that holds gradients of one derivation."""
    shown = _shown(derivation)
    known: dict[str, Tree] = {}
    asked = {adjoint_name(derivation.of, name) for name in derivation.wrt}
    steps: list[WorkedStep] = []
    for error in derivation.errors:
        terms = _terms(error, known, derivation.graph)
        formula = total(tuple(tree for _, tree in terms))
        if error.name not in asked and (formula == ONE or isinstance(formula, Name) or formula in shown.values()):
            known[error.name] = formula
            continue
        written = tuple(substitute(tree, shown) for _, tree in terms)
        users = tuple(user for user, _ in terms)
        steps.append(WorkedStep(error.name, substitute(formula, shown), users, written))
        known[error.name] = shown.get(error.name, Name(error.name))
    errors = {tree: name for name, tree in shown.items() if name not in known or known[name] == tree}
    if not isinstance(key, Derivative):
        steps.append(WorkedStep(ANSWER, key))
    steps = _needed(steps, shown, key)
    return WorkedSteps(
        tuple(steps), MappingProxyType(errors), derivation.shapes, linear=True, of=derivation.of, wrt=derivation.wrt
    )


def _terms(error: TensorError, known: Mapping[str, Tree], graph: Graph) -> list[tuple[str, Tree]]:
    """List the terms of an error by where they come from, without ones, zeros and errors that are another's."""
    found = [(term.user, without_zeros(_plainer(substitute(term.tree, known), graph), graph)) for term in error.terms]
    return [(user, tree) for user, tree in found if tree != ZERO]


def without_zeros(tree: Tree, graph: Graph) -> Tree:
    """Leave away what is 0 because a recurrence starts there (s_0 = 0).

    >>> from symnn.networks.catalogue import network
    >>> from symnn.expressions.writing import plain
    >>> graph = network("rnn").graph
    >>> plain(without_zeros(graph.definitions["s_1"], graph))
    'f(U*x_1)'
    """

    def change(node: Tree) -> Tree | None:
        match node:
            case Name(name) if graph.definitions.get(name) == ZERO:
                return ZERO
            case Transpose(operand) if mapped(operand, change) == ZERO:
                return ZERO
            case Product(factors) | Entrywise(factors) if any(mapped(factor, change) == ZERO for factor in factors):
                return ZERO
            case Sum(terms):
                return total(tuple(part for term in terms if (part := mapped(term, change)) != ZERO))
        return None

    return mapped(tree, change)


def _needed(steps: list[WorkedStep], shown: Mapping[str, Tree], key: Tree) -> list[WorkedStep]:
    """Keep the steps that lead to a key, and put the last one last."""
    names_of = {tree: name for name, tree in shown.items()}
    last = names_of.get(key, ANSWER)
    needed = {last}
    for step in reversed(steps):
        if step.name in needed:
            needed.update(names_of[node] for node in walk(step.formula) if node in names_of)
            needed.update(names(step.formula))
    kept = [step for step in steps if step.name in needed]
    return [*(step for step in kept if step.name != last), *(step for step in kept if step.name == last)]


def _shown(derivation: MatrixDerivation) -> dict[str, Tree]:
    """Give, for each error by name, the derivative that it is."""
    shown: dict[str, Tree] = {}
    for error in derivation.errors:
        about: Tree = Name(error.wrt)
        if error.inner:
            if error.argument is None:
                continue
            about = without_zeros(error.argument, derivation.graph)
        named = Derivative(Name(error.of), about)
        if named not in shown.values():
            shown[error.name] = named
    return shown


def _plainer(tree: Tree, graph: Graph) -> Tree:
    """Leave out factors that are 1: the derivative of the identity, and what comes from the result itself."""

    def change(node: Tree) -> Tree | None:
        match node:
            case Call(function, _, 1) if _is_identity(function, graph):
                return ONE
            case Product(factors) | Entrywise(factors):
                kept = tuple(part for factor in factors if not is_number(part := mapped(factor, change), 1))
                kind = Product if isinstance(node, Product) else Entrywise
                return ONE if not kept else kept[0] if len(kept) == 1 else kind(kept)
        return None

    return mapped(tree, change)


def _is_identity(function: str, graph: Graph) -> bool:
    known = graph.functions.get(function)
    return known is not None and (known.known == named.IDENTITY or known.body == Name(known.parameter))
