"""Hints in four levels: where an answer goes wrong, of what kind that is, what it is called, and the next step.

An author's hints come first. What is made here gives nothing away before the third level: no factor, no term, no
number of what is asked; of a number no level ever says the number.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from symnn.errors import NO_FACTS, Fact, Span
from symnn.expressions.tree import Name, Product, Sum, Tree, names
from symnn.expressions.writing import plain
from symnn.questions.description import in_variant
from symnn.questions.groups import GROUP_OF
from symnn.questions.links import link_of
from symnn.questions.trails import Trail, trail_of, worth_of
from symnn.steps.furthest import Reached
from symnn.verdicts import codes
from symnn.verdicts.finding import Finding
from symnn.verdicts.hint import Hint
from symnn.verdicts.trace import Link

if TYPE_CHECKING:
    from symnn.questions.question import Question
    from symnn.verdicts.verdict import Verdict

__all__ = ["hint_of"]

Levels: TypeAlias = tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]


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


def _begun(question: Question) -> Levels:
    """Say how one begins where nothing is answered yet."""
    if question.file.choices:
        several = "several" if len(question.content.chosen) > 1 else "one"
        return _says("hint-each"), _says(f"hint-choices-{several}"), _says("hint-strike"), _says("hint-strike")
    trail = trail_of(question)
    if trail is not None:
        several = "several" if len(trail.paths) > 1 else "one"
        counted = _says(f"hint-paths-{several}", of=trail.of, wrt=trail.wrt)
        return _says("hint-first", of=trail.of), counted, _named(trail), _link(question, trail.links[0])
    if question.file.tolerance is not None:
        return _calculated(question)
    return _written(question)


def _named(trail: Trail) -> tuple[Finding, ...]:
    return _says("hint-path", paths=tuple(" -> ".join(path) for path in trail.paths))


def _link(question: Question, link: Link) -> tuple[Finding, ...]:
    """Give one link of the chain worked out; its name alone where it is no formula."""
    name = f"d{link[0]}/d{link[1]}"
    value = worth_of(question, link)
    return _says("hint-next", link=name) if value is None else _says("hint-link", link=name, value=plain(value))


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
    told = [finding for finding in (*found, *behind) if finding.code in GROUP_OF]
    telling = told[0] if told else None
    trail = trail_of(question) if question.file.kind != "choice" else None
    link = reached.link if reached is not None else None
    if link is None and trail is not None:
        about = ((finding, link_of(question, finding, trail)) for finding in told)
        telling, link = next((pair for pair in about if pair[1] is not None), (telling, None))
    group = GROUP_OF[telling.code] if telling is not None else "next" if link is not None else "unknown"
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
    found: tuple[Finding, ...], reached: Reached | None, link: Link | None, trail: Trail | None
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
