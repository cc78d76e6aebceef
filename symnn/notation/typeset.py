r"""A tree as LaTeX, as the lecture writes it; what is written here reads back to the same tree.

Numbers stand before names without a dot, factors side by side, derivatives as fractions of ∂.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, assert_never

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
from symnn.language.names import spelled

if TYPE_CHECKING:
    from symnn.errors import Problem
    from symnn.language.names import Spelled

__all__ = ["latex", "symbol"]

_SUM, _SIGN, _PRODUCT, _FACTOR, _BASE = 1, 2, 3, 4, 5
"""How tightly the surroundings bind; what binds more loosely gets parentheses."""

_NO_SYMBOLS: Mapping[str, str] = MappingProxyType({})

_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        **{name: rf"\{name}" for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min", "log")},
        "asin": r"\arcsin",
        "acos": r"\arccos",
        "atan": r"\arctan",
        "sigmoid": r"\sigma",
        "sign": r"\operatorname{sgn}",
        "relu": r"\operatorname{ReLU}",
        "leaky_relu": r"\operatorname{LeakyReLU}",
    }
)
_CONSTANTS: Mapping[str, str] = MappingProxyType({"pi": r"\pi", "infinity": r"\infty"})


def latex(tree: Tree, symbols: Mapping[str, str] = _NO_SYMBOLS) -> str:
    r"""Write a tree as LaTeX; ``symbols`` maps names of quantities and functions to how they are written.

    >>> y, z = Name("y"), Name("z")
    >>> latex(Product((Number(2), Sum((y, Negative(z))), Call("f", (Name("a3"),), 1))))
    "2 \\left(y - z\\right) f'\\left(a_3\\right)"
    >>> latex(Derivative(Name("E"), Name("w_x1_1")), {"w_x1_1": "w_{(x1)1}"})
    '\\frac{\\partial E}{\\partial w_{(x1)1}}'
    """
    return _Typesetting(symbols).write(tree, 0)


def symbol(name: str) -> str:
    r"""Write a canonical name as LaTeX.

    >>> symbol("w46"), symbol("eta"), symbol("s'_2"), symbol("W[1,2]")
    ('w_{46}', '\\eta', "s'_2", 'W_{1,2}')
    """
    known: Spelled | Problem = spelled(name)
    return known.latex if isinstance(known, tuple) else rf"\mathrm{{{name}}}"


class _Typesetting:
    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def write(self, tree: Tree, around: int) -> str:
        """Write a node; what binds more loosely than its surroundings gets parentheses."""
        text, own = self._node(tree)
        return rf"\left({text}\right)" if own < around else text

    def _node(self, tree: Tree) -> tuple[str, int]:
        match tree:
            case Number():
                text = _number(tree)
                return text, _FACTOR if "{" in text else _BASE
            case Constant(name):
                return _CONSTANTS.get(name, rf"\mathrm{{{name}}}"), _BASE
            case Name(name):
                return self._symbol(name), _BASE
            case Sum(terms):
                return self._sum(terms), _SUM
            case Negative(operand):
                return f"-{self.write(operand, _PRODUCT)}", _SIGN
            case Product(factors):
                return self._product(factors), _PRODUCT
            case Entrywise(factors):
                return r" \odot ".join(self._operand(factor) for factor in factors), _PRODUCT
            case Quotient(over, under):
                return rf"\frac{{{self.write(over, 0)}}}{{{self.write(under, 0)}}}", _FACTOR
            case Power(base, exponent):
                return f"{_raised(self.write(base, _BASE))}^{{{self.write(exponent, 0)}}}", _FACTOR
            case Call():
                return self._call(tree)
            case Derivative(of, wrt):
                return self._derivative(of, wrt), _FACTOR
            case Entry(of, indices):
                return self._entry(of, indices), _BASE
            case Matrix(rows):
                lines = r" \\ ".join(" & ".join(self.write(entry, 0) for entry in row) for row in rows)
                return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}", _BASE
            case Transpose(operand):
                return rf"{_raised(self.write(operand, _BASE))}^{{\top}}", _FACTOR
            case _:
                assert_never(tree)

    def _symbol(self, name: str) -> str:
        return self.symbols.get(name) or symbol(name)

    def _sum(self, terms: tuple[Tree, ...]) -> str:
        written = [self.write(terms[0], _SIGN)]
        for term in terms[1:]:
            if isinstance(term, Negative):
                written.append(f" - {self.write(term.operand, _PRODUCT)}")
            else:
                written.append(f" + {self.write(term, _SIGN)}")
        return "".join(written)

    def _product(self, factors: tuple[Tree, ...]) -> str:
        """Write factors side by side; a dot stands only before a number, and before a numerical fraction behind one."""
        written = [self._operand(factor) for factor in factors]
        dotted = (
            rf" \cdot {text}" if text[0].isdigit() or (_is_number(factor) and _is_number(before)) else f" {text}"
            for before, factor, text in zip(factors, factors[1:], written[1:], strict=False)
        )
        return written[0] + "".join(dotted)

    def _operand(self, factor: Tree) -> str:
        return self.write(factor, _FACTOR)

    def _call(self, call: Call) -> tuple[str, int]:
        arguments = call.arguments
        if call.function == "sqrt" and not call.order:
            return rf"\sqrt{{{self.write(arguments[0], 0)}}}", _BASE
        if call.function == "abs" and not call.order:
            return rf"\left|{self.write(arguments[0], 0)}\right|", _BASE
        if call.function == "exp" and not call.order and _is_short(arguments[0]):
            return rf"\mathrm{{e}}^{{{self.write(arguments[0], 0)}}}", _FACTOR
        head = self._function(call.function) + "'" * call.order
        inside = ", ".join(self.write(argument, 0) for argument in arguments)
        return rf"{head}\left({inside}\right)", _BASE

    def _function(self, name: str) -> str:
        known = self.symbols.get(name) or _FUNCTIONS.get(name)
        return known or (symbol(name) if len(name.rstrip("0123456789")) == 1 else rf"\operatorname{{{name}}}")

    def _derivative(self, of: Tree, wrt: Tree | None) -> str:
        if wrt is None:
            return rf"\nabla {self.write(of, _BASE)}"
        order, inner = 1, of
        by = [wrt]
        while isinstance(inner, Derivative) and inner.wrt is not None:
            by.append(inner.wrt)
            order, inner = order + 1, inner.of
        over = self.write(inner, _BASE)
        raised = "" if order == 1 else f"^{{{order}}}" if over[0].isdigit() else f"^{order}"
        under = r" \, ".join(self._differentials(list(same)) for _, same in groupby(reversed(by)))
        return rf"\frac{{\partial{raised} {over}}}{{{under}}}"

    def _differentials(self, same: list[Tree]) -> str:
        """Write what is differentiated by, several times running with an exponent: ∂D²."""
        below = self.write(same[0], _BASE)
        return rf"\partial {below}" if len(same) == 1 else rf"\partial {_raised(below)}^{{{len(same)}}}"

    def _entry(self, of: Tree, indices: tuple[Tree, ...]) -> str:
        inside = [self.write(index, 0).replace(" ", "") for index in indices]
        if isinstance(of, Name) and of.name.endswith("^()"):
            below = f"_{{{','.join(inside[1:])}}}" if len(inside) > 1 else ""
            base = of.name.removesuffix("^()")
            if base.endswith("'"):
                return rf"{base.rstrip(chr(39))}^{{\prime({inside[0]})}}{below}"
            return f"{base}^{{({inside[0]})}}{below}"
        return f"{self.write(of, _BASE)}_{{{','.join(inside)}}}"


def _is_number(tree: Tree) -> bool:
    return isinstance(tree, Number) or (isinstance(tree, Quotient) and _is_number(tree.over) and _is_number(tree.under))


def _number(number: Number) -> str:
    if number.text:
        mantissa, mark, exponent = number.text.lower().partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else mantissa
    if number.denominator == 1:
        return str(number.numerator)
    return rf"\frac{{{number.numerator}}}{{{number.denominator}}}"


def _raised(base: str) -> str:
    r"""Put what has a superscript or prime of its own in braces: TeX takes ``U'^{\top}`` for two superscripts.

    >>> _raised("U'"), _raised("U")
    ("{U'}", 'U')
    """
    return f"{{{base}}}" if ("'" in base or "^" in base) and not base.startswith(r"\left(") else base


def _is_short(tree: Tree) -> bool:
    """Say whether an exponent is short enough to stand above."""
    return isinstance(tree, Name | Number) or (isinstance(tree, Negative) and isinstance(tree.operand, Name | Number))
