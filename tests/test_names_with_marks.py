r"""Names as textbooks write them: ``\hat{y}``, ``\tilde c``, ``\ell``, and names with braces in YAML without quotes."""

from __future__ import annotations

import pytest

import symnn
from symnn.documents.strict_yaml import parse_yaml
from symnn.language.accents import unmarked

HEAD = "symnn: 1\nnetwork: net\ntitle: {zh: 网络, en: net}\n"

FILES = [
    (r"inputs: [x_{1}, X_{i,j}]", "E = w_1 x_{1} + X_{i,j}", ("x1", "X[i,j]")),
    ("inputs: [x]\ntargets: [\\hat{y}]", "y = w x\nE = (y - \\hat{y})^2", ("x", "yhat")),
    ("inputs: [x]\ntargets: [\\hat y]", "y = w x\nE = (y - \\hat y)^2", ("x", "yhat")),
    ("inputs: [x]\ntargets: [y]", "ŷ = w x\nE = (ŷ - y)^2", ("yhat",)),
    ("inputs: [x]\ntargets: [y]", "\\hat{y} = w x\n\\ell = (\\hat{y} - y)^2", ("yhat", "ell")),
    ("inputs: [x]", "\\bar{x} = 2 x\ny = w \\bar{x} + \\tilde{b}\nE = y^2", ("xbar", "btilde")),
    ("inputs: [x]\nshapes: {x: 2, W^{[1]}: 3x2, \\tilde{b}^{[1]}: 3}",
     "z^{[1]} = W^{[1]} x + \\tilde{b}^{[1]}\nE = sum(z^{[1]})", ("W^(1)", "btilde^(1)")),
    ("inputs: [x]\nshapes: {x: 2, W^[1]: 3x2}", "z^{[1]} = W^[1] x\nE = sum(z^{[1]})", ("W^(1)", "z^(1)")),
    ("index: {t: 1..2}\ninputs: [x_t]\nshapes: {x_t: 2, W_{xi}: 2x2, \\tilde{c}_t: 2}",
     "\\tilde{c}_t = tanh(W_{xi} x_t)\nE = sum(\\tilde{c}_2)", ("W_xi", "ctilde_1", "ctilde_2")),
    ("inputs: [i_1]\ntargets: [target_{o1}]", "out_{o1} = w_1 i_1\nE_{total} = (target_{o1} - out_{o1})^2",
     ("target_o1", "out_o1", "E_total")),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "equations", "names"), FILES)
def test_a_file_takes_names_as_a_book_writes_them(fields, equations, names, tmp_path):
    file = tmp_path / "net.yaml"
    body = "".join(f"  {line}\n" for line in equations.splitlines())
    file.write_text(f"{HEAD}{fields}\nequations: |\n{body}", encoding="utf-8")
    assert set(names) <= symnn.network(str(file)).model.graph.quantities.keys()


def test_brackets_in_names_keep_their_places():
    document, problems = parse_yaml('a: [W_{xi}, "\\\\frac{a}{b}", z^{[1]}]\nb: {x_{1,2}: 3}\nc: d\nc: e', "a.yaml")
    assert [str(problem.place) for problem in problems] == ["a.yaml:4:1"]
    assert document.root is not None
    document, problems = parse_yaml('a: [W_{xi}, "\\\\frac{a}{b}", z^{[1]}]\nb: {x_{1,2}: 3}', "a.yaml")
    assert not problems
    (_, listed), (_, mapped) = document.root.fields
    assert [item.text for item in listed.items] == ["W_{xi}", "\\frac{a}{b}", "z^{[1]}"]
    assert [item.place.column for item in listed.items] == [5, 13, 29]
    assert [key.text for key, _ in mapped.fields] == ["x_{1,2}"]


WRITTEN = [r"\hat{y} - \bar{x}", r"\hat y - \bar x", "ŷ - x̄", "yhat - xbar", r"\widehat{y} - \overline{x}"]


@pytest.mark.parametrize("answer", WRITTEN)
def test_an_answer_may_spell_a_mark_in_each_way(answer):
    net = symnn.network("\\hat{y} = w x\n\\ell = (\\hat{y} - \\bar{x})^2\nE = 2 \\ell")
    assert symnn.compare(f"2({answer})", "diff(ell, yhat)", network=net).equal is True
    assert r"2\,(\hat{y} - \bar{x})" in net.derive(of="E").latex()


@pytest.mark.parametrize("answer", [r"\tilde{y}", "ỹ", r"\bar{x}"])
def test_a_letter_with_an_unknown_mark_is_no_product_of_letters(answer):
    net = symnn.network("\\hat{y} = w x + b + a + r + t + i + l + d + e + y\nE = \\hat{y}")
    assert symnn.compare(answer, "yhat", network=net).equal is None


def test_letters_beside_a_marked_one_stay_apart():
    assert unmarked(r"w\hat{y}x")[0] == "w yhat x"
    assert unmarked(r"\hat{y_1}\tilde\theta")[0] == "yhat_1 thetatilde"
    text, places, _ = unmarked(r"2\hat{y}_t + 1")
    assert len(text) == len(places)
    assert places[text.index("+")] == r"2\hat{y}_t + 1".index("+")


def test_every_format_sets_the_mark():
    net = symnn.network("\\hat{y} = w x\nE = (\\hat{y} - z)^2")
    assert r"\hat{y}" in net.derive().latex()
