"""Members of indexed families, ``s_{t-1}`` and ``(s_t)[1]``, their indices being expressions of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.expressions.tree import Entry, Name, Negative, Number, Sum, Tree, bare, walk
from symnn.language.refusal import Refused
from symnn.language.signs import CLOSE, COMMA, SQUARE
from symnn.language.tokens import scan

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["family"]


def family(parser: Reader, at: int) -> Tree:
    """Read a member of an indexed family, its indices being expressions of their own."""
    own, _, behind = parser.values[at].partition("\1")
    name, *texts = own.split("\0")
    member = Entry(Name(name), _calculated(parser, at, texts), parser.span(at))
    if behind:
        return Entry(member, _calculated(parser, at, behind.split("\0")), parser.span(at))
    if parser.kinds[parser.at] != SQUARE or parser.starts[parser.at] != parser.ends[parser.at - 1]:
        return member
    parser.at += 1
    return Entry(member, _indices(parser), parser.span(at))


def _calculated(parser: Reader, at: int, texts: list[str]) -> tuple[Tree, ...]:
    """Read indices as they are written, each an expression of its own."""
    indices = []
    for text in texts:
        tokens = scan(text, parser.scope, parser.limits)
        if isinstance(tokens, Problem):
            raise Refused(Problem(tokens.code, tokens.facts, parser.span(at)))
        inner = type(parser)(tokens, parser.scope, parser.limits, text)
        index = bare(inner.expression())
        if not all(map(_counts, walk(index))):
            parser.refuse("unknown-name", at, name=parser.source(at), nearest="")
        indices.append(index)
    return tuple(indices)


def _indices(parser: Reader) -> tuple[Tree, ...]:
    """Read the indices between square brackets, and the closing one."""
    indices = [parser.nested(parser.expression)]
    while parser.kinds[parser.at] == COMMA:
        parser.at += 1
        indices.append(parser.nested(parser.expression))
    parser.expect("]", CLOSE)
    return tuple(indices)


def _counts(node: Tree) -> bool:
    """Say whether a node may stand in an index that is calculated: t + 1, and no product, entry or constant."""
    return isinstance(node, Name | Sum | Negative) or (isinstance(node, Number) and not node.text)
