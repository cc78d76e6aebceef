"""Training as the public sees it: every iteration, the curve of the loss, the learnt parameters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symnn.messages import language, say
from symnn.networks.values import collected, is_batch, nested_shape, split
from symnn.numeric.duel import Duel, Round
from symnn.numeric.training import Iteration, training

if TYPE_CHECKING:
    from symnn.derivation.optimizers import Optimizer
    from symnn.networks.network import Network

__all__ = ["Descent", "Trained", "trained"]


@dataclass(frozen=True, slots=True)
class Descent:
    """How to descend: the learning rate, at most how many steps, below which loss to stop, by which rule."""

    rate: float
    steps: int
    until: float
    rule: Optimizer


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to: every iteration with its loss, the parameters at the end, and why it ended.

    ``why`` is "until", "steps" or "diverged"; ``of`` names the loss, of players that of the first.
    """

    of: str
    iterations: tuple[Mapping[str, Any], ...]
    why: str

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss at each iteration; that of the first player where there are several."""
        return tuple(float(one["loss"]) for one in self.iterations)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters at the end: numbers, and nested lists of them."""
        return dict(self.iterations[-1]["parameters"])

    def svg(self) -> str:
        """Draw the loss over the iterations."""
        from symnn.handouts.curve import curve

        return curve([(int(one["k"]), float(one["loss"])) for one in self.iterations], self.of)

    def to_dict(self) -> dict[str, Any]:
        """Give every iteration, as ``train --json`` prints them."""
        return {"of": self.of, "iterations": [dict(one) for one in self.iterations], "why": self.why}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the curve in a notebook, and how it ended."""
        drawing = self.svg()
        html = f"{drawing}<p>{say(f'train-{self.why}', lang=language(None, os.environ))}</p>"
        return {"text/plain": str(self), "image/svg+xml": drawing, "text/html": html}

    def __str__(self) -> str:
        last = self.iterations[-1]
        return f"{self.of} = {float(last['loss']):.6g} (k = {last['k']})"


def trained(network: Network, at: Mapping[str, Any], descent: Descent) -> Trained:
    """Train a network from values of everything; lists of values of a quantity are its samples.

    Raises: UsageError for missing values, or if there is no scalar loss or nothing to learn.
    """
    if network.players:
        return _duelled(network, at, descent)
    graph = network.graph
    fixed: dict[str, float] = {}
    samples: dict[str, list[float]] = {}
    for name, value in at.items():
        nested = value.tolist() if hasattr(value, "tolist") else value
        if is_batch(graph, name, nested_shape(nested)):
            rows = [split({name: _tuples(row)}, graph) for row in nested]
            samples |= {entry: [float(row[entry]) for row in rows] for entry in rows[0]}
        else:
            fixed |= {entry: float(number) for entry, number in split({name: _tuples(nested)}, graph).items()}
    found = training(graph.entrywise, fixed, samples, graph.result or "")
    records: list[Mapping[str, Any]] = []
    why = ""
    for record in found.iterations(descent.rate, descent.steps, descent.until, descent.rule):
        if isinstance(record, Iteration):
            own = {"parameters": collected(record.parameters, graph), "gradient": collected(record.gradient, graph)}
            records.append({"k": record.k, "loss": record.loss, **own})
        else:
            why = record.why
    return Trained(found.of, tuple(records), why)


def _duelled(network: Network, at: Mapping[str, Any], descent: Descent) -> Trained:
    """Let players take turns; their values stay tensors."""
    duel = Duel(network.graph, network.players, at)
    records: list[Mapping[str, Any]] = []
    why = ""
    for record in duel.rounds(descent.rate, descent.steps, descent.rule):
        if isinstance(record, Round):
            own = {"parameters": record.parameters, "gradient": record.gradient}
            first = next(iter(record.losses.values()))
            records.append({"k": record.k, "loss": first, "losses": dict(record.losses), **own})
        else:
            why = record.why
    return Trained(network.players[0].loss, tuple(records), why)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, tuple | list) else value
