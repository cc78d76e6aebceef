"""``symnn networks``: the catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from symnn.commands.options import described, option
from symnn.commands.output import printed

if TYPE_CHECKING:
    from symnn.messages import Language
    from symnn.networks.network import Network

__all__ = ["command"]


@described("networks", "symnn networks", "symnn networks --json --lang zh")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(*, as_json: bool, lang: Language) -> None:
    """List the networks of the catalogue."""
    from symnn.networks.catalogue import CATALOGUE, network

    networks = [network(name) for name in CATALOGUE]
    if as_json:
        printed(json.dumps([_data(each) for each in networks], indent=1) + "\n")
        return
    wide = max(len(each.name) for each in networks)
    printed("".join(f"{each.name.ljust(wide)}  {getattr(each.title, lang)}\n" for each in networks))


def _data(network: Network) -> dict[str, Any]:
    graph = network.graph
    return {
        "name": network.name,
        "title": {"zh": network.title.zh, "en": network.title.en},
        "source": network.source,
        "inputs": graph.listed("input"),
        "targets": graph.listed("target"),
        "parameters": graph.parameters,
        "intermediates": graph.listed("intermediate"),
        "results": graph.listed("result"),
    }
