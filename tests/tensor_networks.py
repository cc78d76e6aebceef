"""Hypothesis draws networks of tensors: layers wired in every usual way, of every shape, under every usual loss."""

from __future__ import annotations

from foreign_networks import Foreign
from hypothesis import strategies as st

SMOOTH = ("tanh", "sigmoid", "softplus", "sin", "exp")
"""Functions without kinks: central differences have nothing to stumble over."""

LAYERS = {
    "product": "{h} = {f}({W} {x})",
    "biased": "{h} = {f}({W} {x} + {b})",
    "two ways in": "{h} = {f}({W} {x} + {U} {g})",
    "nested": "{h} = {f}({U} {f}({W} {x}) + {b})",
    "gated": "{h} = {f}({W} {x}) ⊙ sigmoid({V} {x} + {b})",
    "scaled": "{h} = c*{f}({W} {x}/2 - {b})",
    "quotient": "{h} = ({W} {x})/(2 + {b} ⊙ {b})",
    "plain": "{h} = {W} {x} - {b}",
    "turned": "{h} = {f}({T}^\\top {x})",
    "squared": "{h} = ({W} {x} + {b})^2/4",
}
"""Ways to make a layer of its input; {g} is a constant of the layer's size, {U} square, {T} turned round."""

SKIPS = {"residual": "{h} = {x} + {f}({W} {x} + {b})", "between": "{h} = {b} ⊙ {x} + (1 - {b}) ⊙ {f}({W} {x})"}
"""Layers that keep the size of their input."""

LOSSES = {
    "squared": "E = squared_error({h}, z)",
    "half": "E = half_squared_error({h}, z)",
    "by hand": "E = sum(({h} - z) ⊙ ({h} - z))/2",
    "logistic": "E = sum(log(1 + exp(-z ⊙ {h})))",
    "pseudo-Huber": "E = mean(sqrt(1 + ({h} - z) ⊙ ({h} - z)))",
    "of one function": "E = sum(tanh({h} ⊙ z))",
    "softmax": "p = softmax({h})\nE = cross_entropy(p, z)",
    "log softmax": "E = -sum(z ⊙ log(softmax({h})))",
    "binary": "p = sigmoid({h})\nE = -mean(z ⊙ log(p) + (1 - z) ⊙ log(1 - p))",
    "regularized": "E = squared_error({h}, z) + c*c",
}


@st.composite
def tensor_networks(draw: st.DrawFn, most: int = 3) -> Foreign:
    """Draw up to ``most`` layers over a vector, or a batch of samples in columns, and a loss."""
    size = draw(st.integers(2, 3))
    shapes, lines, parameters = {"x": (size,)}, [], ["c"]
    x = "x"
    for layer in range(1, draw(st.integers(1, most)) + 1):
        kept = draw(st.booleans())
        way = draw(st.sampled_from(sorted(SKIPS if kept else LAYERS)))
        new = size if kept else draw(st.integers(2, 3))
        names = {letter: f"{letter}{layer}" for letter in "hWUVTbg"}
        line = (SKIPS if kept else LAYERS)[way].format(**names, x=x, f=draw(st.sampled_from(SMOOTH)))
        sizes = {"W": (new, size), "V": (new, size), "U": (new, new), "T": (size, new), "b": (new,), "g": (new,)}
        used = [letter for letter in sizes if names[letter] in line]
        shapes |= {names[letter]: sizes[letter] for letter in used}
        parameters += [names[letter] for letter in used if letter != "g"]
        lines.append(line)
        x, size = names["h"], new
    loss = draw(st.sampled_from(sorted(LOSSES)))
    lines.append(LOSSES[loss].format(h=x))
    text = "\n".join(lines)
    shapes["z"] = (size,)
    if "c*" not in text:
        parameters.remove("c")
    return Foreign(
        text,
        shapes,
        tuple(parameters),
        ("z",) if loss in ("softmax", "log softmax", "binary") else (),
        "z" if "softmax" in loss else "",
    )
