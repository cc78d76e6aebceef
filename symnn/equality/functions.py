"""How functions are compiled: exp and what is made of it, roots, logarithms, the circle, unknown functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from symnn.equality.kinks import extreme, magnitude, sign
from symnn.equality.residue_code import (
    CIRCLE,
    HALF,
    LOG,
    ODD_ROOT,
    ROOT,
    ROUGH,
    Code,
    Compiles,
    NotASquare,
    exponential,
    float_of,
    power_of,
)
from symnn.equality.residue_points import ResiduePoint, Run, Undefined
from symnn.equality.towers import ROOTS
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.tree import Call, Constant, Name, Negative, Number, Quotient, Sum, Tree
from symnn.ops import named

__all__ = ["CIS", "COS", "NATIVE", "SIN", "opaque", "root"]

_ZERO: Tree = Number(0)

CIS, SIN, COS = " cis", " sin", " cos"
"""Internal functions of v and r: cis is exp(i (v + r π)), and so sin and cos; no reader can spell them."""


def _exp(compiler: Compiles, tree: Call) -> Code:
    return exponential(compiler, compiler.of(tree.arguments[0]))


def _sigmoid(compiler: Compiles, tree: Call) -> Code:
    power = exponential(compiler, compiler.of(tree.arguments[0]), -1)
    run_power = power.run

    def run(at: ResiduePoint) -> int:
        try:
            return pow(1 + run_power(at), -1, at.modulus)
        except ValueError:
            raise Undefined(tree) from None

    return Code(run, power.bottom, power.top, 1.0, 2.0, power.depth)


def _tanh(compiler: Compiles, tree: Call) -> Code:
    power = exponential(compiler, compiler.of(tree.arguments[0]), 2)
    run_power = power.run

    def run(at: ResiduePoint) -> int:
        value = run_power(at)
        try:
            return (value - 1) * pow(value + 1, -1, at.modulus) % at.modulus
        except ValueError:
            raise Undefined(tree) from None

    return Code(run, 2 * power.top, 2 * power.top, 2.0, 2.0, power.depth)


def _sqrt(compiler: Compiles, tree: Call) -> Code:
    return root(compiler, tree.arguments[0], Fraction(1, 2))


def root(compiler: Compiles, base: Tree, exponent: Fraction) -> Code:
    """Compile u^(n/d): exact where d is odd; where it is even, only at points where u is a square."""
    inner = compiler.of(base)
    even = exponent.denominator % 2 == 0
    run_base = inner.run
    if even and isinstance(base, Name):
        compiler.squares.append(base.name)

    def run(at: ResiduePoint) -> int:
        value = run_base(at)
        order = at.order
        if even:
            order //= order & -order
            if value and power_of(value, order, at.modulus) != 1:
                raise NotASquare
        if not value and exponent < 0:
            raise Undefined(base)
        try:
            power = exponent.numerator * pow(exponent.denominator, -1, order) % order
        except ValueError:
            raise TooLarge from None
        return power_of(value, power, at.modulus)

    if isinstance(base, Name) and exponent.denominator == 2 and _is_free_and_positive(compiler, base):  # noqa: PLR2004
        return _half(compiler, base, exponent.numerator, inner, run)
    compiler.needs |= (ROOT if even else ODD_ROOT) | ROUGH
    compiler.powers += 1 + even
    try:
        size = abs(float(exponent)) + 1
    except OverflowError:
        raise TooLarge from None
    return Code(run, inner.top * size, inner.bottom * size, inner.over, inner.under, inner.depth)


def _is_free_and_positive(compiler: Compiles, tree: Name) -> bool:
    """Say whether a name is a quantity of its own that can be drawn as the square of a positive one."""
    known = tree.name in compiler.named or tree.name in compiler.bound or compiler.meaning.complex
    return not known and compiler.ranges.bounds(tree).low >= 0


def _half(compiler: Compiles, base: Name, times: int, inner: Code, otherwise: Run) -> Code:
    """Compile √w to a power, w being drawn as s²: with s in its place no root is left, and one field is enough.

    ``otherwise`` evaluates it where w is not drawn so, and where other even roots are taken, whose sides it must take.
    """
    compiler.needs |= HALF
    name = base.name

    def run(at: ResiduePoint) -> int:
        if at.world.kind is ROOTS or name not in at.world.squares:
            return otherwise(at)
        try:
            return pow(at.half(name), times, at.modulus)
        except ValueError:
            raise Undefined(base) from None

    size = float_of(times)
    degrees = (0.0, inner.top * size) if times < 0 else (inner.top * size, 0.0)
    return Code(run, *degrees, inner.over, inner.under, inner.depth)


def _log(compiler: Compiles, tree: Call) -> Code:
    argument = tree.arguments[0]
    value = constant(argument)
    if value == 1:
        return Code(lambda _: 0)
    if value == 0:
        raise Undefined(tree)
    compiler.needs |= LOG | ROUGH
    if isinstance(argument, Name) and argument.name not in compiler.named:
        name = argument.name
        compiler.logarithms.append(name)
        return Code(lambda at: at.logarithm(name), 1.0, depth=1)
    if isinstance(argument, Call) and argument.function == named.ABS and not compiler.meaning.complex:
        return _keyed(compiler, "log abs", argument.arguments[0], _log_of_size)
    return _keyed(compiler, named.LOG, argument, _log_either_way)


def _keyed(compiler: Compiles, label: str, argument: Tree, rule: Callable[[ResiduePoint, str, int], int]) -> Code:
    """Compile a function known by its argument's value and by a symmetry."""
    inner = compiler.of(argument)
    run = inner.run
    return Code(
        lambda at: rule(at, label, run(at)),
        1.0 + inner.top + inner.bottom,
        over=max(inner.over, inner.under),
        depth=inner.depth,
    )


