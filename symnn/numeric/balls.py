"""Balls: numbers with proof. What is rational stays an exact fraction, the rest is a ball at a precision.

Values are ``fmpq`` as long as they are rational, and ``arb`` (an interval that surely holds the value) from
the first exp, log or root that leaves the fractions. So every digit shown can be proved.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from symnn.networks.conventions import USUAL, Conventions
from symnn.ops import named
from symnn.ops.operation import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "LONGEST",
    "balls",
    "double",
    "interval",
    "is_finite",
    "is_fraction",
    "precision",
    "rational",
    "shortened",
    "whole_power",
]

_LARGEST_EXACT: Final = 200_000
"""A power of more bits than this is a ball."""

LONGEST: Final = 4_096
"""A quantity whose value is a fraction of more bits than this is a ball from there on."""

_BEYOND: Final = 2**50
"""The exponential of more than this counts as infinite; python-flint would say that it may be anything."""

_SURE: Final = 2.0**60
"""A ball this much narrower than its middle is one float, or lies between two neighbours."""

_LARGEST_EXPONENT: Final = 20_000
_FINEST: Final = 100_000
"""Binary exponents: above the one a number counts as infinite, below minus the other digits are not kept."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with balls of so many bits.

    >>> with precision(200):
    ...     interval(balls().exp(rational(Fraction(1))))[0] > Fraction(271828, 100000)
    True
    """
    from flint import ctx

    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def rational(value: Fraction | int) -> Any:
    """Give an exact value of this arithmetic."""
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def interval(value: Any) -> tuple[Fraction, Fraction] | None:
    """Give the exact ends of the interval that holds a value; None if it is not finite, or beyond 10^6000.

    >>> interval(rational(Fraction(7, 9)))
    (Fraction(7, 9), Fraction(7, 9))
    """
    from flint import fmpq

    if isinstance(value, fmpq):
        exact = Fraction(int(value.p), int(value.q))
        return exact, exact
    if not value.is_finite():
        return None
    middle, radius = _dyadic(value.mid()), _dyadic(value.rad())
    if middle is None or radius is None:
        return None
    return middle - radius, middle + radius


def double(value: Any) -> float | None:
    """Give the float nearest to a value; None where its ball holds several, as it does where it may be nan.

    >>> double(rational(Fraction(1, 3))), double(balls().exp(rational(1000))), double(rational(-1) / 3)
    (0.3333333333333333, inf, -0.3333333333333333)
    """
    if isinstance(value, float):
        return value
    if isinstance(value, Fraction) or is_fraction(value):
        return _nearest(value if isinstance(value, Fraction) else Fraction(int(value.p), int(value.q)))
    middle, radius = float(value.mid()), float(value.rad())
    if 0 < _SURE * radius < abs(middle) < math.inf or (radius == 0 and math.isfinite(middle)):
        return middle
    ends = interval(value)
    if ends is None:
        return math.inf if value > 0 else -math.inf if value < 0 else None
    low, high = map(_nearest, ends)
    return low if low == high else None


def _nearest(exact: Fraction) -> float:
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _dyadic(exact: Any) -> Fraction | None:
    """Give a dyadic number as a fraction, None if it is too large.

    Below the finest exponent it is rounded away from 0, which keeps a radius safe; the middle of a ball has
    few enough digits that this happens to it only together with the radius.
    """
    mantissa, exponent = (int(part) for part in exact.man_exp())
    if exponent > _LARGEST_EXPONENT:
        return None
    if exponent < -_FINEST:
        size = (abs(mantissa) >> (-exponent - _FINEST)) + 2 if mantissa else 0
        return Fraction(size if mantissa > 0 else -size, 1 << _FINEST)
    return Fraction(mantissa) * Fraction(2) ** exponent


def balls(conventions: Conventions = USUAL) -> Arithmetic:
    """Give the arithmetic of exact fractions and balls; the conventions say what the step function is at 0.

    Make it inside `precision`: π and e have the precision of the moment. A function at a point outside its
    real domain gives a ball that is not finite.
    """
    from flint import arb

    return Arithmetic(
        number=lambda numerator, denominator: rational(Fraction(numerator, denominator)),
        exp=_exp,
        log=_log,
        log1p=lambda a: _log(1 + a) if is_fraction(a) else a.log1p(),
        sqrt=_sqrt,
        abs=abs,
        sign=_sign,
        step=lambda a: _step(a, rational(Fraction(conventions.relu_at_zero))),
        maximum=lambda a, b: _extreme(a, b, largest=True),
        minimum=lambda a, b: _extreme(a, b, largest=False),
        choose=_choose,
        power=_power,
        divide=_divide,
        weakly=lambda w, log: w if w == 0 and not is_fraction(log) and math.isinf(float(log)) else w * log,
        floor=_floor,
        sin=_function(named.SIN, 0, 0),
        cos=_function(named.COS, 0, 1),
        tan=_function(named.TAN, 0, 0),
        asin=_function(named.ASIN, 0, 0),
        acos=_function(named.ACOS, 1, 0),
        atan=_function(named.ATAN, 0, 0),
        erf=_function(named.ERF, 0, 0),
        sinh=_function(named.SINH, 0, 0),
        cosh=_function(named.COSH, 0, 1),
        tanh=_function(named.TANH, 0, 0),
        pi=arb.pi(),
        e=arb.const_e(),
        ties=conventions.ties,
        kept=shortened,
    )


def _choose(a: Any, above: Any, below: Any) -> Any:
    """Give what is meant above 0, or elsewhere; a ball around 0 may be either, so it gives a ball around both."""
    from flint import arb

    if a > 0 or a <= 0:
        return above if a > 0 else below
    return arb(above).union(arb(below)) if a.is_finite() else a


def shortened(value: Any, longest: int = LONGEST) -> Any:
    """Give a fraction of more than so many bits as a ball: squared forty times it would fill the memory.

    >>> value = rational(3) ** 5_000
    >>> is_fraction(shortened(value)), is_fraction(shortened(value, 10_000)), is_fraction(shortened(rational(3)))
    (False, True, True)
    """
    from flint import arb

    return arb(value) if is_fraction(value) and value.height_bits() > longest else value


def _function(name: str, exact_at: int, exact_value: int) -> Callable[[Any], Any]:
    """Give a function of balls that has one rational point where its value is rational."""

    def evaluate(a: Any) -> Any:
        from flint import arb

        if a == exact_at and is_fraction(a):
            return rational(exact_value)
        return getattr(arb(a), name)()

    return evaluate


def _exp(a: Any) -> Any:
    from flint import arb

    return arb.pos_inf() if a > _BEYOND else _function(named.EXP, 0, 1)(a)


def _log(a: Any) -> Any:
    from flint import arb

    if a == 0:
        return arb.neg_inf()
    return _function(named.LOG, 1, 0)(a)


def is_finite(a: Any) -> bool:
    """Say whether a value is surely a number."""
    return is_fraction(a) or bool(a.is_finite())


def is_fraction(a: Any) -> bool:
    """Say whether a value is an exact fraction, no ball."""
    from flint import fmpq

    return isinstance(a, fmpq)


def _sqrt(a: Any) -> Any:
    from flint import arb, fmpq

    if is_fraction(a) and a >= 0:
        whole = fmpq(a.p.isqrt(), a.q.isqrt())
        if whole * whole == a:
            return whole
    return _near_zero(arb(a), arb.sqrt)


def _near_zero(a: Any, root: Callable[[Any], Any]) -> Any:
    """Take a root of what may be 0: what of the ball lies below is left out, as a sum of squares never lies there."""
    from flint import arb

    return arb(0).union(root(a.upper())) if a.lower() < 0 <= a.upper() else root(a)


def _sign(a: Any) -> Any:
    if is_fraction(a):
        return rational((a > 0) - (a < 0))
    return rational(1) if a > 0 else rational(-1) if a < 0 else a.sgn()


def _step(a: Any, at_zero: Any) -> Any:
    from flint import arb

    if a == 0:  # of a ball this is sure
        return at_zero
    return rational(1) if a > 0 else rational(0) if a < 0 else arb(0).union(arb(1))


def _extreme(a: Any, b: Any, *, largest: bool) -> Any:
    """Choose where the balls are apart; else enclose both choices."""
    from flint import arb

    if a > b:
        return a if largest else b
    if a <= b:
        return b if largest else a
    return arb(a).max(arb(b)) if largest else arb(a).min(arb(b))


def _divide(a: Any, b: Any) -> Any:
    from flint import arb

    if b == 0:
        return arb.pos_inf() if a > 0 else arb.neg_inf() if a < 0 else arb.nan()
    return a / b


def _floor(a: Any) -> Any:
    if is_fraction(a):
        return rational(int(a.floor()))
    whole = a.floor().unique_fmpz()
    return a.floor() if whole is None else rational(int(whole))


def _power(base: Any, exponent: Any) -> Any:
    """Raise to a power on the real line: odd roots of negative numbers are real, even ones nan."""
    from flint import arb, fmpq

    known = _literal(exponent)
    if known is None or not is_fraction(base):
        return _ball_power(arb(base), known, exponent)
    if known.denominator == 1:
        if base == 0 and known < 0:
            return _divide(fmpq(1), base)
        if base.height_bits() * abs(known.numerator) > _LARGEST_EXACT:
            return whole_power(arb(base), known.numerator)
        return base**known.numerator
    root = _exact_root(base, known.denominator)
    return _power(root, Fraction(known.numerator)) if root is not None else _ball_power(arb(base), known, exponent)


def _literal(exponent: Any) -> Fraction | None:
    if isinstance(exponent, Fraction):
        return exponent
    return Fraction(int(exponent.p), int(exponent.q)) if is_fraction(exponent) else None


def _exact_root(base: Any, degree: int) -> Any:
    """Give the rational root if there is one."""
    from flint import fmpq

    if base < 0:
        root = _exact_root(-base, degree) if degree % 2 else None
        return None if root is None else -root
    root = fmpq(base.p.root(degree), base.q.root(degree))
    return root if root**degree == base else None


def _ball_power(base: Any, known: Fraction | None, exponent: Any) -> Any:
    from flint import arb, fmpq

    if known is None:
        return base ** arb(exponent)
    exact = fmpq(known.numerator, known.denominator)
    if known.denominator % 2 and known.denominator > 1 and base < 0:
        size = (-base) ** exact
        return -size if known.numerator % 2 else size
    if known.denominator == 1:
        return whole_power(base, known.numerator)
    return base**exact if known.denominator % 2 or known < 0 else _near_zero(base, lambda one: one**exact)


def whole_power(base: Any, exponent: int) -> Any:
    """Raise a ball to a whole power; python-flint has no value for one that may be 0, though squares have.

    >>> from flint import arb
    >>> whole_power(arb(0, 0.5), 2).is_finite(), (arb(0, 0.5) ** 2).is_finite()
    (True, False)
    """
    from flint import fmpz

    if exponent <= 0 or not base.contains(0):
        return base ** fmpz(exponent)
    power = None
    while exponent:
        if exponent % 2:
            power = base if power is None else power * base
        exponent //= 2
        base = base * base
    return power
