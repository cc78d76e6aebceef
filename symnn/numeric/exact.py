"""Exact numbers: SymPy's rationals and, where a value leaves them, its expressions."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.networks.conventions import USUAL, Conventions
from symnn.ops.operation import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["exact"]

_LONGEST: Final = 100_000
"""Bits of a power of a fraction; SymPy works out 3^(10^9) until the memory is full."""


@lru_cache(maxsize=8)
def exact(conventions: Conventions = USUAL) -> Arithmetic:
    """Give the arithmetic of SymPy numbers; what is not real is nan.

    >>> m = exact()
    >>> m.divide(m.number(7, 1), m.number(9, 1)), m.sqrt(m.number(1, 4)), m.log(m.number(-1, 1))
    (7/9, 1/2, nan)
    """
    import sympy

    half = sympy.Rational(1, 2)
    return Arithmetic(
        number=sympy.Rational,
        exp=sympy.exp,
        log=lambda a: -sympy.oo if a.is_zero else _real(sympy.log)(a),
        log1p=lambda a: -sympy.oo if (1 + a).is_zero else _real(sympy.log)(1 + a),
        sqrt=lambda a: _power(a, Fraction(1, 2)),
        abs=sympy.Abs,
        sign=sympy.sign,
        step=lambda a: sympy.Rational(Fraction(conventions.relu_at_zero)) if a.is_zero else half + half * sympy.sign(a),
        maximum=lambda a, b: sympy.nan if sympy.nan in (a, b) else sympy.Max(a, b),
        minimum=lambda a, b: sympy.nan if sympy.nan in (a, b) else sympy.Min(a, b),
        choose=_choose,
        power=_power,
        divide=_divide,
        weakly=lambda w, log: w if w.is_zero and log.is_infinite else w * log,
        floor=sympy.floor,
        sin=sympy.sin,
        cos=sympy.cos,
        tan=_real(sympy.tan),
        asin=_real(sympy.asin),
        acos=_real(sympy.acos),
        atan=sympy.atan,
        erf=sympy.erf,
        sinh=sympy.sinh,
        cosh=sympy.cosh,
        tanh=sympy.tanh,
        pi=sympy.pi,
        e=sympy.E,
        ties=conventions.ties,
    )


def _bits(number: Any) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length()) if abs(number) != 1 else 0


def _real(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function give nan where SymPy goes into the complex plane."""

    def evaluate(*arguments: Any) -> Any:
        import sympy

        value = function(*arguments)
        return sympy.nan if value.is_extended_real is False else value

    return evaluate


def _choose(a: Any, above: Any, below: Any) -> Any:
    """Give what is meant above 0, or elsewhere; SymPy finds out by digits on which side an expression lies."""
    import sympy

    side = sympy.sign(a)
    if not side.is_number or side is sympy.nan:
        return sympy.nan
    return above if side.is_positive else below


def _divide(a: Any, b: Any) -> Any:
    import sympy

    if not b.is_zero:
        return a / b
    return sympy.nan if a.is_zero or a is sympy.nan else sympy.sign(a) * sympy.oo


def _power(base: Any, exponent: Any) -> Any:
    import sympy

    if isinstance(exponent, Fraction):
        if exponent.denominator % 2 == 1 and exponent.denominator > 1 and base.is_negative:
            size = (-base) ** sympy.Rational(exponent)
            return -size if exponent.numerator % 2 else size
        exponent = sympy.Rational(exponent)
    if base.is_zero and exponent.is_negative:
        return sympy.oo
    if base.is_Rational and exponent.is_Rational and _bits(base) * abs(exponent) > _LONGEST:
        raise raisable(UsageError, Problem("too-long-fraction", {"limit": _LONGEST}))
    return _real(sympy.Pow)(base, exponent)
