"""Numbers with the digits of floats and an exponent without bounds: where exp(6000) is a number among others.

A quotient of exponentials is finite where they are not, and so is the slope through them. Floats and arrays fall
back on these where a float on the way is not finite; what is not finite here either, as log 0, is so in truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any, Final, TypeAlias

import numpy as np
from msgspec.structs import replace

from symnn.numeric.arithmetic import arrays
from symnn.numeric.valued import Valued
from symnn.ops.operation import Arithmetic

__all__ = ["Wide", "as_floats", "in_floats", "wide", "widened"]

_LOG2_HIGH: Final = 6.93147180369123816490e-01
_LOG2_LOW: Final = 1.90821492927058770002e-10
"""The logarithm of 2 in two parts: a multiple of the first is exact, so that exp(6000) keeps all its digits."""

_SHALLOW: Final = -1e300
"""The exponent of 0: less than any other, so that it decides no sum."""

_FAR: Final = 1100
"""By so many powers of 2 apart, the smaller of two terms is nothing beside the larger."""

_NORMAL: Final = 1000
"""Up to this exponent, up and down, a number is a float with all its digits."""

_LARGEST_ARGUMENT: Final = 1e15
"""Beyond it the exponent of an exponential has digits that floats have not."""

_HYPERBOLIC: Final = 9
"""Up to 2^9 floats hold a hyperbolic sine; beyond 20 it is half an exponential to them."""

_MULTIPLIED: Final = range(1, 17)
"""Powers that are worked out by multiplication, so that no digit is lost."""

Values: TypeAlias = Mapping[str, Any]
"""Numbers, arrays of them over a batch, and tensors, by name."""

Compute: TypeAlias = Callable[[Values, Arithmetic], dict[str, Any]]


class Wide:
    """A number, or an array of them, as a part from 1/2 to 1 times a power of 2.

    >>> from symnn.numeric.arithmetic import arrays
    >>> m = wide(arrays())
    >>> with np.errstate(all="ignore"):
    ...     large = m.exp(widened(6000.0))
    ...     print(as_floats(large), as_floats(m.divide(large, large + large)))
    inf 0.5
    """

    __slots__ = ("exponent", "part")
    __array_ufunc__ = None  # so that an array times this asks this

    def __init__(self, part: Any, exponent: Any) -> None:
        """Bring a part into its range."""
        fraction, more = np.frexp(part)
        self.part: Any = fraction
        self.exponent: Any = np.where(fraction == 0, _SHALLOW, exponent + more)

    def __add__(self, other: Wide) -> Wide:
        """Add: the smaller is shifted to the larger."""
        top = np.maximum(self.exponent, other.exponent)
        return Wide(_shifted(self.part, self.exponent - top) + _shifted(other.part, other.exponent - top), top)

    def __sub__(self, other: Wide) -> Wide:
        """Subtract."""
        return self + -other

    def __neg__(self) -> Wide:
        """Change the sign."""
        return Wide(-self.part, self.exponent)

    def __mul__(self, other: Wide) -> Wide:
        """Multiply."""
        return Wide(self.part * other.part, self.exponent + other.exponent)

    def __truediv__(self, other: Wide) -> Wide:
        """Divide."""
        return Wide(self.part / other.part, self.exponent - other.exponent)

    def __eq__(self, other: object) -> Any:
        """Say where it is a float."""
        return as_floats(self) == other

    __hash__ = None  # type: ignore[assignment]


def widened(value: Any) -> Wide:
    """Take a float or an array of floats as wide numbers."""
    return Wide(np.asarray(value, dtype=float), 0.0)


def as_floats(value: Wide) -> Any:
    """Give the nearest floats."""
    return _shifted(value.part, value.exponent)


def wide(m: Arithmetic) -> Arithmetic:
    """Give the arithmetic of wide numbers over that of arrays; wrap its use in ``np.errstate(all="ignore")``."""
    return replace(
        m,
        number=lambda numerator, denominator: widened(m.number(numerator, denominator)),
        exp=_exp,
        log=_log,
        log1p=lambda a: _chosen(a.exponent > _NORMAL, _log(a), _odd(m.log1p)(a)),
        sqrt=_root,
        abs=lambda a: Wide(abs(a.part), a.exponent),
        sign=lambda a: widened(m.sign(a.part)),
        step=lambda a: widened(m.step(a.part)),
        maximum=lambda a, b: _chosen(((a - b).part >= 0) | np.isnan(a.part), a, b),
        minimum=lambda a, b: _chosen(((a - b).part <= 0) | np.isnan(a.part), a, b),
        choose=lambda a, above, below: _sided(a, m.choose(a.part, 1.0, 0.0), above, below),
        power=lambda base, exponent: _power(base, exponent, m.power),
        divide=lambda a, b: a / b,
        weakly=lambda w, log: _chosen((w.part == 0) & np.isinf(log.part), w, w * log),
        floor=lambda a: _chosen(a.exponent > _NORMAL, a, widened(m.floor(as_floats(a)))),
        sin=_odd(m.sin),
        cos=_floating(m.cos),
        tan=_odd(m.tan),
        asin=_odd(m.asin),
        acos=_floating(m.acos),
        atan=_odd(m.atan),
        erf=_odd(m.erf, 2 / math.sqrt(math.pi)),
        sinh=lambda a: _chosen(a.exponent > _HYPERBOLIC, _half(_exp(a) - _exp(-a)), _odd(m.sinh)(a)),
        cosh=lambda a: _chosen(a.exponent > _HYPERBOLIC, _half(_exp(a) + _exp(-a)), widened(m.cosh(as_floats(a)))),
        tanh=_odd(m.tanh),
        pi=widened(m.pi),
        e=widened(m.e),
        in_arrays=None,
    )


def _floating(function: Callable[[Any], Any]) -> Callable[[Wide], Wide]:
    """Apply a function that has no digits left, or is as good as constant, where floats end."""
    return lambda a: widened(function(as_floats(a)))


def _odd(function: Callable[[Any], Any], slope: float = 1.0) -> Callable[[Wide], Wide]:
    """Apply a function that is as good as its tangent to a number too small for floats."""
    tangent = widened(slope)
    return lambda a: _chosen(a.exponent < -_NORMAL, a * tangent, widened(function(as_floats(a))))


def _shifted(part: Any, exponent: Any) -> Any:
    """Multiply with a power of 2."""
    return np.ldexp(part, np.clip(exponent, -_FAR, _FAR).astype(int))


def _chosen(which: Any, one: Wide, other: Wide) -> Wide:
    return Wide(np.where(which, one.part, other.part), np.where(which, one.exponent, other.exponent))


def _sided(a: Wide, side: Any, above: Wide, below: Wide) -> Wide:
    return _chosen(np.isnan(side), a, _chosen(side == 1, above, below))


def _half(a: Wide) -> Wide:
    return Wide(a.part, a.exponent - 1)


def _exp(a: Wide) -> Wide:
    """Give exp(a) = exp(a - k log 2) 2^k with the whole number k that leaves the least."""
    given = as_floats(a)
    x = np.clip(given, -_LARGEST_ARGUMENT, _LARGEST_ARGUMENT)
    k = np.rint(x / math.log(2))
    part = np.exp((x - k * _LOG2_HIGH) - k * _LOG2_LOW)
    return Wide(np.where(abs(given) > _LARGEST_ARGUMENT, np.exp(given), part), k)


def _log(a: Wide) -> Wide:
    inside = abs(a.exponent) <= _NORMAL
    beyond = a.exponent * _LOG2_HIGH + (a.exponent * _LOG2_LOW + np.log(a.part))
    return widened(np.where(inside, np.log(as_floats(a)), beyond))


def _root(a: Wide) -> Wide:
    half = np.floor(a.exponent / 2)
    return Wide(np.sqrt(_shifted(a.part, a.exponent - 2 * half)), half)


def _power(base: Wide, exponent: Any, power: Callable[[Any, Any], Any]) -> Wide:
    """Raise to a power, where floats cannot, by the logarithm of the size; ``power`` is that of floats."""
    literal = isinstance(exponent, Fraction)
    if literal and exponent.denominator == 1 and abs(exponent.numerator) in _MULTIPLIED:
        found: Wide = reduce(mul, (base,) * abs(exponent.numerator))
        return found if exponent > 0 else widened(1.0) / found
    by = exponent if literal else as_floats(exponent)
    direct = power(as_floats(base), by)
    whole = np.isfinite(direct) & (direct != 0) & (abs(base.exponent) <= _NORMAL)
    size = _exp(widened(float(by) if literal else by) * _log(Wide(abs(base.part), base.exponent)))
    return _chosen(whole | (base.part == 0), widened(direct), size * widened(power(np.sign(base.part), by)))


def in_floats(m: Arithmetic, values: Values, compute: Compute, again: Compute | None = None) -> dict[str, Any]:
    """Compute in floats; where one on the way is not finite, in wide numbers, and ``again`` if that says how.

    ``compute`` gets values and the arithmetic of their numbers: these are floats, or arrays over a batch.
    """
    alone = m.strict is not None and not any(isinstance(value, Valued) for value in values.values())
    broad = (m.in_arrays or arrays)()
    given = {name: float(value) if alone else _unboxed(value) for name, value in values.items()}
    if _are_finite(given):
        try:
            with np.errstate(all="raise"):
                found = compute(given, m.strict() if alone and m.strict is not None else broad)
        except (ArithmeticError, ValueError):
            pass
        else:
            if not alone:
                return {name: _alone(value) for name, value in found.items()}
            if _are_finite(found):
                return found
    with np.errstate(all="ignore"):
        found = (again or compute)({name: _widen(value) for name, value in given.items()}, wide(broad))
        return {name: _narrow(value) for name, value in found.items()}


def _are_finite(values: Values) -> bool:
    return all(
        math.isfinite(value)
        if type(value) is float
        else np.isfinite(value.array if isinstance(value, Valued) else value).all()
        for value in values.values()
    )


def _alone(value: Any) -> Any:
    """Give a single number as a Python float."""
    return value if isinstance(value, Valued) or np.ndim(value) else float(value)


def _unboxed(value: Any) -> Any:
    """Take numbers as NumPy's, which say when they overflow."""
    if isinstance(value, Valued):
        return Valued(np.asarray(value.array, dtype=float), value.shape)
    return np.asarray(value, dtype=float)[()]


def _widen(value: Any) -> Any:
    """Take a number as a wide one, or a tensor as one of wide numbers, each over the batch."""
    if not isinstance(value, Valued):
        return widened(value)
    entries = np.empty(value.shape, dtype=object)
    for place in np.ndindex(value.shape):
        entries[place] = widened(value.array[(..., *place)])
    return Valued(entries, value.shape)


def _narrow(value: Any) -> Any:
    """Take back what `_widen` did."""
    if not isinstance(value, Valued):
        return _alone(as_floats(value))
    entries = np.broadcast_arrays(*map(as_floats, value.array.flat))
    return Valued(np.stack(entries, axis=-1).reshape((*entries[0].shape, *value.shape)), value.shape)
