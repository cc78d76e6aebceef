"""Trees laid out as items: what may be broken over lines is apart, what belongs together is one piece.

The items are a closed union: a ``match`` over them ends in ``assert_never``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Literal, TypeAlias

from msgspec import Struct

from symnn.expressions.terms import ONE, ZERO, is_number, product
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Tree,
    walk,
)
from symnn.notation.operations import shown_call
from symnn.ops.operation import Factors
from symnn.ops.table import OPERATIONS

__all__ = [
    "Aligned",
    "Equals",
    "Expression",
    "Group",
    "Head",
    "Item",
    "Line",
    "Mark",
    "NamedFactors",
    "Numbered",
    "Piece",
    "PutIn",
    "Value",
    "added",
    "expression",
    "loosened",
    "multiplied",
    "multiplies",
    "one_piece",
    "ungrouped",
]


class Piece(Struct, frozen=True):
    """A factor or a term that is never broken: ``w_5``, ``f'(a_3)``, ``∂E/∂y``."""

    tree: Tree


class Mark(Struct, frozen=True):
    """A sign between pieces; a line may be broken before ``+``, ``-`` and ``->``, and after ``,``."""

    sign: Literal["+", "-", "(", ")", ",", "->"]


class Head(Struct, frozen=True):
    """The name of a function (with primes for its ``order``) before the brackets of a long argument."""

    function: str
    order: int = 0


class Group(Struct, frozen=True):
    """Pieces with their common value under them: ``y (1 - y)`` and below it ``0.2350``.

    With a ``name`` that stands below, ∂y/∂a_3, and the value above.
    """

    items: Expression
    number: str
    name: Tree | None = None


Item: TypeAlias = Piece | Mark | Head | Group
"""One item of an expression; neighbours without a mark between them are multiplied."""

Expression: TypeAlias = tuple[Item, ...]
"""A sum of products in the order it is to be read, brackets included."""


class Value(Struct, frozen=True):
    """A number as it is shown: its digits, and whether they are all of it (``=``) or not (``≈``).

    That of a tensor is a table of digits, with ``…`` for what is left out of a large one.
    """

    digits: str
    exact: bool = False
    table: tuple[tuple[str, ...], ...] = ()


class PutIn(Struct, frozen=True):
    """A step with numbers in the place of its names, and whether these are all of the numbers or rounded ones."""

    items: Expression
    exact: bool


class Line(Struct, frozen=True):
    """``left = step = step = … ≈ value``; without a left side, just the one step.

    ``stacked`` steps stand under each other; others follow on the line as long as they fit.
    ``shape`` stands beside the equation of a tensor: ``2x3``; ``label`` before the line, as ``F1``.
    ``put_in`` is the last step with numbers for its names; ``holds`` the ranges for which the line stands,
    i = 1, 2; t = 1, …, 3.
    """

    left: Expression
    steps: tuple[Expression, ...]
    value: Value | None = None
    stacked: bool = False
    shape: str = ""
    label: str = ""
    put_in: PutIn | None = None
    holds: tuple[tuple[str, int, int], ...] = ()


class Aligned(Struct, frozen=True):
    """Equations under each other, aligned at their first equals sign.

    ``paired`` ones stand two in a row where all are short; ``boxed`` ones have a frame.
    """

    lines: tuple[Line, ...]
    paired: bool = False
    boxed: bool = False


class Equals(Struct, frozen=True):
    """An equation within a sentence or a table: ``x_1 = 0.5``; ``mark`` says where the number comes from.

    With an arrow for its ``sign``, what the left side is replaced by.
    """

    left: Tree
    right: Tree
    mark: Literal["", "given", "default"] = ""
    sign: Literal["=", "→"] = "="


LONGEST_CALL = 16
"""A call with more nodes than this may be broken over lines."""

Numbered = Callable[[Tree], str]
"""Says the number that stands under a factor, or nothing for none."""

NamedFactors = Sequence[Tree | None]
"""The names of factors, ∂y/∂a_3, that stand under them; None where a factor has none."""


def one_piece(tree: Tree) -> Expression:
    """Lay out a tree as one piece that is never broken."""
    return (Piece(tree),)


def expression(tree: Tree) -> Expression:
    """Lay out a tree: sums at their signs, products factor by factor, everything else in one piece.

    >>> from symnn.expressions.tree import Name, Number
    >>> expression(Product((Number(2), Sum((Name("y"), Negative(Name("z"))))))) == (
    ...     Piece(Number(2)), Mark("("), Piece(Name("y")), Mark("-"), Piece(Name("z")), Mark(")"))
    True
    """
    match tree:
        case Sum(terms):
            return added([(isinstance(term, Negative), _unsigned(term)) for term in terms])
        case Negative(operand):
            return (Mark("-"), *_factor(operand))
        case Product(factors):
            return tuple(item for place, factor in enumerate(factors) for item in _bracketed(factor, first=not place))
        case Quotient(Derivative() as over, Number()):
            return (Piece(Quotient(ONE, tree.under)), Piece(over))
        case Call() if _is_long(tree):
            return _call(tree)
        case _:
            return (Piece(tree),)


