"""Mistakes in an update rule: another old value, another derivative, a value from before or after the update."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.updates import RATE
from symnn.expressions.terms import TWO, difference, times, total
from symnn.expressions.tree import Derivative, Name, Negative, Quotient, Sum, Tree, mapped, names, substitute
from symnn.misconceptions.anatomy import Anatomy
from symnn.misconceptions.edits import lookalikes
from symnn.misconceptions.equation_slips import with_equations
from symnn.misconceptions.frames import told_way, way_of
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import kind_of
from symnn.networks.graph import Graph
from symnn.verdicts import codes

__all__ = ["update_mistakes"]


def update_mistakes(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List the wrong answers to ``w - eta*diff(E, w)`` that are no product."""
    old = anatomy.old
    step = total(tuple(term.tree for term in anatomy.terms))
    for other in lookalikes(old, graph):
        mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=old, wrote=other), 1.0, (Name(other),))
        yield mistake, total((Name(other), step))
        if other in graph.ancestors(anatomy.of):
            yield Mistake(codes.OTHER_DERIVATIVE, facts(quantity=other)), _with_derivative(anatomy, other)
    whole = times(Name(RATE), total((Name(old), Quotient(step, Name(RATE)))))
    yield Mistake(codes.UPDATE_RATE, facts(how="whole")), whole
    used = [name for name in names(step) if name in graph.parameters and name != old]
    chosen = [(name,) for name in used] + ([tuple(used)] if len(used) > 1 else [])
    for changed in chosen:
        mistake = Mistake(codes.STALE_VALUE, facts(quantity=changed if len(changed) > 1 else changed[0]))
        new = _new_values(anatomy, changed)
        yield mistake, total((Name(old), substitute(step, new)))
        yield mistake, total((Name(old), with_equations(step, graph, new)))


def old_value(answer: Tree, anatomy: Anatomy, graph: Graph) -> tuple[Mistake, Tree] | None:
    """Say what is wrong with the old value in an answer, and by what to change the answer so that it is right."""
    terms = answer.terms if isinstance(answer, Sum) else (answer,)
    named = [term.name for term in terms if isinstance(term, Name) and kind_of(term, graph) == "weight"]
    if anatomy.old in named or len(named) > 1:
        return None
    if Negative(Name(anatomy.old)) in terms:
        return Mistake(codes.SIGN, facts(at=anatomy.old), 1.0, (Name(anatomy.old),)), times(TWO, Name(anatomy.old))
    if not named:
        told = told_way(way_of(anatomy.key))
        return Mistake(codes.UPDATE_ONLY_STEP, told, lacks=(Name(anatomy.old),)), Name(anatomy.old)
    mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=anatomy.old, wrote=named[0]), 1.0, (Name(named[0]),))
    return mistake, difference(Name(anatomy.old), Name(named[0]))


def _with_derivative(anatomy: Anatomy, other: str) -> Tree:
    """Put the derivative by another parameter into the key."""
    wanted = Name(adjoint_name(anatomy.of, other))
    return mapped(anatomy.key, lambda node: wanted if isinstance(node, Derivative) else None)


def _new_values(anatomy: Anatomy, changed: tuple[str, ...]) -> dict[str, Tree]:
    """Give the values of other parameters after their own update."""
    return {name: difference(Name(name), times(Name(RATE), Name(adjoint_name(anatomy.of, name)))) for name in changed}
