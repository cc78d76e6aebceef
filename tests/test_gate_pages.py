"""The truth gate of pages: every name is defined, every line is so in numbers, every sentence is a claim that holds."""

from __future__ import annotations

import json
import re

import pytest
from foreign_networks import FOREIGN
from hypothesis import given, reject, settings
from page_claims import NEAR, Page, Unsettled
from strategies import graphs
from tensor_networks import tensor_networks

from symnn.documents.kinds import Bilingual
from symnn.errors import Problem
from symnn.expressions.tree import Name
from symnn.handouts.formats import delivered
from symnn.handouts.handout import Handout
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.network import Network
from symnn.ops.table import OPERATIONS

FORMS = ("paths", "deltas", "matrix")
LARGE = ("cnn", "cnn-x", "deep-rnn", "birnn", "conv-3x3")
"""Networks of which not every path is written here: their entries are hundreds of quantities."""

MANY = 300
"""Networks drawn where there is time."""


def of_graph(graph, form, **asked):
    return Handout(Network("n", Bilingual("试", "try"), graph), form=form, **asked)


def page_of(asked, **drawn):
    written = asked.whole
    page = Page(asked.document(), written.graph, written.derivation.of, **drawn)
    if written.assembly is not None:  # the numbers that the vectors are made of keep their names
        entries = written.assembly.vectorised.entries
        page.numbers.known |= {number: page.numbers.values[entry] for entry, number in entries.items()}
        page.numbers.called = {number: entry for entry, number in entries.items()}
    return page


def is_so(asked, **drawn):
    """Check the page, what a terminal and TeX show of it, and the data."""
    page = page_of(asked, **drawn)
    page.holds()
    page.brackets_are_said()
    text_names_what_is_there(asked, page)
    tex_has_no_words_of_the_program(page.document)
    data_is_so(asked.whole, page.numbers)


def is_so_where_it_settles(asked, **drawn):
    """Check a drawn network, unless its point is too steep for differences."""
    try:
        is_so(asked, **drawn)
    except (Unsettled, OverflowError):
        reject()


WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def text_names_what_is_there(asked, page):
    """Look at the words of the formulas on a terminal: every one is a name that the page knows."""
    known = {*page.numbers.shapes, *page.numbers.values, *page.numbers.known, *page.graph.functions, *OPERATIONS}
    known |= {
        "ones",
        "rows",
        "columns",
        "all",
        "eta",
        "rho",
        "d",
        "D",
        "k",
        "n",
        "x",
        "v",
        "V",
        "p_data",
        "p_g",
        "pi",
        "e",
    }
    plain = {part for name in known for part in WORD.findall(name)}
    letters = {letter for indexed in asked.graph.indexed for letter, *_ in indexed.ranges} | {*"ijlmoqr"}
    named = {*asked.graph.quantities, *page.numbers.known}
    stems = {name.rpartition("_")[0] for name in named}
    for line in delivered(page.document, "text", "en").splitlines():
        if not line.startswith("  ") or " = " not in line:
            continue
        for word in WORD.findall(re.sub(r"\(\w = [\d, …]+\)$|\(\d+(x\d+)+\)|^ *\([FB]\d+[a-z]?\)|\^T\b", "", line)):
            stem, _, index = word.rpartition("_")
            indexed = (
                index.strip("{}") in (*letters, "l") or stem == "sum" or word in ("i", "j", "l", "m", "o", "q", "r")
            )
            assert word.rstrip("_") in plain | stems or indexed, (word, line)


def tex_has_no_words_of_the_program(document):
    tex = delivered(document, "latex", "en")
    for word in ("spread", "part(", "half_squared", "squared_error", r"\sum_{1}"):
        assert word not in tex, word
    assert not re.search(r"(?<!\\)delta_", tex)
    assert not re.search(r"_\{(\d+)\\ldots\1\}", tex)


