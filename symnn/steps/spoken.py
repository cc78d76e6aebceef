"""An expression as a teacher writes it in a sentence: plain text, partials as dE/dy."""

from __future__ import annotations

from symnn.expressions.tree import Derivative, Name, Tree, mapped
from symnn.expressions.writing import plain

__all__ = ["spoken"]


def spoken(tree: Tree) -> str:
    """Write a tree with its partials as they are said.

    >>> spoken(Derivative(Name("E"), Name("y")))
    'dE/dy'
    """
    return plain(mapped(tree, _as_said))


def _as_said(node: Tree) -> Tree | None:
    match node:
        case Derivative(Name(of), Name(wrt)):
            return Name(f"d{of}/d{wrt}")
    return None
