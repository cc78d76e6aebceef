"""What makes a wrong answer right if it is changed at one place: the same for numbers and for tensors.

The catalogue knows what students usually do to a key; here an answer is taken as it is written, and every small change
is tried in it. One that makes it right is true whatever the student thought, and it has its place in the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from symnn.expressions.tree import Call, Number, Transpose, Tree, bare, children, rebuilt, walk
from symnn.misconceptions.attempts import Attempts, Found
from symnn.misconceptions.changed_parts import KnownParts
from symnn.misconceptions.key_points import KeyPoints
from symnn.misconceptions.mistakes import Explanation, Mistake
from symnn.misconceptions.small_changes import SmallChanges, count_places
from symnn.misconceptions.tensor_point import TensorPoint
from symnn.misconceptions.trials import Trial
from symnn.ops.shapes import Valueless
from symnn.ops.table import OPERATIONS
from symnn.verdicts import codes

__all__ = ["ONE_MISTAKE", "TWO_MISTAKES", "Mending", "agree_by_chance", "are_bent", "functions_of", "goes_with"]

ONE_MISTAKE, TWO_MISTAKES, CLEARER = 1.85, 2.6, 0.5
"""What costs more are several mistakes, or too many; one that costs so much less explains an answer better."""

_FEW_POINTS, _OTHER_POINTS, _BENT_POINTS = 16, 3, 48
"""At so many points a place is looked for at which an answer is wrong, and what makes it right must do so.

A step is 0 or 1: two formulas in it agree at a dozen points by chance (measured on a triplet loss).
"""

_MOST_FOUND, _MOST_PROVED = 400, 30
"""So many changes that make an answer right at one point are made, and so many of them looked at elsewhere, the
likeliest first: where more do so they agree by chance (a step is 0 or 1)."""

_FEWEST = 4
"""What has fewer nodes has no part to be mended."""

_MOST_PLACES, _FEW_PLACES = 160, 32
"""An answer with more places is not gone through; one with more than a few not for two changes."""


class Mending:
    """Changes answers about one network so that they are right.

    ``changes`` are those of this network, ``points`` the points at which its key is known.
    """

    def __init__(self, changes: SmallChanges, points: KeyPoints) -> None:
        self._changes = changes
        self._known: defaultdict[TensorPoint, KnownParts] = defaultdict(KnownParts)
        self.points = points

    def explained(
        self,
        answer: Tree,
        usual: tuple[Explanation, ...],
        is_right: Callable[[Tree], bool],
        left: Callable[[Attempts], tuple[Explanation, ...]],
    ) -> tuple[Explanation, ...]:
        """Change an answer so that it is right: at one place, at all of a name, at two, or but for one mistake.

        ``usual`` are explanations by several usual mistakes, if there are any: one that is likelier comes before them.
        """
        trial = self._where_wrong(answer)
        places = count_places(answer)
        if trial is None or places > _MOST_PLACES:
            return usual
        attempts = Attempts(trial, self._changes, self._known[trial.point])

        def sensibly_right(mistakes: tuple[Mistake, ...], tree: Tree) -> bool:
            lacks = (part for mistake in mistakes for part in mistake.lacks)  # the whole key is no part of it
            return is_right(tree) and self.leaves_sense(answer, tree) and not any(map(is_right, lacks))

        once = _cheapest(attempts.right(), sensibly_right)
        if not once or once[0].cost >= ONE_MISTAKE:
            once = _cheapest(attempts.right_throughout(), sensibly_right) or once
        if once and once[0].cost < ONE_MISTAKE and (not usual or once[0].cost + CLEARER <= usual[0].cost):
            return (*once, *usual)
        if usual or not _has_parts(answer) or (once and _is_one_name(once[0].mistakes[0])):
            return usual or once
        if not trial.is_wrong:  # where the key is 0 any two changes may give it
            return once
        found = left(attempts)
        if found or places > _FEW_PLACES or not trial.fits:
            return found or once
        twice = _cheapest(attempts.both_right(), sensibly_right)
        return tuple(one for one in twice if one.cost <= TWO_MISTAKES) or once

    def _where_wrong(self, answer: Tree) -> Trial | None:
        """Find a point at which an answer is wrong, if there is one where the key is not 0: there it tells most."""
        other = None
        for point, truth in self.points.first(_FEW_POINTS):
            trial = Trial(point, truth, answer)
            if trial.is_wrong:
                return trial
            other = other or (trial if trial.differs else None)
        return other

    def agrees(self, tree: Tree) -> bool:
        """Say whether a tree is right at further points: at many where units may be off, in it or in the network."""
        bent = self.points.is_bent or are_bent(functions_of(tree))
        points = self.points.first(_BENT_POINTS if bent else _OTHER_POINTS)
        return all(Trial(point, truth, tree).is_right for point, truth in points)

    def leaves_sense(self, answer: Tree, better: Tree) -> bool:
        """Say whether a change does not merely wipe a part out: b - b where a - b stood is what nobody meant."""
        points = [point for point, _ in self.points.first(_FEW_POINTS if self.points.is_bent else _OTHER_POINTS)]
        changed = ((old, new) for old, new in _exchanged(answer, better) if not isinstance(new, Number))
        return not any(_is_nothing(new, points) and not _is_nothing(old, points) for old, new in changed)


def _is_nothing(tree: Tree, points: Iterable[TensorPoint]) -> bool:
    """Say whether a tree is worth 0 wherever it is looked at."""
    for point in points:
        try:
            if point.of(tree).array.any():
                return False
        except (Valueless, ValueError):
            return False
    return True


def _exchanged(before: Tree, after: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Go along the parts of a tree that a change has made others, what is around them included."""
    if before is after:
        return
    yield before, after
    parts, others = children(before), children(after)
    if type(before) is type(after) and len(parts) == len(others):
        for part, other in zip(parts, others, strict=True):
            yield from _exchanged(part, other)


