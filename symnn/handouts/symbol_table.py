"""The table of symbols: every quantity with what it means and its shape, at a point with its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Call, Name, Product, Sum, Tree, names
from symnn.handouts.digits import tree_of
from symnn.handouts.document import Block, Cell, PictureAndTable, Prose, Table
from symnn.handouts.equations import picture
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.flows import undeclared_inputs
from symnn.networks.graph import Graph
from symnn.notation.items import Equals, Piece, Value
from symnn.ops.shapes import shape_text
from symnn.ops.table import OPERATIONS

__all__ = ["NO_VALUES", "ShownPoint", "ValuedPoint", "overview", "shown_at", "symbol_table"]

LONGEST_RUN = 3
"""Of more neighbours x_1, x_2, … than this only the first and the last are named."""

WIDEST = 11
"""A cell with more parts than this is broken over lines."""

GIVEN = frozenset({"input", "target", "parameter"})


class ValuedPoint(Protocol):
    """The numbers at a point."""

    def value(self, tree: Tree) -> Value | None:
        """Give the value of a name."""
        ...


class ShownPoint(Struct, frozen=True):
    """What a table shows of a point: the value of a quantity, and which of them the reader gave."""

    value: Callable[[str], Value | None]
    given: frozenset[str] = frozenset()


NO_VALUES = ShownPoint(lambda _: None)


def shown_at(graph: Graph, numbers: ValuedPoint | None, given: frozenset[str]) -> ShownPoint:
    """Show the values of a point; what the reader ``given`` is told from what the network has by itself."""
    if numbers is None:
        return NO_VALUES
    whole = {name for name in graph.free if name in given or any(one.partition("[")[0] == name for one in given)}
    return ShownPoint(lambda name: numbers.value(Name(name)), frozenset(whole))


def overview(graph: Graph, shown: ShownPoint = NO_VALUES, highlighted: Diagram | None = None) -> tuple[Block, ...]:
    """Give the picture of a network and the table of its symbols, beside each other where both are narrow."""
    drawn, table = picture(graph, highlighted), symbol_table(graph, shown)
    if len(drawn) == len(table) == 1 and not table[0].wide:
        return (PictureAndTable(drawn[0], table[0]),)
    return (*drawn, *table)


def symbol_table(graph: Graph, shown: ShownPoint = NO_VALUES) -> tuple[Table, ...]:
    """List the quantities of a network, those that mean the same and have one shape in a row."""
    rows = tuple(_rows(graph, shown))
    head = [Prose("column-symbols"), Prose("column-meaning"), *([Prose("column-shape")] if graph.shapes else [])]
    widest = max((len(row[0]) for row in rows if isinstance(row[0], tuple)), default=0)
    return (Table(tuple(head), rows, wide=widest > WIDEST),) if rows else ()


def _rows(graph: Graph, shown: ShownPoint) -> Iterator[tuple[Cell, ...]]:
    kinds: dict[tuple[str, str], list[str]] = {}
    undeclared = undeclared_inputs(graph)
    for name, quantity in graph.quantities.items():
        if quantity.role != "adjoint":
            meaning = "undeclared" if name in undeclared else _meaning(graph, name)
            kinds.setdefault((meaning, shape_text(quantity.shape)), []).append(name)
    ranked = sorted(kinds, key=lambda kind: _ORDER.get(kind[0], len(_ORDER)))
    mixed = any(name in shown.given for name in graph.free) and any(name not in shown.given for name in graph.free)
    for meaning, shape in ranked:
        cells = tuple(_cells(graph, kinds[meaning, shape], shown, mixed=mixed))
        row: tuple[Cell, ...] = (cells, Prose(f"meaning-{meaning}"))
        yield (*row, shape or "1") if graph.shapes else row


_ORDER: Mapping[str, int] = MappingProxyType(
    {
        meaning: place
        for place, meaning in enumerate(
            ("input", "undeclared", "target", "parameter", "bias", "weighted", "activation")
        )
    }
)
"""What stands before what: given, learnt, computed; the loss is last, as everything else."""


def _cells(graph: Graph, found: list[str], shown: ShownPoint, *, mixed: bool) -> Iterator[Piece | Equals | str]:
    """Name quantities one after the other; what is given stands with its value where there is one."""
    for place, part in enumerate(_parts(graph, found, shown, mixed=mixed)):
        if place:
            yield ", "
        yield part


def _parts(graph: Graph, found: list[str], shown: ShownPoint, *, mixed: bool) -> Iterator[Piece | Equals | str]:
    for _, run in groupby(enumerate(found), key=lambda pair: _stem(pair[1], pair[0])):
        members = [name for _, name in run]
        values = [shown.value(name) if graph.quantities[name].role in GIVEN else None for name in members]
        if all(value is None for value in values) and len(members) > LONGEST_RUN:
            yield Piece(Name(members[0]))
            yield "…"
            yield Piece(Name(members[-1]))
            continue
        for name, value in zip(members, values, strict=True):
            if value is None:
                yield Piece(Name(name))
                continue
            mark = "given" if name in shown.given else "default"
            yield Equals(Name(name), tree_of(value), mark if mixed else "")  # type: ignore[arg-type]


def _stem(name: str, place: int) -> tuple[str, int]:
    """Give what neighbours of one run have in common: the letters, and number minus place."""
    digits = name[len(name.rstrip("0123456789")) :]
    return (name.removesuffix(digits), int(digits) - place) if digits else (name, 0)


def _meaning(graph: Graph, name: str) -> str:
    """Say what a quantity is for, with the code of a word."""
    role = graph.quantities[name].role
    if role in GIVEN:
        return "bias" if name in graph.biases else role
    right = graph.definitions.get(name)
    if right is None:
        return "computed"
    if name == graph.result:
        return "loss" if graph.listed("target") else "result"
    if isinstance(right, Call) and not right.order:
        known = graph.functions.get(right.function)
        operation = OPERATIONS.get(graph.known_as(right.function))
        if known is not None or (operation is not None and operation.role == "activation"):
            return "activation"
    return "weighted" if _is_weighted(graph, right) else "computed"


def _is_weighted(graph: Graph, right: Tree) -> bool:
    """Say whether a right side is a sum of products with parameters, and of parameters alone."""
    learnt = set(graph.parameters)
    terms: Iterable[Tree] = right.terms if isinstance(right, Sum) else (right,)
    plain = [unsigned(term) for term in terms]
    return any(isinstance(term, Product) for term in plain) and all(
        isinstance(term, Name | Product) and not learnt.isdisjoint(names(term)) for term in plain
    )
