"""Names that nothing declares, where the text has two readings: ``f(x)``, Σ, a layer that could be a power."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from symnn.errors import Fact, Problem, Span
from symnn.expressions.tree import Name, names, walk
from symnn.language.entries import entry_name
from symnn.language.names import subscripted, taken_apart
from symnn.ops.shapes import Shape, shape_text

if TYPE_CHECKING:
    from symnn.networks.declarations import Declarations, EquationLine

__all__ = ["doubtful"]

_OPENING = re.compile(r"(?:\\(?:left|bigl?|Bigl?|biggl?|Biggl?) ?)?\(")
_CROSSED = re.compile(r"\b(?P<word>[A-Za-z]+)\^(?P<layer>1|\{1\})_(?P<below>[0-9A-Za-z]+|\{[^{}]+\})")
"""``w^1_{11}``: a layer for some books, and as a power of one it would say nothing."""
_SUM_SIGN = "Sigma"
_RATES = frozenset({"alpha", "beta", "eta", "gamma", "lambda", "mu", "tau"})
"""Letters that are rates and strengths in every book: before a bracket they multiply it."""


def doubtful(lines: tuple[EquationLine, ...], given: Declarations) -> list[Problem]:
    """List the places of a model that can be read in two ways because a name is not declared.

    A name that stands elsewhere without parentheses is a quantity, so ``w*x + w(y - z)`` is no call.
    """
    declared = {line.left for line in lines}.union(given.parameters, given.inputs, given.targets, given.shapes)
    found = [(line, node) for line in lines for node in _free_names(line, declared)]
    quantities = {node.name for line, node in found if not _is_called(line, node)}
    used = {name for line in lines for name in names(line.right)}
    seen: dict[tuple[int, int], Problem] = {}
    known = quantities | declared
    for line, node in found:
        problem = _doubt(line, node, known, given.shapes, used)
        if problem is not None and node.span is not None:
            seen.setdefault((line.start, node.span.start), problem)
    return [*seen.values(), *_crossed(lines)]


def _free_names(line: EquationLine, declared: set[str]) -> Iterator[Name]:
    for node in walk(line.right):
        if isinstance(node, Name) and node.span is not None and node.name not in declared:
            yield node


def _is_called(line: EquationLine, node: Name) -> bool:
    """Say whether a parenthesis follows a name without a sign or a blank between."""
    end = node.span.end if node.span is not None else 0
    return _OPENING.match(line.source.text, line.start + end) is not None


def _doubt(
    line: EquationLine, node: Name, quantities: set[str], shapes: Mapping[str, Shape], used: set[str]
) -> Problem | None:
    """Say what is doubtful about an undeclared name, if anything is."""
    if (head := _counted_from_0(node.name, shapes, used)) is not None:
        facts = {"name": head, "index": "0", "shape": shape_text(shapes[head])}
        return _at(line, node.span, "index", facts)
    if node.name not in quantities and node.name not in _RATES:
        return _at(line, node.span, "function-or-product", {"name": node.name})
    if node.name == _SUM_SIGN:
        return _at(line, node.span, "sum-sign", {"name": node.name})
    apart = taken_apart(node.name) if "^" in node.name else None
    head = apart._replace(above="").canonical if apart is not None and apart.above else ""
    if apart is not None and head in quantities:
        facts = {"found": node.name, "name": head, "layer": apart.above, "own": node.name}
        return _at(line, node.span, "layer-or-power", facts)
    return None


def _counted_from_0(name: str, shapes: Mapping[str, Shape], used: set[str]) -> str | None:
    """Name the vector w of a ``w_0`` that could be its first entry for somebody: w_n, or w itself, stands nowhere."""
    apart = taken_apart(name)
    if apart is None or apart.parts != ("0",):
        return None
    head = apart._replace(parts=(), below="").canonical
    shape = shapes.get(head, ())
    if len(shape) != 1:
        return None
    last = str(shape[0])
    return head if used.isdisjoint((head, entry_name(head, shape), subscripted(head, last), f"{head}_{last}")) else None


def _at(line: EquationLine, span: Span | None, code: str, facts: Mapping[str, Fact]) -> Problem:
    return Problem(code, {**facts, "in": line.left}, span, line.at(span))


def _crossed(lines: tuple[EquationLine, ...]) -> Iterator[Problem]:
    """Find ``w^1_{11}``; each line of the file once, however many equations it stands for."""
    layered = {one.partition("^(")[0] for line in lines for one in (line.left, *names(line.right)) if "^(" in one}
    for line in {line.start: line for line in lines}.values():
        end = line.source.text.find("\n", line.start)
        text = line.source.text[line.start : end if end >= 0 else None].partition("#")[0]
        for found in _CROSSED.finditer(text):
            if found["word"] in layered:
                continue
            name = f"{found['word']}_{found['below']}"
            facts = {"found": found[0], "name": name, "layer": "1", "own": f"{found['word']}^(1)_{found['below']}"}
            yield _at(line, Span(*found.span()), "layer-or-power", facts)
