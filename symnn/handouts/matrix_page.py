"""The page of a derivation in matrix form: its sections in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation
from symnn.documents.kinds import Bilingual
from symnn.handouts.checked import checked_blocks
from symnn.handouts.document import Block, Document, Title, source_of
from symnn.handouts.equations import functions, output_error
from symnn.handouts.matrices import Written
from symnn.handouts.tensor_numbers import TensorNumbers
from symnn.notation.layout import symbols_of

if TYPE_CHECKING:
    from symnn.derivation.checking import Check

__all__ = ["MatrixView", "matrix_document"]


class MatrixView(Struct, frozen=True):
    """What a document of the matrix form shows beside the errors; ``added`` names a loss that stands in.

    ``full`` has every section; ``given`` are the names whose values the reader gave. ``summed`` says that
    an added loss is the sum of the output.
    """

    numbers: TensorNumbers | None = None
    update: bool = False
    title: Title | None = None
    source: str | Bilingual = ""
    check: Check | None = None
    added: str = ""
    full: bool = False
    given: frozenset[str] = frozenset()
    summed: bool = False


def matrix_document(derivation: MatrixDerivation, view: MatrixView) -> Document:
    """Lay out a derivation in matrix form."""
    written = Written(derivation, view.numbers)
    graph = derivation.graph
    blocks: list[Block] = [view.title] if view.title else []
    blocks += source_of(view.source)
    blocks += [*written.head(view.given), *written.forward(full=view.full)]
    blocks += output_error(graph, view.added, summed=view.summed)
    blocks += functions(graph, proved=view.full)
    blocks += written.errors()
    blocks += written.row()
    blocks += written.gradients()
    if view.update or view.full:
        blocks += written.updates()
    blocks += checked_blocks(view.check, written.differences()) if view.check else ()
    return Document(tuple(blocks), {**symbols_of(graph), **written.all_symbols})
