"""``symnn derive``: a derivation in the format asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered_text, into_file
from symnn.handouts.formats import BODY, EVERY
from symnn.messages import Language

if TYPE_CHECKING:
    from symnn.handouts.derivation import Form
    from symnn.handouts.handout import Handout

__all__ = ["command"]

DISAGREE = 1
LATEX = "latex"


@described(
    "derive",
    "symnn derive bp-2-2-1 --wrt w1 --to latex -o w1.tex",
    "symnn derive bp-2-3-2-1 --optimizer adam --setting beta1=0.8",
)
@click.argument("network")
@option("--of", about="option-of")
@option("--wrt", multiple=True, about="option-wrt")
@option("--form", type=click.Choice(("paths", "deltas", "matrix")), about="option-form")
@option("--to", type=click.Choice(EVERY), default="text", about="option-to")
@option("--interactive", is_flag=True, about="option-interactive")
@option("--at", multiple=True, about="option-at")
@option("--eta", about="option-derive-eta")
@option("--handout", type=click.Choice(("short", "full")), default="short", about="option-handout")
@option("--body", is_flag=True, about="option-body")
@option("--update", is_flag=True, about="option-update")
@option("--optimizer", "rule", metavar="RULE", about="option-optimizer")
@option("--setting", "settings", metavar="NAME=VALUE", multiple=True, about="option-setting")
@option("--hide", is_flag=True, about="option-hide")
@option("--check", is_flag=True, about="option-derive-check")
@into_file
def command(  # noqa: PLR0913 - one argument an option
    network: str,
    of: str | None,
    wrt: tuple[str, ...],
    form: Form | None,
    *,
    to: str,
    interactive: bool,
    at: tuple[str, ...],
    eta: str | None,
    handout: str,
    body: bool,
    output: str | None,
    update: bool,
    rule: str | None,
    settings: tuple[str, ...],
    check: bool,
    hide: bool,
    force: bool,
    lang: Language,
) -> None:
    """Write the derivation; its help is in the messages."""
    from msgspec.structs import replace

    from symnn.commands.sources import network_named, optimizer_named
    from symnn.handouts.handout import Handout

    found = network_named(network)
    to = "page" if interactive else to
    asked = Handout(found, form=form, update=update, checked=check, full=handout == "full", hidden=hide)
    if rule is not None or settings:
        asked = replace(asked, update=True, rule=optimizer_named(rule or "sgd", settings))
    if of is not None or wrt:
        from symnn.numeric.points import named, split_list

        names = tuple(named(found.graph, name) for name in split_list(wrt)) or None
        asked = replace(asked, of=named(found.graph, of) if of is not None else None, wrt=names)
    if at or eta:
        asked = _at_a_point(asked, at, eta)
    if body and to != LATEX:
        from symnn.errors import Problem, UsageError
        from symnn.messages import raisable

        raise raisable(UsageError, Problem("body-of-latex"))
    delivered_text(asked.written(BODY if body else to, lang), output, force=force, data=to != "text")
    if not asked.agrees:
        sys.exit(DISAGREE)


def _at_a_point(asked: Handout, at: tuple[str, ...], eta: str | None) -> Handout:
    """Ask for the numbers at a point too: that named, that given, or the network's own values."""
    from msgspec.structs import replace

    from symnn.derivation.updates import rate_in
    from symnn.networks.values import split
    from symnn.numeric.points import points

    rate = rate_in(asked.graph)
    words = (*(at or ("default",)), *((f"{rate}={eta}",) if eta is not None else ()))
    point = points(replace(asked.network, graph=asked.graph), words, (rate,))[0].values
    own = split(asked.network.values, asked.graph)
    return replace(asked, point=point, given=frozenset(name for name in point if point[name] != own.get(name)))
