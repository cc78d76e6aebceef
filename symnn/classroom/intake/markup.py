"""Answers that a web editor wrapped into HTML, as the text that was meant."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

__all__ = ["holds_markup", "unwrapped_html"]

_HEADS: Final = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS: Final = _HEADS | {"p", "div", "br", "li", "ul", "ol", "tr", "table", "pre"}
_INLINE: Final = frozenset(
    {"span", "strong", "b", "i", "em", "u", "font", "code", "sub", "sup", "td", "th", "tbody"}
) | {"a"}
_RAISED: Final = (("sub", "_{", "}"), ("sup", "^{", "}"))
_TAG: Final = re.compile(
    rf"<(?P<end>/?)(?P<name>{'|'.join(sorted(_BLOCKS | _INLINE))})(?:\s++[\w-]++\s*+=[^<>]*+)?\s*+/?>", re.IGNORECASE
)
"""A tag of an editor. No parser of HTML is needed, and the library's is neither linear nor without exceptions."""
_ENTITY: Final = re.compile(r"&(?:[a-zA-Z]{2,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def holds_markup(text: str) -> bool:
    """Tell if a text holds tags or entities of an editor; ``a<b`` and unknown tags are none.

    >>> [holds_markup(text) for text in ("<p>x</p>", "x&nbsp;", "w<b and c>d", "<script>x</script>", "a & b;")]
    [True, True, False, False, False]
    """
    return _TAG.search(text) is not None or _ENTITY.search(text) is not None


def unwrapped_html(text: str) -> str:
    r"""Give the text that a page would show: blocks on lines, indices as ``_{}``, other tags as they stand.

    >>> unwrapped_html("<p>2(y&minus;z)f<sub>1</sub></p><p>x<sup>2</sup>&nbsp;</p>")
    '2(y−z)f_{1}\nx^{2}'
    """
    parts: list[str] = []
    start = 0
    for found in _TAG.finditer(text):
        parts += (unescape(text[start : found.start()]), _instead(found["name"].lower(), ended=bool(found["end"])))
        start = found.end()
    lines = "".join((*parts, unescape(text[start:]))).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _instead(tag: str, *, ended: bool) -> str:
    """Give what stands for a tag."""
    for name, before, behind in _RAISED:
        if tag == name:
            return behind if ended else before
    return "\n" if tag in _BLOCKS else ""
