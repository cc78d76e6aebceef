"""An operation is one record: its value beside its local derivative, its definition, its NumPy code."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from msgspec import Struct

from symnn.expressions.tree import Tree

__all__ = ["Arithmetic", "Factors", "Operation"]

Factors: TypeAlias = tuple[Tree, ...]
"""A local derivative as factors kept apart, in the lecture's order: ``(2, y - z)``, never ``2*y - 2*z``."""


class Arithmetic(Struct, frozen=True):
    """The functions of one kind of number: floats, NumPy arrays, balls, exact expressions.

    ``step`` is 1 above 0, 0 below, and the declared convention at 0. ``ties`` says which of several equal
    maxima counts: the ``first``, or all of them in equal ``shared`` parts.
    """

    number: Callable[[int, int], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    abs: Callable[[Any], Any]
    sign: Callable[[Any], Any]
    step: Callable[[Any], Any]
    maximum: Callable[[Any, Any], Any]
    minimum: Callable[[Any, Any], Any]
    power: Callable[[Any, Any], Any]
    divide: Callable[[Any, Any], Any]
    floor: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    cos: Callable[[Any], Any]
    tan: Callable[[Any], Any]
    asin: Callable[[Any], Any]
    acos: Callable[[Any], Any]
    atan: Callable[[Any], Any]
    sinh: Callable[[Any], Any]
    cosh: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    pi: Any
    e: Any
    ties: str = "first"


class Operation(Struct, frozen=True):
    """One operation: everything the program knows of it, for every interpretation.

    ``value(m, *arguments)`` computes it in the arithmetic ``m``.
    ``partials(v, *arguments)`` gives, for each argument, the local derivative as factors in lecture order,
    where ``v`` is the tree that names the operation's own value (so that σ' is ``v (1 - v)``).
    ``definition(*arguments)`` writes it through more elementary operations; None means it is elementary.
    Where that hides what a convention decides, ``by_convention(at_zero, ties)`` gives the exact definition.
    ``numpy`` is its code with ``{0}``, ``{1}`` for the arguments; ``numpy_partials`` the code of the local
    derivatives where that is better than what `partials` would print (``{v}`` is the value).
    ``latex`` is its sign; ``arity`` the fewest and the most arguments.
    """

    name: str
    value: Callable[..., Any]
    partials: Callable[..., tuple[Factors, ...]]
    definition: Callable[..., Tree] | None = None
    by_convention: Callable[[Fraction, str], Callable[..., Tree]] | None = None
    numpy: str = ""
    latex: str = ""
    arity: tuple[int, int] = (1, 1)
