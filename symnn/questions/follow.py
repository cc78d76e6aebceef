"""Follow-through: a later part looked at again with the student's own earlier results in the place of the right ones.

An answer that is right in this way shows that the method is understood; it earns a capped share of the points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.equality.judge import Judge
from symnn.equality.meaning import Meaning, names_reached
from symnn.expressions.tree import Matrix, Name, Number, Tree, names, number, substitute
from symnn.verdicts import codes
from symnn.verdicts.verdict import Verdict

__all__ = ["CAP", "NOWHERE", "Carried", "capped", "carried_into", "is_trivial", "usable"]

CAP = Fraction(3, 4)
"""The share of the points that an answer earns at most which is right only with the student's own results."""

_MOST_NAMES = 64
_MOVED = " moved"
"""Ends the name of a copy; no reader can spell it."""

NOWHERE: Mapping[str, Fraction] = MappingProxyType({})
"""No values given."""


class Carried(Struct, frozen=True):
    """What a student found for a quantity, a formula or a number, in the part ``source``."""

    quantity: str
    value: Tree
    source: str = ""


def usable(carried: Iterable[Carried], meaning: Meaning) -> tuple[Carried, ...]:
    """Keep what can be carried: a result in terms of what depends on itself would go round in a circle.

    >>> y, e = Name("y"), Name("E")
    >>> meaning = Meaning({"E": y, "y": Name("x")})
    >>> [one.quantity for one in usable((Carried("y", e), Carried("E", Number(2))), meaning)]
    ['E']
    """
    kept: list[Carried] = []
    equations = dict(meaning.equations)
    for one in carried:
        if one.quantity not in names_reached(names(one.value), equations):
            equations[one.quantity] = one.value
            kept.append(one)
    return tuple(kept)


def carried_into(meaning: Meaning, carried: Iterable[Carried]) -> Meaning:
    """Give the meaning in which the quantities are what the student found; all that uses them follows.

    >>> meaning = carried_into(Meaning({"y": Name("x")}), (Carried("y", Number(2)),))
    >>> meaning.equations["y"].numerator
    2
    """
    own = {one.quantity: one.value for one in carried}
    return meaning.under({**meaning.equations, **own})


def is_trivial(
    key: Tree,
    meaning: Meaning,
    carried: tuple[Carried, ...],
    *,
    to_number: bool = False,
    at: Mapping[str, Fraction] = NOWHERE,
) -> bool:
    """Say whether the student's own results leave nothing to do, so that nothing can be earned by them.

    So it is where the answer becomes what was carried, becomes 0 or undefined (``at`` these values), or loses
    a quantity that the part itself brings in (an own ∂E/∂a3 of 1/w5 takes w5 out of ∂E/∂f1). A part that asks
    for a number (``to_number``) may evaluate the student's own formula, if there is anything to evaluate.

    >>> y, z = Name("y"), Name("z")
    >>> from symnn.expressions.tree import Negative, Power, Sum
    >>> loss = Meaning({"E": Power(Sum((y, Negative(z))), Number(2)), "y": Name("a")})
    >>> [is_trivial(Name("E"), loss, (Carried("y", value),)) for value in (z, Name("b"))]
    [True, False]
    """
    if isinstance(key, Matrix):
        entries = (entry for row in key.rows for entry in row)
        return all(is_trivial(entry, meaning, carried, to_number=to_number, at=at) for entry in entries)
    own = {one.quantity: one.value for one in carried}
    if isinstance(key, Name) and key.name in own and (not to_number or not names(own[key.name])):
        return True
    followed = carried_into(meaning, carried)
    if _vanishes(key, followed, at):
        return True
    apart = meaning.under({name: right for name, right in meaning.equations.items() if name not in own})
    brought = [
        name for name in names_reached(names(key), apart.equations) if name not in apart.equations and name not in own
    ]
    return any(
        not _depends(key, name, followed) and _depends(key, name, apart) for name in sorted(brought)[:_MOST_NAMES]
    )


def _vanishes(key: Tree, meaning: Meaning, at: Mapping[str, Fraction]) -> bool:
    """Say whether a key is 0 or has no value."""
    given = {name: number(value) for name, value in at.items() if name not in meaning.equations}
    there = meaning.under({**meaning.equations, **given}) if given else meaning
    judgement = Judge(Number(0), there).judge(key, explain=False)
    return judgement.equal is True or any(finding.code == "undefined" for finding in judgement.findings)


def _depends(key: Tree, name: str, meaning: Meaning) -> bool:
    """Say whether a key changes with a quantity; where that cannot be decided, it does."""
    moved, copies = _moved(key, name, meaning.equations)
    both = meaning.under({**meaning.equations, **copies})
    domain = meaning.domains.get(name)
    if domain is not None:
        both = replace(both, domains=MappingProxyType({**meaning.domains, name + _MOVED: domain}))
    return Judge(moved, both).judge(key, explain=False).equal is not True


def _moved(tree: Tree, name: str, equations: Mapping[str, Tree]) -> tuple[Tree, dict[str, Tree]]:
    """Give a tree with another quantity in the place of one, down through the equations, with their copies."""
    stands: dict[str, Tree] = {name: Name(name + _MOVED)}
    copies: dict[str, Tree] = {}
    for used in names_reached(names(tree), equations):
        right = equations.get(used)
        if right is not None and not stands.keys().isdisjoint(names(right)):
            stands[used] = Name(used + _MOVED)
            copies[used + _MOVED] = substitute(right, stands)
    return substitute(tree, stands), copies


def capped(verdict: Verdict, carried: Iterable[Carried], cap: Fraction = CAP) -> Verdict:
    """Give the verdict on an answer that is right with the student's own results: partial, and says why.

    >>> capped(Verdict("correct", Fraction(1)), (Carried("y", Number(2), "forward"),)).credit
    Fraction(3, 4)
    """
    sources = tuple(dict.fromkeys(one.source for one in carried if one.source))
    credit = min(verdict.credit, cap)
    standing = "correct" if credit == 1 else "partial" if credit else "wrong"
    finding = codes.FOLLOW_THROUGH({"from": sources})
    return replace(verdict, verdict=standing, credit=credit, findings=(finding, *verdict.findings))
