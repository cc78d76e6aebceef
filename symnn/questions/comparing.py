"""Rows of ``compare``: two expressions and what they are about in, one verdict out; thousands a second."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal

import msgspec
from msgspec import Struct

from symnn.derivation.output_error import with_output_error
from symnn.equality.judge import Judge
from symnn.equality.meaning import Domain, Interval
from symnn.equality.subject import Subject, function_of
from symnn.equality.tensor_judge import GridJudge
from symnn.errors import Fact, Problem, SymnnError
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Derivative, Name, Tree
from symnn.language.reading import Reading
from symnn.language.scope import Shape
from symnn.messages import Language, say
from symnn.networks.catalogue import network
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.ops.shapes import normal
from symnn.verdicts.verdict import Judgement

__all__ = ["Compared", "ComparedRow", "Comparer"]

MOST_KEPT = 512
"""Subjects and judges kept for rows to come."""


class ComparedRow(Struct, frozen=True):
    """One pair of expressions; without ``network`` and ``names`` nothing is declared."""

    a: str
    b: str
    id: Any = None
    network: str = ""
    domain: str | list[float | int | str] = "real"
    names: list[str] | dict[str, list[int] | str | int] | None = None
    functions: dict[str, str] = {}
    syntax: Literal["auto", "plain", "latex"] = "auto"


class Compared(Struct, frozen=True):
    """The verdict on a row: a judgement, or why one of the two could not be read."""

    id: Any
    judgement: Judgement = Judgement(None)
    problem: Problem | None = None
    side: Literal["a", "b", ""] = ""

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Give the row that ``compare --jsonl`` writes."""
        judgement, problem = self.judgement, self.problem
        row: dict[str, Any] = {"id": self.id, "equal": judgement.equal, "method": None}
        if problem is not None:
            row["problem"] = {
                "code": problem.code,
                "in": self.side,
                "span": list(problem.span) if problem.span else None,
                "facts": _plain(problem.facts),
                "message": say(problem.code, problem.facts, lang),
            }
            return row
        if judgement.equal is not None:
            row["method"] = judgement.method
        if judgement.findings:
            row["findings"] = [
                {
                    "code": finding.code,
                    "facts": _plain(finding.facts),
                    "span": list(finding.span) if finding.span else None,
                }
                for finding in judgement.findings
            ]
        if judgement.witness is not None:
            witness = judgement.witness
            row["witness"] = {"at": dict(witness.at), "yours": witness.yours, "expected": witness.expected}
        if judgement.equal is None and judgement.probably:
            row["probably"] = True
        return row


def _plain(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}


class _Prepared(Struct, frozen=True):
    """The judge of a reference, and the graph that has the derivatives in it."""

    judge: Judge | GridJudge
    graph: Graph


class _RefusedRowError(Exception):
    """A row that cannot be compared, with the reason."""

    def __init__(self, problem: Problem, side: Literal["a", "b", ""] = "") -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.side = side


class Comparer:
    """Compares rows; what rows share (network, names, reference) is prepared once.

    >>> Comparer().row(ComparedRow("2x", "x+x")).judgement.equal
    True
    """

    def __init__(self) -> None:
        self._subjects: dict[bytes, Subject] = {}
        self._judges: dict[tuple[int, str, str], _Prepared] = {}
        self._encode = msgspec.json.Encoder().encode

    def lines(self, lines: Iterable[bytes], lang: Language = "en") -> Iterator[dict[str, Any]]:
        """Compare a stream of JSON rows; a row that cannot be read gives a row with its problem."""
        decoder = msgspec.json.Decoder(ComparedRow)
        for count, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                row_or_problem = _second_reading(line, count, str(error))
                if isinstance(row_or_problem, Compared):
                    yield row_or_problem.to_dict(lang)
                    continue
                row = row_or_problem
            yield self.row(row).to_dict(lang)

    def asked(self, row: ComparedRow) -> Compared:
        """Compare one row, and let SymPy settle what is undecided, in a child process that is killed on time.

        The only verdict that depends on a clock: it is for a person who asks, never for marks.
        """
        compared = self.row(row)
        if compared.judgement.equal is not None or compared.problem is not None:
            return compared
        from symnn.equality.proofs import ask

        subject = self._subject(row)
        answer, reference = _read(subject, row.a, row.syntax, "a"), _read(subject, row.b, row.syntax, "b")
        (left, right), graph = subject.resolved(answer.tree, reference.tree)
        return Compared(row.id, ask(left, right, subject.meaning(graph)))

    def row(self, row: ComparedRow) -> Compared:
        """Compare one row."""
        try:
            subject = self._subject(row)
            answer = _read(subject, row.a, row.syntax, "a")
            prepared = self._prepared(subject, row)
            if isinstance(prepared.judge, Judge) or not prepared.graph.samples:  # which a bias beside a matrix may need
                judgement = prepared.judge.outright(answer.tree, row.a)
                if judgement is not None:
                    return Compared(row.id, judgement)
            (plain,), graph = _resolved(subject, answer.tree, "a", prepared.graph)
            if graph is prepared.graph and subject.suits(prepared.judge, plain):
                return Compared(row.id, prepared.judge.judge(plain, row.a))
            reference = _read(subject, row.b, row.syntax, "b")
            return Compared(row.id, subject.compare(answer.tree, reference.tree, row.a))
        except _RefusedRowError as refused:
            return Compared(row.id, problem=refused.problem, side=refused.side)
        except TooLarge:
            return Compared(row.id)
        except SymnnError as error:
            return Compared(row.id, problem=error.problems[0])

    def _prepared(self, subject: Subject, row: ComparedRow) -> _Prepared:
        """Prepare the judge of the row's reference, once for all rows that have it."""
        key = (id(subject), row.b, row.syntax)
        if key not in self._judges:
            if len(self._judges) >= MOST_KEPT:
                self._judges.clear()
            reference = _read(subject, row.b, row.syntax, "b").tree
            (plain,), graph = _resolved(subject, reference, "b")
            self._judges[key] = _Prepared(subject.judge(plain, graph), graph.with_entries)
        return self._judges[key]

    def _subject(self, row: ComparedRow) -> Subject:
        key = self._encode((row.network, row.names, row.functions, row.domain))
        if key not in self._subjects:
            if len(self._subjects) >= MOST_KEPT:
                self._subjects.clear()
                self._judges.clear()
            self._subjects[key] = _subject(row)
        return self._subjects[key]


