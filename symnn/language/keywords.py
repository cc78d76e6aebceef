"""Settings by their names, as programs write them: ``conv(X, K, stride=2, padding=(1, 0))``, ``edge=floor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Constant, Matrix, Number, Tree
from symnn.language.read_shapes import shape_in_scope
from symnn.language.signs import CLOSE, COMMA, NUMBER, OPEN
from symnn.ops.settings import BOTH, Setting, spelled_settings, whole_numbers
from symnn.ops.shapes import Unfit
from symnn.ops.table import OF_TENSORS

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["Named", "arranged_by_name", "several", "word_behind"]

SAME = "same"

Named = dict[str, Tree]
"""The settings of a call that are written by their names."""


def _padding(parser: Reader, at: int, setting: Setting, arguments: tuple[Tree, ...], given: Named, word: str) -> Tree:
    """Write ``padding=same`` in numbers, the odd zero behind the image, as frameworks have it; ``valid`` is none."""
    if word != SAME:
        return Number(0)
    try:
        kernel = shape_in_scope(arguments[1], parser.scope) if len(arguments) > 1 else ()
    except Unfit:
        kernel = ()
    sides = kernel[-setting.parts // BOTH :]
    apart = whole_numbers(given.get("dilation", Number(1)), several=True)
    stride = arguments[BOTH] if len(arguments) > BOTH else given.get("stride", Number(1))
    steps = whole_numbers(stride, several=True)
    if len(sides) < setting.parts // BOTH or set(steps) != {1} or not apart:
        parser.refuse("same-padding", at, function=parser.source(at))
    more = [(side - 1) * apart[place % len(apart)] for place, side in enumerate(sides)]
    numbers = tuple(zeros for one in more for zeros in (one // BOTH, one - one // BOTH))
    return next(iter(spelled_settings((setting,), numbers)), Number(0))


def word_behind(parser: Reader, function: str) -> Tree | None:
    """Read the last argument of a call where it is a word, as ``floor`` in ``max_pool(x, 2, floor)``."""
    at, operation = parser.at, OF_TENSORS.get(function)
    if (
        operation is None
        or parser.values[at] not in operation.words_behind
        or parser.kinds[at + 1] not in (CLOSE, COMMA)
    ):
        return None
    parser.at += 1
    return Constant(parser.values[at], parser.place(at))


def several(parser: Reader) -> Tree | None:
    """Read ``(2, 1)`` as two numbers, for rows and columns, where it stands as an argument."""
    at, kinds = parser.at, parser.kinds
    if kinds[at : at + 5] != [OPEN, NUMBER, COMMA, NUMBER, CLOSE] or parser.values[at] != ")":
        return None
    numbers = (parser.values[at + 1], parser.values[at + 3])
    if not all(number.isdigit() for number in numbers):
        return None
    parser.at += 5
    return Matrix(tuple((Number(int(number)),) for number in numbers), vector=True, span=parser.span(at))


def arranged_by_name(
    parser: Reader, at: int, function: str, arguments: tuple[Tree, ...], given: Named
) -> tuple[Tree, ...]:
    """Put settings that are written by their names where the call has them, defaults where none is written."""
    if not given:
        return arguments
    operation = OF_TENSORS.get(function)
    settings = operation.settings if operation is not None else ()
    names = [setting.name for setting in settings]
    for name in given:
        if name not in names:
            parser.refuse("no-setting", at, function=function, setting=name, choices=tuple(names))
    most = operation.arity[1] if operation is not None else 0
    found, written = list(arguments[:most]), arguments[most:]
    last = max([len(written), *(names.index(name) + 1 for name in given if not settings[names.index(name)].words)])
    for place, setting in enumerate(settings[:last]):
        if setting.name in given and place < len(written):
            parser.refuse("setting-twice", at, function=function, setting=setting.name)
        tree = written[place] if place < len(written) else given.get(setting.name, Number(setting.default or 0))
        if isinstance(tree, Constant) and setting.parts > 1:
            tree = _padding(parser, at, setting, arguments, given, tree.name)
        if not setting.words and not whole_numbers(tree, several=setting.parts > 1):
            parser.refuse("setting", at, function=function, setting=setting.name, least=setting.least)
        found.append(tree)
    words = (given[setting.name] for setting in settings if setting.words and setting.name in given)
    return (*found, *words)
