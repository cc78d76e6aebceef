"""What each format escapes, how long lines are broken, and that xelatex takes what we write."""

from __future__ import annotations

import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from strategies import trees

from symnn.commands.derive import command as derive_command
from symnn.expressions.terms import difference, product, total
from symnn.expressions.tree import Call, Derivative, Name, Negative, Number, Product, walk
from symnn.handouts import latex, markdown, text, typst
from symnn.handouts.document import Document, Prose, Table, Title, Verbatim
from symnn.handouts.formats import FORMATS, written_document
from symnn.handouts.pictures import svg
from symnn.handouts.pictures.diagram import Diagram, DiagramNode, diagram
from symnn.handouts.pictures.tikz import tikz
from symnn.networks.catalogue import CATALOGUE, network
from symnn.notation.aligning import WIDTH, aligned_rows, line_of
from symnn.notation.authored import boxes_of
from symnn.notation.boxes import Word
from symnn.notation.breaking import rows
from symnn.notation.items import Aligned, Line, Mark, Piece, Value, expression, one_piece
from symnn.notation.layout import numeral, symbols_of
from symnn.notation.mathml import mathml
from symnn.notation.measuring import width
from symnn.notation.tex import aligned, mathematics

SPECIAL = r"""\{}$&#%_^~<>"'`-,"""
NASTY = st.text(st.sampled_from(SPECIAL + "ab \n\t\x1b\u202e\u200b权θ"), min_size=1, max_size=30)


@given(NASTY)
def test_latex_prints_words_and_obeys_none(words):
    """Once our own escapes are taken away, no character is left that LaTeX would obey."""
    out = latex.escaped(words)
    ours = r"\\text(?:backslash|asciicircum|asciitilde|less|greater|quotedbl|asciigrave)\{\}|"
    ours += r"\\[{}$&#%_]|\$\\theta\$|\{\}"
    assert not re.search(r"[\\{}$&#%_^~<>`\"\x00-\x1f\u202e\u200b]|--|''|,,", re.sub(ours, "\x7f", out))


@given(NASTY)
def test_xml_reads_back_as_the_words(words):
    out = svg.escaped(words)
    shown = ET.fromstring(f"<a b='{out}'>{out}</a>")  # noqa: S314 - our own text
    assert shown.text == text.escaped(words)


@given(NASTY)
def test_a_terminal_obeys_no_words(words):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", text.escaped(words))


@given(NASTY)
def test_markdown_shows_words_and_obeys_none(words):
    out = re.sub(r"\\.", "", markdown.escaped(words))
    assert not re.search(r"[\\`*_{}\[\]<>|$~&#\n\x1b]", out)
    assert not re.match(r"\s*([-+=:]|\d+[.)])", out)


@pytest.mark.parametrize("to", FORMATS)
def test_every_place_for_words_escapes_them(to):
    words = r"\input{/etc/passwd} <script> \x1b[31m" + "\x1b"
    document = Document(
        (
            Title(words, words),
            Verbatim(words, words),
            Prose("source-of-network", {"source": words}),
            Table((Prose("column-point", {"name": words}),), ((words,), (Piece(Name("x")),))),
        )
    )
    out = written_document(document, to, "en")
    escaped = {"latex": latex, "markdown": markdown, "text": text, "html": svg, "typst": typst}[to].escaped(words)
    assert out.count(escaped) == (6 if to == "html" else 5)  # a page's title stands in its head too
    assert "\x1b" not in out


def test_a_placeholder_for_mathematics_cannot_be_smuggled_in():
    out = written_document(Document((Prose("source-of-network", {"source": "\ue000"}),)), "text", "en")
    assert out == "Source: <U+E000>\n"


A = Piece(Name("a"))
WIDE = expression(total(tuple(product((Name(f"w{k}"), Name(f"x{k}"))) for k in range(40))))


def test_long_sums_are_broken_before_their_signs():
    found = rows(WIDE, [1.0] * len(WIDE), 20, 18)
    assert [place for part in found for place in range(part.start, part.stop)] == list(range(len(WIDE)))
    assert all(part.stop - part.start <= 20 for part in found)
    assert all(WIDE[part.start] == Mark("+") for part in found[1:])


