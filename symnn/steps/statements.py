"""What a derivation says: statements that some sides are equal, put together from its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import resolve
from symnn.errors import Problem, Span, SymnnError, TargetError
from symnn.expressions.tree import Derivative, Name, Tree, bare
from symnn.language.lines import DerivationLine
from symnn.messages import raisable
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.steps.immediate import immediate
from symnn.steps.ways import Ways

__all__ = ["MOST_SIDES", "Side", "Stated", "Statement", "defined", "stated"]

MOST_SIDES = 400
"""A derivation with more sides than this is not looked at."""

_NOWHERE = Span(0, 0)
_BREAK = re.compile(r"\\\\(?:\[[^\[\]\n]{0,9}\])?[ \t\r]*\n?|\n")


class Side(Struct, frozen=True):
    """One side of a statement: as written, with its derivatives carried out, and on which row it stands.

    Rows are counted from 1 as a reader counts the rows with mathematics; ``plain`` is the tree without spans.
    A side that the student left out (``= 2(y - z)`` on the first row) has no span. ``immediate`` is the value where
    ∂a₂/∂u of a shared u is meant by a₂'s own equation, if that is another one.
    """

    tree: Tree
    plain: Tree
    value: Tree
    row: int
    span: Span | None = None
    immediate: Tree | None = None

    @property
    def readings(self) -> tuple[Tree, ...]:
        """The values that the side may mean."""
        return (self.value,) if self.immediate is None else (self.value, self.immediate)


class Statement(Struct, frozen=True):
    """Two or more sides that the student says are equal, in the order written.

    ``defines`` says that the first one is a name that the student introduces here.
    """

    sides: tuple[Side, ...]
    defines: bool = False


class Stated(Struct, frozen=True):
    """The statements of a derivation, and the graph with what they introduce and differentiate."""

    statements: tuple[Statement, ...]
    graph: Graph


class _Raw(Struct):
    """A statement while its lines are put together: trees with their spans; ``alone`` if one bare side began it."""

    sides: list[tuple[Tree, Span]]
    alone: bool = False


def stated(text: str, lines: tuple[DerivationLine, ...], asked: Tree, graph: Graph, ways: Ways) -> Stated | Problem:
    """Put lines together and carry out their derivatives.

    A line that begins with ``=``, and a bare expression, go on from the statement before; on the first row
    they are about what was ``asked``. A name that no one declared is introduced by its first statement.
    """
    groups = _grouped(lines, asked)
    if sum(len(group.sides) for group in groups) > MOST_SIDES:
        return Problem("too-large", {"limit": "sides", "most": MOST_SIDES})
    row_of = _rows(text, [span.start for group in groups for _, span in group.sides if span.end])
    done: list[Statement] = []
    try:
        for group in groups:
            statement, graph = _carried_out(group, graph, row_of, asked, ways)
            done.append(statement)
    except SymnnError as error:
        return error.problems[0]
    return Stated(tuple(done), graph)


def _grouped(lines: tuple[DerivationLine, ...], asked: Tree) -> list[_Raw]:
    """Put the sides of lines that go on together."""
    groups: list[_Raw] = []
    for line in lines:
        sides = [(side, side.span or line.span) for side in line.sides]
        alone = len(sides) == 1 and not line.continues
        if not line.continues:
            groups = _settled(groups, asked)
        if not line.continues and (not alone or _is_heading(sides[0][0], asked)):
            groups.append(_Raw(sides, alone))
            continue
        groups = groups or [_Raw([(asked, _NOWHERE)])]
        groups[-1].sides += sides
        groups[-1].alone = False
    return [group for group in _settled(groups, asked) if len(group.sides) > 1]


def _settled(groups: list[_Raw], asked: Tree) -> list[_Raw]:
    """Let a bare name that nothing followed go on from the statement before it: it is an answer, no heading."""
    if not groups or not groups[-1].alone or bare(groups[-1].sides[0][0]) == asked:
        return groups
    *before, last = groups
    if not before:
        return [_Raw([(asked, _NOWHERE), *last.sides])]
    before[-1].sides += last.sides
    return before


def _is_heading(tree: Tree, asked: Tree) -> bool:
    """Say whether a line's only side may announce what the next line says: a quantity or a derivative."""
    match tree:
        case Name() | Derivative(Name(), Name()):
            return True
    return bare(tree) == asked


def _rows(text: str, starts: list[int]) -> dict[int, int]:
    """Give the rows on which sides stand, counted from 1; rows without mathematics do not count."""
    breaks = [found.end() for found in _BREAK.finditer(text)]
    physical = {start: bisect_right(breaks, start) for start in starts}
    order = {row: place for place, row in enumerate(sorted(set(physical.values())), start=1)}
    return {start: order[row] for start, row in physical.items()}


def _carried_out(group: _Raw, graph: Graph, row_of: dict[int, int], asked: Tree, ways: Ways) -> tuple[Statement, Graph]:
    """Carry out the derivatives of a statement; one that introduces a name gives it its equation.

    Raises: TargetError for a derivative that cannot be taken.
    """
    first = group.sides[0][0]
    new = first.name if isinstance(first, Name) and first.name not in graph.quantities else ""
    sides: list[Side] = []
    pending = iter(group.sides)
    if new:
        next(pending)
        value, graph = resolve(group.sides[1][0], graph)
        graph = defined(graph, new, value)
        sides.append(_side(first, first, group.sides[0][1], row_of))
    for tree, span in pending:
        value, graph = resolve(tree, graph)
        side = _side(tree, value, span, row_of)
        other = immediate(side.plain, ways, asked)
        if other is not None:
            value, graph = resolve(other, graph)
            side = replace(side, immediate=value)
        sides.append(side)
    return Statement(tuple(_with_rows(sides)), bool(new)), graph


def _side(tree: Tree, value: Tree, span: Span, row_of: dict[int, int]) -> Side:
    if not span.end:
        return Side(tree, tree, value, 0)
    return Side(tree, bare(tree), value, row_of[span.start], span)


def _with_rows(sides: list[Side]) -> Iterator[Side]:
    """Give a side that was left out the row of the one after it."""
    for side, after in zip(sides, [*sides[1:], sides[-1]], strict=True):
        yield side if side.row else replace(side, row=after.row)


def defined(graph: Graph, name: str, value: Tree) -> Graph:
    """Give the graph with one more quantity and its equation. Raises: TargetError where its shapes do not fit.

    >>> from symnn.expressions.tree import Number
    >>> defined(Graph({}, ()), "d", Number(2)).definitions["d"].numerator
    2
    """
    try:
        shape = shape_of(value, graph.shapes)
    except Misfit as misfit:
        raise raisable(TargetError, misfit.problem) from None
    quantities = dict(graph.quantities) | {name: Quantity(name, shape, "adjoint")}
    equations = (*graph.equations, Equation(name, bare(value)))
    return replace(graph, quantities=MappingProxyType(quantities), equations=equations)
