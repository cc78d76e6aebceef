"""What stands around an answer: the left side that the question itself writes, and the working before it.

``Δω_12 = -2η(…)``, ``w_1 := …``, ``8×(27+1) = 224``, ``y = f(a) ≈ 0.2831``: the last side counts, the sides
before it must be equal to it, and a left side that names what is asked says nothing.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.updates import RATE, updated_by
from symnn.equality.enclosing import Unknown
from symnn.equality.numbers import Tolerance, judge_number, number_window
from symnn.errors import Problem, Span
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Derivative, Matrix, Name, Number, Sum, Tree, bare, names, walk
from symnn.expressions.writing import plain
from symnn.language.characters import mend
from symnn.language.index_notation import in_conditions, without_indices
from symnn.language.limits import ANSWER
from symnn.language.reading import read
from symnn.language.vocabulary import GREEK
from symnn.networks.tree_shapes import Misfit
from symnn.questions.reference import Reference
from symnn.questions.remarks import without_words
from symnn.questions.standing import not_differentiated, value_of
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symnn.questions.question import Question

__all__ = ["Working", "lefts", "lefts_in", "plain_name", "working"]

_RELATION: Final = re.compile(
    r":=|＝|←|\\leftarrow(?![A-Za-z])|\\gets(?![A-Za-z])|\\coloneqq(?![A-Za-z])|≈|\\approx(?![A-Za-z])"
    r"|[-+]=|(?<![<>=!:+-])=(?![=>])|<-(?!-)"
)
_WHERE: Final = re.compile(r"(?<![A-Za-z.])(?:where|with)(?![A-Za-z(])|其中")
"""What follows defines names and is no side: where it cannot be read, nothing of it is the answer."""
_BRACKETS: Final = ("()", "[]", "{}", "（）", "【】")
_STEP: Final = frozenset({"-=", "+="})
_MATHEMATICS: Final = re.compile(r"\$([^$]{1,200})\$")
_SAYS_NOTHING: Final = re.compile(
    r"\\(?:left|right|mathrm|mathit|mathbf|text|operatorname|big|Big|,|;|!| )|[\s{}_$\\,]|\^(?=[*'∗+(n{])"
)
_ARGUMENT: Final = re.compile(
    r"((?<![A-Za-z])[A-Za-z]+(?:_(?:\{[^{}]{1,20}\}|[A-Za-z0-9]{1,20}))?(?:\^?\{?[*∗]\}?(?=\s*\([^()]*\)\s*=))?)\s*\(\s*([A-Za-z])\s*\)"
)
_IN_CODE: Final = re.compile(r"\s*d([A-Za-z]\w*)_d([A-Za-z]\w*)\s*")
"""A derivative as programs call it: ``dE_dw5``."""
_SHORT: Final = re.compile(r"\s*(?:(?:d|grad_?|∇_?)(?P<by>[^\W\d]\w*)|(?P<jacobian>J|\\(?:mathbf|mathrm)\{J\}))\s*")
_AFTER_THE_STEP: Final = ("", "new", "'", "+", "k+1", "(k+1)", "^k+1", "^t+1", "t+1", "(new)")
"""How the value after one step of gradient descent is marked: w_1^{new}, w_1', w_1^{(k+1)}."""

_OLD: Final = "(?:old|alt|旧)"
_SET_OLD: Final = rf"(?:\\(?:text|mathrm)\s*\{{\s*{_OLD}\s*\}}|\\rm\s+{_OLD}|\(?{_OLD}\)?)"
_BEFORE_THE_STEP: Final = re.compile(
    rf"[\^_](?:\{{\s*{_SET_OLD}\s*\}}|\({_OLD}\)|{_OLD}(?![A-Za-z0-9]))|(?<=\d),\s*{_SET_OLD}\s*\}}"
    r"|\^\{?\([ktn]\)\}?"
)
"""How the value before the step is marked: w_1^{old}, w_1^{(k)}."""