def functions_of(tree: Tree) -> set[str]:
    """Name the operations that a tree applies."""
    return {node.function for node in walk(tree) if isinstance(node, Call)} & OPERATIONS.keys()


def are_bent(functions: Iterable[str]) -> bool:
    """Say whether a slope of one of these operations is settled by a convention, as at a kink."""
    return any(OPERATIONS[name].conventions for name in functions)


def agree_by_chance(functions: Iterable[str]) -> bool:
    """Say whether formulas with these operations may agree at one point only: a unit is off, or a sign is hidden."""
    return any(OPERATIONS[name].conventions or OPERATIONS[name].rooted for name in functions)


def _cheapest(found: Iterable[Found], is_right: Callable[[tuple[Mistake, ...], Tree], bool]) -> tuple[Explanation, ...]:
    """Give the likeliest of what was found that holds everywhere."""
    told = [
        (sum(mistake.cost for mistake in mistakes), mistakes, tree) for mistakes, tree in islice(found, _MOST_FOUND)
    ]
    told.sort(key=lambda one: one[0])
    likeliest = islice(told, _MOST_PROVED)
    return next(((Explanation(one, cost),) for cost, one, tree in likeliest if is_right(one, tree)), ())


def goes_with(change: Mistake, left: Mistake, answer: Tree) -> bool:
    """Say whether a mistake may be left in an answer after a change: not what the change itself has put in."""
    if left.kind is codes.UPDATE_ONLY_STEP:
        return not any(node in left.lacks for node in map(bare, walk(answer)))
    meant, wrote = dict(change.facts).get("meant"), dict(left.facts).get("wrote")
    return not isinstance(meant, str) or meant != wrote or meant not in OPERATIONS


def _is_one_name(mistake: Mistake) -> bool:
    """Say whether a single name or number is all that is wrong: then no two mistakes explain an answer better."""
    return len(mistake.shows) == len(mistake.lacks) == 1 and _differ_in_a_name(mistake.shows[0], mistake.lacks[0])


def _differ_in_a_name(wrote: Tree, meant: Tree) -> bool:
    """Say whether two formulas are written alike but for one name or number, transposed or not.

    >>> from symnn.expressions.terms import difference, plus
    >>> from symnn.expressions.tree import Name
    >>> a, b, c = map(Name, "abc")
    >>> _differ_in_a_name(difference(a, c), difference(b, c)), _differ_in_a_name(plus(a, c), difference(b, c))
    (True, False)
    """
    if isinstance(wrote, Transpose):
        return not children(wrote.operand)
    parts, others = children(wrote), children(meant)
    if not (parts or others):
        return True
    unlike = [pair for pair in zip(parts, others, strict=False) if bare(pair[0]) != bare(pair[1])]
    is_alike = len(parts) == len(others) and bare(rebuilt(wrote, others)) == bare(meant)
    return is_alike and len(unlike) == 1 and _differ_in_a_name(*unlike[0])


def _has_parts(answer: Tree) -> bool:
    """Say whether there is something to be mended in an answer; a mere x is no attempt at one."""
    return sum(1 for _ in islice(walk(answer), _FEWEST)) == _FEWEST
