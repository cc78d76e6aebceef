r"""Texts of authors, with mathematics between dollars, taken apart into words and harmless formulas.

A formula is kept if every command in it is on our list and its braces match; any other stands as words,
so that no author's text reaches a document as anything but words or mathematics.
"""

from __future__ import annotations

import re
from functools import lru_cache

from symnn.notation.inline import AuthorFormula, LiteralWords

__all__ = ["author_text", "paragraphs", "readable", "words_and_formulas"]

_FORMULA = re.compile(r"\$([^$]+)\$")
_COMMAND = re.compile(r"\\(?:begin|end)\{\w*\}|\\[A-Za-z]+|\\.", re.DOTALL)
_REFUSED = re.compile(r"[%#~\x00-\x1f\x7f]")


def words_and_formulas(text: str) -> tuple[LiteralWords | AuthorFormula, ...]:
    r"""Take a text apart at its dollars.

    >>> words_and_formulas(r"Find $\frac{\partial E}{\partial w_1}$.")[1]
    AuthorFormula(latex='\\frac{\\partial E}{\\partial w_1}')
    >>> words_and_formulas(r"$\input{x}$")
    (LiteralWords(text='$\\input{x}$'),)
    """
    parts: list[LiteralWords | AuthorFormula] = []
    end = 0
    for found in _FORMULA.finditer(text):
        if harmless(found[1]):
            if found.start() > end:
                parts.append(LiteralWords(text[end : found.start()]))
            parts.append(AuthorFormula(" ".join(found[1].split())))
            end = found.end()
    if end < len(text):
        parts.append(LiteralWords(text[end:]))
    return tuple(parts)


def paragraphs(text: str) -> tuple[str, ...]:
    r"""Split a text at its empty lines; a line's end within a paragraph is a blank, between Chinese signs nothing.

    >>> paragraphs("a\nb\n\n权\n重")
    ('a b', '权重')
    """
    wide = r"[　-〿一-鿿＀-￯]"
    seam = rf"(?<={wide})\s*\n\s*(?={wide})|(?<=[、。，；：！？）])\s*\n\s*"
    found = (re.sub(seam, "", part).strip() for part in re.split(r"\n\s*\n", text))
    return tuple(" ".join(part.split()) for part in found if part)


@lru_cache(maxsize=1024)
def author_text(text: str) -> tuple[tuple[LiteralWords | AuthorFormula, ...], ...]:
    """Take a text apart into its paragraphs, and each of those at its dollars."""
    return tuple(words_and_formulas(paragraph) for paragraph in paragraphs(text))


def harmless(latex: str) -> bool:
    r"""Say whether a formula has known commands and matching braces only.

    >>> harmless(r"w_{46}^2"), harmless(r"\write18{x}"), harmless("{"), harmless("x%")
    (True, False, False, False)
    """
    from symnn.notation.authored import COMMANDS

    depth = 0
    for sign in re.findall(r"[{}]", _COMMAND.sub("", latex.replace("\n", " "))):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    commands = _COMMAND.findall(latex)
    begun = [command for command in commands if command.startswith(r"\begin")]
    paired = all(command.replace("begin", "end") in commands for command in begun)
    cells = bool(begun) or not ("&" in latex or "\\\\" in commands)
    sides = commands.count(r"\left") == commands.count(r"\right")
    known = all(command in COMMANDS for command in commands)
    return known and paired and cells and sides and depth == 0 and not _REFUSED.search(latex.replace("\n", " "))


def readable(latex: str) -> str:
    r"""Write a formula for a terminal, names as the rest of the program spells them.

    >>> readable(r"\frac{\partial E}{\partial w_{46}} = 2(y-z)f'(a_3)"), readable(r"\frac{1}{1+e^{-x}}")
    ("∂E/∂w46 = 2(y - z)f'(a3)", '1/(1 + e^(-x))')
    """
    from symnn.notation.authored import boxes_of
    from symnn.notation.unicode import on_one_line

    return on_one_line(boxes_of(latex)).strip()
