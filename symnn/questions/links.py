"""Which links of the chain rule an answer has right, and which is the first that is wrong or missing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from symnn.equality.judge import Judge
from symnn.equality.work import one_account
from symnn.expressions.tree import Call, Product, Tree
from symnn.expressions.writing import plain
from symnn.questions.chain_factors import standing
from symnn.questions.groups import GROUP_OF
from symnn.questions.trails import Trail, trail_of, worth_of
from symnn.verdicts import codes
from symnn.verdicts.finding import Finding
from symnn.verdicts.trace import Link, Trace

if TYPE_CHECKING:
    from symnn.questions.kind import Insight
    from symnn.questions.question import Question
    from symnn.verdicts.verdict import Verdict

__all__ = ["link_of", "trace_of"]

_NAMING: Final = ("factor", "meant", "of", "term", "at", "through")
"""Facts of a finding that name a piece of the right answer."""


def link_of(question: Question, finding: Finding, trail: Trail) -> Link | None:
    """Find the link of the chain that a finding is about: the one that has its factor, or leads from its quantity.

    A factor that more than one link has, or that the right answer has not, belongs to none.
    """
    if GROUP_OF.get(finding.code) in ("number", "extra"):
        return None  # a 2 that is an exponent is no 2 of a derivative
    said = {str(finding.facts[name]) for name in _NAMING if name in finding.facts}
    named = [link for link in trail.links if f"d{link[0]}/d{link[1]}" in said]
    owners = named or [link for link in trail.links if said & _names_of(question, link)]
    if owners:
        return owners[0] if len(owners) == 1 else None
    starts = {link[0]: link for link in reversed(trail.links)}
    return next((starts[name] for name in sorted(said) if finding.code == "stopped-early" and name in starts), None)


def _names_of(question: Question, link: Link) -> set[str]:
    """Write what a link is worth, its factors, and the f' that stands for it."""
    value = None if question.network.shapes else worth_of(question, link)
    own = question.network.definitions.get(link[0])
    prime = {f"{own.function}'({link[1]})"} if isinstance(own, Call) else set()
    if value is None:
        return prime
    return {plain(value), *map(plain, value.factors if isinstance(value, Product) else ())} | prime


def trace_of(question: Question, verdict: Verdict, insight: Insight) -> Trace | None:
    """Say which links of the chain rule an answer has right; None if a part is about none, or nobody can say.

    Where the factors of the answer can be told apart they decide. Where a mistake belongs to no link that is known, no
    other link is called right either.
    """
    trail = None if question.file.kind == "choice" else trail_of(question)
    if trail is None or verdict.verdict in ("unreadable", "undecided"):
        return None
    if verdict.verdict == "correct":
        return Trace(trail.of, trail.wrt, trail.links, trail.links)
    told = [finding for finding in (*verdict.findings, *insight.found) if finding.code in GROUP_OF]
    links: list[Link | None] = [*_steps_of(verdict.findings, trail)]
    links = links or [link_of(question, one, trail) or _leg_of(one, trail) for one in told]
    bad = {link for link in links if link is not None}
    reached = insight.reached
    if reached is not None and (question.file.kind == "chain" or not bad):
        return _walked(trail, reached.link)
    seen = _seen(question, trail, insight.written)
    if seen is not None:
        return seen if seen.wrong is not None else None
    if not bad:
        return None
    first = next(link for link in trail.links if link in bad)
    right = () if None in links else tuple(link for link in trail.links if link not in bad)
    return Trace(trail.of, trail.wrt, trail.links, right, first)


def _seen(question: Question, trail: Trail, answer: Tree | None) -> Trace | None:
    """Look which links stand in an answer as it is written."""
    if answer is None or question.network.shapes:
        return None
    worth = {link: tree for link in trail.links if (tree := worth_of(question, link)) is not None}
    if len(worth) < len(trail.links):
        return None

    def equal(one: Tree, other: Tree) -> bool | None:
        return Judge(other, question.meaning).judge(one, explain=False).equal

    with one_account():
        found = standing(answer, trail, worth, equal)
    if found is None:
        return None
    return Trace(trail.of, trail.wrt, trail.links, found.right, next(iter(found.missing), None))


def _steps_of(findings: tuple[Finding, ...], trail: Trail) -> tuple[Link, ...]:
    """Find the links that the first wrong line of a derivation has wrong; none if it is wrong as a whole."""
    names = {f"d{link[0]}/d{link[1]}": link for link in trail.links}
    wrong = (str(finding.facts.get("meant", "")).split("*") for finding in findings if finding.code == codes.STEP.code)
    return next((tuple(names[name] for name in parts) for parts in wrong if all(name in names for name in parts)), ())


def _walked(trail: Trail, stop: Link | None) -> Trace:
    """Go along the paths, one after the other, up to a link."""
    gone: dict[Link, None] = {}
    for path in trail.paths:
        for link in pairwise(path):
            if link == stop:
                return Trace(trail.of, trail.wrt, trail.links, tuple(gone), stop)
            gone[link] = None
    return Trace(trail.of, trail.wrt, trail.links, tuple(gone), stop)


def _leg_of(finding: Finding, trail: Trail) -> Link | None:
    """Find the link by which a path that is missing turns off: the first into what it leads through."""
    if finding.code != codes.MISSING_PATH.code:
        return None
    through = str(finding.facts.get("through", ""))
    return next((link for link in trail.links if link[1] == through), None)
