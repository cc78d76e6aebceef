"""Verdicts a second: symnn's ``compare`` beside Math-Verify and SymPy's ``equals`` in one run, reading included.

Answers are right and wrong variants of ∂E/∂w1 of the 2-2-1 network; each peer reads and compares the same pairs,
SymPy and Math-Verify without knowing what the named results mean.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from timing import medians, shown

from symnn.questions.comparing import Comparer, Row

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


def ours(answers: tuple[str, ...], key: str, *, equal: bool) -> Callable[[], object]:
    """Read and compare every answer; all verdicts are checked once to be right."""
    comparer = Comparer()
    rows = [Row(answer, key, network="bp-2-2-1") for answer in answers]
    assert all(comparer.row(row).judgement.equal is equal for row in rows)
    return lambda: [comparer.row(row) for row in rows]


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
    for name, seconds in times.items():
        one = seconds / counts[name]
        print(f"{name:32} {shown(one):>10} a verdict {1 / one:>10.0f} a second")


if __name__ == "__main__":
    main()
