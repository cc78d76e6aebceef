"""A quantity: a name of the lecture with its shape and its role."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from symnn.expressions.tree import Tree

__all__ = ["Quantity", "Role"]

Role = Literal["input", "target", "parameter", "intermediate", "result", "adjoint"]
"""What a quantity is for: given (input, target), learnt (parameter), or computed."""


class Quantity(Struct, frozen=True, gc=False):
    """One quantity of a network.

    ``name`` is its ASCII spelling in JSON, CSV and Python (``w46``), from which every way to write it is made;
    ``shape`` is ``()`` for a scalar, ``(n,)`` for a vector, ``(n, m)`` for a matrix.
    A quantity that an operation or a derivative brings in has a made-up name; ``meant`` says what it is.

    >>> Quantity("w46", role="parameter").shape
    ()
    """

    name: str
    shape: tuple[int, ...] = ()
    role: Role = "intermediate"
    meant: Tree | None = None
