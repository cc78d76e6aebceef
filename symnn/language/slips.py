"""What people write that is not quite a name in scope: slips mended with a note, and unknown names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from symnn.errors import Problem, Span
from symnn.language.advice import COMMANDS, is_english
from symnn.language.glued import is_short
from symnn.language.names import taken_apart
from symnn.language.refusal import Refused
from symnn.language.signs import BLANK, BRACE, CARET, CONSTANT, FUNCTION, NAME, NUMBER, OPEN
from symnn.language.vocabulary import FOLDED, FONTS, GREEK
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling

__all__ = [
    "RATES",
    "dependence",
    "euler",
    "iterate",
    "left_side",
    "nearest_name",
    "other_rate",
    "recased",
    "sample_count",
    "unit_step",
    "unknown",
]

_LONGEST_WORD = 60
_MOST_NEAR = 8
_FONT = re.compile(rf"^\\(?:{FONTS})\s*\{{\s*([A-Za-z][A-Za-z0-9]*)\s*\}}")
_ATTRIBUTE = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]{0,20})")
_BAR = re.compile(r"\| ?_")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_ENVIRONMENTS = frozenset({r"\begin", r"\end"})
_SHORTEST_ALIKE = 4
_ALIKE = (("w", "omega"), ("ω", "w"), (r"\omega", "w"), ("omega", "w"), ("v", "nu"), ("ν", "v"), (r"\nu", "v"))
"""Letters that stand for each other on the lecture's slides."""

_COUNTS = frozenset({"m", "n", "N"})
"""What lectures call the number of samples."""
RATES: Final = ("eta", "alpha", "lr", "learning_rate", "learningrate")
"""What the learning rate is called."""
_STEPS = frozenset({"H", "θ", "theta", r"\theta", "Θ", "Theta", r"\Theta"})
"""What the unit step is called."""
_CLOSED = (")", "^k)", "^{k})", "^(k))", "^{(k)})")
_RAISING = ((CARET,), (CARET, BRACE), (CARET, OPEN), (CARET, BRACE, OPEN))
_LONGEST_RAISED = 8


def dependence(settling: Settling, word: str) -> bool:
    """Read ``y(w)``, y as a function of all the weights (or of ``w^k``), as the quantity y."""
    rest = settling.squeezed(settling.at + 1, _LONGEST_RAISED)
    if not rest.startswith(_CLOSED) or unwrapped(word) not in settling.scope.stems:
        return False
    if settling.kinds_before(2) != [NAME, OPEN]:
        return False
    depth, last = 1, settling.at
    while depth:
        last += 1
        depth += {"(": 1, ")": -1}.get(settling.words[last], 0)
    _drop(settling, 1, last, settling.done.entries[-2][1])
    return True


def iterate(settling: Settling, word: str) -> bool:
    """Read ``w_5^k`` as w_5, and ``w_5^{k+1}`` before the equals sign as the weight after the update.

    Only where a learning rate is in scope: elsewhere k is an unknown exponent.
    """
    if not settling.declared("eta"):
        return False
    kinds = settling.kinds_before(4)
    opening = next((way for way in _RAISING if tuple(kinds[-len(way) - 1 :]) == (NAME, *way)), None)
    if word != "k" or opening is None or settling.scope.open or not _indexed(settling, len(opening)):
        return False
    back = len(opening)
    name = settling.done.entries[-back - 1][1]
    closing = "".join(entry[1] for entry in reversed(settling.done.entries[len(settling.done.entries) - back + 1 :]))
    rest = settling.squeezed(settling.at + 1, _LONGEST_RAISED)
    step = "+1" if rest.startswith("+1") else ""
    after = rest.removeprefix(step)
    if not after.startswith(closing) or (step and not after.removeprefix(closing).startswith("=")):
        return False
    last = settling.at
    while settling.squeezed(settling.at + 1, last - settling.at) != step + closing:
        last += 1
    _drop(settling, back, last, f"{name}^(k+1)" if step else name)
    return True


