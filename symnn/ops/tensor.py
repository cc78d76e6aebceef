"""The former home of the tensor record, which is `symnn.ops.operation.Operation` now."""

from __future__ import annotations

from symnn.ops.operation import Operation as TensorOperation
from symnn.ops.operation import Pulled, Setting, TensorCall, settled

__all__ = ["Pulled", "Setting", "TensorCall", "TensorOperation", "settled"]
