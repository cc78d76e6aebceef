"""Stationary points by SymPy: where a derivative vanishes, whether it is a maximum, and the value there.

So the best discriminator for a fixed generator comes out: D* = p_data/(p_data + p_g), and V = -log 4 where
p_g = p_data.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from symnn.errors import Problem, UsageError
from symnn.expressions.terms import ONE
from symnn.expressions.tree import Call, Name, Negative, Product, Sum, Tree, substitute
from symnn.messages import raisable
from symnn.ops import named
from symnn.ops.algebra import from_sympy, to_sympy

__all__ = ["Stationary", "best_discriminator", "stationary", "value_at_equilibrium"]

Kind = Literal["maximum", "minimum", "saddle"]


class Stationary(Struct, frozen=True):
    """A stationary point of a formula in one variable, with every step that leads to it.

    ``slope`` and ``curvature`` are the first and second derivative, ``cleared`` the slope without its
    denominators, ``point`` the solution of slope = 0,
    ``value`` the formula there; ``bent`` is the curvature at the point, which decides the ``kind``.
    """

    of: Tree
    variable: str
    slope: Tree
    cleared: Tree
    point: Tree
    curvature: Tree
    bent: Tree
    kind: Kind
    value: Tree


def stationary(of: Tree, variable: str, *, positive: tuple[str, ...] = ()) -> tuple[Stationary, ...]:
    """Find where a formula has slope zero in one variable, the others held fixed.

    ``positive`` names the quantities that are known to be positive: they decide the sign of the curvature.
    Raises: UsageError if SymPy finds no such point in closed form.

    >>> from symnn.expressions.writing import plain
    >>> p, d = Name("p"), Name("D")
    >>> square = Sum((Product((d, d)), Negative(Product((p, d)))))
    >>> [(plain(found.point), found.kind) for found in stationary(square, "D")]
    [('p/2', 'minimum')]
    """
    import sympy

    expression = to_sympy(of)
    own = {
        symbol: sympy.Symbol(symbol.name, positive=True)
        for symbol in expression.free_symbols
        if symbol.name in positive
    }
    expression = expression.xreplace(own)
    symbol = next((one for one in expression.free_symbols if one.name == variable), None)
    if symbol is None:
        raise raisable(UsageError, Problem("no-stationary-point", {"variable": variable}))
    slope = sympy.diff(expression, symbol)
    points = sympy.solve(sympy.Eq(slope, 0), symbol)
    if not points:
        raise raisable(UsageError, Problem("no-stationary-point", {"variable": variable}))
    return tuple(_at(of, expression, symbol, slope, sympy.factor(point)) for point in points)


def _at(of: Tree, expression: Any, symbol: Any, slope: Any, point: Any) -> Stationary:
    import sympy

    curvature = sympy.diff(slope, symbol)
    bent = sympy.factor(sympy.simplify(curvature.subs(symbol, point)))
    kind: Kind = "maximum" if bent.is_negative else "minimum" if bent.is_positive else "saddle"
    value = sympy.simplify(expression.subs(symbol, point))
    above, _ = sympy.fraction(sympy.together(slope))
    written = (from_sympy(one) for one in (slope, sympy.expand(above), point, curvature, bent, value))
    first, cleared, where, second, there, worth = written
    return Stationary(of, symbol.name, first, cleared, where, second, there, kind, worth)


def best_discriminator(data: str = "p_data", generated: str = "p_g", output: str = "D") -> Stationary:
    """Find the best D for a fixed G: at each x, V weighs log D(x) by p_data and log(1 - D(x)) by p_g.

    >>> from symnn.expressions.writing import plain
    >>> best = best_discriminator()
    >>> plain(best.point), best.kind
    ('p_data/(p_data + p_g)', 'maximum')
    """
    found = stationary(_integrand(data, generated, output), output, positive=(data, generated))
    return found[0]


def value_at_equilibrium(data: str = "p_data", generated: str = "p_g", output: str = "D") -> Mapping[str, Tree]:
    """Give the best D where p_g = p_data, and V there: both are 1/2 and -log 4, since p_data integrates to 1.

    >>> from symnn.expressions.writing import plain
    >>> for name, tree in value_at_equilibrium().items():
    ...     print(name, "=", plain(tree))
    D = 1/2
    put_in = p_data*log(1/2) + p_data*log(1 - 1/2)
    integrand = -2*p_data*log(2)
    integral = -2*log(2)
    V = -log(4)
    """
    import sympy

    best = best_discriminator(data, generated, output)
    density = sympy.Symbol(data, positive=True)
    own = {sympy.Symbol(name, real=True): density for name in (data, generated)}
    level = to_sympy(best.point).xreplace(own)
    integrand = to_sympy(best.of).xreplace(own | {sympy.Symbol(output, real=True): sympy.simplify(level)})
    integrand = sympy.factor(sympy.expand_log(sympy.simplify(integrand), force=True))
    value = integrand.coeff(density) if integrand.is_Add else sympy.cancel(integrand / density)
    best_level = from_sympy(sympy.simplify(level))
    put_in = substitute(best.of, {output: best_level, generated: Name(data)})
    one_log = from_sympy(sympy.logcombine(value, force=True))
    trees = {"D": best_level, "put_in": put_in, "integrand": from_sympy(integrand)}
    return MappingProxyType(trees | {"integral": from_sympy(value), "V": one_log})


def _integrand(data: str, generated: str, output: str) -> Tree:
    rest = Sum((ONE, Negative(Name(output))))
    return Sum(
        (
            Product((Name(data), Call(named.LOG, (Name(output),)))),
            Product((Name(generated), Call(named.LOG, (rest,)))),
        )
    )
