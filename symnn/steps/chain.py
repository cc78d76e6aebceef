"""Grading a chain: the student's partials against the paths of the derivation, in any notation and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from symnn.equality.subject import Subject
from symnn.errors import Fact, Problem, Span, SymnnError, TargetError, UsageError
from symnn.expressions.terms import MINUS_ONE, product
from symnn.expressions.tree import Derivative, Name, Tree, bare
from symnn.messages import raisable
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.steps.differentiated import FixedPoint, differentiated
from symnn.steps.explaining import Explainer
from symnn.steps.matching import Match, assigned
from symnn.steps.routes import MOST_ROUTES, Route, Routes, routes_of
from symnn.steps.spoken import spoken
from symnn.steps.ways import Ways
from symnn.steps.written import routes
from symnn.verdicts import codes
from symnn.verdicts.trace import Link
from symnn.verdicts.verdict import Finding, Read, Standing, Verdict

__all__ = ["Chains", "PathLinks"]

PathLinks: TypeAlias = tuple[Link, ...]
"""One path as partials from the result down: ((E, y), (y, a3), (a3, w5))."""


class Chains(Struct, frozen=True, dict=True):
    """One part that asks for the chain rule, prepared by `Chains.of` and used for a class of answers.

    The partials of each way may stand in any order, names with arrows must go from the result down (or all of
    them the other way round). Credit: the links that are right, over all links of all paths. A partial that
    leaps over quantities counts as one link, the whole derivative as none; a factor worked out
    (``2(y - z)`` for ∂E/∂y) counts for the links it is worth. A link too many takes one off, a wrong one in
    the place of a right one does not count; a way too many takes off the links that lie on no path, at least one.
    ``accepted`` conventions of the loss (``missing-2``) are worth that share of the points.
    """

    subject: Subject
    of_: str
    wrt: str
    paths: tuple[PathLinks, ...]
    ways: Ways
    explainer: Explainer
    accepted: Mapping[str, Fraction] = MappingProxyType({})

    @staticmethod
    def of(
        subject: Subject,
        of: str,
        wrt: str,
        *,
        through: Iterable[tuple[str, ...]] = (),
        accepted: Mapping[str, Fraction] = MappingProxyType({}),
    ) -> Chains:
        """Prepare the chain of ∂ ``of`` / ∂ ``wrt``; ``through`` keeps only these paths, as names from ``of`` down.

        Raises: TargetError if there is no path, or no such one; UsageError if there are more than 64.

        >>> from symnn.networks.catalogue import network
        >>> part = Chains.of(Subject.of_network(network("bp-2-2-1").graph), "E", "w5")
        >>> part.grade("E -> y -> a3 -> w5").verdict, part.grade("∂a_3/∂w_5 · ∂y/∂a_3").credit
        ('correct', Fraction(2, 3))
        """
        ways = Ways(subject.graph)
        count = ways.count(of, wrt)
        if count > MOST_ROUTES:
            raise raisable(UsageError, Problem("too-many-paths", {"count": count, "limit": MOST_ROUTES, "wrt": wrt}))
        found = ways.paths(of, wrt) if count else ()
        wanted = {tuple(pairwise(names)) for names in through}
        if wanted:
            found = tuple(path for path in found if path in wanted)
        if not found or (wanted and len(found) != len(wanted)):
            near = " -> ".join((of, *(name for _, name in ways.paths(of, wrt)[0]))) if count else ""
            raise raisable(TargetError, Problem("no-path", {"of": of, "wrt": wrt, "nearest": near}))
        about = replace(subject, graph=differentiated(subject.graph, (of for path in found for of, _ in path)))
        return Chains(about, of, wrt, found, ways, Explainer(subject.graph), accepted)

    def grade(self, text: str, points: Fraction = Fraction(1)) -> Verdict:
        """Grade a chain as the student typed it."""
        found = self.read(text)
        if isinstance(found, Problem):
            return Verdict("unreadable", max=points, findings=(Finding(found.code, found.facts, found.span),))
        return self.judge(found, points)

    def read(self, text: str) -> Routes | Problem:
        """Read the ways of an answer."""
        return routes(text, self.subject.scope, self.ways, (self.of_, self.wrt))

    def judge(self, given: Routes, points: Fraction = Fraction(1)) -> Verdict:
        """Compare the ways of an answer with the paths."""
        credit, findings = self.judged(given.ways)
        standing: Standing = "correct" if credit == 1 else "partial" if credit else "wrong"
        return Verdict(standing, credit, points, findings, None, None, self._read(given))

    def judged(self, given: Iterable[Route]) -> tuple[Fraction, tuple[Finding, ...]]:
        """Give the share of the points and the findings of some ways."""
        turned = [self.turned(route) for route in given]
        found, over = assigned(turned, self.paths, _Measured(self))
        found, notes, share = self._conventional(found)
        findings = (*notes, *self._findings(found, over))
        whole = sum(len(path) for path in self.paths)
        right = sum(match.score for match in found.values())
        known = {link for path in self.paths for link in path}
        surplus = sum(match.surplus for match in found.values())
        surplus += sum(max(1, sum(link not in known for link in route.links)) for route in over)
        return share * Fraction(max(0, right - surplus), whole), findings

    def difference(self, tree: Tree) -> tuple[Finding, ...]:
        """Say how a product of partials differs from the chain rule; nothing if it cannot be read as ways."""
        read = routes_of(tree, self.ways)
        if isinstance(read, Problem) or not any(route.links for route in read):
            return ()
        return self.judged(read)[1]

    def turned(self, route: Route) -> Route:
        """Turn a way round that was written from the quantity up."""
        if route.names and route.names[0] == self.wrt and route.names[-1] == self.of_:
            links = tuple((of, wrt) for wrt, of in reversed(route.links))
            return Route(links, route.spans[::-1], route.worked, route.names[::-1])
        return route

    @cached_property
    def point(self) -> FixedPoint:
        """The point at which factors worked out are compared with partials."""
        graph = self.subject.graph
        partials = tuple(_partial(link) for link in self.paths[0])
        # a partial of a tensor by a tensor has no residue: chains of tensors are compared by their names alone
        return FixedPoint(graph, product(() if graph.shapes else partials))

    def _conventional(self, found: dict[int, Match]) -> tuple[dict[int, Match], tuple[Finding, ...], Fraction]:
        """Count factors that differ by an accepted convention only; say which, and what that is worth."""
        notes: dict[str, Finding] = {}
        share = Fraction(1)
        settled = dict(found)
        for place, match in found.items():
            why = self._why(match) if self.accepted and match.factors and match.missing else ()
            which = str(why[0].facts.get("which", "")) if len(why) == 1 and why[0].code == "convention" else ""
            if which in self.accepted:
                notes.setdefault(which, why[0])
                share = min(share, self.accepted[which])
                settled[place] = replace(match, worked=match.missing, missing=(), factors=())
        return settled, tuple(notes.values()), share

    def _why(self, match: Match) -> tuple[Finding, ...]:
        """Say why factors worked out are not worth the partials that are missing."""
        meant = product(tuple(_partial(link) for link in match.missing))
        return self.explainer.why(meant, product(match.factors))

    def _findings(self, found: dict[int, Match], over: tuple[Route, ...]) -> Iterator[Finding]:
        if self._multiplied(found):
            yield codes.PATHS_MULTIPLIED()
            return
        if self._added(found, over):
            yield codes.FACTORS_ADDED()
            return
        said: set[tuple[object, ...]] = set()
        for place in sorted(found):
            yield from self._about(found[place], said)
        missing = [place for place in range(len(self.paths)) if place not in found]
        leap = next((route for route in over if route.links == ((self.of_, self.wrt),)), None)
        if leap is not None and missing:
            through = tuple(wrt for _, wrt in self.paths[missing[0]][:-1])
            yield codes.SKIPPED({"from": self.of_, "to": self.wrt, "through": through}, _hull(leap.spans))
            return
        for place in missing:
            yield codes.MISSING_PATH({"through": self._through(place, self.paths[place])})
        for route in over:
            yield codes.EXTRA_PATH({"through": " -> ".join(_names(route))}, _hull(route.spans))

    def _multiplied(self, found: dict[int, Match]) -> bool:
        """Say whether one way holds the links of all paths: they were multiplied, not added."""
        links = {link for path in self.paths for link in path}
        return len(self.paths) > 1 and any(links <= set(match.route.links) for match in found.values())

    def _added(self, found: dict[int, Match], over: tuple[Route, ...]) -> bool:
        """Say whether several ways are the links of one path: they were added, not multiplied."""
        routes = [*(match.route for match in found.values()), *over]
        links = [link for route in routes for link in route.links]
        distinct = len(links) == len(set(links))
        return len(routes) > 1 and distinct and any(set(links) <= set(path) for path in self.paths)

    def _about(self, match: Match, said: set[tuple[object, ...]]) -> Iterator[Finding]:
        """Say what is wrong with one way; what was said of another way is not said again."""
        route = match.route
        if _is_shuffled(match):
            yield codes.CHAIN_ORDER({"first": _first_out_of_place(match)}, _hull(route.spans))
            return
        for finding in self._listed(match):
            about = (finding.span,) if finding.code == "skipped" else tuple(sorted(finding.facts.items()))
            known = (finding.code, *about)
            if known not in said:
                said.add(known)
                yield finding

    def _listed(self, match: Match) -> Iterator[Finding]:
        for jump in match.jumps:
            through = tuple(wrt for _, wrt in jump.over[:-1])
            facts: dict[str, Fact] = {"from": jump.link[0], "to": jump.link[1], "through": through}
            yield codes.SKIPPED(facts, jump.span)
        swapped_before = ""
        for swap in match.swaps:
            if match.route.names and swap.wrote[0] == swapped_before:
                swapped_before = swap.wrote[1]
                continue
            swapped_before = swap.wrote[1]
            swapped: dict[str, Fact] = {"wrote": _said(swap.wrote), "meant": _said(swap.meant)}
            yield codes.WRONG_FACTOR(swapped, swap.span)
        if match.factors:
            yield from self._worked_wrong(match)
        elif match.missing and match.missing == match.path[-len(match.missing) :]:
            at = match.missing[0][0]
            yield codes.STOPPED_EARLY({"at": at})
        else:
            for link in match.missing:
                yield codes.MISSING_FACTOR({"factor": _said(link)})
        for link, span in match.extra:
            yield codes.EXTRA_FACTOR({"factor": _said(link)}, span)

    def _worked_wrong(self, match: Match) -> Iterator[Finding]:
        """Say what is wrong with factors worked out: they are worth none of the links that are left."""
        wrote = product(match.factors)
        span = _hull(tuple(factor.span for factor in match.factors))
        if not match.missing and wrote == MINUS_ONE:
            yield codes.SIGN()
            return
        if not match.missing:
            yield codes.EXTRA_FACTOR({"factor": spoken(bare(wrote))}, span)
            return
        meant = product(tuple(_partial(link) for link in match.missing))
        facts = {"wrote": spoken(bare(wrote)), "meant": spoken(meant)}
        yield from self._why(match) or (codes.WRONG_FACTOR(facts, span),)

    def _through(self, place: int, path: PathLinks) -> str:
        """Name what a path goes through and no other one does."""
        others = {wrt for at, other in enumerate(self.paths) if at != place for _, wrt in other}
        own = [wrt for _, wrt in path if wrt not in others]
        return own[0] if own else " -> ".join((path[0][0], *(wrt for _, wrt in path)))

    def _read(self, read: Routes) -> Read:
        """Write down what was read."""
        symbols = symbols_of(self.subject.graph)
        if read.tree is not None:
            tree = bare(read.tree)
            return Read(spoken(tree), latex(tree, symbols), read.notes)
        ways = [_names(route) for route in read.ways if route.links]
        formulas = [r" \to ".join(latex(Name(name), symbols) for name in names) for names in ways]
        return Read("; ".join(" -> ".join(names) for names in ways), r" ;\quad ".join(formulas), read.notes)


class _Measured:
    """What factors are worth in one part: residues first, the judge to confirm."""

    def __init__(self, chains: Chains) -> None:
        self.chains = chains

    @property
    def modulus(self) -> int:
        """The modulus of the values."""
        return self.chains.point.modulus

    def value(self, parts: tuple[Link, ...] | tuple[Tree, ...]) -> int | None:
        """Give the value of some partials, or factors, multiplied."""
        whole = 1
        for part in parts:
            one = self.chains.point.worth(_partial(part) if isinstance(part, tuple) else part)
            if one is None:
                return None
            whole = whole * one % self.modulus
        return whole

    def confirmed(self, links: PathLinks, factors: tuple[Tree, ...]) -> bool:
        """Say whether factors are worth these partials together."""
        partials = product(tuple(_partial(link) for link in links))
        try:
            return self.chains.subject.compare(product(factors), partials).equal is True
        except SymnnError:  # a derivative of a tensor has no entries of its own
            return False


def _partial(link: Link) -> Tree:
    return Derivative(Name(link[0]), Name(link[1]))


def _said(link: Link) -> str:
    return f"d{link[0]}/d{link[1]}"


def _names(route: Route) -> tuple[str, ...]:
    """Name the quantities of a way in the order of its links."""
    return route.names or tuple(dict.fromkeys(name for link in route.links for name in link))


def _is_shuffled(match: Match) -> bool:
    """Say whether names with arrows are the right ones in a wrong order."""
    names = match.route.names
    own = (match.path[0][0], *(wrt for _, wrt in match.path))
    return names != own and len(names) == len(own) and set(names) == set(own)


def _first_out_of_place(match: Match) -> str:
    own = (match.path[0][0], *(wrt for _, wrt in match.path))
    return next(name for name, right in zip(match.route.names, own, strict=True) if name != right)


def _hull(spans: tuple[Span | None, ...]) -> Span | None:
    known = [span for span in spans if span is not None]
    return Span(min(span.start for span in known), max(span.end for span in known)) if known else None
