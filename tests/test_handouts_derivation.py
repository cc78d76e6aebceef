"""A derivation as a document: the lecture's lines, goldens in every format, the value of each step."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from strategies import graphs, points

from symnn.derivation.by_sympy import check_gradients
from symnn.derivation.paths import paths
from symnn.derivation.sweep import derive
from symnn.errors import Problem
from symnn.handouts.chains import chain
from symnn.handouts.derivation import View, derivation_document
from symnn.handouts.document import Prose, Title
from symnn.handouts.formats import FORMATS, written_document
from symnn.handouts.handout import Handout
from symnn.handouts.partials import Partials, short
from symnn.handouts.shown_numbers import numbers_at
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.networks.courses import layer_norm
from symnn.networks.layers import mlp
from symnn.networks.models import graph_from_text
from symnn.networks.values import split
from symnn.notation.aligning import line_of
from symnn.notation.items import Aligned, Line
from symnn.notation.layout import symbols_of
from symnn.notation.tex import mathematics
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import value


def document(name, *wrt, form=None, at=None, **shown):
    found = network(name)
    derivation = derive(found.graph, None, wrt or None)
    numbers = numbers_at(derivation, {**found.values, **at}) if at is not None else None
    view = View(
        form or ("paths" if wrt else "deltas"),
        numbers=numbers,
        check=check_gradients(derivation) if shown.pop("checked", False) else None,
        title=Title(found.title.zh, found.title.en),
        source=found.source,
        **shown,
    )
    return derivation_document(derivation, view)


FOUND = {
    "latex-zh/bp-2-2-1-paths.tex": (("bp-2-2-1", "w5", "w1"), {"update": True, "checked": True}),
    "latex-en/bp-2-3-2-1-paths.tex": (
        ("bp-2-3-2-1", "w46", "w14", "w_x1_1"),
        {"update": True, "at": {"eta": 0.5}},
    ),
    "latex-en/one-hidden-layer-deltas.tex": (("one-hidden-layer",), {}),
    "text-zh/bp-2-2-1-deltas.txt": (("bp-2-2-1",), {"update": True}),
    "text-en/bp-2-3-2-1-paths.txt": (("bp-2-3-2-1", "w46", "w_x1_1"), {"at": {}}),
    "markdown-en/bp-2-2-1-paths.md": (("bp-2-2-1", "w1"), {"checked": True}),
    "markdown-zh/midges-deltas.md": (("midges",), {"at": {"x1": 1.72, "x2": 1.24, "z": 0.1}}),
}


@pytest.mark.parametrize("name", FOUND)
def test_documents_are_as_they_were_when_last_looked_at(name, golden):
    arguments, options = FOUND[name]
    to, lang = name.split("/")[0].split("-")
    golden(name.replace("/", "-"), written_document(document(*arguments, **options), to, lang))


DECK = [
    ("bp-2-2-1", "w5", "y a_3 w_5", "f'(a_3) f_1", "f(a_3) (1 - f(a_3)) f_1", "y (1 - y) f_1"),
    (
        "bp-2-2-1",
        "w1",
        "y a_3 f_1 a_1 w_1",
        "f'(a_3) w_5 f'(a_1) x_1",
        "f(a_3) (1 - f(a_3)) w_5 f(a_1) (1 - f(a_1)) x_1",
        "y (1 - y) w_5 f_1 (1 - f_1) x_1",
    ),
    ("bp-2-3-2-1", "w46", "y e_6 w_{46}", "f_6'(e_6) y_4", "f_6(e_6) (1 - f_6(e_6)) y_4", "y (1 - y) y_4"),
    (
        "bp-2-3-2-1",
        "w14",
        "y e_6 y_4 e_4 w_{14}",
        "f_6'(e_6) w_{46} f_4'(e_4) y_1",
        "f_6(e_6) (1 - f_6(e_6)) w_{46} f_4(e_4) (1 - f_4(e_4)) y_1",
        "y (1 - y) w_{46} y_4 (1 - y_4) y_1",
    ),
]


@pytest.mark.parametrize(("name", "wrt", "through", "primed", "out", "short_form"), DECK)
def test_the_decks_own_lines_stand_in_the_decks_order(name, wrt, through, primed, out, short_form):
    """The chain of named partials, then 2 (y - z) unexpanded with f', then f(1 - f), then y (1 - y)."""
    names = ["E", *through.split()]
    partials = "".join(rf"\frac{{\partial {of}}}{{\partial {by}}}" for of, by in pairwise(names))
    text = re.sub(r"\\,|\s", "", written_document(document(name, wrt), "latex", "en"))
    lines = [f"&={partials}", *(f"&=2(y-z){rest}" for rest in (primed, out, short_form))]
    for line in lines:
        assert line.replace(" ", "") + r"\\" in text.replace(r"\end{align*}", r"\\")


def test_two_paths_share_the_factors_they_begin_with():
    """The deck: -(z - y) ∂f_6(e)/∂e (w_46 … x_1 + w_56 … x_1)."""
    text = re.sub(r"\\,|\\[bB]ig[lr]|\s", "", written_document(document("bp-2-3-2-1", "w_x1_1"), "latex", "en"))
    assert "=2(y-z)f_6'(e_6)(w_{46}f_4'(e_4)w_{14}f_1'(e_1)x_1+w_{56}f_5'(e_5)w_{15}f_1'(e_1)x_1)" in text


