"""Models of PyTorch become networks with PyTorch's own values and gradients."""

from __future__ import annotations

import numpy as np
import pytest

import symnn

torch = nn = None  # imported by `pytorch`


@pytest.fixture(scope="module", autouse=True)
def here(pytorch):
    globals().update(torch=pytorch, nn=pytorch.nn)


SEQUENTIAL = {
    "linear": (lambda: [nn.Linear(3, 2)], (3,)),
    "without-bias": (lambda: [nn.Linear(3, 2, bias=False), nn.Tanh()], (3,)),
    "mlp": (lambda: [nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3), nn.Sigmoid(), nn.Linear(3, 2)], (3,)),
    "one-unit": (lambda: [nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1)], (1,)),
    "narrow": (lambda: [nn.Linear(4, 1), nn.Tanh(), nn.Linear(1, 3)], (4,)),
    "leaky": (lambda: [nn.Linear(2, 3), nn.LeakyReLU(0.2), nn.Dropout(0.5), nn.Linear(3, 2)], (2,)),
    "softmax": (lambda: [nn.Linear(3, 3), nn.Softplus(), nn.Linear(3, 3), nn.Softmax(-1)], (3,)),
    "layer-norm": (lambda: [nn.Linear(3, 4), nn.LayerNorm(4), nn.ReLU(), nn.Linear(4, 2)], (3,)),
    "batch-norm": (lambda: [nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2)], (3,)),
    "convolution": (
        lambda: [nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 2)],
        (2, 6, 6),
    ),
    "stride": (lambda: [nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.Tanh(), nn.Flatten(), nn.Linear(24, 2)], (1, 5, 7)),
    "average": (lambda: [nn.Conv2d(1, 1, 2), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(4, 1)], (1, 5, 5)),
    "signal": (
        lambda: [
            nn.Conv1d(2, 4, 3, stride=2, padding=1, dilation=2),
            nn.BatchNorm1d(4),
            nn.ReLU(),
            nn.MaxPool1d(2),
            nn.Dropout1d(),
            nn.Flatten(),
            nn.Linear(8, 2),
        ],
        (2, 11),
    ),
    "square-signal": (
        lambda: [
            nn.Conv1d(2, 4, 2, padding="same"),
            nn.BatchNorm1d(4),
            nn.Sigmoid(),
            nn.AvgPool1d(3, 2, 1),
            nn.LayerNorm([4, 2]),
            nn.Flatten(),
            nn.Linear(8, 2),
        ],
        (2, 4),
    ),
    "depthwise": (
        lambda: [
            nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2),
            nn.BatchNorm2d(4),
            nn.Tanh(),
            nn.Conv2d(4, 3, 1),
            nn.MaxPool2d(2, stride=1, padding=1),
            nn.Flatten(),
            nn.Linear(48, 2),
        ],
        (2, 5, 5),
    ),
    "pools": (
        lambda: [
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.AvgPool2d((2, 1), 1, (1, 0), count_include_pad=False),
            nn.Flatten(),
            nn.Linear(24, 2),
        ],
        (2, 6, 7),
    ),
    "upwards": (
        lambda: [
            nn.ConvTranspose2d(2, 3, (2, 3), stride=2, padding=(0, 1), output_padding=(1, 0)),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(75, 1),
        ],
        (2, 2, 3),
    ),
    "upwards-signal": (
        lambda: [nn.ConvTranspose1d(2, 2, 3, stride=2), nn.Tanh(), nn.Flatten(), nn.Linear(14, 2)],
        (2, 3),
    ),
    "embedding": (lambda: [nn.Embedding(5, 3), nn.Linear(3, 2)], (5,)),
}