def _log_either_way(at: ResiduePoint, label: str, value: int) -> int:
    """Give log u with log(1/u) = −log u."""
    if not value:
        raise Undefined(_ZERO)
    other = pow(value, -1, at.modulus)
    if other < value:
        return -at.world.hashed(at.level, label, (other,)) % at.modulus
    return at.world.hashed(at.level, label, (value,))


def _log_of_size(at: ResiduePoint, label: str, value: int) -> int:
    """Give log |u|, the same for −u."""
    return _log_either_way(at, label, value * value % at.modulus)


def _odd(at: ResiduePoint, label: str, value: int) -> int:
    """Give f(u) with f(−u) = −f(u)."""
    if value > at.modulus - value:
        return -at.world.hashed(at.level, label, (at.modulus - value,)) % at.modulus
    return at.world.hashed(at.level, label, (value,)) if value else 0


def _arc(compiler: Compiles, tree: Call) -> Code:
    compiler.needs |= ROUGH
    if tree.function == named.ACOS:
        quarter = Quotient(Constant("pi"), Number(2))
        return compiler.of(Sum((quarter, Negative(Call(named.ASIN, tree.arguments)))))
    return _keyed(compiler, tree.function, tree.arguments[0], _odd)


def _cis(compiler: Compiles, tree: Call) -> Code:
    compiler.needs |= CIRCLE
    compiler.powers += 1
    angle = tree.arguments[0]
    turn = constant(tree.arguments[1]) if len(tree.arguments) > 1 else None
    turn = turn or Fraction(0)
    if angle == Number(0):
        return Code(lambda at: at.turned(turn))
    before = compiler.turned
    inner = compiler.of(angle)
    if compiler.turned > before:
        compiler.needs |= ROUGH
    run = inner.run
    weight = (inner.over + inner.top) * inner.under + inner.bottom

    def evaluate(at: ResiduePoint) -> int:
        above = at.above
        power = power_of(at.base, above.imaginary * run(above) % above.modulus, at.modulus)
        return power * at.turned(turn) % at.modulus

    return Code(evaluate, weight, weight, depth=inner.depth + 1)


def _circular(compiler: Compiles, tree: Call) -> Code:
    """Compile sin or cos of v or of v + rπ: (z ∓ 1/z)/2, over i for the sine, with z = cis."""
    sine = tree.function in {named.SIN, SIN}
    cis = _cis(compiler, tree)
    run = cis.run

    def evaluate(at: ResiduePoint) -> int:
        value, modulus = run(at), at.modulus
        inverse = pow(value, -1, modulus)
        if sine:
            return (value - inverse) * pow(2 * at.imaginary, -1, modulus) % modulus
        return (value + inverse) * pow(2, -1, modulus) % modulus

    return Code(evaluate, 2 * cis.top, cis.top, 2.0, 2.0, cis.depth)


def opaque(compiler: Compiles, label: str, arguments: tuple[Tree, ...]) -> Code:
    """Compile an unknown function: a residue that depends on the values of the arguments only."""
    codes = [compiler.of(argument) for argument in arguments]
    runs = [code.run for code in codes]
    top = 1.0 + sum(code.top + code.bottom for code in codes)
    over = max((max(code.over, code.under) for code in codes), default=1.0)
    depth = max((code.depth for code in codes), default=0)
    return Code(
        lambda at: at.world.hashed(at.level, label, tuple(run(at) for run in runs)),
        top,
        over=over,
        depth=depth,
    )


def imaginary(compiler: Compiles, _: Constant) -> Code:
    """Compile the constant i: the root of unity of order 4."""
    compiler.needs |= CIRCLE
    return Code(lambda at: at.imaginary)


NATIVE: Mapping[str, Callable[[Compiles, Call], Code]] = MappingProxyType(
    {
        named.EXP: _exp,
        named.SIGMOID: _sigmoid,
        named.TANH: _tanh,
        named.SQRT: _sqrt,
        named.LOG: _log,
        named.SIN: _circular,
        named.COS: _circular,
        CIS: _cis,
        SIN: _circular,
        COS: _circular,
        named.ASIN: _arc,
        named.ACOS: _arc,
        named.ATAN: _arc,
        named.ERF: _arc,
        named.ABS: magnitude,
        named.SIGN: sign,
        named.MAX: extreme,
        named.MIN: extreme,
    }
)
"""The functions that are evaluated as they are; the others by their definition."""
