"""Fuzzing of reading and judging, as a script: ``python tests/fuzz_reading.py [how many texts] [seed]``.

Texts are put together from fragments of the language at random, or are texts that people write (the tables of
notations, the hostile corpus) with pieces left out, doubled, exchanged or put in. ``fuzz_reading.py atheris …``
lets atheris choose them, guided by coverage; ``fuzz_reading.py pairs`` reads every two fragments side by side, in
frames, with the names of every scope. Whatever the text, reading gives a value or a refusal with a place
inside the text, and judging one of three verdicts, all within the bounds of time and memory; what was read is
written so that it reads back, plain and as LaTeX. A failure prints the text and ends the run.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scopes

from symnn.errors import Problem
from symnn.expressions.tree import Matrix, Number, Tree, bare, names, walk
from symnn.expressions.writing import plain
from symnn.language.lines import read_chain, read_lines
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope
from symnn.language.vocabulary import ARITIES
from symnn.messages import say
from symnn.networks.catalogue import network
from symnn.notation.tex import latex
from symnn.questions.comparing import ComparedRow, Comparer

NETWORKS = {"bp-2-2-1": "diff(E, w1)", "bp-2-3-2-1": "diff(E, w46)", "midges": "y", "rnn": "h_2"}
"""What is compared with, by network."""
SCOPES = {
    **{name: network(name).graph.scope for name in NETWORKS},
    **{name: scope for name, scope in vars(scopes).items() if isinstance(scope, Scope)},
}
COMPARER = Comparer()
SLOWEST_READING, SLOWEST_VERDICT = 0.05, 2.0
MOST_MEMORY = 64 * 1024
"""KiB above what the process held after the first texts."""
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
        "\x1f",
        "\x85",
        "\f",
        "答案",
        "或",
        "or",
        "and",
        "if",
        "lambda",
    ),
    *(
        "\\over ",
        "{+}",
        "{}",
        "\\mathrm ",
        "\\rm ",
        "\\text{d}",
        "\\nabla_{",
        "∂_{",
        "|_{",
        "^{(2)}",
        "x^2_1",
        "lnx",
        "sinx",
        "EXP(",
    ),
    *(
        "\\begin{aligned}",
        "\\end{aligned}",
        "\\boxed{",
        "\\operatorname{",
        "\\,",
        "\\left\\{",
        "\\right\\}",
        "\\tag{1}",
        "½",
        "2½",
    ),
    *(
        "1 000",
        "1 1/2",
        "1\\,000",
        "\ufeff",
        "\ufe0f",
        "➕",
        "≈",
        "三",
        "所以",
        "；",
        "。",
        "x²₁",
        "{\\cdot}",
        "\\abs{",
        "\\max\\{",
    ),
)

FRAMES = ("{}", "({})", "e^{}", "{}^(-x)", "x_{{{}}}", "sqrt({})", r"\sqrt[3]{}")
"""What pairs of fragments are put into."""


def look_at(text: str, name: str) -> bool:
    """Read and judge one text in every way, and see that nothing but values come out; say whether it was read."""
    scope = SCOPES[name]
    started = time.process_time()
    for read_several in (read_lines, read_chain):
        found = read_several(text, scope)
        if isinstance(found, Problem):
            _fits(found, text)
    reading = read(text, scope)
    took = time.process_time() - started
    assert took < 3 * SLOWEST_READING, took
    started = time.process_time()
    row = COMPARER.row(_row(text, name))
    took = time.process_time() - started
    assert took < SLOWEST_VERDICT, took
    if row.problem is not None:
        _fits(row.problem, text)
    if isinstance(reading, Problem):
        _fits(reading, text)
        return False
    _reads_back(reading, text, scope)
    return True


def _row(text: str, name: str) -> ComparedRow:
    """Compare a text with the answer of a network, or with the first name of a scope."""
    if name in NETWORKS:
        return ComparedRow(text, NETWORKS[name], network=name)
    scope = SCOPES[name]
    if scope.open or scope.indices:
        return ComparedRow(text, "x + 1")
    functions = {one: "1/(1 + exp(-t))" for one in scope.functions if one not in ARITIES}
    declared = {one: list(shape) for one, shape in scope.shapes.items()}
    return ComparedRow(text, next(iter(declared)), names=declared, functions=functions)


def _fits(problem: Problem, text: str) -> None:
    """See that a refusal has sentences in both languages and a place inside the text."""
    assert say(problem.code, problem.facts, "zh")
    assert say(problem.code, problem.facts, "en")
    if problem.span is not None:
        assert 0 <= problem.span.start <= problem.span.end <= len(text) + 1, problem.span


def _reads_back(reading: Reading, text: str, scope: Scope) -> None:
    """See that what was read is written so that it reads back to the same tree, and that all names are declared."""
    known = {name.split("[")[0] for name in (*scope.shapes, *names(reading.tree)[: 99 * scope.open])}
    assert {name.split("[")[0] for name in names(reading.tree)} <= known, reading.tree
    tree = bare(reading.tree)
    for written, syntax in ((plain(tree), "plain"), (latex(tree), "latex")):
        again = read(written, scope, syntax=syntax)
        if isinstance(again, Problem) and again.code == "too-large":
            continue
        assert isinstance(again, Reading), (text, written, again)
        assert bare(again.tree) == tree or (syntax == "latex" and (scope.open or _twofold(tree))), (text, written)


def _twofold(tree: Tree) -> bool:
    """Say whether LaTeX writes two trees alike: 1e-3 as a product, a matrix of one column as a vector."""
    return any(
        (isinstance(node, Number) and "e" in node.text.lower()) or (isinstance(node, Matrix) and len(node.rows[0]) == 1)
        for node in walk(tree)
    )


def _seeds() -> list[tuple[str, str]]:
    """List texts that people write, each with a scope: the notations and the short rows of the corpus."""
    from test_language_reading import NOTATIONS, REFUSED

    rows = (Path(__file__).parent / "tables" / "attack.jsonl").read_text("utf-8").splitlines()
    corpus = [("EVERYDAY", text) for row in map(json.loads, rows) if 0 < len(text := row.get("input", "")) < 200]
    written = [(name, text) for name, table in NOTATIONS.items() for text, _ in table]
    return [*corpus, *written, *((name, text) for name, texts in REFUSED.items() for text in texts)]


def _mutated(draw: random.Random, seeds: list[tuple[str, str]]) -> tuple[str, str]:
    """Change a text that people write in none to four places."""
    name, text = draw.choice(seeds)
    for _ in range(draw.randint(0, 4)):
        start = draw.randint(0, len(text))
        end = min(len(text), start + draw.randint(0, 4))
        other = draw.choice(
            (draw.choice(FRAGMENTS), "", text[start:end] * 2, text[end : end + 3], draw.choice(seeds)[1])
        )
        text = text[:start] + other + text[end:]
    return name, text[:400]


def main() -> None:
    """Look at so many texts (20 000 unless told)."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)  # noqa: S311 - a reproducible stream of texts
    seeds, understood, held = _seeds(), 0, 0
    for count in range(wanted):
        if draw.random() < 0.3:
            name, text = draw.choice(sorted(SCOPES)), "".join(draw.choices(FRAGMENTS, k=draw.randint(1, 30)))
        else:
            name, text = _mutated(draw, seeds)
        try:
            understood += look_at(text, name)
        except BaseException:
            print(f"after {count} texts, with the names of {name}: {text!r}", flush=True)  # noqa: T201 - a script tells
            raise
        if count == min(2_000, wanted - 1):
            held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
    assert more < MOST_MEMORY, more
    print(f"{wanted} texts, {understood} read, {more} KiB more held, nothing found")  # noqa: T201 - a script tells


def pairs() -> None:
    """Read all pairs of fragments in all frames."""
    count = 0
    for name, first, second, frame in product(sorted(SCOPES), FRAGMENTS, FRAGMENTS, FRAMES):
        text, count = frame.format(first + second), count + 1
        reading = read(text, SCOPES[name])
        try:
            if isinstance(reading, Problem):
                _fits(reading, text)
            else:
                _reads_back(reading, text, SCOPES[name])
        except BaseException:
            print(f"with the names of {name}: {text!r}", flush=True)  # noqa: T201 - a script tells
            raise
    print(f"{count} texts, nothing found")  # noqa: T201 - a script tells


def guided() -> None:
    """Let atheris choose the texts."""
    import atheris

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        name = sorted(SCOPES)[provider.ConsumeIntInRange(0, len(SCOPES) - 1)]
        look_at(provider.ConsumeUnicode(200), name)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    {"atheris": guided, "pairs": pairs}.get(sys.argv[1] if sys.argv[1:] else "", main)()
