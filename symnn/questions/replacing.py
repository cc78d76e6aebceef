"""A quantity with some others replaced: ``y`` with −θ in the place of θ, down through the equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.equality.meaning import names_reached
from symnn.expressions.tree import Name, Tree, names, substitute

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["replaced"]


def replaced(
    tree: Tree, replacements: Mapping[str, Tree], equations: Mapping[str, Tree], mark: str
) -> tuple[Tree, Mapping[str, Tree]]:
    """Give the tree under the replacements, and the equations of the marked copies that it needs.

    A quantity that depends on a replaced one gets a copy, ``y@mark``; replacements are in the original names.

    >>> from symnn.expressions.tree import Negative, Sum
    >>> equations = {"a": Sum((Name("x"), Name("t"))), "y": Name("a")}
    >>> tree, copies = replaced(Name("y"), {"t": Negative(Name("t"))}, equations, "minus")
    >>> tree.name, sorted(copies)
    ('y@minus', ['a@minus', 'y@minus'])
    """
    stands: dict[str, Tree] = dict(replacements)
    copies: dict[str, Tree] = {}
    for name in names_reached(names(tree), equations):
        right = equations.get(name)
        if right is None or name in replacements or not any(used in stands for used in names(right)):
            continue
        copy = f"{name}@{mark}"
        copies[copy] = substitute(right, stands)
        stands[name] = Name(copy)
    return substitute(tree, stands), copies
