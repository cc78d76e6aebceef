"""Mistakes in an update rule: another old value, another derivative, a value from before or after the update."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.updates import RATE
from symnn.grading.diagnosis.anatomy import Anatomy
from symnn.grading.diagnosis.edits import alike
from symnn.grading.diagnosis.forward import with_equations
from symnn.grading.diagnosis.mistakes import Mistake, facts
from symnn.graph.graph import Graph
from symnn.language.tree import Derivative, Name, Tree, mapped, names
from symnn.ops.terms import difference, times, total

__all__ = ["update_mistakes"]


def update_mistakes(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List the wrong answers to ``w - eta*diff(E, w)`` that are no product."""
    old = anatomy.old
    step = total(tuple(term.tree for term in anatomy.terms))
    for other in alike(old, graph):
        mistake = Mistake("wrong-quantity", facts(meant=old, wrote=other), 1.0, (Name(other),))
        yield mistake, total((Name(other), step))
        if other in graph.ancestors(anatomy.of):
            yield Mistake("other-derivative", facts(quantity=other)), _with_derivative(anatomy, other)
    used = [name for name in names(step) if name in graph.parameters and name != old]
    for name in used:
        yield Mistake("stale-value", facts(quantity=name)), _updated(anatomy, graph, step, (name,))
    if len(used) > 1:
        yield Mistake("stale-value", facts(quantity=tuple(used))), _updated(anatomy, graph, step, tuple(used))


def _with_derivative(anatomy: Anatomy, other: str) -> Tree:
    """Put the derivative by another parameter into the key."""
    wanted = Name(adjoint_name(anatomy.of, other))
    return mapped(anatomy.key, lambda node: wanted if isinstance(node, Derivative) else None)


def _updated(anatomy: Anatomy, graph: Graph, step: Tree, changed: tuple[str, ...]) -> Tree:
    """Write the update with the new values of other parameters where the old ones belong."""
    new: dict[str, Tree] = {
        name: difference(Name(name), times(Name(RATE), Name(adjoint_name(anatomy.of, name)))) for name in changed
    }
    return total((Name(anatomy.old), with_equations(step, graph, new)))
