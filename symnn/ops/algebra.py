"""SymPy is the algebra: trees to SymPy and back, and the derivative of a function nobody has seen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from symnn.expressions.terms import ONE, ZERO, call, product, total
from symnn.expressions.tree import (
    Call,
    Constant,
    Derivative,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    number,
    walk,
)
from symnn.ops import named
from symnn.ops.operation import Factors
from symnn.ops.slopes import partials_of
from symnn.ops.table import OF_NUMBERS

__all__ = ["from_sympy", "short_derivative", "to_sympy"]

Expand = Callable[[Call], Tree | None]
"""Says what a declared function is at its arguments, or None for a built-in one."""

SYMPY_NAMES: Mapping[str, str] = MappingProxyType({name: one.sympy for name, one in OF_NUMBERS.items() if one.sympy})
OUR_NAMES: Mapping[str, str] = MappingProxyType({theirs: ours for ours, theirs in SYMPY_NAMES.items()})
CONSTANTS: Mapping[str, str] = MappingProxyType({"pi": "pi", "e": "E", "i": "I", "infinity": "oo", "nan": "nan"})
HIGHEST_DEGREE = 3
"""A short form is sought as a polynomial of this degree in the function's own value."""

_LARGEST_DENOMINATOR = 10**6
_NEAR = Fraction(1, 10**15)
_DIGITS = 40

MOST_NODES = 50
MOST_TRANSCENDENTAL = 2
"""Larger formulas and derivatives are not simplified, nor those with more functions, roots and symbolic powers.

Of 400 random formulas SymPy took more than a second for one in twenty without the second bound, and half a minute
for exp(cosh(27 + x - softplus(x))), which has 14 nodes.
"""


