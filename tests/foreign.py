"""Networks of other courses, written as their authors would, with what they need to be read."""

from __future__ import annotations

FOREIGN = {
    "logistic regression": (
        {"x": (3,), "w": (3,)},
        "a = transpose(w) x + b\ny = sigmoid(a)\nE = -(z log(y) + (1 - z) log(1 - y))",
        ("x", "z"),
    ),
    "several logistic outputs": (
        {"W": (3, 2), "b": (3,), "x": (2,), "z": (3,)},
        "y = sigmoid(W x + b)\nE = -sum(z ⊙ log(y) + (1 - z) ⊙ log(1 - y))",
        ("x", "z"),
    ),
    "softmax regression": (
        {"W": (3, 2), "b": (3,), "x": (2,), "z": (3,)},
        "s = W x + b\np = softmax(s)\nE = cross_entropy(p, z)",
        ("x", "z"),
    ),
    "log softmax": ({"W": (3, 2), "x": (2,), "z": (3,)}, "s = W x\nE = -sum(z ⊙ (s - log(sum(exp(s)))))", ("x", "z")),
    "hinge": ({"w": (2,), "x": (2,)}, "m = t (transpose(w) x + b)\nE = max(0, 1 - m) + c transpose(w) w", ("x", "t")),
    "pseudo-Huber": (
        {"W": (2, 3), "x": (3,), "z": (2,)},
        "y = W x\nE = mean(sqrt(1 + (y - z)^2) - 1)",
        ("x", "z"),
    ),
    "absolute error": ({"W": (2, 3), "x": (3,), "z": (2,)}, "y = W x\nE = sum(abs(y - z))/2", ("x", "z")),
    "ridge and lasso": (
        {"W": (2, 2), "b": (2,), "x": (2,), "z": (2,)},
        "E = squared_error(W x + b, z) + sum(abs(b)) + k sum(W ⊙ W)",
        ("x", "z"),
    ),
    "tied autoencoder": (
        {"W": (2, 3), "b": (2,), "c": (3,), "x": (3,)},
        "h = tanh(W x + b)\ny = transpose(W) h + c\nE = squared_error(y, x)",
        ("x",),
    ),
    "variational": (
        {"m": (2,), "l": (2,), "e": (2,), "A": (3, 2), "x": (3,)},
        "K = -1/2 sum(1 + l - m^2 - exp(l))\nq = m + exp(l/2) ⊙ e\ny = A q\nR = half_squared_error(y, x)\nE = R + K",
        ("x", "e"),
    ),
    "long short-term memory": (
        dict.fromkeys(("A", "B", "C", "D", "F", "G", "H", "K"), (2, 2))
        | dict.fromkeys(("x", "s", "c", "z", "b"), (2,)),
        (
            "i = sigmoid(A x + B s + b)\nf = sigmoid(C x + D s)\no = sigmoid(F x + G s)\ng = tanh(H x + K s)\n"
            "n = f ⊙ c + i ⊙ g\nh = o ⊙ tanh(n)\nE = squared_error(h, z)"
        ),
        ("x", "z"),
    ),
    "gated recurrent unit": (
        {"A": (3, 2), "B": (3, 3), "C": (3, 2), "D": (3, 3), "F": (3, 2), "G": (3, 3), "x": (2,), "s": (3,), "z": (3,)},
        (
            "r = sigmoid(A x + B s)\nu = sigmoid(C x + D s)\nn = tanh(F x + G (r ⊙ s))\nh = (1 - u) ⊙ n + u ⊙ s\n"
            "E = squared_error(h, z)"
        ),
        ("x", "z"),
    ),
    "attention to one query": (
        {"q": (2,), "K": (3, 2), "V": (3, 4), "g": (4,)},
        "s = K q/sqrt(2)\np = softmax(s)\no = transpose(V) p\nE = transpose(g) o",
        ("q", "g"),
    ),
    "layer norm": (
        {"x": (4,), "g": (4,), "b": (4,), "v": (4,)},
        "m = mean(x)\nd = x - m\ns = sqrt(mean(d ⊙ d) + 1/100)\ny = g ⊙ d/s + b\nE = transpose(v) y",
        ("x", "v"),
    ),
    "residual blocks": (
        {"W": (3, 3), "V": (3, 3), "b": (3,), "x": (3,), "z": (3,)},
        "h = x + relu(W x + b)\ny = h + V tanh(h)\nE = half_squared_error(y, z)",
        ("x", "z"),
    ),
    "bilinear": ({"A": (2, 3), "u": (2,), "v": (3,)}, "s = transpose(u) A v\nE = (sigmoid(s) - z)^2", ("u", "v", "z")),
    "quadratic form": ({"A": (3, 3), "x": (3,)}, "E = transpose(x) A x + transpose(x) transpose(A) A x", ("x",)),
    "radial": (
        {"c": (2,), "d": (2,), "x": (2,)},
        "r = transpose(x - c) (x - c)\nu = transpose(x - d) (x - d)\ny = v exp(-k r) + w exp(-k u)\nE = (y - z)^2",
        ("x", "z"),
    ),
    "cosine": (
        {"a": (3,), "b": (3,)},
        "n = sqrt(transpose(a) a)\nm = sqrt(transpose(b) b)\nE = transpose(a) b/(n m)",
        ("a",),
    ),
    "triplet": (
        {"W": (2, 3), "a": (3,), "p": (3,), "n": (3,)},
        "u = W a - W p\nv = W a - W n\nE = max(0, transpose(u) u - transpose(v) v + 1)",
        ("a", "p", "n"),
    ),
    "factors of a matrix": (
        {"W": (3, 2), "V": (3, 2), "X": (3, 3)},
        "R = W transpose(V) - X\nE = sum(R ⊙ R) + k sum(W ⊙ W)",
        ("X",),
    ),
    "batch in columns": (
        {"X": (2, 4), "Y": (3, 4), "W": (3, 2), "b": (3,)},
        "A = tanh(W X + b)\nE = sum((A - Y) ⊙ (A - Y))/4",
        ("X", "Y"),
    ),
    "an outer product": (
        {"u": (2,), "v": (3,), "X": (2, 3)},
        "E = sum((u transpose(v) - X) ⊙ (u transpose(v)))",
        ("X",),
    ),
    "a row and a column": ({"r": (1, 3), "c": (3,), "M": (3, 2)}, "s = r c\nt = r M\nE = s^2 + sum(t ⊙ t)", ("r", "c")),
    "one by one": ({"W": (1, 2), "V": (2, 1), "x": (2,)}, "a = W x\nh = tanh(V a)\nE = transpose(h) x", ("x",)),
    "an image": (
        {"X": (5, 4), "K": (2, 2), "w": (4,)},
        "M = conv(X, K)\nP = max_pool(relu(M + b), 2, 2)\nv = flatten(P)\ny = sigmoid(transpose(w) v)\nE = (y - z)^2",
        ("X", "z"),
    ),
    "maps with strides": (
        {"X": (2, 5, 5), "K": (3, 2, 3, 3), "b": (3,), "G": (3, 3, 3)},
        "M = conv(X, K, 2, 1) + b\nE = sum(tanh(M) ⊙ G)",
        ("X", "G"),
    ),
    "focal loss": ({"w": (2,), "x": (2,)}, "p = sigmoid(transpose(w) x)\nE = -(1 - p)^2 log(p)", ("x",)),
    "entries": ({"W": (2, 2), "x": (2,)}, "h = tanh(W x)\nE = h[1]^2 + W[1,2] h[2]", ("x",)),
}
"""Shapes, equations, and what comes per sample."""
