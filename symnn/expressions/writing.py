"""A tree as plain text; what is written here reads back to the same tree (without spans)."""

from __future__ import annotations

import re
from typing import assert_never

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
)

__all__ = ["plain"]

_MIXED = re.compile(r"_([0-9]+[A-Za-z][A-Za-z0-9]*)")
_SUM, _SIGN, _PRODUCT, _DIVISOR, _BASE = 1, 2, 3, 4, 5
"""How tightly the surroundings bind; what binds more loosely gets parentheses."""


def plain(tree: Tree) -> str:
    """Write a tree as plain text.

    >>> y, z = Name("y"), Name("z")
    >>> plain(Product((Number(2), Sum((y, Negative(z))), y, Sum((Number(1), Negative(y))))))
    '2*(y - z)*y*(1 - y)'
    """
    return _write(tree, 0)


def _write(tree: Tree, around: int) -> str:
    match tree:
        case Name(name):
            return _name(name)
        case Product(factors):
            text, own = _factors(factors, "*"), _PRODUCT
        case Number():
            text, own = _number(tree), _BASE if tree.denominator == 1 or tree.text else _PRODUCT
        case Sum(terms):
            text, own = _sum(terms), _SUM
        case Negative(operand):
            text, own = "-" + _write(operand, _SIGN), _SIGN
        case Constant(name):
            text, own = _constant(name), _BASE
        case Entrywise(factors):
            text, own = _factors(factors, " ⊙ "), _PRODUCT
        case Quotient(over, under):
            text, own = f"{_first(over)}/{_write(under, _DIVISOR)}", _PRODUCT
        case Power(base, exponent):
            text, own = f"{_write(base, _BASE)}^{_exponent(exponent)}", _DIVISOR
        case Call(function, arguments, order):
            text, own = f"{function}{chr(39) * order}({', '.join(_write(a, 0) for a in arguments)})", _BASE
        case Derivative(of, wrt):
            inside = _write(of, 0) if wrt is None else f"{_write(of, 0)}, {_write(wrt, 0)}"
            text, own = f"{'grad' if wrt is None else 'diff'}({inside})", _BASE
        case Entry(of, indices):
            text, own = _entry(of, indices), _BASE
        case Matrix():
            text, own = _matrix(tree), _BASE
        case Transpose(operand):
            text, own = f"transpose({_write(operand, 0)})", _BASE
        case _:
            assert_never(tree)
    return f"({text})" if own < around else text


def _name(name: str) -> str:
    """Write a name; a subscript like ``1d`` needs its braces."""
    return _MIXED.sub(r"_{\1}", name) if "_" in name else name


def _number(number: Number) -> str:
    if number.text:
        return number.text
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


def _constant(name: str) -> str:
    return {"infinity": "inf"}.get(name, name)


def _sum(terms: tuple[Tree, ...]) -> str:
    written = [_write(terms[0], _SIGN)]
    for term in terms[1:]:
        if isinstance(term, Negative):
            written.append(f" - {_write(term.operand, _SIGN)}")
        else:
            written.append(f" + {_write(term, _SIGN)}")
    return "".join(written)


def _factors(factors: tuple[Tree, ...], sign: str) -> str:
    """Write factors; a quotient, or a product before ⊙, needs no parentheses in the first place."""
    first = factors[0]
    loose = isinstance(first, Quotient) or (isinstance(first, Product) and sign != "*")
    head = _write(first, _PRODUCT if loose else _DIVISOR)
    return head + "".join(sign + _factor(factor) for factor in factors[1:])


def _factor(factor: Tree) -> str:
    return f"({_write(factor, 0)})" if isinstance(factor, Negative) else _write(factor, _DIVISOR)


def _first(over: Tree) -> str:
    return _write(over, _PRODUCT)


def _exponent(exponent: Tree) -> str:
    if isinstance(exponent, Number | Name | Call | Constant) and not (
        isinstance(exponent, Number) and "/" in _number(exponent)
    ):
        return _write(exponent, _BASE)
    return f"({_write(exponent, 0)})"


def _entry(of: Tree, indices: tuple[Tree, ...]) -> str:
    inside = [_write(index, 0).replace(" ", "") for index in indices]
    if isinstance(of, Name) and of.name.endswith("^()"):
        head = f"{of.name.removesuffix('()')}({inside[0]})"
        return head + (f"_{{{','.join(inside[1:])}}}" if len(inside) > 1 else "")
    return f"{_write(of, _BASE)}_{{{','.join(inside)}}}"


def _matrix(matrix: Matrix) -> str:
    if matrix.vector:
        return f"[{', '.join(_write(row[0], 0) for row in matrix.rows)}]"
    return f"[{', '.join('[' + ', '.join(_write(entry, 0) for entry in row) + ']' for row in matrix.rows)}]"
