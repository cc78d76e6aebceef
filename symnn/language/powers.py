"""Powers and roots as the reader makes them: a power of the constant e is a call of exp, however it is written."""

from __future__ import annotations

from symnn.errors import Span
from symnn.expressions.tree import Call, Constant, Number, Power, Quotient, Tree
from symnn.ops import named

__all__ = ["raised", "root"]


def raised(base: Tree, exponent: Tree, span: Span | None) -> Tree:
    """Raise a base to an exponent.

    >>> raised(Constant("e"), Number(2), None) == Call("exp", (Number(2),))
    True
    """
    if type(base) is Constant and base.name == "e":
        return Call(named.EXP, (exponent,), 0, span)
    return Power(base, exponent, span)


def root(inside: Tree, degree: Tree, span: Span) -> Tree:
    """Make a square root, or another one as a power."""
    if isinstance(degree, Number) and degree.value == 2:  # noqa: PLR2004 - a square root
        return Call(named.SQRT, (inside,), 0, span)
    return raised(inside, Quotient(Number(1), degree), span)
