"""Where an answer goes wrong, in the student's own words: a factor, a term, an entry, a line, the end of a chain.

What was found in an answer has a place in it, or is about an equation or a link of the chain rule. Where nothing was
found the place is looked for by plain evaluation: the part that, exchanged, makes the answer right. The place is said,
never what is wrong there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from symnn.errors import NO_FACTS, Fact, Span
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    bare,
    children,
    mapped,
    names,
    walk,
    with_parts,
)
from symnn.expressions.writing import plain
from symnn.misconceptions.partings import Parting, partings
from symnn.networks.answers import aligned_as_network
from symnn.networks.tree_shapes import Misfit
from symnn.questions.groups import GROUP_OF
from symnn.questions.solving import worked_out
from symnn.questions.standing import known_derivative
from symnn.verdicts import codes
from symnn.verdicts.barrier import explained
from symnn.verdicts.finding import Finding, Words

if TYPE_CHECKING:
    from symnn.networks.graph import Graph
    from symnn.questions.question import Question
    from symnn.questions.trails import Trail
    from symnn.verdicts.trace import Link

__all__ = ["says", "whereabouts"]

_LONGEST: Final = 48
"""A part that is longer is said by its two ends."""

_OF_THE_QUESTION: Final = frozenset(kind.code for kind in (codes.OTHER_DERIVATIVE, codes.OTHER_RESULT, codes.ONLY_STEP))
"""What says that another question was answered: the place to look at is the question."""

_AT_THE_END: Final = frozenset(
    kind.code for kind in (codes.ACTIVATION_MISSING, codes.ACTIVATION_WRONG, codes.OPERATION_WRONG)
)
"""What is said of an answer as a whole is about what was done with it in the end."""

_NOT_THERE: Final = frozenset(("wrote", "function", "path", "how", "likely", "layer", "zh", "en", "id"))
"""Facts that are no part of what is asked."""

_TURNED: Final = (codes.SIGN.code, 0)
_FEW: Final = 3
"""So many equations are named together."""

_OF_ALL_OF_IT: Final = frozenset(
    kind.code
    for kind in (
        codes.FACTORS_ADDED, codes.PATHS_MULTIPLIED, codes.INVERTED, codes.EXPONENT, codes.BRACKETS, codes.ORDER,
        codes.DIVIDED,
    )
)  # fmt: skip
"""What is about how an answer is put together."""

_SEE: Final = frozenset(kind.code for kind in (codes.SHAPE, codes.ENTRIES, codes.UNEXPLAINED, codes.NOTE))
"""Findings whose span is the answer as a whole."""


def says(code: str, span: Span | None = None, **facts: Fact) -> tuple[Finding, ...]:
    """Say one thing of a hint."""
    return (Finding(code, MappingProxyType(facts) if facts else NO_FACTS, span),)


def whereabouts(
    question: Question, answer: Tree | None, found: tuple[Finding, ...], link: Link | None, trail: Trail | None
) -> tuple[Finding, ...]:
    """Say where a wrong answer goes wrong; nothing where no place is known."""
    return explained(lambda: tuple(_places(question, answer, found, link, trail)), ())


def _places(
    question: Question, answer: Tree | None, found: tuple[Finding, ...], link: Link | None, trail: Trail | None
) -> Iterator[Finding]:
    entries = next((one for one in found if one.code == codes.ENTRIES.code and "how" not in one.facts), None)
    if entries is not None:
        yield from _entries(entries)
    if any(one.code in _OF_THE_QUESTION for one in found):
        yield from says("hint-question")
        return
    here = next((one.span for one in found if one.span is not None and one.code not in _SEE), None)
    node = _node_at(answer, here) if answer is not None and here is not None else None
    if answer is not None and node is not None and node is not answer and len(_like(answer, node)) == 1:
        yield from _part(answer, node)
        return
    written = None if answer is None else _written_out(question, answer)
    apart = () if written is None else _apart(question, written)
    lacks = all(one.how in ("gap", "sum") for one in apart)
    if link is not None and trail is not None and lacks and node is None:
        yield from _between(link, trail)
    elif apart and written is not None:
        if not (entries is not None and isinstance(written, Matrix) and apart[0].node in children(written)):
            is_of_path = any(GROUP_OF.get(one.code) == "path" for one in found)
            yield from _parted(written, apart[0], trail if is_of_path else None)
    elif answer is not None and node is not None and node is not answer:
        yield from _part(answer, node)
    elif entries is None:
        yield from _of_the_whole(question, answer, found)


def _entries(entries: Finding) -> Iterator[Finding]:
    which = entries.facts["which"]
    places = which if isinstance(which, tuple) else (str(which),)
    if len(places) > 1:
        yield from says("hint-entries", which=tuple(f"({one})" if "," in one else one for one in places))
    elif "," in places[0]:
        row, _, column = places[0].partition(",")
        yield from says("hint-entry", row=row, column=column)
    else:
        yield from says("hint-entry-of-vector", place=places[0])


def _between(link: Link, trail: Trail) -> tuple[Finding, ...]:
    path = next(path for path in trail.paths if link in pairwise(path))
    above = path[max(0, path.index(link[0]) - 1)]
    return says("hint-between", above=above, below=trail.wrt)


def _of_the_whole(question: Question, answer: Tree | None, found: tuple[Finding, ...]) -> Iterator[Finding]:
    """Say what is to be looked at where no part of an answer is: its shape, its last digits, one equation."""
    if any(one.code in (codes.NOT_DIFFERENTIATED.code, codes.NUMBER_EXPECTED.code) for one in found):
        yield from says("hint-question")
    elif answer is not None and question.file.tolerance is None and not children(answer):
        yield from says("hint-part", answer.span, part=_short(answer))
    elif any(one.code == codes.SHAPE.code for one in found):
        yield from says("hint-shape")
    elif any(GROUP_OF.get(one.code) == "rounded" for one in found):
        yield from says("hint-digits")
    elif _is_turned(question, found) and answer is not None:
        yield from says("hint-front", answer.span, part=_short(unsigned(answer)))
    else:
        of = _equations(question, found)
        if of:
            yield from says("hint-equation", of=of)
        elif any(one.code in _AT_THE_END and (one.span or isinstance(answer, Call)) for one in found):
            yield from says("hint-last-step")
        elif any(one.code in _OF_ALL_OF_IT for one in found):
            yield from says("hint-put-together")


def _is_turned(question: Question, found: tuple[Finding, ...]) -> bool:
    """Say whether a number has only the other sign."""
    return question.file.kind == "number" and {(one.code, len(one.facts)) for one in found} == {_TURNED}


def _equations(question: Question, found: tuple[Finding, ...]) -> tuple[str, ...]:
    """Name the quantities, a few at most, in whose equations all stands that a finding says belongs there."""
    graph = question.base
    asked = {
        name if name in graph.quantities else name.partition("[")[0] for name in names(question.content.answer.written)
    }
    wanted = {used for name in asked for used in (name, *graph.ancestors(name))}
    behind = [equation for equation in graph.equations if equation.left in wanted]
    together = any(finding.code == codes.SEVERAL.code for finding in found)
    named: dict[str, None] = {}
    for finding in found:
        about = _belonging(finding) if finding.code != codes.UNEXPLAINED.code else ()
        owners = [equation for equation in behind if any(_is_in(node, about) for node in walk(equation.right))]
        if 0 < len(owners) <= _FEW:
            named |= dict.fromkeys(equation.left for equation in owners)
            if finding.code == codes.SIGN.code and question.file.kind == "number":
                named |= dict.fromkeys(used for one in owners for used in _with_that_sign(one.right, about, graph))
            if not together:
                break
    in_order = tuple(equation.left for equation in graph.equations if equation.left in named)
    return in_order if len(in_order) <= _FEW else ()


def _is_in(node: Tree, about: tuple[Tree, ...]) -> bool:
    return bare(node) in about or (isinstance(node, Call) and Name(node.function) in about)


def _with_that_sign(right: Tree, about: tuple[Tree, ...], graph: Graph) -> Iterator[str]:
    """Name the computed quantities of a term: a sign that is wrong in one of them gives the same number."""
    for term in right.terms if isinstance(right, Sum) else (right,):
        if any(bare(node) in about for node in walk(term)):
            yield from (name for name in names(term) if name in graph.definitions)


def _belonging(finding: Finding) -> tuple[Tree, ...]:
    """List what a finding says belongs into an answer, which may be a quantity or an operation."""
    told = finding.facts.told if isinstance(finding.facts, Words) else finding.facts
    facts = (fact for name, fact in told.items() if name not in _NOT_THERE)
    parts = (part for fact in facts for part in (fact if isinstance(fact, tuple) else (fact,)))
    return tuple(
        Name(part) if isinstance(part, str) else bare(part) for part in parts if not isinstance(part, int | tuple)
    )


# a part of the answer


def _written_out(question: Question, answer: Tree) -> Tree:
    """Write an answer as it is judged, each part where it stands."""
    with suppress(Misfit):
        answer = aligned_as_network(answer, question.graph)
    return _carried_out(question, answer)


def _apart(question: Question, answer: Tree) -> tuple[Parting, ...]:
    """Find the parts that differ from the model answer, by evaluation."""
    key = mapped(question.content.answer.written, lambda node: worked_out(question, node))
    if not names(key):
        return ()  # of numbers alone any may stand for any other
    return partings(answer, key, question.base, {**question.base.definitions, **question.graph.definitions})


def _carried_out(question: Question, node: Tree) -> Tree:
    """Write ∂y/∂a3 as the f'(a3) that it is, where it stands."""
    value = known_derivative(question, node)
    if value is not None:
        return replace(value, span=node.span)
    return with_parts(node, tuple(_carried_out(question, part) for part in children(node)))


