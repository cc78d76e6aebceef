"""``symnn compare``: verdicts, exit codes, answers that begin with a minus, streams of rows."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from symnn.commands.compare import command


def compare(*arguments, text=None):
    return CliRunner().invoke(command, list(arguments), input=text)


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ("x+x", "2x", 0),
        ("x+x", "3x", 1),
        ("-(z-y)*x1", "(y-z)*x1", 0),
        ("-x", "-1*x", 0),
        ("log(3+2*sqrt(2))", "2*log(1+sqrt(2))", 3),
        ("2*(y-z", "y", 4),
        ("2(y-z)f'(a_3)", "2*(y-z)*y*(1-y)", 1),
    ],
)
def test_exit_codes_are_the_contracts(a, b, code):
    assert compare(a, b).exit_code == code


def test_a_network_gives_names_their_meaning():
    assert compare("2(y-z)f'(a_3)", "2*(y-z)*y*(1-y)", "--network", "bp-2-2-1").exit_code == 0
    assert compare("w1 - eta*dE/dw1", "w1 - eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1", "-n", "bp-2-2-1").exit_code == 0


def test_an_undecided_pair_may_be_settled_by_sympy():
    assert compare("log(3+2*sqrt(2))", "2*log(1+sqrt(2))", "--ask-sympy").exit_code == 0


def test_a_refusal_shows_the_place():
    output = compare("2*(y-z", "y", "--lang", "zh").output
    assert output.splitlines()[-1].index("^") == len("    2*(y-z")
    data = json.loads(compare("2*(y-z", "y", "--json").output)
    assert data["equal"] is None
    assert data["method"] is None
    assert data["problem"]["in"] == "a"
    assert data["problem"]["span"][0] == 6


@pytest.mark.parametrize(
    ("a", "b", "code", "side"),
    [
        ("diff([1, x], x)", "x", "derivative-of-tensor", "a"),
        ("x", "∂(x, 2)/∂x", "derivative-of-tensor", "b"),
        ("∇x", "x", "gradient-by-all", "a"),
    ],
)
def test_a_derivative_that_cannot_be_taken_says_on_which_side(a, b, code, side):
    data = json.loads(compare(a, b, "--json").output)
    assert (data["equal"], data["problem"]["code"], data["problem"]["in"]) == (None, code, side)


def test_a_difference_comes_with_a_witness():
    data = json.loads(compare("x^2", "x^3", "--json").output)
    assert data["equal"] is False
    at = data["witness"]["at"]["x"]
    assert data["witness"]["yours"] == pytest.approx(at**2)
    assert data["witness"]["expected"] == pytest.approx(at**3)


def test_a_stream_goes_on_after_bad_rows():
    rows = [
        '{"id": 1, "a": "x+x", "b": "2x"}',
        "not json",
        '{"id": 3, "a": "q", "b": "x", "names": ["x"]}',
        '{"id": 4, "a": "x", "b": "x", "network": "nosuch"}',
        '{"id": 5, "a": "x\\ud800", "b": "x"}',
        '{"id": 6, "a": "[1,2]", "b": "[1,3]"}',
        '{"id": 7, "a": "1/0", "b": "x"}',
    ]
    ran = compare("--jsonl", "-", text="\n".join(rows))
    assert ran.exit_code == 0
    found = [json.loads(line) for line in ran.output.splitlines()]
    assert [row["equal"] for row in found] == [True, None, None, None, None, False, False]
    assert [row.get("problem", {}).get("code") for row in found[1:5]] == [
        "bad-row",
        "unknown-name",
        "unknown-network",
        "character",
    ]
    assert found[6]["findings"][0]["code"] == "undefined"


def test_missing_expressions_are_asked_for():
    from symnn.errors import UsageError

    assert isinstance(compare("x").exception, UsageError)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("exp(exp(x^2+9))", "exp(exp(x^2+8))"),
        ("sinh(x+2*x-x+x-x)", "sinh(x+min(x,20))"),
        ("exp(exp(9))*x", "exp(exp(9))*x*(1+1e-9)"),
        ("exp(-exp(exp(2)))*x", "0"),
        ("10^300*x*10^300", "10^300*x*10^299"),
    ],
)
def test_witnesses_beyond_all_floats_are_json_and_differ(left, right):
    def refuse(constant):
        raise AssertionError(constant)

    result = CliRunner().invoke(command, [left, right, "--json"])
    witness = json.loads(result.stdout, parse_constant=refuse)["witness"]
    assert (result.exit_code, witness["yours"] != witness["expected"]) == (1, True)