def _resolved(
    subject: Subject, tree: Tree, side: Literal["a", "b"], graph: Graph | None = None
) -> tuple[tuple[Tree, ...], Graph]:
    """Carry out the derivatives of one side; a derivative that cannot be taken is a refusal of that side."""
    try:
        return subject.resolved(tree) if graph is None else subject.resolved(tree, graph=graph)
    except SymnnError as error:
        raise _RefusedRowError(error.problems[0], side) from None


def _second_reading(line: bytes, count: int, detail: str) -> ComparedRow | Compared:
    """Read a row that holds a lone surrogate, which only the slower reader lets through; else refuse it."""
    identity: Any = count
    try:
        loaded = json.loads(line)
        identity = loaded.get("id", count) if isinstance(loaded, dict) else count
        return msgspec.convert(loaded, ComparedRow)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return Compared(identity, problem=Problem("bad-row", {"line": count, "detail": detail[:200]}))


def _read(subject: Subject, text: str, syntax: str, side: Literal["a", "b"]) -> Reading:
    answer = subject.read(text, syntax=syntax)
    if isinstance(answer, Problem):
        raise _RefusedRowError(answer, side)
    if answer.left is not None and not isinstance(answer.left, Name | Derivative):
        raise _RefusedRowError(Problem("not-one-answer", {"found": "="}, answer.left.span), side)
    return answer


def _subject(row: ComparedRow) -> Subject:
    """Prepare what a row is about. Raises TargetError for an unknown network."""
    functions: dict[str, Function] = {}
    for name, formula in row.functions.items():
        function = function_of(name, formula)
        if isinstance(function, Problem):
            raise _RefusedRowError(function)
        functions[function.name] = function
    domain = _domain(row.domain)
    if row.names is not None:
        shapes = row.names if isinstance(row.names, dict) else dict.fromkeys(row.names, "")
        return Subject.of_names({name: _shape(shape) for name, shape in shapes.items()}, functions, domain)
    if row.network:
        return Subject.of_network(with_output_error(network(row.network).graph)[0], domain)
    return Subject.open(functions, domain)


def _shape(shape: list[int] | str | int) -> Shape:
    """Read a shape: ``[2, 2]``, ``2x2``, ``3``; nothing or 1 is a number."""
    if isinstance(shape, str):
        pieces = [piece.strip() for piece in shape.replace("×", "x").split("x")] if shape.strip() else []
        if not all(piece.isascii() and piece.isdigit() and len(piece) <= 4 for piece in pieces):  # noqa: PLR2004
            raise _RefusedRowError(Problem("not-a-shape", {"value": shape[:40]}))
        lengths = tuple(int(piece) for piece in pieces)
    else:
        lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return normal(lengths)


def _domain(given: str | list[float | int | str]) -> Domain:
    """Read a domain: ``real``, ``positive``, ``complex``, or the two ends of an interval."""
    if given in ("real", "positive", "complex"):
        return given  # type: ignore[return-value]
    if isinstance(given, list) and len(given) == 2:  # noqa: PLR2004 - an interval has two ends
        try:
            return Interval(Fraction(str(given[0])), Fraction(str(given[1])))
        except ValueError:
            pass
    choices = ("real", "positive", "complex", "[0, 1]")
    raise _RefusedRowError(Problem("not-one-of", {"value": str(given)[:40], "choices": choices, "nearest": ""}))
