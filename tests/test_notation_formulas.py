"""Formulas: laid out once, the same in every alphabet; products, brackets and names as the lecture writes them."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from strategies import trees
from work import calls_of

import symnn
from symnn.expressions.tree import Call, Derivative, Entry, Name, Negative, Number, Power, Product, Quotient, Sum
from symnn.expressions.writing import plain
from symnn.handouts.equations import forward_lines
from symnn.handouts.handout import Handout
from symnn.handouts.pictures.diagram import diagram
from symnn.handouts.pictures.svg import svg
from symnn.handouts.pictures.tikz import tikz
from symnn.language.reading import Reading, read
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.layers import mlp
from symnn.networks.network_file import network_from_equations
from symnn.notation.aligning import aligned_rows, line_of
from symnn.notation.authored import boxes_of
from symnn.notation.items import Aligned, Line, expression
from symnn.notation.layout import laid_out, symbols_of
from symnn.notation.mathml import mathml
from symnn.notation.symbols import function, symbol
from symnn.notation.tex import latex, mathematics
from symnn.notation.typst_math import mathematics as typst
from symnn.notation.unicode import on_one_line

X, W = Name("x"), Name("w")
HALF = Quotient(Number(1), Number(2))


def shown(block, symbols):
    """Write each row of equations in every alphabet; of MathML, which is long, a digest."""
    for row in aligned_rows(block, symbols):
        for box in (row.left, row.right):
            digest = sha256(mathml(box).encode()).hexdigest()[:8]
            yield f"{mathematics(box).strip()}\t{typst(box)}\t{digest}"


@pytest.mark.parametrize("name", CATALOGUE)
def test_formulas_of_the_catalogue_are_as_they_were_when_last_looked_at(name, golden):
    document = Handout(network(name)).document()
    rows = [line for block in document.blocks if isinstance(block, Aligned) for line in shown(block, document.symbols)]
    golden(f"formulas-{name}.tsv", "\n".join(dict.fromkeys(rows)) + "\n")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Product((Number(8), HALF, X)), r"8 \cdot \frac{1}{2}\,x"),
        (Product((Negative(Number(8)), HALF, X)), r"-8 \cdot \frac{1}{2}\,x"),
        (Product((Number(8), Product((HALF, X)))), r"8 \cdot \frac{1}{2}\,x"),
        (Product((Number(5, 2, "2.5"), Quotient(Number(3), Number(4)))), r"2.5 \cdot \frac{3}{4}"),
        (Product((Power(Number(2), Number(3)), HALF)), r"2^{3} \cdot \frac{1}{2}"),
        (Product((Number(3), Quotient(Number(1), Call("sqrt", (Number(2),))))), r"3 \cdot \frac{1}{\sqrt{2}}"),
        (Product((X, HALF)), r"x\,\frac{1}{2}"),
        (Product((Number(2), Quotient(X, Number(3)))), r"2\,\frac{x}{3}"),
        (Product((Number(2), Call("sqrt", (Number(2),)))), r"2\,\sqrt{2}"),
        (Product((HALF, Number(8))), r"\frac{1}{2} \cdot 8"),
    ],
)
def test_no_product_looks_like_a_mixed_number(tree, expected):
    assert mathematics(line_of(expression(tree), {})) == expected


@given(trees(("w1", "x_1", "y_2", "W[1,2]", "s'_2", "eta")))
def test_every_alphabet_writes_the_same_signs(tree):
    """No letter of a name is lost in one alphabet, brackets come in pairs, and MathML is well-formed."""
    box = laid_out(tree)
    page = "".join(ET.fromstring(f"<math>{mathml(box)}</math>").itertext())  # noqa: S314 - our own text
    for text in (mathematics(box), typst(box), page):
        assert text.count("(") == text.count(")")
    assert mathematics(box).count(r"\eta") == typst(box).count("η") == page.count("η")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("w46", "w_{46}"),
        ("w_x1_1", "w_{(x1)1}"),
        ("w_1_11", "w_{1,11}"),
        ("p_data", r"p_{\mathrm{data}}"),
        ("s'^(1)_2", r"s^{\prime(1)}_2"),
        ("w^(1)_11", "w^{(1)}_{11}"),
        ("W[2,11]", "W_{2,11}"),
        ("s_2[1]", "(s_2)_1"),
        ("I[x-1,y]", "I_{x-1,y}"),
        ("delta_h", r"\delta_h"),
        ("w_alpha", r"w_{\alpha}"),
        ("rate", r"\mathrm{rate}"),
    ],
)
def test_a_name_is_written_from_its_parts(name, expected):
    assert mathematics(symbol(name)) == expected


@pytest.mark.parametrize(
    ("tree", "in_latex", "in_typst"),
    [
        (
            Call("max_pool", (X, Number(2), Number(2))),
            r"\operatorname{maxpool}_{2\times2}(x)",
            r'op("maxpool")_(2 × 2) \( x \)',
        ),
        (Call("conv", (X, W, Number(2), Number(1))), r"\operatorname{conv}_{s=2,\,p=1}(x, w)", None),
        (Call("part", (X, Number(9), Number(12))), r"x_{9\ldots12}", "x_(9 … 12)"),
        (Call("exp", (Negative(X),)), r"\mathrm{e}^{-x}", 'upright("e")^(− x)'),
        (Call("exp", (Sum((X, W)),)), r"\exp(x + w)", r'op("exp") \( x + w \)'),
        (Call("abs", (X,)), r"\left|x\right|", r"\| x \|"),
        (Call("relu", (X,), 1), r"\operatorname{ReLU}'(x)", r'op("ReLU")^(′) \( x \)'),
        (Derivative(Derivative(Name("v"), X), X), r"\frac{\partial^{2}v}{\partial x^{2}}", "frac(∂^(2) v, ∂ x^(2))"),
        (Entry(Name("s'^()"), (Number(1), Sum((Name("t"), Negative(Number(1)))))), r"s^{\prime(1)}_{t-1}", None),
        (Power(Name("a1"), Number(2)), "a_1^{2}", "a_(1)^(2)"),
        (Power(Name("s'_2"), Number(2)), "{s'_2}^{2}", None),
        (Call("conv_flipped", (X, W), 1), r"{\operatorname{conv}^{(\mathrm{flip})}}'(x, w)", None),
    ],
)
def test_operations_look_as_the_course_writes_them(tree, in_latex, in_typst):
    assert latex(tree) == in_latex
    assert in_typst is None or typst(laid_out(tree)) == in_typst


@pytest.mark.parametrize(
    ("function", "settings", "begins"),
    [
        ("sqrt", (), r"\sqrt{"),
        ("abs", (), r"\left|"),
        ("squared_norm", (), r"\left\|"),
        ("part", (Number(9), Number(12)), "(w_1 + "),
        ("relu", (), r"\operatorname{ReLU}(w_1 + "),
    ],
)
def test_what_has_no_brackets_of_its_own_is_not_opened(function, settings, begins):
    """A long root, norm or stretch of a vector stays what it is, however long; a long call may be broken."""
    long = Sum(tuple(Name(f"w{n}") for n in range(1, 30)))
    assert mathematics(line_of(expression(Call(function, (long, *settings))), {})).startswith(begins)


def test_a_networks_own_function_hides_an_operation_of_its_name():
    call = Call("part", (X, Number(1), Number(2)))
    assert latex(call, {"part": function("part")}) == r"\operatorname{part}(x, 1, 2)"
    graph = network_from_equations("y = sigma(x)\nsigma(x) = x^2\nE = swish(y)\nswish(x) = x*sigmoid(x)").graph
    assert [latex(graph.definitions[name], symbols_of(graph)) for name in "yE"] == [
        r"\sigma(x)",
        r"\operatorname{swish}(y)",
    ]


@pytest.mark.parametrize(
    ("right", "meaning"),
    [
        ("half_squared_error(y, z)", "1/2*(y - z)^2"),
        ("squared_error(y, z)", "(y - z)^2"),
        ("3 + cross_entropy(y, z)/2", "3 + (-z*log(y) - (1 - z)*log(1 - y))/2"),
    ],
)
def test_a_loss_between_numbers_is_written_out(right, meaning):
    """On a page it reads as its meaning, and the meaning is read as the same."""
    net = network_from_equations(f"y = w*x\nE = {right}")
    line = next(block for block in forward_lines(net.graph) if isinstance(block, Aligned)).lines[-1]
    steps = [mathematics(line_of(step, {})) for step in line.steps]
    assert len(steps) == 2
    found, wanted = (read(text, net.graph.scope) for text in (steps[-1], meaning))
    assert isinstance(found, Reading)
    assert isinstance(wanted, Reading)
    assert plain(found.tree) == plain(wanted.tree)
    assert "_" not in steps[0].replace(r"\_", "")


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{\partial E}{\partial w_{46}} = 2(y-z)f'(a_3)",
        r"\begin{bmatrix} 1 & a \\ 2 & b \end{bmatrix}",
        r"\sqrt{x_1^2}",
    ],
)
def test_an_authors_formula_reaches_every_alphabet(source):
    box = boxes_of(source)
    assert mathematics(boxes_of(mathematics(box))) == mathematics(box)
    ET.fromstring(f"<math>{mathml(box)}</math>")  # noqa: S314 - our own text
    assert on_one_line(box)
    assert "\\frac" not in typst(box)


def in_a_row(arrows):
    steps = "\n".join(f"a{i} = w{i}*a{i - 1} + v{i}*x1" for i in range(2, arrows))
    return diagram(network_from_equations(f"a1 = w1*x1\n{steps}").graph)


def test_the_work_of_a_picture_does_not_grow_with_the_square_of_its_arrows():
    """Labels are kept off what is near them only; a layer of 64 units is drawn as one of 16, folded."""
    few, many = (calls_of(lambda arrows=arrows: tikz(in_a_row(arrows), {})) for arrows in (10, 60))
    assert many < 14 * few  # 36 times as many if every label were kept off every other
    narrow, wide = (calls_of(lambda n=n: tikz(diagram(mlp([n, n, n, 1]).graph), {})) for n in (12, 36))
    assert wide < 5 * narrow  # it has 8 times as many arrows; reading them is linear


def test_nothing_of_ours_is_read_back():
    """Only an author's text is taken apart by patterns; no format is made from what another one wrote."""
    root = Path(symnn.__file__).parent
    notation = {file.stem for file in (root / "notation").glob("*.py") if "import re\n" in file.read_text("utf-8")}
    assert notation <= {"author", "authored", "inline"}
    assert not [file for file in root.rglob("*.py") if "ElementTree" in file.read_text("utf-8")]


def test_labels_of_pictures_are_formulas_too():
    """A product on an arrow has its subscripts below; what is taller than a line stands as it would be typed."""
    drawn = diagram(network_from_equations("y = w1*v2*x1 - b\nE = y^2").graph)
    page = svg(drawn, {})
    assert "w1*v2" not in page
    assert re.search(r'<tspan dy="[\d.]+" font-size="[\d.]+">2<', page)
    assert "−" in page


@pytest.mark.parametrize(("under", "is_broken"), [(Number(3), True), (Name("n[1]"), True), (Name("u"), False)])
def test_a_long_numerator_is_broken_where_what_is_below_is_a_number(under, is_broken):
    long = Sum(tuple(Power(Sum((Name(f"out[{k},1]"), Negative(Name(f"y[{k},1]")))), Number(2)) for k in range(1, 9)))
    block = Aligned((Line(expression(Name("E")), (expression(Quotient(long, under)),)),))
    rows = [on_one_line(row.right) for row in aligned_rows(block, {})]
    assert (len(rows) > 1) is is_broken
    assert rows[0].strip().startswith("= 1/") is is_broken