def _parted(answer: Tree, one: Parting, trail: Trail | None) -> Iterator[Finding]:
    node = one.node
    match one.how:
        case "part":
            yield from _part(answer, node)
        case "front":
            minus = [part for part in _multiplied(node) if isinstance(part, Negative)]
            if isinstance(node, Sum):
                yield from says("hint-terms", node.span, part=_short(node))
            elif len(minus) > 1 and not isinstance(node, Negative):
                yield from says("hint-factors", node.span, part=_short(node))
            else:
                yield from says("hint-front", node.span, part=_short(unsigned(minus[0] if minus else node)))
        case "gap":
            yield from _gap(node, *one.beside)
        case _:
            fork = _fork(trail)
            where = "hint-terms" if isinstance(node, Sum) else "hint-beside"
            yield from says("hint-fork", at=fork) if fork else says(where, node.span, part=_short(node))


def _multiplied(tree: Tree) -> Iterator[Tree]:
    """Go through what a product is made of, the signs before it and in it included."""
    yield tree
    if isinstance(tree, Product | Entrywise | Negative | Quotient | Transpose):
        for part in children(tree):
            yield from _multiplied(part)


def _gap(node: Tree, before: Tree | None, after: Tree | None) -> tuple[Finding, ...]:
    if before is not None and after is not None:
        return says("hint-gap", node.span, before=_short(before), after=_short(after))
    if before is not None:
        return says("hint-behind", before.span, part=_short(before))
    if after is not None:
        return says("hint-before", after.span, part=_short(after))
    return says("hint-factors", node.span, part=_short(node))


