"""Where the transpose comes from: one entry of an error written out, with what goes through a column of the weights."""

from __future__ import annotations

from collections.abc import Callable

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.expressions.tree import Derivative, Name, Product, Transpose, Tree, walk
from symnn.handouts.document import Block, Heading, Prose
from symnn.networks.expansion import grid_of
from symnn.notation.items import Aligned, Line, Piece, expression, one_piece
from symnn.ops.shapes import MATRIX

__all__ = ["through_a_column"]

LONGEST_COLUMN = 20
LARGEST = 80
"""An entry with more names than this is not written out."""


def through_a_column(derivation: MatrixDerivation, entries: Callable[[Tree], Tree]) -> tuple[Block, ...]:
    """Expand the first entry of the first error that a transpose carries, all its terms.

    One with a single term is shown before others, and a matrix before a row, in which a column is one number;
    ``entries`` writes the entries of errors as derivatives.
    """
    carried = [(error, weights) for error in derivation.errors if (weights := _carrier(derivation, error))]
    shapes = derivation.graph.shapes
    for error, weights in sorted(carried, key=lambda one: (len(one[0].terms) > 1, shapes[one[1]][0] == 1)):
        cell = entries(grid_of(error.formula, derivation.shapes).cells[0])
        if sum(isinstance(node, Name) for node in walk(cell)) > LARGEST:
            continue
        named = Piece(Derivative(Name(error.of), Name(error.wrt)))
        code = "transpose-explained" if len(error.terms) == 1 else "transpose-among-others"
        entry = entries(grid_of(Name(error.name), derivation.shapes).cells[0])
        line = Line(one_piece(entry), (expression(cell),))
        facts = {"weights": Piece(Name(weights)), "error": named}
        return Heading("head-transpose"), Prose(code, facts), Aligned((line,))
    return ()


def _carrier(derivation: MatrixDerivation, error: TensorError) -> str:
    """Name the matrix whose transpose begins a term of an error, short enough to be written out; empty if none."""
    if error.inner or not error.shape:
        return ""
    for term in error.terms:
        match term.tree:
            case Product((Transpose(Name(weights)), *_)):
                shape = derivation.graph.shapes.get(weights, ())
                return weights if len(shape) == MATRIX and shape[0] <= LONGEST_COLUMN else ""
    return ""
