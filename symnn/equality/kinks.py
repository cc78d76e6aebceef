"""Kinks: |u| = s(u)·u with a sign that is a free residue; max and min through | |."""

from __future__ import annotations

from fractions import Fraction

from symnn.equality.enclosing import BallPoint, Unknown, is_real
from symnn.equality.meaning import Meaning
from symnn.equality.ranges import EVERYTHING, Range
from symnn.equality.residue_code import KINK, ROUGH, Code, Compiles, NotScalar, shared
from symnn.equality.residue_points import ResiduePoint, Run
from symnn.expressions.literals import constant
from symnn.expressions.terms import ZERO
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    names,
    number,
)
from symnn.numeric.balls import precision
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

__all__ = ["arguments_apart", "cut_at_zero", "extreme", "from_zero", "magnitude", "sign"]

_BITS = 1_000
_RISING = frozenset(name for name, one in OF_NUMBERS.items() if one.trend > 0)
_INFINITY = float("inf")


def magnitude(compiler: Compiles, tree: Call) -> Code:
    """Compile |u| as s(u)·u (of a complex number: as an unknown function)."""
    argument = tree.arguments[0]
    if compiler.meaning.complex:
        return _of_complex(compiler, tree)
    reach = compiler.ranges.bounds(argument)
    if reach.low >= 0 or reach.high <= 0:
        return compiler.of(argument if reach.low >= 0 else Negative(argument))
    inner, of = shared(compiler.of(argument)), _sign(compiler, argument)
    run, run_sign = inner.run, of.run
    return Code(
        lambda at: run(at) * run_sign(at) % at.modulus,
        inner.top + of.top,
        inner.bottom,
        inner.over,
        inner.under,
        inner.depth,
    )


def sign(compiler: Compiles, tree: Call) -> Code:
    """Compile the sign of u."""
    if compiler.meaning.complex:
        return _of_complex(compiler, tree)
    return _sign(compiler, tree.arguments[0])


def _of_complex(compiler: Compiles, tree: Call) -> Code:
    compiler.needs |= ROUGH
    inner = compiler.of(tree.arguments[0])
    run, function = inner.run, tree.function
    return Code(lambda at: at.world.hashed(at.level, function, (run(at),)), inner.top + 1.0, depth=inner.depth)


def _sign(compiler: Compiles, tree: Tree) -> Code:
    """Compile the sign of a tree: of its factors one by one, known where the range of values says it."""
    match tree:
        case Negative(operand):
            inner = _sign(compiler, operand)
            run = inner.run
            return Code(lambda at: -run(at) % at.modulus, 1.0, depth=inner.depth)
        case Product(factors) | Entrywise(factors):
            return _signs(compiler, factors)
        case Quotient(over, under):
            return _signs(compiler, (over, under))
        case Call(named.SIGN, (argument,), 0) if named.SIGN not in compiler.meaning.functions:
            return _sign(compiler, argument)
        case Sum((left, right)) if (apart := arguments_apart(left, right, compiler.meaning)) is not None:
            return _sign(compiler, apart)
        case Call() if (apart := from_zero(tree, compiler.meaning)) is not None:
            return _sign(compiler, apart)
    reach = compiler.ranges.bounds(tree) if names(tree) else _constant(tree, compiler.meaning)
    if reach.positive or reach.negative:
        known = 1 if reach.positive else -1
        return Code(lambda at: known % at.modulus)
    if reach.low >= 0 or reach.high <= 0:
        return _unless_zero(compiler, tree, 1 if reach.low >= 0 else -1)
    match tree:
        case Power(base, exponent) if (whole := constant(exponent)) is not None and whole.denominator == 1:
            return _sign(compiler, base)
    compiler.needs |= KINK
    inner = shared(compiler.of(tree))
    run = inner.run
    return Code(lambda at: at.world.signs.sign(run, at), 1.0, depth=inner.depth)


def from_zero(tree: Call, meaning: Meaning) -> Tree | None:
    """Give u − c for f(u) where f rises through 0 at c: both have the same sign; None for any other function."""
    operation = OF_NUMBERS.get(tree.function)
    if operation is None or tree.function in meaning.functions or tree.order or operation.trend != 1:
        return None
    if operation.anchor is None or operation.anchor[1] or operation.range.low == 0:
        return None  # of a root that is never negative the sign is known better
    place = operation.anchor[0]
    return Sum((tree.arguments[0], Negative(number(place)))) if place else tree.arguments[0]


def cut_at_zero(tree: Call, meaning: Meaning) -> Tree | None:
    """Give u for a step of max(0, u), which is that of u: where u is below 0 the step at 0 is 0, too."""
    if tree.function != named.STEP or named.STEP in meaning.functions or meaning.conventions.relu_at_zero:
        return None
    argument = tree.arguments[0]
    argument = meaning.equations.get(argument.name, argument) if isinstance(argument, Name) else argument
    match argument:
        case Call(function, _, order) if order or function in meaning.functions:
            return None
        case Call(named.RELU, (inside,)):
            return inside
        case Call(named.MAX, (first, second)) if ZERO in (first, second):
            return second if first == ZERO else first
    return None


