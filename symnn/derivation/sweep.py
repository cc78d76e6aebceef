"""One backward sweep over the equations: which equation gave what, one term per use, nothing multiplied out.

A number is a tensor of shape (): there is one sweep. What an equation gives to a name on its right side is, between
numbers, the factors of the local derivative kept apart; between tensors the tree that its operations send back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.errors import Problem, TargetError
from symnn.expressions.tree import Derivative, Name
from symnn.messages import raisable
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.ops.operation import Factors

__all__ = ["Derivation", "Factor", "Swept", "Use", "asked", "derive", "swept"]


class Use(Struct, frozen=True, gc=False):
    """One use of ``wrt``, by the equation of ``of``; it holds no circles, so the collector leaves it alone."""

    of: str
    wrt: str


Term = TypeVar("Term", bound=Use)


class Factor(Use, frozen=True, gc=False):
    """One factor of the chain rule, ∂ ``of`` / ∂ ``wrt``: still a tuple of multiplicands.

    ``parts`` is ``(2, y - z)``, never ``2*y - 2*z``.
    """

    parts: Factors


class Swept(Struct, frozen=True, dict=True):
    """The trace of one backward sweep from ``of`` to each of ``wrt``.

    Its ``uses`` are, for each quantity reached, one term per equation that uses it, in the order of the forward pass.
    """

    graph: Graph
    of: str
    wrt: tuple[str, ...]
    uses: Mapping[str, tuple[Use, ...]]

    @property
    def losses(self) -> Mapping[str, str]:
        """From which result each quantity that was asked for is derived."""
        return dict.fromkeys(self.wrt, self.of)

    @cached_property
    def path_counts(self) -> Mapping[str, int]:
        """For each quantity, the number of paths from ``of`` down to it, a tensor being one; counted, not walked."""
        counts = {self.of: 1}
        for name in self.downward:
            if name != self.of:
                counts[name] = sum(counts.get(use.of, 0) for use in self.uses[name])
        return MappingProxyType(counts)

    @cached_property
    def downward(self) -> tuple[str, ...]:
        """The quantities reached, each after all that use it: the order of back-propagation."""
        computed = [e.left for e in reversed(self.graph.equations) if e.left == self.of or e.left in self.uses]
        free = [name for name in self.graph.quantities if name in self.uses and name not in self.graph.definitions]
        return (*computed, *free)


class Derivation(Swept, frozen=True, dict=True):
    """A sweep through numbers: each use is a factor of the chain rule.

    Every text, picture, program and answer key is a view of this record; see `symnn.derivation.paths` for
    sums over paths and `symnn.derivation.deltas` for back-propagation.
    """

    uses: Mapping[str, tuple[Factor, ...]]

    def is_whole(self, factor: Factor) -> bool:
        """Say whether a factor is all of the derivative ∂ ``of`` / ∂ ``wrt``: no way leads round its equation.

        Where E uses w itself and through y, ∂E/∂w is more than what the equation of E gives.
        """
        others = {use.of for use in self.uses.get(factor.wrt, ()) if use.of != factor.of}
        return not others or others.isdisjoint(self.graph.ancestors(factor.of))

    def by_name(self, factor: Factor) -> Factors:
        """Write a factor as ∂y/∂a3 where it is all of that, else by its parts."""
        return (Derivative(Name(factor.of), Name(factor.wrt)),) if self.is_whole(factor) else factor.parts


def asked(graph: Graph, of: str | None, wrt: tuple[str, ...] | None) -> tuple[str, tuple[str, ...]]:
    """Say what is derived, and by what: the last scalar result and all parameters where nothing is named.

    Raises: TargetError if the graph has no such quantity.
    """
    target = of if of is not None else graph.result
    if target is None:
        raise raisable(TargetError, Problem("no-scalar-result"))
    wanted = wrt or graph.parameters
    for name in (target, *(wrt or ())):
        if name not in graph.quantities:
            raise raisable(TargetError, Problem("unknown-quantity", {"name": name}))
    return target, wanted


def swept(
    graph: Graph,
    of: str,
    gives: Callable[[Equation, tuple[Term, ...]], Iterable[Term]],
    through: Collection[str] | None = None,
) -> Mapping[str, tuple[Term, ...]]:
    """Go once through the equations from that of ``of`` back, and collect what each gives to the names it uses.

    An equation is met when all uses of its left side are known: ``gives`` gets both. Equations of quantities not
    ``through`` which something wanted is reached are passed over (None: none are). Cost: linear.
    """
    known: dict[str, list[Term]] = {}
    met: dict[str, tuple[Term, ...]] = {of: ()}
    for equation in reversed(graph.equations[: graph.position.get(of, -1) + 1]):
        left = equation.left
        if left != of:
            if left not in known or (through is not None and left not in through):
                continue
            met[left] = tuple(reversed(known.pop(left)))
        for term in gives(equation, met[left]):
            found = known.get(term.wrt)
            if found is None:
                known[term.wrt] = [term]
            else:
                found.append(term)
    for name, terms in known.items():
        met[name] = (terms[0],) if len(terms) == 1 else tuple(reversed(terms))
    return MappingProxyType(met)


def derive(graph: Graph, of: str | None = None, wrt: tuple[str, ...] | None = None) -> Derivation:
    r"""Sweep once from ``of`` (the last scalar result) back to ``wrt`` (all parameters).

    A network of tensors is derived entry by entry: ``wrt`` W means each of its entries.
    Cost: linear in the size of the equations. Second derivatives: derive in `adjoint.extended` graph.
    Raises: TargetError if the graph has no such quantity.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> derive(graph, "E", ("w",)).uses["w"]
    (Factor(of='a', wrt='w', parts=(Name(name='x', span=None),)),)
    """
    if graph.shapes or graph.declared:
        of = of if of is not None else graph.result
        wrt = _entries(wrt, graph) if wrt is not None else None
        graph = graph.entrywise
    target, wanted = asked(graph, of, wrt)
    functions = graph.functions

    def factors(equation: Equation, _: tuple[Factor, ...]) -> list[Factor]:
        left = equation.left
        partials = local_partials(equation.right, Name(left), functions)
        return [Factor(left, name, parts) for name, parts in partials.items()]

    return Derivation(graph, target, wanted, swept(graph, target, factors))


def _entries(names: tuple[str, ...], graph: Graph) -> tuple[str, ...]:
    """Name the entries of tensors; a number is its own entry."""
    from symnn.networks.expansion import entry_names

    return tuple(entry for name in names for entry in entry_names(name, graph.shapes.get(name, ())))
