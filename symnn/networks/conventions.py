"""The conventions of a course as one frozen record, printed with every derivation and carried by every exercise."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from symnn.expressions.tree import Call, Constant, Tree, children, with_parts
from symnn.ops import named
from symnn.ops.operation import EDGES
from symnn.ops.table import OPERATIONS

__all__ = ["USUAL", "Conventions", "Samples", "agreed"]

Samples: TypeAlias = Literal["", "rows", "columns"]
"""How a batch lies in a matrix: each sample is a row, or a column; empty if the author does not say."""


class Conventions(Struct, frozen=True):
    """What a derivation takes for granted.

    ``relu_at_zero`` is the value of the step function at 0. ``ties`` says which of several equal maxima of a
    pooling window gets the gradient: the ``first``, or all of them in equal ``shared`` parts.
    ``reduction`` says whether a loss over several samples is their ``sum`` or their ``mean``.
    ``kernel`` says that convolution slides the kernel ``unflipped``, as the deck does, or ``flipped``.
    ``pooling`` says what becomes of a window that the edge cuts off: it keeps the cells it has, as in the deck, or
    there is none (``floor``), as in the frameworks.
    """

    relu_at_zero: float = 0
    ties: Literal["first", "shared"] = "first"
    reduction: Literal["sum", "mean"] = "sum"
    kernel: Literal["unflipped", "flipped"] = "unflipped"
    pooling: Literal["keep-edge", "floor"] = "keep-edge"


USUAL = Conventions()
"""What holds where nothing else is declared."""


def agreed(tree: Tree, conventions: Conventions) -> Tree:
    """Write into the calls of a tree what the conventions say of them, where they do not say it themselves.

    >>> from symnn.expressions.tree import Name, Number
    >>> from symnn.expressions.writing import plain
    >>> plain(agreed(Call("max_pool", (Name("x"), Number(3))), Conventions(pooling="floor")))
    'max_pool(x, 3, floor)'
    """
    parts = children(tree)
    if not parts or (conventions.pooling, conventions.kernel) == (USUAL.pooling, USUAL.kernel):
        return tree
    same = tuple(agreed(part, conventions) for part in parts)
    node = with_parts(tree, same)
    return _agreed(node, conventions) if isinstance(node, Call) else node


def _agreed(node: Call, conventions: Conventions) -> Call:
    said = OPERATIONS[node.function].conventions if node.function in OPERATIONS else ()
    last = node.arguments[-1] if node.arguments else None
    if "pooling" in said and conventions.pooling != USUAL.pooling and not isinstance(last, Constant):
        return replace(node, arguments=(*node.arguments, Constant(EDGES[1])))
    if node.function == named.CONV and conventions.kernel == "flipped":
        return replace(node, function=named.CONV_FLIPPED)
    return node
