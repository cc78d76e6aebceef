"""Adversarial training: the players take turns, each stepping down its own loss with the others held still."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct

from symnn.derivation.optimizers import SGD, Optimizer
from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.networks.graph import Graph
from symnn.networks.network import Player
from symnn.numeric.compile import compiled
from symnn.numeric.descending import Descending

__all__ = ["Duel", "Round", "Truce"]


class Round(Struct, frozen=True):
    """Iteration ``k``: every player's loss and all parameters there, and the gradient that each player followed.

    The first player's gradient is taken there; each later one's after the steps of those before it.
    """

    k: int
    losses: Mapping[str, float]
    parameters: Mapping[str, Any]
    gradient: Mapping[str, Any]


class Truce(Struct, frozen=True):
    """Why training ended: the steps are used up, or numbers ran to infinity."""

    why: Literal["steps", "diverged"]


class Duel(Struct, frozen=True):
    """An adversarial network with values for everything: nested lists, or numbers."""

    graph: Graph
    players: tuple[Player, ...]
    at: Mapping[str, Any]

    def rounds(self, rate: float, steps: int, rule: Optimizer = SGD) -> Iterator[Round | Truce]:
        """Let the players step in turn, all with the learning rate ``rate`` and the same update rule.

        >>> from symnn.networks.tensor_builders import gan
        >>> network = gan(2, 2)
        >>> at = {"x": [1.0, 2.0], "z": [-1.0, 1.0], "c0": 0.0, "c1": 0.0, "c2": 0.0, "u": 1.0, "m": 0.0}
        >>> first = next(Duel(network.graph, network.players, at).rounds(0.1, 1))
        >>> round(first.losses["D"], 4), round(first.losses["G"], 4)
        (1.3863, 0.6931)
        """
        import numpy as np

        absent = tuple(name for name in self.graph.free if name not in self.at)
        if absent:
            raise raisable(UsageError, Problem("missing-value", {"names": absent}))
        moves = {player.name: compiled(self.graph, player.loss, player.parameters) for player in self.players}
        values = {name: np.asarray(value, dtype=float) for name, value in self.at.items()}
        descents = {player.name: Descending(rule, rate) for player in self.players}
        learnt = tuple(name for player in self.players for name in player.parameters)
        for k in range(steps + 1):
            start = {name: values[name] for name in learnt}
            losses: dict[str, float] = {}
            gradient: dict[str, Any] = {}
            for player in self.players:
                forward, errors = moves[player.name](values)
                if not losses:
                    losses = {one.name: float(forward[one.loss]) for one in self.players}
                gradient |= errors
                own = {name: values[name] for name in player.parameters}
                values = values | descents[player.name].step(own, errors)
            yield Round(k, MappingProxyType(losses), _listed(start), _listed(gradient))
            finite = all(map(math.isfinite, losses.values())) and all(np.isfinite(g).all() for g in gradient.values())
            if not finite or k == steps:
                yield Truce("steps" if finite else "diverged")
                return


def _listed(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give arrays as nested lists, numbers as floats."""
    import numpy as np

    return MappingProxyType({name: np.asarray(value).tolist() for name, value in values.items()})
