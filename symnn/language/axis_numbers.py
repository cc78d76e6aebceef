"""The number of an axis as the word it is: ``axis=1`` of a matrix is taken of each row, of a vector there is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.expressions.tree import Constant, Tree
from symnn.language.shapes import shape_in_scope
from symnn.ops.operation import AXES
from symnn.ops.shapes import Unfit

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["axis_word"]

_ROWS, _COLUMNS, _ALL = AXES
_OF_MATRIX: Mapping[str, str] = MappingProxyType({"0": _COLUMNS, "1": _ROWS, "-1": _ROWS, "-2": _COLUMNS, "None": _ALL})
_OF_VECTOR: Mapping[str, str] = MappingProxyType({"0": _ALL, "-1": _ALL, "None": _ALL})
_SURE: Mapping[str, str] = MappingProxyType({"0": _COLUMNS, "1": _ROWS, "None": _ALL})
"""What a number says of a thing whose shape is not known: a vector is one column, and has no second axis."""


def axis_word(parser: Reader, function: str, arguments: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
    """Write the number of an axis as the word it is, where the shape says so; refuse it with the words elsewhere."""
    last = arguments[-1]
    if not isinstance(last, Constant) or not (last.name in _OF_MATRIX or last.name.isdigit()):
        return arguments
    try:
        known = shape_in_scope(arguments[0], parser.scope)
    except Unfit:
        known = ()
    words = {1: _OF_VECTOR, 2: _OF_MATRIX}.get(len(known), _SURE)
    if last.name not in words:
        parser.refuse("axis-number", at, function=function)
    return (*arguments[:-1], Constant(words[last.name], last.span))
