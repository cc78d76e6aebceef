"""Hints in four levels: where an answer goes wrong, of what kind that is, what it is called, and the next step.

An author's hints come first. What is made here gives nothing away before the third level: no factor, no term, no
number of what is asked; of a number no level ever says the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.errors import NO_FACTS, Fact, Span, SymnnError
from symnn.expressions.terms import product
from symnn.expressions.tree import Call, Derivative, Name, Product, Sum, Tree, names, walk
from symnn.expressions.writing import plain
from symnn.questions.description import in_variant
from symnn.questions.solving import worked_out
from symnn.steps.furthest import Reached
from symnn.steps.ways import Ways
from symnn.verdicts import codes
from symnn.verdicts.finding import Finding
from symnn.verdicts.hint import Hint
from symnn.verdicts.trace import Link, Trace

if TYPE_CHECKING:
    from symnn.questions.question import Question
    from symnn.verdicts.codes import FindingKind
    from symnn.verdicts.verdict import Verdict

__all__ = ["hint_of", "trace_of"]

Levels: TypeAlias = tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]

_GROUPS: Final[Mapping[str, tuple[FindingKind, ...]]] = MappingProxyType(
    {
        "missing": (
            codes.MISSING_FACTOR, codes.MISSING_TERM, codes.MISSING_STEP, codes.STOPPED_EARLY, codes.BIAS,
            codes.ACTIVATION_MISSING, codes.MISSING_MEAN, codes.SKIPPED, codes.UPDATE_ONLY_STEP, codes.CHOICE_MISSING,
        ),
        "extra": (codes.EXTRA_FACTOR, codes.EXTRA_TERM, codes.CHOICE_EXTRA),
        "other": (
            codes.WRONG_FACTOR, codes.WRONG_QUANTITY, codes.WRONG_ARGUMENT, codes.FUNCTION_FOR_DERIVATIVE,
            codes.ACTIVATION_WRONG, codes.OPERATION_WRONG, codes.POOLING_KIND, codes.STALE_VALUE,
        ),
        "another": (codes.OTHER_DERIVATIVE, codes.OTHER_RESULT, codes.ONLY_STEP),
        "sign": (codes.SIGN, codes.ONE_PLUS, codes.COMPLEMENT, codes.UPDATE_SIGN),
        "number": (codes.CONSTANT, codes.EXPONENT, codes.CONVENTION, codes.UPDATE_RATE),
        "arranged": (
            codes.TRANSPOSED, codes.ORDER, codes.PRODUCT_KIND, codes.FLIPPED_KERNEL, codes.CHAIN_ORDER, codes.INVERTED,
            codes.DIVIDED, codes.BRACKETS,
        ),
        "joined": (codes.FACTORS_ADDED, codes.PATHS_MULTIPLIED),
        "path": (codes.MISSING_PATH, codes.EXTRA_PATH, codes.FOREIGN_PATH),
        "rounded": (codes.NEAR_MISS, codes.TOO_FEW_DIGITS, codes.CUT_OR_ROUNDED, codes.ROUNDED_EARLY),
        "written": (
            codes.FORM_ONLY, codes.FORM_DECIMALS, codes.FORM_DERIVATIVES, codes.FORM_EXPANDED, codes.FORM_FACTORED,
            codes.NOT_DIFFERENTIATED, codes.NUMBER_EXPECTED, codes.SHAPE,
        ),
    }
)  # fmt: skip
"""Of what kind a mistake is, said without naming it."""

_KIND_OF: Final[Mapping[str, str]] = MappingProxyType(
    {kind.code: group for group, kinds in _GROUPS.items() for kind in kinds}
)


def hint_of(
    question: Question,
    verdict: Verdict,
    level: int,
    seed: str = "",
    *,
    reached: Reached | None = None,
    behind: tuple[Finding, ...] = (),
) -> Hint:
    """Give the hint of a level on an answer: the author's, or one that is made of what was found in the answer.

    ``reached`` says how far a chain or a derivation is right, ``behind`` what the engine finds where the author speaks.
    """
    offered = any(finding.code == "blank" for finding in verdict.findings)
    if verdict.verdict != "correct" and level <= len(question.file.hints):
        text = in_variant(question.file.hints[level - 1], question, seed)
        return Hint(level, (codes.NOTE({"zh": text.zh, "en": text.en}),), offered)
    levels = _begun(question) if offered else _levels(question, verdict, reached, behind)
    return Hint(level, levels[level - 1], offered)


def _levels(question: Question, verdict: Verdict, reached: Reached | None, behind: tuple[Finding, ...]) -> Levels:
    if verdict.verdict in ("correct", "undecided"):
        return (_says(f"hint-{verdict.verdict}"),) * 4
    if verdict.verdict == "unreadable":
        return (verdict.findings,) * 4
    return _gone_wrong(question, verdict.findings, reached, behind)


def _says(code: str, span: Span | None = None, **facts: Fact) -> tuple[Finding, ...]:
    return (Finding(code, MappingProxyType(facts) if facts else NO_FACTS, span),)


class _Trail(Struct, frozen=True):
    """The ways from what is differentiated down to the quantity, as names."""

    of: str
    wrt: str
    paths: tuple[tuple[str, ...], ...]

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(dict.fromkeys(link for path in self.paths for link in pairwise(path)))


_MOST_PATHS: Final = 8
"""So many paths a hint may list."""


def _trail(question: Question) -> _Trail | None:
    """Find which derivative a part is about; None if it is about none."""
    chain = question.content.chain
    written = question.content.answer.written
    pairs = [(chain.of, chain.wrt)] if chain is not None else []
    for node in (*walk(written), *question.content.asked):
        match node:
            case Derivative(Name(of), Name(wrt)):
                pairs.append((of, wrt))
    for of, wrt in pairs:
        for graph in (question.network, question.network.entrywise):
            ways = Ways(graph)
            if 0 < ways.count(of, wrt) <= _MOST_PATHS:
                paths = (
                    chain.through
                    if chain is not None and chain.through
                    else tuple((path[0][0], *(name for _, name in path)) for path in ways.paths(of, wrt))
                )
                return _Trail(of, wrt, paths)
    return None


def _begun(question: Question) -> Levels:
    """Say how one begins where nothing is answered yet."""
    if question.file.choices:
        several = "several" if len(question.content.chosen) > 1 else "one"
        return _says("hint-each"), _says(f"hint-choices-{several}"), _says("hint-strike"), _says("hint-strike")
    trail = _trail(question)
    if trail is not None:
        several = "several" if len(trail.paths) > 1 else "one"
        counted = _says(f"hint-paths-{several}", of=trail.of, wrt=trail.wrt)
        return _says("hint-first", of=trail.of), counted, _named(trail), _link(question, trail.links[0])
    if question.file.tolerance is not None:
        return _calculated(question)
    return _written(question)


def _named(trail: _Trail) -> tuple[Finding, ...]:
    return _says("hint-path", paths=tuple(" -> ".join(path) for path in trail.paths))


def _link(question: Question, link: Link) -> tuple[Finding, ...]:
    """Give one link of the chain worked out; its name alone where it is no formula."""
    name = f"d{link[0]}/d{link[1]}"
    value = _worth(question, link)
    return _says("hint-next", link=name) if value is None else _says("hint-link", link=name, value=plain(value))


def _worth(question: Question, link: Link) -> Tree | None:
    """Differentiate one equation; in matrix form where it can be written in that way."""
    for graph in (question.network, question.network.entrywise):
        right = graph.definitions.get(link[0])
        if right is None or link[1] not in names(right):
            continue
        if not graph.shapes:
            return product(local_partials(right, Name(link[0]), graph.functions)[link[1]])
        try:
            return worked_out(question, Derivative(Name(link[0]), Name(link[1])))
        except SymnnError:
            return None
    return None


def _calculated(question: Question) -> Levels:
    """Say how a number is computed: by which equations, never with which result."""
    answer = question.content.answer.written
    behind = _order(question, answer)
    if not behind:
        return (_says("hint-calculation"), _says("hint-pieces"), _says("hint-pieces"), _says("hint-pieces"))
    last = behind[-1]
    equation = question.base.definitions.get(last)
    step = _says("hint-last", of=last, value=plain(equation)) if equation is not None and names(equation) else ()
    order = _says("hint-order-names", names=tuple(behind))
    return _says("hint-first", of=last), _says("hint-order"), order, step or order


def _order(question: Question, answer: Tree) -> list[str]:
    """Name the computed quantities that an answer needs, in order, the answer's own last."""
    for graph in (question.network, question.network.entrywise):
        wanted = [name for name in names(answer) if name in graph.definitions]
        if wanted:
            needed = {behind for name in wanted for behind in graph.ancestors(name)} | set(wanted)
            return [equation.left for equation in graph.equations if equation.left in needed]
    return []


