"""The closed table of operations by name, and the one place that says which operation a node is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.ops.functions import FUNCTIONS
from symnn.ops.operation import Operation

__all__ = ["OPERATIONS"]

OPERATIONS: Mapping[str, Operation] = MappingProxyType({op.name: op for op in FUNCTIONS})
"""Every built-in function: ``OPERATIONS["sigmoid"].partials`` is f(1 - f)."""