_HALF: Final = Fraction(1, 2)
_LONGEST: Final = 64
"""Sides after which nothing more is compared: a derivation is a part of its own kind."""


class Working(Struct, frozen=True):
    """An answer without what stands around it.

    ``answer`` has blanks in the place of what was taken off, so that every place in it is that of the text as
    submitted; ``sides`` are the sides before it, the first first, written in the same way.
    """

    answer: str
    sides: tuple[str, ...] = ()

    def judged(self, part: Question, verdict: Verdict, seed: str) -> Verdict:
        """Look whether the sides are equal one to the next; a wrong one costs half and is named."""
        found = _unequal(part, (*self.sides, self.answer), seed)
        if found is None or verdict.verdict == "unreadable":
            return verdict
        if verdict.verdict == "undecided":
            return verdict
        findings = (found, *verdict.findings)
        if not verdict.credit:
            return replace(verdict, findings=findings)
        return replace(verdict, verdict="partial", credit=min(verdict.credit, _HALF), findings=findings)


def working(part: Question, text: str, asked: frozenset[str]) -> Working:
    """Take off an answer the left side that was asked, and set apart the sides before the last.

    ``asked`` are the `lefts` of the part, which are the same for every answer.
    """
    if len(text) > ANSWER.characters or r"\begin" in text or _WHERE.search(text):
        return Working(text)
    text = _before_the_step(part, _without_arguments(part, without_words(part, text), asked))
    cuts = list(_relations(text))
    if not cuts or len(cuts) > _LONGEST:
        return Working(text)
    listed = _entries_by_name(part, text, cuts)
    if listed is not None:
        return Working(listed)
    ends = [*(start for start, _ in cuts), len(text)]
    starts = [0, *(end for _, end in cuts)]
    sides = [_alone(text, start, end) for start, end in zip(starts, ends, strict=True)]
    if text[slice(*cuts[0])] in _STEP:
        return Working(_stepped(part, text, cuts[0]))
    first, letters = without_indices(sides[0], part.scope)
    if letters and _is_asked(part, first, asked):
        return _last([_in_order(letters, side) for side in sides[1:]])
    if not _is_asked(part, sides[0], asked):
        if not _is_asked(part, sides[-1], asked):
            return Working(text) if len(sides) == 2 and _is_named(part, sides[0]) else _last(sides)  # noqa: PLR2004
        return _last(sides[:-1])
    return _last(sides[1:])


def _before_the_step(part: Question, text: str) -> str:
    """Take the mark off what an update begins with: ``w_1^{old}`` is w_1, as no other value of it is there."""
    name = updated(part)
    if name is None:
        return text
    for count in "tkn":  # w_t, before w_{t+1}
        if part.scope.find(f"{name}_{count}") is None:
            marked = re.compile(rf"(?<![A-Za-z_\\])({re.escape(name)})_(?:{count}(?![A-Za-z0-9_])|\{{\s*{count}\s*\}})")
            text = marked.sub(lambda found: found[1].ljust(len(found[0])), text)
    return _BEFORE_THE_STEP.sub(lambda found: ("}" if found[0][0] == "," else "").ljust(len(found[0])), text)


def _without_arguments(part: Question, text: str, asked: frozenset[str]) -> str:
    """Take the argument off ``p_data(x)`` where the part allows p_data and not x: a density is written with its place.

    Only where x stands nowhere else, so that no factor x is lost.
    """
    form = part.file.form
    if form is None or not form.only:
        return text
    allowed = {plain_name(name) for name in form.only} | asked
    found = [
        one for one in _ARGUMENT.finditer(text) if plain_name(one[1]) in allowed and plain_name(one[2]) not in allowed
    ]
    blanked = text
    for one in found:
        start, end = one.end(1), one.end()
        blanked = blanked[:start] + " " * (end - start) + blanked[end:]
    places = {one[2] for one in found}
    if len(places) != 1:
        return text
    elsewhere = re.search(rf"(?<![A-Za-z_]){places.pop()}(?![A-Za-z_0-9])", blanked)
    return blanked if elsewhere is None else text


