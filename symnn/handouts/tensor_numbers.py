"""The values of tensors and of their errors at a point, as a document shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from symnn.derivation.matrices import MatrixDerivation
from symnn.documents.containers import Nested
from symnn.expressions.tree import Name, Tree
from symnn.handouts.numbers import shown
from symnn.notation.items import Value
from symnn.numeric.evaluation import evaluated

__all__ = ["TensorNumbers", "tensor_numbers_at"]

MOST_SHOWN = 16
"""Tensors with more entries than this are not printed."""


class TensorNumbers(Struct, frozen=True):
    """The value of every quantity and of every error by name: numbers, or nested lists of them."""

    values: Mapping[str, Any]

    def value(self, tree: Tree) -> Value | None:
        """Give the value of a name as it is shown; None for what is unknown or too large to print."""
        if not isinstance(tree, Name) or tree.name not in self.values:
            return None
        value = self.values[tree.name]
        cells = _flat(value)
        if len(cells) > MOST_SHOWN:
            return None
        exact = all(shown(cell).exact for cell in cells)
        return Value(_written(value), exact)


def tensor_numbers_at(derivation: MatrixDerivation, point: Mapping[str, Nested]) -> TensorNumbers:
    """Evaluate all quantities and errors at a point that has a value for every entry.

    Raises: UsageError naming the values that are missing.
    """
    graph = derivation.extended
    return TensorNumbers(MappingProxyType(dict(evaluated(graph, point).values)))


def _flat(value: Any) -> list[float]:
    return [cell for part in value for cell in _flat(part)] if isinstance(value, list) else [value]


def _written(value: Any) -> str:
    """Write numbers in brackets, rows apart by semicolons as an answer is typed."""
    if not isinstance(value, list):
        return shown(value).digits
    if value and isinstance(value[0], list):
        rows = ("; " if not isinstance(value[0][0], list) else " | ").join(_written(part)[1:-1] for part in value)
        return f"[{rows}]"
    return f"[{', '.join(map(_written, value))}]"
