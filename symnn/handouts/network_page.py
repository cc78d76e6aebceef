"""A network as a document: its equations, what its quantities are, default values and points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symnn.documents.containers import Nested
from symnn.expressions.tree import Matrix, Name, Negative, Number, Tree, number
from symnn.expressions.writing import plain
from symnn.handouts.document import Block, Cell, Document, Heading, Prose, Table, Title, Verbatim, source_line
from symnn.handouts.equations import forward_lines, functions
from symnn.handouts.ones import symbols_of_ones
from symnn.networks.network import Network
from symnn.notation.items import Piece
from symnn.notation.layout import symbols_of

__all__ = ["network_data", "network_document"]

GIVEN = frozenset({"input", "target", "parameter"})
"""What the table lists; what is computed has its equation."""


def network_document(network: Network) -> Document:
    """Lay out a network."""
    blocks: list[Block] = [Title(network.title.zh or network.name, network.title.en or network.name)]
    blocks += source_line(network.source)
    if network.description:
        blocks.append(Verbatim(network.description.zh, network.description.en))
    if network.graph.taken:
        blocks.append(
            Prose("taken-for-parameters", {"names": tuple(Piece(Name(name)) for name in network.graph.taken)})
        )
    blocks += [*forward_lines(network.graph), *functions(network.graph), *_quantities(network)]
    symbols = {**symbols_of(network.graph), **symbols_of_ones(network.graph.shapes.values())}
    return Document(tuple(blocks), symbols)


def _quantities(network: Network) -> Iterator[Block]:
    """List the quantities with their roles, shapes and values."""
    yield Heading("head-quantities")
    tensors = any(quantity.shape for quantity in network.graph.quantities.values())
    head = [Prose("column-quantity"), Prose("column-role")]
    head += [Prose("column-shape")] if tensors else []
    head += [Prose("column-value")] if network.values else []
    head += [Prose("column-point", {"name": point.name}) for point in network.points]
    yield Table(tuple(head), tuple(_rows(network, tensors=tensors)))


def _rows(network: Network, *, tensors: bool) -> Iterator[tuple[Cell, ...]]:
    given = ([network.values] if network.values else []) + [point.values for point in network.points]
    for quantity in network.graph.quantities.values():
        if quantity.role not in GIVEN:
            continue
        row: list[Cell] = [Piece(Name(quantity.name)), Prose(f"role-{quantity.role}")]
        row += ["x".join(map(str, quantity.shape))] if tensors else []
        row += [_value(values[quantity.name]) if quantity.name in values else "" for values in given]
        yield tuple(row)


def _value(value: Nested) -> Cell:
    """Give a value as a cell: a number, a vector or a matrix; more dimensions are left to the file."""
    if not isinstance(value, tuple):
        return Piece(_number(value))
    rows = tuple(entry if isinstance(entry, tuple) else (entry,) for entry in value)
    cells = tuple(tuple(_number(entry) for entry in row if not isinstance(entry, tuple)) for row in rows)
    if any(len(written) != len(row) for written, row in zip(cells, rows, strict=True)):
        return "…"
    return Piece(Matrix(cells, vector=not isinstance(value[0], tuple)))


def _number(value: Fraction | int) -> Tree:
    """Write an exact number as the author would: 0.5 for one half, 1/3 where no decimal is exact."""
    if value < 0:
        return Negative(_number(-value))
    exact = Fraction(value)
    decimal = format(float(exact), "g")
    return Number(exact.numerator, exact.denominator, decimal) if Fraction(decimal) == exact else number(exact)


def network_data(network: Network) -> dict[str, Any]:
    """Give a network as dictionaries and lists; formulas are plain text, values exact text.

    >>> from symnn.networks.catalogue import network
    >>> network_data(network("bp-2-2-1"))["equations"][0]
    {'name': 'a1', 'equation': 'a1 = w1*x1 + w3*x2'}
    """
    import msgspec

    graph = network.graph
    description = network.description
    return {
        "network": network.name,
        "title": {"zh": network.title.zh, "en": network.title.en},
        "source": msgspec.to_builtins(network.source),
        "description": {"zh": description.zh, "en": description.en} if description else None,
        "result": graph.result,
        "quantities": [msgspec.to_builtins(quantity) for quantity in graph.quantities.values()],
        "functions": [
            {"name": each.name, "parameter": each.parameter, "formula": plain(each.body)}
            for each in graph.functions.values()
        ],
        "equations": [
            {"name": each.left, "equation": f"{each.left} = {plain(each.right)}"} for each in graph.equations
        ],
        "values": {name: _data(value) for name, value in network.values.items()},
        "points": [
            {"name": point.name, "values": {name: _data(value) for name, value in point.values.items()}}
            for point in network.points
        ],
        "conventions": msgspec.to_builtins(graph.conventions),
    }


def _data(value: Nested) -> Any:
    return [_data(entry) for entry in value] if isinstance(value, tuple) else float(value)