def _entries_by_name(part: Question, text: str, cuts: list[tuple[int, int]]) -> str | None:
    """Take the names off ``h1 = 0.59, h2 = 0.16`` where the answer is the vector of h1 and h2, in this order."""
    answer = part.content.answer.written
    entries = [entry for row in answer.rows for entry in row] if isinstance(answer, Matrix) else []
    wanted = [plain_name(entry.name) for entry in entries if isinstance(entry, Name)]
    if len(wanted) != len(cuts) or len(wanted) != len(entries):
        return None
    blanked = text
    for name, (start, end) in zip(wanted, cuts, strict=True):
        first = max(text.rfind(sign, 0, start) for sign in ",;，；\n") + 1
        if plain_name(text[first:start]) != name:
            return None
        blanked = blanked[:first] + " " * (end - first) + blanked[end:]
    return blanked.replace("\n", " ")


def _last(sides: list[str]) -> Working:
    return Working(sides[-1], tuple(sides[:-1]))


def _relations(text: str) -> Iterator[tuple[int, int]]:
    """Find the relation signs outside brackets."""
    depth, seen = 0, 0
    conditions = in_conditions(text)
    for sign in _RELATION.finditer(text):
        start = sign.start()
        if start in conditions:
            continue
        for opening, closing in _BRACKETS:
            depth += text.count(opening, seen, start) - text.count(closing, seen, start)
        seen = start
        if depth <= 0:
            yield sign.span()


def _alone(text: str, start: int, end: int) -> str:
    """Put blanks in the place of everything but one side: its places stay what they were."""
    return " " * start + text[start:end]


def _in_order(letters: tuple[str, ...], side: str) -> str:
    """Keep the indices of ``∂E/∂W_{kj}`` before a side, the blanks of what was peeled off being there for them."""
    written = f"{''.join(letters)}="
    return written.ljust(len(side) - len(side.lstrip())) + side.lstrip()


def _stepped(part: Question, text: str, cut: tuple[int, int]) -> str:
    """Write ``w -= g`` as w - (g), where w is what the part updates."""
    start, end = cut
    stepped, _ = without_indices(text[:start], part.scope)
    if plain_name(stepped) != plain_name(updated(part) or "\0"):
        return text
    return f"{text[:start]}{text[start]}({text[end:]})"


def _is_named(part: Question, side: str) -> bool:
    """Say whether a side is only the name of something: then it is a left side, and not the asked one."""
    reading = read(side, part.scope)
    return isinstance(reading, Problem) or isinstance(reading.tree, Name | Derivative)


def _is_asked(part: Question, side: str, asked: frozenset[str]) -> bool:
    if not side.strip():
        return True
    if plain_name(side) in asked:
        return True
    reading = read(_IN_CODE.sub(r"d\1/d\2", side), part.scope)
    if isinstance(reading, Problem):
        return _is_short(part, side)
    tree = bare(reading.tree)
    if isinstance(tree, Derivative) and tree.wrt is None:  # ∇L, where by what is asked
        return any(isinstance(one, Derivative) and one.of == tree.of for one in part.content.asked)
    return tree in part.content.asked and isinstance(tree, Name | Derivative)


def _is_short(part: Question, side: str) -> bool:
    """Say whether a side is the asked derivative as it is called for short: ``dW``, ``grad_W``, J of a Jacobian."""
    found = _SHORT.fullmatch(side)
    if found is None:
        return False
    derivatives = [one for one in part.content.asked if isinstance(one, Derivative)]
    if found["jacobian"]:
        vectors = (one for one in derivatives if isinstance(one.of, Name) and part.graph.shapes.get(one.of.name))
        return any(True for _ in vectors)
    return any(one.wrt is not None and plain_name(found["by"]) == plain_name(plain(one.wrt)) for one in derivatives)


