"""``symnn show``: a network's equations, quantities and picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered, into_file
from symnn.commands.sources import network_named

if TYPE_CHECKING:
    from symnn.messages import Language
    from symnn.networks.network import Network

__all__ = ["command"]

FORMATS = ("text", "latex", "markdown", "html", "svg", "tikz", "json")


@described("show", "symnn show bp-2-3-2-1", "symnn show bp-2-2-1 --to svg -o net.svg")
@click.argument("network")
@option("--to", "to", type=click.Choice(FORMATS), default="text", about="option-to")
@into_file
def command(network: str, to: str, output: str | None, *, force: bool, lang: Language) -> None:
    """Show a network."""
    delivered(_network(network_named(network), to, lang), output, force=force)


def _network(network: Network, to: str, lang: Language) -> str:
    from symnn.rendering import formats
    from symnn.rendering.diagram import diagram
    from symnn.rendering.network import network_data, network_document
    from symnn.rendering.svg import svg
    from symnn.rendering.tikz import tikz

    if to == "json":
        return json.dumps(network_data(network), indent=1) + "\n"
    if to in ("svg", "tikz"):
        drawn = diagram(network.graph)
        return (svg if to == "svg" else tikz)(drawn, network.graph.symbols)
    return formats.written(network_document(network), to, lang)
