"""How a call of an operation looks: its sign, what of its settings stands below that, how it takes its arguments."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from symnn.expressions.tree import Call, Name, Negative, Number, Tree
from symnn.notation.boxes import Box, Row, Script, Sign
from symnn.notation.symbols import function, sign_boxes
from symnn.ops import named
from symnn.ops.operation import Layout, settled_arguments
from symnn.ops.shapes import Unfit
from symnn.ops.table import OPERATIONS

__all__ = ["Shown", "head_of", "shown_call", "sum_sign"]


class Shown(Struct, frozen=True):
    """A call as it is seen: the head, and the arguments without the settings that stand below it."""

    head: Box
    arguments: tuple[Tree, ...]
    layout: Layout = "call"


_WITH_BOUNDS = f"{named.SUM}_{{"
"""How the sign of a sum with its bounds begins; no operation is called so."""


def sum_sign(letter: str, low: int | str, high: int | str) -> str:
    """Name the function that adds up what stands in it over an index, so that it is read again.

    >>> sum_sign("k", 1, 3), sum_sign("j", "i+1", 3)
    ('sum_{k=1}^{3}', 'sum_{j=i+1}^{3}')
    """
    return f"{_WITH_BOUNDS}{letter}={low}}}^{{{high}}}"


@lru_cache(maxsize=512)
def head_of(name: str) -> Box:
    """Lay out the name of a function that no network declares: as its record says, else by its letters.

    >>> head_of("sigmoid"), head_of("relu"), head_of("f")
    (Letter(sign='σ'), Operator(name='ReLU'), Letter(sign='f'))
    """
    if name.startswith(_WITH_BOUNDS):
        below, _, above = name.removeprefix(_WITH_BOUNDS).removesuffix("}").partition("}^{")
        return Script(Sign("∑"), sign_boxes(below), sign_boxes(above))
    known = OPERATIONS.get(name)
    return function(known.sign if known is not None and known.sign else name)


def shown_call(call: Call) -> Shown:
    """Say how a call looks; settings of a tensor operation stand below its sign.

    >>> x = Name("x")
    >>> shown_call(Call("max_pool", (x, Number(2), Number(2)))).arguments == (x,)
    True
    """
    operation = OPERATIONS.get(call.function)
    head = head_of(call.function)
    if operation is None or not call.arguments:
        return Shown(head, call.arguments)
    if operation.below is not None:
        try:
            arguments, settings = settled_arguments(call, operation)
        except Unfit:
            return Shown(head, call.arguments)
        return Shown(_with_below(head, operation.below(settings)), arguments, operation.layout)
    layout = operation.layout
    fits = layout != "power" or _is_short(call.arguments[0])
    return Shown(head, call.arguments, layout if fits else "call")


def _is_short(tree: Tree) -> bool:
    """Say whether an exponent is short enough to stand above."""
    return isinstance(tree, Name | Number) or (isinstance(tree, Negative) and isinstance(tree.operand, Name | Number))


def _with_below(head: Box, below: str) -> Box:
    if not below:
        return head
    box = sign_boxes(below)
    if not isinstance(head, Script):
        return Script(head, below=box)
    before = (head.below, Sign(",", tight=True)) if head.below is not None else ()
    return Script(head.base, Row((*before, box)), head.above, head.primes)
