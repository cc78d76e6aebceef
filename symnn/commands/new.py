"""``symnn new``: start a network file or an exercise file."""

from __future__ import annotations

import re

import click

from symnn.commands.options import described, option, verbosity
from symnn.commands.output import delivered_text, into_file
from symnn.commands.sources import network_named
from symnn.documents.kinds import Identifier
from symnn.errors import Problem, UsageError
from symnn.messages import Language, raisable, say

__all__ = ["command"]


@described(
    "new",
    "symnn new exercise my-gradients --use bp-2-2-1 --wrt w1 --wrt w5",
    "symnn new network my-net",
    "symnn new network my-net -o -",
)
@click.argument("kind", type=click.Choice(("network", "exercise")))
@click.argument("name")
@option("--use", default="bp-2-2-1", about="option-use")
@option("--wrt", multiple=True, about="option-new-wrt")
@into_file
def command(  # noqa: PLR0913 - each is an option
    kind: str, name: str, use: str, wrt: tuple[str, ...], output: str | None, *, force: bool, lang: Language
) -> None:
    """Write NAME.yaml into this folder, or the file that ``-o`` names; say how to go on."""
    if not re.fullmatch(Identifier().pattern, name):
        raise raisable(UsageError, Problem("not-an-id", {"value": name}))
    if kind == "network":
        from symnn.networks.starting import starting_network

        text = starting_network(name, lang)
    else:
        from symnn.exercises.first_exercise import starting_exercise
        from symnn.numeric.points import named

        network = network_named(use)
        names = tuple(named(network.graph, spelling) for spelling in wrt)
        text = starting_exercise(name, use, network, names, lang)
    file = output or f"{name}.yaml"
    delivered_text(text, file, force=force)
    if file != "-" and verbosity() >= 0:
        click.echo(say(f"new-{kind}-written", {"file": file}, lang), err=True)
