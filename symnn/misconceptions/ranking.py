"""From candidates to explanations: one choice in each place, the likeliest first, the same for everybody."""

from __future__ import annotations

from itertools import product as combinations

from msgspec.structs import replace

from symnn.derivation.updates import RATE
from symnn.expressions.tree import Name
from symnn.misconceptions.dictionary import DEAREST, Base, Candidate, RatioChoice
from symnn.misconceptions.evidence import Evidence
from symnn.misconceptions.frames import ALONE, INSIDE, Frame, Way, told_way
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.verdicts import codes

__all__ = ["in_frame", "ranked"]

_FAR = 1.2
"""What costs so much more than the cheapest explanation does not win, whatever the text says."""

_MOST_CHOICES = 5


def ranked(candidates: list[Candidate], evidence: Evidence) -> tuple[Explanation, ...]:
    """Order all explanations of one answer; those beyond the dearest, or far dearer than the cheapest, are dropped."""
    found = [one for candidate in candidates for one in _explanations(candidate)]
    most = min(DEAREST, min((one[1] for one in found), default=0.0) + _FAR) + 1e-9
    found = [one for one in found if one[1] <= most]
    weighed: dict[tuple[object, ...], tuple[float, float, tuple[Mistake, ...]]] = {}
    for mistakes, cost, guessed in found:
        if guessed and sum(evidence.contradicts(mistake) for mistake in mistakes) > 1:
            continue  # several mistakes of which the text shows nothing agree by their value only
        ordered = tuple(sorted(mistakes, key=lambda mistake: (mistake.cost, mistake.name)))
        name = tuple(mistake.name for mistake in ordered)
        # the text is asked only where there is a choice
        weight = cost + (sum(evidence.weigh(mistake) for mistake in ordered) if len(found) > 1 else 0.0)
        if name not in weighed or weight < weighed[name][0]:
            weighed[name] = (weight, cost, ordered)
    ordered_all = sorted(weighed.values(), key=lambda entry: (round(entry[0], 6), [m.name for m in entry[2]]))
    return tuple(Explanation(mistakes, cost) for _, cost, mistakes in ordered_all)


def _explanations(candidate: Candidate) -> list[tuple[tuple[Mistake, ...], float, bool]]:
    """Choose in each place one mistake, none touching the same piece in the same product twice."""
    options = [[(choice, base) for choice in group.choices[:_MOST_CHOICES]] for group, base in candidate.places]
    spare = candidate.cost - sum(group.cost for group, _ in candidate.places)
    found = []
    for chosen in combinations(*options):
        if not _fit(chosen):
            continue
        mistakes = tuple(in_frame(choice.mistake, choice.labels, base.frame) for choice, base in chosen)
        cost = spare + sum(mistake.cost for mistake in mistakes)
        found.append(((*candidate.fixed, *mistakes), cost, len(chosen) > 1))
    return found


def _fit(chosen: tuple[tuple[RatioChoice, Base], ...]) -> bool:
    touched: dict[int, int] = {}
    for choice, base in chosen:
        if choice.own & base.pieces != choice.own:
            return False
        if choice.mistake.kind is codes.EXTRA_PATH and not base.frame.path:
            return False
        if not base.frame.path and _is_elsewhere_too(choice, base.frame):
            return False
        before = touched.get(base.pieces, 0)
        if before & choice.own:
            return False
        touched[base.pieces] = before | choice.own
    return True


def _is_elsewhere_too(choice: RatioChoice, frame: Frame) -> bool:
    """Say whether what a mistake touches is in other terms, too: then it takes a word for which of them it is in."""
    return bool(frame.outside) and (not choice.labels or not frame.outside.isdisjoint(choice.labels))


def in_frame(mistake: Mistake, own: tuple[str, ...], frame: Frame) -> Mistake:
    """Name a mistake as it is called inside its frame: in the step of an update, or in one path of several.

    ``own`` are the labels of the pieces of the key that it touches.
    """
    if frame.step and not frame.path:  # the sign of one path is no way that the update goes
        mistake = _in_step(mistake, frame.step)
    if mistake.kind is codes.EXTRA_PATH:
        return replace(mistake, facts=facts(through=frame.path))
    if frame.path and (not own or not frame.outside.isdisjoint(own)):
        given = dict(mistake.facts)
        more = INSIDE if own else ALONE
        return replace(mistake, facts=facts(**given, path=frame.path), cost=mistake.cost + more)
    return mistake


def _in_step(mistake: Mistake, way: Way) -> Mistake:
    if mistake.kind is codes.SIGN and not mistake.facts:
        return replace(mistake, kind=codes.UPDATE_SIGN, facts=told_way(way))
    if dict(mistake.facts).get("factor") == Name(RATE):
        how = "missing" if mistake.kind is codes.MISSING_FACTOR else "doubled"
        return replace(mistake, kind=codes.UPDATE_RATE, facts=facts(how=how), cost=1.0)
    return mistake
