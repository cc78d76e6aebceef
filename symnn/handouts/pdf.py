"""PDF: the Typst document, compiled by the package ``typst`` of the extra ``[pdf]``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from symnn.errors import Problem, UsageError
from symnn.handouts.document import Document
from symnn.handouts.typst import typst as in_typst
from symnn.messages import Language, raised

__all__ = ["fonts", "pdf"]


def pdf(document: Document, lang: Language) -> bytes:
    """Write a whole document as PDF.

    Raises: UsageError where the extra is not installed, with the command that brings it.
    """
    try:
        import typst
    except ImportError:
        raise raised(UsageError, Problem("missing-extra", {"extra": "pdf", "what": "PDF"})) from None
    made: bytes = typst.compile(in_typst(document, lang).encode(), format="pdf", font_paths=fonts())
    return made


@lru_cache(maxsize=1)
def fonts() -> Any:
    """Look for the fonts of the machine once a process: that takes longer than a page."""
    import typst

    return typst.Fonts()
