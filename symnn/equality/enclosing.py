"""Values with proof: trees evaluated in ball arithmetic (python-flint).

A ball surely contains the value; two disjoint balls prove that two values differ. On the reals every part must be
proved to have a real value: √−1² has none, although the square of a complex number would be real. Odd roots of
negative numbers are the real ones. Only where a quantity may be complex are values off the real line values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from flint import acb, arb, fmpq

from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import settled
from symnn.equality.residue_code import NotScalar
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.tree import Call, Constant, Name, Number, Power, Quotient, Tree
from symnn.expressions.valuation import Valuation
from symnn.numeric.balls import whole_power
from symnn.ops import named
from symnn.ops.table import CHOOSING

__all__ = ["Ball", "BallPoint", "Known", "NoValue", "Unknown"]

Ball = Any
"""A real ball (``arb``) or a complex one (``acb``)."""

_MOST_STEPS = 20_000
_CALLED = 2
"""So many steps a function costs."""
_WORD = 64
"""So many bits more in an exponent cost a step."""


class Unknown(Exception):  # noqa: N818 - a ball without a bound is no error
    """The value cannot be enclosed here: maybe undefined, infinite, or a function without a formula."""


class NoValue(Unknown):
    """There is provably no value here.

    ``around``: nor anywhere near, because a strict inequality says so (log of what is below 0); without, it may be
    this point alone (1/0).
    """

    def __init__(self, *, around: bool) -> None:
        super().__init__()
        self.around = around


class Known(dict[str, Ball]):
    """Values of names at one point; ``on_edge``: a sign was taken of exactly 0, or a floor of a whole number."""

    on_edge = False
    last: tuple[Tree, Ball | NoValue] | None = None
    """The tree that was evaluated last, and its value: the next reference is compared with the same answer."""


class BallPoint(Valuation[Ball]):
    """A point: exact values of the free quantities; named results are their equations, evaluated once."""

    def __init__(self, meaning: Meaning, values: Mapping[str, Fraction | Ball], known: Known | None = None) -> None:
        """``known`` keeps what was evaluated at this very point and precision, for the next tree."""
        self.meaning = meaning
        self.functions = _COMPLEX if meaning.complex else _REAL
        self.values = Known() if known is None else known
        for name, value in values.items():
            if name not in self.values:
                self.values[name] = _exact(value)
        self.steps = 0

    def value(self, tree: Tree) -> Ball:
        """Enclose the value of a tree. Raises Unknown where there is no finite enclosure, NoValue if there is none."""
        ball = self.of(tree)
        if not ball.is_finite():
            raise Unknown
        return ball

    def _count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise TooLarge

    def of(self, tree: Tree) -> Ball:
        """Enclose the value of a part, which may be infinite."""
        self._count(1)
        return self.rules[type(tree)](self, tree)

    def _other(self, _: Tree) -> Ball:
        raise NotScalar

    def _number(self, tree: Number) -> Ball:
        return arb(tree.numerator) if tree.denominator == 1 else arb(tree.numerator) / tree.denominator

    def _constant(self, tree: Constant) -> Ball:
        known = _CONSTANTS.get(tree.name)
        if known is None or (tree.name == "i" and not self.meaning.complex):
            raise NoValue(around=True)
        return known()

    def _quotient(self, tree: Quotient) -> Ball:
        return self.of(tree.over) / _divisor(self.of(tree.under))

    def _name(self, tree: Name) -> Ball:
        value = self.values.get(tree.name)
        if value is None:
            equation = self.meaning.equations.get(tree.name)
            if equation is None:
                raise Unknown
            value = self.values[tree.name] = self.of(equation)
        return value

    def _power(self, tree: Power) -> Ball:
        inner, power = self.of(tree.base), constant(tree.exponent)
        if power is None and not inner > 0:
            power = settled(tree.exponent)
        if power is None:
            self._count(_CALLED)
            return self.functions[" power"](inner, self.of(tree.exponent))
        self._count(_CALLED + power.numerator.bit_length() // _WORD)
        if power.denominator == 1:
            return whole_power(inner if power >= 0 else _divisor(inner), power.numerator)
        return self.functions[" root"](inner, power)

    def _call(self, tree: Call) -> Ball:
        if tree.order:
            raise Unknown
        if tree.function in CHOOSING and tree.function not in self.meaning.functions:
            return self._chosen(*tree.arguments)
        arguments = [self.of(argument) for argument in tree.arguments]
        rule = self.functions.get(tree.function) if tree.function not in self.meaning.functions else None
        if rule is not None:
            self._count(_CALLED)
            jumps = _JUMPS.get(tree.function)
            if jumps is not None and jumps(arguments[0]):
                self.values.on_edge = True
            return rule(*arguments)
        formula = self.meaning.formula(tree)
        if formula is None:
            raise Unknown
        return self._inside(formula.parameters, arguments, formula.body)

    def _chosen(self, argument: Tree, above: Tree, below: Tree) -> Ball:
        """Evaluate what is chosen, and nothing else."""
        inner = self.of(argument)
        if inner > 0 or inner <= 0:
            self.values.on_edge = self.values.on_edge or inner == 0
            return self.of(above if inner > 0 else below)
        raise Unknown

    def _inside(self, names: tuple[str, ...], arguments: list[Ball], body: Tree) -> Ball:
        """Evaluate the body of a function, its parameters hiding quantities of the same names."""
        if len(names) != len(arguments):
            raise NotScalar
        hidden = {name: self.values[name] for name in names if name in self.values}
        self.values.update(zip(names, arguments, strict=True))
        try:
            return self.of(body)
        finally:
            for name in names:
                del self.values[name]
            self.values.update(hidden)


def _exact(value: Fraction | Ball) -> Ball:
    return arb(value.numerator) / value.denominator if isinstance(value, Fraction) else value


_CONSTANTS: Mapping[str, Callable[[], Ball]] = MappingProxyType(
    {"pi": arb.pi, "e": arb.const_e, "i": lambda: acb(0, 1)}
)


def is_real(ball: Ball) -> bool:
    """Say whether a ball is one of real numbers."""
    return isinstance(ball, arb)


def _divisor(ball: Ball) -> Ball:
    """Give what is divided by, if it is proved not to be 0."""
    if ball == 0:
        raise NoValue(around=False)
    if ball.contains(0):
        raise Unknown
    return ball


def _complex(ball: Ball) -> Ball:
    return acb(ball)


def _log(inner: Ball) -> Ball:
    if inner > 0:
        return inner.log()
    raise _outside(low=inner < 0, edge=inner == 0)


def _sqrt(inner: Ball) -> Ball:
    if inner >= 0:
        return inner.sqrt()
    raise _outside(low=inner < 0)


def _arc(name: str) -> Callable[[Ball], Ball]:
    def evaluate(inner: Ball) -> Ball:
        if -1 <= inner <= 1:
            return getattr(inner, name)()
        raise _outside(low=inner < -1 or inner > 1)

    return evaluate


def _outside(*, low: bool, edge: bool = False) -> Unknown:
    """Give what to raise where a function is not proved to have a value: off its domain, on its edge, or unknown."""
    return NoValue(around=low) if low or edge else Unknown()


def _log_of_complex(inner: Ball) -> Ball:
    return inner.log() if is_real(inner) and inner > 0 else _complex(inner).log()


def _sqrt_of_complex(inner: Ball) -> Ball:
    return inner.sqrt() if is_real(inner) and inner >= 0 else _complex(inner).sqrt()


def _arc_of_complex(name: str) -> Callable[[Ball], Ball]:
    def evaluate(inner: Ball) -> Ball:
        if is_real(inner) and -1 <= inner <= 1:
            return getattr(inner, name)()
        return getattr(_complex(inner), name)()

    return evaluate


def _power_of_real(base: Ball, exponent: Ball) -> Ball:
    """Raise to a power that is no fraction: of a negative number it is real for single exponents alone."""
    if base > 0:
        return base**exponent
    if base == 0 and not exponent.contains(0):
        if exponent > 0:
            return base
        raise NoValue(around=False)
    if base < 0 and not exponent.contains_integer():
        raise NoValue(around=True)
    raise Unknown


def _power_of_complex(base: Ball, exponent: Ball) -> Ball:
    if is_real(base) and is_real(exponent) and base > 0:
        return base**exponent
    if base == 0 or base.contains(0):
        raise Unknown
    return (_complex(base).log() * exponent).exp()


def _root(base: Ball, power: Fraction) -> Ball:
    exact = fmpq(power.numerator, power.denominator)
    if base > 0:
        return base**exact
    if base == 0:
        if power < 0:
            raise NoValue(around=False)
        return base
    if power.denominator % 2 == 0:
        raise _outside(low=base < 0)
    if base < 0:
        size = (-base) ** exact
        return -size if power.numerator % 2 else size
    raise Unknown


def _root_of_complex(base: Ball, power: Fraction) -> Ball:
    if not is_real(base) or (power.denominator % 2 == 0 and not base > 0):
        return _complex(base) ** fmpq(power.numerator, power.denominator)
    return _root(base, power)


def _real_only(function: Callable[..., Ball]) -> Callable[..., Ball]:
    def checked(*arguments: Ball) -> Ball:
        if not all(is_real(argument) for argument in arguments):
            raise Unknown
        return function(*arguments)

    return checked


def _maximum(first: Ball, *rest: Ball) -> Ball:
    for other in rest:
        first = first.max(other)
    return first


def _minimum(first: Ball, *rest: Ball) -> Ball:
    for other in rest:
        first = first.min(other)
    return first


def _sigmoid(inner: Ball) -> Ball:
    if is_real(inner) and not inner > 0:  # exp of what is large would lose what is small
        power = inner.exp()
        return power / _divisor(1 + power)
    return 1 / _divisor(1 + (-inner).exp())


def _tan(inner: Ball) -> Ball:
    _divisor(inner.cos())
    return inner.tan()


def _method(name: str) -> Callable[[Ball], Ball]:
    def evaluate(inner: Ball) -> Ball:
        return getattr(inner, name)()

    return evaluate


_JUMPS: Mapping[str, Callable[[Ball], bool]] = MappingProxyType(
    {named.SIGN: lambda inner: inner == 0, named.FLOOR: lambda inner: is_real(inner) and inner.is_integer()}
)
"""Where a function jumps: of its value there nothing follows for the values beside."""

_REAL: Mapping[str, Callable[..., Ball]] = MappingProxyType(
    {
        name: _method(name)
        for name in (named.EXP, named.SIN, named.COS, named.SINH, named.COSH, named.TANH, named.ATAN, named.ERF)
    }
    | {
        named.LOG: _log,
        named.SQRT: _sqrt,
        named.ASIN: _arc(named.ASIN),
        named.ACOS: _arc(named.ACOS),
        named.ABS: abs,
        named.SIGN: _method("sgn"),
        named.FLOOR: _method(named.FLOOR),
        named.MAX: _maximum,
        named.MIN: _minimum,
        named.SIGMOID: _sigmoid,
        named.TAN: _tan,
        " power": _power_of_real,
        " root": _root,
    }
)

_COMPLEX: Mapping[str, Callable[..., Ball]] = MappingProxyType(
    {
        **_REAL,
        named.LOG: _log_of_complex,
        named.SQRT: _sqrt_of_complex,
        named.ASIN: _arc_of_complex(named.ASIN),
        named.ACOS: _arc_of_complex(named.ACOS),
        named.SIGN: _real_only(_method("sgn")),
        named.FLOOR: _real_only(_method(named.FLOOR)),
        named.MAX: _real_only(_maximum),
        named.MIN: _real_only(_minimum),
        " power": _power_of_complex,
        " root": _root_of_complex,
    }
)
