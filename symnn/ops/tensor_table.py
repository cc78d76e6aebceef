"""The former table of tensor operations, which is a part of `symnn.ops.table.OPERATIONS` now."""

from __future__ import annotations

from symnn.ops.table import OF_TENSORS as TENSOR_OPERATIONS

__all__ = ["TENSOR_OPERATIONS"]
