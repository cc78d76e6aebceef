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
    source: str = ""
    description: Bilingual | None = None
    values: Mapping[str, Nested] = MappingProxyType({})
    points: tuple[Point, ...] = ()
    players: tuple[Player, ...] = ()