def _written(question: Question) -> Levels:
    """Say what a formula looks like from far: its shape, then what stands in it, then a piece of it."""
    answer = question.content.answer.written
    form = question.file.form
    if isinstance(answer, Name) and answer.name in question.base.definitions:
        first, tree = _says("hint-first", of=answer.name), question.base.definitions[answer.name]
    else:
        first, tree = _says("hint-first-asked"), answer
    shape, pieces = _shape(tree)
    inside = tuple(form.only) if form is not None and form.only else tuple(names(tree))
    named = _says("hint-names", names=inside) if inside else shape
    return first, shape, named, _says("hint-piece", piece=plain(pieces[0]))


def _shape(tree: Tree) -> tuple[tuple[Finding, ...], tuple[Tree, ...]]:
    match tree:
        case Sum(terms):
            return _says("hint-sum", count=len(terms)), terms
        case Product(factors):
            return _says("hint-product", count=len(factors)), factors
    return _says("hint-whole-formula"), (tree,)


def _gone_wrong(
    question: Question, found: tuple[Finding, ...], reached: Reached | None, behind: tuple[Finding, ...]
) -> Levels:
    """Say of a wrong answer where, of what kind, which, and what comes next."""
    told = [finding for finding in (*found, *behind) if finding.code in _KIND_OF]
    telling = told[0] if told else None
    trail = _trail(question) if question.file.kind != "choice" else None
    link = reached.link if reached is not None else None
    if link is None and trail is not None:
        about = ((finding, _link_of(question, finding, trail)) for finding in told)
        telling, link = next((pair for pair in about if pair[1] is not None), (telling, None))
    group = _KIND_OF[telling.code] if telling is not None else "next" if link is not None else "unknown"
    named = tuple(finding for finding in found if finding.code != "unexplained")
    step = _link(question, link) if link is not None else ()
    if not named or (reached is not None and reached.link is not None and telling is None):
        named = (*named, *(_says("hint-next", link=f"d{link[0]}/d{link[1]}") if link is not None else ()))
    rest = _begun(question)
    kind = _says(f"hint-kind-{group}")
    return (
        _where((*found, *behind), reached, link, trail),
        kind,
        named or rest[2],
        (*named, *step) if step else (*named, *rest[3]),
    )


