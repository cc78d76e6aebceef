"""PDF: the Typst document, compiled by the package ``typst`` of the extra ``[pdf]``."""

from __future__ import annotations

from symnn.errors import Problem, UsageError
from symnn.handouts.document import Document
from symnn.handouts.typst import typst as in_typst
from symnn.messages import Language, raised

__all__ = ["pdf"]


def pdf(document: Document, lang: Language) -> bytes:
    """Write a whole document as PDF.

    Raises: UsageError where the extra is not installed, with the command that brings it.
    """
    try:
        import typst
    except ImportError:
        raise raised(UsageError, Problem("missing-extra", {"extra": "pdf", "what": "PDF"})) from None
    made: bytes = typst.compile(in_typst(document, lang).encode(), format="pdf")
    return made