def _indexed(settling: Settling, back: int) -> bool:
    """Say whether the name before a superscript has an index, as weights have."""
    return any(sign.isdigit() for sign in settling.done.entries[-back - 1][1])


def _drop(settling: Settling, back: int, last: int, name: str) -> None:
    """Take ``back`` tokens before and the words up to ``last`` as part of the name before, with a note."""
    done = settling.done
    for column in (done.entries, done.starts, done.ends):
        del column[-back:]
    start, end = done.starts[-1], settling.places[last] + len(settling.words[last])
    done.entries[-1] = (NAME, name)
    done.ends[-1] = end
    done.notes.append(Problem("chosen", {"what": settling.text[start:end], "read": name}, Span(start, end)))
    settling.at = last + 1


def left_side(settling: Settling, word: str) -> bool:
    """Take an unknown name alone before an equals sign: the caller says whether it was asked for."""
    if settling.scope.open or any(entry[0] != BLANK for entry in settling.done.entries):
        return False
    last, name = settling.at, word
    if word in {"Δ", "Delta", r"\Delta"} and taken_apart(settling.following(last + 1)):
        last += 1 if settling.word_after(last + 1).strip() else 2
        name = "Delta" + settling.words[last]
    spelling = taken_apart(name)
    if settling.following(last + 1) != "=" or spelling is None or is_short(settling, word):
        return False
    length = settling.places[last] + len(settling.words[last]) - settling.places[settling.at]
    settling.give((NAME, spelling.canonical), length, last + 1 - settling.at)
    return True


def sample_count(settling: Settling, word: str) -> bool:
    """Read m, n or N as the number of samples of a batch, where no quantity is called so."""
    if word not in _COUNTS or not settling.scope.samples or settling.scope.open:
        return False
    settling.note("chosen", len(word), what=word, read=str(settling.scope.samples))
    settling.give((NUMBER, str(settling.scope.samples)), len(word))
    return True


def other_rate(settling: Settling, word: str) -> bool:
    """Read α or lr as the learning rate, where the question has one by another name and nothing is called so."""
    spelling = taken_apart(word)
    if spelling is None or spelling.canonical not in RATES or settling.scope.open:
        return False
    meant = [name for name in RATES if name in settling.scope.shapes]
    if len(meant) != 1:
        return False
    settling.note("chosen", len(word), what=word, read=meant[0])
    settling.give((NAME, meant[0]), len(word))
    return True


def unit_step(settling: Settling, word: str) -> bool:
    r"""Read ``H(x)`` and ``\theta(x)`` as Heaviside's step where nothing is called so."""
    if word not in _STEPS or settling.following(settling.at + 1) not in {"(", r"\left"} or settling.scope.open:
        return False
    settling.note("chosen", len(word), what=word, read=named.STEP)
    settling.give((FUNCTION, named.STEP), len(word))
    return True


def euler(settling: Settling, word: str) -> bool:
    """Read ``E^x`` as exp(x) where no E is declared, with a note."""
    if word != "E" or settling.following(settling.at + 1) not in {"^", "**"}:
        return False
    settling.note("mended", 1, what="E", read="e")
    settling.give((CONSTANT, "e"), 1)
    return True


def recased(settling: Settling, word: str) -> bool:
    """Mend ``F1`` to ``f1``, ``w_12`` to ``ω_12`` and ``EXP(x)`` to ``exp(x)`` if no other name can be meant."""
    called = settling.following(settling.at + 1) == "(" and len(word) > 1
    value = FOLDED.get(word.lower(), "") if called else ""
    if value:
        settling.note("mended", len(word), what=word, read=value)
        settling.give((FUNCTION, value), len(word))
        return True
    if not any(sign.isdigit() for sign in word) or settling.scope.open:
        return False
    alike = [other + word[len(one) :] for one, other in _ALIKE if word.startswith(one)]
    twins = {
        known
        for twin in (word.lower(), word.upper(), word.capitalize(), *alike)
        if (known := settling.scope.find(twin)) is not None and known[0] == NAME
    }
    if len(twins) != 1:
        return False
    known = twins.pop()
    settling.note("mended", len(word), what=word, read=known[1])
    settling.give(known, len(word))
    return True


