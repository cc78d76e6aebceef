"""Networks of tensors of any size: the builders `cnn`, `rnn`, `birnn`, `deep_rnn` and `gan`, in the deck's names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.documents.node import Source
from symnn.errors import Place
from symnn.networks.declarations import Declarations
from symnn.networks.demands import built_title, demand_activation, demand_sizes
from symnn.networks.models import graph_from_text
from symnn.networks.network import Network, Player
from symnn.ops import named
from symnn.ops.sliding import Along

__all__ = ["birnn", "cnn", "deep_rnn", "gan", "rnn"]


def _functions(**activations: str) -> Mapping[str, Source]:
    """Declare the activation functions by name."""
    for name in activations.values():
        demand_activation(name)
    return MappingProxyType({f: Source(name, Place("<builder>")) for f, name in activations.items()})


def _built(name: str, text: str, given: Declarations, players: tuple[Player, ...] = ()) -> Network:
    return Network(name, built_title(name), graph_from_text(text, given), players=players)


def rnn(
    steps: int, inputs: int = 2, hidden: int = 2, outputs: int = 2, *, f: str = named.TANH, g: str = named.IDENTITY
) -> Network:
    """Build the deck's recurrent network, unrolled over ``steps``: s_t = f(U x_t + W s_{t-1}), h_t = g(V s_t).

    Shapes: U hidden×inputs, W hidden×hidden, V outputs×hidden; x_1, x_2, … are the inputs, s_0 = 0.

    >>> rnn(3).graph.parameters, rnn(3).graph.definitions["s_0"].numerator
    (('U', 'V', 'W'), 0)
    """
    demand_sizes(steps=steps, inputs=inputs, hidden=hidden, outputs=outputs)
    shapes: dict[str, tuple[int, ...]] = {"U": (hidden, inputs), "V": (outputs, hidden), "W": (hidden, hidden)}
    families: dict[str, tuple[int, ...]] = {"x_t": (inputs,), "s_t": (hidden,), "h_t": (outputs,)}
    text = "s_0 = 0\ns_t = f(U x_t + W s_{t-1})\nh_t = g(V s_t)"
    given = Declarations(
        parameters=("U", "V", "W"),
        inputs=("x_t",),
        functions=_functions(f=f, g=g),
        shapes=shapes | families,
        index={"t": (1, steps)},
    )
    return _built(f"rnn-{steps}-{inputs}-{hidden}-{outputs}", text, given)


def birnn(
    steps: int, inputs: int = 2, hidden: int = 2, outputs: int = 2, *, f: str = named.TANH, g: str = named.IDENTITY
) -> Network:
    """Build the deck's bidirectional network: y_t = g(V s_t + V' s'_t), s'_t running backward in time.

    Shapes: U, U' hidden×inputs, W, W' hidden×hidden, V, V' outputs×hidden; s_0 = 0, s'_{T+1} = 0. The loss is
    E = Σ_t ‖y_t - z_t‖².

    >>> birnn(2).graph.definitions["E"].terms[0].name
    'E_1'
    """
    demand_sizes(steps=steps, inputs=inputs, hidden=hidden, outputs=outputs)
    both = {"U": (hidden, inputs), "V": (outputs, hidden), "W": (hidden, hidden)}
    shapes = both | {f"{name}'": shape for name, shape in both.items()}
    text = "\n".join(
        (
            "s_0 = 0",
            f"s'_{{{steps + 1}}} = 0",
            "s_t = f(U x_t + W s_{t-1})",
            "s'_t = f(U' x_t + W' s'_{t+1})",
            "y_t = g(V s_t + V' s'_t)",
            *_loss(steps),
        )
    )
    given = _recurrent(shapes, {"s_t": (hidden,), "s'_t": (hidden,)}, (inputs, outputs), {"t": (1, steps)}, f, g)
    return _built(f"birnn-{steps}-{inputs}-{hidden}-{outputs}", text, given)


def deep_rnn(  # noqa: PLR0913 - each is one size or function of the network
    layers: int,
    steps: int,
    inputs: int = 2,
    hidden: int = 2,
    outputs: int = 2,
    *,
    f: str = named.TANH,
    g: str = named.IDENTITY,
) -> Network:
    """Build the deck's deep network: bidirectional layers, layer i reading s^{(i-1)}; the output sees the last.

    Shapes: U^{(1)} hidden×inputs, U^{(i)} hidden×hidden, W^{(i)} hidden×hidden, V, V' outputs×hidden, the same with
    primes. The loss is E = Σ_t ‖y_t - z_t‖².

    >>> deep_rnn(2, 3).graph.parameters[:2]
    ('U^(1)', 'U^(2)')
    """
    demand_sizes(layers=layers, steps=steps, inputs=inputs, hidden=hidden, outputs=outputs)
    families: dict[str, tuple[int, ...]] = {}
    first: dict[str, tuple[int, ...]] = {}
    lines = ["s^{(i)}_0 = 0", f"s'^{{(i)}}_{{{steps + 1}}} = 0"]
    for prime, before in (("", "t-1"), ("'", "t+1")):
        families |= {f"U{prime}^{{(i)}}": (hidden, hidden), f"W{prime}^{{(i)}}": (hidden, hidden)}
        first[f"U{prime}^{{(1)}}"] = (hidden, inputs)
        own = f"W{prime}^{{(1)}} s{prime}^{{(1)}}_{{{before}}}"
        lines.append(f"s{prime}^{{(1)}}_t = f(U{prime}^{{(1)}} x_t + {own})")
        own = f"W{prime}^{{(i)}} s{prime}^{{(i)}}_{{{before}}}"
        if layers > 1:
            lines.append(f"s{prime}^{{(i)}}_t = f(U{prime}^{{(i)}} s{prime}^{{(i-1)}}_t + {own})")
    lines += [f"y_t = g(V s^{{({layers})}}_t + V' s'^{{({layers})}}_t)", *_loss(steps)]
    families |= {"V": (outputs, hidden), "V'": (outputs, hidden)}
    states = {"s^{(i)}_t": (hidden,), "s'^{(i)}_t": (hidden,), **first}
    given = _recurrent(families, states, (inputs, outputs), {"i": (1, layers), "t": (1, steps)}, f, g)
    return _built(f"deep-rnn-{layers}-{steps}-{inputs}-{hidden}-{outputs}", "\n".join(lines), given)


def _loss(steps: int) -> tuple[str, str]:
    return "E_t = squared_error(y_t, z_t)", "E = " + " + ".join(f"E_{{{t}}}" for t in range(1, steps + 1))


def _recurrent(
    shapes: Mapping[str, tuple[int, ...]],
    states: Mapping[str, tuple[int, ...]],
    sizes: tuple[int, int],
    index: Mapping[str, tuple[int, int]],
    f: str,
    g: str,
) -> Declarations:
    inputs, outputs = sizes
    return Declarations(
        parameters=tuple(shapes),
        inputs=("x_t",),
        targets=("z_t",),
        functions=_functions(f=f, g=g),
        shapes={**shapes, **states, "x_t": (inputs,), "z_t": (outputs,), "y_t": (outputs,)},
        index=index,
    )


def cnn(  # noqa: PLR0913 - each is one size of the network
    image: tuple[int, int] = (28, 28),
    channels: int = 1,
    kernels: int = 8,
    *,
    kernel: int = 3,
    pool: int = 2,
    classes: int = 10,
    activation: str = named.RELU,
    normalized: bool = True,
) -> Network:
    """Build the deck's convolutional network: input layer, CONV, activation, max pooling, full connection, softmax.

    Shapes: x channels×height×width, K kernels×channels×k×k, one bias per map in k, A classes×(what is left),
    y the probabilities, z the target as a vector, E the cross entropy. With ``normalized`` the input layer
    removes the mean and divides by the standard deviation.
    Raises: UsageError for sizes that cannot be; ShapeError if the kernel is larger than the image.

    >>> cnn((6, 6), channels=2, kernels=3, classes=2).graph.shapes["p"]
    (3, 2, 2)
    """
    height, width = image
    demand_sizes(height=height, width=width, channels=channels, kernels=kernels, kernel=kernel, pool=pool)
    demand_sizes(2, classes=classes)
    left = [max(side - kernel + 1, 1) for side in image]
    down, across = (Along(side, min(pool, side), pool, keeps=True).places for side in left)
    shapes = {"x": (channels, height, width), "K": (kernels, channels, kernel, kernel), "k": (kernels,)}
    shapes |= {"A": (classes, kernels * down * across), "b": (classes,), "z": (classes,)}
    lines = ["n = normalize(x)"] if normalized else []
    lines += [
        f"c = conv({'n' if normalized else 'x'}, K) + k",
        "r = f(c)",
        f"p = max_pool(r, {pool}, {pool})",
        "v = flatten(p)",
        "a = A v + b",
        "y = softmax(a)",
        "E = cross_entropy(y, z)",
    ]
    given = Declarations(
        parameters=("K", "k", "A", "b"),
        inputs=("x",),
        targets=("z",),
        functions=_functions(f=activation),
        shapes=shapes,
    )
    return _built(f"cnn-{height}x{width}-{channels}-{kernels}-{classes}", "\n".join(lines), given)


def gan(samples: int = 4, noise: int = 4) -> Network:
    """Build the one-dimensional adversarial network: G(z) = u z + m, D(x) = σ(c_0 + c_1 x + c_2 x²).

    ``x`` holds so many real samples, ``z`` so many of the noise; V(D, G) is the mean of log D(x) plus that of
    log(1 - D(G(z))). D makes L_D = -V small; G makes the non-saturating L_N small (L_G is the deck's own).

    >>> [player.name for player in gan().players]
    ['D', 'G']
    """
    demand_sizes(2, samples=samples, noise=noise)
    text = """
        G = u z + m
        d = c_0 + c_1 x + c_2 (x ⊙ x)
        e = c_0 + c_1 G + c_2 (G ⊙ G)
        D_x = D(d)
        D_G = D(e)
        V = mean(log(D_x)) + mean(log(1 - D_G))
        L_D = -V
        L_G = mean(log(1 - D_G))
        L_N = -mean(log(D_G))
    """
    given = Declarations(
        parameters=("c0", "c1", "c2", "u", "m"),
        inputs=("x", "z"),
        functions=_functions(D=named.SIGMOID),
        shapes={"x": (samples,), "z": (noise,)},
    )
    players = (Player("D", "L_D", ("c0", "c1", "c2")), Player("G", "L_N", ("u", "m")))
    return _built(f"gan-{samples}-{noise}", text, given, players)
