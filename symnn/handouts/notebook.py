"""What a notebook shows of a document: text, HTML with MathML and pictures, Markdown."""

from __future__ import annotations

from symnn.handouts import html, markdown, text
from symnn.handouts.document import Document
from symnn.messages import Language

__all__ = ["bundle"]


def bundle(document: Document, lang: Language) -> dict[str, str]:
    """Write a document in the forms that a notebook chooses from.

    >>> from symnn.handouts.document import Title
    >>> bundle(Document((Title("甲", "A"),)), "en")["text/html"].splitlines()[-2:]
    ['<h1>A</h1>', '</div>']
    """
    return {
        "text/plain": text.text(document, lang),
        "text/html": html.fragment(document, lang),
        "text/markdown": markdown.markdown(document, lang),
    }
