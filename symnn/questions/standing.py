"""What a written formula is worth: which derivatives in it are values, and which are left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.primes import carried_out
from symnn.expressions.tree import Call, Derivative, Matrix, Name, Tree, bare, holds, mapped, walk
from symnn.expressions.writing import plain
from symnn.networks.answers import aligned_as_network
from symnn.verdicts import codes
from symnn.verdicts.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.ops.shapes import Shape
    from symnn.questions.question import Question

__all__ = ["by_name", "known_derivative", "not_differentiated", "value_of"]


_DERIVATIVES: Final = frozenset((Derivative,))


def value_of(question: Question, tree: Tree) -> Tree:
    """Carry out the derivatives of units in an answer: f'(a3), and ∂y/∂a3 where y = f(a3); put in what is given.

    What stands beside a matrix is put where the network's own equations have it; raises `Misfit` where that
    could be two places.
    """
    tree = aligned_as_network(tree, question.graph)
    if not holds(tree, _DERIVATIVES):
        return tree
    own = mapped(tree, lambda node: known_derivative(question, node))
    return carried_out(own, question.graph.functions, question.graph.shapes)


def by_name(question: Question, tree: Tree) -> Tree:
    """Write every tensor of derivatives that a part has given by its own name, and not entry by entry.

    So a shape that does not fit is told of ∂L/∂S, and the diagnosis knows it as one thing.
    """
    given = question.given_tensors
    return mapped(tree, lambda node: _by_name(node, given)) if given and holds(tree, _DERIVATIVES) else tree


def _by_name(node: Tree, given: Mapping[str, Shape]) -> Tree | None:
    match node:
        case Derivative(Name(of), Name(wrt)) if (name := adjoint_name(of, wrt)) in given:
            return Name(name, node.span)
    return None


def _is_derivative(node: Tree) -> bool:
    return isinstance(node, Derivative) or (isinstance(node, Call) and node.order > 0)


def known_derivative(question: Question, node: Tree) -> Tree | None:
    """Give ∂y/∂a3 as f'(a3) where y = f(a3) is a unit of the network, and what the part has given as its value."""
    if not isinstance(node, Derivative):
        return None
    written = bare(node)
    for given in question.content.given:
        if given.written == written:
            return given.value
    match written:
        case Derivative(Name() as of, Name(argument)) if (entry := _given_entry(question, of, argument)) is not None:
            return entry
        case Derivative(Name(value), Name(argument)):
            known = question.graph.definitions.get(value)
            if isinstance(known, Call) and known.function in question.graph.functions:
                return Call(known.function, known.arguments, 1) if known.arguments == (Name(argument),) else None
    return None


def _given_entry(question: Question, of: Name, argument: str) -> Tree | None:
    """Give ∂L/∂Z[1,2] where the part has given ∂L/∂Z."""
    whole, bracket, indices = argument.partition("[")
    for given in question.content.given if bracket else ():
        if given.written == Derivative(of, Name(whole)) and isinstance(given.value, Matrix):
            row, *column = (int(index) - 1 for index in indices.removesuffix("]").split(","))
            return given.value.rows[row][column[0] if column else 0]
    return None


def not_differentiated(question: Question, tree: Tree) -> Finding | None:
    """Find the first derivative that an answer leaves standing; the question itself, repeated, is one."""
    if _restates(question, tree):
        return codes.NOT_DIFFERENTIATED({"what": plain(bare(tree)), "how": "partial"}, tree.span)
    standing = (
        node for node in walk(tree) if isinstance(node, Derivative) and known_derivative(question, node) is None
    )
    left = next(standing, None)
    if left is None:
        return None
    return codes.NOT_DIFFERENTIATED({"what": plain(bare(left)), "how": "partial"}, left.span)


def _restates(question: Question, tree: Tree) -> bool:
    """Say whether an answer is only the derivative that was asked for, under its own name or another."""
    if not _is_derivative(tree):
        return False
    written = bare(tree)
    if written == question.content.answer.written:
        return False
    asked = (one for one in question.content.asked if _is_derivative(one))
    named = {known_derivative(question, one) or one for one in asked}
    return (known_derivative(question, written) or written) in named
