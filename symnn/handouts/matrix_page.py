"""The page of a derivation in matrix form: its sections in order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.optimizers import SGD, Optimizer
from symnn.documents.kinds import Bilingual
from symnn.handouts.checked import checked_blocks
from symnn.handouts.document import Block, Document, Prose, Title, source_line
from symnn.handouts.equations import functions, output_error
from symnn.handouts.matrix_document import Written
from symnn.handouts.tensor_numbers import TensorNumbers
from symnn.notation.layout import symbols_of

if TYPE_CHECKING:
    from symnn.derivation.by_sympy import Check
    from symnn.handouts.assembly import Assembly

__all__ = ["MatrixView", "matrix_document"]

NO_NAMES: Mapping[str, str] = MappingProxyType({})


class MatrixView(Struct, frozen=True):
    """What a document of the matrix form shows beside the errors; ``added`` names a loss that stands in.

    ``full`` has every section; ``given`` are the names whose values the reader gave. ``summed`` says that
    an added loss is the sum of the output. ``assembly`` tells of what numbers the vectors and matrices are made.
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
    assembly: Assembly | None = None
    rule: Optimizer = SGD


def matrix_document(derivation: MatrixDerivation, view: MatrixView) -> Document:
    """Lay out a derivation in matrix form."""
    graph, made = derivation.graph, view.assembly
    written = Written(derivation, view.numbers, made.vectorised.entries if made else NO_NAMES)
    blocks: list[Block] = [view.title] if view.title else []
    blocks += source_line(view.source)
    blocks += written.head(view.given, made.drawn if made else None)
    blocks += made.blocks() if made else ()
    blocks += written.forward(full=view.full)
    blocks += [Prose("numbers-left-out")] if view.numbers is not None and view.numbers.cut else []
    blocks += output_error(graph, view.added, summed=view.summed)
    blocks += functions(graph, proved=view.full)
    blocks += written.errors()
    blocks += written.row()
    blocks += written.gradients()
    blocks += made.proof(derivation) if made else ()
    if view.update or view.full:
        blocks += written.updates(view.rule)
    blocks += checked_blocks(view.check, written.differences()) if view.check else ()
    symbols = {**symbols_of(graph), **written.all_symbols, **(made.symbols if made else {})}
    return Document(tuple(blocks), symbols)
