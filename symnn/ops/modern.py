"""The activations of newer networks, one record each, and clip.

Sources: Clevert et al. 2015 (ELU), Klambauer et al. 2017 (SELU), Ramachandran et al. 2017 (swish), Misra 2019 (mish),
Hendrycks and Gimpel 2016 (GELU, exact and by tanh).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symnn.expressions.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    call,
    difference,
    minus,
    over,
    plus,
    power,
    times,
)
from symnn.expressions.tree import Constant, Number, Tree, number
from symnn.ops import named
from symnn.ops.bounds import OPEN_UNIT, SHARE, UNIT
from symnn.ops.operation import ORIGIN, Arithmetic, Factors, Operation, itself

__all__ = ["MODERN"]

SCALE, DEPTH = Fraction("1.0507009873554805"), Fraction("1.6732632423543772")
"""The two numbers of SELU: with them activations keep mean 0 and variance 1."""

THREE, SIX = Number(3), Number(6)
PI = Constant("pi")
CUBIC = Fraction("0.044715")
"""How much of the cube the approximation of GELU by tanh adds."""


def _sigmoid(m: Arithmetic, a: Any) -> Any:
    return m.divide(m.number(1, 1), m.number(1, 1) + m.exp(-a))


def _softplus(m: Arithmetic, a: Any) -> Any:
    return m.maximum(m.number(0, 1), a) + m.log1p(m.exp(-m.abs(a)))


def _mish_slope(a: Tree) -> Tree:
    bent = call(named.TANH, call(named.SOFTPLUS, a))
    return plus(bent, times(a, difference(ONE, power(bent, TWO)), call(named.SIGMOID, a)))


def _normal_share(a: Tree) -> Tree:
    """Write Φ(a), how much of the standard normal distribution lies below a."""
    return times(HALF, plus(ONE, call(named.ERF, over(a, call(named.SQRT, TWO)))))


def _gelu_slope(a: Tree) -> Tree:
    """Write Φ(a) + a φ(a)."""
    density = over(call(named.EXP, minus(over(power(a, TWO), TWO))), call(named.SQRT, times(TWO, PI)))
    return plus(_normal_share(a), times(a, density))


def _gelu_inner(a: Tree) -> Tree:
    return times(call(named.SQRT, over(TWO, PI)), plus(a, times(number(CUBIC), power(a, THREE))))


def _gelu_tanh_slope(a: Tree) -> Tree:
    bent = call(named.TANH, _gelu_inner(a))
    inner = times(call(named.SQRT, over(TWO, PI)), plus(ONE, times(THREE, number(CUBIC), power(a, TWO))))
    return plus(times(HALF, plus(ONE, bent)), times(HALF, a, difference(ONE, power(bent, TWO)), inner))


def _elu(m: Arithmetic, a: Any, depth: Any = None) -> Any:
    zero, one = m.number(0, 1), m.number(1, 1)
    return m.maximum(zero, a) + (one if depth is None else depth) * (m.exp(m.minimum(zero, a)) - one)


def _in(m: Arithmetic, value: Fraction) -> Any:
    """Give a fraction in an arithmetic."""
    return m.number(value.numerator, value.denominator)


def _below(a: Tree) -> Tree:
    return call(named.EXP, call(named.MIN, ZERO, a))


def _elu_slope(a: Tree, depth: Tree) -> Tree:
    above = call(named.STEP, a)
    return plus(above, times(depth, _below(a), difference(ONE, above)))


def _elu_partials(a: Tree, depth: Tree = ONE) -> tuple[Factors, ...]:
    return (_elu_slope(a, depth),), (difference(_below(a), ONE),)


def _elu_definition(a: Tree, depth: Tree = ONE) -> Tree:
    return plus(call(named.MAX, ZERO, a), times(depth, difference(_below(a), ONE)))


def _clip_partials(a: Tree, low: Tree, high: Tree) -> tuple[Factors, ...]:
    """Give a its slope between the bounds, and to a bound what lies beyond it; the upper one counts last."""
    above = call(named.STEP, difference(a, low))
    under = call(named.STEP, difference(high, call(named.MAX, a, low)))
    return (above, under), (difference(ONE, above), under), (difference(ONE, under),)


def _between(a: Tree, low: Tree, high: Tree) -> Tree:
    return call(named.MIN, call(named.MAX, a, low), high)


def _ramp(a: Tree) -> Tree:
    return plus(over(a, SIX), over(ONE, TWO))


MODERN: tuple[Operation, ...] = (
    Operation(
        name=named.SWISH,
        value=lambda m, a: a * _sigmoid(m, a),
        partials=lambda v, a: ((plus(v, times(call(named.SIGMOID, a), difference(ONE, v))),),),
        definition=lambda a: times(a, call(named.SIGMOID, a)),
        sign="swish",
        words=("silu", "SiLU"),
        role="activation",
        anchor=ORIGIN,
        confusable=(named.SIGMOID, named.RELU, named.TANH),
    ),
    Operation(
        name=named.GELU,
        value=lambda m, a: a * m.number(1, 2) * (m.number(1, 1) + m.erf(m.divide(a, m.sqrt(m.number(2, 1))))),
        partials=lambda _v, a: ((_gelu_slope(a),),),
        definition=lambda a: times(a, _normal_share(a)),
        sign="GELU",
        words=("GELU", "GeLU"),
        role="activation",
        anchor=ORIGIN,
        confusable=(named.SWISH, named.RELU, named.GELU_TANH),
    ),
    Operation(
        name=named.GELU_TANH,
        value=lambda m, a: (
            a
            * m.number(1, 2)
            * (m.number(1, 1) + m.tanh(m.sqrt(m.divide(m.number(2, 1), m.pi)) * (a + _in(m, CUBIC) * a * a * a)))
        ),
        partials=lambda _v, a: ((_gelu_tanh_slope(a),),),
        definition=lambda a: times(HALF, a, plus(ONE, call(named.TANH, _gelu_inner(a)))),
        sign="GELU_{tanh}",
        words=("gelu_new",),
        role="activation",
        anchor=ORIGIN,
        confusable=(named.GELU, named.SWISH),
    ),
    Operation(
        name=named.MISH,
        value=lambda m, a: a * m.tanh(_softplus(m, a)),
        partials=lambda _v, a: ((_mish_slope(a),),),
        definition=lambda a: times(a, call(named.TANH, call(named.SOFTPLUS, a))),
        sign="mish",
        role="activation",
        anchor=ORIGIN,
        confusable=(named.SWISH, named.TANH, named.RELU),
    ),
    Operation(
        name=named.SOFTSIGN,
        value=lambda m, a: m.divide(a, m.number(1, 1) + m.abs(a)),
        partials=lambda _v, a: ((over(ONE, power(plus(ONE, call(named.ABS, a)), TWO)),),),
        definition=lambda a: over(a, plus(ONE, call(named.ABS, a))),
        sign="softsign",
        kinks=itself,
        range=OPEN_UNIT,
        trend=1,
        parity=-1,
        role="activation",
        anchor=ORIGIN,
        confusable=(named.TANH, named.SIGMOID),
    ),
    Operation(
        name=named.ELU,
        value=_elu,
        partials=lambda _v, *arguments: _elu_partials(*arguments)[: len(arguments)],
        definition=_elu_definition,
        sign="ELU",
        words=("ELU",),
        arity=(1, 2),
        defaults=(ONE,),
        kinks=lambda a, _depth=ONE: (a,),
        role="activation",
        conventions=("relu_at_zero",),
        confusable=(named.RELU, named.LEAKY_RELU, named.SELU),
    ),
    Operation(
        name=named.SELU,
        value=lambda m, a: _in(m, SCALE) * _elu(m, a, _in(m, DEPTH)),
        partials=lambda _v, a: ((number(SCALE), _elu_slope(a, number(DEPTH))),),
        definition=lambda a: times(number(SCALE), _elu_definition(a, number(DEPTH))),
        sign="SELU",
        words=("SELU",),
        kinks=itself,
        trend=1,
        role="activation",
        conventions=("relu_at_zero",),
        confusable=(named.ELU, named.RELU),
    ),
    Operation(
        name=named.HARD_SIGMOID,
        value=lambda m, a: m.maximum(
            m.number(0, 1), m.minimum(m.number(1, 1), m.divide(a, m.number(6, 1)) + m.number(1, 2))
        ),
        partials=lambda _v, a: (
            (over(ONE, SIX), call(named.STEP, plus(a, THREE)), call(named.STEP, difference(THREE, a))),
        ),
        definition=lambda a: _between(_ramp(a), ZERO, ONE),
        sign="hardsigmoid",
        words=("hardsigmoid",),
        range=SHARE,
        kinks=lambda a: (plus(a, THREE), difference(a, THREE)),
        role="activation",
        conventions=("relu_at_zero",),
        confusable=(named.SIGMOID,),
    ),
    Operation(
        name=named.HARD_TANH,
        value=lambda m, a: m.maximum(m.number(-1, 1), m.minimum(m.number(1, 1), a)),
        partials=lambda _v, a: ((call(named.STEP, plus(a, ONE)), call(named.STEP, difference(ONE, a))),),
        definition=lambda a: _between(a, MINUS_ONE, ONE),
        sign="hardtanh",
        words=("hardtanh",),
        range=UNIT,
        parity=-1,
        kinks=lambda a: (plus(a, ONE), difference(a, ONE)),
        role="activation",
        conventions=("relu_at_zero",),
        confusable=(named.TANH, named.RELU),
    ),
    Operation(
        name=named.CLIP,
        value=lambda m, a, low, high: m.minimum(m.maximum(a, low), high),
        partials=lambda _v, a, low, high: _clip_partials(a, low, high),
        definition=_between,
        numpy="np.clip({0}, {1}, {2})",
        sign="clip",
        words=("clamp",),
        arity=(3, 3),
        kinks=lambda a, low, high: (difference(a, low), difference(high, call(named.MAX, a, low))),
        conventions=("relu_at_zero",),
    ),
)
"""Activations; a hard sigmoid is max(0, min(1, a/6 + 1/2)), as PyTorch has it."""
