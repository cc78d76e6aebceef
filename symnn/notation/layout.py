"""A tree laid out as boxes, as the lecture writes it: who needs brackets, where a product needs a dot.

Numbers stand before names without a dot, factors side by side, derivatives as fractions of ∂; what is written in
LaTeX from these boxes reads back to the same tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, assert_never

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
    children,
    names,
)
from symnn.expressions.writing import plain
from symnn.notation.boxes import (
    BESIDE,
    THIN,
    Box,
    BoxTable,
    Fence,
    Fraction,
    Letter,
    Numeral,
    Operator,
    Root,
    Row,
    Script,
    Sign,
    Word,
    height,
)
from symnn.notation.operations import Shown, head_of, shown_call
from symnn.notation.symbols import NO_SYMBOLS, Symbols, function, symbol
from symnn.ops.operation import Layout

if TYPE_CHECKING:
    from symnn.networks.graph import Graph

__all__ = ["dotted", "head", "laid_out", "numeral", "symbols_of"]

_SUM, _SIGN, _PRODUCT, _FACTOR, _BASE = 1, 2, 3, 4, 5
"""How tightly the surroundings bind; what binds more loosely gets parentheses."""

_PLUS, _MINUS, _DOT, _TIMES, _COMMA = Sign("+"), Sign("-"), Sign("·"), Sign("×"), Sign(",")
_NEGATIVE = Sign("-", tight=True)
_PARTIAL = Sign("∂")
_CONSTANTS: Mapping[str, Box] = MappingProxyType({"pi": Letter("π"), "infinity": Sign("∞")})


def laid_out(tree: Tree, symbols: Symbols = NO_SYMBOLS, *, typed: bool = False) -> Box:
    """Lay out a tree; ``symbols`` are the names that are not written as their parts say.

    ``typed`` is for formats without scripts: names and calls stand as they are typed.

    >>> laid_out(Quotient(Name("a1"), Number(2))) == Fraction(Script(Letter("a"), below=Numeral("1")), Numeral("2"))
    True
    """
    return _Layout(symbols, typed=typed).node(tree).box


def symbols_of(graph: Graph) -> Symbols:
    """Give what the names of a network say themselves: its functions, and quantities that stand for something."""
    known: Symbols | None = vars(graph).get(_SYMBOLS)
    if known is None:
        known = vars(graph)[_SYMBOLS] = MappingProxyType(_symbols_of(graph))
    return known


_SYMBOLS = "symbols of its names"
"""Where a graph keeps them, beside what it computes once itself: every answer about it is written with them."""


def _symbols_of(graph: Graph) -> dict[str, Box]:
    symbols = {name: function(name) for name in graph.functions}
    for name, one in graph.quantities.items():
        if one.meant is not None:
            symbols[name] = laid_out(one.meant, symbols)
    return symbols


def head(name: str, order: int, symbols: Symbols, *, typed: bool = False) -> Box:
    """Lay out the name of a function before its brackets, with primes for its derivatives."""
    return _Layout(symbols, typed=typed).head(name, order)


def numeral(text: str) -> Box:
    """Lay out digits as they were written: 1.2e-05 as 1.2 × 10⁻⁵.

    >>> numeral("0.5"), numeral("inf"), numeral("2e3").parts[2].above
    (Numeral(digits='0.5'), Sign(sign='∞', tight=False), Numeral(digits='3'))
    """
    unsigned = text.removeprefix("-")
    if unsigned is not text and unsigned != text:
        return Row((_NEGATIVE, numeral(unsigned)))
    if text == "inf":
        return Sign("∞")
    mantissa, mark, exponent = text.lower().partition("e")
    if not mark:
        return Numeral(text)
    power = int(exponent)
    above = Row((_NEGATIVE, Numeral(str(-power)))) if power < 0 else Numeral(str(power))
    return Row((Numeral(mantissa), _TIMES, Script(Numeral("10"), above=above)))


def dotted(before: Tree | None, after: Tree, box: Box) -> bool:
    """Say whether a product needs a dot: before digits, and before a fraction that would make a mixed number.

    >>> half = Quotient(Number(1), Number(2))
    >>> dotted(Number(8), half, laid_out(half)), dotted(Name("x"), half, laid_out(half))
    (True, False)
    """
    return _begins_with_digit(box) or (_is_fraction(after) and before is not None and _is_numeric(before))


def _begins_with_digit(box: Box) -> bool:
    while isinstance(box, Row | Script):
        if isinstance(box, Row) and not box.parts:
            return False
        box = box.parts[0] if isinstance(box, Row) else box.base
    return isinstance(box, Numeral)


def _is_fraction(tree: Tree) -> bool:
    """Say whether what a tree begins with is a fraction of numbers."""
    if isinstance(tree, Product):
        return _is_fraction(tree.factors[0])
    return isinstance(tree, Number | Quotient) and _is_numeric(tree)


def _is_numeric(tree: Tree) -> bool:
    """Say whether a tree is written in digits only: a number, or numbers joined by signs, powers and roots."""
    if isinstance(tree, Number):
        return True
    parts = children(tree) if isinstance(tree, Quotient | Negative | Product | Power | Call) else ()
    return bool(parts) and all(map(_is_numeric, parts))


class _Laid(NamedTuple):
    """A box and how tightly it holds together."""

    box: Box
    binds: int


_TYPED: frozenset[Layout] = frozenset({"root", "bars", "squared"})
"""Calls that are typed as they look: √x, |x|, ‖x‖^2."""


class _Layout:
    def __init__(self, symbols: Symbols, *, typed: bool) -> None:
        self.symbols = symbols
        self.typed = typed

    def name(self, name: str) -> Box:
        if self.typed:
            return Word(plain(Name(name)))
        return self.symbols.get(name) or symbol(name)

    def raised(self, tree: Tree) -> Box:
        """Lay out what gets an exponent; a name with a layer above it gets parentheses first, for ⊤ it needs none."""
        box = self.within(tree, _BASE)
        return Fence(box) if isinstance(box, Script) and box.above is not None else box

    def within(self, tree: Tree, around: int) -> Box:
        """Lay out a node; what binds more loosely than its surroundings gets parentheses."""
        kind = type(tree)
        if kind is Name:
            return self.name(tree.name)  # type: ignore[union-attr]
        box, binds = self.node(tree)
        return Fence(box, height=height(box)) if binds < around else box

    def node(self, tree: Tree) -> _Laid:
        match tree:
            case Name(name):
                return _Laid(self.name(name), _BASE)
            case Product(factors):
                return _Laid(self.product(factors), _PRODUCT)
            case Number():
                return _number(tree, typed=self.typed)
            case Sum(terms):
                return _Laid(self.sum(terms), _SUM)
            case Negative(operand):
                return _Laid(Row((_NEGATIVE, self.within(operand, _PRODUCT))), _SIGN)
            case Call():
                return self.call(tree)
            case Power(base, exponent):
                return _Laid(Script(self.raised(base), above=self.within(exponent, 0)), _FACTOR)
            case Quotient(over, under):
                return _Laid(Fraction(self.within(over, 0), self.within(under, 0)), _FACTOR)
            case Constant(name):
                return _Laid(_CONSTANTS.get(name) or Word(name), _BASE)
            case Entrywise(factors):
                return _Laid(_joined([self.within(factor, _FACTOR) for factor in factors], Sign("⊙")), _PRODUCT)
            case Derivative(of, wrt):
                return _Laid(self.derivative(of, wrt), _FACTOR)
            case Entry(of, indices):
                return _Laid(self.entry(of, indices), _BASE)
            case Matrix(rows):
                return _Laid(BoxTable(tuple(tuple(self.within(cell, 0) for cell in row) for row in rows)), _BASE)
            case Transpose(operand):
                return _Laid(Script(self.within(operand, _BASE), above=Sign("⊤")), _FACTOR)
            case _:
                assert_never(tree)

    def sum(self, terms: tuple[Tree, ...]) -> Box:
        parts = [self.within(terms[0], _SIGN)]
        for term in terms[1:]:
            if isinstance(term, Negative):
                parts += (_MINUS, self.within(term.operand, _PRODUCT))
            else:
                parts += (_PLUS, self.within(term, _SIGN))
        return Row(tuple(parts))

    def product(self, factors: tuple[Tree, ...]) -> Box:
        """Lay factors out side by side."""
        before = factors[0]
        parts = [self.within(before, _FACTOR)]
        for factor in factors[1:]:
            box = self.within(factor, _FACTOR)
            parts += (_DOT if dotted(before, factor, box) else BESIDE, box)
            before = factor
        return Row(tuple(parts))

    def call(self, call: Call) -> _Laid:
        own = call.function in self.symbols
        known = None if own or call.order else shown_call(call)
        if self.typed and known is not None and known.layout not in _TYPED:
            known = None
        if known is not None and known.layout != "call":
            return self.special(known)
        arguments = call.arguments if known is None else known.arguments
        before = self.head(call.function, call.order) if known is None else known.head
        inside = list(map(self.within, arguments, repeat(0)))  # no frame of its own: formulas may be deep
        body = inside[0] if len(inside) == 1 else _joined(inside, _COMMA)
        return _Laid(Row((before, Fence(body, height=height(body)))), _BASE)

    def special(self, known: Shown) -> _Laid:
        """Lay out what has no name before brackets: roots, bars, powers of e, stretches of a vector."""
        if known.layout == "alone":
            return _Laid(known.head, _BASE)
        first = known.arguments[0]
        match known.layout:
            case "root":
                return _Laid(Root(self.within(first, 0)), _BASE)
            case "bars":
                inside = self.within(first, 0)
                return _Laid(Fence(inside, "|", "|", height(inside)), _BASE)
            case "squared":
                inside = self.within(first, 0)
                return _Laid(Script(Fence(inside, "‖", "‖", height(inside)), above=Numeral("2")), _FACTOR)
            case "length":
                inside, below = self.within(first, 0), known.head.below if isinstance(known.head, Script) else None
                return _Laid(Script(Fence(inside, "‖", "‖", height(inside)), below=below), _BASE)
            case "rows":
                below = known.head.below if isinstance(known.head, Script) else None
                return _Laid(Script(self.within(first, _BASE), below=below), _BASE)
            case "cases":
                return _Laid(self.cases(*known.arguments), 0)
            case "inverse":
                return _Laid(Script(self.within(first, _BASE), above=Row((_NEGATIVE, Numeral("1")))), _FACTOR)
            case "power":
                return _Laid(Script(Word("e"), above=self.within(first, 0)), _FACTOR)
            case _:
                ends = [_tight(self.within(end, 0)) for end in dict.fromkeys(known.arguments[1:])]
                return _Laid(Script(self.within(first, _BASE), below=_joined(ends, Sign("…", tight=True))), _BASE)

    def cases(self, condition: Tree, above: Tree, below: Tree) -> Box:
        """Lay out what is chosen by the sign of ``condition``, each value beside its case: a - b > 0 as a > b."""
        terms = condition.terms if isinstance(condition, Sum) else (condition,)
        more = [self.within(term, 0) for term in terms if not isinstance(term, Negative)]
        less = [self.within(term.operand, 0) for term in terms if isinstance(term, Negative)]
        left, right = (_joined(side, Sign("+")) if side else Numeral("0") for side in (more, less))
        is_named = any(names(term) for term in terms if not isinstance(term, Negative))
        sides = ((left, ">", right), (left, "≤", right)) if is_named else ((right, "<", left), (right, "≥", left))
        values = (self.within(value, 0) for value in (above, below))
        rows = ((value, Row((one, Sign(sign), other))) for value, (one, sign, other) in zip(values, sides, strict=True))
        return BoxTable(tuple(rows), "{", "")

    def head(self, name: str, order: int) -> Box:
        known = Operator(name) if self.typed else self.symbols.get(name) or head_of(name)
        return Script(known, primes=order) if order else known

    def derivative(self, of: Tree, wrt: Tree | None) -> Box:
        if wrt is None:
            return Row((Sign("∇"), self.within(of, _BASE)))
        order, inner, by = 1, of, [wrt]
        while isinstance(inner, Derivative) and inner.wrt is not None:
            by.append(inner.wrt)
            order, inner = order + 1, inner.of
        sign = _PARTIAL if order == 1 else Script(_PARTIAL, above=Numeral(str(order)))
        under = [self.differential(list(same)) for _, same in groupby(reversed(by))]
        return Fraction(Row((sign, self.within(inner, _BASE))), _joined(under, THIN) if len(under) > 1 else under[0])

    def differential(self, same: list[Tree]) -> Box:
        """Lay out what is differentiated by, several times running with an exponent: ∂D²."""
        below = self.within(same[0], _BASE)
        return Row((_PARTIAL, below if len(same) == 1 else Script(below, above=Numeral(str(len(same))))))

    def entry(self, of: Tree, indices: tuple[Tree, ...]) -> Box:
        if self.typed and isinstance(of, Name):
            return Word(_typed_entry(plain(Entry(of, indices))))
        inside = [_tight(self.within(index, 0)) for index in indices]
        if not isinstance(of, Name) or not of.name.endswith("^()"):
            return Script(self.within(of, _BASE), below=_joined(inside, Sign(",", tight=True)))
        family = of.name.removesuffix("^()")
        base = symbol(family.rstrip("'"))
        below = _joined(inside[1:], Sign(",", tight=True)) if len(inside) > 1 else None
        return Script(base, below, Fence(inside[0]), len(family) - len(family.rstrip("'")))


def _typed_entry(text: str) -> str:
    """Leave the braces around one letter or number away: x_t for x_{t}."""
    before, brace, inside = text.removesuffix("}").rpartition("_{")
    return f"{before}_{inside}" if brace and (inside.isdigit() or len(inside) == 1) else text


def _number(number: Number, *, typed: bool) -> _Laid:
    if number.text:
        box = Numeral(number.text) if typed else numeral(number.text)
        return _Laid(box, _BASE if isinstance(box, Numeral) else _FACTOR)
    if number.denominator == 1:
        return _Laid(Numeral(str(number.numerator)), _BASE)
    return _Laid(Fraction(Numeral(str(number.numerator)), Numeral(str(number.denominator))), _FACTOR)


def _joined(parts: Sequence[Box], sign: Box) -> Box:
    """Set boxes side by side with a sign between two."""
    if len(parts) == 1:
        return parts[0]
    found = [parts[0]]
    for part in parts[1:]:
        found += (sign, part)
    return Row(tuple(found))


def _tight(box: Box) -> Box:
    """Take the room away beside the signs of an index: ``t-1``."""
    match box:
        case Row(parts):
            return Row(tuple(_tight(part) for part in parts if part != BESIDE))
        case Sign(sign):
            return Sign(sign, tight=True)
        case _:
            return box
