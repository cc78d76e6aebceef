"""``symnn show``: a network's equations, quantities and picture, or an exercise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered_text, into_file
from symnn.commands.sources import STANDARD_INPUT, network_named
from symnn.errors import Problem, UsageError
from symnn.messages import raisable

if TYPE_CHECKING:
    from symnn.messages import Language
    from symnn.networks.network import Network

__all__ = ["command"]

FORMATS = ("text", "latex", "markdown", "html", "typst", "pdf", "svg", "tikz", "json")
PICTURES = frozenset({"svg", "tikz"})


@described("show", "symnn show bp-2-3-2-1", "symnn show --exercise bp-2-2-1 --solution")
@click.argument("name", required=False)
@option("--to", "to", type=click.Choice(FORMATS), default="text", about="option-to")
@option("--highlight", about="option-highlight")
@option("--of", about="option-of")
@option("--at", multiple=True, about="option-at")
@option("--grad", is_flag=True, about="option-slopes")
@option("--exercise", "exercise", about="option-exercise")
@option("--solution", is_flag=True, about="option-solution")
@option("--seed", default="", about="option-seed")
@into_file
def command(  # noqa: PLR0913 - one argument an option
    *,
    name: str | None,
    to: str,
    highlight: str | None,
    of: str | None,
    at: tuple[str, ...],
    grad: bool,
    exercise: str | None,
    solution: bool,
    seed: str,
    output: str | None,
    force: bool,
    lang: Language,
) -> None:
    """Show a network, or an exercise where one is asked for or no network has the name."""
    wanted = exercise or name
    if wanted is None or (exercise and name):
        raise raisable(UsageError, Problem("one-name"))
    if exercise or solution or seed or not is_network(wanted):
        text = _exercise(wanted, to, lang, seed=seed, solution=solution)
    else:
        text = _network(network_named(wanted), _Shown(highlight, of, at, grad), to, lang)
    delivered_text(text, output, force=force, data=to != "text")


def is_network(name: str) -> bool:
    """Say whether a name is to be shown as a network: one of the catalogue, input, a file, or nothing known."""
    from symnn.exercises.library import shipped_names
    from symnn.networks.catalogue import CATALOGUE

    if name in CATALOGUE or name == STANDARD_INPUT:
        return True
    return not _is_exercise_file(name) if Path(name).is_file() else name not in shipped_names()


def _is_exercise_file(name: str) -> bool:
    from symnn.documents.decoding import read_text

    text = read_text(Path(name))
    return (
        not isinstance(text, Problem) and re.search(r"^\s*[\"']?parts[\"']?\s*:", text.text, re.MULTILINE) is not None
    )


def _exercise(name: str, to: str, lang: Language, *, seed: str, solution: bool) -> str | bytes:
    from symnn.exercises.library import exercise
    from symnn.handouts import formats
    from symnn.handouts.exercise_sheet import exercise_document

    if to in PICTURES:
        raise raisable(UsageError, Problem("no-picture", {"name": name}))
    found = exercise(name)
    if to == "json":
        return json.dumps(found.to_dict(seed, solution=solution), indent=1) + "\n"
    return formats.delivered(exercise_document(found, seed, solution=solution), to, lang)


class _Shown(NamedTuple):
    """What a picture is to show beside the network."""

    highlight: str | None
    of: str | None
    at: tuple[str, ...]
    grad: bool


def _network(network: Network, wanted: _Shown, to: str, lang: Language) -> str | bytes:
    from symnn.handouts import formats
    from symnn.handouts.network_page import network_data, network_document

    if to == "json":
        return json.dumps(network_data(network), indent=1) + "\n"
    if to in PICTURES:
        return _picture(network, wanted, to, lang)
    return formats.delivered(network_document(network), to, lang)


def _picture(network: Network, wanted: _Shown, to: str, lang: Language) -> str:
    from symnn.handouts.pictures.decorating import network_picture
    from symnn.handouts.pictures.svg import svg
    from symnn.handouts.pictures.tikz import tikz
    from symnn.notation.layout import symbols_of
    from symnn.numeric.points import named, points

    graph = network.graph
    highlight = named(graph, wanted.highlight) if wanted.highlight is not None else ""
    of = named(graph, wanted.of) if wanted.of is not None else None
    point = points(network, wanted.at)[0].values if wanted.at or wanted.grad else None
    drawn = network_picture(network, highlight, of, point, slopes=wanted.grad)
    if to == "tikz":
        return tikz(drawn, symbols_of(graph))
    return svg(drawn, symbols_of(graph), getattr(network.title, lang) or network.name)
