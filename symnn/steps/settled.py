"""The derivatives that a derivation has worked out: stated, right, and free of what is not worked out itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symnn.expressions.tree import Derivative, Tree, bare, walk
from symnn.steps.stepping import Step
from symnn.steps.ways import Ways

__all__ = ["finished"]


def finished(steps: Sequence[Step], ways: Ways, given: frozenset[Tree] = frozenset()) -> tuple[Step, ...]:
    """List the steps about what was asked whose sides can be worked out to the end by the lines of the derivation.

    ``given`` derivatives are values.
    ``dE/dw = dE/da3*f1`` is finished where a line settles ∂E/∂a3, before it or after it. A derivative that a line
    states wrongly is not settled, even if it could be looked up.
    """
    known = _settled(steps, ways, given)
    wrong = {step.first.plain for step in steps if step.true is False}
    return tuple(
        step
        for step in steps
        if step.about_asked
        and known.issuperset(ways.standing(step.side.plain))
        and wrong.isdisjoint(_derivatives(step.side.plain))
    )


def _settled(steps: Iterable[Step], ways: Ways, given: frozenset[Tree]) -> frozenset[Tree]:
    """List the derivatives on the left of right steps whose right sides can be worked out to the end.

    Lines that lean on each other in a circle settle nothing.
    """
    waiting = [
        (step.first.plain, frozenset(map(bare, ways.standing(step.side.plain))))
        for step in steps
        if step.true and isinstance(step.first.plain, Derivative)
    ]
    known: set[Tree] = set(given)
    while True:
        new = {left for left, needs in waiting if left not in known and needs <= known}
        if not new:
            return frozenset(known)
        known |= new


def _derivatives(tree: Tree) -> set[Tree]:
    return {node for node in walk(tree) if isinstance(node, Derivative)}
