"""The ways through a network: which local partials lie between two quantities, which partials stand in a tree."""

from __future__ import annotations

from collections.abc import Iterable

from symnn.expressions.tree import Call, Derivative, Name, Tree, walk
from symnn.networks.graph import Graph
from symnn.verdicts.trace import Link

__all__ = ["Ways"]

_NONE: frozenset[Link] = frozenset()


class Ways:
    """The ways through one graph, looked up again and again while derivations are graded.

    >>> from symnn.networks.catalogue import network
    >>> ways = Ways(network("bp-2-2-1").graph)
    >>> sorted(ways.edges("y", "w5")), ways.unit("f", "a3")
    ([('a3', 'w5'), ('y', 'a3')], 'y')
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._uses = [(equation.left, equation.uses) for equation in graph.equations]
        self._units: dict[Link, str] = {}
        self._between: dict[Link, frozenset[Link]] = {}
        for equation in graph.equations:
            match equation.right:
                case Call(function, (Name(argument),), 0):
                    self._units.setdefault((function, argument), equation.left)

    def unit(self, function: str, argument: str) -> str:
        """Name the quantity that a function gives at a quantity: y for f at a3; empty if there is none."""
        return self._units.get((function, argument), "")

    def edges(self, of: str, wrt: str) -> frozenset[Link]:
        """Name the local partials on all ways from one quantity down to another."""
        known = self._between.get((of, wrt))
        if known is None:
            known = self._between[of, wrt] = self._found(of, wrt) if self._both(of, wrt) else _NONE
        return known

    def count(self, of: str, wrt: str) -> int:
        """Count the paths from one quantity down to another, without walking them."""
        below: dict[str, list[str]] = {}
        for left, name in self.edges(of, wrt):
            below.setdefault(left, []).append(name)
        counts = {wrt: 1}
        for left, _ in self._uses:
            if left in below:
                counts[left] = sum(counts.get(name, 0) for name in below[left])
        return counts.get(of, 0) if of != wrt else 0

    def paths(self, of: str, wrt: str) -> tuple[tuple[Link, ...], ...]:
        """List all paths from one quantity down to another, in the order of the equations; tensors are one quantity.

        >>> from symnn.networks.catalogue import network
        >>> Ways(network("rnn").graph).paths("h_1", "U")
        ((('h_1', 's_1'), ('s_1', 'U')),)
        """
        edges = self.edges(of, wrt)
        above = {name: [(left, name) for left, _ in self._uses if (left, name) in edges] for _, name in edges}
        found: list[tuple[Link, ...]] = []
        waiting: list[tuple[str, tuple[Link, ...]]] = [(wrt, ())]
        while waiting:
            name, below = waiting.pop()
            if name == of:
                found.append(below)
                continue
            waiting.extend((link[0], (link, *below)) for link in reversed(above.get(name, ())))
        return tuple(found)

    def spread(self, links: Iterable[Link]) -> frozenset[Link]:
        """Spread partials out over the local ones between."""
        return _NONE.union(*(self.edges(of, wrt) for of, wrt in links))

    def links(self, tree: Tree) -> tuple[Link, ...]:
        """List the partials that stand in a tree; f'(a3) is that of the unit's value by a3."""
        found = (self.link(node) for node in walk(tree) if isinstance(node, Derivative | Call))
        return tuple(dict.fromkeys(link for link in found if link is not None))

    def link(self, node: Tree) -> Link | None:
        """Give the partial that a node is; None if it is none."""
        match node:
            case Derivative(Name(of), Name(wrt)):
                return of, wrt
            case Derivative(Call(function, (Name(argument),), 0), Name(wrt)):
                value = self.unit(function, argument)
                return (value, wrt) if value else None
            case Call(function, (Name(argument),), 1):
                value = self.unit(function, argument)
                return (value, argument) if value else None
        return None

    def unfinished(self, tree: Tree) -> Derivative | None:
        """Find the first derivative that is left standing; that of a unit at its own argument is a value."""
        return next(iter(self.standing(tree)), None)

    def standing(self, tree: Tree) -> tuple[Derivative, ...]:
        """List the derivatives that are left standing, in the order written."""
        return tuple(node for node in walk(tree) if isinstance(node, Derivative) and not self._is_own(node))

    def _is_own(self, node: Derivative) -> bool:
        match node:
            case Derivative(Name(of), Name(wrt)):
                match self.graph.definitions.get(of):
                    case Call(function, (Name(argument),), 0):
                        return argument == wrt and self.unit(function, wrt) == of
        return False

    def _both(self, of: str, wrt: str) -> bool:
        return of in self.graph.definitions and wrt in self.graph.quantities

    def _found(self, of: str, wrt: str) -> frozenset[Link]:
        leads = {wrt}
        for left, used in self._uses:
            if not leads.isdisjoint(used):
                leads.add(left)
        above = {of}
        found: set[Link] = set()
        for left, used in reversed(self._uses[: self.graph.position[of] + 1]):
            if left in above and left != wrt:
                below = [name for name in used if name in leads]
                above.update(below)
                found.update((left, name) for name in below)
        return frozenset(found)
