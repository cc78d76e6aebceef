"""Models are read as strictly as answers: layers, entries, transposes, biases; what has two readings is refused."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy
from click.testing import CliRunner

import symnn
from symnn.cli import symnn as symnn_command
from symnn.documents.decoding import Text
from symnn.errors import AuthorError, GraphError, ShapeError
from symnn.networks.network_file import network_from_file
from symnn.networks.sizes import MOST_ENTRIES, MOST_MEMBERS, MOST_PRODUCTS

HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\n"


def loaded(text, tmp_path):
    """Load a network file with this text after its head."""
    file = tmp_path / "n.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return symnn.network(str(file))


def refusal(text, tmp_path):
    """Give the one problem that refuses a network file."""
    with pytest.raises((GraphError, ShapeError, AuthorError)) as caught:
        loaded(text, tmp_path)
    (problem,) = caught.value.problems
    return problem


def agrees(network, at, wrt, step=1e-6):
    """Compare the gradient with central differences, entry by entry."""
    gradient = network.gradient(at)
    result = network.model.graph.result
    for name in wrt:
        value = np.array(at[name], dtype=float)
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            moved = [value.copy(), value.copy()]
            moved[0][place] += step
            moved[1][place] -= step
            up, down = (float(network.evaluate({**at, name: one.tolist()})[result]) for one in moved)
            slopes[place] = (up - down) / (2 * step)
        assert np.allclose(gradient[name], slopes, rtol=1e-5, atol=1e-7), name


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("a = w^{(1)}_{11} x_1 + w^{(1)}_{12} x_2\ny = w^{(2)}_{11} a", {"w^(1)_11", "w^(1)_12", "w^(2)_11"}),
        ("a = w^{[1]}_1 x\ny = w^{[2]}_1 a", {"w^(1)_1", "w^(2)_1"}),
        ("a = v⁽¹⁾₂₁ x\ny = v⁽²⁾₂₁ a", {"v^(1)_21", "v^(2)_21"}),
        ("a = \\theta_{3}^{(1)} x\ny = \\theta^{(2)}_3 a", {"theta^(1)_3", "theta^(2)_3"}),
        ("a = u^(1)_2 x\ny = u_2^{(1)} a + u^{[1]}_{2}", {"u^(1)_2"}),
        ("a = b^{(3)} + x\ny = b^[4] a", {"b^(3)", "b^(4)"}),
    ],
)
def test_a_superscript_in_brackets_is_a_layer(text, parameters):
    """It belongs to the name, whichever brackets and order it is written in."""
    found = set(symnn.network(text).parameters)
    assert {name for name in found if "^" in name} == parameters


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("y = x^(2) + x", "layer-or-power"),
        ("y = w x\nE = y^(2)", "layer-or-power"),
        ("y = w x^{(2)}\nz = x", "layer-or-power"),
        ("y = x^(n)", "layer-or-power"),
        ("y = a^{[l-1]} x", "layer-or-power"),
        ("y = w^1_{11} x_1 + w^1_{12} x_2", "layer-or-power"),
        ("y = f(x)", "function-or-product"),
        ("h = g(w x + b)\ny = g(v h)", "function-or-product"),
        ("y = \\phi\\left(w x\\right)", "function-or-product"),
        ("y = sigmoid(x)\nE = -Σ z log y", "sum-sign"),
        ("y = x^T w", "transpose-of-number"),
        ("y = (x + 1)^\\top w", "transpose-of-number"),
    ],
)
def test_what_has_two_readings_is_refused(text, code):
    """Never one of them in silence; the place is told."""
    with pytest.raises((GraphError, ShapeError)) as caught:
        symnn.network(text)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert all(problem.place is not None and problem.place.line for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        ("y = w x + w(z - 1)", "y = w*x + w*(z - 1)"),
        ("y = w x\nE = 2(y-z)y(1-y) + z", "E = 2*(y - z)*y*(1 - y) + z"),
        ("y = e^(x) + x^(n+1) + 2^(3)", "y = exp(x) + x^(n + 1) + 2^3"),
        ("T = 3\ny = x^T", "y = x^T"),
        ("h^{(1)} = w x\ny = (h^{(1)})^2", "y = h^(1)^2"),
        ("f(x) = tanh(x)\ny = f(w x)", "y = f(w*x)"),
        ("y = x^2_1 + x_1", "y = x1^2 + x1"),
    ],
)
def test_what_has_one_reading_is_read(text, equation):
    """A quantity that stands elsewhere is no function, a declared T no transpose."""
    assert equation in symnn.network(text).equations


@pytest.mark.parametrize(
    "text",
    [
        "a = w^{(1)}_{11} x_1 + w^{[2]}_{3}\ny = v⁽²⁾ a",
        "f(x) = tanh(x)\na = w_1(x - z) + w_1\ny = f(a)^2",
        "y = x_{max} w^(2)_{12}\nE = (y - z)^2/2",
        "s = \\theta^{(1)}_2 x\nE = log(1 + exp(-s))",
    ],
)
def test_what_is_shown_is_read_again(text):
    """The equations as text give the same graph."""
    first = symnn.network(text).model.graph
    functions = "".join(f"{one.name}({one.parameter}) = tanh(x)\n" for one in first.functions.values())
    again = symnn.network(functions + "\n".join(symnn.network(text).equations)).model.graph
    assert again.equations == first.equations
    assert again.parameters == first.parameters


SQUARE = "shapes: {W: 2x2, x: 2, z: 2}\nparameters: [W]\ninputs: [x]\ntargets: [z]\nequations: |\n"
AT = {"W": [[0.5, -0.4], [0.3, 0.2]], "x": [0.7, -1.1], "z": [0.2, 0.9]}


@pytest.mark.parametrize(
    ("equations", "value"),
    [
        ("  E = x^T W z", lambda w, x, z: x @ w @ z),
        ("  y = W^T x\n  E = sum(y)", lambda w, x, _z: (w.T @ x).sum()),
        ("  y = W x\n  E = (y-z)^T(y-z)", lambda w, x, z: ((w @ x - z) ** 2).sum()),
        ("  y = W x\n  E = x^{\\mathrm{T}}y", lambda w, x, _z: x @ w @ x),
        ("  y = W x\n  E = z^Ty", lambda w, x, z: z @ w @ x),
        ("  y = softmax(W x)\n  E = -log(y[1])", lambda w, x, _z: -np.log(np.exp(w @ x) / np.exp(w @ x).sum())[0]),
        ("  y = tanh(W x)\n  E = y_2 - 3 y_{1}", lambda w, x, _z: np.tanh(w @ x)[1] - 3 * np.tanh(w @ x)[0]),
        ("  A = W W\n  E = A_{12} + A[2,1] W_{11}", lambda w, _x, _z: (w @ w)[0, 1] + (w @ w)[1, 0] * w[0, 0]),
        ("  h_1 = W x\n  E = h_{1,2} h_1[1]", lambda w, x, _z: (w @ x)[1] * (w @ x)[0]),
    ],
)
def test_entries_and_transposes_are_what_they_look_like(equations, value, tmp_path):
    """Against NumPy by hand, the gradient against central differences."""
    network = loaded(SQUARE + equations, tmp_path)
    assert network.parameters == ("W",)
    w, x, z = (np.array(AT[name]) for name in ("W", "x", "z"))
    assert float(network.evaluate(AT)["E"]) == pytest.approx(value(w, x, z))
    agrees(network, AT, ["W"])


@pytest.mark.parametrize(
    ("equations", "code"),
    [
        ("  y = W x\n  E = y_3", "index"),
        ("  y = W x\n  E = y[0]", "index"),
        ("  y = W x\n  E = y_{max}", "not-an-entry"),
        ("  y = W x\n  E = y_t", "not-an-entry"),
        ("  y = x/W\n  E = sum(y)", "shape-division"),
        ("  y = W W x\n  A = W^2\n  E = sum(y)", "shape-power"),
        ("  A = 1/(W W)\n  E = sum(A)", "shape-division"),
        ("  A = W^-2\n  E = sum(A)", "no-inverse"),
        ("  E = y_1\n  y = W x", "used-before-definition"),
    ],
)
def test_what_no_tensor_has_is_refused(equations, code, tmp_path):
    """A missing entry is no parameter; a square matrix has no quotient and no power."""
    problem = refusal(SQUARE + equations, tmp_path)
    assert problem.code == code
    assert problem.place is not None
    assert problem.place.file.endswith("n.yaml")


def test_entrywise_quotients_and_powers_are_written_so(tmp_path):
    """⊙ says that a quotient is entrywise; a matrix that has no inverse can only be meant so."""
    network = loaded(SQUARE + "  A = W ⊙ (2/W) + W\n  E = sum(A ⊙ A)", tmp_path)
    assert network.evaluate(AT)["A"][0][0] == pytest.approx(2.5)
    network = loaded("shapes: {M: 2x3}\nequations: |\n  E = sum(M^2) + sum(1/M)", tmp_path)
    at = {"M": [[1, 2, -1], [0.5, 3, 4]]}
    m = np.array(at["M"])
    assert float(network.evaluate(at)["E"]) == pytest.approx((m**2).sum() + (1 / m).sum())
    agrees(network, at, ["M"])


def test_members_of_families_have_entries(tmp_path):
    """``s_t[1]`` was once read as a product with [1]."""
    text = (
        "index: {t: 1..2}\nshapes: {U: 2x2, x_t: 2, s_t: 2}\nparameters: [U]\ninputs: [x_t]\nequations: |\n"
        "  s_t = tanh(U x_t)\n  L_t = s_t[1] - (s_t)_2\n  v = U s_2\n  E = L_1 + s_2[2] v_1"
    )
    network = loaded(text, tmp_path)
    at = {"U": [[0.5, -0.2], [0.1, 0.4]], "x_1": [1, 2], "x_2": [-1, 0.5]}
    u = np.array(at["U"])
    s = [np.tanh(u @ np.array(at[name])) for name in ("x_1", "x_2")]
    assert float(network.evaluate(at)["E"]) == pytest.approx(s[0][0] - s[0][1] + s[1][1] * (u @ s[1])[0])
    agrees(network, at, ["U"])


BIAS = {"X": [[1, 2, 3], [4, 5, 7]], "W": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], "b": [0.7, -0.8]}


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        (
            "samples: rows\nshapes: {X: 2x3, W: 3x2, b: 2}\nequations: |\n  A = X W + b\n  E = sum(A ⊙ A)",
            BIAS,
            lambda x, w, b: ((x @ w + b) ** 2).sum(),
        ),
        (
            "samples: columns\nshapes: {X: 2x3, W: 3x2, b: 2}\nequations: |\n  A = X W - b\n  E = sum(A ⊙ A)",
            BIAS,
            lambda x, w, b: ((x @ w - b[:, None]) ** 2).sum(),
        ),
        (
            "shapes: {X: 2x3, W: 3x4, b: 4}\nequations: |\n  A = tanh(X W + b)\n  E = sum(A ⊙ A)",
            {
                "X": BIAS["X"],
                "W": [[0.1, 0.2, -0.3, 0.1], [0.3, -0.4, 0.2, 0], [0.05, 0.6, 0.1, -0.2]],
                "b": [1, 0, -1, 2],
            },
            lambda x, w, b: (np.tanh(x @ w + b) ** 2).sum(),
        ),
        (
            "shapes: {X: 2x3, W: 3x2, b: 1x2}\nequations: |\n  A = X W + b\n  E = sum(A ⊙ A)",
            {**BIAS, "b": [[0.7, -0.8]]},
            lambda x, w, b: ((x @ w + b) ** 2).sum(),
        ),
        (
            "samples: rows\nshapes: {X: 2x2, W: 2, b: 2}\nequations: |\n  A = W ⊙ X + b\n  E = sum(A ⊙ A)",
            {"X": [[1, 2], [3, 5]], "W": [0.5, 2], "b": [1, -1]},
            lambda x, w, b: ((w * x + b) ** 2).sum(),
        ),
        (
            "shapes: {X: 2x2, W: 2x2, b: 2}\nequations: |\n  A = X W + b^T\n  E = sum(A ⊙ A)",
            {"X": [[1, 2], [3, 5]], "W": [[0.5, 2], [1, 0]], "b": [1, -1]},
            lambda x, w, b: ((x @ w + b) ** 2).sum(),
        ),
        (
            "shapes: {X: 2x2, W: 2x2, b: 2}\nequations: |\n  A = X W + spread(b, 2, 2)\n  E = sum(A ⊙ A)",
            {"X": [[1, 2], [3, 5]], "W": [[0.5, 2], [1, 0]], "b": [1, -1]},
            lambda x, w, b: ((x @ w + b[:, None]) ** 2).sum(),
        ),
    ],
)
def test_a_bias_belongs_to_rows_or_to_columns(text, at, value, tmp_path):
    """By its shape, by its declaration as a row, or by what the file says of the samples."""
    network = loaded(text, tmp_path)
    arrays = [np.array(at[name], dtype=float) for name in ("X", "W", "b")]
    assert float(network.evaluate(at)["E"]) == pytest.approx(value(*arrays))
    agrees(network, at, list(at))


@pytest.mark.parametrize(
    "text",
    [
        "shapes: {X: 2x3, W: 3x2, b: 2}\nequations: |\n  A = X W + b\n  E = sum(A)",
        "shapes: {X: 3x3, g: 3}\nequations: |\n  A = g ⊙ X\n  E = sum(A)",
        "shapes: {X: 3x3}\nequations: |\n  A = X/(1 + sum(X, 1))\n  E = sum(A)",
        "samples: rows\nshapes: {X: 3x3}\nequations: |\n  m = sum(X, 1)\n  A = X - m\n  E = sum(A)",
    ],
)
def test_a_bias_that_fits_both_ways_is_refused(text, tmp_path):
    """What is computed from the matrix could be of either kind even where the file says how samples lie."""
    problem = refusal(text, tmp_path)
    assert problem.code == "bias-both-ways"
    assert {"row", "column"} <= set(problem.facts)


def test_one_mistake_is_told_once(tmp_path):
    """A quantity whose equation is refused has no shape, and nothing is said of what uses it."""
    text = (
        "shapes: {X: 4x3, W: 3x2, b: 5, Z: 4x2}\nequations: |\n"
        "  Y = X W + b\n  P = Y + 1\n  E = half_squared_error(P, Z)"
    )
    assert refusal(text, tmp_path).code == "shape-sum"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("shapes: {W: 9999x9999, x: 9999}\nequations: y = W x", "too-many-entries"),
        ("shapes: {u: 5000, v: 5000}\nequations: |\n  A = u v^T\n  E = sum(A)", "too-many-entries"),
        ("shapes: {u: 5000}\nequations: |\n  E = sum(spread(u, 5000, 5000))", "too-many-entries"),
        ("shapes: {u: 5000}\nequations: |\n  E = sum(u u^T)", "too-many-entries"),
        ("shapes: {A: 300x300, B: 300x300}\nequations: |\n  C = A B\n  E = sum(C)", "too-many-products"),
        ("shapes: {X: 400x400, K: 90x90}\nequations: |\n  C = conv(X, K)\n  E = sum(C)", "too-many-products"),
        ("shapes: {X: 500x500}\nequations: |\n  C = max_pool(X, 200, 1)\n  E = sum(C)", "too-many-products"),
        ("index: {t: 1..2000, k: 1..2000}\nequations: |\n  y_{t,k} = t + k", "too-many-members"),
        ("index: {t: 1..2000, k: 1..2000}\nequations: |\n  y_t = x_{t,k} w", "too-many-members"),
        ("index: {t: 1..9999}\nshapes: {s_t: 200}\nequations: |\n  s_0 = 0\n  s_t = s_{t-1} w", "too-many-entries"),
    ],
)
def test_sizes_are_refused_before_any_work(text, code, tmp_path):
    """With the count, at reading."""
    problem = refusal(text, tmp_path)
    assert problem.code == code
    assert problem.facts["most"] in (f"{MOST_ENTRIES:,}", f"{MOST_MEMBERS:,}", f"{MOST_PRODUCTS:,}")


X, Y, Z, W = sympy.symbols("x y z w")


@pytest.mark.parametrize(
    "right",
    [
        X * sympy.Symbol("w+1"),
        X * sympy.Symbol("w(1)"),
        X * sympy.Symbol("w + 1") * W,
        sympy.Dummy("u") * sympy.Dummy("u"),
        sympy.Symbol("x", real=True) * X,
        sympy.Symbol("w_11") * sympy.Symbol("w11"),
        sympy.Function("f")(X),
        sympy.Piecewise((X, X > 0), (0, True)),
        sympy.I * X,
        sympy.Integral(X, X),
    ],
)
def test_sympy_symbols_are_never_read_again(right):
    """Two symbols are two quantities or a refusal; so is what no network has."""
    with pytest.raises(GraphError):
        symnn.network([sympy.Eq(Y, right)])


def test_sympy_symbols_keep_their_layers():
    """``w_1^{(1)}`` is a name with a layer, and T and Sigma are what they are called."""
    first, second = sympy.Symbol("w_1^{(1)}"), sympy.Symbol("w_1^{(2)}")
    t, sigma = sympy.symbols("T Sigma")
    equations = [sympy.Eq(Z, sympy.tanh(first * X)), sympy.Eq(Y, second * Z * t + sigma)]
    assert symnn.network(equations).parameters == ("w^(1)_1", "x", "Sigma", "T", "w^(2)_1")


@pytest.mark.parametrize("given", [[Y + 1], [sympy.true], [sympy.Eq(Y + 1, X)], [X > Y], ["y = x"]])
def test_what_is_no_sympy_equation_is_refused(given):
    """By name, without a traceback of SymPy."""
    with pytest.raises(GraphError):
        symnn.network(given)


def test_a_layer_in_an_answer_is_the_models_layer():
    """The two brackets are one name in answers, too."""
    network = symnn.network("a = w^{[1]}_{1} x\ny = w^{[2]}_{1} a")
    for answer in ("w^{(2)}_1 x", "w^{[2]}_{1} x", "w^(2)_1 x", "w⁽²⁾₁ x", "w_1^{[2]} x"):
        assert symnn.compare(answer, "diff(y, w^(1)_1)", network=network).equal is True
    assert symnn.compare("w^{[1]}_1 x", "diff(y, w^(1)_1)", network=network).equal is False


@pytest.mark.parametrize(("a", "b"), [("w^{(2)}_{1}*x", "w_1*w_1*x"), ("W^{[1]}*x", "W*x"), ("x^{(2)}", "x*x")])
def test_a_layer_is_no_power_where_nothing_is_declared(a, b):
    """Different, or refused; ``x^(2)`` as a program writes it stays a power."""
    assert symnn.compare(a, b).verdict in ("wrong", "unreadable")
    assert symnn.compare("x^(2)", "x*x").equal is True


def test_a_refusal_names_file_line_and_column():
    """And what was found, in both languages."""
    text = Text(HEAD + "equations: |\n  a = w*x\n  y = f(a)\n", "n.yaml")
    with pytest.raises(GraphError, match=r"n\.yaml:6:7.*f\(…\)"):
        network_from_file(text)


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        ("1/2||y-z||^2", lambda _w, y, z: ((y - z) ** 2).sum() / 2),
        ("0.5*||z-y||²", lambda _w, y, z: ((y - z) ** 2).sum() / 2),
        ("½‖y−z‖²", lambda _w, y, z: ((y - z) ** 2).sum() / 2),
        ("\\frac12 \\|y - z\\|_2^2", lambda _w, y, z: ((y - z) ** 2).sum() / 2),
        ("\\left\\lVert y-z \\right\\rVert^{2}", lambda _w, y, z: ((y - z) ** 2).sum()),
        ("||y-z|| + ||y - 1||", lambda _w, y, z: np.linalg.norm(y - z) + np.linalg.norm(y - 1)),
        ("\\lVert W \\rVert_F^2 + ||x_1| - 3|", lambda w, _y, _z: (w**2).sum() + 2.3),
        ("||y||_1 + 0.1 ||W||^2_F", lambda w, y, _z: np.abs(y).sum() + 0.1 * (w**2).sum()),
        ("|y_1||y_2| + ||W y||^4", lambda w, y, _z: abs(y[0] * y[1]) + np.linalg.norm(w @ y) ** 4),
    ],
)
def test_double_bars_are_a_norm(loss, value, tmp_path):
    """One number, never entry by entry; against NumPy and central differences, written and read again."""
    network = loaded(SQUARE + f"  y = W x\n  E = {loss}", tmp_path)
    w, x, z = (np.array(AT[name]) for name in ("W", "x", "z"))
    assert float(network.evaluate(AT)["E"]) == pytest.approx(value(w, w @ x, z))
    agrees(network, AT, ["W"])
    values, gradients = network.compile()(AT)
    assert float(values["E"]) == pytest.approx(value(w, w @ x, z))
    assert np.allclose(gradients["W"], network.gradient(AT)["W"])
    again = loaded(SQUARE + "".join(f"  {equation}\n" for equation in network.equations), tmp_path)
    assert again.model.graph.equations == network.model.graph.equations


@pytest.mark.parametrize(
    ("loss", "code"), [("||W||_2", "matrix-norm"), ("||y||_3", "norm-kind"), ("‖y‖_∞", "norm-kind")]
)
def test_norms_that_are_not_read_are_refused(loss, code, tmp_path):
    """With what is read instead."""
    assert refusal(SQUARE + f"  y = W x\n  E = {loss}", tmp_path).code == code


def test_norms_are_read_in_answers(tmp_path):
    """Where the shapes say that there is a vector; between numbers double bars are the absolute value."""
    network = loaded(SQUARE + "  y = W x\n  E = squared_error(y, z)", tmp_path)
    for answer in ("||y-z||^2", "\\|z-y\\|^2", "(y-z)^T(y-z)", "‖W x - z‖²"):
        assert symnn.compare(answer, "E", network=network).equal is True
    assert symnn.compare("||x||*||y|| - 1", "|x y| - 1").equal is True
    assert r"\left\|y - z\right\|^{2}" in loaded(SQUARE + "  y = W x\n  E = ||y-z||^2", tmp_path).derive().latex()


def test_what_was_taken_for_a_parameter_is_said(tmp_path):
    """By `show` and by `check`; a list of parameters, or a shape, declares them."""
    runner = CliRunner(env={"LANG": "en_US.UTF-8"})
    file = tmp_path / "n.yaml"
    file.write_text(HEAD + "inputs: [x]\nshapes: {V: 2x2}\nequations: |\n  a = w*x + delta_k\n  E = a*sum(V)\n")
    for command in (["show", str(file)], ["check", str(file)]):
        ran = runner.invoke(symnn_command, command)
        assert ran.exit_code == 0, ran.output
        assert re.search(
            r"Taken for parameters, since nothing defines or declares them: w, (delta_k|δ_k)\.", ran.output
        )
    declared = HEAD + "parameters: [w, V, delta_k]\ninputs: [x]\nshapes: {V: 2x2}\nequations: |\n  a = w*x + delta_k\n"
    file.write_text(declared + "  E = a*sum(V)\n", encoding="utf-8")
    for command in (["show", str(file)], ["check", str(file)]):
        assert "Taken for parameters" not in runner.invoke(symnn_command, command).output


def test_sigma_without_an_argument_is_a_quantity():
    """A Gaussian has its width σ; where σ is applied it is the logistic function."""
    network = symnn.network("y = exp(-(x - c)^2/(2 \\sigma^2))/σ")
    assert network.parameters == ("x", "c", "sigma")
    assert symnn.network("y = σ(w x)").equations == ("y = sigmoid(w*x)",)
    with pytest.raises(GraphError):
        symnn.network("y = σ(w x) + σ^2")


def test_pages_write_a_bias_with_ones_and_an_entry_as_an_entry(tmp_path):
    """``1 b^T`` in every row, y_1 and no stretch of y; the ones are explained."""
    text = (
        "samples: rows\nshapes: {X: 4x3, W: 3x2, b: 2}\ninputs: [X]\nequations: |\n"
        "  A = X W + b\n  E = sum(A ⊙ A) + b_2 - W_{21}"
    )
    network = loaded(text, tmp_path)
    page = network.derive().latex()
    assert r"A &= X\,W + \mathbf{1}_4\,b^{\top}" in page
    assert "spread" not in page
    assert r"b_2 - W_{21}" in page
    assert r"\mathbf{1}_4$ has the size" in page
