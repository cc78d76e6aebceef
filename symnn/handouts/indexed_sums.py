"""Gradients that are sums over pixels, with indices: ∂E/∂K_{o,r,s} = Σ_{i,j} ∂E/∂c_{o,i,j} x_{i+r-1,j+s-1}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from symnn.expressions.tree import Call, Derivative, Entry, Name, Negative, Number, Product, Sum, Tree
from symnn.notation.boxes import Script, Sign
from symnn.notation.symbols import Symbols, indices
from symnn.ops import named
from symnn.ops.operation import settled
from symnn.ops.table import OF_TENSORS

__all__ = ["IndexedSum", "indexed_sum"]

LETTERS: Final = "ijlmopqrstuvkgh"
PIXEL: Final = 2


class IndexedSum(Struct, frozen=True):
    """One entry of a gradient: its indices, the sum, and how the sign of the sum is written."""

    indices: tuple[Tree, ...]
    tree: Tree
    symbols: Symbols


def indexed_sum(
    tree: Tree, axes: int, shapes: Mapping[str, tuple[int, ...]], taken: frozenset[str]
) -> IndexedSum | None:
    """Write the gradient of a kernel, or of the bias of maps, entry by entry; None for any other.

    ``axes`` is how many the gradient has; letters that are ``taken`` mean something else in the network.

    >>> from symnn.expressions.writing import plain
    >>> d = Derivative(Name("E"), Name("c"))
    >>> found = indexed_sum(Call("sum", (d, Number(1))), 1, {"c": (3, 2, 2)}, frozenset("c"))
    >>> plain(found.tree)
    'sum_ij(diff(E, c_{l,i,j}))'
    """
    letters = [Name(letter) for letter in LETTERS if letter not in taken]
    match tree:
        case Call(named.SUM, (Derivative(of, Name(wrt)), Number(kept))) if (
            kept == 1 and len(shapes[wrt]) == kept + PIXEL
        ):
            own = tuple(letters[PIXEL : PIXEL + kept])
            inside: Tree = Derivative(of, Entry(Name(wrt), (*own, *letters[:PIXEL])))
        case Call(named.KERNEL_ERROR, (Derivative(of, Name(wrt)), Name(image), *_)) if axes >= PIXEL:
            _, settings = settled(tree, OF_TENSORS[named.KERNEL_ERROR])
            own = tuple(letters[PIXEL : PIXEL + axes])
            maps = own[: len(shapes[wrt]) - PIXEL]
            channels = own[len(maps) : -PIXEL]
            places = [_moved(*pair, *settings[-2:]) for pair in zip(letters[:PIXEL], own[-PIXEL:], strict=True)]
            error = Derivative(of, Entry(Name(wrt), (*maps, *letters[:PIXEL])))
            inside = Product((error, Entry(Name(image), (*channels, *places))))
        case _:
            return None
    i, j = (letter.name for letter in letters[:PIXEL])
    sign = f"sum_{i}{j}"
    return IndexedSum(own, Call(sign, (inside,)), {sign: Script(Sign("∑"), below=indices((i, j)))})


def _moved(place: Name, inside: Name, stride: int, padding: int) -> Tree:
    """Give where a weight lies on the image when the kernel is at a place: i + r - 1."""
    start: Tree = place if stride == 1 else Product((Number(stride), place))
    return Sum((start, inside, Negative(Number(stride + padding))))
