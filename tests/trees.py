"""What the language tests share: the value of a tree at a point, independent of the engine."""

from __future__ import annotations

import math

from symnn.expressions.tree import (
    Call,
    Constant,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "max": max,
    "min": min,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "floor": math.floor,
    "sign": lambda x: (x > 0) - (x < 0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(0, x),
}


def value(tree, at, functions=FUNCTIONS):
    """Evaluate a tree of numbers; a matrix gives nested lists."""

    def of(part):
        return value(part, at, functions)

    match tree:
        case Number():
            return tree.numerator / tree.denominator
        case Constant(name):
            return {"pi": math.pi, "e": math.e, "infinity": math.inf, "nan": math.nan}[name]
        case Name(name):
            return at[name]
        case Sum(terms):
            return sum(map(of, terms))
        case Negative(operand):
            return -of(operand)
        case Product(factors) | Entrywise(factors):
            return math.prod(map(of, factors))
        case Quotient(over, under):
            return of(over) / of(under)
        case Power(base, exponent):
            return of(base) ** of(exponent)
        case Call(function, arguments, 0):
            return functions[function](*map(of, arguments))
        case Matrix(rows, vector):
            return [of(row[0]) if vector else [of(entry) for entry in row] for row in rows]
    message = f"no value: {tree}"
    raise AssertionError(message)
