"""The catalogue: the deck's networks as data files beside this module, by name."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from symnn.documents.nearest import nearest
from symnn.documents.text import Text
from symnn.errors import Problem, TargetError
from symnn.messages import raised
from symnn.networks.network import Network
from symnn.networks.network_file import network_from_file

__all__ = ["CATALOGUE", "network"]

CATALOGUE: tuple[str, ...] = (
    "neuron",
    "midges",
    "one-hidden-layer",
    "one-hidden-layer-matrix",
    "bp-2-2-1",
    "bp-2-3-2-1",
    "conv-3x3",
    "cnn-x",
    "cnn",
    "rnn",
    "birnn",
    "deep-rnn",
    "gan",
)
"""The catalogue's names in the order of the deck."""


def network(name: str | Path) -> Network:
    """Give a network of the catalogue by name, or read a network file by its path.

    Raises: TargetError if there is neither; AuthorError if the file is broken.

    >>> network("bp-2-2-1").graph.parameters
    ('w1', 'w2', 'w3', 'w4', 'w5', 'w6')
    """
    if isinstance(name, str) and name in CATALOGUE:
        return _shipped(name)
    path = Path(name)
    if path.suffix in (".yaml", ".yml", ".json") or path.exists():
        return network_from_file(path)
    raise raised(TargetError, Problem("unknown-network", {"name": str(name), "nearest": nearest(str(name), CATALOGUE)}))


@lru_cache(maxsize=64)
def _shipped(name: str) -> Network:
    file = files("symnn.networks") / "data" / f"{name}.yaml"
    return network_from_file(Text(file.read_text(encoding="utf-8"), f"{name}.yaml"))
