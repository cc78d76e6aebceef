"""Verdicts a second: symnn's ``compare`` beside Math-Verify and SymPy's ``equals`` in one run, reading included.

Answers are right and wrong variants of ∂E/∂w1 of the 2-2-1 network; each peer reads and compares the same pairs,
SymPy and Math-Verify without knowing what the named results mean. Every round has other texts of the same answers
(blanks between the factors), so that nothing can be remembered; the ratio is to Python's own reading, ``ast.parse``, of
as many texts of the key in the same rounds.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from itertools import count, cycle, product
from operator import add
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from timing import medians, shown

from symnn.questions.comparing import ComparedRow, Comparer

KEY = "2*(y - z)*y*(1 - y)*w5*f1*(1 - f1)*x1"
LATEX_KEY = r"2\left(y-z\right)y\left(1-y\right)w_5f_1\left(1-f_1\right)x_1"
ERRORS = ("2*(y-z)", "(y-z)*2", "-2*(z-y)", "(2*y-2*z)")
OUTER = ("y*(1-y)", "(y-y^2)", "(1-y)*y")
INNER = ("f1*(1-f1)", "(f1-f1^2)", "(1-f1)*f1")
RIGHT = tuple(f"{e}*{o}*w5*{i}*x1" for e, o, i in product(ERRORS, OUTER, INNER))
SLIPS = (("w5", "w6"), ("x1", "x2"), ("*w5", ""), ("1-f1", "1+f1"))
WRONG = tuple(text.replace(old, new) for text in RIGHT for old, new in SLIPS if old in text)
LATEX_RIGHT = tuple(
    f"{e}{o}w_5{i}x_1"
    for e, o, i in product(
        (r"2\left(y-z\right)", r"-2(z-y)", r"\left(2y-2z\right)"),
        (r"y\left(1-y\right)", r"\left(y-y^2\right)"),
        (r"f_1\left(1-f_1\right)", r"\left(f_1-f_1^{2}\right)"),
    )
)


PRIMES = tuple(text.replace("y*(1-y)", "f'(a_3)").replace("f1*(1-f1)", "f'(a_1)") for text in RIGHT)
SPELLED_OUT = tuple(
    text.replace("y*(1-y)", "exp(-a3)/(1+exp(-a3))^2").replace("f1*(1-f1)", "exp(-a1)/(1+exp(-a1))^2")
    for text in RIGHT
    if "y*(1-y)" in text and "f1*(1-f1)" in text
)
ROOTS = tuple(text.replace("x1", "sqrt(x1^2)*sign(x1)").replace("w5", "sqrt(w5)^2") for text in RIGHT[:6])


LAYERS = "one-hidden-layer-matrix"
MATRIX_KEY = "diff(E, W_2)"
MATRIX_RIGHT = ("(2*(y-z) ⊙ f'(a_2))*h^T", "(2*(y-z) ⊙ y ⊙ (1-y))*h^T", "2*((y-z) ⊙ f'(a_2))*h^T")
MATRIX_WRONG = ("(2*(y-z) ⊙ (1-y))*h^T", "(2*(y-z) ⊙ y)*h^T", "-2*((y-z) ⊙ f'(a_2))*h^T")


def other_texts(answers: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the same answers round after round, never in the same words."""
    for round_ in count(1):
        blanks = [" " * (1 + (round_ >> bit & 1)) for bit in range(12)]
        yield tuple(
            "".join(map(add, text.split("*"), cycle(f"{blank}*" for blank in blanks)))[:-1].rstrip() for text in answers
        )


def ours(answers: tuple[str, ...], key: str, *, equal: bool, network: str = "bp-2-2-1") -> Callable[[], object]:
    """Read and compare every answer; all verdicts are checked once to be right."""
    comparer = Comparer()
    rows = [ComparedRow(answer, key, network=network) for answer in answers]
    assert all(comparer.row(row).judgement.equal is equal for row in rows)
    texts = other_texts(answers)
    return lambda: [comparer.row(ComparedRow(text, key, network=network)) for text in next(texts)]


def python() -> Callable[[], object]:
    """Read the key with Python's own reader, each time with other blanks."""
    texts = other_texts((KEY,) * len(RIGHT))
    return lambda: [ast.parse(text) for text in next(texts)]


def math_verify() -> Callable[[], object] | None:
    """Read and compare the LaTeX answers with Math-Verify."""
    try:
        from math_verify import parse, verify
    except ImportError:
        return None
    gold = parse(f"${LATEX_KEY}$")
    return lambda: [verify(gold, parse(f"${answer}$")) for answer in LATEX_RIGHT]


def sympy_equals(answers: tuple[str, ...]) -> Callable[[], object]:
    """Read and compare answers with SymPy (its reader executes its input; these are ours)."""
    from sympy import sympify

    gold = sympify(KEY)
    return lambda: [sympify(answer.replace("^", "**")).equals(gold) for answer in answers]


def main() -> None:
    """Print the table: medians of one verdict, and how many a second that is."""
    fast = {
        "symnn, right": (ours(RIGHT, KEY, equal=True), len(RIGHT)),
        "symnn, wrong, with a witness": (ours(WRONG, KEY, equal=False), len(WRONG)),
        "symnn, right, LaTeX": (ours(LATEX_RIGHT, LATEX_KEY, equal=True), len(LATEX_RIGHT)),
        "symnn, f'(a_3)": (ours(PRIMES, KEY, equal=True), len(PRIMES)),
        "symnn, exponentials spelled out": (ours(SPELLED_OUT, KEY, equal=True), len(SPELLED_OUT)),
        "symnn, square roots": (ours(ROOTS, KEY, equal=True), len(ROOTS)),
        "symnn, matrix, right": (ours(MATRIX_RIGHT, MATRIX_KEY, equal=True, network=LAYERS), len(MATRIX_RIGHT)),
        "symnn, matrix, wrong": (ours(MATRIX_WRONG, MATRIX_KEY, equal=False, network=LAYERS), len(MATRIX_WRONG)),
        "Python, ast.parse": (python(), len(RIGHT)),
    }
    slow = {
        "SymPy equals, right": (sympy_equals(RIGHT[:6]), 6),
        "SymPy equals, wrong": (sympy_equals(WRONG[:6]), 6),
    }
    peer = math_verify()
    if peer is not None:
        slow["Math-Verify, right, LaTeX"] = (peer, len(LATEX_RIGHT))
    else:
        print("Math-Verify is not installed: pip install math-verify[antlr4_13_2]")
    times = medians({name: action for name, (action, _) in fast.items()}, repeat=3)
    times |= medians({name: action for name, (action, _) in slow.items()}, repeat=1, rounds=3)
    counts = {name: count for name, (_, count) in (fast | slow).items()}
    parsed = times["Python, ast.parse"] / counts["Python, ast.parse"]
    for name, seconds in times.items():
        one = seconds / counts[name]
        print(f"{name:32} {shown(one):>10} a verdict {1 / one:>10.0f} a second {one / parsed:>8.1f} x ast.parse")


if __name__ == "__main__":
    main()
