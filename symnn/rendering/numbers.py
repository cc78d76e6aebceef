"""Numbers as documents show them: four digits, and whether that is all of the number."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from symnn.language.tree import Number, Tree
from symnn.rendering.document import Value

__all__ = ["Numbers", "shown"]

DIGITS = 4


class Numbers(Struct, frozen=True):
    """The values at a point: of every quantity, of every derivative of the result, and of what is made of them.

    ``evaluate`` computes a tree in the network's names whose derivatives are of the result by a quantity.
    """

    evaluate: Callable[[Tree], float]

    def value(self, tree: Tree) -> Value:
        """Give the value of a tree as it is shown."""
        return shown(self.evaluate(tree))

    def under(self, tree: Tree) -> str:
        """Give what stands under a factor: its value, or nothing under a plain number."""
        return "" if isinstance(tree, Number) else shown(self.evaluate(tree)).digits


def shown(number: float) -> Value:
    """Show a number with four significant digits.

    >>> shown(0.25), shown(1 / 3).digits, shown(1 / 3).exact, shown(-0.0).digits
    (Value(digits='0.25', exact=True), '0.3333', False, '0')
    """
    digits = format(number + 0.0, f".{DIGITS}g")
    return Value(digits, float(digits) == number)
