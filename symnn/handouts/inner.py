"""What δ stands for on a page: the error of what a function is taken of, which has no name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.expressions.tree import Name
from symnn.handouts.document import Prose, ProseFact
from symnn.notation.items import Piece

__all__ = ["inner_errors"]


def inner_errors(derivation: MatrixDerivation) -> Iterator[Prose]:
    """Say what each δ is: those of units by an example, any other by itself."""
    units = [error for error in derivation.errors if error.inner and error.whole]
    for error in units[:1]:
        yield Prose("inner-errors-of-units", _facts(derivation, error))
    for error in derivation.errors:
        if error.inner and not error.whole:
            yield Prose("inner-error-within", _facts(derivation, error))


def _facts(derivation: MatrixDerivation, error: TensorError) -> dict[str, ProseFact]:
    argument = error.argument if error.argument is not None else Name(error.wrt)
    return {
        "delta": Piece(Name(error.name)),
        "unit": Piece(Name(error.wrt)),
        "argument": Piece(argument),
        "of": Piece(Name(derivation.of)),
    }
