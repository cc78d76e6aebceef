"""The page one can touch, in one file: no framework, no request, nothing that a user types is ever run."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.sweep import Derivation, derive
from symnn.documents.containers import Nested
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.handouts.interactive.data import page_data
from symnn.handouts.interactive.numbered import NumberedStep, numbered_steps
from symnn.handouts.pictures.diagram import Diagram, DiagramNode, diagram
from symnn.handouts.pictures.svg import svg
from symnn.messages import Language, say
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.notation.layout import laid_out
from symnn.notation.mathml import escaped, mathml
from symnn.notation.symbols import Symbols
from symnn.numeric.javascript import script
from symnn.numeric.points import as_float, points

__all__ = ["page"]

WORDS: Final = ("play", "pause", "copied", "term", "paths", "covered", "window", "hint")
"""What the page itself says, by code, while it is used."""

KINDS: Final = MappingProxyType({"F": "F", "B": "BI", "G": "G", "U": "U"})
"""The sections, with the kinds of lines in each."""
ROOM: Final = "-0.123"
"""What a number in a unit takes of its room, at most."""


def page(  # noqa: PLR0913 - what a page shows is all of these
    network: Network,
    graph: Graph,
    sides: Sequence[Derivation | MatrixDerivation],
    symbols: Symbols,
    point: Mapping[str, Nested] | None,
    lang: Language,
    *,
    hidden: bool = False,
) -> str:
    """Write the page of a derivation; with ``hidden`` values and factors are covered until they are tapped."""
    scalar = graph.entrywise
    swept = [derive(graph, side.of, side.wrt) for side in sides]
    code = script(scalar, swept)
    lines = numbered_steps(graph, sides)
    drawn = _placeholders(diagram(network.graph, network.players), graph, sides)
    whole = replace(network, graph=graph)
    given = point if point is not None else points(whole)[0].values
    start = {name: as_float(value) for name, value in given.items() if name in code.given}
    data = page_data(network, graph, swept, code, lines, drawn, start, symbols)
    data |= {"words": {word: say(f"page-{word}", {"count": "#"}, lang) for word in WORDS}, "hidden": hidden}
    title = escaped(getattr(network.title, lang) or network.name)
    named = [_named(drawn, place) for place in range(len(drawn.edges))]
    picture = svg(drawn, symbols, getattr(network.title, lang) or network.name, named)
    parts = {
        "lang": lang,
        "title": title,
        "style": _file("page.css"),
        "picture": picture,
        "lines": "\n".join(_sections(lines, symbols, lang)),
        "inputs": "\n".join(_inputs(graph, symbols, lang)),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
        "code": f"\n{code.text}\n",
        "script": f"\n{_file('page.js')}",
    }
    parts |= {"policy": _policy(parts["code"], parts["script"])}
    words = ("back", "forward", "play", "reset", "descend", "copy-values", "copy-latex", "rate", "picture", "lines")
    parts |= {f"word_{word.replace('-', '_')}": escaped(say(f"page-{word}", lang=lang)) for word in words}
    return _filled(_file("page.html"), parts)


def _file(name: str) -> str:
    """Read a file of the page; what lines begin with is for its readers alone."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("// "))


def _filled(shell: str, parts: Mapping[str, str]) -> str:
    """Put the parts into the shell, each at its name between braces; what is put in is not looked at again."""
    first, *rest = shell.split("{{")
    return first + "".join(parts[name] + after for name, _, after in (piece.partition("}}") for piece in rest))


def _policy(*scripts: str) -> str:
    """Allow these scripts and no other, no request, no frame."""
    hashes = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    rest = "style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; {rest}"


def _placeholders(found: Diagram, graph: Graph, sides: Sequence[Derivation | MatrixDerivation]) -> Diagram:
    """Keep room for the numbers that the page writes: values, slopes, pixels."""
    sloped = set().union(*(graph.ancestors(side.of) for side in sides))

    def ready(node: DiagramNode) -> DiagramNode:
        if node.kind == "sheets":
            *sheets, rows, columns = node.shape
            blank = tuple((0.0,) * columns for _ in range(rows))
            return replace(node, pixels=(blank,) * (sheets[0] if sheets else 1))
        if node.name not in graph.quantities or graph.shapes.get(node.name):
            return node
        return replace(node, value=ROOM, slope=ROOM if node.name in sloped else "")

    return replace(found, nodes=tuple(map(ready, found.nodes)))


def _named(drawn: Diagram, place: int) -> str:
    """Name an arrow for who does not see it: from where to where, and its weights."""
    edge = drawn.edges[place]
    ends = f"{drawn.nodes[edge.source].name} → {drawn.nodes[edge.target].name}"
    weights = ", ".join(plain(label) for label in edge.labels)
    return f"{ends}: {weights}" if weights else ends


def _sections(lines: Sequence[NumberedStep], symbols: Symbols, lang: Language) -> Iterator[str]:
    for kind in KINDS:
        some = [
            (place, step) for place, step in enumerate(lines) if step.kind == kind or (kind, step.kind) == ("B", "I")
        ]
        if some:
            yield f'<h3>{escaped(say(f"page-kind-{kind.lower()}", lang=lang))}</h3>\n<ol class="lines" tabindex="0">'
            yield from (_line(place, step, symbols) for place, step in some)
            yield "</ol>"


def _line(place: int, step: NumberedStep, symbols: Symbols) -> str:
    """Write one line: its right side, what it refers to; the page writes the left side, and an update whole."""
    left = f"<mrow>{mathml(laid_out(step.left, symbols))}</mrow>" if step.kind == "I" else ""
    right = f"<mrow>{mathml(laid_out(step.right, symbols))}</mrow>" if step.kind != "U" else ""
    return f'<li data-step="{place}" data-refs="{" ".join(step.refers)}"><math>{left}{right}</math></li>'


def _inputs(graph: Graph, symbols: Symbols, lang: Language) -> Iterator[str]:
    """Write a field for every number that is given, with a slider for the one that is being changed."""
    for role in ("input", "target", "parameter"):
        names = graph.listed(role)
        if names:
            yield f'<h3>{escaped(say(f"role-{role}", lang=lang))}</h3>\n<div class="given">'
            for name in names:
                shape = graph.shapes.get(name, ())
                columns = shape[-1] if len(shape) > 1 else max(1, min(shape[0] if shape else 1, 6))
                fields = "".join(
                    f'<input type="number" step="any" data-name="{escaped(one)}">' for one in entry_names(name, shape)
                )
                wide = " wide" if shape else ""
                yield (
                    f'<div class="quantity{wide}"><span><math>{mathml(laid_out(Name(name), symbols))}</math></span>'
                    f'<input type="range" step="any" aria-label="{escaped(name)}">'
                    f'<div class="fields" style="--columns:{min(columns, 12)}">{fields}</div></div>'
                )
            yield "</div>"
