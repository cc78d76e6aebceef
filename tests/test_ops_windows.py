"""Convolution and pooling with every option, of odd shapes: values and gradients are PyTorch's own."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest

import symnn

torch = F = None  # imported by `pytorch`


@pytest.fixture(scope="module", autouse=True)
def here(pytorch):
    globals().update(torch=pytorch, F=pytorch.nn.functional)


SAMPLE, SLOW, ENTRIES = 6, 40, 1
"""How many combinations of each kind are tried at once, how many of the others slowly, how many entry by entry."""


def combinations(**options):
    return [dict(zip(options, values, strict=True)) for values in product(*options.values())]


def some_and_all(cases):
    """Give a few of the combinations, and mark more of them as slow."""
    mixed = random.Random(7).sample(cases, len(cases))  # noqa: S311 - which cases are tried is no secret
    few, rest = mixed[:SAMPLE], mixed[SAMPLE : SAMPLE + SLOW]
    return pytest.mark.parametrize(
        "cases",
        [
            pytest.param(few, id="some"),
            pytest.param(rest, id="rest", marks=pytest.mark.slow),
        ],
    )


def written(options):
    return "".join(f", {name}={value}" for name, value in options.items())


def agrees(right, shapes, theirs, *, entries=False):
    """Compare c = right, and the gradients of Σ c³, with PyTorch's: compiled, of a batch, and entry by entry."""
    net = symnn.network({"equations": [f"c = {right}", "E = sum(c ⊙ c ⊙ c)"], "shapes": shapes})
    generator = np.random.default_rng(len(right))
    values = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in values.items()}
    found = theirs(*tensors.values())
    (found**3).sum().backward()
    expected = {"c": found.detach().numpy()} | {name: tensor.grad.numpy() for name, tensor in tensors.items()}
    step = net.compile()
    ours, slopes = step(values)
    check(right, {"c": ours["c"], **slopes}, expected)
    several, _ = step(values | {"x": np.stack([0 * values["x"], values["x"]])})
    check(right, {"c": several["c"][1]}, expected)
    if entries:
        check(right, {"c": net.evaluate(values)["c"], **net.gradient(values)}, expected)


def check(right, ours, theirs):
    for name, value in ours.items():
        there = theirs[name]
        np.testing.assert_allclose(np.reshape(value, there.shape), there, rtol=1e-9, atol=1e-9, err_msg=right)


def images(x):
    return x.reshape(1, -1, *x.shape[-2:])


SLIDES = [
    ((3, 7, 6), (4, 3, 3, 2), 1),
    ((4, 8, 5), (6, 2, 2, 3), 2),
    ((3, 5, 9), (3, 1, 3, 3), 3),
    ((3, 7, 6), (6, 1, 1, 2), 3),
]


@some_and_all(
    combinations(shapes=SLIDES, stride=[1, 2, (2, 1), (1, 3)], padding=[0, 1, (2, 1)], dilation=[1, (2, 1), 2])
)
def test_convolution(cases):
    for place, case in enumerate(cases):
        image, kernel, groups = case["shapes"]
        options = {name: one for name, one in case.items() if name != "shapes"} | {"groups": groups}
        agrees(
            f"conv(x, K{written(options)})",
            {"x": image, "K": kernel},
            lambda x, K, options=options: F.conv2d(x[None], K, **options)[0],
            entries=place < ENTRIES,
        )


@pytest.mark.parametrize(
    ("image", "kernel", "options"),
    [((2, 5, 4), (2, 2, 3), {"stride": 2, "padding": 1}), ((3, 4, 4), (6, 1, 3, 2), {"dilation": (1, 2)})],
)
def test_depthwise_convolution_has_a_kernel_of_its_own_for_each_channel(image, kernel, options):
    agrees(
        f"depthwise_conv(x, K{written(options)})",
        {"x": image, "K": kernel},
        lambda x, K: F.conv2d(x[None], K.reshape(kernel[0], 1, *kernel[-2:]), groups=image[0], **options)[0],
        entries=True,
    )