def _where(
    found: tuple[Finding, ...], reached: Reached | None, link: Link | None, trail: _Trail | None
) -> tuple[Finding, ...]:
    """Say where to look, in the student's own text or between two quantities."""
    for finding in found:
        if finding.code == "step":
            return _says("hint-line", line=finding.facts["line"])
        if finding.code == "entries" and "how" not in finding.facts:
            return _says("hint-entries", which=finding.facts["which"])
    if reached is not None and reached.line:
        return _says("hint-so-far-line", line=reached.line)
    if reached is not None:
        return _says("hint-so-far", at=reached.at) if reached.at else _says("hint-not-begun")
    placed = next((finding.span for finding in found if finding.span is not None and finding.code != "shape"), None)
    if placed is not None:
        return _says("hint-here", placed)
    if link is not None and trail is not None:
        path = next(path for path in trail.paths if link in pairwise(path))
        above = path[max(0, path.index(link[0]) - 1)]
        return _says("hint-between", above=above, below=trail.wrt)
    return _says("hint-whole")


_NAMING: Final = ("factor", "meant", "of", "term", "at", "through")
"""Facts of a finding that name a piece of the right answer."""


def _link_of(question: Question, finding: Finding, trail: _Trail) -> Link | None:
    """Find the link of the chain that a finding is about: the one that has its factor, or leads from its quantity."""
    if _KIND_OF.get(finding.code) == "number":
        return None  # a 2 that is an exponent is no 2 of a derivative
    said = {str(finding.facts[name]) for name in _NAMING if name in finding.facts}
    for link in trail.links:
        if f"d{link[0]}/d{link[1]}" in said:
            return link
        value = None if question.network.shapes else _worth(question, link)
        known = {plain(value), *map(plain, value.factors if isinstance(value, Product) else ())} if value else set()
        own = question.network.definitions.get(link[0])
        prime = f"{own.function}'({link[1]})" if isinstance(own, Call) else ""
        if said & (known | {prime}):
            return link
    starts = {link[0]: link for link in reversed(trail.links)}
    return next((starts[name] for name in sorted(said) if finding.code == "stopped-early" and name in starts), None)


