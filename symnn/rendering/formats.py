"""The formats a derivation can be written in, by name; a further format is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from symnn.messages import Language
from symnn.rendering.document import Document
from symnn.rendering.latex import latex
from symnn.rendering.markdown import markdown
from symnn.rendering.text import text

__all__ = ["FORMATS"]

FORMATS: Mapping[str, Callable[[Document, Language], str]] = MappingProxyType(
    {"text": text, "latex": latex, "markdown": markdown}
)
"""Each writes a whole document in one language."""
