"""The public Python face: what the contract promises, in the words of its examples."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

import symnn
from symnn.networks.catalogue import CATALOGUE


def test_the_example_of_the_contract():
    net = symnn.network("bp-2-2-1")
    d = net.derive("E", wrt="w1")
    assert d.gradient() == "2*(y - z)*y*(1 - y)*w5*f1*(1 - f1)*x1"
    assert d.check().sympy
    assert r"\frac{\partial E}{\partial w_1}" in d.latex()
    assert len(d.paths["w1"]) == 1
    verdict = symnn.compare("2(y-z)f'(a_3)", "2*(y-z)*y*(1-y)", network=net)
    assert verdict.verdict == "correct"
    assert verdict.equal is True
    assert verdict.credit == 1
    with pytest.raises(TypeError, match="verdict"):
        bool(verdict)


def test_gradients_come_as_floats_arrays_or_digits():
    net = symnn.network("bp-2-2-1")
    exact = net.gradient(digits=50)["w1"]
    assert len(exact.replace("-", "").replace("0.", "").lstrip("0")) == 50
    assert net.gradient()["w1"] == pytest.approx(float(exact))
    batch = net.gradient({"x1": np.array([0.5, 1.0])})["w1"]
    assert batch[0] == pytest.approx(float(exact))
    assert batch.shape == (2,)


def test_sympy_goes_in_and_comes_out():
    a, w, x, z, loss = sympy.symbols("a w x z E")
    net = symnn.network([sympy.Eq(a, w * x), sympy.Eq(loss, (a - z) ** 2)])
    assert net.equations == ("a = w*x", "E = (a - z)^2")
    back = symnn.network(net.sympy())
    assert back.equations == net.equations
    theirs = net.derive("E", wrt="w").sympy()
    own = sympy.symbols("w x z", real=True)
    assert sympy.expand(theirs - 2 * (own[0] * own[1] - own[2]) * own[1]) == 0


SCALAR = [name for name in CATALOGUE if not any(q.shape for q in symnn.network(name).model.graph.quantities.values())]


@pytest.mark.parametrize("name", SCALAR)
def test_compiled_steps_give_the_interpreters_numbers(name):
    net = symnn.network(name)
    values = net.evaluate({k: v for point in net.model.points[:1] for k, v in point.values.items()})
    step = net.compile()
    forward, gradients = step({free: values[free] for free in net.model.graph.free})
    wanted = net.gradient({free: values[free] for free in net.model.graph.free})
    assert forward[net.model.graph.result] == pytest.approx(values[net.model.graph.result])
    assert gradients.keys() == wanted.keys()
    for parameter, value in gradients.items():
        assert np.allclose(value, wanted[parameter])


def test_names_may_be_spelled_as_the_lecture_does():
    net = symnn.network("bp-2-3-2-1")
    assert net.derive("E", wrt="w_{46}").wrt == ("w46",)
    assert net.canonical("w_{(x1)1}") == "w_x1_1"
    with pytest.raises(symnn.TargetError, match="w47"):
        net.derive("E", wrt="w47")


def test_exact_values_are_fractions():
    net = symnn.network("a = w*x\nE = (a - z)^2")
    assert net.evaluate({"w": Fraction(1, 3), "x": 2, "z": 1}, exact=True)["E"] == "1/9"


def test_builders_give_networks_that_derive():
    net = symnn.networks.mlp([3, 2, 1], activation="tanh", bias=True)
    assert net.derive().check().sympy
    assert len(symnn.networks.one_hidden_layer(2, 3, 2).parameters) == 17
    assert symnn.networks.neuron(2).evaluate(dict.fromkeys(("x1", "x2", "w0", "w1", "w2"), 0))["y"] == 0.5


def test_an_exercise_grades_an_answer():
    part = symnn.exercise("bp-2-2-1").part("dw1")
    assert part.grade("2(y-z)y(1-y)w5 f1(1-f1)x1").verdict == "correct"
    assert part.grade("(z-y)*x2").verdict == "wrong"
    assert part.grade("2*(y-z").verdict == "unreadable"


def test_an_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError):
        symnn.nothing  # noqa: B018 - the access is what is tested


def test_what_is_public_is_listed():
    assert set(symnn.__all__) == set(dir(symnn))
    for name in symnn.__all__:
        assert getattr(symnn, name) is not None


def test_data_of_networks_and_derivations():
    net = symnn.network("bp-2-2-1")
    assert net.to_dict()["equations"][0] == "a1 = w1*x1 + w3*x2"
    data = net.derive("E", wrt="w1").to_dict()
    assert data["wrt"][0]["path_count"] == 1


def test_the_conventions_of_a_file_hold_in_python_too(tmp_path):
    """Two equal maxima share the gradient where the file says so."""
    file = tmp_path / "ties.yaml"
    head = "symnn: 1\nnetwork: ties\ntitle: {zh: 并列, en: ties}\n"
    for ties, expected in (("shared", {"a": 0.5, "b": 0.5}), ("first", {"a": 1.0, "b": 0.0})):
        file.write_text(f"{head}conventions: {{ties: {ties}}}\nequations: y = max(a, b)\n", encoding="utf-8")
        assert symnn.network(str(file)).gradient({"a": 2.0, "b": 2.0}) == expected


TENSORS = [name for name in CATALOGUE if name not in SCALAR]


@pytest.mark.parametrize("name", TENSORS)
def test_a_derivation_by_tensors_is_the_matrix_form(name):
    net = symnn.network(name)
    d = net.derive()
    assert d.wrt == net.parameters
    assert d.to_dict()["form"] == "matrix"
    for parameter in d.wrt:
        assert sum(1 for _ in d.terms[parameter]) == len(d.to_dict()["wrt"][d.wrt.index(parameter)]["terms"])
    assert d._repr_latex_().startswith("$$\\begin{aligned}\n\\frac{\\partial")
    assert d.markdown().startswith("# ")


def test_shared_weights_have_a_term_for_every_step():
    d = symnn.network("rnn").derive(wrt="W")
    assert d.of == "E"
    assert d.check().sympy
    assert list(d.terms["W"]) == ["s_1", "s_2", "s_3"]
    assert d.terms["W"]["s_2"] == "(diff(E, s_2) ⊙ f'(U*x_2 + W*s_1))*transpose(s_1)"
    assert d.gradient() == " + ".join(d.terms["W"].values())
    assert d.path_count("W") == 3
    assert r"\frac{\partial E}{\partial W} &= " in d.latex()
    assert len(d.paths["W[1,2]"]) == len(symnn.network("rnn").derive(wrt="W[1,2]").paths["W[1,2]"])


def test_sympy_of_a_matrix_is_a_matrix_with_the_numbers_of_the_gradient():
    net = symnn.network("one-hidden-layer-matrix")
    for name, shape in (("W1", (3, 2)), ("b1", (3, 1))):
        found = net.derive(wrt=name).sympy()
        assert found.shape == shape
        given = {sympy.Symbol(k, real=True): v for k, v in _entries(net).items()}
        ours = np.array(found.subs(given).evalf(), dtype=float).reshape(np.shape(net.gradient()[name]))
        assert np.allclose(ours, net.gradient()[name])


def _entries(net):
    from symnn.networks.values import split

    return {name: sympy.Rational(value) for name, value in split(net.model.values, net.model.graph).items()}


def test_sympy_of_kernels_is_an_array():
    net = symnn.networks.cnn((2, 2), kernels=1, kernel=2, pool=1, classes=2, normalized=False)
    assert net.derive(wrt="K").sympy().shape == (1, 1, 2, 2)


def test_an_entry_of_a_tensor_is_derived_as_a_number():
    d = symnn.network("one-hidden-layer-matrix").derive(wrt="W2[1,2]")
    assert d.gradient() == "2*(y[1] - z[1])*y[1]*(1 - y[1])*h[2]"
    assert d.sympy().free_symbols


def test_what_cannot_be_derived_is_said_at_once():
    with pytest.raises(symnn.TargetError, match="Q"):
        symnn.network("rnn").derive(wrt="Q")


def test_what_sympy_would_not_end_with_is_refused_by_counting():
    with pytest.raises(symnn.UsageError, match="24"):
        symnn.network("cnn").derive(wrt="K").sympy()
