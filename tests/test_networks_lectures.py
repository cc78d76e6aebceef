r"""Networks as lecturers of other courses write them: marks above a name, index sums, lists, signs of products.

Each model is read as it stands; beside it what it must mean, in the program's own writing, or the refusal.
"""

import json

import pytest

import symnn
from symnn.errors import SymnnError

HEAD = "symnn: 1\nnetwork: net\ntitle: {zh: 网络, en: net}\n"
NIELSEN = "shapes: {x: 2, w^2: 3x2, b^2: 3}\ninputs: [x]\nequations: |\n  z^2 = w^2 x + b^2\n  a^2 = σ(z^2)\n"
SOFTMAX = (
    "inputs: [x_j]\ntargets: [y_k]\nindex: {k: 1..3, j: 1..2}\nequations: |\n"
    "  z_k = \\sum_{j=1}^{2} W_{kj} x_j + b_k\n"
    "  p_k = \\frac{e^{z_k}}{\\sum_{l=1}^{3} e^{z_l}}\n"
    "  L = -\\sum_{k=1}^{3} y_k \\log p_k\n"
)
ATTENTION = (
    "inputs: [X, G]\nshapes: {X: 3x2, W^Q: 2x2, W^K: 2x2, W^V: 2x2, G: 3x2}\nequations: |\n"
    "  Q = X W^Q\n  K = X W^K\n  V = X W^V\n  S = Q K^T / \\sqrt{d_k}\n"
    "  A = softmax(S, axis=1)\n  Z = A V\n  L = sum(G ⊙ Z)\n"
)
BATCH = (
    "inputs: [X]\ntargets: [Y]\nsamples: rows\nshapes: {X: 3x2, W: 2x3, b: 3, Y: 3x3}\nequations: |\n"
    "  P = softmax(X @ W + b, axis=1)\n  L = -np.sum(Y * np.log(P)) / 3\n"
)
OLAH = (
    "inputs: [x_t, h_0, C_0]\nindex: {t: 1..1}\nshapes: {x_t: 2, h_0: 2, C_0: 2, W_f: 2x4}\nequations: |\n"
    "  f_t = \\sigma(W_f [h_{t-1}, x_t])\n  C_t = f_t * C_{t-1}\n"
)
LAYER_NORM = (
    "shapes: {x: 3, gamma: 3, g: 3}\ninputs: [g, epsilon]\nindex: {i: 1..3}\nequations: |\n"
    "  \\mu = \\frac{1}{3}\\sum_{i=1}^{3} x_i\n  \\sigma^2 = \\frac{1}{3}\\sum_{i=1}^{3} (x_i - \\mu)^2\n"
    "  \\hat{x}_i = \\frac{x_i - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}}\n  L = \\sum_{i=1}^{3} g_i \\gamma_i \\hat{x}_i\n"
)
GAN = "  G(z) = a z + c\n  D(x) = σ(w x + b)\n  L = -\\log D(x) - \\log(1 - D(G(z)))\n"
SIDES = (
    "inputs: [G]\nshapes: {A: 3x2, v: 3, G: 3x3}\nequations: |\n  Y = join_columns(A, v)\n  L = 1/2 sum(G ⊙ Y ⊙ Y)\n"
)
RESIDUAL = "shapes: {x: 2, A: 2x2, g: 2}\ninputs: [g]\nequations: |\n  y = (I - 2 A) x\n  L = g^T y\n"
STEPS = (
    "inputs: [x^{<t>}]\nindex: {t: 1..1}\nequations: |\n  a^{<0>} = 0\n"
    "  a^{<t>} = tanh(w a^{<t-1>} + u x^{\\langle t \\rangle})\n"
)
STARS = (
    "shapes: {X: 4x3, g: 3, q: 3, k: 3}\nequations: |\n  mu = mean(X, axis=0)\n  a = (X - mu) * mu\n"
    "  s = q \\cdot k / 2\n"
)


def whole(text):
    return text if "equations: |" not in text else HEAD + text


def written(text):
    return str(symnn.network(whole(text))).splitlines()


BATCH_CODE = (
    "shapes: {X: 3x2, Y: 3x2}\nequations: |\n  S = X @ Y.transpose(-2, -1)\n"
    "  m = (X > 0).float() * X.std(0, unbiased=False)\n"
)
ENCODED = (
    "index: {i: 1..2}\nshapes: {q: 2, h^{enc}_i: 2}\nequations: |\n  s_i = q^T h^{enc}_i\n  L = \\sum_{i=1}^{2} s_i^2\n"
)
MARKED = (
    "shapes: {f_i: 2, f_i^+: 2, h^{dec}: 2, h^{enc}_i: 2}\nindex: {i: 1..2}\nequations: |\n"
    "  d_i^+ = \\|f_i - f_i^+\\|^2\n  s_i = (h^{dec})^T h^{enc}_i\n  L = \\sum_{i=1}^{2} \\max(0, d_i^+ + s_i)\n"
)

