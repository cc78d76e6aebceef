"""Functions at their arguments: ``f'(a_3)``, ``sin^2 x``, ``max{0, x}``, ``log_2(x)``, derived functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import (
    Call,
    Constant,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Transpose,
    Tree,
)
from symnn.expressions.writing import plain
from symnn.language.axis_numbers import axis_word, gathered, joined
from symnn.language.composed_words import maker
from symnn.language.conditions import where
from symnn.language.keywords import Named, arranged_by_name, several, word_behind
from symnn.language.signs import (
    ABSOLUTE,
    AXIS,
    BAR,
    BRACE,
    CARET,
    CLOSE,
    COMMA,
    COMMAND,
    CONSTANT,
    FAMILY,
    FRACTION,
    FUNCTION,
    MINUS,
    NAME,
    NUMBER,
    OPEN,
    OWN,
    ROOT,
    SEMICOLON,
    SETTING,
    SLASH,
    SQUARE,
)
from symnn.language.vocabulary import ARITIES
from symnn.ops import named
from symnn.ops.operation import WORDS
from symnn.ops.table import OF_TENSORS, OPERATIONS, TENSOR_ARITIES

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["read_call", "special"]

_BARE = frozenset({NUMBER, NAME, FAMILY, OWN, CONSTANT, COMMAND, FRACTION, FUNCTION, ROOT, BAR, ABSOLUTE})
_MOST_PRIMES = 3


def read_call(parser: Reader, at: int) -> Tree:
    """Read a function and its arguments, with a power between them or not."""
    value = parser.values[at]
    member = _member(parser, value)
    if member is not None:
        return member
    function = value.rstrip("'")
    order = len(value) - len(function)
    raised = _raised_order(parser, at, function)
    order += raised
    exponent = _power(parser, at, function)
    unit = parser.scope.units.get(function)
    around = parser.own
    parser.own = unit.argument if unit is not None else around
    kind = parser.kinds[parser.at]
    if function == named.PIECEWISE and kind == OPEN and not order and exponent is None:
        return where(parser, at)
    arguments = _listed(parser, function) or _unlisted(parser, at, function, order)
    parser.own = around
    function = function if order else gathered(parser, function, arguments)
    function, arguments, is_turned = joined(function, axis_word(parser, function, arguments, at))
    least, most = parser.scope.functions.get(function, (1, 1))
    last = arguments[-1]
    if isinstance(last, Constant) and last.name in WORDS and not _takes(function, last.name):
        parser.refuse("no-axis", at, function=function, axis=last.name)
    if not least <= len(arguments) <= most:
        if function == named.LOG and len(arguments) == 2:  # noqa: PLR2004 - a logarithm and its base
            return Quotient(Call(named.LOG, arguments[:1]), Call(named.LOG, arguments[1:]), parser.span(at))
        parser.refuse("arguments", at, function=function, expected=_how_many(least, most), got=len(arguments))
    if function in OPERATIONS and OPERATIONS[function].ranked and not _is_rank(arguments[0], len(arguments) - 1):
        parser.refuse("rank", at, function=function, most=len(arguments) - 1)
    result: Tree = Call(function, arguments, order, parser.span(at))
    result = Transpose(result, parser.span(at)) if is_turned else result
    parser.unsure = parser.unsure or raised > 0
    if exponent is None:
        return result
    parser.unsure = parser.unsure or function not in ARITIES
    return Power(result, exponent, parser.span(at))


def _listed(parser: Reader, function: str) -> tuple[Tree, ...]:
    """Read the arguments in brackets; none where no bracket opens."""
    kind = parser.kinds[parser.at]
    if kind in (OPEN, SQUARE) or (kind == BRACE and function in ARITIES):
        return read_list(parser, function)
    if kind != BRACE or parser.kinds[parser.at + 1] != OPEN:
        return ()
    parser.at += 1  # f{\left(a\right)}, as SymPy writes it
    arguments = read_list(parser, function)
    parser.expect("}")
    return arguments


def _member(parser: Reader, function: str) -> Tree | None:
    """Read ``f[1]`` as f1 where that is a quantity: a program writes an index so, nobody a function's argument."""
    at, kinds = parser.at, parser.kinds
    if kinds[at : at + 3] != [SQUARE, NUMBER, CLOSE]:
        return None
    known = parser.scope.find(f"{function}_{parser.values[at + 1]}")
    if isinstance(known, tuple) and known[0] == NAME:
        parser.at = at + 3
        return Name(known[1], parser.span(at - 1))
    return None


def _how_many(least: int, most: int) -> int | str:
    """Say how many arguments there may be.

    >>> _how_many(1, 1), _how_many(1, 2), _how_many(2, 257)
    (1, '1–2', '≥ 2')
    """
    if least == most:
        return least
    return f"{least}–{most}" if most < 10 else f"≥ {least}"  # noqa: PLR2004 - a list of any length


def _raised_order(parser: Reader, at: int, function: str) -> int:
    """Read the (2) of ``f^{(2)}(a)`` as the second derivative.

    Without braces it may be meant as a power, and beside names with layers above as a layer.
    """
    kinds, here = parser.kinds, parser.at
    braced = kinds[here + 1 : here + 2] == [BRACE]
    first = here + 1 + braced
    raised = kinds[here] == CARET and kinds[first : first + 3] == [OPEN, NUMBER, CLOSE]
    if not raised or not parser.values[first + 1].isdigit() or (braced and kinds[first + 3] != CLOSE):
        return 0
    order = int(parser.values[first + 1])
    layered = parser.scope.layered
    if layered or not braced or not 1 <= order <= _MOST_PRIMES:
        parser.at = first + 3 + braced
        primes = "'" * min(order, _MOST_PRIMES)
        derived = f"{function}{primes}(…)"
        other = f"{function}(…)" if layered else f"({function}(…))^{order}"
        parser.refuse("ambiguous", at, found=parser.source(at), first=derived, second=other)
    parser.at = first + 4
    return order


