r"""Where the mathematics stands in a derivation: stretches of text between words, line breaks and arrows.

Chinese words, the usual English ones, ``\text{…}``, list numbers and the marks of ``aligned`` are left out.
A line that begins with an operator, or follows one that ends with an operator, goes on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symnn.language.advice import ENGLISH
from symnn.language.characters import CHINESE_NAME
from symnn.language.signs import CONSTANT, FUNCTION, NAME, OWN

if TYPE_CHECKING:
    from symnn.language.scope import Scope

__all__ = ["INTRODUCED", "stretches"]

_CHINESE = "\u2e80-\u2fdf\u3003-\u3007\u3012-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
INTRODUCED = r"\\?[A-Za-z\u03b1-\u03c9]\w*(?:_\{\w+\})?"
"""A name as it stands on the left of a line that introduces it."""

_CUT = re.compile(
    r"(?P<begin>\\begin\s*\{[a-zA-Z]*matrix\})|(?P<end>\\end\s*\{[a-zA-Z]*matrix\})"
    r"|(?P<row>\\\\(?:\[[^\[\]\n]{0,9}\])?)"
    r"|(?P<step>[Ss]tep\s*[0-9]{1,2}\s*[:：.)]|[\u7b2c\u6b65\u9aa4]++\s*[0-9]{1,2}\s*\u6b65?[:：.)、]?)"
    r"|(?P<remark>[(（][^()（）\n=]*[" + _CHINESE + r"][^()（）\n=]*[)）]"
    r"|\((?:because|since|as|by|from|using|where|with|see|chain rule)\b[^()\n=]*\))"
    r"|(?P<words>\\(?:text|mbox|textbf)\s*\{[^{}]*+\}|[" + _CHINESE + r"]++[：:，,。]*+|[：。])"
    r"|(?P<english>(?<![A-Za-z0-9_\\{])[A-Za-z]{2,}+(?![A-Za-z0-9_'(\[^]))[:,]?"
    rf"|(?P<comma>[,，](?=\s*{INTRODUCED}\s*=))"
    r"|(?P<line>[\n\u2028\u2029;；]|=>|\\Rightarrow|\\implies|\\Longrightarrow|⇒|⟹|∴|\\therefore|\\because|∵)"
    r"|(?P<mark>\\(?:begin|end)\s*\{(?:aligned|align|split|gather|gathered|equation|eqnarray|array)\*?\}(?:\{[lcr]*\})?"
    r"|\$\$?|\\[\[\]()](?![A-Za-z])|\\notag|\\nonumber|\\(?:tag\*?|label)\s*\{[^{}\n]{0,40}\})"
)
_SHORTEST_REASON = 4
"""A function's name of at least so many letters at the end of a line is a reason ("because sigmoid"), no slip."""
_NUMBERED = re.compile(r"\s*(?:\(([0-9]{1,2})\)\s|([0-9]{1,2})[.)]\s|[①-⑳]|•\s)")
_TAIL = re.compile(r"[\s,，。.;；:：、]+\Z")
_OPERATOR_END = re.compile(r"(?:[-+*/=^·×÷−⊙＝＋－＊／]|\\(?:cdot|times|odot|div))\s*\Z")
_OPERATOR_START = re.compile(r"\s*&?\s*(?:[+*/·×÷⊙＋]|\\(?:cdot|times|odot|div)|[-−－])")
_SIGN_START = re.compile(r"\s*&?\s*[-+−－＋]")


def stretches(text: str, scope: Scope) -> list[tuple[int, str]]:
    r"""List the stretches of mathematics with their places, those that go on put together.

    >>> from symnn.language.scope import Scope
    >>> stretches("所以 y = 2x,\n so z = 3", Scope.of(["x", "y", "z"]))
    [(3, 'y = 2x'), (15, 'z = 3')]
    """
    pieces: list[tuple[int, str]] = []
    for start, end, breaks in _cut(text, scope):
        piece = text[start:end].replace("\n", " ")
        numbered = _NUMBERED.match(piece) if breaks else None
        if numbered is not None and _is_next(numbered, len(pieces)):
            piece = " " * numbered.end() + piece[numbered.end() :]
        blank = len(piece) - len(piece.lstrip())
        piece = _TAIL.sub("", piece[blank:])
        if piece:
            _add(pieces, start + blank, piece)
    return pieces