@pytest.mark.parametrize(("kernel", "dilation"), [((3, 2, 3, 3), 1), ((3, 2, 2, 3), 1), ((1, 2, 3, 2), (2, 1))])
@pytest.mark.parametrize("word", ["same", "'same'", '"valid"'])
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_padding_in_words_is_that_of_pytorch(kernel, dilation, word):
    agrees(
        f"conv(x, K, padding={word}, dilation={dilation})",
        {"x": (2, 5, 6), "K": kernel},
        lambda x, K: F.conv2d(x[None], K, padding=word.strip("'\""), dilation=dilation)[0],
    )


@pytest.mark.parametrize("call", ["conv(x, K, padding=same, stride=2)", "max_pool(x, 2, padding=same)"])
def test_padding_in_words_that_has_no_one_meaning_is_refused(call):
    with pytest.raises(symnn.GraphError, match="padding=same"):
        symnn.network(f"E = sum({call})", shapes={"x": (5, 5), "K": (3, 3)})


@pytest.mark.parametrize("around", [(1, 0, 0, 0), (0, 2, 1, 0), (2, 1, 0, 3)])
def test_zeros_on_one_side_alone(around):
    top, bottom, left, right = around
    agrees(
        f"conv(x, K, padding=[[{top}, {bottom}], [{left}, {right}]], stride=2)",
        {"x": (2, 5, 6), "K": (3, 2, 3, 2)},
        lambda x, K: F.conv2d(F.pad(x[None], (left, right, top, bottom)), K, stride=2)[0],
    )


SIGNALS = [
    ((2, 9), (3, 2, 3), 1),
    ((4, 8), (6, 2, 2), 2),
    ((3, 7), (3, 1, 3), 3),
    ((2, 13), (1, 2, 7), 1),
    ((1, 6), (2, 1, 1), 1),
]


@some_and_all(combinations(shapes=SIGNALS, stride=[1, 2, 3], padding=[0, 2], dilation=[1, 2]))
def test_convolution_of_signals(cases):
    for place, case in enumerate(cases):
        signal, kernel, groups = case["shapes"]
        options = {name: one for name, one in case.items() if name != "shapes"} | {"groups": groups}
        agrees(
            f"conv1d(x, K{written(options)})",
            {"x": signal, "K": kernel},
            lambda x, K, options=options: F.conv1d(x[None], K, **options)[0],
            entries=place < ENTRIES,
        )


@some_and_all(combinations(name=["conv", "conv1d"], stride=[1, 2], padding=[0, 1, 3], dilation=[1, 2]))
def test_a_vector_is_a_signal_of_one_channel(cases):
    for place, case in enumerate(cases):
        options = {name: one for name, one in case.items() if name != "name"}
        agrees(
            f"{case['name']}(x, K{written(options)})",
            {"x": (7,), "K": (3,)},
            lambda x, K, options=options: F.conv1d(x[None, None], K[None, None], **options)[0, 0],
            entries=place < ENTRIES,
        )


MAPS = [((2, 3, 4), (2, 3, 3, 2), 1), ((4, 3, 3), (4, 2, 2, 3), 2), ((1, 2, 5), (1, 2, 3, 1), 1)]


@some_and_all(
    combinations(
        shapes=MAPS,
        stride=[2, (3, 2)],
        padding=[0, (1, 0)],
        dilation=[1, (1, 2)],
        output_padding=[0, (1, 0)],
    )
)
def test_transposed_convolution(cases):
    for place, case in enumerate(cases):
        maps, kernel, groups = case["shapes"]
        options = {name: one for name, one in case.items() if name != "shapes"} | {"groups": groups}
        agrees(
            f"conv_transpose(x, K{written(options)})",
            {"x": maps, "K": kernel},
            lambda x, K, options=options: F.conv_transpose2d(x[None], K, **options)[0],
            entries=place < ENTRIES,
        )


@some_and_all(combinations(stride=[2, 3], padding=[0, 1], dilation=[1, 2], output_padding=[0, 1]))
def test_transposed_convolution_of_signals(cases):
    for place, options in enumerate(cases):
        agrees(
            f"conv_transpose1d(x, K{written(options)})",
            {"x": (2, 4), "K": (2, 3, 3)},
            lambda x, K, options=options: F.conv_transpose1d(x[None], K, **options)[0],
            entries=place < ENTRIES,
        )


