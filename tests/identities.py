"""Hypothesis draws a tree and another writing of it, or one spoiled at one place; mpmath is the second way."""

from __future__ import annotations

import mpmath
from hypothesis import strategies as st

from symnn.expressions.tree import (
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    mapped,
    rebuilt,
    walk,
)

NAMES = ("x", "y", "z")
EXPONENTIAL = ("exp", "sigmoid", "tanh", "softplus")
KINKED = ("abs", "max", "relu", "sign", "step", "exp")
CIRCULAR = ("sin", "cos", "exp")
ROOTED = ("log", "sqrt", "exp", "softplus")
ONE, TWO = Number(1), Number(2)


def trees(functions):
    """Expressions of three names, with calls of some functions."""
    leaf = st.one_of(st.sampled_from(NAMES).map(Name), st.integers(0, 4).map(Number))

    def larger(inner):
        two = st.tuples(inner, inner)
        called = st.tuples(st.sampled_from(functions or ("",)), inner, inner).map(
            lambda drawn: Call(drawn[0], drawn[1:] if drawn[0] == "max" else drawn[1:2])
        )
        return st.one_of(
            two.map(Sum),
            two.map(Product),
            inner.map(Negative),
            two.map(lambda pair: Quotient(*pair)),
            inner.map(lambda base: Power(base, TWO)),
            *([called] if functions else []),
        )

    return st.recursive(leaf, larger, max_leaves=6)


def call(function, *arguments):
    return Call(function, arguments)


def other_writings(node):
    """List other ways to write the root of a tree; each holds wherever the node has a real value."""
    ways = [Product((ONE, node)), Sum((node, Name("x"), Negative(Name("x"))))]
    return ways + (of_call(node.function, *node.arguments) if isinstance(node, Call) else of_arithmetic(node))


def of_arithmetic(node):
    match node:
        case Sum((left, right)):
            return [Sum((right, left))]
        case Product((left, Sum(terms))):
            return [Sum(tuple(Product((left, term)) for term in terms))]
        case Product((left, right)):
            return [Product((right, left))]
        case Quotient(over, under):
            return [Product((over, Power(under, Negative(ONE))))]
        case Power(base, Number(2)):
            return [Product((base, base)), Power(call("abs", base), TWO)]
        case Negative(operand):
            return [Product((Negative(ONE), operand))]
    return []


def of_call(function, inner, other=ONE):
    half, back = Quotient(inner, TWO), Negative(inner)
    sine, cosine = call("sin", half), call("cos", half)
    return {
        "exp": [Power(call("exp", half), TWO), Quotient(ONE, call("exp", back)), *split(inner)],
        "sigmoid": [Quotient(ONE, Sum((ONE, call("exp", back)))), Sum((ONE, Negative(call("sigmoid", back))))],
        "tanh": [Sum((Product((TWO, call("sigmoid", Product((TWO, inner))))), Negative(ONE)))],
        "softplus": [Sum((inner, call("softplus", back))), Negative(call("log", call("sigmoid", back)))],
        "relu": [Quotient(Sum((inner, call("abs", inner))), TWO), call("max", inner, Number(0))],
        "abs": [call("max", inner, back), call("abs", back), Product((call("sign", inner), inner))],
        "max": [call("max", other, inner), Negative(call("min", back, Negative(other)))],
        "sign": [Negative(call("sign", back)), Product((TWO, half_of(call("sign", Product((TWO, inner))))))],
        "step": [call("step", Product((TWO, inner)))],
        "sin": [Negative(call("sin", back)), Product((TWO, sine, cosine))],
        "cos": [Sum((ONE, Negative(Product((TWO, Power(sine, TWO))))))],
        "sqrt": [Power(inner, Quotient(ONE, TWO))],
        "log": [Negative(call("log", Quotient(ONE, inner)))],
    }[function]


def half_of(node):
    return Quotient(node, TWO)


def split(exponent):
    """Write exp of a sum as a product."""
    if not isinstance(exponent, Sum):
        return []
    return [Product(tuple(call("exp", term) for term in exponent.terms))]


@st.composite
def rewritten_pairs(draw, functions):
    """Draw a tree and the same value written otherwise, at several places."""
    tree = draw(trees(functions))

    def visit(node):
        node = rebuilt(node, tuple(visit(part) for part in children(node)))
        return draw(st.sampled_from(other_writings(node))) if draw(st.integers(0, 2)) == 0 else node

    return tree, visit(tree)


@st.composite
def spoiled_pairs(draw, functions):
    """Draw a tree and the same with one node spoiled; now and then that changes nothing."""
    tree = draw(trees(functions))
    nodes = list(walk(tree))
    target = draw(st.integers(0, len(nodes) - 1))
    node = nodes[target]
    spoiled = draw(
        st.sampled_from(
            [
                Negative(node),
                Product((TWO, node)),
                Sum((node, Product((Number(1, 10**9), Name("y"))))),
                Product((node, Number(10**12 + 1, 10**12))),
                call("abs", node),
                Name("z"),
            ]
        )
    )
    return tree, mapped(tree, lambda one: spoiled if one is node else None)


FUNCTIONS = {
    "exp": mpmath.exp,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "abs": abs,
    "max": max,
    "min": min,
    "sign": mpmath.sign,
    "step": lambda inner: mpmath.mpf(inner > 0),
    "relu": lambda inner: max(inner, mpmath.mpf(0)),
    "sigmoid": lambda inner: 1 / (1 + mpmath.exp(-inner)),
    "softplus": lambda inner: mpmath.log(1 + mpmath.exp(inner)),
}


def value(tree, at):
    """Evaluate a tree with mpmath; raises where there is no real value."""
    match tree:
        case Number():
            return mpmath.mpf(tree.numerator) / tree.denominator
        case Name(name):
            return at[name]
        case Sum(terms):
            return mpmath.fsum(value(term, at) for term in terms)
        case Product(factors):
            return mpmath.fprod(value(factor, at) for factor in factors)
        case Negative(operand):
            return -value(operand, at)
        case Quotient(over, under):
            return value(over, at) / value(under, at)
        case Power(base, exponent):
            return real(value(base, at) ** value(exponent, at))
        case Call(function, arguments):
            return real(FUNCTIONS[function](*(value(argument, at) for argument in arguments)))


def real(number):
    if isinstance(number, mpmath.mpc) or not mpmath.isfinite(number):
        raise ValueError
    return number


POINTS = [dict(zip(NAMES, point, strict=True)) for point in ((0.7, 1.3, 0.4), (1.9, 0.2, 2.3), (0.05, 3.1, 1.7))]
SIGNS = ((1, 1, 1), (-1, 1, 1), (1, -1, -1))


def values(tree, *, positive):
    """Evaluate a tree at a few points; None where it has no real value or is out of any scale."""
    found = []
    with mpmath.workdps(60):
        for point in POINTS:
            for signs in SIGNS[:1] if positive else SIGNS:
                at = {name: mpmath.mpf(point[name]) * sign for name, sign in zip(NAMES, signs, strict=True)}
                try:
                    number = value(tree, at)
                except (ValueError, ZeroDivisionError, OverflowError, TypeError):
                    number = None
                found.append(number if number is not None and abs(number) < mpmath.mpf(10) ** 30 else None)
    return found
