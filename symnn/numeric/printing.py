"""Trees as Python: ``2*(y - z)``, for one point with ``math`` or for a batch with NumPy."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple, Never

from symnn.expressions.tree import (
    Call,
    Constant,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
)
from symnn.ops.table import OF_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.networks.conventions import Conventions

__all__ = ["PRODUCT", "Printer"]

SUM: Final = 1
PRODUCT: Final = 2
NEGATIVE: Final = 3
ATOM: Final = 4

_CALL: Final = re.compile(r"np\.\w+\((?:[^()]*)\)")
_LARGEST_WHOLE: Final = 2**53


class Written(NamedTuple):
    """Code with how tightly it holds together."""

    text: str
    strength: int


class Printer:
    """Writes trees whose names have Python identifiers.

    ``arrays`` says whether functions are NumPy's (``np.exp``) or those of one point (``exp``); the
    ``conventions`` say what the step function is at 0 and which of equals is the largest; ``batched`` are the
    names with a batch axis: they are multiplied last.
    """

    def __init__(
        self, identifiers: Mapping[str, str], *, arrays: bool, conventions: Conventions, batched: set[str]
    ) -> None:
        self.identifiers = identifiers
        self.arrays = arrays
        self.conventions = conventions
        self.batched = batched

    def code(self, tree: Tree, strength: int = SUM) -> str:
        """Write a tree, in brackets where it would not hold together.

        >>> from symnn.networks.conventions import Conventions
        >>> printer = Printer({"y": "y", "z": "z"}, arrays=True, conventions=Conventions(), batched=set())
        >>> printer.code(Product((Number(2), Sum((Name("y"), Negative(Name("z")))))))
        '2*(y - z)'
        """
        written = self._written(tree)
        return written.text if written.strength >= strength else f"({written.text})"

    def into(self, tree: Tree, place: str) -> str | None:
        """Write a tree whose last operation puts its result into an array at once; None for a bare name."""
        match tree:
            case Sum((*first, Negative(last))):
                return f"np.subtract({self._sum(tuple(first))}, {self.code(last)}, out={place})"
            case Sum((*first, last)):
                return f"np.add({self._sum(tuple(first))}, {self.code(last)}, out={place})"
            case Product(factors):
                *before, last = self.ordered(factors)
                return f"np.multiply({self.product(tuple(before))}, {self.code(last)}, out={place})"
            case Quotient(above, under):
                return f"np.divide({self.code(above)}, {self.code(under)}, out={place})"
            case Call(function) if _CALL.fullmatch(OF_NUMBERS[function].numpy):
                return f"{self.code(tree).removesuffix(')')}, out={place})"
        return None

    def ordered(self, factors: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """Put what has no batch axis first, so that arrays are passed over once."""
        if self.arrays and self.batched:
            return tuple(sorted(factors, key=self.is_batched))
        return factors

    def product(self, factors: tuple[Tree, ...]) -> str:
        """Write a product, what has no batch axis first."""
        ordered = self.ordered(factors)
        return "*".join(self.code(factor, PRODUCT if place == 0 else NEGATIVE) for place, factor in enumerate(ordered))

    def is_batched(self, tree: Tree) -> bool:
        """Say whether the value of a tree has a batch axis."""
        from symnn.expressions.tree import walk

        return any(isinstance(node, Name) and node.name in self.batched for node in walk(tree))

    def _written(self, tree: Tree) -> Written:
        match tree:
            case Name(name):
                return Written(self.identifiers[name], ATOM)
            case Number(numerator, denominator):
                return _number(numerator, denominator)
            case Sum(terms):
                return Written(self._sum(terms), SUM)
            case Negative(operand):
                return Written("-" + self.code(operand, PRODUCT), SUM)
            case Product(factors):
                return Written(self.product(factors), PRODUCT)
            case Quotient(above, under):
                return Written(f"{self.code(above, PRODUCT)} / {self.code(under, NEGATIVE)}", PRODUCT)
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call():
                return self._call(tree)
            case Constant(name):
                return self._constant(name)
            case _:
                return _no_code(tree)

    def _sum(self, terms: tuple[Tree, ...]) -> str:
        text = self.code(terms[0], SUM)
        for term in terms[1:]:
            sign, size = ("-", term.operand) if isinstance(term, Negative) else ("+", term)
            text += f" {sign} {self.code(size, PRODUCT)}"
        return text

    def _power(self, base: Tree, exponent: Tree) -> Written:
        if self.arrays or (isinstance(exponent, Number) and exponent.denominator == 1):
            return Written(f"{self.code(base, ATOM)} ** {self.code(exponent, ATOM)}", NEGATIVE)
        return Written(f"pow({self.code(base)}, {self.code(exponent)})", ATOM)

    def _call(self, node: Call) -> Written:
        if node.function == "top":
            return Written(self._top(node.arguments[0], node.arguments[1:]), PRODUCT)
        operation = OF_NUMBERS[node.function]
        template = operation.numpy
        is_call = _CALL.fullmatch(template) is not None
        text = template.replace("AT_ZERO", repr(float(self.conventions.relu_at_zero)))
        if not self.arrays:
            text = text.replace("np.", "")
        for place, argument in enumerate(operation.filled(node.arguments)):
            text = text.replace(f"{{{place}}}", self.code(argument, SUM if is_call else ATOM))
        return Written(text, ATOM if is_call else SUM)

    def _top(self, rank: Tree, values: tuple[Tree, ...]) -> str:
        """Write the share of one value: 1 if it is the largest, and the convention on a tie."""
        place = rank.numerator - 1 if isinstance(rank, Number) else 0
        shared, heaviside = self.conventions.ties == "shared", "np.heaviside" if self.arrays else "heaviside"
        own = self.code(values[place], ATOM)
        others = [(index, self.code(value, ATOM)) for index, value in enumerate(values) if index != place]
        shares = [f"{heaviside}({own} - {other}, {1.0 if shared or index > place else 0.0})" for index, other in others]
        ties = f" / (1 + {' + '.join(f'({own} == {other})' for _, other in others)})" if shared else ""
        return "*".join(shares) + ties

    def _constant(self, name: str) -> Written:
        known = {"pi": "pi", "e": "e", "infinity": "inf", "nan": "nan"}[name]
        return Written(f"np.{known}" if self.arrays else f"math_{known}", ATOM)


def _number(numerator: int, denominator: int) -> Written:
    if denominator == 1 and numerator < _LARGEST_WHOLE:
        return Written(str(numerator), ATOM)
    try:
        return Written(repr(float(Fraction(numerator, denominator))), ATOM)
    except OverflowError:
        return Written("float('inf')", ATOM)


def _no_code(tree: Tree) -> Never:
    message = f"{type(tree).__name__} has no line of code; resolve or expand the graph first"
    raise TypeError(message)
