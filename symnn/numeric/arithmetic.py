"""Floats and NumPy arrays, the two fast arithmetics: nothing is raised, ``inf`` and ``nan`` are honest.

A pass through a network or a formula falls back on `symnn.numeric.wide` where a float on the way is not finite.

What every arithmetic of this package keeps: an exponent that is a literal number arrives as a `Fraction`, so
that odd roots of negative numbers are the real ones, as the judge has them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from operator import truediv
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from symnn.networks.conventions import USUAL, Conventions
from symnn.ops.array_kernels import erf, weakly
from symnn.ops.operation import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["arrays", "floats"]

_INF: Final = math.inf
_NAN: Final = math.nan

_LARGE: Final = 1e60
"""Five factors of this size are a float."""


@lru_cache(maxsize=8)
def floats(conventions: Conventions = USUAL) -> Arithmetic:
    """Give the arithmetic of Python floats; the conventions say what the step function is at 0.

    >>> m = floats()
    >>> m.exp(1000.0), m.log(0.0), m.divide(0.0, 0.0), m.power(-8.0, Fraction(1, 3))
    (inf, -inf, nan, -2.0)
    """
    return Arithmetic(
        number=_quotient,
        exp=_guarded(math.exp, overflow=_INF),
        log=_log,
        log1p=_guarded(math.log1p),
        sqrt=_guarded(math.sqrt),
        abs=math.fabs,
        sign=lambda a: a if math.isnan(a) else float(a > 0) - float(a < 0),
        step=lambda a: a if math.isnan(a) else conventions.relu_at_zero if a == 0 else float(a > 0),
        maximum=lambda a, b: a if a > b or math.isnan(a) else b,
        minimum=lambda a, b: a if a < b or math.isnan(a) else b,
        choose=lambda a, above, below: above if a > 0 else a if math.isnan(a) else below,
        power=_power,
        divide=_divide,
        weakly=lambda w, log: 0.0 if w == 0 and math.isinf(log) else w * log,
        floor=lambda a: float(math.floor(a)) if math.isfinite(a) else a,
        sin=_guarded(math.sin),
        cos=_guarded(math.cos),
        tan=_guarded(math.tan),
        asin=_guarded(math.asin),
        acos=_guarded(math.acos),
        atan=math.atan,
        erf=math.erf,
        sinh=_odd(math.sinh),
        cosh=_guarded(math.cosh, overflow=_INF),
        tanh=math.tanh,
        pi=math.pi,
        e=math.e,
        ties=conventions.ties,
        in_arrays=lambda: arrays(conventions),
        strict=lambda: _strict_floats(conventions),
    )


@lru_cache(maxsize=8)
def arrays(conventions: Conventions = USUAL) -> Arithmetic:
    """Give the arithmetic of NumPy arrays, entry by entry; wrap its use in ``np.errstate(all="ignore")``.

    >>> import numpy as np
    >>> arrays().step(np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    import numpy as np

    return Arithmetic(
        number=_quotient,
        exp=np.exp,
        log=np.log,
        log1p=np.log1p,
        sqrt=np.sqrt,
        abs=np.abs,
        sign=np.sign,
        step=lambda a: np.heaviside(a, conventions.relu_at_zero),
        maximum=np.maximum,
        minimum=np.minimum,
        choose=lambda a, above, below: np.where(np.isnan(a), a, np.where(a > 0, above, below)),
        power=_array_power,
        divide=np.divide,
        weakly=weakly,
        floor=np.floor,
        sin=np.sin,
        cos=np.cos,
        tan=np.tan,
        asin=np.arcsin,
        acos=np.arccos,
        atan=np.arctan,
        erf=erf,
        sinh=np.sinh,
        cosh=np.cosh,
        tanh=np.tanh,
        pi=math.pi,
        e=math.e,
        ties=conventions.ties,
        in_arrays=lambda: arrays(conventions),
    )


@lru_cache(maxsize=8)
def _strict_floats(conventions: Conventions) -> Arithmetic:
    """Give floats that raise where they end, and before several exponentials together could."""
    return replace(
        floats(conventions),
        exp=_moderate(math.exp),
        log=math.log,
        sinh=_moderate(math.sinh),
        cosh=_moderate(math.cosh),
        power=_moderate(_power),
        divide=truediv,
    )


def _moderate(function: Callable[..., float]) -> Callable[..., float]:
    """Raise where a result is so large or so small that a few factors like it are no float."""

    def evaluate(a: float, *exponent: float | Fraction) -> float:
        found = function(a, *exponent)
        if a == 0 or 1 / _LARGE < abs(found) < _LARGE:
            return found
        raise OverflowError

    return evaluate


def _quotient(numerator: int, denominator: int) -> float:
    """Give the float nearest to a fraction."""
    try:
        return numerator / denominator
    except OverflowError:
        return _INF if numerator > 0 else -_INF


def _guarded(function: Callable[[float], float], overflow: float = _NAN) -> Callable[[float], float]:
    """Let a function of ``math`` give nan outside its domain and ``overflow`` where it grows too large."""

    def evaluate(a: float) -> float:
        try:
            return function(a)
        except ValueError:
            return _NAN
        except OverflowError:
            return overflow

    return evaluate


def _odd(function: Callable[[float], float]) -> Callable[[float], float]:
    """Let an odd function overflow to the side of its argument."""

    def evaluate(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return math.copysign(_INF, a)

    return evaluate


def _log(a: float) -> float:
    if a > 0:
        return math.log(a)
    return -_INF if a == 0 else _NAN


def _divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return _NAN
    return math.copysign(_INF, a) * math.copysign(1.0, b)


def _power(base: float, exponent: float | Fraction) -> float:
    """Raise to a power on the real line: odd roots of negative numbers are real, even ones nan."""
    if isinstance(exponent, Fraction):
        if exponent.denominator % 2 == 1 and exponent.denominator > 1 and base < 0:
            size = _power(-base, float(exponent))
            return -size if exponent.numerator % 2 else size
        exponent = float(exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -_INF if base < 0 and exponent % 2 == 1 else _INF
    except ValueError:
        return _INF if base == 0 else _NAN


def _array_power(base: Any, exponent: Any) -> Any:
    import numpy as np

    if not isinstance(exponent, Fraction):
        return np.power(base, exponent)
    if exponent.denominator == 1:
        if exponent < 0 or isinstance(base, float):  # Python's own floats raise where arrays become infinite
            return np.power(base, float(exponent))
        return base ** int(exponent)
    if exponent.denominator % 2 == 0:
        return np.power(base, float(exponent))
    size = np.power(np.abs(base), float(exponent))
    return np.sign(base) * size if exponent.numerator % 2 else size
