r"""What a left side says beside its name: ``\log σ^2 = …`` gives σ, ``c += …`` a further value of c."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import Problem
from symnn.expressions.terms import difference
from symnn.expressions.tree import Call, Name, Number, Product, Quotient, Sum, Tree, children, with_parts
from symnn.language.names import taken_apart
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.networks.declarations import CutLine, EquationLine

__all__ = ["cut_left", "said_of", "single_valued"]

_OF_LOGARITHM = re.compile(
    r"(?:\\(?:log|ln)|(?:log|ln)(?=[\s(\\]|[^\x00-\x7f]))(?![A-Za-z])"
    r"\s*(?:\(\s*(?P<inside>[^()]+)\)|(?P<bare>[^\s()]+))\s*"
)
_SQUARED = re.compile(r"(?P<base>.+?)\s*\^\s*(?:2|\{\s*2\s*\})(?P<below>_.*)?|(?P<first>[^^]+)\^\s*\{?2\}?")
_STEP = re.compile(r"(?P<name>.*[^-+*/\s])\s*(?P<sign>[-+*/])")


def cut_left(part: CutLine) -> CutLine:
    r"""Take a logarithm, or the sign before ``=``, off a left side; ``said`` keeps what it says.

    >>> from symnn.documents.node import Source
    >>> from symnn.errors import Place
    >>> from symnn.networks.declarations import CutLine
    >>> line = CutLine(r"\log σ^2", "W x", Source("", Place("", 0), "block"), 0)
    >>> cut_left(line).left, cut_left(line).said, cut_left(replace(line, left="c +")).said
    ('σ', '2', '+')
    """
    step = _STEP.fullmatch(part.left)
    if step is not None and taken_apart(step["name"]) is not None:
        return replace(part, left=step["name"], said=step["sign"])
    found = _OF_LOGARITHM.fullmatch(part.left)
    if found is None:
        return part
    inside = (found["inside"] or found["bare"]).strip()
    squared = _SQUARED.fullmatch(inside)
    if squared is None:
        return replace(part, left=inside, said="1")
    return replace(part, left=(squared["base"] or squared["first"]) + (squared["below"] or ""), said="2")


def said_of(part: CutLine, right: Tree) -> Tree:
    r"""Give the value of the name on the left: ``\log σ^2 = a`` says that σ is exp(a/2), ``c += a`` that c is c + a."""
    if part.said.isdigit():
        power = int(part.said)
        return Call(named.EXP, (right if power == 1 else Quotient(right, Number(power), right.span),), 0, right.span)
    own = Name(part.left)
    match part.said:
        case "+":
            return Sum((own, *(right.terms if isinstance(right, Sum) else (right,))), right.span)
        case "-":
            return difference(own, right)
        case "*":
            return Product((own, right), right.span)
        case "/":
            return Quotient(own, right, right.span)
    return right


def single_valued(lines: tuple[EquationLine, ...], changed: frozenset[int]) -> tuple[EquationLine, ...] | Problem:
    r"""Give each value of a name that is ``changed`` a name of its own: the last keeps it, the others are c^(0), c^(1).

    Every line uses the value that its name has there, as a program does.
    """
    counts = Counter(line.left for line in lines if line.start in changed)
    begun: Counter[str] = Counter()
    done: list[EquationLine] = []
    for line in lines:
        right = _with_values(line.right, counts, begun)
        if line.left not in counts:
            done.append(replace(line, right=right))
            continue
        if line.start in changed and not begun[line.left]:
            return Problem("changed-before-defined", {"name": line.left}, place=line.at())
        done.append(replace(line, left=_value(line.left, begun[line.left], counts), right=right))
        begun[line.left] += 1
    return tuple(done)


def _with_values(tree: Tree, counts: Counter[str], begun: Counter[str]) -> Tree:
    if isinstance(tree, Name):
        known = tree.name in counts and begun[tree.name]
        return Name(_value(tree.name, begun[tree.name] - 1, counts), tree.span) if known else tree
    parts = children(tree)
    return with_parts(tree, tuple(_with_values(part, counts, begun) for part in parts)) if parts else tree


def _value(name: str, which: int, counts: Counter[str]) -> str:
    return name if which == counts[name] else f"{name}^({which})"
