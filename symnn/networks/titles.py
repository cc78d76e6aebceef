"""The catalogue's names and titles, read from the heads of its files: a list needs no graph."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["CATALOGUE", "DATA", "titles"]

CATALOGUE: Final = (
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

DATA: Final = Path(__file__).parent / "data"

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
