"""Comparing two expressions, and the exercises, as the public sees them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from symnn.api.networks import Network
from symnn.equality.meaning import Domain
from symnn.equality.subject import Subject
from symnn.errors import Problem
from symnn.exercises.exercise import Exercise
from symnn.expressions.tree import bare
from symnn.expressions.writing import plain
from symnn.messages import Language, language
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.verdicts.verdict import Finding, Read, Standing, Verdict

__all__ = ["check", "compare", "exercise"]


def compare(
    a: str,
    b: str,
    *,
    network: Network | None = None,
    names: Iterable[str] | None = None,
    domain: Domain = "real",
) -> Verdict:
    """Decide whether two expressions are equal: in a network's names, in declared names, or in any.

    The verdict is ``correct`` (equal), ``wrong``, ``undecided`` or ``unreadable``; it carries the reason.

    >>> compare("(x+1)^2", "x^2+2x+1").verdict, compare("x^2", "x^3").equal
    ('correct', False)
    """
    if network is not None:
        subject = Subject.of_network(network.model.graph, domain)
    elif names is not None:
        subject = Subject.of_names(dict.fromkeys(names, ()), {}, domain)
    else:
        subject = Subject.open({}, domain)
    return _verdict(subject, a, b)


def _verdict(subject: Subject, a: str, b: str) -> Verdict:
    answer, reference = subject.read(a), subject.read(b)
    if isinstance(answer, Problem):
        return Verdict("unreadable", findings=(Finding(answer.code, answer.facts, answer.span),))
    if isinstance(reference, Problem):
        return Verdict("unreadable", findings=(Finding(reference.code, reference.facts, reference.span),))
    judgement = subject.compare(answer.tree, reference.tree, a)
    read = Read(plain(bare(answer.tree)), latex(answer.tree, symbols_of(subject.graph)), answer.notes)
    standing: Standing = "undecided" if judgement.equal is None else "correct" if judgement.equal else "wrong"
    credit = Fraction(judgement.equal is True)
    return Verdict(standing, credit, Fraction(1), judgement.findings, judgement.method, judgement.witness, read)


def check(target: str, answer: Any, *, seed: str = "", lang: Language | None = None) -> None:
    """Demand that an answer to ``exercise/part`` is right: for the cells of nbgrader, otter and notebooks.

    The part is looked up in the shipped exercises, or in the file that stands before the last ``/``. Numbers,
    arrays and SymPy expressions are taken as they are written.
    Raises: AssertionError with what there is to say to an answer that does not earn all points.

    >>> check("bp-2-2-1/dw5", "2(y-z)y(1-y)f_1")
    >>> try:
    ...     check("neuron/sum", 3, lang="en")
    ... except AssertionError as error:
    ...     print(str(error).splitlines()[0])
    Not right.
    """
    from symnn.questions.telling import told

    source, _, name = target.rpartition("/")
    text = _written(answer)
    verdict = exercise(source).part(name).grade(text, seed=seed)
    if verdict.verdict != "correct":
        raise AssertionError("\n".join(told(verdict, text, lang or language(None, os.environ))))


def _written(answer: Any) -> str:
    """Write an answer as text: arrays as rows in brackets, everything else as Python does."""
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    return answer if isinstance(answer, str) else str(answer)


def exercise(source: str | Path) -> Exercise:
    """Give an exercise: by the id of a shipped one, or from a file."""
    from symnn.exercises.library import exercise as loaded

    return loaded(source)
