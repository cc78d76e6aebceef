"""PDF: the Typst document, compiled by the package ``typst`` of the extra ``[pdf]``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from symnn.errors import Problem, UsageError
from symnn.handouts.document import Document
from symnn.handouts.typst import typst as in_typst
from symnn.messages import Language, raisable

__all__ = ["compiler", "pdf"]


def pdf(document: Document, lang: Language) -> bytes:
    """Write a whole document as PDF.

    Raises: UsageError where the extra is not installed, with the command that brings it.
    """
    try:
        typst = compiler()
    except ImportError:
        raise raisable(UsageError, Problem("missing-extra", {"extra": "pdf", "what": "PDF"})) from None
    made: bytes = typst.compile(in_typst(document, lang).encode(), format="pdf")
    return made


@lru_cache(maxsize=1)
def compiler() -> Any:
    """Look for the fonts of the machine once a process, which takes longer than a page, and keep what pages share."""
    import typst

    return typst.Compiler(b"", font_paths=typst.Fonts())
