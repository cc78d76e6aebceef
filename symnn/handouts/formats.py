"""The formats a document can be written in, by name; a further format is one file and one name here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.handouts.document import Document
    from symnn.messages import Language

__all__ = ["BINARY", "BODY", "EVERY", "FORMATS", "SLIDES", "delivered", "written_document"]

FORMATS: tuple[str, ...] = ("text", "latex", "markdown", "html", "typst")
"""Each is a module beside this one with a function of its name: document and language to text."""

BINARY: frozenset[str] = frozenset({"pdf"})
"""The same, but what is written are bytes."""

SLIDES: frozenset[str] = frozenset({"beamer"})
"""Slides: the same pages in frames."""

BODY = "body"
"""What ``--to latex --body`` writes: pages without a head, to be put into other documents."""

EVERY: tuple[str, ...] = (*FORMATS, *sorted(BINARY), *sorted(SLIDES), "json", "python", "page")
"""What ``derive --to`` takes: documents, and the derivation as data, as a program, or as a page one can touch."""


def written_document(document: Document, to: str, lang: Language) -> str:
    """Write a document in a format; only that format's module is loaded.

    >>> from symnn.handouts.document import Document, Title
    >>> print(written_document(Document((Title("甲", "A"),)), "text", "en"), end="")
    A
    =
    """
    text: str = _function(to)(document, lang)
    return text


def delivered(document: Document, to: str, lang: Language) -> str | bytes:
    """Write a document in any format, those of `BINARY` too."""
    result: str | bytes = _function(to)(document, lang)
    return result


def _function(to: str) -> Callable[[Document, Language], Any]:
    function: Callable[[Document, Language], Any] = getattr(import_module(f"symnn.handouts.{to}"), to)
    return function