EDGES = {"floor": False, "keep_edge": True}
POOLS = combinations(
    image=[(7, 6), (2, 5, 8), (3, 9, 4)],
    window=[2, 3, (3, 2)],
    stride=[1, 2, (3, 1)],
    padding=[0, 1, (1, 0)],
    edge=EDGES,
)


@some_and_all([case | {"dilation": dilation} for case in POOLS for dilation in (1, (2, 1))])
def test_max_pooling(cases):
    for place, case in enumerate(cases):
        image, window, edge, *_ = case["image"], case["window"], case["edge"]
        options = {name: case[name] for name in ("stride", "padding", "dilation")}
        agrees(
            f"max_pool(x, {window}{written(options)}, edge={edge})",
            {"x": image},
            lambda x, o=options, w=window, e=edge: F.max_pool2d(images(x), w, ceil_mode=EDGES[e], **o)[0],
            entries=place < ENTRIES,
        )


@some_and_all([case | {"zeros": zeros} for case in POOLS for zeros in (0, 1)])
def test_average_pooling(cases):
    for place, case in enumerate(cases):
        options = {name: case[name] for name in ("stride", "padding")}
        theirs = options | {"ceil_mode": EDGES[case["edge"]], "count_include_pad": bool(case["zeros"])}
        agrees(
            f"avg_pool(x, {case['window']}{written(options)}, edge={case['edge']}, zeros={case['zeros']})",
            {"x": case["image"]},
            lambda x, o=theirs, w=case["window"]: F.avg_pool2d(images(x), w, **o)[0],
            entries=place < ENTRIES,
        )


@some_and_all(combinations(signal=[(2, 9), (7,), (1, 6)], window=[2, 3], stride=[1, 2, 3], padding=[0, 1], edge=EDGES))
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_of_signals(kind, cases):
    for place, case in enumerate(cases):
        options = {name: case[name] for name in ("stride", "padding")}
        right = f"(x, {case['window']}{written(options | {'edge': case['edge']})})"

        def theirs(x, options=options, case=case):
            pooled = getattr(F, f"{kind}_pool1d")
            return pooled(x.reshape(-1, x.shape[-1]), case["window"], ceil_mode=EDGES[case["edge"]], **options)

        agrees(f"{kind}_pool1d{right}", {"x": case["signal"]}, theirs, entries=place < ENTRIES)
        if len(case["signal"]) == 1:
            agrees(f"{kind}_pool{right}", {"x": case["signal"]}, theirs)


@pytest.mark.parametrize(("pooling", "places"), [("floor", (2, 1)), ("keep-edge", (3, 2))])
def test_a_network_says_what_becomes_of_the_edge(pooling, places):
    net = symnn.network(
        {"equations": "p = max_pool(x, 2)", "shapes": {"x": (5, 3)}, "conventions": {"pooling": pooling}}
    )
    x = np.arange(15.0).reshape(5, 3)
    assert np.reshape(net.evaluate({"x": x})["p"], -1).size == places[0] * places[1]
    assert symnn.network(net.to_yaml()).to_dict() == net.to_dict()
    page = net.derive(wrt="x").text(lang="en")
    assert ("left out" in page) == (pooling == "floor")
    assert ("cuts off keeps" in page) == (pooling == "keep-edge")
    for answer in ("max_pool(x, 2)", f"max_pool(x, 2, {pooling.replace('-', '_')})"):
        assert symnn.compare(answer, "p", network=net).equal is True, answer
    other = {"floor": "keep_edge", "keep-edge": "floor"}[pooling]
    assert symnn.compare(f"max_pool(x, 2, {other})", "p", network=net).equal is False


def test_a_network_says_which_way_the_kernel_lies():
    text = {"equations": "c = conv(x, K)", "shapes": {"x": (3, 3), "K": (2, 2)}}
    flipped = symnn.network({**text, "conventions": {"kernel": "flipped"}})
    x, K = np.arange(9.0).reshape(3, 3), np.array([[1.0, 2.0], [3.0, 5.0]])
    as_it_is = symnn.network(text).evaluate({"x": x, "K": K[::-1, ::-1]})["c"]
    np.testing.assert_allclose(flipped.evaluate({"x": x, "K": K})["c"], as_it_is)
    assert "flips the kernel" in flipped.derive(wrt="K").text(lang="en")
