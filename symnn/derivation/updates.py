"""One step of gradient descent: w^{k+1} = w^k - η ∂E/∂w."""

from __future__ import annotations

from msgspec import Struct

from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name, Negative, Sum, Tree, bare, walk
from symnn.networks.graph import Graph

__all__ = ["RATE", "Update", "rate_in", "update", "updated_by"]

RATES = ("eta", "rho", "alpha", "epsilon")
"""Names for the learning rate, the deck's first: one that the model has means something else."""

RATE = RATES[0]


class Update(Struct, frozen=True):
    """The update of one parameter: the old value minus the learning rate times the derivative.

    Source: deck, w_i^{k+1} = w_i^k - η ∂E(w^k)/∂w_i.
    """

    name: str
    of: str
    rate: str

    @property
    def formula(self) -> Sum:
        """The new value in terms of the old ones, the derivative by name."""
        return self.with_gradient(Derivative(Name(self.of), Name(self.name)))

    def with_gradient(self, gradient: Tree) -> Sum:
        """Write the new value with the derivative written out.

        >>> from symnn.expressions.writing import plain
        >>> plain(Update("w", "E", "eta").with_gradient(Name("g")))
        'w - eta*g'
        """
        return Sum((Name(self.name), Negative(product((Name(self.rate), gradient)))))


def updated_by(rule: Tree) -> str | None:
    """Name the parameter whose value after a step a rule gives: the first term, by which the step has a derivative.

    >>> updated_by(Update("w", "E", "alpha").formula), updated_by(Name("w"))
    ('w', None)
    """
    match rule:
        case Sum((Name(old), *step)):
            slopes = (node for one in step for node in walk(one) if isinstance(node, Derivative))
            return old if any(slope.wrt is not None and bare(slope.wrt) == Name(old) for slope in slopes) else None
    return None


def rate_in(graph: Graph) -> str:
    """Name the learning rate of a network: η, or another letter where the network has an η of its own.

    >>> from symnn.networks.models import graph_from_text
    >>> rate_in(graph_from_text("E = w^2")), rate_in(graph_from_text("E = eta*w^2"))
    ('eta', 'rho')
    """
    return next((name for name in RATES if name not in graph.quantities), "rate")


def update(of: str, name: str, rate: str = RATE) -> Update:
    """Give the gradient-descent step of one parameter."""
    return Update(name, of, rate)
