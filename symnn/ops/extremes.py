"""The step, and which of several numbers is the largest: what kinks and ties are made of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from symnn.expressions.terms import (
    HALF,
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
from symnn.ops import named
from symnn.ops.bounds import SHARE
from symnn.ops.operation import Arithmetic, Factors, Operation, itself

__all__ = ["EXTREMES", "MANY"]

MANY = 257
"""How many numbers the largest is taken of: a pooling window of 16 x 16 and one more."""


def _apart(*arguments: Tree) -> tuple[Tree, ...]:
    """Give how far each two are apart."""
    return tuple(difference(one, other) for one, other in combinations(arguments, 2))


def _over(one: Tree, level: Tree) -> Tree:
    """Write whether something lies above a level: by convention what ``step`` is at 0 where it lies on it."""
    return call(named.STEP, one if is_number(level, 0) else difference(one, level))


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
    return _shared_out(arguments, lambda rank, varying: (call(named.TOP, Number(rank + 1), *varying),), _over)


def _minimum_partials(arguments: tuple[Tree, ...]) -> tuple[Factors, ...]:
    """Give the share of each argument of a minimum: what the maximum leaves, since min(a, b) = a + b - max(a, b).

    So at a tie where the first of equals is the largest, the last is the smallest, and max(0, a) + min(0, a) has
    the slope 1 everywhere.
    """

    def ranked(rank: int, varying: tuple[Tree, ...]) -> tuple[Tree, ...]:
        turned = tuple(minus(one) for one in reversed(varying))
        return (call(named.TOP, Number(len(varying) - rank), *turned),)

    return _shared_out(arguments, ranked, lambda one, level: difference(ONE, _over(one, level)))


def _top(m: Arithmetic, rank: Any, *values: Any) -> Any:
    """Give the share of the value with this rank: 1 if it is the largest, 0 if not, by convention on a tie."""
    place = next(index for index in range(len(values)) if rank == m.number(index + 1, 1))
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
    return product(tuple(call(named.STEP, difference(values[place], other)) for other in others))


def _step(at_zero: Fraction) -> Callable[[Tree], Tree]:
    """Write the step through the sign s of its argument: c + s/2 + (1/2 - c) s², where c is its value at 0."""
    middle, rest = number(at_zero), number(Fraction(1, 2) - at_zero)

    def written(inner: Tree) -> Tree:
        sign = call(named.SIGN, inner)
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
        equals = (difference(ONE, power(call(named.SIGN, one), TWO)) for one in distances.values())
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


EXTREMES: tuple[Operation, ...] = (
    Operation(
        name=named.PIECEWISE,
        value=lambda m, a, above, below: m.choose(a, above, below),
        partials=lambda _v, a, *_: ((ZERO,), (call(named.STEP, a),), (difference(ONE, call(named.STEP, a)),)),
        definition=lambda a, above, below: plus(
            times(call(named.STEP, a), above), times(difference(ONE, call(named.STEP, a)), below)
        ),
        numpy="np.where({0} > 0, {1}, {2})",
        sign="where",
        layout="cases",
        arity=(3, 3),
        choosing=True,
        kinks=lambda a, *_: (a,),
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.STEP,
        value=lambda m, a: m.step(a),
        partials=lambda _v, _a: ((ZERO,),),
        definition=lambda a: over(plus(ONE, call(named.SIGN, a)), TWO),
        by_convention=lambda at_zero, _ties: _step(at_zero),
        numpy="np.heaviside({0}, AT_ZERO)",
        sign="step",
        words=("heaviside", "Heaviside"),
        kinks=itself,
        range=SHARE,
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.MAX,
        value=_fold_maximum,
        partials=lambda _v, *arguments: _maximum_partials(arguments),
        numpy="np.maximum({0}, {1})",
        sign="max",
        words=("maxout", "maximum"),
        arity=(2, MANY),
        gathered=named.LARGEST,
        kinks=_apart,
        sympy="Max",
        confusable=(named.MIN,),
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.TOP,
        value=_top,
        partials=lambda _v, *arguments: ((ZERO,),) * len(arguments),
        definition=lambda *arguments: _alone(arguments),
        by_convention=lambda _at_zero, ties: _shares(ties),
        sign="top",
        arity=(2, MANY + 1),
        ranked=True,
        kinks=lambda _rank, *arguments: _apart(*arguments),
        range=SHARE,
    ),
    Operation(
        name=named.MIN,
        value=_fold_minimum,
        partials=lambda _v, *arguments: _minimum_partials(arguments),
        numpy="np.minimum({0}, {1})",
        sign="min",
        words=("minimum",),
        arity=(2, MANY),
        gathered=named.SMALLEST,
        kinks=_apart,
        sympy="Min",
        confusable=(named.MAX,),
        conventions=("relu_at_zero",),
    ),
)
