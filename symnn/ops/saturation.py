"""What saturates: a logarithm or a complement written from the argument, where its value has lost every digit.

At 40 a sigmoid is 1 to a float, and at 25 000 to any ball: 1 - σ(a) is σ(-a), log σ(a) is -softplus(-a).
"""

from __future__ import annotations

from symnn.expressions.tree import Tree
from symnn.ops.table import OPERATIONS

__all__ = ["complement_of", "logarithm_of"]


def complement_of(function: str, arguments: tuple[Tree, ...]) -> Tree | None:
    """Write 1 minus the value of an operation so that no digit is lost; None where its record does not say.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> plain(complement_of("sigmoid", (Name("a"),)))
    'sigmoid(-a)'
    """
    operation = OPERATIONS.get(function)
    return None if operation is None or operation.complement is None else operation.complement(*arguments)


def logarithm_of(function: str, arguments: tuple[Tree, ...], *, complement: bool = False) -> Tree | None:
    """Write the logarithm of an operation's value, or of 1 minus it; None where its record does not say.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> plain(logarithm_of("sigmoid", (Name("a"),), complement=True))
    '-softplus(a)'
    """
    operation = OPERATIONS.get(function)
    if operation is not None and complement:
        rest = operation.complement(*arguments) if operation.complement is not None else None
        operation, arguments = (OPERATIONS[rest.function], rest.arguments) if rest is not None else (None, ())
    return None if operation is None or operation.logarithm is None else operation.logarithm(*arguments)