MEANT = [
    (NIELSEN, ["z^(2) = w^(2)*x + b^(2)", "a^(2) = sigmoid(z^(2))"]),
    ("x^2 = a + 1\ny = x^2 + b^{ref}", None),
    ("x^2 = a + 1\ny = x^{2} b", ["x^(2) = a + 1", "y = x^(2)*b"]),
    ("\\sigma^2 = a^2 + 1\ns = \\sqrt{\\sigma^2 + b}", ["sigma^(2) = a^2 + 1", "s = sqrt(sigma^(2) + b)"]),
    (
        STEPS,
        ["a^(0) = 0", "a^(1) = tanh(w*a^(0) + u*x^(1))"],
    ),
    ("shapes: {X: 3x2, β: 2}\nequations: |\n  y = Xβ + eps\n", ["y = X*beta + eps"]),
    ("inputs: [x1]\nparameters: [w1]\nequations: |\n  a = w1x1\n", ["a = w1*x1"]),
    (
        "index: {c: 1..2}\nshapes: {W: 2x2, X: 2x2}\nequations: |\n  z_c = X_{c1}\n  s = tanh(W z)\n",
        ["z_1 = part(X, 1, 1)", "z_2 = part(X, 3, 3)", "s = tanh(W*[z_1, z_2])"],
    ),
    (OLAH, ["f_1 = sigmoid(W_f*concat(h_0, x_1))", "C_1 = f_1 ⊙ C_0"]),
    ("shapes: {h: 2, x: 3, W: 2x5}\nequations: |\n  y = W[h; x]\n", ["y = W*concat(h, x)"]),
    (
        STARS,
        ["mu = mean(X, columns)", "a = (X - spread(1, 4)*mu) ⊙ (spread(1, 4)*mu)", "s = transpose(q)*k/2"],
    ),
    ("shapes: {q: 3, k: 3}\nequations: |\n  s = q k\n", "shape-product-entrywise"),
    (RESIDUAL, ["y = (eye(2) - 2*A)*x", "L = transpose(g)*y"]),
    ("V = R I + E_0", ["V = R*I + E0"]),
    (
        "index: {j: 1..2}\nshapes: {x: 2, w_j: 2}\nequations: |\n  h = \\max_{j} (w_j^T x + b_j)\n",
        ["h = max(transpose(w_1)*x + b_1, transpose(w_2)*x + b_2)"],
    ),
    (
        "index: {n: 1..2}\ninputs: [x_n]\nequations: |\n  E = \\frac{1}{N} \\sum_{n=1}^{N} x_n\n",
        ["E = 1/N*(x_1 + x_2)"],
    ),
    ("L = [γ + d - d']_+ + x 1[a > 0]", ["L = max(0, gamma + d - d') + x*step(a)"]),
    ("shapes: {W_γ: 3x2, c: 2}\nequations: |\n  g = W_\\gamma c\n", ["g = W_gamma*c"]),
    ("functions: {\\varphi: tanh}\nequations: |\n  y = \\varphi(v)\n", ["y = phi(v)"]),
    ("\\hat{\\mathbf{y}} = 2 y", ["yhat = 2*y"]),
    ("e = d - y\nJ = \\frac{1}{2} e^2", ["e = d - y", "J = 1/2*e^2"]),
    ("e = d - y\nJ = e^x", "euler"),
    ("shapes: {v: 2, h: 2}\nequations: |\n  E(v, h) = -v^T h\n", ["E = -transpose(v)*h"]),
    ("f(x) = x^2", "no-equations"),
    ("L = e_1 + λ(a^2 + b^2)", ["L = e1 + lambda*(a^2 + b^2)"]),
    ("L = a + s(b)", "function-or-product"),
    ("x^2 = a + 1\ny = x^2 + x", "layer-or-power"),
    (
        "shapes: {W^{[1]}: 2x2, x: 2}\nequations: |\n  a = W^{[1]T} x + W^{[1]\\top} x\n",
        ["a = transpose(W^(1))*x + transpose(W^(1))*x"],
    ),
    ("shapes: {G: 2x2}\nequations: |\n  L = \\langle G, G \\rangle\n", ["L = sum(G ⊙ G)"]),
    ("shapes: {X: 2x2, w: 2}\nequations: |\n  L = \\sum_{i=1}^{2} (X w)_i^2\n", None),
    ("s = \\sqrt{1 - \\bar α} \\hat{σ}", ["s = sqrt(1 - alphabar)*sigmahat"]),
    (
        "shapes: {Y: 1x2, p: 2}\nequations: |\n  A = p^T\n  L = \\sum_{i=1}^{2} Y_i A_i\n",
        ["A = transpose(p)", "L = sum(Y ⊙ A)"],
    ),
    (
        "shapes: {X: 2x3, w: 3, Y: 1x2}\nequations: |\n  A = X w\n  L = \\sum_{i=1}^{2} Y_i A_i\n",
        ["A = X*w", "L = part(Y, 1, 1)*part(A, 1, 1) + part(Y, 2, 2)*part(A, 2, 2)"],
    ),
    (
        "shapes: {X: 2x2, A: 2x3}\nequations: |\n  S = softmax(X A (X A)^T/\\sqrt{2}, axis=-1)\n",
        ["S = softmax(X*A*transpose(X*A)/sqrt(2), rows)"],
    ),
    (
        "shapes: {A: 3x2, B: 1x2, v: 3}\nequations: |\n  Y = concat(A, v, axis=1)\n  Z = concat(A, B, axis=0)\n",
        ["Y = join_columns(A, v)", "Z = transpose(join_columns(transpose(A), transpose(B)))"],
    ),
    ("shapes: {A: 3x2, B: 1x2}\nequations: |\n  Y = concat(A, B, axis=1)\n", "shape-beside"),
    ("\\sigma^2 = a\n\\sigma = \\sqrt{\\sigma^2}", "layer-or-power"),
    (
        MARKED,
        [
            "d^(+)_1 = squared_norm(f_1 - f^(+)_1)",
            "d^(+)_2 = squared_norm(f_2 - f^(+)_2)",
            "s_1 = transpose(h^(dec))*h^(enc)_1",
            "s_2 = transpose(h^(dec))*h^(enc)_2",
            "L = max(0, d^(+)_1 + s_1) + max(0, d^(+)_2 + s_2)",
        ],
    ),
    (
        "inputs: [x, x_i]\nindex: {i: 1..2}\nequations: |\n  K_i = w (x - x_i)\n",
        ["K_1 = w*(x - x_1)", "K_2 = w*(x - x_2)"],
    ),
    ("shapes: {W: 2x2}\nequations: |\n  L = \\sum_{i=1}^{2} (W)_{ik}\n", "unknown-name"),
    (
        "shapes: {W: 1x2, G_S: 1x2}\nequations: |\n  L = \\sum_{i=1}^{1} \\sum_{j=1}^{2} W_{ij} (G_S)_{ij}\n",
        ["L = part(W, 1, 1)*part(G_S, 1, 1) + part(W, 2, 2)*part(G_S, 2, 2)"],
    ),
    (
        "samples: rows\nshapes: {X: 3x2, W: 2x2}\nequations: |\n  P = softmax(X W)\n  Q = (X W).exp().mean(dim=-1)\n",
        ["P = softmax(X*W, rows)", "Q = mean(exp(X*W), rows)"],
    ),
    (
        BATCH_CODE,
        ["S = X*transpose(Y)", "m = step(X) ⊙ (spread(1, 3)*std(X, columns))"],
    ),
]
"""What an author writes, and its equations or the code of its refusal; None: it loads."""


