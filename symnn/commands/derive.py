"""``symnn derive``: a derivation in the format asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, spoken
from symnn.commands.output import delivered, into_file
from symnn.commands.sources import network_named, quantity_named
from symnn.messages import Language, say

if TYPE_CHECKING:
    from symnn.derivation.sweep import Derivation
    from symnn.networks.network import Network
    from symnn.rendering.derivation import Form, View

__all__ = ["command"]

LANG = spoken()
FORMATS = ("text", "latex", "markdown", "json")
DISAGREE = 1


@described("derive", "symnn derive bp-2-2-1 --wrt w1 --to latex -o w1.tex", "symnn derive bp-2-3-2-1 --update --check")
@click.argument("network")
@click.option("--of", help=say("help-of", lang=LANG))
@click.option("--wrt", multiple=True, help=say("help-wrt", lang=LANG))
@click.option("--form", type=click.Choice(("paths", "deltas")), help=say("help-form", lang=LANG))
@click.option("--to", "to", type=click.Choice(FORMATS), default="text", help=say("help-to", lang=LANG))
@click.option("--update", is_flag=True, help=say("help-update", lang=LANG))
@click.option("--check", is_flag=True, help=say("help-derive-check", lang=LANG))
@into_file
@click.pass_context
def command(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    network: str,
    of: str | None,
    wrt: tuple[str, ...],
    form: Form | None,
    to: str,
    update: bool,
    check: bool,
    output: str | None,
    force: bool,
    lang: Language,
) -> None:
    """Write the derivation; its help is in the messages."""
    from symnn.derivation.checking import check as checked
    from symnn.derivation.sweep import derive

    found = network_named(network)
    result = quantity_named(found, of) if of is not None else None
    names = tuple(quantity_named(found, name) for name in wrt) or None
    derivation = derive(found.graph, result, names)
    view = shown(found, form or ("paths" if wrt else "deltas"), update=update)
    if check:
        from msgspec.structs import replace

        view = replace(view, check=checked(derivation))
    delivered(written(derivation, view, to, lang), output, force=force)
    if view.check is not None and not view.check.sympy:
        ctx.exit(DISAGREE)


def shown(network: Network, form: Form, *, update: bool) -> View:
    """Say what the document shows."""
    from symnn.rendering.derivation import View
    from symnn.rendering.document import Title

    return View(form, update=update, title=Title(network.title.zh, network.title.en), source=network.source)


def written(derivation: Derivation, view: View, to: str, lang: Language) -> str:
    """Write a derivation in one format."""
    from symnn.rendering.derivation import derivation_document
    from symnn.rendering.formats import FORMATS as WRITERS
    from symnn.rendering.json import json

    return json(derivation, view) if to == "json" else WRITERS[to](derivation_document(derivation, view), lang)