def arguments_apart(left: Tree, right: Tree, meaning: Meaning) -> Tree | None:
    """Give u − v for f(u) − f(v) where f increases everywhere, or an odd power: both have the same sign."""
    if isinstance(left, Negative):
        left, right = right, left
    match (left, right):
        case (Call(function, _, 0), _) if function in meaning.functions:
            return None
        case (Call(function, (more,), 0), Negative(Call(other, (less,), 0))) if function == other in _RISING:
            return Sum((more, Negative(less)))
        case (Power(more, one), Negative(Power(less, other))) if _is_odd(one) and constant(one) == constant(other):
            return Sum((more, Negative(less)))
        case (Call(function, (more,), 0), Negative(less)) if function in OF_NUMBERS:
            operation, level = OF_NUMBERS[function], constant(less)
            if operation.inverse is not None and level is not None and operation.range.holds(level):
                return Sum((more, Negative(operation.inverse(number(level)))))
    return None


def _is_odd(exponent: Tree) -> bool:
    whole = constant(exponent)
    return whole is not None and whole.denominator == 1 and whole > 0 and whole.numerator % 2 == 1


def _signs(compiler: Compiles, factors: tuple[Tree, ...]) -> Code:
    codes = [_sign(compiler, factor) for factor in factors]
    runs = [code.run for code in codes]

    def run(at: ResiduePoint) -> int:
        value = 1
        for part in runs:
            value = value * part(at) % at.modulus
        return value

    return Code(run, float(len(factors)), depth=max(code.depth for code in codes))


def _constant(tree: Tree, meaning: Meaning) -> Range:
    """Give bounds of a tree without quantities, by a ball around its value."""
    exact = constant(tree)
    if exact is not None:
        return Range(exact, exact)
    with precision(_BITS):
        try:
            ball = BallPoint(meaning, {}).value(tree)
        except (Unknown, NotScalar):
            return EVERYTHING
    if not is_real(ball) or ball.contains(0):
        return EVERYTHING
    return Range(Fraction(1), _INFINITY) if ball > 0 else Range(-_INFINITY, Fraction(-1))


def _unless_zero(compiler: Compiles, tree: Tree, known: int) -> Code:
    """Give the sign of a tree whose values, zeros apart, all have the same one.

    With kinks inside it may be 0 on a whole region, which shows in the patterns of signs: relu(x) for x < 0.
    """
    code, kinked = compiler.with_kinks(tree)
    inner = shared(code)
    run = inner.run

    def evaluate(at: ResiduePoint) -> int:
        signs = at.world.signs
        if kinked and signs.free:
            return signs.sign(run, at)
        return known % at.modulus if run(at) else 0

    return Code(evaluate, depth=inner.depth)


def extreme(compiler: Compiles, tree: Call) -> Code:
    """Compile max or min of any number of arguments; nested ones are flattened."""
    arguments = _flattened(tree)
    if len(arguments) == 1:
        return compiler.of(arguments[0])
    if len(arguments) == 2:  # noqa: PLR2004 - two are joined by one | |
        return _of_two(compiler, tree.function, arguments[0], arguments[1])
    compiler.needs |= KINK
    codes = [shared(compiler.of(argument)) for argument in arguments]
    run = _folding([code.run for code in codes], 1 if tree.function == named.MAX else -1)
    bottom = sum(code.bottom for code in codes)
    return Code(
        run,
        max(code.top for code in codes) + bottom + len(codes),
        bottom,
        sum(code.over for code in codes) * 2.0 ** len(codes),
        max(code.under for code in codes) * 2.0 ** len(codes),
        max(code.depth for code in codes),
    )


def _flattened(tree: Call) -> list[Tree]:
    found: list[Tree] = []
    for argument in tree.arguments:
        if isinstance(argument, Call) and argument.function == tree.function and not argument.order:
            found.extend(_flattened(argument))
        else:
            found.append(argument)
    return found


def _of_two(compiler: Compiles, function: str, left: Tree, right: Tree) -> Code:
    apart: Tree = Sum((left, Negative(right)))
    if right == Number(0):
        apart = left
    elif left == Number(0):
        apart = right
    half = Quotient(Number(1), Number(2))
    distance: Tree = Call(named.ABS, (apart,))
    if function == named.MIN:
        distance = Negative(distance)
    return compiler.of(Product((half, Sum((left, right, distance)))))


def _folding(runs: list[Run], direction: int) -> Run:
    """Give the run of max (direction 1) or min (−1), taking the arguments in an order of their values.

    The order is the same for the same arguments, also if all are multiplied by one constant.
    """
    folded: dict[tuple[int, ...], Run] = {}

    def evaluate(at: ResiduePoint) -> int:
        ground = at.world.ground
        keys = [_place(run, ground) for run in runs]
        order = tuple(sorted(range(len(runs)), key=keys.__getitem__))
        if order not in folded:
            folded[order] = _chain([runs[place] for place in order], direction)
        return folded[order](at)

    return evaluate


def _place(run: Run, ground: ResiduePoint) -> tuple[int, int]:
    other = run(ground.twin)
    ratio = run(ground) * pow(other, -1, ground.modulus) % ground.modulus if other else 0
    return ratio, run(ground)


def _chain(runs: list[Run], direction: int) -> Run:
    chained = runs[0]
    for other in runs[1:]:
        chained = _join(chained, other, direction)
    return chained


def _join(left: Run, right: Run, direction: int) -> Run:
    def apart(at: ResiduePoint) -> int:
        return (at[left] - at[right]) % at.modulus

    def joined(at: ResiduePoint) -> int:
        modulus = at.modulus
        distance = at.world.signs.sign(apart, at) * apart(at) * direction
        return (at[left] + at[right] + distance) * pow(2, -1, modulus) % modulus

    return joined
