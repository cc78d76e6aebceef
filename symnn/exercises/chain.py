"""Grading a chain: from the result to the quantity through every named result between, in any notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.exercises.verdicts import accepted, convention_of, correct, noted, said, unreadable, wrong
from symnn.grading.verdict import Finding, Read, Verdict
from symnn.language.lines import Chain, read_chain
from symnn.language.tree import Call, Derivative, Name, Tree, bare
from symnn.language.writing import plain

if TYPE_CHECKING:
    from symnn.exercises.part import Part
    from symnn.graph.graph import Graph

__all__ = ["grade_chain", "links", "names_of"]

Link = tuple[str, str]


def names_of(chain: Chain, graph: Graph) -> tuple[str, ...] | Problem:
    """Give a chain as names from the result down; factors must follow each other, ∂E/∂y ∂y/∂a3.

    A unit's own derivative f'(a3) is the link from its value to its argument.
    """
    if chain.names:
        return chain.names
    names: list[str] = []
    for factor in chain.factors:
        link = links(factor, graph)
        if link is None:
            return Problem("not-a-chain", {}, factor.span)
        if names and link[0] != names[-1]:
            facts = {"from": names[-1], "found": plain(bare(factor))}
            return Problem("chain-broken", facts, factor.span)
        names += link if not names else link[1:]
    return tuple(names)


def links(factor: Tree, graph: Graph) -> Link | None:
    """Give what a factor leads from and to: ∂a3/∂f1 from a3 to f1."""
    match factor:
        case Derivative(Name(of), Name(wrt)):
            return of, wrt
        case Derivative(Call(function, arguments, 0), Name(wrt)) | Call(function, (Name(wrt),) as arguments, 1):
            call = Call(function, tuple(bare(argument) for argument in arguments))
            values = (e.left for e in graph.equations if e.right == call)
            value = next(values, None)
            return (value, wrt) if value is not None else None
    return None


def grade_chain(part: Part, text: str) -> Verdict:
    """Grade a chain: every named result on the way, in order."""
    chain = read_chain(text, part.scope)
    if isinstance(chain, Problem):
        return unreadable(part, chain)
    names = names_of(chain, part.graph)
    if isinstance(names, Problem):
        read = Read(" * ".join(plain(bare(factor)) for factor in chain.factors), notes=chain.notes)
        if names.code == "not-a-chain":
            return unreadable(part, names, read)
        return wrong(part, read, (Finding(names.code, names.facts, names.span),))
    return _judged(part, names, Read(" -> ".join(names), _latex(names, part.graph), chain.notes))


def _judged(part: Part, names: tuple[str, ...], read: Read) -> Verdict:
    if names == part.content.chain:
        return correct(part, read, None)
    for accept, chain in part.content.accepted_chains:
        if names == chain:
            return accepted(part, read, accept.credit, convention_of(accept) + noted(accept.note))
    for feedback, chain in part.content.feedback_chains:
        if names == chain:
            return accepted(part, read, feedback.credit, (said(feedback.id, feedback.say),))
    return wrong(part, read, _difference(names, part.content.chain))


def _difference(names: tuple[str, ...], key: tuple[str, ...]) -> tuple[Finding, ...]:
    """Say how a chain differs from the right one, the most telling first."""
    if names == key[::-1]:
        return (Finding("chain-backwards"),)
    if names and names == key[: len(names)]:
        return (Finding("stopped-early", {"at": names[-1]}),)
    missing = tuple(name for name in key if name not in names)
    extra = tuple(name for name in names if name not in key)
    if missing:
        return (Finding("missing-link", {"through": missing}),)
    if extra:
        return (Finding("extra-link", {"through": extra}),)
    return (Finding("chain-order"),)


def _latex(names: tuple[str, ...], graph: Graph) -> str:
    return r" \to ".join(graph.symbols.get(name, name) for name in names)
