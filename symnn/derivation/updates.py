"""One step of gradient descent: w^{k+1} = w^k - η ∂E/∂w."""

from __future__ import annotations

from msgspec import Struct

from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name, Negative, Sum, Tree

__all__ = ["RATE", "Update", "update"]

RATE = "eta"
"""The learning rate η, unless the model has a quantity of that name."""


class Update(Struct, frozen=True):
    """The update of one parameter: the old value minus the learning rate times the derivative.

    Source: deck, w_i^{k+1} = w_i^k - η ∂E(w^k)/∂w_i.
    """

    name: str
    of: str
    rate: str

    @property
    def formula(self) -> Tree:
        """The new value in terms of the old ones, the derivative by name."""
        return self.with_gradient(Derivative(Name(self.of), Name(self.name)))

    def with_gradient(self, gradient: Tree) -> Tree:
        """Write the new value with the derivative written out.

        >>> from symnn.expressions.writing import plain
        >>> plain(Update("w", "E", "eta").with_gradient(Name("g")))
        'w - eta*g'
        """
        return Sum((Name(self.name), Negative(product((Name(self.rate), gradient)))))


def update(of: str, name: str, rate: str = RATE) -> Update:
    """Give the gradient-descent step of one parameter."""
    return Update(name, of, rate)