def loosened(item: Item) -> Expression:
    """Write a quotient that is too wide for a row as its numerator in brackets, times one over what it is divided by.

    Where what it is divided by may be no number, or there is nothing to break, the item stays.

    >>> from symnn.expressions.tree import Name
    >>> long = Sum((Name("a"), Name("b")))
    >>> loosened(Piece(Quotient(long, Number(3))))[1:] == (Mark("("), *expression(long), Mark(")"))
    True
    """
    match item:
        case Piece(Quotient(Sum() | Product() as over, under)) if _is_surely_number(under):
            return (Piece(Quotient(ONE, under)), *_bracketed(over, first=False))
    return (item,)


def _is_surely_number(tree: Tree) -> bool:
    """Say whether a tree is a number whatever the shapes of its names: of literals and entries alone."""
    return all("[" in node.name for node in walk(tree) if isinstance(node, Name)) and not any(
        isinstance(node, Matrix) for node in walk(tree)
    )


def added(terms: Iterable[tuple[bool, Expression]]) -> Expression:
    """Add expressions, each with whether it is subtracted.

    >>> from symnn.expressions.tree import Name
    >>> added([(True, one_piece(Name("a"))), (False, one_piece(Name("b")))])[::2]
    (Mark(sign='-'), Mark(sign='+'))
    """
    items: list[Item] = []
    for subtracted, term in terms:
        if subtracted:
            items.append(Mark("-"))
        elif items and term[:1] != (Mark("-"),):
            items.append(Mark("+"))
        items.extend(term)
    return tuple(items)


def multiplied(
    factors: Sequence[Factors], numbered: Numbered | None = None, tail: Expression = (), named: NamedFactors = ()
) -> tuple[bool, Expression]:
    """Multiply the factors of a chain in order, then ``tail``: whether a minus stands before, and the rest.

    Signs come to the front and ones go, as `symnn.expressions.terms.product` does it; with ``numbered`` each factor
    of the chain has its number under it, or above it where it is ``named``: then its name stands below.

    >>> from symnn.expressions.tree import Name
    >>> multiplied([(Negative(ONE), Name("w")), (ONE,)]) == (True, (Piece(Name("w")),))
    True
    """
    negative = False
    items: list[Item] = []
    for parts, name in zip_longest(factors, named):
        tree = product(parts)
        if isinstance(tree, Negative):
            negative, tree = not negative, tree.operand
        if is_number(tree, 0):
            return False, (Piece(ZERO),)
        if is_number(tree, 1):
            continue
        written = _factor(tree, first=not items and not tail)
        number = numbered(tree) if numbered else ""
        items.extend((Group(written, number, name),) if number else written)
    items.extend(tail)
    whole = tuple(items) or (Piece(ONE),)
    if len(whole) == 1 and isinstance(whole[0], Group) and not negative:
        whole = (Group(_unbracketed(whole[0].items), whole[0].number, whole[0].name),)
    return negative, whole if negative else _unbracketed(whole)


def multiplies(previous: Item | None, item: Item) -> bool:
    """Say whether two neighbours are multiplied: no sign stands between them.

    >>> multiplies(Mark(")"), Mark("(")), multiplies(Mark("+"), Mark("(")), multiplies(None, Mark("("))
    (True, False, False)
    """
    after = isinstance(previous, Piece | Group) or previous == Mark(")")
    return after and (not isinstance(item, Mark) or item.sign == "(")


def ungrouped(items: Expression) -> Expression:
    """Take the numbers away that stand under groups.

    >>> from symnn.expressions.tree import Name
    >>> ungrouped((Group(one_piece(Name("x")), "0.5"),)) == one_piece(Name("x"))
    True
    """
    return tuple(part for item in items for part in (item.items if isinstance(item, Group) else (item,)))


def _unsigned(term: Tree) -> Expression:
    return _factor(term.operand) if isinstance(term, Negative) else _factor(term)


def _factor(tree: Tree, *, first: bool = False) -> Expression:
    """Lay out one factor: a sum in brackets, what begins with a minus too unless it stands first."""
    items = expression(tree)
    signed = items[0] == Mark("-") and not first
    return (Mark("("), *items, Mark(")")) if signed or isinstance(tree, Sum) else items


def _bracketed(tree: Tree, *, first: bool) -> Expression:
    """Lay out a factor of a product: an entrywise product in it is no matrix product, so it has brackets."""
    items = _factor(tree, first=first)
    return (Mark("("), *items, Mark(")")) if isinstance(tree, Entrywise) else items


def _is_long(call: Call) -> bool:
    """Say whether a call is too long to be one piece; roots, bars and stretches have no brackets to break in."""
    known = OPERATIONS.get(call.function)
    in_brackets = known is None or known.layout in {"call", "power"}
    return in_brackets and sum(1 for one in shown_call(call).arguments for _ in walk(one)) >= LONGEST_CALL


def _call(call: Call) -> Expression:
    """Lay out a long call: its name, then its arguments between brackets."""
    items: list[Item] = [Head(call.function, call.order), Mark("(")]
    for place, argument in enumerate(call.arguments):
        items += [Mark(","), *expression(argument)] if place else expression(argument)
    return (*items, Mark(")"))


def _unbracketed(items: Expression) -> Expression:
    """Take away brackets that hold the whole expression."""
    if len(items) < 2 or items[0] != Mark("(") or items[-1] != Mark(")"):  # noqa: PLR2004 - a pair of brackets
        return items
    depth = 0
    for item in items[:-1]:
        depth += (item == Mark("(")) - (item == Mark(")"))
        if depth == 0:
            return items
    return items[1:-1]