def to_sympy(tree: Tree, expand: Expand | None = None, meaning: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Give the SymPy expression of a tree of scalars; every name becomes a real symbol, or what it means.

    ``expand`` says what declared functions are. Raises TypeError for nodes that are not scalars.

    >>> to_sympy(Product((Number(2), Name("x"))))
    2*x
    """
    import sympy

    def visit(node: Tree) -> Any:
        match node:
            case Number(numerator, denominator):
                return sympy.Rational(numerator, denominator)
            case Constant(name):
                return getattr(sympy, CONSTANTS[name])
            case Name(name):
                return meaning[name] if name in meaning else sympy.Symbol(name, real=True)
            case Sum(terms):
                return sympy.Add(*map(visit, terms))
            case Negative(operand):
                return -visit(operand)
            case Product(factors) | Entrywise(factors):
                return sympy.Mul(*map(visit, factors))
            case Quotient(above, under):
                return visit(above) / visit(under)
            case Power(base, exponent):
                return visit(base) ** visit(exponent)
            case Call():
                return _call_to_sympy(node, visit, expand)
            case Derivative() | Entry() | Matrix() | Transpose():
                message = f"{type(node).__name__} has no scalar SymPy form"
                raise TypeError(message)

    return visit(tree)


def _call_to_sympy(node: Call, visit: Callable[[Tree], Any], expand: Expand | None) -> Any:
    import sympy

    meant = expand(node) if expand else None
    if meant is not None:
        return visit(meant)
    if node.order:
        message = f"the derivative of {node.function} must be carried out first"
        raise TypeError(message)
    theirs = SYMPY_NAMES.get(node.function)
    if theirs is not None:
        arguments = tuple(map(visit, node.arguments))
        try:
            return getattr(sympy, theirs)(*arguments)
        except (TypeError, ValueError):  # SymPy has no order for complex numbers and for 1/0
            return sympy.nan
    operation = OF_NUMBERS.get(node.function)
    if operation is not None and operation.definition is not None:
        return visit(operation.definition(*node.arguments))
    return sympy.Function(node.function)(*map(visit, node.arguments))


def from_sympy(expression: Any) -> Tree:
    """Give the tree of a SymPy expression of scalars, in SymPy's printing order.

    >>> import sympy
    >>> from symnn.expressions.writing import plain
    >>> plain(from_sympy(1 / (1 + sympy.exp(-sympy.Symbol("x")))))
    '1/(1 + exp(-x))'
    """
    import sympy

    if expression.is_Rational:
        return number(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Float:
        return number(Fraction(str(expression)))
    for ours, theirs in CONSTANTS.items():
        if expression == getattr(sympy, theirs):
            return Constant(ours)
    if expression.is_Symbol:
        return Name(expression.name)
    if expression.is_Add:
        return total(tuple(from_sympy(term) for term in _in_order(expression)))
    if expression.is_Mul:
        return _product_from_sympy(expression)
    if expression.is_Pow:
        return _power_from_sympy(expression.base, expression.exp)
    return _function_from_sympy(expression)


def _in_order(expression: Any) -> list[Any]:
    """List the terms in SymPy's order of printing, one with a plus sign first if there is one."""
    terms = expression.as_ordered_terms()
    leading = next((term for term in terms if not term.could_extract_minus_sign()), terms[0])
    return [leading, *(term for term in terms if term is not leading)]


def _power_from_sympy(base: Any, exponent: Any) -> Tree:
    if exponent.could_extract_minus_sign():
        return Quotient(ONE, from_sympy(base**-exponent))
    if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:  # noqa: PLR2004 - one half is the square root
        return call(named.SQRT, from_sympy(base))
    return Power(from_sympy(base), from_sympy(exponent))


def _product_from_sympy(expression: Any) -> Tree:
    above, under = expression.as_numer_denom()
    if under != 1:
        return _signed_quotient(from_sympy(above), from_sympy(under))
    factors = [from_sympy(factor) for factor in expression.as_ordered_factors()]
    return product(tuple(factors))


def _signed_quotient(above: Tree, under: Tree) -> Tree:
    if isinstance(above, Negative):
        return Negative(Quotient(above.operand, under))
    return Quotient(above, under)


def _function_from_sympy(expression: Any) -> Tree:
    function = type(expression).__name__
    if function == "Heaviside":
        return call(named.STEP, from_sympy(expression.args[0]))
    if function == "Piecewise" or function not in OUR_NAMES:
        message = f"{function} has no place in a network's equations"
        raise TypeError(message)
    return Call(OUR_NAMES[function], tuple(from_sympy(argument) for argument in expression.args))


def short_derivative(parameter: str, body: Tree, value: str) -> Factors:
    """Derive a declared function: its f' as factors, in terms of its own value where that is shorter.

    Our own rules always give a derivative. Where the formula is smooth and small SymPy looks for a shorter one:
    f' = c0 + c1 f + c2 f² + … is solved for and proved, or the derivative is simplified. The factors name the
    function's value ``value`` and its argument ``parameter``.
    Source: deck, f'(x) = e^{-x} / (1 + e^{-x})² = f(x)(1 - f(x)).

    >>> from symnn.expressions.writing import plain
    >>> x = Name("x")
    >>> body = Quotient(Number(1), Sum((Number(1), Call("exp", (Negative(x),)))))
    >>> [plain(factor) for factor in short_derivative("x", body, "f")]
    ['f', '1 - f']
    """
    own = partials_of(body, Name(value)).get(parameter, (ZERO,))
    tidy = _tidied(parameter, body, value)
    # SymPy brings over one denominator, which reads better; where that swells, the rules read better
    return own if tidy is None or 2 * _size(own) <= _size(tidy) else tidy


def _size(factors: Factors) -> int:
    """Count the nodes of a product; the product itself is none."""
    return sum(sum(1 for _ in walk(factor)) for factor in factors)


def _tidied(parameter: str, body: Tree, value: str) -> Factors | None:
    """Let SymPy shorten the derivative of a smooth formula; None where it cannot, or where it might take long."""
    import sympy

    if sum(1 for _ in walk(body)) > MOST_NODES:
        return None
    x = sympy.Symbol(parameter, real=True)
    function = to_sympy(body)
    # of |x|, max and floor SymPy makes Piecewise and DiracDelta, which nobody writes and which say nothing at a kink
    if function.has(sympy.Abs, sympy.sign, sympy.floor, sympy.Max, sympy.Min):
        return None
    # the sine of a huge constant takes SymPy seconds, and log(asin(2)) has no value
    if any(part.is_Function and not part.free_symbols for part in sympy.preorder_traversal(function)):
        return None
    slope = sympy.diff(function, x)
    if sum(1 for _ in sympy.preorder_traversal(slope)) > MOST_NODES:
        return None
    points = [sympy.Rational(k, 7) for k in range(1, HIGHEST_DEGREE + 2)]
    own, slopes = (_real_numbers(expression, x, points) for expression in (function, slope))
    if own is None or slopes is None:
        return None
    found = _in_own_value(function, slope, sympy.Symbol(value, real=True), list(zip(own, slopes, strict=True)))
    if found is not None:
        return _factors(found)
    if len({part for part in sympy.preorder_traversal(function) if _is_transcendental(part)}) > MOST_TRANSCENDENTAL:
        return None
    try:
        return (from_sympy(sympy.simplify(slope)),)
    except TypeError:  # a form that a network cannot hold, such as Piecewise for a root
        return None


def _is_transcendental(part: Any) -> bool:
    """Say whether a part of an expression goes beyond adding, multiplying and whole powers."""
    return bool(part.is_Function or part.is_NumberSymbol or (part.is_Pow and not part.exp.is_Integer))


def _in_own_value(function: Any, slope: Any, value: Any, seen: list[tuple[Any, Any]]) -> Any:
    """Find the polynomial P with f' = P(f), or None: solved from values and slopes ``seen``, then proved."""
    import sympy

    if not slope.free_symbols or not function.has(sympy.exp, sympy.tanh, sympy.sinh, sympy.cosh, sympy.tan):
        return None
    for degree in range(1, HIGHEST_DEGREE + 1):
        guess = _rational_solution(*map(list, zip(*seen[: degree + 1], strict=True)))
        if guess is None:
            continue
        polynomial = sum(c * value**k for k, c in enumerate(guess))
        if sympy.simplify((polynomial.subs(value, function) - slope).rewrite(sympy.exp)) == 0:
            return sympy.factor(polynomial)
    return None


def _real_numbers(expression: Any, x: Any, points: list[Any]) -> list[Any] | None:
    """Evaluate at points; None where a value is not real. SymPy may not look for ever whether a part of it is 0."""
    found = []
    for point in points:
        number = expression.subs(x, point).evalf(_DIGITS, maxn=_DIGITS + 20)
        if not (number.is_Float or number.is_Rational) or abs(number) > _LARGEST_DENOMINATOR:
            return None
        found.append(number)
    return found


def _rational_solution(own: list[Any], slopes: list[Any]) -> list[Any] | None:
    """Solve for a polynomial in the own values and read its coefficients as simple fractions; None if they are none."""
    import sympy

    matrix = sympy.Matrix([[one**k for k in range(len(own))] for one in own])
    if abs(matrix.det()) < sympy.Float("1e-30"):
        return None
    solution = [Fraction(str(c)) for c in matrix.LUsolve(sympy.Matrix(slopes))]
    fractions = [c.limit_denominator(_LARGEST_DENOMINATOR) for c in solution]
    near = all(abs(c - known) < _NEAR for c, known in zip(solution, fractions, strict=True))
    return [sympy.Rational(known) for known in fractions] if near else None


def _factors(polynomial: Any) -> Factors:
    """Give the factors of a factored polynomial in its own value, each with a positive constant first."""
    import sympy

    coefficient, factors = sympy.factor_list(polynomial)
    symbol = next(iter(polynomial.free_symbols), None)
    listed: list[Any] = []
    for factor, multiplicity in sorted(factors, key=lambda pair: (len(sympy.Add.make_args(pair[0])), str(pair[0]))):
        base = factor
        if symbol is not None and sympy.Poly(factor, symbol).LC() > 0 and factor != symbol:
            constant = factor.subs(symbol, 0)
            if constant < 0:
                base, coefficient = -factor, coefficient * (-1) ** multiplicity
        listed.extend([base] * multiplicity)
    head = [] if coefficient == 1 else [from_sympy(coefficient)]
    return tuple(head + [from_sympy(factor) for factor in listed])
