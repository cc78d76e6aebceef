"""Lines about tensors: their products by their signs, as in a single answer; what a line introduces has a shape."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from symnn.expressions.tree import Name
from symnn.language.lines import DerivationLine
from symnn.networks.signed_products import with_signs
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops.shapes import Shape

__all__ = ["lines_with_signs"]


def lines_with_signs(
    lines: tuple[DerivationLine, ...], text: str, shapes: Mapping[str, Shape]
) -> tuple[DerivationLine, ...]:
    """Take the products of a derivation by their signs: ``d * f'(a)`` of two vectors is entrywise.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.language.lines import read_lines
    >>> from symnn.language.scope import Scope
    >>> shapes = {"d": (2,), "c": (2,)}
    >>> lines = read_lines("q = d * c; q * c", Scope.of(shapes, tensors=True))
    >>> [plain(line.sides[-1]) for line in lines_with_signs(lines, "q = d * c; q * c", shapes)]
    ['d ⊙ c', 'q ⊙ c']
    """
    known = dict(shapes)
    done = []
    for line in lines:
        sides = tuple(with_signs(side, text, known) for side in line.sides)
        done.append(replace(line, sides=sides))
        if not line.continues and isinstance(sides[0], Name) and sides[0].name not in known and len(sides) > 1:
            with suppress(Misfit):
                known[sides[0].name] = shape_of(sides[1], known)
    return tuple(done)