def _fork(trail: Trail | None) -> str:
    """Name the first quantity from which more than one link leads on."""
    links = trail.links if trail is not None else ()
    starts = [link[0] for link in links]
    return next((name for name in starts if starts.count(name) > 1), "")


def _part(answer: Tree, node: Tree) -> Iterator[Finding]:
    """Say a part by what it is there, and where it stands if it stands at several places."""
    above = list(_above(answer, node))
    if len(above) > 1 and isinstance(above[0], Negative) and isinstance(above[1], Product | Entrywise):
        node = above.pop(0)  # the factor (-y) is read with its sign
    yield from says(_role(node, above), node.span, part=_short(node))
    alike = _like(answer, node)
    if len(alike) > 1:
        inside = next((one for one in above[:-1] if _tells_apart(one, node, answer)), None)
        if inside is not None:
            yield from says("hint-within", part=_short(inside))
        else:
            place = next(place for place, part in enumerate(alike, 1) if part is node)
            yield from says("hint-count", place=place)


def _like(answer: Tree, node: Tree) -> list[Tree]:
    """List the parts of an answer that are written as one is."""
    same = bare(node)
    return [part for part in walk(answer) if bare(part) == same]


def _tells_apart(whole: Tree, part: Tree, answer: Tree) -> bool:
    """Say whether a part stands but once in what is around it, that but once in the answer, with more than a sign."""
    is_more = not isinstance(whole, Negative)
    return is_more and len(_like(whole, part)) == 1 and len(_like(answer, whole)) == 1


def _role(node: Tree, above: list[Tree]) -> str:
    if isinstance(node, Number):
        return "hint-number"
    around = next((one for one in above if not isinstance(one, Negative)), None)
    match around:
        case Product() | Entrywise():
            return "hint-factor"
        case Sum():
            return "hint-term"
        case Call():
            return "hint-inside"
    return "hint-part"


def _above(tree: Tree, node: Tree) -> Iterator[Tree]:
    """Give what a node stands in, the innermost first."""
    for part in children(tree):
        if part is node:
            yield tree
            return
        inner = list(_above(part, node))
        if inner:
            yield from inner
            yield tree
            return


def _node_at(answer: Tree, span: Span) -> Tree | None:
    """Find the innermost part of an answer that a span lies in, or the outermost of that very span."""
    exact = next((node for node in walk(answer) if node.span == span), None)
    if exact is not None:
        return exact
    around = [node for node in walk(answer) if node.span is not None and _lies_in(span, node.span)]
    return around[-1] if around else None


def _lies_in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _short(node: Tree) -> str:
    """Write a part as the student did, a long one by its two ends."""
    text = plain(bare(node))
    if len(text) <= _LONGEST:
        return text
    parts = () if isinstance(node, Matrix) else children(node)
    ends = [plain(bare(part)) for part in (parts[0], parts[-1])] if len(parts) > 1 else []
    if ends and sum(map(len, ends)) <= _LONGEST:
        return f"{ends[0]} … {ends[1]}"
    half = _LONGEST // 2
    return f"{text[:half]} … {text[-half:]}"
