"""What a tree is worth: the one walk from nodes to values, whatever the values are.

Who evaluates says what a number, a name and a function are worth; sums, products and quotients are those of the
values' own type, unless it says more. Values may be floats, balls, ranges, polynomials, or code for residues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar, get_args

from symnn.expressions.tree import Entrywise, Negative, Product, Quotient, Sum, Tree

__all__ = ["Valuation"]

Value = TypeVar("Value")


class Valuation(Generic[Value]):
    """Gives trees values: a node has the rule called as its kind, ``_power`` for `Power`, or ``_other``.

    >>> class Degree(Valuation[int]):
    ...     def _product(self, tree: Product) -> int:
    ...         return sum(map(self.of, tree.factors))
    ...
    ...     def _sum(self, tree: Sum) -> int:
    ...         return max(map(self.of, tree.terms))
    ...
    ...     def _other(self, tree: Tree) -> int:
    ...         return 1
    >>> from symnn.expressions.tree import Name
    >>> x, y = Name("x"), Name("y")
    >>> Degree().of(Product((x, Sum((y, Product((x, y)))))))
    3
    """

    __slots__ = ()

    rules: ClassVar[Mapping[type, Callable[[Any, Any], Any]]]
    """The rules by kind of node."""

    def __init_subclass__(cls) -> None:
        """Look the rules of a class up once, not at every node."""
        super().__init_subclass__()
        rules = {kind: getattr(cls, f"_{kind.__name__.lower()}", cls._other) for kind in get_args(Tree)}
        cls.rules = MappingProxyType(rules)

    def of(self, tree: Tree) -> Value:
        """Give the value of a tree."""
        found: Value = self.rules[type(tree)](self, tree)
        return found

    def _other(self, tree: Tree) -> Value:
        """Give the value of what has no rule of its own."""
        raise NotImplementedError(type(tree).__name__)

    def _sum(self, tree: Sum) -> Any:
        """Add the terms."""
        total: Any = self.of(tree.terms[0])
        for term in tree.terms[1:]:
            total = total + self.of(term)
        return total

    def _negative(self, tree: Negative) -> Any:
        """Give a value the other sign."""
        inner: Any = self.of(tree.operand)
        return -inner

    def _product(self, tree: Product | Entrywise) -> Any:
        """Multiply the factors."""
        total: Any = self.of(tree.factors[0])
        for factor in tree.factors[1:]:
            total = total * self.of(factor)
        return total

    def _entrywise(self, tree: Entrywise) -> Any:
        """Multiply entry by entry: of numbers, as any product."""
        return self._product(tree)

    def _quotient(self, tree: Quotient) -> Any:
        """Divide one value by another."""
        over: Any = self.of(tree.over)
        return over / self.of(tree.under)
