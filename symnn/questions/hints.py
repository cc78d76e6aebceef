"""Hints in four levels: where an answer goes wrong, of what kind that is, what it is called, and the next step.

An author's hints come first. What is made here gives nothing away before the third level: no factor, no term, no
number of what is asked; of a number no level ever says the number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from symnn.expressions.tree import Name, Product, Sum, Tree, names
from symnn.expressions.writing import plain
from symnn.questions.description import in_variant
from symnn.questions.groups import GROUP_OF
from symnn.questions.kind import Insight
from symnn.questions.links import link_of
from symnn.questions.trails import Trail, trail_of, worth_of
from symnn.questions.whereabouts import says, whereabouts
from symnn.steps.furthest import Reached
from symnn.verdicts import codes
from symnn.verdicts.finding import Finding
from symnn.verdicts.hint import Hint
from symnn.verdicts.trace import Link

if TYPE_CHECKING:
    from symnn.questions.question import Question
    from symnn.verdicts.verdict import Verdict

__all__ = ["hint_of"]

NOTHING_SEEN: Final = Insight()

Levels: TypeAlias = tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]


def hint_of(question: Question, verdict: Verdict, level: int, seed: str = "", insight: Insight = NOTHING_SEEN) -> Hint:
    """Give the hint of a level on an answer: the author's, or one that is made of what was found in the answer."""
    offered = any(finding.code == "blank" for finding in verdict.findings)
    if verdict.verdict != "correct" and level <= len(question.file.hints):
        text = in_variant(question.file.hints[level - 1], question, seed)
        return Hint(level, (codes.NOTE({"zh": text.zh, "en": text.en}),), offered)
    levels = _begun(question) if offered else _levels(question, verdict, insight)
    return Hint(level, levels[level - 1], offered)


def _levels(question: Question, verdict: Verdict, insight: Insight) -> Levels:
    if verdict.verdict in ("correct", "undecided"):
        return (says(f"hint-{verdict.verdict}"),) * 4
    if verdict.verdict == "unreadable":
        return (verdict.findings,) * 4
    if question.file.choices:
        return _chosen(question, verdict)
    return _gone_wrong(question, verdict.findings, insight)


def _chosen(question: Question, verdict: Verdict) -> Levels:
    """Say of a wrong choice which part of it to look at; never which one is right."""
    _, kind, name, step = _begun(question)
    if len(question.content.chosen) == 1:
        return says("hint-chosen", which=verdict.read.text), kind, name, step
    found = {finding.code for finding in verdict.findings}
    extra, missing = codes.CHOICE_EXTRA.code in found, codes.CHOICE_MISSING.code in found
    if extra == missing:
        return says("hint-each"), kind, name, step
    where = says("hint-chosen-several", which=verdict.read.text) if extra else says("hint-not-chosen")
    return where, kind, name, step


def _begun(question: Question) -> Levels:
    """Say how one begins where nothing is answered yet."""
    if question.file.choices:
        several = "several" if len(question.content.chosen) > 1 else "one"
        return says("hint-each"), says(f"hint-choices-{several}"), says("hint-strike"), says("hint-strike")
    trail = trail_of(question)
    if trail is not None:
        several = "several" if len(trail.paths) > 1 else "one"
        counted = says(f"hint-paths-{several}", of=trail.of, wrt=trail.wrt)
        return says("hint-first", of=trail.of), counted, _named(trail), _link(question, trail.links[0])
    if question.file.tolerance is not None:
        return _calculated(question)
    return _written(question)


def _named(trail: Trail) -> tuple[Finding, ...]:
    return says("hint-path", paths=tuple(" -> ".join(path) for path in trail.paths))


def _link(question: Question, link: Link) -> tuple[Finding, ...]:
    """Give one link of the chain worked out; its name alone where it is no formula."""
    name = f"d{link[0]}/d{link[1]}"
    value = worth_of(question, link)
    return says("hint-next", link=name) if value is None else says("hint-link", link=name, value=plain(value))


def _calculated(question: Question) -> Levels:
    """Say how a number is computed: by which equations, never with which result."""
    answer = question.content.answer.written
    behind = _order(question, answer)
    if not behind:
        return (says("hint-calculation"), says("hint-pieces"), says("hint-pieces"), says("hint-pieces"))
    last = behind[-1]
    equation = question.base.definitions.get(last)
    step = says("hint-last", of=last, value=plain(equation)) if equation is not None and names(equation) else ()
    order = says("hint-order-names", names=tuple(behind))
    return says("hint-first", of=last), says("hint-order"), order, step or order


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
        first, tree = says("hint-first", of=answer.name), question.base.definitions[answer.name]
    else:
        first, tree = says("hint-first-asked"), answer
    shape, pieces = _shape(tree)
    inside = tuple(form.only) if form is not None and form.only else tuple(names(tree))
    named = says("hint-names", names=inside) if inside else shape
    return first, shape, named, says("hint-piece", piece=plain(pieces[0]))


def _shape(tree: Tree) -> tuple[tuple[Finding, ...], tuple[Tree, ...]]:
    match tree:
        case Sum(terms):
            return says("hint-sum", count=len(terms)), terms
        case Product(factors):
            return says("hint-product", count=len(factors)), factors
    return says("hint-whole-formula"), (tree,)


def _gone_wrong(question: Question, found: tuple[Finding, ...], insight: Insight) -> Levels:
    """Say of a wrong answer where, of what kind, which, and what comes next."""
    reached = insight.reached
    told = [finding for finding in (*found, *insight.found) if finding.code in GROUP_OF]
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
        named = (*named, *(says("hint-next", link=f"d{link[0]}/d{link[1]}") if link is not None else ()))
    rest = _begun(question)
    kind = says(f"hint-kind-{group}")
    where = (
        _reached(found, reached)
        or whereabouts(question, insight.written, (*found, *insight.found), link, trail)
        or rest[0]
    )
    return where, kind, named or rest[2], (*named, *step) if step else (*named, *rest[3])


def _reached(found: tuple[Finding, ...], reached: Reached | None) -> tuple[Finding, ...]:
    """Say how far a chain or a derivation is right, and which line of it is the first that is not."""
    step = next((finding for finding in found if finding.code == codes.STEP.code), None)
    if step is not None:
        wrote = str(step.facts.get("wrote", ""))
        here = says("hint-part", step.span, part=wrote) if wrote else ()
        return (*says("hint-line", None if here else step.span, line=step.facts["line"]), *here)
    if reached is None:
        return ()
    if reached.line:
        return says("hint-so-far-line", line=reached.line)
    return says("hint-so-far", at=reached.at) if reached.at else says("hint-not-begun")
