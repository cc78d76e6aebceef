"""What δ stands for on a page: the error of what a function is taken of, which has no name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.expressions.tree import Name
from symnn.handouts.document import Prose, ProseFact
from symnn.networks.expansion import entry_names
from symnn.notation.boxes import Box, Numeral, Row, Script, Sign
from symnn.notation.items import Piece
from symnn.notation.symbols import Symbols, indexed_symbol, symbol

__all__ = ["inner_errors", "inner_symbols"]


def inner_errors(derivation: MatrixDerivation) -> Iterator[Prose]:
    """Say what each δ is: those of units by an example, any other by itself."""
    units = [error for error in derivation.errors if error.inner and error.whole]
    for error in units[:1]:
        yield Prose("inner-errors-of-units", _facts(derivation, error))
    for error in derivation.errors:
        if error.inner and not error.whole:
            yield Prose("inner-error-within", _facts(derivation, error))


def inner_symbols(derivation: MatrixDerivation) -> Symbols:
    """Say how the inner errors are written, and their entries: δ_{h_3}, (δ_{h_3})_1."""
    inner = {error.name: _delta(error) for error in derivation.errors if error.inner}
    entries = {
        one: indexed_symbol(box, one.removeprefix(name).strip("[]").split(","))
        for name, box in inner.items()
        for one in entry_names(name, derivation.shapes.get(name, ()))
        if one != name
    }
    return {**inner, **entries}


def _delta(error: TensorError) -> Box:
    """Lay out an inner error: δ of the unit, or with its number δ of a function within an equation."""
    number = error.name.removeprefix(f"delta_{error.wrt}").lstrip("_")
    unit = symbol(error.wrt)
    below = Row((unit, Sign(",", tight=True), Numeral(number))) if number else unit
    return Script(symbol("delta"), below=below)


def _facts(derivation: MatrixDerivation, error: TensorError) -> dict[str, ProseFact]:
    argument = error.argument if error.argument is not None else Name(error.wrt)
    return {
        "delta": Piece(Name(error.name)),
        "unit": Piece(Name(error.wrt)),
        "argument": Piece(argument),
        "of": Piece(Name(derivation.of)),
    }