def test_a_short_bracket_is_not_broken_while_its_neighbours_can_be():
    y = (Mark("("), Piece(Number(1)), Mark("-"), Piece(Name("y")), Mark(")"))
    factors = (A, *y, A, *y, A, *y)
    breaks = [part.start for part in rows(factors, [1.0] * len(factors), 10, 10)]
    assert breaks == [0, 7, 13]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_no_written_line_is_wider_than_the_page(sizes):
    terms = tuple(product(tuple(Name(f"w_{k}_{n}") for n in range(size))) for k, size in enumerate(sizes))
    block = Aligned((Line(one_piece(Derivative(Name("E"), Name("w1"))), (expression(total(terms)),)),))
    assert all(width(row.left) + width(row.right) <= WIDTH + 4 for row in aligned_rows(block, {}))
    out = written_document(Document((block,)), "text", "en")
    assert all(len(row) <= text.WIDTH for row in out.splitlines())


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (product((Number(2), difference(Name("y"), Name("z")), Name("w5"))), r"2\,(y - z)\,w_5"),
        (product((Name("w5"), Number(2))), r"w_5 \cdot 2"),
        (Negative(product((Number(2), Name("x1")))), r"-2\,x_1"),
        (Product((Name("x"), Product((Negative(Name("a")), Name("b"))))), r"x\,(-a\,b)"),
        (total((Name("x"), Product((Negative(Name("a")), Name("b"))))), r"x + (-a\,b)"),
        (Derivative(Name("E"), Name("w46")), r"\frac{\partial E}{\partial w_{46}}"),
    ],
)
def test_mathematics_is_set_as_the_lecture_sets_it(tree, expected):
    assert mathematics(line_of(expression(tree), {})) == expected


@given(trees(("w1", "x_1", "y_2", "W[1,2]", "s'_2", "eta")))
def test_browsers_are_given_all_of_the_mathematics(tree):
    """Every name stands in what the MathML alphabet writes, and that is well-formed."""
    shown = ET.fromstring(f"<math>{mathml(line_of(expression(tree), {}))}</math>")  # noqa: S314 - our own text
    assert len(list(shown.iter("mi"))) >= sum(isinstance(node, Name) for node in walk(tree))


@pytest.mark.parametrize("name", CATALOGUE)
def test_browsers_are_given_every_sign_of_every_network(name):
    """Nothing of LaTeX's writing is left in a page for browsers."""
    page = CliRunner().invoke(derive_command, [name, "--to", "html"]).output
    assert not re.search(r"\\\\|_\\{|\\^\\{", page.partition("</style>")[2])
    assert page.count("<math") >= 3


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"s'_{2}", "<msubsup><mi>s</mi><mn>2</mn><mo>′</mo></msubsup>"),
        (
            r"\underbrace{x}_{0.5}",
            "<munder><munder><mi>x</mi><mo>⏟</mo></munder><mn>0.5</mn></munder>",
        ),
        (r"\begin{bmatrix} 1 & a \\ 2 & b \end{bmatrix}", "<mtr><mtd><mn>2</mn></mtd><mtd><mi>b</mi></mtd></mtr>"),
        (r"\left(\frac{1}{2}\right)", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\operatorname{ReLU}(x)", '<mi mathvariant="normal">ReLU</mi>'),
        (r"\unheard<", '<mi mathvariant="normal">unheard</mi><mo>&lt;</mo>'),
    ],
)
def test_mathml_of_what_we_write(source, expected):
    out = mathml(boxes_of(source))
    assert expected in out
    ET.fromstring(f"<math>{out}</math>")  # noqa: S314 - our own text


def test_a_page_needs_nothing_from_outside():
    from test_handouts_derivation import document

    page = written_document(document("bp-2-2-1", "w1", checked=True), "html", "zh")
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh">')
    assert not re.search(r"<script|<link|<img|src=|url\((?!#)", page)
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_a_long_call_is_broken_between_its_arguments():
    """No dot stands after a comma, none between a function and its bracket."""
    arguments = tuple(Call("relu", (total(tuple(Name(f"w_{k}_{n}") for n in range(9))),)) for k in range(3))
    block = Aligned((Line(one_piece(Name("v")), (expression(Call("concat", arguments)),)),))
    found = aligned(block, {})
    assert all(width(row.left) + width(row.right) <= WIDTH + 4 for row in aligned_rows(block, {}))
    assert found.startswith(r"v &= \operatorname{concat}(\operatorname{ReLU}(w")
    assert r"\cdot" not in found
    assert found.count(r"\\") >= 1


