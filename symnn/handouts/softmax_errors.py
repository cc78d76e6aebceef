"""What a page says of the short error behind a softmax with cross entropy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from symnn.derivation.short_forms import ShortForm
from symnn.expressions.tree import Constant, Tree
from symnn.handouts.document import Prose
from symnn.notation.items import Piece
from symnn.ops.operation import AXES

__all__ = ["short_form_said"]

_ALONG: Final[Mapping[tuple[Tree, ...], str]] = MappingProxyType(
    {(Constant(AXES[0]),): "short-form-of-rows", (Constant(AXES[1]),): "short-form-of-columns"}
)
"""The sentence where the softmax is one of each row or column."""


def short_form_said(short: ShortForm, error: Tree, value: Tree) -> Prose:
    """Say when an error behind a softmax, written as ``value``, is what its short form says."""
    said = {"error": Piece(error), "targets": Piece(short.targets), "value": Piece(value)}
    return Prose(_ALONG.get(short.along, "short-form-explained"), said)
