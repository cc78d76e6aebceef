"""The functions that a unit applies to its weighted sum, one record each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symnn.expressions.terms import ONE, TWO, ZERO, call, difference, minus, over, plus, power, times
from symnn.expressions.tree import Call, Number, Tree
from symnn.ops import named
from symnn.ops.bounds import NOT_NEGATIVE, OPEN_SHARE, OPEN_UNIT, POSITIVE
from symnn.ops.operation import ORIGIN, Arithmetic, Factors, Operation, itself

__all__ = ["ACTIVATIONS"]

LEAK: Tree = Number(1, 100, "0.01")
"""The slope of a leaky ReLU below 0 where none is written."""


def _leaky(m: Arithmetic, a: Any, slope: Any = None) -> Any:
    zero = m.number(0, 1)
    below = m.number(1, 100) if slope is None else slope
    return m.maximum(zero, a) + below * m.minimum(zero, a)


def _leaky_partials(a: Tree, slope: Tree = LEAK) -> tuple[Factors, ...]:
    above = call(named.STEP, a)
    return (plus(slope, times(difference(ONE, slope), above)),), (difference(ONE, above), a)


def _leaky_definition(a: Tree, slope: Tree = LEAK) -> Tree:
    """Write max(0.01 a, a) as the lecture does; that is so for slopes up to 1 only."""
    if isinstance(slope, Number) and slope.value <= 1:
        return call(named.MAX, times(slope, a), a)
    return plus(call(named.MAX, ZERO, a), times(slope, call(named.MIN, ZERO, a)))


ACTIVATIONS: tuple[Operation, ...] = (
    Operation(
        name=named.TANH,
        value=lambda m, a: m.tanh(a),
        partials=lambda v, _a: ((difference(ONE, power(v, TWO)),),),
        definition=lambda a: over(
            difference(call(named.EXP, a), call(named.EXP, minus(a))),
            plus(call(named.EXP, a), call(named.EXP, minus(a))),
        ),
        numpy="np.tanh({0})",
        sign="tanh",
        range=OPEN_UNIT,
        trend=1,
        parity=-1,
        sympy="tanh",
        role="activation",
        confusable=(named.SIGMOID, named.RELU, named.IDENTITY),
        anchor=ORIGIN,
    ),
    Operation(
        name=named.SIGMOID,
        value=lambda m, a: m.divide(m.number(1, 1), m.number(1, 1) + m.exp(-a)),
        partials=lambda v, _a: ((v, difference(ONE, v)),),
        definition=lambda a: over(ONE, plus(ONE, call(named.EXP, minus(a)))),
        numpy="1 / (1 + np.exp(-{0}))",
        sign="σ",
        words=("logistic", "sigm", "expit", "σ", "sigma"),
        range=OPEN_SHARE,
        trend=1,
        role="activation",
        confusable=(named.TANH, named.RELU, named.IDENTITY),
        anchor=(Fraction(0), Fraction(1, 2)),
        inverse=lambda level: call(named.LOG, over(level, difference(ONE, level))),
        logarithm=lambda a: minus(call(named.SOFTPLUS, minus(a))),
        complement=lambda a: Call(named.SIGMOID, (minus(a),)),
    ),
    Operation(
        name=named.RELU,
        value=lambda m, a: m.maximum(m.number(0, 1), a),
        partials=lambda _v, a: ((call(named.STEP, a),),),
        definition=lambda a: call(named.MAX, ZERO, a),
        numpy="np.maximum(0, {0})",
        sign="ReLU",
        words=("ReLU", "RELU"),
        kinks=itself,
        range=NOT_NEGATIVE,
        role="activation",
        confusable=(named.SIGMOID, named.TANH, named.IDENTITY),
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.LEAKY_RELU,
        value=_leaky,
        partials=lambda _v, *arguments: _leaky_partials(*arguments)[: len(arguments)],
        definition=_leaky_definition,
        numpy="np.maximum(0, {0}) + {1} * np.minimum(0, {0})",
        sign="LeakyReLU",
        words=("LeakyReLU", "leakyrelu", "prelu", "PReLU"),
        arity=(1, 2),
        defaults=(LEAK,),
        kinks=lambda a, _slope=LEAK: (a,),
        role="activation",
        confusable=(named.RELU, named.SIGMOID, named.TANH, named.IDENTITY),
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.SOFTPLUS,
        value=lambda m, a: m.maximum(m.number(0, 1), a) + m.log1p(m.exp(-m.abs(a))),
        partials=lambda _v, a: ((call(named.SIGMOID, a),),),
        definition=lambda a: call(named.LOG, plus(ONE, call(named.EXP, a))),
        numpy="np.logaddexp(0, {0})",
        sign="softplus",
        range=POSITIVE,
        trend=1,
        role="activation",
        confusable=(named.RELU, named.SIGMOID, named.TANH, named.IDENTITY),
    ),
    Operation(
        name=named.IDENTITY,
        value=lambda _m, a: a,
        partials=lambda _v, _a: ((ONE,),),
        definition=lambda a: a,
        numpy="{0}",
        sign="identity",
        trend=1,
        parity=-1,
        role="activation",
        confusable=(named.SIGMOID, named.TANH, named.RELU),
        anchor=ORIGIN,
        called="called-identity",
    ),
)
