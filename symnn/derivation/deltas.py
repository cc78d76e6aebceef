"""Back-propagation: each quantity's error δ = ∂E/∂q from the errors of those that use it, each used once."""

from __future__ import annotations

from msgspec import Struct

from symnn.derivation.sweep import Derivation, Factor
from symnn.expressions.terms import ONE, product, total
from symnn.expressions.tree import Derivative, Name, Tree

__all__ = ["Delta", "delta", "deltas"]


class Delta(Struct, frozen=True, gc=False):
    """One adjoint, ∂ ``of`` / ∂ ``wrt``, as a sum of terms: the error of a user times a local factor.

    >>> Delta("E", "E", ()).formula
    Number(numerator=1, denominator=1, text='', span=None)
    """

    of: str
    wrt: str
    terms: tuple[Factor, ...]

    @property
    def formula(self) -> Tree:
        """The sum of terms in the network's names, the users' errors written ∂E/∂u."""
        if self.of == self.wrt:
            return ONE
        return total(tuple([self.term(factor) for factor in self.terms]))

    def term(self, factor: Factor) -> Tree:
        """Write one term: the user's error times the local factor."""
        if factor.of == self.of:
            return product(factor.parts)
        return product((Derivative(Name(self.of), Name(factor.of)), *factor.parts))


def delta(derivation: Derivation, wrt: str) -> Delta:
    """Give the adjoint of one quantity; it is zero where the result does not depend on it."""
    return Delta(derivation.of, wrt, derivation.uses.get(wrt, ()))


def deltas(derivation: Derivation) -> tuple[Delta, ...]:
    """Give the adjoints of what depends on one of ``wrt``, from the result back, then those of ``wrt``.

    Cost: linear; each adjoint is used by name.
    """
    leads = derivation.graph.leading(derivation.wrt)
    computed = [name for name in derivation.downward if name in leads and name != derivation.of]
    wanted = dict.fromkeys((*computed, *derivation.wrt))
    of, uses = derivation.of, derivation.uses
    return tuple([Delta(of, name, uses.get(name, ())) for name in wanted])
