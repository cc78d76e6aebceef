"""What ``symnn train`` prints of an adversarial network: every round with the losses of both players."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from symnn.commands.options import verbosity
from symnn.commands.output import is_round, printed
from symnn.handouts.digits import shown
from symnn.messages import Language, say
from symnn.numeric.duel import Duel, Round, Truce
from symnn.numeric.formatting import json_number

if TYPE_CHECKING:
    from symnn.networks.network import Network

__all__ = ["duel", "print_rounds"]

WIDTH = 12


def duel(network: Network, given: tuple[str, ...]) -> Duel:
    """Put together who is trained from what values."""
    from symnn.networks.values import collected
    from symnn.numeric.points import as_float, points

    point = points(network, given)[0]
    values = {name: as_float(value) for name, value in point.values.items()}
    return Duel(network.graph, network.players, collected(values, network.graph))


def print_rounds(rounds: Iterator[Round | Truce], form: str, lang: Language) -> list[tuple[int, float]]:
    """Print rounds as JSON lines, CSV, or a table for people; give the first player's losses for a picture."""
    losses: list[tuple[int, float]] = []
    last: Round | None = None
    for record in rounds:
        if isinstance(record, Truce):
            _ended(record, last, form, lang)
            break
        if last is None and form != "json":
            printed(_head(record, form))
        losses.append((record.k, next(iter(record.losses.values()))))
        if form == "json":
            printed(json.dumps(_data(record)) + "\n")
        elif form == "csv" or is_round(record.k):
            printed(_row(record, form))
        last = record
    return losses


def _data(record: Round) -> dict[str, Any]:
    parts = {"losses": record.losses, "parameters": record.parameters, "gradient": record.gradient}
    return {"k": record.k} | {
        name: {key: json_number(value) for key, value in part.items()} for name, part in parts.items()
    }


def _head(record: Round, form: str) -> str:
    names = ["k", *record.losses, *record.parameters]
    return ",".join(names) + "\n" if form == "csv" else "".join(f"{name:>{WIDTH}}" for name in names) + "\n"


def _row(record: Round, form: str) -> str:
    values = [*record.losses.values(), *record.parameters.values()]
    if form == "csv":
        return ",".join(map(str, [record.k, *values])) + "\n"
    return f"{record.k:>{WIDTH}}" + "".join(f"{shown(value).digits:>{WIDTH}}" for value in values) + "\n"


def _ended(record: Truce, last: Round | None, form: str, lang: Language) -> None:
    if form == "json":
        printed(json.dumps({"done": True, "why": record.why}) + "\n")
        return
    if last is not None and form == "table" and not is_round(last.k):
        printed(_row(last, form))
    if verbosity() >= 0:
        click.echo(say(f"train-{record.why}", lang=lang), err=True)
