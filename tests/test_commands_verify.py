"""``symnn verify``: what is undecided may be shown to SymPy, on request only."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from symnn.commands import grade, verify

ABOUT = ("--network", "bp-2-2-1", "--quantity", "dE/dw5")
KEY = "2*(y-z)*y*(1-y)*f1"
SURDS = f"{KEY}+log(3+2*sqrt(2))-2*log(1+sqrt(2))"


def run(answer, *options):
    return CliRunner().invoke(verify.command, [*ABOUT, answer, "--lang", "en", *options])


@pytest.mark.parametrize(("answer", "code"), [(KEY, 0), (f"{KEY}*w6", 1), (SURDS, 3), (f"{KEY}+log(", 4)])
def test_without_a_request_sympy_is_not_asked(answer, code):
    assert run(answer).exit_code == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [(SURDS, 0), (f"{KEY}+floor(2*w5)-floor(w5)-floor(w5+1/2)", 3), (KEY, 0), (f"{KEY}*w6", 1), (f"{KEY}+log(", 4)],
)
def test_sympy_settles_what_is_undecided_and_nothing_else(answer, code):
    assert run(answer, "--ask-sympy").exit_code == code


def test_grading_a_class_has_no_such_option():
    assert "--ask-sympy" not in CliRunner().invoke(grade.command, ["--help"]).output
    assert "grade has no such option" in " ".join(
        CliRunner().invoke(verify.command, ["--help", "--lang", "en"]).output.split()
    )