def test_brackets_around_fractions_are_big():
    inside = expression(total((Name("a"), Name("b"))))
    tall = (A, Mark("("), *one_piece(Derivative(Name("E"), Name("a"))), Mark("+"), *inside, Mark(")"))
    assert mathematics(line_of(tall, {})) == r"a\,\Bigl(\frac{\partial E}{\partial a} + a + b\Bigr)"


@pytest.mark.parametrize(
    ("number", "expected"),
    [("0.25", "0.25"), ("1.2e-05", r"1.2 \times 10^{-5}"), ("inf", r"\infty"), ("nan", "nan")],
)
def test_numbers_are_set_as_numbers(number, expected):
    assert mathematics(numeral(number)) == expected


def test_numbers_stand_under_their_factors():
    """In text each value is centred under its factor."""
    from symnn.notation.items import Group

    items = (
        Group(one_piece(Name("w5")), "0.5"),
        Group((Mark("("), *one_piece(Name("y")), Mark(")")), "-1.25"),
    )
    block = Aligned((Line(one_piece(Name("g")), (items,), Value("-0.625", exact=True)),))
    assert written_document(Document((block,)), "text", "en") == "  g =  w5 ·  (y)  = -0.625\n      0.5   -1.25\n"


@pytest.mark.parametrize(
    ("name", "layers", "edges"),
    [
        ("neuron", (4, 1), 4),
        ("midges", (3, 3, 2, 1), 11),
        ("bp-2-2-1", (2, 2, 2, 1), 8),
        ("bp-2-3-2-1", (2, 3, 2, 2, 1), 16),
    ],
)
def test_the_picture_has_the_lectures_layers(name, layers, edges):
    drawn = diagram(network(name).graph)
    assert drawn.layers == layers
    assert len(drawn.edges) == edges


def test_each_weight_is_named_once_in_the_picture():
    graph = network("bp-2-3-2-1").graph
    labels = [label.name for edge in diagram(graph).edges for label in edge.labels]
    assert sorted(labels) == sorted(graph.parameters)


def test_pictures_are_as_they_were_when_last_looked_at(golden):
    graph = network("bp-2-3-2-1").graph
    golden("bp-2-3-2-1.svg", svg.svg(diagram(graph), symbols_of(graph)))
    golden("bp-2-3-2-1.tikz", tikz(diagram(graph), symbols_of(graph)))


def test_a_picture_is_well_formed_whatever_the_names():
    drawn = Diagram((DiagramNode("x", "input", 0),), (), (1,))
    ET.fromstring(svg.svg(drawn, {"x": Word("<script>&\"'")}))  # noqa: S314 - our own text


MISSING = [name for name in ("xelatex", "kpsewhich") if shutil.which(name) is None]


def lacks_ctex():
    if MISSING:
        return f"{MISSING[0]} is not installed"
    found = subprocess.run(["kpsewhich", "ctex.sty", "tikz.sty"], capture_output=True, text=True, check=False)
    return "" if found.stdout.count(".sty") == 2 else "ctex or tikz is not installed"


@pytest.mark.skipif(bool(lacks_ctex()), reason=lacks_ctex() or "-")
@pytest.mark.parametrize(
    ("name", "options", "lang"),
    [
        ("bp-2-2-1", {"wrt": ("w5", "w1"), "update": True, "checked": True}, "zh"),
        ("bp-2-3-2-1", {"wrt": ("w46", "w14", "w_x1_1"), "at": {"eta": 0.5}, "update": True}, "en"),
    ],
)
def test_xelatex_compiles_the_lectures_derivations(name, options, lang, tmp_path):
    """No error, nothing over the margin, no character without a glyph."""
    from test_handouts_derivation import document

    source = written_document(document(name, *options.pop("wrt"), **options), "latex", lang)
    (tmp_path / "page.tex").write_text(source, encoding="utf-8")
    command = ["xelatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    ran = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8", errors="replace"
    )
    assert ran.returncode == 0, ran.stdout[-2000:]
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace")
    assert not re.findall(r"^(?:Overfull .*|Missing character.*)$", log, re.MULTILINE)
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
