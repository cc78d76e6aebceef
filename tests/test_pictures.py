"""Pictures of networks: nothing lies on anything else, few arrows cross, and paths are those of the derivation."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from click.testing import CliRunner
from foreign_networks import FOREIGN

from symnn.commands.derive import command as derive
from symnn.commands.eval import command as evaluate
from symnn.commands.show import command as show
from symnn.expressions.writing import plain
from symnn.handouts.pictures.decorating import network_picture
from symnn.handouts.pictures.diagram import diagram
from symnn.handouts.pictures.geometry import placed_diagram
from symnn.handouts.pictures.plane import crosses, hits
from symnn.handouts.pictures.svg import svg
from symnn.handouts.pictures.tikz import WIDEST, tikz
from symnn.handouts.symbol_table import symbol_table
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.layers import mlp
from symnn.networks.models import Declarations, graph_from_text
from symnn.notation.layout import symbols_of

NETWORKS = {
    **{name: network(name).graph for name in CATALOGUE},
    "4-5-3-2": mlp([4, 5, 3, 2]).graph,
    **{name: foreign.graph for name, foreign in FOREIGN.items()},
}
ELK = {
    "midges": 3,
    "bp-2-2-1": 1,
    "bp-2-3-2-1": 6,
    "one-hidden-layer": 6,
    "conv-3x3": 36,
    "birnn": 5,
    "deep-rnn": 10,
    "4-5-3-2": 93,
    "gated recurrent unit": 4,
    "long short-term memory": 7,
}
"""How many crossings the layered layout of elkjs 0.10 has of the same nodes and edges; in all other networks none."""

COMMANDS = {"derive": derive, "eval": evaluate, "show": show}


def run(command, *arguments):
    result = CliRunner().invoke(COMMANDS[command], arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module", params=NETWORKS)
def placed(request):
    graph = NETWORKS[request.param]
    picture = diagram(graph, network(request.param).players if request.param in CATALOGUE else ())
    return request.param, picture, placed_diagram(picture, symbols_of(graph))


def test_no_label_lies_on_another_or_on_a_unit(placed):
    _, _, at = placed
    labels = [label.area for label in at.labels if label is not None]
    assert not [pair for pair in combinations(labels, 2) if pair[0].overlaps(pair[1])]
    assert not [(label, area) for label in labels for area in at.areas if label.overlaps(area)]
    assert not [pair for pair in combinations(at.areas, 2) if pair[0].overlaps(pair[1])]


def test_no_arrow_leads_through_a_unit(placed):
    _, picture, at = placed
    for edge, line in zip(picture.edges, at.lines, strict=True):
        others = [area for place, area in enumerate(at.areas) if place not in (edge.source, edge.target)]
        assert not [area for area in others for start, end in pairwise(line) if hits(start, end, area)]


def test_no_more_arrows_cross_than_in_elks_layout(placed):
    name, _, at = placed
    if name not in ELK:
        pytest.skip("elkjs was not asked about this one")
    pieces = {piece for line in at.lines for piece in pairwise(line)}
    assert sum(crosses(one, other) for one, other in combinations(pieces, 2)) <= ELK[name]


def test_every_parameter_of_the_catalogue_can_be_found(placed):
    name, picture, _ = placed
    if name == "4-5-3-2":
        return  # its first layers have more arrows than can be named
    carried = {wrt for edge in picture.edges for _, wrt in edge.carries}
    assert set(NETWORKS[name].parameters) <= carried


def test_a_picture_is_well_formed_and_has_a_name(placed):
    name, picture, _ = placed
    root = ET.fromstring(svg(picture, symbols_of(NETWORKS[name]), "<&>"))  # noqa: S314 - our own text
    assert root.get("role") == "img"
    assert root.find("{http://www.w3.org/2000/svg}title").text == "<&>"


def path_factors(name, wrt):
    data = json.loads(run("derive", name, "--wrt", wrt, "--to", "json"))
    (row,) = data["wrt"]
    return [{factor["factor"] for factor in path} for path in row["paths"]]


@pytest.mark.parametrize("name", ["bp-2-2-1", "bp-2-3-2-1", "midges", "one-hidden-layer", "neuron"])
def test_highlighted_paths_are_those_of_the_derivation(name):
    for wrt in network(name).graph.parameters:
        root = ET.fromstring(run("show", name, "--highlight", wrt, "--to", "svg"))  # noqa: S314 - our own text
        groups = [group for group in root.iter("{http://www.w3.org/2000/svg}g") if group.get("class") == "path"]
        on_edges = [{f for part in group for f in part.get("data-factors").split()} for group in groups]
        assert on_edges == path_factors(name, wrt)
        assert [set(group.get("data-factors").split()) for group in groups] == on_edges
        written = run("show", name, "--highlight", wrt, "--to", "tikz")
        scopes = re.findall(r"% path \d+\n(.*?)\\end\{scope\}", written, re.DOTALL)
        assert [{f for part in re.findall(r"; % (.*)", scope) for f in part.split()} for scope in scopes] == on_edges


def test_paths_that_have_no_colour_are_counted():
    picture = network_picture(network("deep-rnn"), "W^(1)")
    assert (len(picture.tracks), picture.count) == (6, 10)
    assert "… + 4" in svg(picture, {})


PENALTY = "y = w*x + b\nE = (y - z)^2 + lambda/2*w^2"


@pytest.mark.parametrize("declared", [(), ("x",)])
def test_a_penalty_is_no_bias_and_its_weight_no_unit(declared):
    graph = graph_from_text(PENALTY, Declarations(inputs=declared, targets=("z",)))
    drawn = diagram(graph)
    arrows = {
        (drawn.nodes[edge.source].name, drawn.nodes[edge.target].name, *map(plain, edge.labels)) for edge in drawn.edges
    }
    assert arrows == {("x", "y", "w"), ("+1", "y", "b"), ("y", "E"), ("z", "E")}


def test_an_input_that_nobody_declared_is_one_in_picture_and_table():
    graph = graph_from_text(PENALTY, Declarations(targets=("z",)))
    (table,) = symbol_table(graph)
    meant = {row[1].code: plain(row[0][0].tree) for row in table.rows}
    assert meant["meaning-undeclared"] == "x"
    assert next(node.kind for node in diagram(graph).nodes if node.name == "x") == "input"
    declared = graph_from_text(PENALTY, Declarations(inputs=("x",), targets=("z",)))
    assert "meaning-undeclared" not in {row[1].code for row in symbol_table(declared)[0].rows}


def test_on_a_slide_the_arrows_of_paths_appear_one_after_the_other():
    graph = network("bp-2-3-2-1").graph
    drawn = tikz(network_picture(network("bp-2-3-2-1"), "w_x1_1"), symbols_of(graph), stepwise=True)
    scopes = re.findall(r"\\begin\{scope\}\[path\d.*?\\end\{scope\}", drawn, re.DOTALL)
    assert [re.findall(r"\\draw<(\d)->", scope) for scope in scopes] == [["4", "3", "2", "1"]] * 2
    assert sorted(re.findall(r"\\draw<-(\d)>", drawn)) == ["1", "1", "2", "2", "3"]  # faint until then; E and y at once
    assert "draw<" not in tikz(network_picture(network("bp-2-3-2-1"), "w_x1_1"), symbols_of(graph))


def test_feature_maps_are_stacks_with_their_shape_and_pixels():
    picture = svg(network_picture(network("cnn-x")), {})
    assert "3@7×7" in picture
    assert picture.count("data-cell=") == 81
    assert run("show", "cnn-x", "--at", "default", "--to", "svg").count('class="pixels"') == 13


def test_a_player_who_rests_is_grey():
    def resting(highlight):
        return {frame.name: frame.rests for frame in network_picture(network("gan"), highlight).frames}

    assert resting("c1") == {"D": False, "G": True}
    assert resting("u") == {"D": True, "G": False}


def test_values_and_slopes_are_those_of_eval():
    shown = run("show", "bp-2-2-1", "--at", "default", "--grad", "--to", "svg")
    values = json.loads(run("eval", "bp-2-2-1", "--at", "default", "--json"))["values"]
    slopes = re.findall(r'class="slope"[^>]*>([^<]*)<', shown)
    assert format(values["y"], ".3g") in re.findall(r'class="value"[^>]*>([^<]*)<', shown)
    assert "1" in slopes
    assert len(slopes) == 7


@pytest.mark.parametrize("name", NETWORKS)
def test_pictures_fit_a_slide(name):
    graph = NETWORKS[name]
    text = tikz(diagram(graph), symbols_of(graph))
    scale = float(re.findall(r"scale=([\d.]+)|$", text)[0] or 1)
    assert scale * placed_diagram(diagram(graph), symbols_of(graph)).extent.x <= WIDEST + 0.01
