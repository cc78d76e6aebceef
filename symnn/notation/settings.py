"""Tensor operations in the notation of the course: what a call only needs as a setting stands below its name.

``max_unpool(δ, r, 2, 2)`` is unpool with 2 × 2 below, ``part(v, 9, 12)`` is v with 9…12 below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.tree import Call, Entry, Name, Tree, mapped
from symnn.notation.typeset import latex
from symnn.ops.operation import settled
from symnn.ops.table import OF_TENSORS

__all__ = ["in_notation"]

Symbols = Mapping[str, str]


def in_notation(tree: Tree, symbols: Symbols) -> tuple[Tree, Symbols]:
    r"""Rewrite a tree for LaTeX, with how its new names are written.

    >>> from symnn.expressions.tree import Number
    >>> x, v = Name("x"), Name("v")
    >>> written = in_notation(Call("max_pool", (x, Number(2), Number(2))), {})
    >>> latex(*written)
    '\\operatorname{maxpool}_{2 \\times 2}\\left(x\\right)'
    >>> latex(*in_notation(Call("part", (v, Number(9), Number(12))), {}))
    'v_{9\\ldots12}'
    """
    found: dict[str, str] = {}

    def change(node: Tree) -> Tree | None:
        if (
            not isinstance(node, Call)
            or not node.arguments
            or node.order
            or (node.function in symbols and not _is_tensor(node, symbols))
        ):
            return None
        if node.function == "part":
            inside, *ends = (change_all(part) for part in node.arguments)
            label = " to ".join(latex(end, symbols) for end in ends)
            found[label] = r"\ldots".join(latex(end, symbols) for end in ends)
            return Entry(inside, (Name(label),))
        operation = OF_TENSORS.get(node.function)
        if operation is None or operation.below is None:
            return None
        arguments, settings = settled(node, operation)
        label = " ".join((node.function, *map(str, settings)))
        found[label] = _with_below(operation.head or operation.latex, operation.below(settings))
        return Call(label, tuple(change_all(part) for part in arguments))

    def change_all(node: Tree) -> Tree:
        return mapped(node, change)

    changed = change_all(tree)
    return (changed, {**symbols, **found}) if found else (tree, symbols)


def _is_tensor(node: Call, symbols: Symbols) -> bool:
    """Say whether a call is a tensor operation, and no function of the network's own under its name."""
    operation = OF_TENSORS.get(node.function)
    return operation is not None and symbols.get(node.function, operation.latex) == operation.latex


def _with_below(head: str, below: str) -> str:
    if not below:
        return head
    return f"{head[:-1]},{below}}}" if head.endswith(("'_{K}", "'_{I}")) else f"{head}_{{{below}}}"
