"""What makes a wrong answer right if it is changed at one place: the same for numbers and for tensors.

The catalogue knows what students usually do to a key; here an answer is taken as it is written, and every small change
is tried in it. One that makes it right is true whatever the student thought, and it has its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from msgspec import Struct

from symnn.expressions.tree import Tree, bare, walk
from symnn.misconceptions.attempts import Attempts, Found
from symnn.misconceptions.mistakes import Explanation, Mistake
from symnn.misconceptions.small_changes import SmallChanges
from symnn.misconceptions.trials import Trial
from symnn.ops.table import OPERATIONS
from symnn.verdicts import codes

__all__ = ["ONE_MISTAKE", "TWO_MISTAKES", "KnownTree", "goes_with", "mended"]

ONE_MISTAKE, TWO_MISTAKES, CLEARER = 1.85, 2.6, 0.5
"""What costs more are several mistakes, or too many; one that costs so much less explains an answer better."""

_FEWEST = 4
"""What has fewer nodes has no part to be mended."""

_MOST_SPOTS, _FEW_SPOTS = 160, 32
"""An answer with more places is not gone through; one with more than a few not for two changes."""


class KnownTree(Struct, frozen=True):
    """What a diagnosis knows: whether a tree is right, and which one usual mistake is left after a change."""

    is_right: Callable[[Tree], bool]
    left: Callable[[Attempts], tuple[Explanation, ...]]


def mended(
    trial: Trial, changes: SmallChanges, usual: tuple[Explanation, ...], known: KnownTree
) -> tuple[Explanation, ...]:
    """Change an answer so that it is right: at one place, at two, or so that one usual mistake is left in it.

    ``usual`` are explanations by several usual mistakes, if there are any: one that is likelier comes before them.
    """
    spots = changes.spots(trial.answer)
    if len(spots) > _MOST_SPOTS:
        return usual
    attempts = Attempts(trial, spots)
    once = _cheapest(attempts.right(), known.is_right)
    if once and once[0].cost < ONE_MISTAKE and (not usual or once[0].cost + CLEARER <= usual[0].cost):
        return (*once, *usual)
    if usual or not _has_parts(trial.answer):
        return usual or once
    left = known.left(attempts)
    if left or len(spots) > _FEW_SPOTS or not trial.fits:
        return left or once
    twice = _cheapest(attempts.both_right(), known.is_right)
    return tuple(one for one in twice if one.cost <= TWO_MISTAKES) or once


def _cheapest(found: Iterable[Found], is_right: Callable[[Tree], bool]) -> tuple[Explanation, ...]:
    """Give the likeliest of what was found that holds everywhere."""
    told = [(sum(mistake.cost for mistake in mistakes), mistakes, tree) for mistakes, tree in found]
    told.sort(key=lambda one: one[0])
    return next(((Explanation(one, cost, is_checked=True),) for cost, one, tree in told if is_right(tree)), ())


def goes_with(change: Mistake, left: Mistake, answer: Tree) -> bool:
    """Say whether a mistake may be left in an answer after a change: not what the change itself has put in."""
    if left.kind is codes.UPDATE_ONLY_STEP:
        return not any(node in left.lacks for node in map(bare, walk(answer)))
    meant, wrote = dict(change.facts).get("meant"), dict(left.facts).get("wrote")
    return not isinstance(meant, str) or meant != wrote or meant not in OPERATIONS


def _has_parts(answer: Tree) -> bool:
    """Say whether there is something to be mended in an answer; a mere x is no attempt at one."""
    return sum(1 for _ in islice(walk(answer), _FEWEST)) == _FEWEST