def lefts(part: Question) -> frozenset[str]:
    """Give the left sides that the question writes and no quantity is called by, folded; ``Δω12``, ``D*``.

    What is updated may stand on the left as it is called, and marked as new.
    """
    found = set()
    for ask in (part.file.ask.zh, part.file.ask.en):
        for left in lefts_in(ask):
            if isinstance(read(left, part.scope), Problem) and plain_name(left)[:1].isalpha():
                found.add(plain_name(left))
    after = updated(part)
    if after is not None:
        name = plain_name(after)
        found.update(name + mark for mark in _AFTER_THE_STEP)
        found.add("new" + name)
    return frozenset(found)


def lefts_in(ask: str) -> Iterator[str]:
    r"""List what stands in the formulas of a text, before a relation sign where there is one.

    >>> list(lefts_in(r"Find $\Delta w = -\eta g$ and $y$."))
    ['\\Delta w ', 'y']
    """
    yield from (_RELATION.split(formula)[0] for formula in _MATHEMATICS.findall(ask))


def updated(part: Question) -> str | None:
    """Name the parameter whose value after a step is asked: the first term of ``w1 - alpha*diff(E, w1)``."""
    answer = part.content.answer.written
    match answer:
        case Sum((Name(before), *_)) if RATE in names(answer):
            return before
    return updated_by(answer)


def plain_name(text: str) -> str:
    """Fold the ways of writing a name: Greek letters to signs; indices, braces and fonts go."""
    mended = mend(text)
    folded = text if isinstance(mended, Problem) else mended.text
    for word in sorted(GREEK, key=len, reverse=True):
        folded = folded.replace(f"\\{word}", GREEK[word])
        if folded.strip().startswith(word):
            folded = folded.replace(word, GREEK[word], 1)
    return _SAYS_NOTHING.sub("", folded.replace(r"\prime", "'").replace(r"\ast", "*")).removeprefix("^")


def _unequal(part: Question, sides: tuple[str, ...], seed: str) -> Finding | None:
    """Find the first side that is not what the one before it is."""
    read_sides = [read(side, part.scope) for side in sides]
    for left, right in pairwise(read_sides):
        if isinstance(left, Problem) or isinstance(right, Problem):
            continue
        if any(not_differentiated(part, side.tree) for side in (left, right)):
            continue
        if _differ(part, left.tree, right.tree, seed):
            facts = {"left": plain(bare(left.tree)), "right": plain(bare(right.tree))}
            return codes.NOT_EQUAL(facts, _place(right.tree))
    return None


def _place(tree: Tree) -> Span | None:
    return tree.span


def _differ(part: Question, left: Tree, right: Tree, seed: str) -> bool:
    if part.file.kind == "number":
        return _numbers_differ(part, left, right, seed)
    if part.file.tolerance is not None:  # rounded entries beside exact ones: only the last side is judged
        return False
    try:
        judge, value = Reference(value_of(part, left), part.meaning), value_of(part, right)
    except Misfit:  # what could be added in two ways is told of the last side alone
        return False
    return judge.judge(value, plain(right), explain=False).equal is False


def _numbers_differ(part: Question, left: Tree, right: Tree, seed: str) -> bool:
    """Compare as far as the right side's decimals go: 0.28 for 0.2831 is rounded, or cut, and no mistake."""
    if any(isinstance(node, Name) for node in walk(right)):
        return False
    tolerance = Tolerance(abs=_unit(right)) if _unit(right) else Tolerance(rel=Fraction(1, 10**9))
    try:
        window = number_window(left, part.meaning, part.numbers(seed), tolerance)
    except Unknown:
        return False
    return judge_number(right, window, part.meaning).equal is False


def _unit(tree: Tree) -> Fraction:
    """Give the last decimal place of a decimal; 0 for what is exact."""
    number = unsigned(tree)
    if not isinstance(number, Number) or "." not in number.text:
        return Fraction(0)
    mantissa, _, exponent = number.text.lower().partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