def trace_of(
    question: Question, verdict: Verdict, reached: Reached | None, behind: tuple[Finding, ...]
) -> Trace | None:
    """Say which links of the chain rule an answer has right; None if a part is about none, or nobody can say.

    Where a mistake belongs to no link that is known, no other link is called right either.
    """
    trail = None if question.file.kind == "choice" else _trail(question)
    if trail is None or verdict.verdict in ("unreadable", "undecided"):
        return None
    if verdict.verdict == "correct":
        return Trace(trail.of, trail.wrt, trail.links, trail.links)
    told = [finding for finding in (*verdict.findings, *behind) if finding.code in _KIND_OF]
    links: list[Link | None] = [*_steps_of(verdict.findings, trail)]
    links = links or [_link_of(question, one, trail) or _leg_of(one, trail) for one in told]
    bad = {link for link in links if link is not None}
    if reached is not None and (question.file.kind == "chain" or not bad):
        return _walked(trail, reached.link)
    if not bad:
        return None
    first = next(link for link in trail.links if link in bad)
    right = () if None in links else tuple(link for link in trail.links if link not in bad)
    return Trace(trail.of, trail.wrt, trail.links, right, first)


def _steps_of(findings: tuple[Finding, ...], trail: _Trail) -> tuple[Link, ...]:
    """Find the links that the first wrong line of a derivation has wrong; none if it is wrong as a whole."""
    names = {f"d{link[0]}/d{link[1]}": link for link in trail.links}
    wrong = (str(finding.facts.get("meant", "")).split("*") for finding in findings if finding.code == codes.STEP.code)
    return next((tuple(names[name] for name in parts) for parts in wrong if all(name in names for name in parts)), ())


def _walked(trail: _Trail, stop: Link | None) -> Trace:
    """Go along the paths, one after the other, up to a link."""
    gone: dict[Link, None] = {}
    for path in trail.paths:
        for link in pairwise(path):
            if link == stop:
                return Trace(trail.of, trail.wrt, trail.links, tuple(gone), stop)
            gone[link] = None
    return Trace(trail.of, trail.wrt, trail.links, tuple(gone), stop)


def _leg_of(finding: Finding, trail: _Trail) -> Link | None:
    """Find the link by which a path that is missing turns off: the first into what it leads through."""
    if finding.code != codes.MISSING_PATH.code:
        return None
    through = str(finding.facts.get("through", ""))
    return next((link for link in trail.links if link[1] == through), None)
