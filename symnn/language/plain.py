r"""The grammar, read by precedence climbing over the tokens of a text, plain or LaTeX or both mixed.

```
sum      = term { ("+" | "-") term }
term     = ["-" | "+"] term  |  factor { ("*" | "/" | "⊙" | nothing) factor }
factor   = atom { "^" exponent }              exponent = ["-"] factor, so that "^" groups to the right
atom     = number | name | constant | function arguments | "(" sum ")" | "|" sum "|" | "[" … "]"
         | derivative | root | \frac{…}{…} and the like
```

Two factors side by side are a product of the same rank as ``*``; a number never stands to the right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from symnn.errors import Fact, Problem, Span
from symnn.expressions.tree import (
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
    Transpose,
    Tree,
)
from symnn.expressions.writing import plain
from symnn.language import differentials, grids
from symnn.language.atoms import READERS, not_mixed, read_number, stands_beside
from symnn.language.brackets import about_brackets
from symnn.language.conditions import compared, indicator_of
from symnn.language.limits import Limits
from symnn.language.powers import entrywise_power, inverted, raised
from symnn.language.read_shapes import holds_tensor, regrouped
from symnn.language.refusal import Refused
from symnn.language.scope import Scope
from symnn.language.signs import (
    BAR,
    BELOW,
    BRACE,
    CARET,
    CLOSE,
    COMMA,
    COMMAND,
    END,
    ENTRYWISE,
    FAMILY,
    FRACTION,
    MINUS,
    NAME,
    NUMBER,
    OPEN,
    OVER,
    OWN,
    PARTIAL,
    PLUS,
    SEMICOLON,
    SLASH,
    SQUARE,
    TIMES,
    TOP,
)
from symnn.language.tokens import Tokens

__all__ = ["Parser"]

_new: Final = tuple.__new__
_THIRD, _FOURTH = "3", "4"


class Parser:
    """Reads the tokens of one text once, left to right; `settling.Refused` carries a refusal out."""

    __slots__ = (
        "at",
        "bars",
        "depth",
        "ends",
        "kinds",
        "limits",
        "notes",
        "own",
        "rows",
        "scope",
        "starts",
        "text",
        "tokens",
        "unsure",
        "values",
    )

    def __init__(self, tokens: Tokens, scope: Scope, limits: Limits, text: str) -> None:
        self.tokens = tokens
        self.kinds, self.values = tokens.kinds, tokens.values
        self.starts, self.ends = tokens.starts, tokens.ends
        self.scope, self.limits, self.text = scope.with_bound(tokens.bound), limits, text
        self.notes = tokens.notes
        self.at = 0
        self.depth = 0
        self.bars = 0
        self.rows = 0
        self.own = ""
        self.unsure = False

    def expression(self) -> Tree:
        """Read terms that are added and subtracted."""
        kinds = self.kinds
        first = self.at
        tree = self.term()
        kind = kinds[self.at]
        if kind != PLUS and kind != MINUS:  # noqa: PLR1714 - two comparisons are quicker than a set
            return tree
        terms = [tree]
        while True:
            if kind == PLUS:
                self.at += 1
                terms.append(self.term())
            elif kind == MINUS:
                at = self.at
                self.at = at + 1
                operand = self.term()
                terms.append(Negative(operand, _new(Span, (self.starts[at], self.ends[self.at - 1]))))
            else:
                return Sum(tuple(terms), _new(Span, (self.starts[first], self.ends[self.at - 1])))
            kind = kinds[self.at]

    def term(self) -> Tree:
        """Read factors that are multiplied and divided, with a sign before them."""
        first = self.at
        kind = self.kinds[first]
        if kind == MINUS:
            self.at = first + 1
            return Negative(self.nested(self.term), self.span(first))
        if kind == PLUS:
            self.at = first + 1
            return self.nested(self.term)
        left = self.factor()
        kind = self.kinds[self.at]
        if TIMES <= kind <= ENTRYWISE or (NUMBER <= kind <= FAMILY and stands_beside(self, kind)):
            return self._product(left, first)
        if self.unsure:
            self._chosen(left, first)
        return left

    def _product(self, left: Tree, first: int) -> Tree:
        """Go on reading a product after its first factor."""
        kinds = self.kinds
        factors = [left]
        divided = entrywise = loose = False
        doubt, self.unsure = self.unsure, False
        while True:
            kind = kinds[self.at]
            implicit = NUMBER <= kind <= FAMILY and stands_beside(self, kind)
            if kind == TIMES or implicit:
                if entrywise:
                    factors = [self._closed(factors, first, entrywise=True)]
                    entrywise, loose = False, True
                doubt = doubt or (implicit and divided) or loose
                self.unsure = self.unsure or (implicit and kind == NUMBER)
                self.at += not implicit
                at = self.at
                factors.append(self.factor() if implicit else self._signed())
                if implicit and kind in (COMMAND, FRACTION, OPEN, SQUARE):
                    not_mixed(self, factors, at)
            elif kind == SLASH:
                over = self._closed(factors, first, entrywise=entrywise, loose=loose)
                self.at += 1
                factors = [Quotient(over, self._signed(), self.span(first))]
                divided, entrywise, loose = True, False, False
            elif kind == ENTRYWISE:
                if not entrywise:
                    tree = self._closed(factors, first, entrywise=False, loose=loose)
                    factors = list(tree.factors) if loose and isinstance(tree, Entrywise) else [tree]
                self.at += 1
                factors.append(self._signed())
                divided, entrywise, loose = False, True, False
            else:
                break
            if self.unsure:
                doubt, self.unsure = True, False
        tree = self._closed(factors, first, entrywise=entrywise, loose=loose)
        if doubt:
            self._chosen(tree, first)
        return tree

    def _closed(self, factors: list[Tree], first: int, *, entrywise: bool, loose: bool = False) -> Tree:
        """Make the product of factors; ``loose`` ones began with an entrywise product without parentheses."""
        if len(factors) == 1:
            return factors[0]
        span = _new(Span, (self.starts[first], self.ends[self.at - 1]))
        if entrywise:
            return Entrywise(tuple(factors), span)
        tree = Product(tuple(factors), span)
        return regrouped(tree, self.scope) if loose else tree

    def _signed(self) -> Tree:
        """Read the factor after an operator, which may have its own sign: ``a*-b``."""
        first = self.at
        kind = self.kinds[first]
        if kind == MINUS:
            self.at = first + 1
            return Negative(self.nested(self._signed), self.span(first))
        if kind == PLUS:
            self.fail("operand")
        return self.factor()

    def factor(self) -> Tree:
        """Read one factor with its exponents."""
        at = self.at
        kind = self.kinds[at]
        base: Tree
        if kind == NAME:
            self.at = at + 1
            base = Name(self.values[at], _new(Span, (self.starts[at], self.ends[at])))
            if self.kinds[at + 1] == SQUARE:
                base = grids.read_entry(self, base, at)
        elif kind == NUMBER:
            self.at = at + 1
            base = read_number(self, at)
        elif kind == OPEN:
            self.at = at + 1
            base = self.group()
        else:
            base = self.alone()
        kind = self.kinds[self.at]
        while kind in (CARET, BELOW):
            base = self._power(base, at) if kind == CARET else grids.below(self, base, at)
            kind = self.kinds[self.at]
        return base

    def alone(self) -> Tree:
        """Read one factor without any exponent after it."""
        at = self.at
        reader = READERS.get(self.kinds[at])
        if reader is None:
            self.fail("operand")
        self.at = at + 1
        return reader(self, at)

    def fraction(self) -> Tree:
        r"""Read a whole group of TeX: an expression, or two with ``\over`` between."""
        first = self.at
        tree = self.expression()
        if self.kinds[self.at] != OVER:
            return tree
        self.at += 1
        return Quotient(tree, self.expression(), self.span(first))

    def group(self) -> Tree:
        """Read what stands in parentheses, after the opening one."""
        self.deeper()
        if self.kinds[self.at] == PARTIAL and differentials.is_numerator(self):
            self.depth -= 1
            return differentials.grouped_derivative(self, self.at - 1)
        tree = self.expression()
        if compared(self, self.at):
            tree = indicator_of(self, tree, self.at)
        at = self.at
        if self.kinds[at] == CLOSE and self.values[at] == ")":
            self.at = at + 1
        elif self.kinds[at] in (COMMA, SEMICOLON):
            tree = grids.vector(self, tree, ")")
        else:
            self.fail("')'")
        self.depth -= 1
        return tree

    def deeper(self) -> None:
        """Count one level of nesting more; whoever calls this takes it back."""
        self.depth += 1
        if self.depth > self.limits.depth:
            self.too_deep()

    def nested(self, read: Callable[[], Tree]) -> Tree:
        """Read something one level deeper; refuse what is too deep."""
        self.deeper()
        tree = read()
        self.depth -= 1
        return tree

    def _power(self, base: Tree, first: int) -> Tree:
        at = self.at + 1
        self.at = at
        known = inverted(self, base, first) or entrywise_power(self, base, first)
        if known is not None:
            return known
        kind = self.kinds[at]
        braced = kind == BRACE and self.kinds[at + 1] == TOP and self.kinds[at + 2] == CLOSE
        if kind == TOP or braced:
            self.at = at + (3 if braced else 1)
            return self._transposed(base, first)
        if self.tokens.latex and kind == NUMBER and len(self.values[at]) > 1 and self.values[at].isdigit():
            self._torn_exponent(at)
        exponent = self.nested(self.exponent)
        if kind in (NUMBER, NAME, MINUS) and not self.tokens.latex:
            self._glued_exponent(base, at)
        if type(base) is Name and (self.kinds[first] == OWN or (base.name == "e" and self.values[self.at - 1] != "2")):
            self.refuse("euler", first, name=base.name)
        return raised(base, exponent, self.span(first))

    def _glued_exponent(self, base: Tree, at: int) -> None:
        """Mark ``e^2x``, ``e^xy`` and ``x^1/2``: the exponent ends earlier than some expect."""
        after, touching = self.kinds[self.at], self.ends[self.at - 1] == self.starts[self.at]
        if NAME <= after < BAR and touching and self.at - at <= 2:  # noqa: PLR2004 - one sign and its minus
            self.unsure = self.unsure or type(base) in {Constant, Number}
        if after == SLASH and touching and self.values[self.at - 1] == "1" and self.kinds[self.at + 1] == NUMBER:
            self.unsure = True

    def _torn_exponent(self, at: int) -> NoReturn:
        digits = self.values[at]
        first, second = f"^{{{digits}}}", f"^{digits[0]}*{digits[1:]}"
        self.refuse("ambiguous", at, found=f"^{digits}", first=first, second=second)

    def _transposed(self, operand: Tree, first: int) -> Tree:
        """Transpose what has rows; ``(1, 2)^T`` as a whole answer is how people write a column."""
        as_column = isinstance(operand, Matrix) and operand.vector and SEMICOLON not in self.kinds
        if as_column and not first and self.kinds[self.at] == END:
            self._chosen(operand, first)
            return operand
        return self.transpose(operand, first)

    def transpose(self, operand: Tree, first: int) -> Tree:
        """Transpose what has rows, or may have; refuse a number."""
        if not self.scope.open and not holds_tensor(operand, self.scope):
            self.refuse("transpose", first, found=self.source(first))
        return Transpose(operand, self.span(first))

    def exponent(self) -> Tree:
        """Read an exponent; it groups to the right and may have a sign."""
        first = self.at
        if self.kinds[first] == MINUS:
            self.at = first + 1
            return Negative(self.nested(self.exponent), self.span(first))
        if self.kinds[first] == PLUS:
            self.at = first + 1
        if not self.tokens.latex and self.kinds[first] != BRACE:
            return self.factor()
        exponent = self.alone()
        if self.kinds[self.at] == CARET:  # TeX calls this a double superscript
            inner = self.source(first)
            self.refuse("ambiguous", first, found=f"^{inner}^", first=f"^{{{inner}^…}}", second=f"(…^{inner})^…")
        return exponent

    def _chosen(self, tree: Tree, first: int) -> None:
        """Note how a term was read that another reader might read differently."""
        self.unsure = False
        facts = {"what": self.source(first), "read": _grouped(tree)}
        self.notes.append(Problem("chosen", facts, self.span(first)))

    def expect(self, value: str, kind: int = CLOSE) -> None:
        """Go past a closing sign, or refuse what stands there instead."""
        at = self.at
        if self.kinds[at] != kind or self.values[at] != value:
            self.fail(f"'{value}'")
        self.at = at + 1

    def span(self, first: int) -> Span:
        """Give the place of everything read since token ``first``."""
        return _new(Span, (self.starts[first], self.ends[self.at - 1]))

    def place(self, at: int) -> Span:
        """Give the place of one token."""
        return _new(Span, (self.starts[at], self.ends[at]))

    def source(self, first: int) -> str:
        """Give the text of everything read since token ``first``, as submitted."""
        return self.text[self.starts[first] : self.ends[self.at - 1]]

    def fail(self, expected: str) -> NoReturn:
        """Refuse the token that stands here: something else was expected."""
        at = self.at
        start, end = self.starts[at], self.ends[at]
        facts = {"expected": expected, "found": self.text[start:end], **about_brackets(self.text, start, expected)}
        raise Refused(Problem("syntax", facts, Span(start, end)))

    def refuse(self, code: str, first: int, /, **facts: Fact) -> NoReturn:
        """Refuse what was read since token ``first`` (at least that token)."""
        last = max(self.at - 1, first)
        raise Refused(Problem(code, facts, Span(self.starts[first], self.ends[last])))

    def too_deep(self) -> NoReturn:
        """Refuse a text with more brackets inside brackets than can be meant."""
        self.refuse("too-large", self.at, limit="depth", most=self.limits.depth)


def _grouped(tree: Tree) -> str:
    """Write a product so that nobody can group it otherwise: ``(1/2)*x``."""
    if isinstance(tree, Product) and isinstance(tree.factors[0], Quotient):
        return f"({plain(tree.factors[0])})*" + plain(Product((Number(1), *tree.factors[1:]))).removeprefix("1*")
    if isinstance(tree, Quotient) and isinstance(tree.over, Power):
        return f"({plain(tree.over)})/{plain(Quotient(Number(1), tree.under)).removeprefix('1/')}"
    return plain(tree)