def randomly(model):
    """Give weights, and running statistics, that are far from their special first values."""
    torch.manual_seed(1)
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.copy_(torch.randn_like(tensor) / 2)
        for name, tensor in model.named_buffers():
            if "running" in name:
                tensor.copy_(torch.rand_like(tensor) + 0.5)
    return model.double().eval()


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("loss", ["MSELoss", "CrossEntropyLoss"])
@pytest.mark.parametrize("name", SEQUENTIAL)
def test_values_and_gradients_are_those_of_pytorch(name, loss):
    layers, inputs = SEQUENTIAL[name]
    model = randomly(nn.Sequential(*layers()))
    net = symnn.from_torch(model, inputs=inputs, loss=getattr(nn, loss)())
    x = torch.eye(5, dtype=torch.float64)[2] if name == "embedding" else torch.randn(inputs, dtype=torch.float64)
    output = model(torch.tensor([2]) if name == "embedding" else x[None])
    z = torch.softmax(torch.randn(output.shape[-1:], dtype=torch.float64), -1)
    theirs = getattr(nn, loss)()(output, z[None])
    theirs.backward()
    at = {"x": x.tolist(), "z": z.tolist()}
    assert np.ravel(net.evaluate(at)["y"]) == pytest.approx(output.detach().numpy().ravel(), rel=1e-9)
    assert net.evaluate(at)["E"] == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12)
    ours = net.gradient(at)
    expected = [tensor.grad.numpy() for tensor in model.parameters()]
    assert len(ours) == len(expected)
    for (label, found), wanted in zip(ours.items(), expected, strict=True):
        assert np.ravel(found) == pytest.approx(wanted.ravel(), rel=1e-9, abs=1e-12), label


CELLS = {
    "rnn": (lambda: nn.RNN(2, 3), {"W": "weight_ih_l0", "U": "weight_hh_l0", "b": "bias_ih_l0"}),
    "relu": (lambda: nn.RNN(2, 3, nonlinearity="relu", bias=False), {"W": "weight_ih_l0", "U": "weight_hh_l0"}),
    "lstm": (lambda: nn.LSTM(2, 3), {"W_i": ("weight_ih_l0", 0), "U_g": ("weight_hh_l0", 2), "b_o": ("bias_ih_l0", 3)}),
    "gru": (
        lambda: nn.GRU(2, 3),
        {"W_r": ("weight_ih_l0", 0), "U_n": ("weight_hh_l0", 2), "b_n": ("bias_ih_l0", 2), "d_n": ("bias_hh_l0", 2)},
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_recurrent_cells_unrolled_over_time(name):
    make, which = CELLS[name]
    model = randomly(make())
    steps = 4
    net = symnn.from_torch(model, steps=steps)
    x = torch.randn(steps, 2, dtype=torch.float64)
    states, _ = model(x)
    at = {f"x_{t + 1}": x[t].tolist() for t in range(steps)}
    found = net.evaluate(at)
    for t in range(steps):
        assert found[f"h_{t + 1}"] == pytest.approx(states[t].tolist(), rel=1e-9)
    (states**2).sum().backward()
    text = net.to_dict()
    squares = " + ".join(f"squared_norm(h_{t + 1})" for t in range(steps))
    with_loss = symnn.network({**text, "equations": [*text["equations"], f"E = {squares}"]})
    ours = with_loss.gradient(at)
    gates = {"lstm": 4, "gru": 3}.get(name, 1)
    for label, (tensor, gate) in ((key, (one, 0) if isinstance(one, str) else one) for key, one in which.items()):
        wanted = getattr(model, tensor).grad.chunk(gates)[gate].numpy()
        assert np.ravel(ours[label]) == pytest.approx(wanted.ravel(), rel=1e-9, abs=1e-12), label


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (lambda: nn.Sequential(nn.Conv2d(1, 1, 3)), {}, "inputs="),
        (lambda: nn.Sequential(nn.Bilinear(2, 2, 2)), {}, "Bilinear"),
        (lambda: nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"), {"inputs": (2, 5, 5)}, "zeros"),
        (lambda: nn.AvgPool2d(2, divisor_override=3), {"inputs": (2, 5, 5)}, "divisor"),
        (lambda: nn.Sequential(nn.Conv1d(2, 2, 2), nn.LayerNorm(4)), {"inputs": (2, 5)}, "part of the axes"),
        (lambda: nn.LSTM(2, 3), {}, "steps="),
        (lambda: nn.Linear(2, 2), {"loss": "KLDivLoss"}, "MSELoss"),
    ],
)
def test_what_cannot_be_written_is_said(model, options, said):
    asked = options | ({"loss": getattr(nn, options["loss"])()} if "loss" in options else {})
    with pytest.raises(symnn.UsageError, match=said):
        symnn.from_torch(model(), **asked)
