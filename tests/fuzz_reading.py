"""Fuzzing of reading and judging, as a script: ``python tests/fuzz_reading.py [seconds]``.

With atheris installed, it is guided by coverage; without, texts are put together from fragments of the language
at random. Whatever the text, reading gives a value or a refusal with a place inside the text, and judging one of
three verdicts, both within the bounds of counted work. A failure prints the text and ends the run.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from symnn.errors import Problem
from symnn.grading.comparing import Comparer, Row
from symnn.language.lines import read_chain, read_lines
from symnn.language.reading import Reading
from symnn.language.tree import bare
from symnn.language.writing import plain
from symnn.messages import say
from symnn.networks.catalogue import network

GRAPHS = tuple(network(name).graph for name in ("bp-2-2-1", "bp-2-3-2-1", "midges"))
COMPARER = Comparer()
SLOWEST = 2.0
FRAGMENTS = (
    *"0123456789.+-*/^()[]{}|=,;:'\"_ \n\t&\\$%#!?<>~@",
    *"xyzwefgEsWUVabπησθωδ∂∇√²³¹₁₂−–×÷·（）＋－＊／＝，０１ｘ　⊙ᵀ½∞≤±→⇒",
    *("w_{46}", "w46", "x_1", "f_1", "f(a_3)", "f'(a1)", "w_{(x1)1}", "2*", "(y-z)", "y(1-y)", "1e", "e3", "e^", "1/2"),
    *("exp(", "log(", "sqrt(", "sin ", "cos^2 ", "max(0,", "abs(", "sigmoid(", "tanh(", "step(", "min(", "floor("),
    *(
        "\\frac{",
        "}{",
        "}",
        "\\left(",
        "\\right)",
        "\\partial ",
        "\\sqrt[",
        "\\cdot ",
        "\\begin{bmatrix}",
        "\\end{bmatrix}",
    ),
    *(
        "dE/dw1",
        "diff(E, w1)",
        "∂E/∂w_1",
        "\\frac{\\partial E}{\\partial w_1}",
        "df6/de",
        "f_6'(e)",
        "∇E",
        "^T",
        "^\\top",
    ),
    *(
        "9^9^9",
        "1e400",
        "(((",
        ")))",
        "\u200b",
        "\u202e",
        "\ud800",
        "х",
        "\x00",
        "答案",
        "或",
        "or",
        "and",
        "if",
        "lambda",
    ),
)


def look_at(text: str) -> None:
    """Read and judge one text in every way, and see that nothing but values come out."""
    for graph in GRAPHS:
        started = time.perf_counter()
        for read in (read_lines, read_chain):
            found = read(text, graph.scope)
            if isinstance(found, Problem):
                _fits(found, text)
        row = COMPARER.row(Row(text, "2*(y - z)*y*(1 - y)", names=list(graph.quantities), functions={}))
        if row.problem is not None:
            _fits(row.problem, text)
        took = time.perf_counter() - started
        assert took < SLOWEST, took
    _reads_back(text)


def _fits(problem: Problem, text: str) -> None:
    """See that a refusal has sentences in both languages and a place inside the text."""
    assert say(problem.code, problem.facts, "zh")
    assert say(problem.code, problem.facts, "en")
    if problem.span is not None:
        assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1, problem.span


def _reads_back(text: str) -> None:
    """See that what was read is written so that it reads back to the same tree."""
    from symnn.language.reading import read

    scope = GRAPHS[0].scope
    reading = read(text, scope)
    if isinstance(reading, Reading):
        written = plain(bare(reading.tree))
        again = read(written, scope)
        assert isinstance(again, Reading) or len(written) > 4096, (written, again)
        if isinstance(again, Reading):
            assert bare(again.tree) == bare(reading.tree), written


def main() -> None:
    """Run for some seconds (60 unless told)."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)  # noqa: S311 - a reproducible stream of texts
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        text = "".join(draw.choices(FRAGMENTS, k=draw.randint(1, 30)))
        try:
            look_at(text)
        except BaseException:
            print(f"after {count} texts: {text!r}")  # noqa: T201 - a script tells
            raise
        count += 1
    print(f"{count} texts, nothing found")  # noqa: T201 - a script tells


def guided() -> None:
    """Let atheris choose the texts."""
    import atheris

    def one(data: bytes) -> None:
        look_at(atheris.FuzzedDataProvider(data).ConsumeUnicode(200))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    guided() if sys.argv[1:2] == ["atheris"] else main()
