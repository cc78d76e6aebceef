"""``symnn train``: gradient descent, every iteration shown."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symnn.commands.options import described, option, verbosity
from symnn.commands.output import delivered_text, is_round, printed
from symnn.commands.sources import network_named, optimizer_named
from symnn.errors import Problem, UsageError
from symnn.messages import Language, raisable, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from symnn.networks.graph import Graph
    from symnn.networks.network import Network
    from symnn.numeric.training import Done, Iteration, Training

__all__ = ["command"]

STEPS = 10_000
UNTIL = 1e-6
COLUMNS = 8
"""So many parameters fit into the table for people; others are shown at the end."""


@described(
    "train",
    "symnn train bp-2-2-1 --at x1=0.5,x2=1,z=0.8 --eta 0.5 --until 1e-4",
    "symnn train bp-2-2-1 --at x1=0.5,x2=1,z=0.8 --eta 0.01 --optimizer adam --setting beta1=0.8",
    "symnn train midges --data insects.csv --eta 0.1 --steps 500 --json",
)
@click.argument("network")
@option("--at", "given", multiple=True, metavar="NAME=VALUE|FILE", about="option-at")
@option("--eta", type=float, required=True, metavar="RATE", about="option-eta")
@option("--steps", type=click.IntRange(min=0), default=STEPS, show_default=True, metavar="N", about="option-steps")
@option("--until", type=float, default=UNTIL, show_default=True, metavar="EPS", about="option-until")
@option("--optimizer", "rule", metavar="RULE", default="sgd", show_default=True, about="option-optimizer")
@option("--setting", "settings", multiple=True, metavar="NAME=VALUE", about="option-setting")
@option("--json", "as_json", is_flag=True, about="option-json-lines")
@option("--csv", "as_csv", is_flag=True, about="option-csv")
@option("--data", type=click.Path(path_type=Path), metavar="FILE", about="option-data")
@option("--plot", metavar="FILE", about="option-plot")
@option("-f", "--force", is_flag=True, about="option-force")
def command(  # noqa: PLR0913 - one argument an option
    network: str,
    *,
    given: tuple[str, ...],
    eta: float,
    steps: int,
    until: float,
    rule: str,
    settings: tuple[str, ...],
    data: Path | None,
    plot: str | None,
    as_json: bool,
    as_csv: bool,
    force: bool,
    lang: Language,
) -> None:
    """Train and print as it goes; its help is in the messages."""
    if as_json and as_csv:
        raise raisable(UsageError, Problem("options-exclude", {"options": ("--json", "--csv")}))
    if not (math.isfinite(eta) and eta > 0):
        raise raisable(UsageError, Problem("not-positive", {"value": str(eta)}))
    if plot is not None and not force and Path(plot).exists():
        raise raisable(UsageError, Problem("file-exists", {"file": plot}))
    by = optimizer_named(rule, settings)
    found = network_named(network)
    if found.players:
        from symnn.commands.duel import duel, print_rounds

        form = "json" if as_json else "csv" if as_csv else "table"
        losses = print_rounds(duel(found, given).rounds(eta, steps, by), form, lang)
        _plotted(losses, found.players[0].loss, plot, force=force)
        return
    descent = _training(found, given, data)
    losses = []
    records = _watched(descent.iterations(eta, steps, until, by), losses)
    if as_json:
        _json(records, found.graph)
    elif as_csv:
        _csv(records, descent, lang)
    else:
        _table(records, descent, lang)
    _plotted(losses, descent.of, plot, force=force)


def _plotted(losses: list[tuple[int, float]], of: str, plot: str | None, *, force: bool) -> None:
    """Draw the losses where a picture is wanted."""
    if plot is not None:
        from symnn.handouts.curve import curve

        delivered_text(curve(losses, of), plot, force=force)


def _training(network: Network, given: tuple[str, ...], data: Path | None) -> Training:
    """Put together what is learnt from what."""
    from symnn.numeric.points import as_float, points
    from symnn.numeric.samples import samples
    from symnn.numeric.training import training

    if network.graph.result is None:
        raise raisable(UsageError, Problem("no-scalar-gradient"))
    found = points(network, given)
    graph = network.graph.entrywise
    table = samples(data, network.graph) if data is not None else {}
    if data is None and len(found) > 1:
        columns = [
            name for name in graph.free if any(point.values.get(name) != found[0].values.get(name) for point in found)
        ]
        table = {name: [as_float(point.values[name]) for point in found if name in point.values] for name in columns}
    return training(
        graph, {name: as_float(value) for name, value in found[0].values.items()}, table, network.graph.result
    )


def _watched(records: Iterable[Iteration | Done], losses: list[tuple[int, float]]) -> Iterator[Iteration | Done]:
    from symnn.numeric.training import Iteration

    for record in records:
        if isinstance(record, Iteration):
            losses.append((record.k, record.loss))
        yield record


def _json(records: Iterable[Iteration | Done], graph: Graph) -> None:
    from symnn.networks.values import collected
    from symnn.numeric.formatting import json_number
    from symnn.numeric.training import Iteration

    for record in records:
        if isinstance(record, Iteration):
            data: dict[str, Any] = {"k": record.k, "loss": json_number(record.loss)}
            data["parameters"] = _numbers(collected(record.parameters, graph))
            data["gradient"] = _numbers(collected(record.gradient, graph))
        else:
            data = {"done": True, "why": record.why}
        printed(json.dumps(data) + "\n")


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    from symnn.numeric.formatting import json_number

    return {name: json_number(value) for name, value in values.items()}


def _csv(records: Iterable[Iteration | Done], descent: Training, lang: Language) -> None:
    from symnn.numeric.training import Iteration

    names = list(descent.start)
    printed(_row(["k", "loss", *names, *(f"d{descent.of}/d{name}" for name in names)]))
    for record in records:
        if isinstance(record, Iteration):
            printed(_row([record.k, record.loss, *record.parameters.values(), *record.gradient.values()]))
        elif verbosity() >= 0:
            click.echo(say(f"train-{record.why}", lang=lang), err=True)


def _row(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _table(records: Iterable[Iteration | Done], descent: Training, lang: Language) -> None:
    """Print some iterations for people: the first ten, then ever fewer, and the last."""
    from symnn.numeric.training import Iteration

    names = list(descent.start) if len(descent.start) <= COLUMNS else []
    printed("".join(f"{head:>12}" for head in ("k", descent.of, *names)) + "\n")
    last: Iteration | None = None
    for record in records:
        if isinstance(record, Iteration):
            last = record
            if is_round(record.k):
                printed(_line(record, names))
        elif last is not None:
            if not is_round(last.k):
                printed(_line(last, names))
            if not names:
                printed("".join(f"{name} = {_short(value)}\n" for name, value in last.parameters.items()))
            if verbosity() >= 0:
                click.echo(say(f"train-{record.why}", lang=lang), err=True)


def _line(record: Iteration, names: list[str]) -> str:
    cells = [str(record.k), _short(record.loss), *(_short(record.parameters[name]) for name in names)]
    return "".join(f"{cell:>12}" for cell in cells) + "\n"


def _short(value: float) -> str:
    from symnn.handouts.digits import shown

    return shown(value).digits