def _power(parser: Reader, at: int, function: str) -> Tree | None:
    """Read the exponent of ``sin^2 x``; ``sin^-1`` is refused, for it is written for two things."""
    if parser.kinds[parser.at] != CARET:
        return None
    parser.at += 1
    place = parser.at
    exponent = parser.nested(parser.exponent)
    if isinstance(exponent, Negative) or parser.kinds[place] == MINUS:
        inverse = f"arc{function}" if function in ARITIES else f"{function}⁻¹"
        parser.refuse("ambiguous", at, found=f"{function}^-1", first=inverse, second=f"1/{function}")
    return exponent


def _unlisted(parser: Reader, at: int, function: str, order: int) -> tuple[Tree, ...]:
    """Give the argument of ``sin x``, or of a unit's derivative that is written without one."""
    unit = parser.scope.units.get(function)
    if unit is not None and order:
        parser.unsure = True
        return (Name(unit.argument, parser.span(at)),)
    least = (ARITIES.get(function) or TENSOR_ARITIES.get(function, (0, 0)))[0]
    if least == 1 and parser.kinds[parser.at] in _BARE:
        return (_bare(parser, at, function),)
    return parser.refuse("no-argument", at, function=parser.source(at))


def read_list(parser: Reader, function: str = "") -> tuple[Tree, ...]:
    """Read arguments in brackets, separated by commas; settings of a ``function`` may have their names before them."""
    first, closing = parser.at - 1, parser.values[parser.at]
    parser.deeper()
    parser.at += 1
    arguments = [parser.expression()]
    given: Named = {}
    while parser.kinds[parser.at] in (COMMA, SEMICOLON):
        parser.at += 1
        if parser.kinds[parser.at] == SETTING:
            name = parser.values[parser.at]
            parser.at += 1
            given[name] = _behind(parser, function)
        else:
            arguments.append(_behind(parser, function))
    parser.expect(closing, CLOSE)
    parser.depth -= 1
    return arranged_by_name(parser, first, function, tuple(arguments), given)


def _behind(parser: Reader, function: str) -> Tree:
    """Read an argument behind the first: a word for an axis or an edge, two numbers, or an expression."""
    if parser.kinds[parser.at] == AXIS:
        return _axis(parser)
    return word_behind(parser, function) or several(parser) or parser.expression()


def _is_rank(tree: Tree, most: int) -> bool:
    """Say whether an argument is written as a whole number that counts others."""
    return isinstance(tree, Number) and tree.denominator == 1 and 1 <= tree.numerator <= most


def _takes(function: str, word: str) -> bool:
    operation = OF_TENSORS.get(function)
    return operation is not None and word in operation.words_behind


def _axis(parser: Reader) -> Tree:
    """Read the word for an axis, the last argument of a call."""
    parser.at += 1
    return Constant(parser.values[parser.at - 1], parser.place(parser.at - 1))


def _bare(parser: Reader, at: int, function: str) -> Tree:
    """Read the argument of ``sin x`` or ``ln 2x``: a factor, or a number times one; more is refused."""
    first = parser.at
    argument = parser.nested(parser.factor)
    if parser.kinds[first] == NUMBER and parser.kinds[parser.at] in (NAME, CONSTANT, OWN):
        argument = Product((argument, parser.nested(parser.factor)), parser.span(first))
        parser.unsure = True
    kind = parser.kinds[parser.at]
    if NAME <= kind <= SQUARE and kind != FUNCTION:
        inside = plain(argument)
        parser.at += 1
        parser.refuse(
            "ambiguous",
            at,
            found=parser.source(at),
            first=f"{function}({inside})*…",
            second=f"{function}({inside}*…)",
        )
    if kind == SLASH and isinstance(argument, Number) and parser.kinds[parser.at + 1] == NUMBER:
        above, below = plain(argument), parser.values[parser.at + 1]
        parser.at += 2
        inside, outside = f"{function}({above}/{below})", f"{function}({above})/{below}"
        parser.refuse("ambiguous", at, found=parser.source(at), first=inside, second=outside)
    parser.unsure = parser.unsure or kind == SLASH or isinstance(argument, Power)
    return argument


def special(parser: Reader, at: int) -> Tree:
    """Read a function that is made of others, or a word like ``diff`` and ``transpose``."""
    word = parser.values[at]
    make = maker(word)
    exponent = _power(parser, at, word)
    kind = parser.kinds[parser.at]
    if kind in (OPEN, BRACE, SQUARE) and word != "matrix":
        arguments = read_list(parser)
    elif kind == OPEN:
        parser.at += 1
        arguments = (parser.nested(parser.expression),)
        parser.expect(")")
    elif kind in _BARE and word not in {"diff", "matrix", "pow", "transpose"}:
        arguments = (_bare(parser, at, word),)
    else:
        parser.refuse("no-argument", at, function=parser.source(at))
    parser.unsure = parser.unsure or word == "lg"
    result = make(parser, at, arguments)
    return result if exponent is None else Power(result, exponent, parser.span(at))
