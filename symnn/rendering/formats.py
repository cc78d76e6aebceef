"""The formats a document can be written in, by name; a further format is one file and one name here."""

from __future__ import annotations

from importlib import import_module

from symnn.messages import Language
from symnn.rendering.document import Document

__all__ = ["FORMATS", "written"]

FORMATS: tuple[str, ...] = ("text", "latex", "markdown", "html")
"""Each is a module beside this one with a function of its name: document and language to text."""


def written(document: Document, to: str, lang: Language) -> str:
    """Write a document in a format; only that format's module is loaded.

    >>> from symnn.rendering.document import Title
    >>> print(written(Document((Title("甲", "A"),)), "text", "en"), end="")
    A
    =
    """
    text: str = getattr(import_module(f"symnn.rendering.{to}"), to)(document, lang)
    return text
