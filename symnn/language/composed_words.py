"""Words that are read as something made of other things: ``log2(x)``, ``sec x``, ``hypot(a, b)``, ``diff(E, w)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
)
from symnn.expressions.writing import plain
from symnn.language.derived_by import by_several
from symnn.language.powers import program_power, root_power
from symnn.ops import named
from symnn.ops.operation import AXES

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["maker"]

_MOST_REPEATED = 8
"""How often one quantity may be derived by at once: ``diff(E, w, 8)``."""

Maker = Callable[["Reader", int, tuple[Tree, ...]], Tree]


def _count(parser: Reader, at: int, arguments: tuple[Tree, ...], expected: int) -> None:
    if len(arguments) != expected:
        parser.refuse("arguments", at, function=parser.values[at], expected=expected, got=len(arguments))


def maker(word: str) -> Maker:
    """Say what a word makes of its arguments."""
    return _MAKERS.get(word) or _log_to(word)


def _log_to(word: str) -> Maker:
    base = {"lg": 10}.get(word) or int(word.removeprefix(named.LOG).removeprefix(":"))

    def make(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
        _count(parser, at, arguments, 1)
        return Quotient(Call(named.LOG, arguments), Call(named.LOG, (Number(base),)), parser.span(at))

    return make


def _reciprocal(function: str) -> Maker:
    def make(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
        _count(parser, at, arguments, 1)
        return Quotient(Number(1), Call(function, arguments), parser.span(at))

    return make


def _cube_root(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 1)
    return root_power(arguments[0], Number(3), parser.span(at))


def _to_the_power(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 2)
    return program_power(parser, arguments[0], arguments[1], parser.span(at))


def _derivative(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read ``diff(E, w1)``, ``diff(E, w1, w2)`` and ``diff(E, w1, 2)``."""
    if len(arguments) < 2:  # noqa: PLR2004 - of what, and by what
        parser.refuse("arguments", at, function=parser.values[at], expected=2, got=len(arguments))
    tree = arguments[0]
    for before, wrt in pairwise(arguments):
        if isinstance(wrt, Number):
            if wrt.denominator != 1 or not 1 <= wrt.numerator <= _MOST_REPEATED or not isinstance(before, Name):
                parser.refuse("wrt", at, found=plain(wrt))
            for _ in range(wrt.numerator - 1):
                tree = Derivative(tree, before, parser.span(at))
        else:
            tree = by_several(parser, tree, wrt, at)
    return tree


def _matrix(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    if not isinstance(arguments[0], Matrix):
        parser.refuse("matrix", at, found=parser.source(at))
    return arguments[0]


def _transpose(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 1)
    return parser.transpose(arguments[0], at)


def _gradient(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 1)
    return Derivative(arguments[0], None, parser.span(at))


def _product(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read NumPy's ``dot(A, b)`` and ``matmul(A, b)`` as products of matrices."""
    _count(parser, at, arguments, 2)
    return Product(arguments, parser.span(at))


def _entrywise(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read NumPy's ``multiply(a, b)`` as the entrywise product."""
    _count(parser, at, arguments, 2)
    return Entrywise(arguments, parser.span(at))


def _square(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read NumPy's ``square(a)``, entry by entry as there."""
    _count(parser, at, arguments, 1)
    return Entrywise((arguments[0], arguments[0]), parser.span(at))


def _one_more(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read ``log1p(x)`` as log(1 + x)."""
    _count(parser, at, arguments, 1)
    return Call(named.LOG, (Sum((Number(1), arguments[0])),), 0, parser.span(at))


def _one_less(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read ``expm1(x)`` as exp(x) - 1."""
    _count(parser, at, arguments, 1)
    return Sum((Call(named.EXP, arguments), Negative(Number(1))), parser.span(at))


def _hypotenuse(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read ``hypot(a, b)`` as the root of a^2 + b^2."""
    _count(parser, at, arguments, 2)
    squares = tuple(Power(one, Number(2)) for one in arguments)
    return Call(named.SQRT, (Sum(squares),), 0, parser.span(at))


def _quotient(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 2)
    return Quotient(arguments[0], arguments[1], parser.span(at))


def _sum(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 2)
    return Sum(arguments, parser.span(at))


def _difference(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 2)
    return Sum((arguments[0], Negative(arguments[1])), parser.span(at))


def _negative(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 1)
    return Negative(arguments[0], parser.span(at))


def _step(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    """Read NumPy's ``heaviside(x, h)`` as step(x): what it is at 0 is a convention of the network."""
    _count(parser, at, arguments, 2)
    return Call(named.STEP, arguments[:1], 0, parser.span(at))


def _upside_down(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
    _count(parser, at, arguments, 1)
    return Quotient(Number(1), arguments[0], parser.span(at))


def _summed(axis: str) -> Maker:
    """Read R's ``rowSums(X)`` as the sum of each row."""

    def make(parser: Reader, at: int, arguments: tuple[Tree, ...]) -> Tree:
        _count(parser, at, arguments, 1)
        return Call(named.SUM, (*arguments, Number(1 + AXES.index(axis))), 0, parser.span(at))

    return make


_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        named.DOT: _product,
        "matmul": _product,
        "multiply": _entrywise,
        "square": _square,
        "log1p": _one_more,
        "expm1": _one_less,
        "hypot": _hypotenuse,
        "rowsum": _summed(AXES[0]),
        "colsum": _summed(AXES[1]),
        "divide": _quotient,
        "add": _sum,
        "subtract": _difference,
        "negative": _negative,
        "reciprocal": _upside_down,
        "heaviside": _step,
        "sec": _reciprocal(named.COS),
        "csc": _reciprocal(named.SIN),
        "cot": _reciprocal(named.TAN),
        "sech": _reciprocal(named.COSH),
        "csch": _reciprocal(named.SINH),
        "coth": _reciprocal(named.TANH),
        "cbrt": _cube_root,
        "pow": _to_the_power,
        "diff": _derivative,
        "matrix": _matrix,
        "transpose": _transpose,
        "grad": _gradient,
        "nabla": _gradient,
    }
)
"""What the special words make of their arguments."""
