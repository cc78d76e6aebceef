"""Documents beside what else makes them: LaTeX of a network with its picture, solutions of a whole class as PDF.

``python benchmarks/documents.py [students]``. Processor time, so that a busy machine matters less; medians of rounds.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from statistics import median
from time import process_time

from timing import shown

from symnn.derivation.deltas import deltas
from symnn.derivation.sweep import derive
from symnn.exercises.library import exercise
from symnn.expressions.tree import Derivative, Name
from symnn.handouts.document import Document
from symnn.handouts.exercise_sheet import ExerciseSheet, sheet_document
from symnn.handouts.pdf import pdf
from symnn.handouts.pictures.diagram import diagram
from symnn.handouts.pictures.tikz import tikz
from symnn.networks.catalogue import network
from symnn.notation.items import Aligned, Line, expression, one_piece
from symnn.notation.layout import symbols_of
from symnn.notation.tex import aligned

STUDENTS = 300
ROUNDS = 7
EXERCISE = "bp-2-2-1"
ONE_PROCESS = "import sys, typst; typst.compile(sys.stdin.buffer.read(), format='pdf')"
"""What a class costs without a process that stays: one like this for each student."""


def taken(action: Callable[[], object]) -> float:
    """Give the processor time of an action."""
    start = process_time()
    action()
    return process_time() - start


def ours() -> str:
    """Derive everything of 2-3-2-1 anew, and write all gradients, by its errors, and the picture."""
    graph = network("bp-2-3-2-1").graph
    symbols = symbols_of(graph)
    lines = tuple(
        Line(one_piece(Derivative(Name(one.of), Name(one.wrt))), (expression(one.formula),))
        for one in deltas(derive(graph))
    )
    return aligned(Aligned(lines), symbols) + tikz(diagram(graph), symbols)


def of_sympy() -> str:
    """Differentiate the expanded loss of 2-3-2-1 by its 14 weights, and write that; nothing is remembered."""
    import sympy
    from sympy.core.cache import clear_cache

    from symnn.derivation.by_sympy import expanded_sympy

    clear_cache()
    graph = network("bp-2-3-2-1").graph
    whole = expanded_sympy(graph, graph.definitions["E"])
    found = [sympy.diff(whole, sympy.Symbol(name, real=True)) for name in graph.parameters]
    return "\n".join(map(sympy.latex, found))


def sheet(student: int) -> bytes:
    """Make the solutions of one student's variant."""
    return pdf(solved(f"student {student}"), "zh")


def solved(student: str) -> Document:
    """Lay out the solutions of one student's variant, as ``symnn sheet --solution`` does."""
    return sheet_document((solutions(),), student, student, lambda _, part: f"{student} {part}")


@lru_cache(maxsize=1)
def solutions() -> ExerciseSheet:
    """Load the exercise once for all students, as the command does."""
    return ExerciseSheet(exercise(EXERCISE), solution=True)


def process() -> float:
    """Start a process that makes one PDF with typst; give its processor time."""
    from symnn.handouts.typst import typst

    page = typst(solved(""), "zh").encode()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", ONE_PROCESS], input=page, check=True, capture_output=True)  # noqa: S603 - ours
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main(students: int) -> None:
    """Print both ratios."""
    ours()
    of_sympy()
    pairs = [(taken(ours), taken(of_sympy)) for _ in range(ROUNDS)]
    written, theirs = (median(times) for times in zip(*pairs, strict=True))
    print(f"LaTeX of 2-3-2-1 with its picture: {shown(written)}; SymPy's diff and latex of its 14 gradients: ", end="")
    print(f"{shown(theirs)}; ratio {written / theirs:.3f}")
    sheet(-1)
    starts = [process() for _ in range(ROUNDS)]
    class_of = taken(lambda: [sheet(student) for student in range(students)])
    starts += [process() for _ in range(ROUNDS)]
    print(f"{students} solutions as PDF: {shown(class_of)}; one process with typst: {shown(median(starts))}; ", end="")
    print(f"ratio {class_of / median(starts):.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS)
