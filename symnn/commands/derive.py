"""``symnn derive``: a derivation in the format asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered, into_file
from symnn.commands.sources import network_named, quantity_named
from symnn.messages import Language

if TYPE_CHECKING:
    from symnn.derivation.sweep import Derivation
    from symnn.graph.graph import Graph
    from symnn.networks.network import Network, Point
    from symnn.rendering.derivation import Form, View

__all__ = ["command"]

FORMATS = ("text", "latex", "markdown", "html", "typst", "pdf", "json", "python")
DISAGREE = 1


@described(
    "derive",
    "symnn derive bp-2-2-1 --wrt w1 --to latex -o w1.tex",
    "symnn derive bp-2-3-2-1 --update --check",
)
@click.argument("network")
@option("--of", about="option-of")
@option("--wrt", multiple=True, about="option-wrt")
@option("--form", type=click.Choice(("paths", "deltas", "matrix")), about="option-form")
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
    from symnn.derivation.matrices import with_output_error
    from symnn.numeric.points import points

    found = network_named(network)
    result = quantity_named(found, of) if of is not None else None
    names = tuple(quantity_named(found, name) for name in wrt) or None
    graph, result = with_output_error(found.graph, result)
    form = form or _usual_form(graph, names)
    point = points(replaced(found, graph), at, ("eta",))[0] if at else None
    asked = _Asked(found, graph, result, names, form, point, of is None and names is None)
    if to == "python":
        delivered(_python(asked, lang), output, force=force, data=True)
        return
    text, agrees = (_matrix if form == "matrix" else _scalar)(asked, to, lang, update=update, check=check)
    delivered(text, output, force=force, data=to != "text")
    if not agrees:
        sys.exit(DISAGREE)


class _Asked(NamedTuple):
    """What was asked for: the network, its graph (with an output error if it has no loss), of what, by what.

    ``usual`` if neither was said: an adversarial network then shows both players.
    """

    network: Network
    graph: Graph
    of: str
    wrt: tuple[str, ...] | None
    form: Form
    point: Point | None
    usual: bool


def replaced(network: Network, graph: Graph) -> Network:
    """Give the network with another graph."""
    from msgspec.structs import replace

    return replace(network, graph=graph)


def _usual_form(graph: Graph, names: tuple[str, ...] | None) -> Form:
    """Choose: tensors in matrix form, one or more numbers by paths, everything by deltas."""
    if graph.shapes and (names is None or any(name in graph.shapes for name in names)):
        return "matrix"
    return "paths" if names else "deltas"


def _scalar(asked: _Asked, to: str, lang: Language, *, update: bool, check: bool) -> tuple[str | bytes, bool]:
    """Write paths or deltas, and say whether the check agrees."""
    from msgspec.structs import replace

    from symnn.derivation.checking import check as checked
    from symnn.derivation.sweep import derive
    from symnn.rendering.numbers import numbers_at

    derivation = derive(asked.graph, asked.of, asked.wrt)
    view = shown(asked.network, asked.form, update=update)
    if asked.point is not None:
        view = replace(view, numbers=numbers_at(derivation, asked.point.values))
    if check:
        view = replace(view, check=checked(derivation))
    return written(derivation, view, to, lang), view.check is None or view.check.sympy


def _matrix(asked: _Asked, to: str, lang: Language, *, update: bool, check: bool) -> tuple[str | bytes, bool]:
    """Write the matrix form, and say whether the check agrees."""
    from symnn.derivation.checking import check_matrix
    from symnn.derivation.matrices import derive_matrix
    from symnn.rendering.adversarial import adversarial_document
    from symnn.rendering.derivation import checked_blocks
    from symnn.rendering.document import Title
    from symnn.rendering.formats import delivered as formatted
    from symnn.rendering.matrices import MatrixView, matrix_document
    from symnn.rendering.matrix_json import matrix_json
    from symnn.rendering.tensor_numbers import tensor_numbers_at

    derivation = derive_matrix(asked.graph, asked.of, asked.wrt)
    numbers = tensor_numbers_at(derivation, asked.point.values) if asked.point is not None else None
    result = check_matrix(derivation) if check else None
    text: str | bytes
    if to == "json":
        text = matrix_json(derivation, numbers, result, updated=update)
    else:
        title = Title(asked.network.title.zh, asked.network.title.en)
        checked = tuple(checked_blocks(result)) if result is not None else ()
        added = asked.of if asked.of not in asked.network.graph.quantities else ""
        view = MatrixView(numbers, update, title, asked.network.source, checked, added)
        whole = bool(asked.network.players) and asked.usual
        document = adversarial_document(asked.network, view) if whole else matrix_document(derivation, view)
        text = formatted(document, to, lang)
    return text, result is None or result.sympy


def _python(asked: _Asked, lang: Language) -> str:
    """Write the compiled step as a module, with the values given or else the network's own."""
    from symnn.graph.values import collected
    from symnn.numeric.points import points
    from symnn.rendering.document import Title
    from symnn.rendering.python import python

    point = asked.point or points(replaced(asked.network, asked.graph))[0]
    title = Title(asked.network.title.zh, asked.network.title.en)
    return python(asked.graph, asked.of, asked.wrt, collected(point.values, asked.graph, tuple), title, lang)


def shown(network: Network, form: Form, *, update: bool) -> View:
    """Say what the document shows."""
    from symnn.rendering.derivation import View
    from symnn.rendering.document import Title

    title = Title(network.title.zh, network.title.en)
    return View(form, update=update, title=title, source=network.source, whole=network.graph)


def written(derivation: Derivation, view: View, to: str, lang: Language) -> str | bytes:
    """Write a derivation in one format."""
    from symnn.rendering import formats
    from symnn.rendering.derivation import derivation_document
    from symnn.rendering.json import json

    if to == "json":
        return json(derivation, view)
    return formats.delivered(derivation_document(derivation, view), to, lang)
