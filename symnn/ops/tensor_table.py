"""The closed table of tensor operations by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.ops.arrangement import ARRANGEMENT
from symnn.ops.image import IMAGE
from symnn.ops.pooling import POOLING
from symnn.ops.reductions import REDUCTIONS
from symnn.ops.tensor import TensorOperation

__all__ = ["LOSSES", "TENSOR_OPERATIONS", "arities"]

TENSOR_OPERATIONS: Mapping[str, TensorOperation] = MappingProxyType(
    {op.name: op for op in (*REDUCTIONS, *ARRANGEMENT, *IMAGE, *POOLING)}
)
"""Every tensor operation: ``TENSOR_OPERATIONS["conv"].pullback`` says how errors go back to image and kernel."""

LOSSES: frozenset[str] = frozenset(("squared_error", "half_squared_error", "cross_entropy"))
"""Losses that exist for numbers too; between vectors they add up to one number."""


def arities() -> Mapping[str, tuple[int, int]]:
    """Give, for each operation, the fewest and the most arguments it can be written with.

    >>> arities()["conv"]
    (2, 4)
    """
    return MappingProxyType(
        {
            op.name: (op.arguments[0], op.arguments[1] + len(op.settings))
            for op in TENSOR_OPERATIONS.values()
            if op.name not in LOSSES
        }
    )