def unknown(settling: Settling, word: str) -> NoReturn:
    """Refuse a word that means nothing here, with the name that looks most like it."""
    size = min(len(settling.words[settling.at]), 2 * _LONGEST_WORD)
    named = _COMMAND.match(word)
    word = unwrapped(word)
    bar = _BAR.search(settling.text)
    if bar is not None:
        facts = {"name": "|_", "nearest": "", "advice": "bar"}
        raise Refused(Problem("command", facts, Span(bar.start(), bar.end())))
    if named is not None and word.startswith("\\") and named[0].removeprefix("\\").removeprefix("var") not in GREEK:
        _unknown_command(settling, named[0] if named[0] not in _ENVIRONMENTS else word[:_LONGEST_WORD])
    attribute = _ATTRIBUTE.match(settling.text, settling.places[settling.at] + len(word))
    if attribute is not None and attribute[1] in settling.scope.functions:
        settling.refuse("unknown-name", len(word) + len(attribute[0]), name=word + attribute[0], nearest=attribute[1])
    if is_english(word):
        settling.refuse("words", size, found=word)
    settling.refuse("unknown-name", size, name=word[:_LONGEST_WORD], nearest=nearest_name(word, settling.scope))


def _unknown_command(settling: Settling, name: str) -> NoReturn:
    """Refuse a command, with what to write instead: advice where we know it, else the command that looks alike."""
    from difflib import get_close_matches

    advice = COMMANDS.get(name, "cases" if "cases" in name else "")
    table = settling.scope.table
    known = sorted(sign for sign, entry in table.items() if sign.startswith("\\") and entry[0] != BLANK)
    if advice or name in table or len(name) < _SHORTEST_ALIKE:
        known = []
    nearest_one = next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), "")
    settling.refuse("command", len(name), name=name, nearest=nearest_one, advice=advice)


def unwrapped(word: str) -> str:
    r"""Take the font off a name: ``\mathbf{w}_1`` is ``w_1``.

    >>> unwrapped(r"\mathbf{w}_1")
    'w_1'
    """
    return _FONT.sub(r"\1", word)


def nearest_name(word: str, scope: Scope) -> str:
    """Give the name in scope that looks most like a word; empty if none does.

    Of equally near ones the first counts; an index that does not exist is near to the next one that does.

    >>> from symnn.language.scope import Scope
    >>> pairs = (("x", ["x1", "x2"]), ("w7", ["w1", "w6"]), ("delta", ["eta"]))
    >>> tuple(nearest_name(word, Scope.of(known)) for word, known in pairs)
    ('x1', 'w6', '')
    """
    from difflib import get_close_matches

    if len(word) > _LONGEST_WORD:
        return ""
    names = sorted({*scope.shapes, *scope.functions})
    bare = word.replace("_", "").replace("{", "").replace("}", "").lstrip("\\")
    folded = [name for name in names if name.casefold() == bare.casefold()]
    close = [] if bare.rstrip("0123456789") in GREEK else get_close_matches(bare, names, n=_MOST_NEAR, cutoff=0.6)
    first = [name for name in sorted(close) if _likeness(bare, name) == _likeness(bare, close[0])]
    return next(iter((*folded, *first)), "") or _family(bare, names)


def _likeness(word: str, name: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, name).ratio()


def _family(word: str, names: list[str]) -> str:
    """Give the name that differs from a word in its number only, by as little as may be."""
    stem = word.rstrip("0123456789")
    number = int(word[len(stem) :] or 0)
    family = [name for name in names if stem and name.startswith(stem) and name[len(stem) :].isdecimal()]
    return min(family, key=lambda name: abs(int(name[len(stem) :]) - number), default="")
