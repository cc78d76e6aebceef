"""The array functions that emitted programs import; they stand beside the records in `symnn.ops.kernels`."""

from __future__ import annotations

from symnn.ops.kernels import (
    avg_pool,
    avg_unpool,
    centered,
    convolved,
    deviation,
    folded,
    image_error,
    kernel_error,
    max_pool,
    max_unpool,
    normalized,
    picked,
    rotated,
    softmaxed,
    windows,
)

__all__ = [
    "avg_pool",
    "avg_unpool",
    "centered",
    "convolved",
    "deviation",
    "folded",
    "image_error",
    "kernel_error",
    "max_pool",
    "max_unpool",
    "normalized",
    "picked",
    "rotated",
    "softmaxed",
    "windows",
]
