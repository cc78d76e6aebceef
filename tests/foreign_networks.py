"""Networks of other courses, in the writing of their own: the pages and programs of these must be true, too."""

from __future__ import annotations

from typing import NamedTuple

from tensor_graphs import graph_of


class Foreign(NamedTuple):
    """A network that nobody made for this program; ``positive`` quantities are drawn between 0.1 and 1.

    A ``distribution`` among them is a target and adds up to 1, as targets of a softmax do.
    """

    text: str
    shapes: dict
    parameters: tuple[str, ...]
    positive: tuple[str, ...] = ()
    distribution: str = ""

    @property
    def graph(self):
        """Read the equations; what is no parameter is given."""
        inputs = tuple(name for name in self.shapes if name not in {*self.parameters, self.distribution})
        targets = (self.distribution,) if self.distribution else ()
        return graph_of(self.text, self.shapes, parameters=self.parameters, inputs=inputs, targets=targets)


FOREIGN = {
    "softmax classifier": Foreign(
        "s = W x + b\np = softmax(s)\nE = cross_entropy(p, z)",
        {"W": (3, 2), "x": (2,), "b": (3,), "z": (3,)},
        ("W", "b"),
        ("z",),
        "z",
    ),
    "log softmax": Foreign(
        "s = W x + b\nE = -sum(z ⊙ log(softmax(s)))",
        {"W": (3, 2), "x": (2,), "b": (3,), "z": (3,)},
        ("W", "b"),
        ("z",),
        "z",
    ),
    "binary cross entropy of a batch": Foreign(
        "y = sigmoid(W X + b)\nE = -mean(Z ⊙ log(y) + (1 - Z) ⊙ log(1 - y), all)",
        {"W": (2, 3), "X": (3, 4), "b": (2,), "Z": (2, 4)},
        ("W", "b"),
        ("Z",),
    ),
    "logistic loss": Foreign(
        "y = W x + b\nE = sum(log(1 + exp(-z ⊙ y)))",
        {"W": (2, 3), "x": (3,), "b": (2,), "z": (2,)},
        ("W", "b"),
    ),
    "hinge": Foreign(
        "y = W x + b\nE = sum(relu(1 - z ⊙ y))", {"W": (2, 3), "x": (3,), "b": (2,), "z": (2,)}, ("W", "b")
    ),
    "absolute error": Foreign(
        "y = W x + b\nE = sum(abs(y - z))", {"W": (2, 3), "x": (3,), "b": (2,), "z": (2,)}, ("W", "b")
    ),
    "smooth absolute error": Foreign(
        "E = mean(sqrt(1 + (W x + b - z) ⊙ (W x + b - z)))",
        {"W": (2, 3), "x": (3,), "b": (2,), "z": (2,)},
        ("W", "b"),
    ),
    "a loss of one function": Foreign("E = sum(tanh(W x + b))", {"W": (2, 3), "x": (3,), "b": (2,)}, ("W", "b")),
    "two functions in one equation": Foreign(
        "h = tanh(A x + b) ⊙ sigmoid(B x + c)\nE = sum(h ⊙ h)",
        {"A": (2, 3), "B": (2, 3), "x": (3,), "b": (2,), "c": (2,)},
        ("A", "B", "b", "c"),
    ),
    "gated recurrent unit": Foreign(
        "u = sigmoid(A x + B g)\nr = sigmoid(C x + D g)\nc = tanh(F x + G (r ⊙ g))\nh = (1 - u) ⊙ g + u ⊙ c\n"
        "v = sigmoid(A y + B h)\nw = sigmoid(C y + D h)\nd = tanh(F y + G (w ⊙ h))\nk = (1 - v) ⊙ h + v ⊙ d\n"
        "E = squared_error(k, z)",
        {
            **dict.fromkeys("ACF", (2, 3)),
            **dict.fromkeys("BDG", (2, 2)),
            **dict.fromkeys("xy", (3,)),
            **dict.fromkeys("gz", (2,)),
        },
        tuple("ABCDFG"),
    ),
    "long short-term memory": Foreign(
        "f = sigmoid(A x + B h0)\ni = sigmoid(C x + D h0)\no = sigmoid(F x + G h0)\ng = tanh(P x + Q h0)\n"
        "c = f ⊙ c0 + i ⊙ g\nh = o ⊙ tanh(c)\nm = sigmoid(A y + B h)\nn = tanh(P y + Q h)\nd = m ⊙ c + n\n"
        "E = sum(d ⊙ d ⊙ z)",
        {
            **dict.fromkeys("ACFP", (2, 3)),
            **dict.fromkeys("BDGQ", (2, 2)),
            **dict.fromkeys("xy", (3,)),
            **dict.fromkeys(("h0", "c0", "z"), (2,)),
        },
        tuple("ABCDFGPQ"),
    ),
    "attention by hand": Foreign(
        "q = Q x\ns = K q\na = softmax(s)\no = V^\\top a\nE = half_squared_error(o, z)",
        {"Q": (2, 2), "x": (2,), "K": (3, 2), "V": (3, 2), "z": (2,)},
        ("Q", "K", "V"),
    ),
    "autoencoder with tied weights": Foreign(
        "h = sigmoid(W x + b)\ny = W^\\top h + c\nE = squared_error(y, x)",
        {"W": (2, 3), "x": (3,), "b": (2,), "c": (3,)},
        ("W", "b", "c"),
    ),
    "residual": Foreign(
        "h = x + tanh(W x + b)\ng = h + tanh(V h)\nE = squared_error(g, z)",
        {"W": (2, 2), "V": (2, 2), "x": (2,), "b": (2,), "z": (2,)},
        ("W", "V", "b"),
    ),
    "samples in columns": Foreign(
        "P = W X + b\nA = tanh(P)\nR = V A\nE = sum((R - Z) ⊙ (R - Z))/4",
        {"W": (3, 2), "X": (2, 4), "b": (3,), "V": (1, 3), "Z": (1, 4)},
        ("W", "V", "b"),
    ),
    "softmax of every sample": Foreign(
        "S = W X\nP = softmax(S, columns)\nE = -sum(Z ⊙ log(P))/4",
        {"W": (3, 2), "X": (2, 4), "Z": (3, 4)},
        ("W",),
        ("Z",),
        "Z",
    ),
    "attention of three words": Foreign(
        "S = X W X^\\top/2\nA = softmax(S, rows)\nO = A X V\nE = sum((O - Z) ⊙ (O - Z))",
        {"X": (3, 2), "W": (2, 2), "V": (2, 2), "Z": (3, 2)},
        ("W", "V"),
    ),
    "means of rows": Foreign(
        "M = W X\nm = mean(M, rows)\nE = squared_error(m, z) + sum(mean(M, columns))",
        {"W": (3, 2), "X": (2, 4), "z": (3,)},
        ("W",),
    ),
    "a generator's loss": Foreign(
        "d = sigmoid(W x + b)\nE = mean(log(1 - d))", {"W": (2, 3), "x": (3,), "b": (2,)}, ("W", "b")
    ),
    "a product of matrices in a function": Foreign(
        "y = (W x) ⊙ (W x) + tanh(V (W x))\nE = sum(y)", {"W": (2, 3), "V": (2, 2), "x": (3,)}, ("W", "V")
    ),
    "entries put together": Foreign(
        "v = [p; q; p*q]\ny = W v\nE = squared_error(y, z)", {"W": (2, 3), "z": (2,)}, ("W", "p", "q")
    ),
    "a quantity called as an error would be": Foreign(
        "h = tanh(W x + delta_h)\nE = sum(h ⊙ tanh(V h + delta_h))",
        {"W": (2, 3), "V": (2, 2), "x": (3,), "delta_h": (2,)},
        ("W", "V", "delta_h"),
    ),
    "a scaled quotient": Foreign(
        "s = W x\ny = s/sqrt(1 + sum(s ⊙ s))\nE = -c sum(y ⊙ z)", {"W": (2, 3), "x": (3,), "z": (2,)}, ("W", "c")
    ),
}
