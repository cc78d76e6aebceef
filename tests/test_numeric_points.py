"""Values as people give them: pairs in any spelling, files, the network's own points."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.errors import OperatorError, UsageError
from symnn.networks.catalogue import network
from symnn.networks.models import graph_from_text
from symnn.numeric.points import at, points

F = Fraction
GRAPH = graph_from_text("a = w_{(x1)1}*x_1 + w_{12}*x_2 + theta_1\nE = (a - z)^2")


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["x1=1.72,x2=1.24"], {"x1": F("1.72"), "x2": F("1.24")}),
        (["x_1=1 x_{2}=-2"], {"x1": F(1), "x2": F(-2)}),
        (["x1 = 1 , x2 = 2"], {"x1": F(1), "x2": F(2)}),
        (["x1=1", "x2=2"], {"x1": F(1), "x2": F(2)}),
        (["w_{(x1)1}=1e-3"], {"w_x1_1": F(1, 1000)}),
        (["w(x1)1=7/9"], {"w_x1_1": F(7, 9)}),
        (["w_{1,2}=.5"], {"w12": F(1, 2)}),
        (["θ_1=3,"], {"theta1": F(3)}),
        (["ｘ１＝１，x₂=2"], {"x1": F(1), "x2": F(2)}),
        ([""], {}),
    ],
)
def test_pairs(words, values):
    assert at(words, GRAPH) == values


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("x1", "not-a-value"),
        ("x1=", "not-a-value"),
        ("=3", "not-a-value"),
        ("x1=1=2", "not-a-number"),
        ("x1=1,x_1=2", "given-twice"),
        ("x9=1", "unknown-quantity"),
        ("a=1", "computed-quantity"),
        ("x1=one", "not-a-number"),
        ("x1=nan", "not-a-number"),
        ("x1=__import__('os')", "not-a-number"),
        ("x1=[1,2]", "value-shape"),
        ("x1=[1,2", "not-a-value"),
        ("x1=[]", "not-a-value"),
        ("x1=[[1],[2,3]]", "ragged-matrix"),
        ("x1=" + "[" * 9 + "1" + "]" * 9, "not-a-value"),
        ("x1=1\u200b", "character"),
    ],
)
def test_what_is_no_pair_is_named(word, code):
    with pytest.raises(UsageError) as error:
        at([word], GRAPH)
    assert [problem.code for problem in error.value.problems] == [code]


def test_the_nearest_name_is_given():
    with pytest.raises(UsageError) as error:
        at(["w_x1_2=1"], GRAPH)
    assert error.value.problems[0].facts["nearest"] == "w_x1_1"


def test_entries_can_be_given_together():
    graph = network("midges").graph
    given = at(["W_1=[[1,2],[3,4]] theta_1=[5; 6]"], graph)
    assert given == {
        "W1[1,1]": 1, "W1[1,2]": 2, "W1[2,1]": 3, "W1[2,2]": 4, "theta1[1]": 5, "theta1[2]": 6,
    }  # fmt: skip
    with pytest.raises(UsageError):
        at(["W_1=[[1,2,3],[3,4,5]]"], graph)


@pytest.mark.parametrize(
    ("name", "text"),
    [("v.yaml", "x_1: 1.5\nw_{12}: 2\n"), ("v.json", '{"x_1": 1.5, "w_{12}": 2}')],
)
def test_files_and_pairs_that_win_over_them(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text.replace("w_{12}", '"w_{12}"') if name == "v.yaml" else text)
    assert at([str(file)], GRAPH) == {"x1": F("1.5"), "w12": 2}
    assert at(["x1=9", str(file)], GRAPH) == {"x1": F(9), "w12": 2}


def test_a_file_that_cannot_be_read_has_a_place(tmp_path):
    with pytest.raises(OperatorError) as error:
        at([str(tmp_path / "missing.yaml")], GRAPH)
    assert error.value.problems[0].code == "file-not-found"
    file = tmp_path / "v.yaml"
    file.write_text("x_1: 1\nx_1: 2\n")
    with pytest.raises(OperatorError) as error:
        at([str(file)], GRAPH)
    assert (error.value.problems[0].code, error.value.problems[0].place.line) == ("duplicate-key", 2)


def test_points_lie_over_values_and_given_values_replace_them():
    found = network("midges")
    assert [(point.name, point.values["x1"]) for point in points(found)] == [("Af", F("1.72")), ("Apf", 2)]
    (one,) = points(found, ["x1=3", "theta_2=0"])
    assert (one.values["x1"], one.values["theta2"], one.name) == (3, 0, "")
    assert "x2" not in one.values
    assert one.values["W2[1,1]"] == F("-8.4075")


def test_other_names_may_be_allowed():
    assert at(["η=0.5"], GRAPH, also=["eta"]) == {"eta": F(1, 2)}
    with pytest.raises(UsageError):
        at(["eta=0.5"], GRAPH)