@pytest.mark.parametrize(("text", "expected"), MEANT)
def test_a_model_means_what_its_lecturer_means(text, expected):
    if isinstance(expected, str):
        with pytest.raises(SymnnError) as refused:
            symnn.network(whole(text))
        assert refused.value.problems[0].code == expected
    elif expected is None:
        assert symnn.network(whole(text))
    else:
        assert written(text) == expected


GRADED = [
    (NIELSEN + "  C = \\frac{1}{2} \\|a^2\\|^2\n", "diff(C, z^2)", "a^2 ⊙ σ'(z^2)"),
    (ATTENTION, "diff(L, W^V)", "X^T A^T G"),
    (ATTENTION, "diff(L, Q)", "\\frac{1}{\\sqrt{d_k}} (A ⊙ (G V^T - sum(A ⊙ (G V^T), axis=1))) K"),
    (SOFTMAX, "diff(L, z_1)", "p_1 - y_1"),
    (SOFTMAX, "diff(L, z)", "p - y"),
    (SOFTMAX, "diff(L, W_{12})", "(p_1 - y_1) x_2"),
    (BATCH, "diff(L, W)", "X^T (P - Y)/3"),
    (BATCH, "diff(L, b)", "np.sum(P - Y, axis=0)/3"),
    (LAYER_NORM, "diff(L, gamma)", "g \\odot \\hat x"),
    (LAYER_NORM, "diff(L, \\hat x)", "g ⊙ γ"),
    (
        LAYER_NORM,
        "diff(L, \\sigma^2)",
        "-\\frac{1}{2} (\\sigma^2 + \\epsilon)^{-3/2} \\sum_{i=1}^{3} g_i γ_i (x_i - \\mu)",
    ),
    (OLAH + "  L = sum(C_1)\n", "diff(L, W_f)", "(C_0 ⊙ f_1 ⊙ (1 - f_1)) [h_0, x_1]^T"),
    (RESIDUAL, "diff(y, x)", "I - 2 A"),
    (RESIDUAL, "diff(L, A[1,:])", "-2 g_1 x"),
    ("shapes: {k: 2, m: 2}\nequations: |\n  K = k \\cdot m\n  L = K^2\n", "diff(L, k)", "2 (k \\cdot m) m"),
    (SIDES, "diff(L, A)", "G[:, 1:2] ⊙ A[1:3,:]"),
    ("s = w x\nL = max(0, 1 - s)", "diff(L, w)", "-x 1[1 - s > 0]"),
    ("inputs: [x, z]\nequations: |\n" + GAN, "diff(L, w)", "-(1 - D(x)) x + D(G(z)) G(z)"),
    ("shapes: {g: 2}\nequations: |\n  L = (\\|g\\|_2 - 1)^2\n", "diff(L, g)", "2(\\|g\\|_2 - 1) \\frac{g}{\\|g\\|_2}"),
    (
        ENCODED,
        "diff(L, q)",
        "2 \\sum_{i=1}^{2} (q^T h_i^{enc}) h_i^{enc}",
    ),
]
WRONG = [
    (SOFTMAX, "diff(L, z)", "y - p"),
    (BATCH, "diff(L, W)", "X^T (P - Y)"),
    (RESIDUAL, "diff(y, x)", "I - A"),
    (LAYER_NORM, "diff(L, gamma)", "\\hat x"),
    ("inputs: [x, z]\nequations: |\n" + GAN, "diff(L, w)", "-(1 - D(x)) x + D(z) G(z)"),
]