@given(graphs(), points())
def test_every_step_has_the_value_of_the_derivative(graph, point):
    """Each way of writing a chain, typeset and read again, is worth what the backward sweep computes."""
    derivation = derive(graph)
    numbers = numbers_at(derivation, point)
    values, partials = forward(graph, point, floats()), Partials(graph)
    for wrt in graph.parameters:
        walked = paths(derivation, wrt)
        if len(walked) > 20:
            continue
        for way in (partials.primed, partials.written_out, short):
            latex = mathematics(line_of(chain(walked, way), symbols_of(graph)))
            reading = read(latex, graph.scope, syntax="latex", limits=AUTHOR)
            assert not isinstance(reading, Problem), (latex, reading)
            found = value(reading.tree, values, floats(), graph.functions)
            assert math.isclose(found, numbers.values[f"d{derivation.of}/d{wrt}"], rel_tol=1e-7, abs_tol=1e-7), latex


def test_more_paths_than_can_be_written_are_counted():
    deeper = derive(mlp([3, 8, 8, 8, 8, 8, 1]).graph, None, ("w_x1_1",))
    counted = [block for block in derivation_document(deeper, View("paths")).blocks if isinstance(block, Prose)]
    assert ("paths-counted", 4096) in [(block.code, block.facts.get("count")) for block in counted]


def test_what_a_result_does_not_depend_on_has_the_derivative_0():
    derivation = derive(graph_from_text("a = w*x\nb = v*x\nE = a^2"), None, ("v",))
    text = written_document(derivation_document(derivation, View("paths")), "text", "en")
    assert "∂E/∂v = 0\n" in text


@pytest.mark.parametrize(
    ("equation", "line"),
    [
        ("E = (z - a)^2", "-2 · (z - a) · x"),
        ("E = (a - z)^2/2", "(a - z) · x"),
        ("E = -cos(a)", "sin(a) · x"),
        ("E = a", "x"),
        ("E = b - 2*a", "-2 · x"),
    ],
)
def test_signs_come_first_and_ones_go(equation, line):
    derivation = derive(graph_from_text(f"a = w*x\n{equation}"), "E", ("w",))
    document = derivation_document(derivation, View("paths"))
    last = [block for block in document.blocks if isinstance(block, Aligned)][-1].lines[-1]
    shown = written_document(type(document)((Aligned((Line(last.left, last.steps[-1:]),)),)), "text", "en")
    assert shown == f"  ∂E/∂w = {line}\n"


@pytest.mark.parametrize(
    ("equations", "said"),
    [
        ("E = (y - z)^2", "differentiating the square is kept"),
        ("E = (y - z)^2 + lambda*w^2", "differentiating the square is kept"),
        ("E = (y - z)^2 + lambda/2*w^2", None),
        ("E = -log(y) + lambda/2*w^2", None),
        ("E = 1/2*(y - z)^2", None),
        ("E = half_squared_error(y, z)", None),
        ("E = relu(w*x)", "derivative is taken to be 0"),
        ("E = tanh(w*x)", None),
    ],
)
def test_only_conventions_that_matter_are_said(equations, said):
    text = written_document(derivation_document(derive(graph_from_text(equations)), View()), "text", "en")
    sentences = [one for one in ("differentiating the square is kept", "derivative is taken to be 0") if one in text]
    assert sentences == ([said] if said else [])


@pytest.mark.parametrize("to", FORMATS)
def test_a_document_never_mixes_languages(to):
    chinese = re.compile(r"[一-鿿]")
    source = network("bp-2-3-2-1").source
    english = written_document(document("bp-2-3-2-1", "w46", update=True, checked=True), to, "en")
    assert not chinese.search(english.replace("人工神经网络3, BP 算法推导过程", "")), source
    zh = written_document(document("bp-2-3-2-1", "w46", update=True, checked=True), "text", "zh")
    words = set(re.findall(r"\b[A-Za-z]{4,}\b", zh))
    assert words <= {"SymPy"}


@pytest.mark.parametrize(
    ("equations", "line"),
    [
        ("y = w*x\nE = 1/2*(y - z)^2", "∂E/∂y = 1/2 · 2 · (y - z) = y - z"),
        ("y = w*x\nE = (y - z)^2/4", "∂E/∂y = 1/4 · 2 · (y - z) = 1/2 · (y - z)"),
        ("y = w*x\nE = (y - z)^2", "∂E/∂y = 2 · (y - z)"),
        ("y = w*x\nE = (y - z)^2 + c/2*y^2", "2 · (y - z) + c/2 · 2 · y = 2 · (y - z) + c · y"),
    ],
)
def test_numbers_of_a_factor_are_multiplied_once(equations, line):
    text = written_document(derivation_document(derive(graph_from_text(equations)), View()), "text", "en")
    assert f"{line}\n" in text


def test_numbers_of_matrix_lines_are_multiplied_once():
    assert "+ 1/2 · 2 · m = ∂E/∂s + m" in Handout(network("vae")).written("text", "en")


@pytest.mark.parametrize(
    ("built", "at", "lines"),
    [
        (network("batch-norm"), None, ("mean(X, columns) = [2, 1]", "std(X, columns) ≈ [0.8165, 0.8165]")),
        (layer_norm(3), {"x": [1, 2, 3], "z": [0, 0, 0], "gamma": [1, 1, 1], "beta": [0, 0, 0]}, ("mean(x) = 2",)),
    ],
)
def test_a_page_with_numbers_has_the_mean_and_the_deviation_behind_what_is_normalised(built, at, lines):
    point = split(at or built.values, built.graph)
    page = Handout(built, point=point).written("text", "en")
    assert all(line in page for line in lines)
    assert "divides by the deviation" in page
    assert "divides by the deviation" not in Handout(built).written("text", "en")
