"""A first exercise about a network, ready to be changed: what ``symnn new exercise`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from symnn.derivation.paths import gradient, path_count
from symnn.derivation.sweep import derive
from symnn.errors import Fact
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.messages import Language, say
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.notation.tex import latex
from symnn.ops.shapes import size

__all__ = ["starting_exercise"]

_MOST_ENTRIES = 4
"""A gradient of more entries than this is not asked for unless its author says so."""

_MOST_PATHS = 4
"""A gradient of more paths than this is nothing that a first exercise lists wrong answers to."""


def starting_exercise(name: str, use: str, network: Network, wrt: tuple[str, ...], lang: Language) -> str:
    """Write an exercise about a network: a gradient by each of ``wrt`` (or one), the result's value where it has one.

    Comments are in ``lang``, what students see in both languages. ``symnn check`` has nothing to say about it.

    >>> from symnn.networks.catalogue import network
    >>> text = starting_exercise("mine", "bp-2-2-1", network("bp-2-2-1"), ("w1",), "en")
    >>> next(line.strip() for line in text.splitlines() if "answer: d" in line)
    'answer: diff(E, w1)  # the engine derives it; never type it by hand'
    """
    graph = network.graph
    of = graph.result
    parts: list[str] = []
    if of is not None:
        for parameter in wrt or _first(graph):
            parts += _gradient(graph, of, parameter, lang)
        parts += _value(network, of, lang)
    parts = parts or list(_formula(graph, graph.equations[-1].left, lang))
    return "\n".join([*_head(name, use, lang), "parts:", *parts]) + "\n"


def _first(graph: Graph) -> tuple[str, ...]:
    """Name the parameter nearest to the result whose gradient fits into a student's line."""
    fitting = (name for name in reversed(graph.parameters) if size(graph.shapes.get(name, ())) <= _MOST_ENTRIES)
    return tuple(islice(fitting, 1))


def _comment(code: str, lang: Language) -> str:
    return f"# {say(code, lang=lang)}"


def _both(code: str, **facts: Fact) -> Iterator[str]:
    """Write a sentence in both languages, quoted."""
    for lang in ("zh", "en"):
        yield f"{lang}: {json.dumps(say(code, facts, lang), ensure_ascii=False)}"


def _field(field: str, code: str, indent: int, **facts: Fact) -> Iterator[str]:
    """Write a field in both languages, a line each."""
    blanks = " " * indent
    yield f"{blanks}{field}:"
    yield from (f"{blanks}  {line}" for line in _both(code, **facts))


def _head(name: str, use: str, lang: Language) -> Iterator[str]:
    yield _comment("new-how", lang)
    yield "symnn: 1"
    yield f"id: {name}"
    yield from _field("title", "new-title", 0, name=use)
    yield f"use: {json.dumps(use, ensure_ascii=False)}"
    yield from _field("prompt", "new-prompt", 0, name=use)


def _gradient(graph: Graph, of: str, wrt: str, lang: Language) -> Iterator[str]:
    """Write a part that asks for a derivative, with the sign as its listed mistake."""
    answer = f"diff({of}, {wrt})"
    derivative = rf"\partial {latex(Name(of))}/\partial {latex(Name(wrt))}"
    yield f"  - id: d-{_id(wrt)}"
    yield f"    kind: {'matrix' if graph.shapes.get(wrt) else 'formula'}"
    yield "    points: 4"
    yield from _field("ask", "new-ask-gradient", 4, what=derivative)
    yield f"    answer: {answer}  {_comment('new-answer', lang)}"
    yield f"    feedback:  {_comment('new-feedback', lang)}"
    yield "      - id: sign"
    yield f'        when: "-{answer}"'
    yield "        credit: 0.5"
    yield from _field("say", "new-sign", 8)
    yield "    hints:"
    first, second = _both("new-hint", of=latex(Name(of)), wrt=latex(Name(wrt)))
    yield f"      - {first}"
    yield f"        {second}"
    if graph.shapes:
        return
    derivation = derive(graph, of, (wrt,))
    if 0 < path_count(derivation, wrt) <= _MOST_PATHS:
        wrong = f"-({plain(gradient(derivation, wrt))})"
        yield f"    wrong:  {_comment('new-wrong', lang)}"
        yield f"      - {{answer: {json.dumps(wrong)}, feedback: sign}}"


def _formula(graph: Graph, of: str, lang: Language) -> Iterator[str]:
    """Write a part that asks for a result by its equation, where there is no loss to derive."""
    yield f"  - id: {_id(of)}"
    yield f"    kind: {'matrix' if graph.shapes.get(of) else 'formula'}"
    yield "    points: 2"
    yield from _field("ask", "new-ask-formula", 4, what=latex(Name(of)))
    yield f"    answer: {of}  {_comment('new-named', lang)}"


def _value(network: Network, of: str, lang: Language) -> Iterator[str]:
    """Write a part that asks for a number, if the network has values for all it needs."""
    graph = network.graph
    if any(name not in network.values for name in graph.free):
        return
    yield "  - id: value"
    yield "    kind: number"
    yield "    points: 2"
    yield from _field("ask", "new-ask-value", 4, what=latex(Name(of)))
    yield f"    answer: {of}"
    numbers = ((name, network.values[name]) for name in graph.free)
    shown = ", ".join(f"{name}: {_written(value)}" for name, value in numbers if not isinstance(value, tuple))
    if shown:
        yield f"    at: {{{shown}}}  {_comment('new-at', lang)}"
    yield "    tolerance: {rel: 0.001}"


def _written(value: int | Fraction) -> str:
    return str(value if value == int(value) else float(value))


def _id(name: str) -> str:
    """Make a part's id of a quantity's name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
