"""Slides: the sections of a document as frames of beamer, steps of a derivation one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from symnn.handouts.document import Block, Document, Heading, PictureAndTable, Table, Title
from symnn.handouts.latex import HAN, SETTINGS, latex_body
from symnn.messages import Language
from symnn.notation.items import Aligned, Line

__all__ = ["beamer"]

HEAD: Final = r"""\documentclass[9pt,aspectratio=169]{beamer}
#chinese#\usepackage{amsmath,amssymb,booktabs,tikz}
\setbeamertemplate{navigation symbols}{}
\setbeamertemplate{frametitle continuation}{}
\setbeamersize{text margin left=7mm,text margin right=7mm}
\usefonttheme[onlymath]{serif}
"""
CHINESE: Final = MappingProxyType({True: "\\usepackage[UTF8,scheme=plain]{ctex}\n", False: ""})

HEADS: Final = (
    (r"\needspace{7\baselineskip}\section*{", "}"),
    (r"\begin{center}\Large\bfseries ", r"\end{center}"),
)
"""What stands around a heading or a title on a page, but not on a slide."""

MOST_LINES: Final = 6
"""So many equations, or rows of a table, stand on one slide."""


def beamer(document: Document, lang: Language) -> str:
    """Write a document as slides; a derivation in steps has one overlay a step, a picture one an arrow of its paths."""
    frames = [_frame(document, blocks, lang) for blocks in _slides(document.blocks)]
    text = "\n\n".join(frames)
    head = HEAD.replace("#chinese#", CHINESE[lang == "zh" or HAN.search(text) is not None])
    return f"{head}\\begin{{document}}\n{SETTINGS}\n{text}\n\\end{{document}}\n"


def _slides(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Cut the blocks where a slide ends: before a heading, and where one would hold too much."""
    slide: list[Block] = []
    heading: Block | None = None
    size = 0
    for block in (part for whole in blocks for part in _parts(whole)):
        grown = size + _size(block)
        if slide and (isinstance(block, Heading) or (grown > MOST_LINES and size)):
            yield tuple(slide)
            slide = [] if isinstance(block, Heading) or heading is None else [heading]
            size, grown = 0, _size(block)
        if isinstance(block, Heading | Title):
            heading = block
        slide.append(block)
        size = grown
    if slide:
        yield tuple(slide)


def _parts(block: Block) -> Iterator[Block]:
    """Cut what is too long for one slide; a picture stands alone."""
    match block:
        case Aligned(lines) if not any(line.stacked for line in lines):
            for start in range(0, len(lines), MOST_LINES):
                yield replace(block, lines=lines[start : start + MOST_LINES], paired=False)
        case Table(_, rows):
            for start in range(0, len(rows), MOST_LINES):
                yield replace(block, rows=rows[start : start + MOST_LINES])
        case PictureAndTable(picture, table):
            yield picture
            yield from _parts(table)
        case _:
            yield block


def _size(block: Block) -> int:
    match block:
        case Aligned(lines):
            return sum(_steps(line) for line in lines)
        case Table(_, rows):
            return len(rows)
        case Heading() | Title():
            return 0
        case PictureAndTable():
            return MOST_LINES
        case _:
            return 1


def _steps(line: Line) -> int:
    return len(line.steps) if line.stacked else 1


def _frame(document: Document, blocks: tuple[Block, ...], lang: Language) -> str:
    """Write one slide; the last derivation in steps on it appears step by step."""
    title = blocks[0] if isinstance(blocks[0], Heading | Title) else None
    rest = blocks[1:] if title is not None else blocks
    head = latex_body(replace(document, blocks=(title,)), lang) if title is not None else ""
    for before, behind in HEADS:
        head = head.removeprefix(before).removesuffix(behind) if head.startswith(before) else head
    steps = max(
        (len(line.steps) for block in rest if isinstance(block, Aligned) for line in block.lines if line.stacked),
        default=0,
    )
    if not steps:
        return _written(head, latex_body(replace(document, blocks=rest), lang, stepwise=True))
    shown = []
    for count in range(1, steps + 1):
        part = latex_body(replace(document, blocks=tuple(_up_to(block, count) for block in rest)), lang)
        shown.append(f"\\only<{count}{'-' if count == steps else ''}>{{{part}}}")
    return _written(head, "\n".join(shown))


def _up_to(block: Block, count: int) -> Block:
    """Give a derivation up to one of its steps."""
    if not isinstance(block, Aligned):
        return block
    lines = tuple(
        replace(line, steps=line.steps[:count], value=line.value if count >= len(line.steps) else None)
        if line.stacked
        else line
        for line in block.lines
    )
    return replace(block, lines=lines)


def _written(title: str, inside: str) -> str:
    return f"\\begin{{frame}}{{{title}}}\n{inside}\n\\end{{frame}}"
