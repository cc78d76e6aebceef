"""``symnn derive``: a derivation in the format asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered, into_file
from symnn.commands.sources import network_named, quantity_named
from symnn.messages import Language

if TYPE_CHECKING:
    from symnn.derivation.sweep import Derivation
    from symnn.networks.network import Network
    from symnn.rendering.derivation import Form, View

__all__ = ["command"]

FORMATS = ("text", "latex", "markdown", "html", "json")
DISAGREE = 1


@described(
    "derive",
    "symnn derive bp-2-2-1 --wrt w1 --to latex -o w1.tex",
    "symnn derive bp-2-3-2-1 --update --check",
)
@click.argument("network")
@option("--of", about="option-of")
@option("--wrt", multiple=True, about="option-wrt")
@option("--form", type=click.Choice(("paths", "deltas")), about="option-form")
@option("--to", type=click.Choice(FORMATS), default="text", about="option-to")
@option("--at", multiple=True, about="option-at")
@option("--update", is_flag=True, about="option-update")
@option("--check", is_flag=True, about="option-derive-check")
@into_file
def command(  # noqa: PLR0913 - one argument an option
    network: str,
    of: str | None,
    wrt: tuple[str, ...],
    form: Form | None,
    *,
    to: str,
    at: tuple[str, ...],
    output: str | None,
    update: bool,
    check: bool,
    force: bool,
    lang: Language,
) -> None:
    """Write the derivation; its help is in the messages."""
    from msgspec.structs import replace

    from symnn.derivation.checking import check as checked
    from symnn.derivation.sweep import derive
    from symnn.derivation.updates import RATE
    from symnn.numeric.points import points
    from symnn.rendering.numbers import numbers_at

    found = network_named(network)
    result = quantity_named(found, of) if of is not None else None
    names = tuple(quantity_named(found, name) for name in wrt) or None
    derivation = derive(found.graph, result, names)
    view = shown(found, form or ("paths" if wrt else "deltas"), update=update)
    if at:
        view = replace(view, numbers=numbers_at(derivation, points(found, at, (RATE,))[0].values))
    if check:
        view = replace(view, check=checked(derivation))
    delivered(written(derivation, view, to, lang), output, force=force, data=to != "text")
    if view.check is not None and not view.check.sympy:
        sys.exit(DISAGREE)


def shown(network: Network, form: Form, *, update: bool) -> View:
    """Say what the document shows."""
    from symnn.rendering.derivation import View
    from symnn.rendering.document import Title

    title = Title(network.title.zh, network.title.en)
    return View(form, update=update, title=title, source=network.source, whole=network.graph)


def written(derivation: Derivation, view: View, to: str, lang: Language) -> str:
    """Write a derivation in one format."""
    from symnn.rendering import formats
    from symnn.rendering.derivation import derivation_document
    from symnn.rendering.json import json

    if to == "json":
        return json(derivation, view)
    return formats.written(derivation_document(derivation, view), to, lang)
