"""The body of a LaTeX document, to be put into one's own: it needs amsmath and tikz, in Chinese also ctex."""

from __future__ import annotations

from typing import Final

from symnn.handouts.document import Document
from symnn.handouts.latex import SETTINGS, Rules, latex_body
from symnn.messages import Language

__all__ = ["body"]

PLAIN_RULES: Final[Rules] = (r"\hline", r"\hline", r"\hline")


def body(document: Document, lang: Language) -> str:
    """Write the inside of a document; what it sets is set within a group of its own."""
    text = latex_body(document, lang, PLAIN_RULES).replace(r"\mathbb{", r"\mathbf{")
    return f"\\begingroup\n{SETTINGS}{text}\n\\par\\endgroup\n"
