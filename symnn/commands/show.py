"""``symnn show``: a network's equations, quantities and picture, or an exercise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered, into_file
from symnn.commands.sources import STANDARD_INPUT, network_named
from symnn.errors import Problem, UsageError
from symnn.messages import raised

if TYPE_CHECKING:
    from symnn.messages import Language
    from symnn.networks.network import Network

__all__ = ["command"]

FORMATS = ("text", "latex", "markdown", "html", "typst", "pdf", "svg", "tikz", "json")
PICTURES = frozenset({"svg", "tikz"})


@described("show", "symnn show bp-2-3-2-1", "symnn show --exercise bp-2-2-1 --solution")
@click.argument("name", required=False)
@option("--to", "to", type=click.Choice(FORMATS), default="text", about="option-to")
@option("--exercise", "exercise", about="option-exercise")
@option("--solution", is_flag=True, about="option-solution")
@option("--seed", default="", about="option-seed")
@into_file
def command(  # noqa: PLR0913 - one argument an option
    *,
    name: str | None,
    to: str,
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
        raise raised(UsageError, Problem("one-name"))
    if exercise or solution or seed or not is_network(wanted):
        text = _exercise(wanted, to, lang, seed=seed, solution=solution)
    else:
        text = _network(network_named(wanted), to, lang)
    delivered(text, output, force=force, data=to != "text")


def is_network(name: str) -> bool:
    """Say whether a name is to be shown as a network: one of the catalogue, input, a file, or nothing known."""
    from symnn.exercises.library import shipped_names
    from symnn.networks.catalogue import CATALOGUE

    if name in CATALOGUE or name == STANDARD_INPUT:
        return True
    return not _is_exercise_file(name) if Path(name).is_file() else name not in shipped_names()


def _is_exercise_file(name: str) -> bool:
    from symnn.documents.text import read_text

    text = read_text(Path(name))
    return (
        not isinstance(text, Problem) and re.search(r"^\s*[\"']?parts[\"']?\s*:", text.text, re.MULTILINE) is not None
    )


def _exercise(name: str, to: str, lang: Language, *, seed: str, solution: bool) -> str | bytes:
    from symnn.exercises.library import exercise
    from symnn.handouts import formats
    from symnn.handouts.sheet import exercise_document

    if to in PICTURES:
        raise raised(UsageError, Problem("no-picture", {"name": name}))
    found = exercise(name)
    if to == "json":
        return json.dumps(found.to_dict(seed, solution=solution), indent=1) + "\n"
    return formats.delivered(exercise_document(found, seed, solution=solution), to, lang)


def _network(network: Network, to: str, lang: Language) -> str | bytes:
    from symnn.handouts import formats
    from symnn.handouts.network import network_data, network_document
    from symnn.handouts.pictures.diagram import diagram
    from symnn.handouts.pictures.svg import svg
    from symnn.handouts.pictures.tikz import tikz
    from symnn.notation.layout import symbols_of

    if to == "json":
        return json.dumps(network_data(network), indent=1) + "\n"
    if to in PICTURES:
        drawn = diagram(network.graph)
        return (svg if to == "svg" else tikz)(drawn, symbols_of(network.graph))
    return formats.delivered(network_document(network), to, lang)
