"""The catalogue's names and titles, read from the heads of its files: a list needs no graph."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["CATALOGUE", "DATA", "titles"]

DATA: Final = Path(__file__).parent / "data"

_DECK: Final = (
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
"""The order of the deck; networks of later lectures follow by name."""


def _listed() -> tuple[str, ...]:
    found = {file.stem for file in DATA.glob("*.yaml")}
    return (*(name for name in _DECK if name in found), *sorted(found.difference(_DECK)))


CATALOGUE: Final = _listed()
"""The catalogue's names: every file in the folder is one, so that a network is added as a file alone."""

_TITLE: Final = re.compile(
    r"^title: \{zh: (\"?)(?P<zh>[^\"\\{}\n]+)\1, en: (\"?)(?P<en>[^\"\\{}\n]+)\3\}$", re.MULTILINE
)
"""How the catalogue's own files write their titles; a test reads them all a second time as YAML."""


def titles(lang: str) -> tuple[tuple[str, str], ...]:
    """Give each network's name and title.

    >>> titles("en")[0]
    ('neuron', 'One neuron')
    """
    return tuple((name, _title(name, lang)) for name in CATALOGUE)


def _title(name: str, lang: str) -> str:
    found = _TITLE.search((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    if found is None:
        message = f"{name}.yaml has no title in one line, {{zh: …, en: …}}"
        raise LookupError(message)
    return found[lang]
