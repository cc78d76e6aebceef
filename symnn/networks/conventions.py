"""The conventions of a course as one frozen record, printed with every derivation and carried by every exercise."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

__all__ = ["USUAL", "Conventions", "Samples"]

Samples: TypeAlias = Literal["", "rows", "columns"]
"""How a batch lies in a matrix: each sample is a row, or a column; empty if the author does not say."""


class Conventions(Struct, frozen=True):
    """What a derivation takes for granted.

    ``relu_at_zero`` is the value of the step function at 0. ``ties`` says which of several equal maxima of a
    pooling window gets the gradient: the ``first``, or all of them in equal ``shared`` parts.
    ``reduction`` says whether a loss over several samples is their ``sum`` or their ``mean``.
    ``kernel`` says that convolution slides the kernel ``unflipped``, as the deck does, or ``flipped``.
    """

    relu_at_zero: float = 0
    ties: Literal["first", "shared"] = "first"
    reduction: Literal["sum", "mean"] = "sum"
    kernel: Literal["unflipped", "flipped"] = "unflipped"


USUAL = Conventions()
"""What holds where nothing else is declared."""