def _cut(text: str, scope: Scope) -> list[tuple[int, int, bool]]:
    """Cut a text where mathematics ends; each piece says whether it begins a line."""
    found: list[tuple[int, int, bool]] = []
    start, matrices, begins = 0, 0, True
    display = _Display(text)
    for cut in _CUT.finditer(text):
        kind, sign = cut.lastgroup, cut[0]
        matrices += (kind == "begin") - (kind == "end")
        if kind == "mark":
            display.past(sign)
        inside = matrices > 0 or (display.depth > 0 and sign.isspace())
        if (
            kind in {"begin", "end"}
            or inside
            or (kind in {"words", "remark"} and _are_names(sign, scope))
            or (kind == "comma" and _is_inside(text[start : cut.start()]))
            or (kind == "english" and not _is_word(cut["english"], scope, _rest(text, cut.end())))
        ):
            continue
        found.append((start, cut.start(), begins))
        start, begins = cut.end(), kind in {"line", "row"}
    return [*found, (start, len(text), begins)]


def _is_inside(text: str) -> bool:
    """Say whether a bracket is open at the end of a piece: ``sum(D, axis=0)`` goes on."""
    return sum(map(text.count, "([{（【")) > sum(map(text.count, ")]}）】"))


def _rest(text: str, place: int) -> str:
    """Give what follows on the same line."""
    return text[place:].partition("\n")[0]


class _Display:
    """Whether a place is inside displayed LaTeX, where a line break means nothing."""

    def __init__(self, text: str) -> None:
        self.depth = 0
        self.dollars = text.count("$") % 2 == 0
        self.open = False

    def past(self, mark: str) -> None:
        """Go past ``$``, a bracket or an environment."""
        if mark[0] == "$":
            self.open = self.dollars and not self.open
            self.depth += (1 if self.open else -1) * self.dollars
        elif mark.startswith((r"\begin", r"\[", r"\(")):
            self.depth += 1
        elif mark.startswith((r"\end", r"\]", r"\)")):
            self.depth -= 1


def _are_names(said: str, scope: Scope) -> bool:
    """Say whether all Chinese words of a stretch are names, and nothing is said of them: ``(输出 - 目标)``."""
    words = CHINESE_NAME.findall(said)
    return bool(words) and said[-1] not in "：:，,。" and all(word in scope.words for word in words)


def _is_word(word: str, scope: Scope, after: str) -> bool:
    """Say whether a word explains; a function's name does where nothing that it could be of follows it."""
    known = scope.table.get(word)
    if known is not None and known[0] in (NAME, OWN, CONSTANT):
        return False
    if known is not None and known[0] == FUNCTION:
        return len(word) >= _SHORTEST_REASON and not after.lstrip(" \t.,;。，；")[:1].strip()
    return word.lower() in ENGLISH


def _is_next(numbered: re.Match[str], count: int) -> bool:
    """Say whether a number at the start of a line counts the lines; else it belongs to the mathematics."""
    digits = numbered[1] or numbered[2]
    return digits is None or int(digits) == count + 1


def _add(pieces: list[tuple[int, str]], start: int, piece: str) -> None:
    """Add a piece, or put it to the one before if that goes on."""
    if pieces:
        before_start, before = pieces[-1]
        signed = _SIGN_START.match(piece) and "=" not in piece and "＝" not in piece
        goes_on = _OPERATOR_END.search(before) or (_OPERATOR_START.match(piece) and not _SIGN_START.match(piece))
        if goes_on or signed:
            gap = " " * (start - before_start - len(before))
            pieces[-1] = (before_start, before + gap + piece)
            return
    pieces.append((start, piece))
