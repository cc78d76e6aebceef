"""The values of tensors and of their errors at a point, as a document shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import MatrixDerivation
from symnn.documents.containers import Nested
from symnn.expressions.tree import Name, Tree, names
from symnn.handouts.digits import shown
from symnn.handouts.shown_numbers import forward_run
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.notation.items import PutIn, Value
from symnn.numeric.arithmetic import arrays
from symnn.numeric.evaluation import evaluated
from symnn.numeric.interpreter import Interpreter
from symnn.numeric.valued import Valued, valued

__all__ = ["LEFT_OUT", "MOST_ROWS", "TensorNumbers", "cut_table", "tensor_numbers_at"]

MOST_ROWS = 6
MOST_COLUMNS = 6
BETWEEN, BELOW = LEFT_OUT = ("…", "⋮")
WIDE_COLUMNS = 4
"""Of more rows and columns than this only the first and the last are shown; fewer where a number has an exponent."""


class TensorNumbers(Struct, frozen=True):
    """The value of every quantity and of every error by name: numbers, or nested lists of them."""

    graph: Graph
    values: Mapping[str, Any]

    def value(self, tree: Tree) -> Value | None:
        """Give the value of a name as it is shown, or of a step of gradient descent; None for what is unknown."""
        if not isinstance(tree, Name) or tree.name not in self.values:
            return None
        return _shown(self.values[tree.name])

    def worth(self, tree: Tree) -> Value:
        """Give what a formula of quantities with values is worth."""
        import numpy as np

        shapes = self.graph.shapes
        at = {
            name: Valued(np.asarray(self.values[name], float), shapes.get(name, ()))
            for name in names(tree)
            if name in self.values
        }
        interpreter = Interpreter(arrays(self.graph.conventions), self.graph.functions)
        return self.as_shown(valued(interpreter.of(tree, at)).array)

    def put_in(self, tree: Tree) -> PutIn | None:  # noqa: ARG002 - of tensors only the results are shown
        """Put numbers into no equation of tensors."""
        return None

    def at(self, of: str, name: str) -> tuple[Any, Any] | None:
        """Give the value of a parameter and the derivative of a result by it; None where they are not known."""
        now, slope = self.values.get(name), self.values.get(adjoint_name(of, name))
        return None if now is None or slope is None else (now, slope)

    def rate(self, name: str) -> float | None:
        """Give the learning rate."""
        found = self.values.get(name)
        return None if found is None else float(found)

    def as_shown(self, value: Any) -> Value:
        """Give a value as it is shown."""
        return _shown(_nested(value))

    @property
    def entries(self) -> dict[str, float]:
        """The values of everything that no equation computes, entry by entry."""
        return {
            entry: cell for name in self.graph.free for entry, cell in self._entries(name, self.values[name]).items()
        }

    @property
    def cut(self) -> bool:
        """Whether a table leaves rows or columns out."""
        tables = (_shown(value).table for name, value in self.values.items() if name in self.graph.quantities)
        return any(cell in LEFT_OUT for table in tables for row in table for cell in row)

    def slopes(self, derivation: MatrixDerivation) -> dict[str, float]:
        """Give the gradient entry by entry."""
        found: dict[str, float] = {}
        for name in derivation.wrt:
            value = self.values.get(adjoint_name(derivation.losses[name], name))
            if value is not None and name in self.graph.free:
                found |= self._entries(name, value)
        return found

    def _entries(self, name: str, value: Any) -> dict[str, float]:
        return dict(zip(entry_names(name, self.graph.shapes.get(name, ())), _flat(value), strict=True))

    def after(self, of: str, moved: Mapping[str, Any]) -> tuple[Value, Value] | None:
        """Give a result before and after a step of some parameters."""
        if of not in self.values:
            return None
        entries = self.entries
        for name, one in moved.items():
            entries |= self._entries(name, _nested(one))
        return shown(self.values[of]), shown(forward_run(self.graph.entrywise, entries, of))


def tensor_numbers_at(derivation: MatrixDerivation, point: Mapping[str, Nested]) -> TensorNumbers:
    """Evaluate all quantities and errors at a point that has a value for every entry.

    Raises: UsageError naming the values that are missing.
    """
    found = evaluated(derivation.extended, point).values
    rest = {name: value for name, value in point.items() if name not in found}
    return TensorNumbers(derivation.graph, MappingProxyType({**rest, **found}))


def _nested(value: Any) -> Any:
    """Give an array as nested lists; a number as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def _flat(value: Any) -> list[float]:
    return [cell for part in value for cell in _flat(part)] if isinstance(value, list) else [value]


def _shown(value: Any) -> Value:
    """Show a number, or the table of a tensor; maps behind each other stand under each other."""
    if not isinstance(value, list):
        return shown(value)
    exact = all(shown(cell).exact for cell in _flat(value))
    rows = [[shown(cell).digits for cell in row] for row in _rows(value)]
    most = WIDE_COLUMNS if any("e" in cell for row in rows for cell in row) else MOST_COLUMNS
    return Value("", exact, cut_table(rows, most))


def _rows(value: list[Any]) -> list[list[float]]:
    """Give the rows of a matrix, of all matrices of a deeper tensor, or of a column."""
    if not isinstance(value[0], list):
        return [[cell] for cell in value]
    if not isinstance(value[0][0], list):
        return value
    return [row for part in value for row in _rows(part)]


def cut_table(rows: list[list[str]], most: int = MOST_COLUMNS) -> tuple[tuple[str, ...], ...]:
    """Leave out what is between the first and the last rows and columns of a large table.

    >>> cut_table([["1", "2", "3", "4"]], 3)
    (('1', '2', '…', '4'),)
    """
    if len(rows[0]) > most:
        rows = [[row[0], row[1], BETWEEN, row[-1]] for row in rows]
    if len(rows) > MOST_ROWS:
        rows = [rows[0], [BELOW if cell != BETWEEN else BETWEEN for cell in rows[0]], rows[-1]]
    return tuple(map(tuple, rows))
