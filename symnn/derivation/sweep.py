"""One backward sweep over the equations: which equation gave which factor, nothing multiplied out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.errors import Problem, TargetError
from symnn.expressions.tree import Name
from symnn.messages import raised
from symnn.networks.graph import Graph
from symnn.ops.operation import Factors

__all__ = ["Derivation", "Factor", "derive"]


class Factor(Struct, frozen=True, gc=False):
    """One factor of the chain rule, ∂ ``of`` / ∂ ``wrt``: still a tuple of multiplicands.

    ``parts`` is ``(2, y - z)``, never ``2*y - 2*z``. Factors hold no circles, so the collector leaves them alone.
    """

    of: str
    wrt: str
    parts: Factors


class Derivation(Struct, frozen=True, dict=True):
    """The trace of one backward sweep from ``of`` to each of ``wrt``.

    ``uses`` holds, for each quantity, one factor per equation that uses it, in the order of the forward pass.
    Every text, picture, program and answer key is a view of this record; see `symnn.derivation.paths` for
    sums over paths and `symnn.derivation.deltas` for back-propagation.
    """

    graph: Graph
    of: str
    wrt: tuple[str, ...]
    uses: Mapping[str, tuple[Factor, ...]]

    @cached_property
    def path_counts(self) -> Mapping[str, int]:
        """For each quantity, the number of paths from ``of`` down to it; counted, not walked."""
        counts = {self.of: 1}
        for name in self.downward:
            if name != self.of:
                counts[name] = sum(counts.get(factor.of, 0) for factor in self.uses[name])
        return MappingProxyType(counts)

    def is_whole(self, factor: Factor) -> bool:
        """Say whether a factor is all of the derivative ∂ ``of`` / ∂ ``wrt``: no way leads round its equation.

        Where E uses w itself and through y, ∂E/∂w is more than what the equation of E gives.
        """
        others = {use.of for use in self.uses.get(factor.wrt, ()) if use.of != factor.of}
        return not others or others.isdisjoint(self.graph.ancestors(factor.of))

    @cached_property
    def downward(self) -> tuple[str, ...]:
        """The quantities reached, each after all that use it: the order of back-propagation."""
        computed = [e.left for e in reversed(self.graph.equations) if e.left == self.of or e.left in self.uses]
        free = [name for name in self.graph.quantities if name in self.uses and name not in self.graph.definitions]
        return (*computed, *free)


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
    target = of if of is not None else graph.result
    if target is None:
        raise raised(TargetError, Problem("no-scalar-result"))
    if graph.shapes:
        wrt = _entries(wrt, graph) if wrt is not None else None
        graph = graph.entrywise
    for name in (target, *(wrt or ())):
        if name not in graph.quantities:
            raise raised(TargetError, Problem("unknown-quantity", {"name": name}))
    uses: dict[str, list[Factor]] = {target: []}
    start = graph.position.get(target, -1)
    for equation in reversed(graph.equations[: start + 1]):
        if equation.left not in uses:
            continue
        partials = local_partials(equation.right, Name(equation.left), graph.functions)
        for name, parts in partials.items():
            uses.setdefault(name, []).append(Factor(equation.left, name, parts))
    in_order = {name: tuple(reversed(factors)) for name, factors in uses.items()}
    return Derivation(graph, target, wrt or graph.parameters, MappingProxyType(in_order))


def _entries(names: tuple[str, ...], graph: Graph) -> tuple[str, ...]:
    """Name the entries of tensors; a number is its own entry."""
    from symnn.networks.expansion import entry_names

    return tuple(entry for name in names for entry in entry_names(name, graph.shapes.get(name, ())))
