"""The elementary functions and the activations, one record each."""

from __future__ import annotations

from collections.abc import Callable
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
    is_number,
    minus,
    over,
    plus,
    power,
    product,
    times,
)
from symnn.expressions.tree import Number, Tree, number
from symnn.ops.operation import Arithmetic, Factors, Operation

__all__ = ["FUNCTIONS"]

LEAK: Tree = Number(1, 100, "0.01")


def _over(one: Tree, level: Tree) -> Tree:
    """Write whether something lies above a level: by convention what ``step`` is at 0 where it lies on it."""
    return call("step", one if is_number(level, 0) else difference(one, level))


def _shared_out(
    arguments: tuple[Tree, ...],
    ranked: Callable[[int, tuple[Tree, ...]], tuple[Tree, ...]],
    over: Callable[[Tree, Tree], Tree],
) -> tuple[Factors, ...]:
    """Give each argument its share: its rank among those that vary, and its side of every fixed level."""
    levels = [argument for argument in arguments if isinstance(argument, Number)]
    moving = [place for place, argument in enumerate(arguments) if not isinstance(argument, Number)]
    varying = tuple(arguments[place] for place in moving)
    found: list[Factors] = [(ZERO,)] * len(arguments)
    for rank, place in enumerate(moving):
        shares = ranked(rank, varying) if len(varying) > 1 else ()
        found[place] = (*shares, *(over(arguments[place], level) for level in levels)) or (ONE,)
    return tuple(found)


def _maximum_partials(arguments: tuple[Tree, ...]) -> tuple[Factors, ...]:
    """Give the share of each argument of a maximum: shares add up to 1, at a tie by convention."""
    return _shared_out(arguments, lambda rank, varying: (call("top", Number(rank + 1), *varying),), _over)


def _minimum_partials(arguments: tuple[Tree, ...]) -> tuple[Factors, ...]:
    """Give the share of each argument of a minimum: what the maximum leaves, since min(a, b) = a + b - max(a, b).

    So at a tie where the first of equals is the largest, the last is the smallest, and max(0, a) + min(0, a) has
    the slope 1 everywhere.
    """

    def ranked(rank: int, varying: tuple[Tree, ...]) -> tuple[Tree, ...]:
        turned = tuple(minus(one) for one in reversed(varying))
        return (call("top", Number(len(varying) - rank), *turned),)

    return _shared_out(arguments, ranked, lambda one, level: difference(ONE, _over(one, level)))


def _top(m: Arithmetic, rank: Any, *values: Any) -> Any:
    """Give the share of the value with this rank: 1 if it is the largest, 0 if not, by convention on a tie."""
    place = round(float(rank)) - 1
    one, half = m.number(1, 1), m.number(1, 2)
    share, ties = one, one
    for index, other in enumerate(values):
        if index == place:
            continue
        sign = m.sign(values[place] - other)
        square = sign * sign
        at_least = one + half * (sign - square)
        above = half * (sign + square)
        share = share * (above if m.ties == "first" and index < place else at_least)
        ties = ties + one - square
    return m.divide(share, ties) if m.ties == "shared" else share


def _alone(arguments: tuple[Tree, ...]) -> Tree:
    """Write the share of the ranked argument where there is no tie: it is above every other."""
    rank, *values = arguments
    place = rank.numerator - 1 if isinstance(rank, Number) else 0
    others = (value for index, value in enumerate(values) if index != place)
    return product(tuple(call("step", difference(values[place], other)) for other in others))


def _step(at_zero: Fraction) -> Callable[[Tree], Tree]:
    """Write the step through the sign s of its argument: c + s/2 + (1/2 - c) s², where c is its value at 0."""
    middle, rest = number(at_zero), number(Fraction(1, 2) - at_zero)

    def written(inner: Tree) -> Tree:
        sign = call("sign", inner)
        return plus(middle, times(HALF, sign), times(rest, power(sign, TWO)))

    return written


def _shares(ties: str) -> Callable[..., Tree]:
    """Write the share of the ranked argument through the signs of its distances from the others.

    Of equals the first counts, so an argument must be above those before it; or all of them share.
    """
    at_least, above = _step(Fraction(1)), _step(Fraction(0))

    def written(rank: Tree, *values: Tree) -> Tree:
        place = rank.numerator - 1 if isinstance(rank, Number) else 0
        distances = {i: difference(values[place], other) for i, other in enumerate(values) if i != place}
        first = ties == "first"
        share = product(tuple((above if first and i < place else at_least)(one) for i, one in distances.items()))
        if first:
            return share
        equals = (difference(ONE, power(call("sign", one), TWO)) for one in distances.values())
        return over(share, plus(ONE, *equals))

    return written


