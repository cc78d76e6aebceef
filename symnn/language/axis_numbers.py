"""The number of an axis as the word it is: ``axis=1`` of a matrix is taken of each row, of a vector there is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeGuard

from symnn.expressions.tree import Constant, Transpose, Tree
from symnn.language.read_shapes import shape_in_scope
from symnn.ops.operation import AXES
from symnn.ops.shapes import Unfit
from symnn.ops.table import OPERATIONS

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["axis_word", "counted_axis", "gathered", "joined"]

_ROWS, _COLUMNS, _ALL = AXES
_OF_MATRIX: Mapping[str, str] = MappingProxyType({"0": _COLUMNS, "1": _ROWS, "-1": _ROWS, "-2": _COLUMNS, "None": _ALL})
_OF_VECTOR: Mapping[str, str] = MappingProxyType({"0": _ALL, "-1": _ALL, "None": _ALL})
_FROM_THE_END = frozenset({"-1", "-2"})
_SURE: Mapping[str, str] = MappingProxyType({"0": _COLUMNS, "1": _ROWS, "None": _ALL})
"""What a number says of a thing whose shape is not known: a vector is one column, and has no second axis."""


def _is_axis(tree: Tree) -> TypeGuard[Constant]:
    """Say whether the last argument of a call is an axis, by its word or its number."""
    return isinstance(tree, Constant) and (tree.name in AXES or tree.name in _OF_MATRIX or tree.name.isdigit())


def counted_axis(number: str, axes: int) -> str:
    """Give the word of an axis that is counted from the end, ``dim=-1``, once the shape is known; else nothing.

    >>> counted_axis("-1", 2), counted_axis("-1", 1), counted_axis("-2", 1)
    ('rows', 'all', '')
    """
    return {1: _OF_VECTOR, 2: _OF_MATRIX}.get(axes, _SURE).get(number, "") if number in _FROM_THE_END else ""


def axis_word(parser: Reader, function: str, arguments: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
    """Write the number of an axis as the word it is, where the shape says so; refuse it with the words elsewhere."""
    last = arguments[-1]
    if not _is_axis(last) or last.name in AXES:
        return arguments
    try:
        known = shape_in_scope(arguments[0], parser.scope)
    except Unfit:
        known = ()
    words = {1: _OF_VECTOR, 2: _OF_MATRIX}.get(len(known), _SURE)
    if last.name in _FROM_THE_END and not known and parser.scope.is_model:
        return arguments  # what a model computes has no shape yet
    if last.name not in words:
        parser.refuse("axis-number", at, function=function)
    return (*arguments[:-1], Constant(words[last.name], last.span))


def gathered(parser: Reader, function: str, arguments: tuple[Tree, ...]) -> str:
    """Name the operation that ``max(X, rows)`` is: of one tensor, not of several numbers."""
    of_one = OPERATIONS[function].gathered if function in OPERATIONS else ""
    single = len(arguments) - _is_axis(arguments[-1]) == 1
    return of_one if single and of_one in parser.scope.functions else function


def joined(function: str, arguments: tuple[Tree, ...]) -> tuple[str, tuple[Tree, ...], bool]:
    """Name the operation that ``concat(A, B, rows)`` is, with its arguments; of columns it is turned, and they are."""
    along = OPERATIONS[function].along_rows if function in OPERATIONS else ""
    last = arguments[-1]
    if not along or not isinstance(last, Constant) or last.name not in AXES or last.name == _ALL:
        return function, arguments if not along or not _is_axis(last) else arguments[:-1], False
    if last.name == _ROWS:
        return along, arguments[:-1], False
    return along, tuple(Transpose(one) for one in arguments[:-1]), True
