"""Answers that a web editor wrapped into HTML, as the text that was meant."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

__all__ = ["holds_markup", "unwrapped"]

_HEADS: Final = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS: Final = _HEADS | {"p", "div", "br", "li", "ul", "ol", "tr", "table", "pre"}
_INLINE: Final = frozenset(
    {"span", "strong", "b", "i", "em", "u", "font", "code", "sub", "sup", "td", "th", "tbody"}
) | {"a"}
_RAISED: Final = (("sub", "_"), ("sup", "^"))
_TAG: Final = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE))})(?:\s+[\w-]+\s*=[^<>]*)?\s*/?>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:[a-zA-Z]{2,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def holds_markup(text: str) -> bool:
    """Tell if a text holds tags or entities of an editor; ``a<b`` and unknown tags are none.

    >>> [holds_markup(text) for text in ("<p>x</p>", "x&nbsp;", "w<b and c>d", "<script>x</script>", "a & b;")]
    [True, True, False, False, False]
    """
    return _TAG.search(text) is not None or _ENTITY.search(text) is not None


def unwrapped(text: str) -> str:
    r"""Give the text that a page would show: blocks on lines, indices as ``_{}``, other tags as they stand.

    >>> unwrapped("<p>2(y&minus;z)f<sub>1</sub></p><p>x<sup>2</sup>&nbsp;</p>")
    '2(y−z)f_{1}\nx^{2}'
    """
    if _TAG.search(text) is None:
        return unescape(text).replace("\xa0", " ").strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = ("".join(reader.parts)).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


class _Reader(HTMLParser):
    """Collects the text; a tag that is not of an editor stays in it, literally."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the parser has it
        """Begin a line, or an index."""
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in dict(_RAISED):
            self.parts.append(dict(_RAISED)[tag] + "{")
        elif tag not in _INLINE:
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or an index."""
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in dict(_RAISED):
            self.parts.append("}")
        elif tag not in _INLINE:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Take text as it is."""
        self.parts.append(data)