def grade(tmp_path, text, asked, answer):
    (tmp_path / "net.yaml").write_text(
        whole(text) if "equations" in text else f"{HEAD}equations: |\n  " + text.replace("\n", "\n  "), encoding="utf-8"
    )
    part = f"{{id: a, kind: matrix, points: 1, ask: {{zh: 求, en: find}}, answer: {json.dumps(asked)}}}"
    (tmp_path / "q.yaml").write_text(
        f"symnn: 1\nid: q\ntitle: {{zh: 题, en: q}}\nuse: ./net.yaml\nprompt: {{zh: 题, en: q}}\nparts:\n  - {part}\n",
        encoding="utf-8",
    )
    return symnn.exercise(str(tmp_path / "q.yaml")).part("a").grade(answer).verdict


@pytest.mark.parametrize(("text", "asked", "answer"), GRADED)
def test_a_published_formula_is_right(tmp_path, text, asked, answer):
    assert grade(tmp_path, text, asked, answer) == "correct"


@pytest.mark.parametrize(("text", "asked", "answer"), WRONG)
def test_another_formula_is_wrong(tmp_path, text, asked, answer):
    assert grade(tmp_path, text, asked, answer) == "wrong"


def test_what_has_a_value_alone_is_given_and_functions_of_parameters_are_filed():
    net = symnn.network(HEAD + "parameters: [w]\ninputs: [x]\nvalues: {β: 2}\nequations: |\n  y = β w x\n")
    assert (net.inputs, net.parameters) == (("x", "beta"), ("w",))
    with pytest.raises(SymnnError):
        symnn.network(HEAD + "parameters: [w]\ninputs: [x]\nvalues: {γ: 2}\nequations: |\n  y = β w x\n")
    gan = symnn.network(HEAD + "inputs: [x, z]\nequations: |\n" + GAN)
    again = symnn.network(gan.to_yaml())
    assert str(again) == str(gan)
    assert again.model.graph.formulas == gan.model.graph.formulas


def test_a_root_of_a_positive_quantity_is_judged_with_units_free(tmp_path):
    text = "h = tanh(a*x/sqrt(d))\ny = c h\nE = (y - z)^2/sqrt(d)"
    for way in ("2(y-z) c (1-h^2) x/d", "2(y-z) c x (1-h^2)/d", "2 c (y-z) (1-h)(1+h) x/(sqrt(d) sqrt(d))"):
        assert grade(tmp_path, text, "diff(E, a)", way) == "correct"
