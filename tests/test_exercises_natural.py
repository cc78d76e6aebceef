"""Answers as students type them into the shipped exercises: programs, tables, numbers of a pocket calculator."""

from __future__ import annotations

import pytest

import symnn

READ = [
    ("neuron/dy-dw1", "np.exp(-a)/(1 + np.exp(-a))**2*x1"),
    ("bp-2-2-1/dw6", "2*(y-z)*math.exp(-a3)/(1+math.exp(-a3))**2*f2"),
    ("bp-2-2-1/dw4", "2(y-z)y(1-y)w[6]f[2](1-f[2])x[2]"),
    ("cnn/by-v", "A.T.dot(y - z)"),
    ("cnn/by-v", "np.matmul(A.T, y - z)"),
    ("cnn/update-A", "A - eta*(y - z) @ v.T"),
    ("matrix-form/by-W2", "np.outer(2*(y-z)*y*(1-y), h)"),
    ("gan/equilibrium", "-2ln2"),
    ("gan/equilibrium", "ln(1/4)"),
    ("midges/Af", "2.831E-01"),
    ("midges/Apf", "8.638e-1"),
    ("midges/hidden", "0.5937 0.1641"),
    ("cnn/mean-removal", "-3 -1 4"),
    ("cnn/mean-removal", "[-3 -1 4]"),
    ("cnn-x/second-kernel", "(1, 5/9; 5/9, 5/9)"),
    ("cnn-x/second-kernel", "1 5/9; 5/9 5/9"),
    ("convolution/by-pixel", "K[3][2]"),
]


@pytest.mark.parametrize(("target", "answer"), READ)
def test_it_is_read_and_right(target, answer):
    exercise, part = target.split("/")
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    assert verdict.verdict == "correct", verdict


@pytest.mark.parametrize(
    ("target", "answer", "code"),
    [
        ("gan/equilibrium", "log 1/4", "ambiguous"),
        ("midges/hidden", "-0.5937 -0.1641", "separator"),
        ("bp-2-2-1/dw1", "os.system(1)", "unknown-name"),
        ("bp-2-2-1/dw1", "np.load(y)", "unknown-name"),
    ],
)
def test_what_may_mean_two_things_is_refused(target, answer, code):
    exercise, part = target.split("/")
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    assert (verdict.verdict, verdict.findings[0].code) == ("unreadable", code)
