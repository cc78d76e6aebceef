"""A first network file, ready to be changed: what ``symnn new network`` writes."""

from __future__ import annotations

import json

from symnn.messages import Language, say

__all__ = ["starting_network"]


def starting_network(name: str, lang: Language) -> str:
    """Write a network file: one hidden layer of two units, with comments in ``lang`` on every field.

    >>> from symnn.documents.decoding import Text
    >>> from symnn.networks.network_file import network_from_file
    >>> network_from_file(Text(starting_network("mine", "en"), "mine.yaml")).graph.result
    'E'
    """

    def note(code: str) -> str:
        return f"  # {say(code, lang=lang)}"

    title = ", ".join(
        f"{one}: {json.dumps(say('built-network', {'name': name}, one), ensure_ascii=False)}" for one in ("zh", "en")
    )
    lines = (
        f"# {say('new-how', lang=lang)}",
        "symnn: 1",
        f"network: {name}",
        f"title: {{{title}}}",
        "functions: {f: 1/(1 + exp(-x))}" + note("new-functions"),
        "inputs: [x_1, x_2]" + note("new-inputs"),
        "targets: [z]",
        "values: {x_1: 0.5, x_2: 1, z: 1, v_1: 0.2, v_2: -0.3, w: 0.5, b: 0.1}" + note("new-values"),
        "equations: |",
        "  a = v_1*x_1 + v_2*x_2",
        "  h = f(a)",
        "  y = w*h + b",
        "  E = (y - z)^2",
    )
    return "\n".join(lines) + "\n"
