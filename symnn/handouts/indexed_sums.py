"""Gradients that are sums over pixels, with indices: ∂E/∂K_{o,r,s} = Σ_{i,j} ∂E/∂c_{o,i,j} x_{i+r-1,j+s-1}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from symnn.expressions.tree import Call, Derivative, Entry, Name, Negative, Number, Product, Sum, Tree
from symnn.networks.tree_shapes import tensor_call
from symnn.notation.boxes import Script, Sign
from symnn.notation.symbols import Symbols, index_boxes
from symnn.ops import named
from symnn.ops.image import error_sliding
from symnn.ops.sliding import Along

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
            slide = error_sliding(tensor_call(tree, shapes), kernel_known=False)
            if slide.groups > 1 or slide.is_signal:
                return None
            own = tuple(letters[PIXEL : PIXEL + axes])
            maps = own[: len(shapes[wrt]) - PIXEL]
            channels = own[len(maps) : -PIXEL]
            ways = zip(letters[:PIXEL], own[-PIXEL:], (slide.down, slide.across), strict=True)
            error = Derivative(of, Entry(Name(wrt), (*maps, *letters[:PIXEL])))
            inside = Product((error, Entry(Name(image), (*channels, *(_moved(*way) for way in ways)))))
        case _:
            return None
    i, j = (letter.name for letter in letters[:PIXEL])
    sign = f"sum_{i}{j}"
    return IndexedSum(own, Call(sign, (inside,)), {sign: Script(Sign("∑"), below=index_boxes((i, j)))})


def _moved(place: Name, inside: Name, way: Along) -> Tree:
    """Give where a weight lies on the image when the kernel is at a place: i + r - 1."""
    back = way.stride + way.dilation + way.before - 1
    start, own = (
        name if step == 1 else Product((Number(step), name))
        for name, step in ((place, way.stride), (inside, way.dilation))
    )
    return Sum((start, own, Negative(Number(back))))
