"""Tensor operations in the notation of the course: what a call only needs as a setting stands below its name.

``max_unpool(δ, r, 2, 2)`` is unpool with 2 × 2 below, ``part(v, 9, 12)`` is v with 9…12 below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from symnn.expressions.tree import Call, Entry, Name, Tree, mapped
from symnn.notation.typeset import latex
from symnn.ops.operation import settled
from symnn.ops.table import OF_TENSORS

__all__ = ["in_notation"]

Symbols = Mapping[str, str]
Settings = tuple[int, ...]


def _window(settings: Settings) -> str:
    """Write a square window, and the stride where it is another."""
    size, stride = settings
    square = rf"{size} \times {size}"
    return square if stride in (0, size) else rf"{square},\,s={stride}"


def _slide(settings: Settings) -> str:
    """Write stride and padding where they are not the usual 1 and 0."""
    stride, padding = settings[-2:]
    return r",\,".join([f"s={stride}"] * (stride != 1) + [f"p={padding}"] * (padding != 0))


def _lengths(settings: Settings) -> str:
    return r" \times ".join(str(length) for length in settings if length)


def _kept(settings: Settings) -> str:
    return ",".join(str(axis) for axis in range(1, settings[0] + 1))


Below = tuple[str, Callable[[Settings], str]]
"""How an operation is called in LaTeX, and what of its settings stands below that."""

NOTATION: Mapping[str, Below] = MappingProxyType(
    {
        "max_pool": (r"\operatorname{maxpool}", _window),
        "avg_pool": (r"\operatorname{avgpool}", _window),
        "max_unpool": (r"\operatorname{unpool}", _window),
        "pick": (r"\operatorname{pick}", _window),
        "avg_unpool": (r"\operatorname{unpool}", lambda settings: _window(settings[2:])),
        "reshape": (r"\operatorname{tensor}", _lengths),
        "spread": (r"\operatorname{spread}", _lengths),
        "conv": (r"\operatorname{conv}", _slide),
        "conv_flipped": (r"\operatorname{conv}^{\mathrm{flip}}", _slide),
        "kernel_error": (r"\operatorname{conv}'_{K}", _slide),
        "image_error": (r"\operatorname{conv}'_{I}", _slide),
        "sum": (r"\sum", _kept),
    }
)
"""The operations whose settings the course does not write between the brackets."""


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
        if node.function not in NOTATION:
            return None
        arguments, settings = settled(node, OF_TENSORS[node.function])
        head, below = NOTATION[node.function]
        label = " ".join((node.function, *map(str, settings)))
        found[label] = _with_below(head, below(settings))
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
