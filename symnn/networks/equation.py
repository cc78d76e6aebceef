"""One equation of a network: a name, and what it is computed by."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from symnn.expressions.tree import Tree, names

__all__ = ["Equation"]


class Equation(Struct, frozen=True, dict=True):
    """One named equation, ``f1 = f(a1)``: the left side is a name, the right side a tree without spans."""

    left: str
    right: Tree

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The names on the right, in order of appearance."""
        return names(self.right)
