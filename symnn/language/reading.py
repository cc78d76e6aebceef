"""Reading a text: one expression, with at most one leading ``LEFT =``; a refusal is a value, never an error."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.language.limits import ANSWER, Limits
from symnn.language.plain import Parser
from symnn.language.scope import Scope
from symnn.language.settling import Refused
from symnn.language.signs import COMMA, END, EQUALS, IMPLIES, NEWLINE, OR, SEMICOLON, TO
from symnn.language.tokens import scan
from symnn.language.tree import Tree, children, names

__all__ = ["Reading", "read"]

_SEVERAL = frozenset({COMMA, SEMICOLON, OR, NEWLINE, IMPLIES, TO})


class Reading(Struct, frozen=True):
    """What was read: the tree, the text as submitted, notes on what was mended or chosen, the left side if any.

    ``syntax`` is ``plain`` or ``latex``.
    """

    tree: Tree
    text: str
    notes: tuple[Problem, ...] = ()
    left: Tree | None = None
    syntax: str = "plain"


def read(
    text: str,
    scope: Scope,
    *,
    syntax: str = "auto",
    limits: Limits = ANSWER,
    asked: Callable[[Tree], bool] | tuple[Tree | str, ...] = (),
) -> Reading | Problem:
    """Read one expression; ``asked`` says which left sides are allowed (none given: any, the caller looks).

    >>> reading = read("2(y-z)f'(a_3)", Scope.of(["y", "z", "a_3"], {"f": 1}))
    >>> from symnn.language.writing import plain
    >>> plain(reading.tree)
    "2*(y - z)*f'(a3)"
    >>> read("2*(y-z", Scope.of(["y", "z"])).facts["expected"]
    "')'"
    """
    tokens = scan(text, scope, limits, syntax)
    if isinstance(tokens, Problem):
        return tokens
    if tokens.kinds[0] == END:
        return Problem("blank", {}, Span(0, len(text)))
    parser = Parser(tokens, scope, limits, text)
    try:
        tree = parser.expression()
        left = None
        if parser.kinds[parser.at] == EQUALS:
            left = tree
            parser.at += 1
            tree = parser.expression()
        _finish(parser)
    except Refused as refused:
        return refused.problem
    if len(tokens.kinds) > limits.names and (problem := _too_large(tree, limits)) is not None:
        return problem
    return Reading(tree, text, tuple(parser.notes), left, "latex" if tokens.latex else "plain")


def _finish(parser: Parser) -> None:
    """See that nothing follows the first complete expression."""
    kind = parser.kinds[parser.at]
    if kind == END:
        return
    if kind in _SEVERAL or kind == EQUALS:
        found = parser.text[parser.starts[parser.at] : parser.ends[parser.at]]
        parser.refuse("not-one-answer", parser.at, found=found)
    parser.fail("operator")


def _too_large(tree: Tree, limits: Limits) -> Problem | None:
    """Check depth and distinct names of a long text; a short one cannot have too many."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > limits.depth:
            return Problem("too-large", {"limit": "depth", "most": limits.depth}, tree.span)
        level = [child for node in level for child in children(node)]
    if len(names(tree)) > limits.names:
        return Problem("too-large", {"limit": "names", "most": limits.names}, tree.span)
    return None
