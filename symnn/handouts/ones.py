"""Sums along an axis and numbers spread out as the course writes them: with a vector or matrix of ones, **1**."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from symnn.expressions.terms import is_number
from symnn.expressions.tree import Call, Name, Negative, Number, Product, Sum, Transpose, Tree, mapped, names
from symnn.handouts.document import Prose
from symnn.language.entries import entry_name
from symnn.networks.tree_shapes import shape_of
from symnn.notation.boxes import Letter, Script
from symnn.notation.items import Piece
from symnn.notation.symbols import Symbols, sign_boxes
from symnn.ops import named
from symnn.ops.shapes import MATRIX, Shape

__all__ = ["ones_explained", "symbols_of_ones", "with_ones"]

HEAD: Final = "ones("
"""How a tensor of ones is called in plain text; no quantity has a bracket of this kind in its name."""


def with_ones(tree: Tree, shapes: Mapping[str, Shape], *, sums: bool = True) -> Tree:
    """Write what adds along rows as a product with ones, and a number given to every entry likewise.

    An entry cut out of a tensor is written as that entry. Without ``sums`` what an author wrote as a sum stays one.

    >>> from symnn.expressions.writing import plain
    >>> plain(with_ones(Call("sum", (Name("d"), Number(1))), {"d": (2, 5)}))
    'd*ones(5)'
    >>> plain(with_ones(Call("spread", (Name("c"), Number(2), Number(3))), {}))
    'c*ones(2, 3)'
    """

    def change(node: Tree) -> Tree | None:
        match node:
            case Call(named.SPREAD, (inner, *lengths)):
                sizes = tuple(length.numerator for length in lengths if isinstance(length, Number))
                return _spread(with_ones(inner, shapes, sums=sums), shape_of(inner, shapes), sizes)
            case Call(named.SUM, (inner, kept)) if (
                sums and is_number(kept, 1) and len(shape := shape_of(inner, shapes)) == MATRIX
            ):
                return Product((with_ones(inner, shapes), _ones(shape[1:])))
            case Call(named.PART, (Name(name), Number() as first, last)) if first == last and shapes.get(name):
                return Name(entry_name(name, _indices(first.numerator - 1, shapes[name])))
            case Sum(terms):
                inner_terms = tuple(with_ones(term, shapes, sums=sums) for term in terms)
                return Sum(_beside_columns(inner_terms, terms, shapes))
        return None

    return mapped(tree, change)


def _beside_columns(
    written: tuple[Tree, ...], terms: tuple[Tree, ...], shapes: Mapping[str, Shape]
) -> tuple[Tree, ...]:
    """Repeat what each row has once, beside a matrix that is as high as wide, in every column."""
    own = tuple(shape_of(term, shapes) for term in terms)
    whole = max(own, key=len)
    if len(whole) != MATRIX or whole[0] != whole[1]:
        return written
    row = Transpose(_ones(whole[1:]))
    return tuple(
        one
        if shape != whole[:1]
        else Negative(Product((one.operand, row)))
        if isinstance(one, Negative)
        else Product((one, row))
        for one, shape in zip(written, own, strict=True)
    )


def _indices(place: int, shape: Shape) -> tuple[int, ...]:
    """Give the indices, from 1, of an entry by its place in row-major order.

    >>> _indices(3, (2, 2))
    (2, 2)
    """
    found: list[int] = []
    for length in reversed(shape):
        place, index = divmod(place, length)
        found.insert(0, index + 1)
    return tuple(found)


def _spread(inner: Tree, own: Shape, sizes: Shape) -> Tree | None:
    """Write one number, or one column, that stands at every place; None for what has no such writing."""
    if not own:
        return _ones(sizes) if is_number(inner, 1) else Product((inner, _ones(sizes)))
    if len(own) == 1 and len(sizes) == MATRIX:
        return Product((inner, Transpose(_ones(sizes[1:]))))
    return None


def _ones(shape: Shape) -> Name:
    return Name(f"{HEAD}{', '.join(map(str, shape))})")


def symbols_of_ones(shapes: Iterable[Shape]) -> Symbols:
    """Say how the ones are written that tensors of these shapes may bring.

    >>> from symnn.notation.boxes import Numeral
    >>> symbols_of_ones([(2, 3)])["ones(3)"] == Script(Letter("𝟏"), below=Numeral("3"))
    True
    """
    found = {part for shape in shapes for part in (shape, shape[1:], shape[:1]) if part}
    return {
        _ones(shape).name: Script(Letter("𝟏"), below=sign_boxes("×".join(map(str, shape)))) for shape in sorted(found)
    }


def ones_explained(trees: Iterable[Tree]) -> Iterator[Prose]:
    """Say what ones are where they occur, by the first of them."""
    for tree in trees:
        for name in names(tree):
            if name.startswith(HEAD):
                yield Prose("ones-explained", {"ones": Piece(Name(name))})
                return