def data_is_so(asked, numbers):
    """Read every formula of the JSON back and compare its value with what it stands for."""
    data = json.loads(asked.written("json", "en"))
    for row in data["wrt"]:
        of = row.get("of", data["of"])
        expect = numbers.worth(derivative(of, row["name"]))
        assert reads_as(row["gradient"], asked.graph, numbers) == pytest.approx(expect, **NEAR), row
    factors = {factor["value"] for row in data["wrt"] for path in row.get("paths", ()) for factor in path}
    for text in sorted(factors | {term["formula"] for row in data["wrt"] for term in row.get("terms", ())}):
        reads_as(text, asked.graph, numbers)
    for row in data.get("deltas", ()):
        expect = numbers.worth(derivative(row["of"], row["wrt"]))
        assert reads_as(row["formula"], asked.graph, numbers) == pytest.approx(expect, **NEAR), row
    for row in data["forward"]:
        left, right = row["equation"].split(" = ", 1)
        if re.search(r"\b(mean|std)\b(?!\()", row["equation"]):
            continue  # the numbers behind all entries of normalize(x), which have no name of their own to be read
        found, expect = reads_as(right, asked.graph, numbers), numbers.worth(Name(left))
        assert found * (len(expect) // len(found)) == pytest.approx(expect, **NEAR), row


def derivative(of, wrt):
    from symnn.expressions.tree import Derivative

    return Derivative(Name(of), Name(wrt))


def reads_as(text, graph, numbers):
    """Evaluate a formula of the data, read as ``compare --network`` reads it."""
    reading = read(text, graph.scope, limits=AUTHOR)
    assert not isinstance(reading, Problem), (text, reading)
    return numbers.worth(reading.tree)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FOREIGN)
def test_a_page_of_a_foreign_network_is_so(name, form):
    foreign = FOREIGN[name]
    is_so(of_graph(foreign.graph, form, update=True), positive=foreign.positive, distribution=foreign.distribution)


def drawn(name):
    """Draw convolutional networks where all maps are positive: ReLU has no kink there, pooling no ties."""
    return {"positive": network(name).graph.free, "distribution": "z" if "cnn" in name else ""} if name in LARGE else {}


@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for name in CATALOGUE for form in FORMS if form == "matrix" or name not in LARGE]
)
def test_a_page_of_the_lecture_is_so(name, form):
    is_so(Handout(network(name), form=form, update=True), **drawn(name))


@pytest.mark.parametrize("name", LARGE)
def test_the_paths_to_an_entry_are_so(name):
    found = network(name)
    of = found.graph.parameters[0]
    entry = next(one for one in found.graph.entrywise.quantities if one.startswith(of + "["))
    is_so(Handout(found, form="paths", wrt=(entry,)), **drawn(name))


@given(graph=graphs())
@settings(max_examples=8)
def test_a_page_of_a_drawn_network_of_numbers_is_so(graph):
    for form in ("paths", "deltas"):
        is_so_where_it_settles(of_graph(graph, form))


@given(drawn=tensor_networks())
@settings(max_examples=8)
def test_a_page_of_a_drawn_network_of_tensors_is_so(drawn):
    is_so_where_it_settles(of_graph(drawn.graph, "matrix"), positive=drawn.positive, distribution=drawn.distribution)


@pytest.mark.slow
@given(graph=graphs())
@settings(max_examples=MANY, deadline=None)
def test_pages_of_many_drawn_networks_of_numbers_are_so(graph):
    for form in ("paths", "deltas"):
        is_so_where_it_settles(of_graph(graph, form))


@pytest.mark.slow
@given(drawn=tensor_networks())
@settings(max_examples=MANY, deadline=None)
def test_pages_of_many_drawn_networks_of_tensors_are_so(drawn):
    for form in ("matrix", "deltas"):
        is_so_where_it_settles(of_graph(drawn.graph, form), positive=drawn.positive, distribution=drawn.distribution)
