"""``symnn networks``: the catalogue."""

from __future__ import annotations

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
    if as_json:
        import json

        from symnn.networks.catalogue import CATALOGUE, network

        printed(json.dumps([_data(network(name)) for name in CATALOGUE], indent=1) + "\n")
        return
    from symnn.networks.titles import titles

    listed = titles(lang)
    wide = max(len(name) for name, _ in listed)
    printed("".join(f"{name.ljust(wide)}  {title}\n" for name, title in listed))


def _data(network: Network) -> dict[str, Any]:
    from msgspec import to_builtins

    graph = network.graph
    return {
        "name": network.name,
        "title": {"zh": network.title.zh, "en": network.title.en},
        "source": to_builtins(network.source),
        "inputs": graph.listed("input"),
        "targets": graph.listed("target"),
        "parameters": graph.parameters,
        "intermediates": graph.listed("intermediate"),
        "results": graph.listed("result"),
    }
