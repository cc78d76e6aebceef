"""The catalogue: the deck's networks as data files beside this module, by name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from symnn.documents.decoding import Text
from symnn.documents.nearest import nearest
from symnn.errors import Problem, TargetError
from symnn.messages import raisable
from symnn.networks.network import Network
from symnn.networks.network_file import network_from_file
from symnn.networks.titles import CATALOGUE, DATA

__all__ = ["CATALOGUE", "network"]


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
    raise raisable(
        TargetError, Problem("unknown-network", {"name": str(name), "nearest": nearest(str(name), CATALOGUE)})
    )


@lru_cache(maxsize=64)
def _shipped(name: str) -> Network:
    file = DATA / f"{name}.yaml"
    return network_from_file(Text(file.read_text(encoding="utf-8"), file.name))
