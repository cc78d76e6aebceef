"""Verdicts of a part, made in one place: what was read, the points, and what is said."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from symnn.errors import NO_FACTS
from symnn.expressions.tree import Call
from symnn.expressions.writing import plain
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Later, Method, Read, Standing, Verdict, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from symnn.documents.kinds import Bilingual
    from symnn.errors import Fact, Problem
    from symnn.expressions.tree import Tree
    from symnn.questions.fields import Accept
    from symnn.questions.question import Question

__all__ = [
    "accepted",
    "all_wrong",
    "beside_feedback",
    "convention_of",
    "correct",
    "earned",
    "noted",
    "said_by_author",
    "shown_reading",
    "undecided",
    "unreadable",
    "wrong",
]

FULL = Fraction(1)

_OF_ALL_ENTRIES: Final = frozenset(
    kind.code for kind in (codes.TRANSPOSED, codes.ORDER, codes.FLIPPED_KERNEL, codes.POOLING_KIND)
)
"""Mistakes that exchange all entries of a matrix: an entry that stays right is right by symmetry alone."""


def said_by_author(identifier: str, say: Bilingual) -> Finding:
    """Make the finding of an author's feedback: its id and sentence in both languages."""
    return codes.FEEDBACK({"id": identifier, "zh": say.zh, "en": say.en})


def earned(share: Fraction, reasons: Iterable[Finding]) -> Fraction:
    """Give what right entries earn: nothing where the named mistake exchanged them all, and they are right by chance.

    >>> earned(Fraction(1, 2), [codes.TRANSPOSED()]), earned(Fraction(1, 2), [codes.ENTRIES()])
    (Fraction(0, 1), Fraction(1, 2))
    """
    return Fraction(0) if any(reason.code in _OF_ALL_ENTRIES for reason in reasons) else share


def beside_feedback(author: Finding, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Say what the engine found beside an author's sentence, where it has a place in the answer.

    If the author names all of it already, only the place is added; of several mistakes that have no place all together
    no part is told, which would explain another answer.

    >>> from symnn.documents.kinds import Bilingual
    >>> from symnn.errors import Span
    >>> author = said_by_author("w5-for-f1", Bilingual("是 $f_1$，不是 $w_5$。", "It is $f_1$, not $w_5$."))
    >>> placed = Finding("wrong-quantity", {"wrote": "w5", "meant": "f1"}, Span(9, 11))
    >>> [(found.code, found.span) for found in beside_feedback(author, [placed])]
    [('feedback', Span(start=9, end=11))]
    >>> [found.code for found in beside_feedback(author, [Finding("sign", span=Span(3, 9)), Finding("missing-term")])]
    ['feedback']
    """
    reasons = tuple(found)
    placed = [finding for finding in reasons if finding.span is not None]
    placed = placed if len(placed) == len(reasons) else []
    texts = [_folded(str(author.facts[lang])) for lang in ("zh", "en")]
    if len(placed) == 1 and all(_folded(str(fact)) in text for fact in placed[0].facts.values() for text in texts):
        return (Finding(author.code, author.facts, placed[0].span),)
    return (author, *placed)


def _folded(text: str) -> str:
    return "".join(sign for sign in text if sign not in "_{}$\\ *")


def all_wrong(finding: Finding, count: int) -> Finding:
    """Say of wrong entries if they are all there are.

    >>> all_wrong(Finding("entries", {"which": ("1", "2")}), 2).facts["how"]
    'all'
    """
    which = finding.facts.get("which")
    if finding.code != "entries" or not isinstance(which, tuple) or len(which) != count or count == 1:
        return finding
    return Finding(finding.code, {**finding.facts, "how": "all"}, finding.span)


def noted(note: Bilingual | None) -> tuple[Finding, ...]:
    """Make the finding of an author's note on an accepted answer."""
    return (codes.NOTE({"zh": note.zh, "en": note.en}),) if note else ()


def convention_of(accept: Accept) -> tuple[Finding, ...]:
    """Make the finding that names the convention of an accepted answer."""
    return (codes.CONVENTION({"which": accept.convention}),) if accept.convention else ()


def shown_reading(part: Question, tree: Tree, notes: Iterable[Problem] = ()) -> Read:
    """Show what was read: as text and as LaTeX, written from the tree, never from what was typed."""

    def written() -> str:
        from symnn.notation.layout import symbols_of
        from symnn.notation.tex import latex

        return latex(tree, symbols_of(part.graph))

    return Read(plain(tree), Later(written), tuple(notes))


def unreadable(part: Question, problem: Problem, read: Read | None = None) -> Verdict:
    """Say that an answer cannot be read, and where it stops making sense."""
    finding = Finding(problem.code, {**problem.facts, **_derivative_meant(part, problem)}, problem.span)
    return Verdict("unreadable", max=part.file.points, findings=(finding,), read=read or Read())


def _derivative_meant(part: Question, problem: Problem) -> Mapping[str, Fact]:
    """Say of ``f1'``, where f1 = f(a1) is a unit and no function, that it is written ``f'(a1)``."""
    name = str(problem.facts.get("name", ""))
    unit = part.graph.named(name.rstrip("'")) if problem.code == "unknown-name" and name.endswith("'") else None
    value = part.graph.definitions.get(unit or "")
    if isinstance(value, Call) and value.function in part.graph.functions and not value.order:
        derivative = plain(Call(value.function, value.arguments, name.count("'")))
        return {"nearest": "", "unit": name.rstrip("'"), "derivative": derivative}
    return NO_FACTS


def correct(part: Question, read: Read, method: Method | None, findings: tuple[Finding, ...] = ()) -> Verdict:
    """Say that an answer is right."""
    return Verdict("correct", FULL, part.file.points, findings, method, None, read)


def accepted(
    part: Question, read: Read, credit: Fraction, findings: tuple[Finding, ...], method: Method | None = "author"
) -> Verdict:
    """Say what an answer is worth: all, a part, or nothing."""
    standing: Standing = "correct" if credit == FULL else "partial" if credit else "wrong"
    return Verdict(standing, credit, part.file.points, findings, method, None, read)


def wrong(
    part: Question,
    read: Read,
    findings: tuple[Finding, ...] = (),
    method: Method | None = None,
    witness: Witness | None = None,
) -> Verdict:
    """Say that an answer is wrong, and why."""
    return Verdict("wrong", Fraction(0), part.file.points, findings, method, witness, read)


def undecided(part: Question, read: Read, *, probably: bool = False) -> Verdict:
    """Say that a person must look."""
    findings = (codes.PROBABLY_EQUAL(),) if probably else ()
    return Verdict("undecided", max=part.file.points, findings=findings, read=read)
