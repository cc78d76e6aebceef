"""From numbers to matrices: what each vector and matrix is put together from, and the proof that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.equality.subject import Subject
from symnn.expressions.tree import Call, Derivative, Matrix, Name, Tree, mapped, substitute
from symnn.expressions.writing import plain
from symnn.handouts.document import Block, Heading, Prose
from symnn.handouts.equations import column_shape
from symnn.handouts.pictures.diagram import Diagram, diagram
from symnn.handouts.tensor_numbers import LEFT_OUT, MOST_ROWS, cut_table
from symnn.networks.graph import Graph
from symnn.networks.vectorised import Vectorised
from symnn.notation.boxes import Sign
from symnn.notation.items import Aligned, Line, Piece, one_piece
from symnn.notation.symbols import Symbols

__all__ = ["Assembly"]

MOST_PROVED = 400
"""Errors with more entries than this together are not proved entry by entry on a page."""


class Assembly(Struct, frozen=True):
    """A network of numbers, its ``graph``, beside the same ``vectorised``."""

    graph: Graph
    vectorised: Vectorised

    @property
    def drawn(self) -> Diagram:
        """The picture of the numbers."""
        return diagram(self.graph)

    @property
    def symbols(self) -> Symbols:
        """How what is left out of a large matrix is written."""
        return {sign: Sign(sign) for sign in LEFT_OUT}

    def blocks(self) -> Iterator[Block]:
        """Write every vector and matrix with the numbers that stand in it."""
        yield Heading("head-assembly")
        first = next(iter(self.vectorised.matrices))
        yield Prose("assembly-explained", {"weights": Piece(Name(self._weights or first))})
        shapes = self.vectorised.network.graph.shapes
        lines = [
            Line(one_piece(Name(name)), (one_piece(_cut(matrix)),), shape=column_shape(shapes[name]))
            for name, matrix in self.vectorised.matrices.items()
        ]
        yield Aligned(tuple(lines), paired=True)

    @property
    def _weights(self) -> str:
        """The first matrix of weights."""
        graph = self.vectorised.network.graph
        return next((name for name in graph.parameters if len(graph.shapes.get(name, ())) > 1), "")

    def proof(self, derivation: MatrixDerivation) -> Iterator[Block]:
        """Say that the matrix form has been proved equal to the derivatives of the numbers, where it has been."""
        if self.proved(derivation):
            yield Prose("assembly-proved", {"of": Piece(Name(derivation.of))})

    def data(self, derivation: MatrixDerivation) -> dict[str, Any]:
        """Give the matrices in the names of the numbers, and whether all is proved equal to their derivatives."""
        matrices = {name: plain(matrix) for name, matrix in self.vectorised.matrices.items()}
        return {"matrices": matrices, "proved": self.proved(derivation)}

    def proved(self, derivation: MatrixDerivation) -> bool | None:
        """Judge every error and gradient against the derivatives of the numbers; None where that is not decided.

        In each error those that it names are taken as what they are said to be: they are judged themselves.
        """
        errors = [error for error in derivation.errors if not error.inner and error.wrt != error.of]
        if sum(len(self.vectorised.names[error.wrt]) for error in errors) > MOST_PROVED:
            return None
        subject = Subject.of_network(self.graph)
        known = {error.name: self._error(error) for error in errors}
        known |= {name: self._whole(name) for name in self.vectorised.names}
        verdicts = [
            subject.compare(
                substitute(self._called(derivation.inlined(error.formula)), known), self._error(error)
            ).equal
            for error in errors
        ]
        return False if False in verdicts else None if None in verdicts else True

    def _called(self, tree: Tree) -> Tree:
        """Call functions by the names that the network of numbers has for them."""
        own = self.vectorised.functions

        def change(node: Tree) -> Tree | None:
            if isinstance(node, Call) and node.function in own:
                return Call(own[node.function], tuple(mapped(one, change) for one in node.arguments), node.order)
            return None

        return mapped(tree, change)

    def _whole(self, name: str) -> Tree:
        """Write a vector, a matrix or a number with the names of the numbers."""
        return self.vectorised.matrices.get(name) or Name(self.vectorised.names[name][0])

    def _error(self, error: TensorError) -> Tree:
        """Write an error as the derivatives by the numbers."""

        def change(node: Tree) -> Tree | None:
            return Derivative(Name(error.of), node) if isinstance(node, Name) else None

        return mapped(self._whole(error.wrt), change)


def _cut(matrix: Matrix) -> Matrix:
    """Leave out what is between the first and the last rows and columns of a large matrix."""
    rows = cut_table([[cell.name for cell in row if isinstance(cell, Name)] for row in matrix.rows], MOST_ROWS)
    return Matrix(tuple(tuple(map(Name, row)) for row in rows), vector=matrix.vector)
