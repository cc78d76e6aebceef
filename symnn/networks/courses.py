"""Networks of other courses, of any size: classifiers, gated cells, attention, autoencoders, word vectors.

Vectors are columns, one sample at a time, except where a network is about a whole batch or sequence: there each
sample or token is a row. Each builder gives the equations as textbooks write them; sizes are told in its docstring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.networks.demands import built_title, demand_activation, demand_sizes
from symnn.networks.network import Network
from symnn.networks.network_file import network_from_data
from symnn.ops import named

__all__ = [
    "attention",
    "autoencoder",
    "batch_norm",
    "gru",
    "layer_norm",
    "logistic",
    "lstm",
    "matrix_mlp",
    "residual",
    "softmax_regression",
    "vae",
    "word2vec",
]

LEAST_LAYERS = 2

Shapes = Mapping[str, int | tuple[int, ...]]


def logistic(inputs: int = 2) -> Network:
    """Build logistic regression: a = wᵀx + b, y = σ(a), with the cross entropy of two classes.

    >>> logistic(3).graph.parameters
    ('w', 'b')
    """
    sizes = demand_sizes(inputs=inputs)
    equations = ["a = w^T x + b", "y = sigmoid(a)", "E = cross_entropy(y, z)"]
    shapes: Shapes = {"w": inputs, "x": inputs}
    return _built("logistic", sizes, equations, shapes, ("x",), ("z",), parameters=("w", "b"))


def softmax_regression(inputs: int = 3, classes: int = 3) -> Network:
    """Build a linear classifier: a = W x + b, y = softmax(a), with the cross entropy of a one-hot target.

    >>> softmax_regression(4, 3).graph.shapes["W"]
    (3, 4)
    """
    sizes = demand_sizes(2, classes=classes) + demand_sizes(inputs=inputs)
    equations = ["a = W x + b", "y = softmax(a)", "E = cross_entropy(y, z)"]
    shapes: Shapes = {"W": (classes, inputs), "b": classes, "x": inputs, "z": classes}
    return _built("softmax-regression", sizes[::-1], equations, shapes, ("x",), ("z",))


def matrix_mlp(
    sizes: Sequence[int], activation: str = named.SIGMOID, output: str = named.IDENTITY, *, bias: bool = True
) -> Network:
    """Build a fully connected network in matrix form: a_l = W_l h_{l-1} + b_l, h_l = f(a_l), y = output(a_L).

    ``activation`` is a known function, or a formula in x. With the output softmax the loss is the cross entropy, with
    sigmoid that of two classes each, else E = ‖y - z‖².

    >>> [shape for name, shape in matrix_mlp([4, 5, 3], output="softmax").graph.shapes.items() if name[0] == "W"]
    [(5, 4), (3, 5)]
    """
    if len(sizes) < LEAST_LAYERS:
        raise raisable(UsageError, Problem("bad-sizes", {"sizes": tuple(map(str, sizes)), "least": LEAST_LAYERS}))
    checked = demand_sizes(**{f"sizes[{place}]": size for place, size in enumerate(sizes)})
    shapes: dict[str, int | tuple[int, ...]] = {"x": checked[0], "z": checked[-1]}
    equations: list[str] = []
    below = "x"
    for layer, (before, size) in enumerate(pairwise(checked), 1):
        shapes[f"W{layer}"] = (size, before)
        shift = f" + b{layer}" if bias else ""
        if bias:
            shapes[f"b{layer}"] = size
        equations.append(f"a{layer} = W{layer} {below}{shift}")
        last = layer == len(checked) - 1
        below = "y" if last else f"h{layer}"
        equations.append(f"{below} = {output if last else 'f'}(a{layer})")
    crossed = output in (named.SOFTMAX, named.SIGMOID)
    equations.append("E = cross_entropy(y, z)" if crossed and checked[-1] > 1 else "E = sum((y - z)^2)")
    functions = {"f": activation} if len(checked) > LEAST_LAYERS else {}
    return _built("mlp-matrix", checked, equations, shapes, ("x",), ("z",), functions=functions)


def lstm(steps: int = 3, inputs: int = 2, hidden: int = 2, outputs: int = 1) -> Network:
    """Build a long short-term memory: gates i, f, o, candidate g, cell c, state h; y = V h_T, E = ‖y - z‖².

    Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers and others 2000.

    >>> lstm(2).graph.definitions["h_2"].factors[0].name
    'o_2'
    """
    sizes = demand_sizes(steps=steps, inputs=inputs, hidden=hidden, outputs=outputs)
    equations = [
        "h_0 = 0",
        "c_0 = 0",
        *(f"{gate}_t = sigmoid({_gate(gate)})" for gate in "ifo"),
        f"g_t = tanh({_gate('g')})",
        "c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t",
        "h_t = o_t ⊙ tanh(c_t)",
        *_read_out(steps),
    ]
    shapes = _cell("ifog", inputs, hidden, outputs) | {"c_t": hidden}
    return _built("lstm", sizes, equations, shapes, ("x_t",), ("z",), index={"t": (1, steps)})


def gru(steps: int = 3, inputs: int = 2, hidden: int = 2, outputs: int = 1) -> Network:
    """Build a gated recurrent unit: reset r, update u, candidate n, state h; y = V h_T, E = ‖y - z‖².

    Source: Cho and others 2014; h_t = (1 - u_t) ⊙ n_t + u_t ⊙ h_{t-1}.

    >>> "u_2" in gru(2).graph.definitions
    True
    """
    sizes = demand_sizes(steps=steps, inputs=inputs, hidden=hidden, outputs=outputs)
    equations = [
        "h_0 = 0",
        f"r_t = sigmoid({_gate('r')})",
        f"u_t = sigmoid({_gate('u')})",
        "n_t = tanh(W_n x_t + U_n (r_t ⊙ h_{t-1}) + b_n)",
        "h_t = (1 - u_t) ⊙ n_t + u_t ⊙ h_{t-1}",
        *_read_out(steps),
    ]
    return _built(
        "gru", sizes, equations, _cell("run", inputs, hidden, outputs), ("x_t",), ("z",), index={"t": (1, steps)}
    )


def attention(tokens: int = 3, width: int = 4, keys: int = 2, *, heads: int = 1, masked: bool = False) -> Network:
    """Build self-attention over the rows of X: A = softmax(Q Kᵀ/√d) by rows, H = A V, E = ‖H - Z‖².

    With several ``heads`` each has its own Q, K, V and output matrix O, and Y is their sum, which is what joining
    them and multiplying by one matrix gives. ``masked``: a given matrix M, 0 or a large negative number, is added to
    the scores, so that no token sees a later one. Source: Vaswani and others 2017.

    >>> attention(3, 4, 2).graph.parameters
    ('W_Q', 'W_K', 'W_V')
    """
    sizes = demand_sizes(tokens=tokens, width=width, keys=keys, heads=heads)
    shapes: dict[str, int | tuple[int, ...]] = {"X": (tokens, width)}
    equations: list[str] = []
    results = []
    for head in range(1, heads + 1):
        own = str(head) if heads > 1 else ""
        shapes |= {f"W_{letter}{own}": (width, keys) for letter in "QKV"}
        equations += [f"{letter}{own} = X W_{letter}{own}" for letter in "QKV"]
        scores = f"Q{own} K{own}^T / sqrt({keys})"
        equations.append(f"S{own} = {scores}{' + M' if masked else ''}")
        equations += [f"A{own} = softmax(S{own}, rows)", f"H{own} = A{own} V{own}"]
        results.append(f"H{own} O{own}" if heads > 1 else f"H{own}")
        shapes |= {f"O{own}": (keys, width)} if heads > 1 else {}
    shapes["Z"] = (tokens, width if heads > 1 else keys)
    joined = [f"Y = {' + '.join(results)}"] if heads > 1 else []
    equations += [*joined, f"E = ||{'Y' if heads > 1 else 'H'} - Z||^2"]
    values = {}
    if masked:
        shapes["M"] = (tokens, tokens)
        values["M"] = [[-1e9 if later > row else 0 for later in range(tokens)] for row in range(tokens)]
    given = ("X", "M") if masked else ("X",)
    return _built("attention", sizes, equations, shapes, given, ("Z",), samples="rows", values=values)


def autoencoder(inputs: int = 4, hidden: int = 2, activation: str = named.SIGMOID) -> Network:
    """Build an autoencoder: h = f(W x + b), r = V h + c, E = ‖r - x‖².

    >>> autoencoder(4, 2).graph.shapes["V"]
    (4, 2)
    """
    sizes = demand_sizes(inputs=inputs, hidden=hidden)
    equations = ["h = f(W x + b)", "r = V h + c", "E = sum((r - x)^2)"]
    shapes: Shapes = {"W": (hidden, inputs), "b": hidden, "V": (inputs, hidden), "c": inputs, "x": inputs}
    return _built("autoencoder", sizes, equations, shapes, ("x",), (), functions={"f": activation})


def vae(inputs: int = 3, hidden: int = 3, latent: int = 2) -> Network:
    """Build a variational autoencoder: mean m and log variance l of the code, s = m + exp(l/2) ⊙ ε, r = V s + c.

    The loss is the squared distance plus the divergence of N(m, eˡ) from N(0, 1), ½ Σ (m² + eˡ - l - 1); the noise ε
    is given. Source: Kingma and Welling 2014, appendix B.

    >>> vae().graph.definitions["E"].terms[1].name
    'E_K'
    """
    sizes = demand_sizes(inputs=inputs, hidden=hidden, latent=latent)
    equations = [
        "h = tanh(W x + b)",
        "m = W_m h + b_m",
        "l = W_l h + b_l",
        "s = m + exp(l/2) ⊙ epsilon",
        "r = V s + c",
        "E_r = sum((r - x)^2)",
        "E_K = sum(m^2 + exp(l) - l - 1)/2",
        "E = E_r + E_K",
    ]
    shapes: Shapes = {
        "W": (hidden, inputs),
        "b": hidden,
        "W_m": (latent, hidden),
        "b_m": latent,
        "W_l": (latent, hidden),
        "b_l": latent,
        "V": (inputs, latent),
        "c": inputs,
        "x": inputs,
        "epsilon": latent,
    }
    return _built("vae", sizes, equations, shapes, ("x", "epsilon"), ())


def batch_norm(samples: int = 4, features: int = 2) -> Network:
    """Build batch normalisation: each column of X loses its mean and is divided by its deviation; Y = N ⊙ γ + β.

    Nothing is added to the deviation. E = ‖Y - Z‖². Source: Ioffe and Szegedy 2015.

    >>> batch_norm(4, 2).graph.parameters
    ('gamma', 'beta')
    """
    sizes = demand_sizes(2, samples=samples) + demand_sizes(features=features)
    shapes: Shapes = {
        "X": (samples, features),
        "gamma": features,
        "beta": features,
        "Z": (samples, features),
    }
    equations = ["N = normalize(X, columns)", "Y = N ⊙ gamma + beta", "E = ||Y - Z||^2"]
    return _built("batch-norm", sizes, equations, shapes, ("X",), ("Z",), samples="rows")


def layer_norm(inputs: int = 4) -> Network:
    """Build layer normalisation: x loses its mean and is divided by its deviation; y = γ ⊙ n + β, E = ‖y - z‖².

    >>> layer_norm(3).graph.shapes["n"]
    (3,)
    """
    sizes = demand_sizes(2, inputs=inputs)
    shapes: Shapes = dict.fromkeys(("x", "gamma", "beta", "z"), inputs)
    equations = ["n = normalize(x)", "y = gamma ⊙ n + beta", "E = sum((y - z)^2)"]
    return _built("layer-norm", sizes, equations, shapes, ("x",), ("z",))


def residual(width: int = 3, hidden: int = 2, activation: str = named.RELU) -> Network:
    """Build a residual block: y = x + V f(W x + b) + c, E = ‖y - z‖².

    >>> residual(3).graph.parameters
    ('W', 'b', 'V', 'c')
    """
    sizes = demand_sizes(width=width, hidden=hidden)
    shapes: Shapes = {
        "W": (hidden, width),
        "b": hidden,
        "V": (width, hidden),
        "c": width,
        "x": width,
        "z": width,
    }
    equations = ["a = W x + b", "h = f(a)", "y = x + V h + c", "E = sum((y - z)^2)"]
    return _built("residual", sizes, equations, shapes, ("x",), ("z",), functions={"f": activation})


def word2vec(words: int = 5, width: int = 3, negative: int = 0) -> Network:
    """Build skip-gram: the vector v of a word predicts the one beside it by softmax(U v).

    x and z are one-hot: the word, and its neighbour. With ``negative`` so many words are told from the neighbour
    instead, E = -log σ(uᵀv) - Σ_k log σ(-u_kᵀv), all vectors being parameters. Source: Mikolov and others 2013.

    >>> word2vec(4, 2, negative=2).graph.parameters
    ('u', 'v', 'u1', 'u2')
    """
    sizes = demand_sizes(2, words=words) + demand_sizes(width=width) + demand_sizes(0, negative=negative)
    if not negative:
        equations = ["v = C^T x", "a = U v", "y = softmax(a)", "E = cross_entropy(y, z)"]
        shapes: Shapes = {"C": (words, width), "U": (words, width), "x": words, "z": words}
        return _built("word2vec", sizes[:2], equations, shapes, ("x",), ("z",))
    others = [f"u{k}" for k in range(1, negative + 1)]
    equations = ["s = u^T v", *(f"s{k} = u{k}^T v" for k in range(1, negative + 1))]
    terms = "".join(f" - log(sigmoid(-s{k}))" for k in range(1, negative + 1))
    equations.append(f"E = -log(sigmoid(s)){terms}")
    return _built("word2vec", sizes, equations, dict.fromkeys(("v", "u", *others), width), (), ())


def _gate(letter: str) -> str:
    """Write the weighted sum of a gate: of the input, of the state before, and a bias."""
    return f"W_{letter} x_t + U_{letter} h_{{t-1}} + b_{letter}"


def _read_out(steps: int) -> tuple[str, str]:
    return f"y = V h_{{{steps}}}", "E = sum((y - z)^2)"


def _cell(gates: str, inputs: int, hidden: int, outputs: int) -> dict[str, int | tuple[int, ...]]:
    """Give the shapes of a cell with these gates."""
    found: dict[str, int | tuple[int, ...]] = {"x_t": inputs, "h_t": hidden, "V": (outputs, hidden), "z": outputs}
    for gate in gates:
        found |= {f"W_{gate}": (hidden, inputs), f"U_{gate}": (hidden, hidden), f"b_{gate}": hidden}
    return found


def _built(  # noqa: PLR0913 - each is one thing that a network file declares
    kind: str,
    sizes: Sequence[int],
    equations: Sequence[str],
    shapes: Shapes,
    inputs: Sequence[str],
    targets: Sequence[str],
    *,
    functions: Mapping[str, str] | None = None,
    **also: Any,
) -> Network:
    name = "-".join([kind, *map(str, sizes)])
    data = {"network": name, "equations": equations, "shapes": shapes, "inputs": inputs, "targets": targets}
    for activation in (functions or {}).values():
        if activation.isidentifier():  # a formula in x is read with the network
            demand_activation(activation)
    title = built_title(name)
    data |= {"title": {"zh": title.zh, "en": title.en}, "functions": functions or {}}
    return network_from_data({**data, **also})
