"""Tensor operations as functions of arrays, for emitted programs: ``conv = operation("conv", …)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable
from symnn.ops.array_kernels import lead
from symnn.ops.operation import TensorCall
from symnn.ops.settings import Short
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_TENSORS, OPERATIONS

__all__ = ["operation"]

_IN_OLD_PROGRAMS = frozenset(
    (
        *OPERATIONS,
        "centered",
        "convolved",
        "deviation",
        "folded",
        "normalized",
        "picked",
        "rotated",
        "softmaxed",
        "windows",
    )
)
"""What programs import that version 0.1.0 printed: functions that were called in another way."""


def __getattr__(name: str) -> Any:
    """Say how a program that 0.1.0 printed is brought up to date."""
    if name in _IN_OLD_PROGRAMS:
        raise raisable(OperatorError, Problem("old-program", {"name": name}))
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def operation(name: str, shapes: tuple[Shape, ...], settings: tuple[Short, ...], ties: str) -> Callable[..., Any]:
    """Give a tensor operation as a function of arrays of some shapes, each with or without a batch axis before them.

    Settings are written as in a call: ``(2, (1, 0))`` has the stride 2 and pads rows, not columns.

    >>> operation("conv", ((2, 2), (2, 2)), (), "first")([[1, 2], [3, 4]], [[1, 0], [0, 1]]).tolist()
    5.0
    """
    import numpy as np

    record = OF_TENSORS[name]
    taken = TensorCall((), shapes, record.laid_out(settings))
    shape = record.shape(taken)

    def operated(*arguments: Any) -> Any:
        if any(np.asarray(argument).dtype == object for argument in arguments):
            from symnn.numeric.beyond import operated

            return operated(record, taken, arguments)
        arrays = tuple(np.asarray(argument, dtype=float) for argument in arguments)
        batch = max((lead(array, one) for array, one in zip(arrays, shapes, strict=True)), key=len, default=())
        return record.kernel(taken, arrays, ties).reshape((*batch, *shape))

    return operated