def _fold_maximum(m: Arithmetic, first: Any, *rest: Any) -> Any:
    for other in rest:
        first = m.maximum(first, other)
    return first


def _fold_minimum(m: Arithmetic, first: Any, *rest: Any) -> Any:
    for other in rest:
        first = m.minimum(first, other)
    return first


def _nested(function: str, arguments: tuple[str, ...]) -> str:
    """Write NumPy code of a two-argument function over many."""
    code = arguments[0]
    for other in arguments[1:]:
        code = f"{function}({code}, {other})"
    return code


FUNCTIONS: tuple[Operation, ...] = (
    Operation(
        "exp",
        value=lambda m, a: m.exp(a),
        partials=lambda v, _a: ((v,),),
        numpy="np.exp({0})",
        latex=r"\exp",
    ),
    Operation(
        "log",
        value=lambda m, a: m.log(a),
        partials=lambda _v, a: ((over(ONE, a),),),
        numpy="np.log({0})",
        latex=r"\log",
    ),
    Operation(
        "sqrt",
        value=lambda m, a: m.sqrt(a),
        partials=lambda v, _a: ((over(ONE, times(TWO, v)),),),
        numpy="np.sqrt({0})",
        latex=r"\sqrt",
    ),
    Operation(
        "abs",
        value=lambda m, a: m.abs(a),
        partials=lambda _v, a: ((call("sign", a),),),
        numpy="np.abs({0})",
        latex=r"\operatorname{abs}",
    ),
    Operation(
        "sign",
        value=lambda m, a: m.sign(a),
        partials=lambda _v, _a: ((ZERO,),),
        numpy="np.sign({0})",
        latex=r"\operatorname{sign}",
    ),
    Operation(
        "step",
        value=lambda m, a: m.step(a),
        partials=lambda _v, _a: ((ZERO,),),
        definition=lambda a: over(plus(ONE, call("sign", a)), TWO),
        by_convention=lambda at_zero, _ties: _step(at_zero),
        numpy="np.heaviside({0}, AT_ZERO)",
        latex=r"\operatorname{step}",
    ),
    Operation(
        "floor",
        value=lambda m, a: m.floor(a),
        partials=lambda _v, _a: ((ZERO,),),
        numpy="np.floor({0})",
        latex=r"\operatorname{floor}",
    ),
    Operation(
        "max",
        value=_fold_maximum,
        partials=lambda _v, *arguments: _maximum_partials(arguments),
        numpy="np.maximum({0}, {1})",
        latex=r"\max",
        arity=(1, 257),
    ),
    Operation(
        "top",
        value=_top,
        partials=lambda _v, *arguments: ((ZERO,),) * len(arguments),
        definition=lambda *arguments: _alone(arguments),
        by_convention=lambda _at_zero, ties: _shares(ties),
        latex=r"\operatorname{top}",
        arity=(2, 258),
    ),
    Operation(
        "min",
        value=_fold_minimum,
        partials=lambda _v, *arguments: _minimum_partials(arguments),
        numpy="np.minimum({0}, {1})",
        latex=r"\min",
        arity=(1, 64),
    ),
    Operation(
        "sin",
        value=lambda m, a: m.sin(a),
        partials=lambda _v, a: ((call("cos", a),),),
        numpy="np.sin({0})",
        latex=r"\sin",
    ),
    Operation(
        "cos",
        value=lambda m, a: m.cos(a),
        partials=lambda _v, a: ((MINUS_ONE, call("sin", a)),),
        numpy="np.cos({0})",
        latex=r"\cos",
    ),
    Operation(
        "tan",
        value=lambda m, a: m.tan(a),
        partials=lambda v, _a: ((plus(ONE, power(v, TWO)),),),
        definition=lambda a: over(call("sin", a), call("cos", a)),
        numpy="np.tan({0})",
        latex=r"\tan",
    ),
    Operation(
        "asin",
        value=lambda m, a: m.asin(a),
        partials=lambda _v, a: ((over(ONE, call("sqrt", difference(ONE, power(a, TWO)))),),),
        numpy="np.arcsin({0})",
        latex=r"\arcsin",
    ),
    Operation(
        "acos",
        value=lambda m, a: m.acos(a),
        partials=lambda _v, a: ((MINUS_ONE, over(ONE, call("sqrt", difference(ONE, power(a, TWO))))),),
        numpy="np.arccos({0})",
        latex=r"\arccos",
    ),
    Operation(
        "atan",
        value=lambda m, a: m.atan(a),
        partials=lambda _v, a: ((over(ONE, plus(ONE, power(a, TWO))),),),
        numpy="np.arctan({0})",
        latex=r"\arctan",
    ),
    Operation(
        "sinh",
        value=lambda m, a: m.sinh(a),
        partials=lambda _v, a: ((call("cosh", a),),),
        definition=lambda a: over(difference(call("exp", a), call("exp", minus(a))), TWO),
        numpy="np.sinh({0})",
        latex=r"\sinh",
    ),
    Operation(
        "cosh",
        value=lambda m, a: m.cosh(a),
        partials=lambda _v, a: ((call("sinh", a),),),
        definition=lambda a: over(plus(call("exp", a), call("exp", minus(a))), TWO),
        numpy="np.cosh({0})",
        latex=r"\cosh",
    ),
    Operation(
        "tanh",
        value=lambda m, a: m.tanh(a),
        partials=lambda v, _a: ((difference(ONE, power(v, TWO)),),),
        definition=lambda a: over(
            difference(call("exp", a), call("exp", minus(a))), plus(call("exp", a), call("exp", minus(a)))
        ),
        numpy="np.tanh({0})",
        latex=r"\tanh",
    ),
    Operation(
        "sigmoid",
        value=lambda m, a: m.divide(m.number(1, 1), m.number(1, 1) + m.exp(-a)),
        partials=lambda v, _a: ((v, difference(ONE, v)),),
        definition=lambda a: over(ONE, plus(ONE, call("exp", minus(a)))),
        numpy="1 / (1 + np.exp(-{0}))",
        latex=r"\sigma",
    ),
    Operation(
        "relu",
        value=lambda m, a: m.maximum(m.number(0, 1), a),
        partials=lambda _v, a: ((call("step", a),),),
        definition=lambda a: call("max", ZERO, a),
        numpy="np.maximum(0, {0})",
        latex=r"\operatorname{ReLU}",
    ),
    Operation(
        "leaky_relu",
        value=lambda m, a: m.maximum(m.number(1, 100) * a, a),
        partials=lambda _v, a: ((plus(LEAK, times(difference(ONE, LEAK), call("step", a))),),),
        definition=lambda a: call("max", times(LEAK, a), a),
        numpy="np.maximum(0.01 * {0}, {0})",
        latex=r"\operatorname{LeakyReLU}",
    ),
    Operation(
        "softplus",
        value=lambda m, a: m.maximum(m.number(0, 1), a) + m.log(m.number(1, 1) + m.exp(-m.abs(a))),
        partials=lambda _v, a: ((call("sigmoid", a),),),
        definition=lambda a: call("log", plus(ONE, call("exp", a))),
        numpy="np.logaddexp(0, {0})",
        latex=r"\operatorname{softplus}",
    ),
    Operation(
        "identity",
        value=lambda _m, a: a,
        partials=lambda _v, _a: ((ONE,),),
        definition=lambda a: a,
        numpy="{0}",
        latex=r"\operatorname{id}",
    ),
    Operation(
        "squared_error",
        value=lambda _m, y, z: (y - z) * (y - z),
        partials=lambda _v, y, z: ((TWO, difference(y, z)), (minus(TWO), difference(y, z))),
        definition=lambda y, z: power(difference(y, z), TWO),
        numpy="({0} - {1}) ** 2",
        latex=r"\operatorname{SE}",
        arity=(2, 2),
    ),
    Operation(
        "half_squared_error",
        value=lambda m, y, z: m.number(1, 2) * (y - z) * (y - z),
        partials=lambda _v, y, z: ((difference(y, z),), (MINUS_ONE, difference(y, z))),
        definition=lambda y, z: times(HALF, power(difference(y, z), TWO)),
        numpy="0.5 * ({0} - {1}) ** 2",
        latex=r"\operatorname{HSE}",
        arity=(2, 2),
    ),
    Operation(
        "cross_entropy",
        value=lambda m, y, z: -(z * m.log(y)) - (m.number(1, 1) - z) * m.log(m.number(1, 1) - y),
        partials=lambda _v, y, z: (
            (over(difference(y, z), times(y, difference(ONE, y))),),
            (difference(call("log", difference(ONE, y)), call("log", y)),),
        ),
        definition=lambda y, z: difference(
            minus(times(z, call("log", y))), times(difference(ONE, z), call("log", difference(ONE, y)))
        ),
        numpy="-{1} * np.log({0}) - (1 - {1}) * np.log(1 - {0})",
        latex=r"\operatorname{CE}",
        arity=(2, 2),
    ),
)
