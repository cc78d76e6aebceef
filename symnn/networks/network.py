"""A network of the catalogue: a graph with its title, its default values and its named points."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from symnn.documents.containers import Nested
from symnn.documents.kinds import Bilingual
from symnn.networks.graph import Graph

__all__ = ["Network", "Player", "Point"]


class Point(Struct, frozen=True):
    """Named values of some quantities: a sample of the lecture."""

    values: Mapping[str, Nested]
    name: str = ""


class Player(Struct, frozen=True):
    """One side of an adversarial network: its name, the loss it makes small, the parameters it may change."""

    name: str
    loss: str
    parameters: tuple[str, ...]


class Network(Struct, frozen=True):
    """A graph with its title, description and source in the deck, its default values and points.

    Names in ``values`` and ``points`` are canonical and the numbers exact; each point is laid over ``values``.
    ``players`` are trained in turn, each with its own loss and parameters; none means there is one loss.
    """

    name: str
    title: Bilingual
    graph: Graph
    source: str | Bilingual = ""
    description: Bilingual | None = None
    values: Mapping[str, Nested] = MappingProxyType({})
    points: tuple[Point, ...] = ()
    players: tuple[Player, ...] = ()

    def sides(self, wrt: tuple[str, ...] | None = None) -> tuple[Player, ...]:
        """Say by whose loss each of some quantities (all parameters) is derived where no result is named.

        A player's parameter is derived from that player's loss, everything else from the last scalar result.
        Without players that is one side, whose loss is empty where the network has no scalar result.

        >>> from symnn.networks.catalogue import network
        >>> [(side.loss, side.parameters) for side in network("gan").sides(("c1", "u", "x"))]
        [('L_D', ('c1',)), ('L_N', ('u', 'x'))]
        """
        wanted = self.graph.parameters if wrt is None else wrt
        found: dict[str, tuple[str, ...]] = {}
        names = {player.loss: player.name for player in self.players}
        owner = {name: player.loss for player in self.players for name in player.parameters}
        for name in wanted:
            loss = owner.get(name.partition("[")[0], self.graph.result or "")
            found[loss] = (*found.get(loss, ()), name)
        ranked = sorted(found, key=[*names, *found].index)
        return tuple(Player(names.get(loss, ""), loss, found[loss]) for loss in ranked)
