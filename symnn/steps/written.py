r"""A student's chains: the ways from a result down to a quantity, in whatever notation they are written.

Arrows of any kind, commas and words (``E 经 y 到 a3``, ``E 对 y, y 对 a3``) give names in order; everything else is
read as products of partials, ``∂E/∂y · ∂y/∂a_3``, several ways added or one a line, common factors before a bracket.
"""

from __future__ import annotations

import re

from symnn.errors import Problem, Span
from symnn.expressions.tree import (
    Product,
    Sum,
    Tree,
    bare,
)
from symnn.expressions.writing import plain
from symnn.language.limits import DERIVATION
from symnn.language.lines import read_lines
from symnn.language.scope import Scope
from symnn.steps.arrows import arrows
from symnn.steps.routes import ARROW, SHOWN, Routes, routes_of
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["routes"]

_PARTIAL = re.compile(r"[/∂'’′∇÷⁄]|\\[dt]?frac|\\partial|\bdiff\s*\(|\\prime")


def routes(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    """Read an answer; ``asked`` may stand before an equals sign or a colon.

    >>> from symnn.networks.catalogue import network
    >>> graph = network("bp-2-2-1").graph
    >>> found = routes("E → y → a_3，w_5", graph.scope, Ways(graph), ("E", "w5"))
    >>> found.ways[0].names
    ('E', 'y', 'a3', 'w5')
    """
    if len(text) > DERIVATION.characters:
        return Problem("too-large", {"limit": "characters", "most": DERIVATION.characters})
    if not text.strip():
        return Problem("blank", {}, Span(0, len(text)))
    if ARROW.search(text) or not _PARTIAL.search(text):
        return arrows(text, scope, ways, asked)
    return _products(text, scope, ways, asked)


def _products(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    lines = read_lines(text, scope)
    if isinstance(lines, Problem):
        return lines
    terms: list[Tree] = []
    for line in lines:
        heading = line.continues and len(terms) == 1 and ways.link(bare(terms[0])) == asked
        left = line.sides[0] if len(line.sides) > 1 and not line.continues else None
        if left is not None and ways.link(bare(left)) != asked:
            return Problem("not-asked", {"found": plain(bare(left))[:SHOWN]}, left.span)
        sides = line.sides if left is None else line.sides[1:]
        if len(sides) > 1 or (line.continues and not heading):
            return Problem("not-one-answer", {"found": "="}, line.relations[-1])
        terms = [] if heading else terms
        _added(terms, sides[0], text)
    tree = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    found = routes_of(tree, ways)
    if isinstance(found, Problem):
        return found
    if not any(route.links for route in found):
        return Problem("not-a-chain", {}, tree.span)
    return Routes(found, tree, tuple(note for line in lines for note in line.notes))


def _added(terms: list[Tree], tree: Tree, text: str) -> None:
    """Add one more way; partials with only a comma between are factors of one."""
    before = terms[-1].span if terms else None
    if before is not None and tree.span is not None:
        between = text[before.end : tree.span.start]
        if between.strip() and not between.strip(" ,，、"):
            terms[-1] = Product((terms[-1], tree), Span(before.start, tree.span.end))
            return
    terms.append(tree)
