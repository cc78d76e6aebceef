"""Whatever is said of a wrong answer is true: blind edits of keys, judged by plain evaluation (`claims`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from random import Random

import pytest
from blind_edits import edited, right_answers
from claims import World, alike, is_true
from foreign_networks import FOREIGN

from symnn.expressions.tree import Derivative, Name, Negative, Product, Sum, Tree
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.misconceptions.explainer import Diagnosis
from symnn.networks.catalogue import network
from symnn.networks.graph import Graph
from symnn.networks.models import Declarations, graph_from_text
from symnn.verdicts.feedback import feedback_sentence
from symnn.verdicts.finding import Finding

SMALL = ("neuron", "midges", "bp-2-2-1", "one-hidden-layer")
OTHERS = ("bp-2-3-2-1", "one-hidden-layer-matrix", "rnn", "gan", "conv-3x3")
ABROAD = ("softmax classifier", "hinge", "residual", "absolute error", "samples in columns", "attention by hand")


def graph_of(name: str) -> Graph:
    return FOREIGN[name].graph if name in FOREIGN else network(name).graph


def keys(graph: Graph) -> Iterator[Tree]:
    """List what may be asked of a network: derivatives, an update, its computed quantities."""
    numbers = [e.left for e in graph.equations if not graph.quantities[e.left].shape]
    reached = graph.ancestors(numbers[-1]) if numbers else frozenset()
    by = [name for name in (*graph.parameters, *graph.definitions) if name in reached and name != numbers[-1]]
    yield from (Derivative(Name(numbers[-1]), Name(name)) for name in by)
    for name in [name for name in graph.parameters if name in reached][:1]:
        step = Product((Name("eta"), Derivative(Name(numbers[-1]), Name(name))))
        yield Sum((Name(name), Negative(step)))
    yield from map(Name, graph.definitions)


class Asked:
    """One question with what explains its wrong answers."""

    def __init__(self, world: World, diagnosis: Diagnosis, rights: tuple[Tree, ...]) -> None:
        self.world, self.diagnosis, self.rights = world, diagnosis, rights

    def wrong(self, rng: Random, many: int) -> Tree | None:
        """Draw a right answer with some blind edits; None if it is right after all, or worth nothing."""
        answer = rng.choice(self.rights)
        for _ in range(many):
            answer = edited(answer, self.world.graph, rng)
        worth = self.world.worth(answer)
        if worth is None or all(alike(one, other) for one, other in zip(worth, self.world.truth, strict=True)):
            return None
        return answer


@lru_cache
def asked(name: str, seed: int, most: int) -> tuple[Asked, ...]:
    rng = Random(seed)  # noqa: S311 - a reproducible draw of questions, no secret
    graph = graph_of(name)
    found = []
    for key in rng.sample(list(keys(graph)), min(most, len(list(keys(graph))))):
        world = World(graph, key)
        rights = tuple(right_answers(world, rng)) if world.truth is not None else ()
        if rights:
            found.append(Asked(world, diagnosis_of(graph, key), rights))
    return tuple(found)


def told(name: str, seed: int, most: int, count: int) -> tuple[Counter[str], list[str]]:
    """Draw wrong answers: how many are explained and how many not, and what of it is false."""
    rng = Random(seed)  # noqa: S311 - a reproducible draw of answers, no secret
    counts: Counter[str] = Counter()
    false = []
    for one in asked(name, seed, most):
        for n in range(count):
            many = 2 if n % 4 == 3 else 1
            answer = one.wrong(rng, many)
            if answer is None:
                continue
            findings = one.diagnosis.explain(answer)
            assert all(feedback_sentence(finding, lang) for finding in findings for lang in ("zh", "en"))
            kind = "generic" if findings[0].code == "unexplained" else "named"
            counts[f"{kind} of {many}"] += 1
            if not is_true(one.world, answer, findings):
                said = [(finding.code, dict(finding.facts)) for finding in findings]
                false.append(f"{plain(one.world.key)} | {plain(answer)} | {said}")
    return counts, false


@pytest.mark.parametrize("name", [*SMALL, *OTHERS, *ABROAD])
def test_what_is_said_is_true(name):
    counts, false = told(name, seed=5, most=3, count=6 if name in SMALL else 4)
    assert false == []
    assert counts


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_few_blind_slips_go_unnamed(name):
    counts, false = told(name, seed=6, most=6, count=40)
    assert false == []
    assert counts["generic of 1"] <= 0.12 * (counts["generic of 1"] + counts["named of 1"])


WRONG = [
    ("bp-2-2-1", "2(y-z)y(1-y)w5 f1(1-f1)", "missing-factor", {"factor": "w5"}),
    ("bp-2-2-1", "2(y-z)y(1-y)w6 f1(1-f1) x1", "wrong-quantity", {"meant": "x1", "wrote": "x2"}),
    ("bp-2-2-1", "-2(y-z)y(1-y)w5 f1(1-f1) x1", "convention", {"which": "missing-2"}),
    ("bp-2-2-1", "2(y-z)y(1+y)w5 f1(1-f1) x1", "one-plus", {"of": "f1"}),
    ("bp-2-2-1", "2(y-z)y(1-y)w5", "stopped-early", {"at": "a1"}),
    ("bp-2-2-1", "2(y-z)y(1-y)w5 f1(1-f1) x1 w1", "extra-factor", {"factor": "w2"}),
]


@pytest.mark.parametrize(("name", "answer", "code", "facts"), WRONG)
def test_a_false_claim_is_seen_as_false(name, answer, code, facts):
    """The judge of claims is no yes-man."""
    graph = graph_of(name)
    world = World(graph, Derivative(Name("E"), Name("w1")))
    assert not is_true(world, world.tree(answer), (Finding(code, facts),))


TAKEN_AT_W6 = {"of": "f", "meant": "a3", "wrote": "w6"}
OWN_WORDS = [
    ("bp-2-2-1", "diff(E, w1)", "2(f1-z)f'(a3)w5 f'(a1)x1", [("wrong-quantity", {"meant": "y", "wrote": "f1"})]),
    (
        "bp-2-2-1",
        "diff(E, w1)",
        "2(y-z)f'(w6)w5 f'(a1)x1",
        [("wrong-argument", {"of": "f", "meant": "a3", "wrote": "w6"})],
    ),
    ("bp-2-2-1", "diff(E, w1)", "2(y-z)f'(a3)w5 f'(x1+w3*x2)x1", [("missing-factor", {"factor": "w1"})]),
    ("bp-2-2-1", "diff(E, w1)", "2(y-z)f'(a3)(w5+w6)f'(a1)x1", [("extra-term", {"term": "w6"})]),
    ("bp-2-2-1", "diff(E, w1)", "2(y-z)f'(a3)w5 f'(a1)x1(y-x2)", [("extra-factor", {"factor": "y - x2"})]),
]


@pytest.mark.parametrize(("name", "key", "answer", "said"), OWN_WORDS)
def test_a_slip_that_nobody_foresaw_is_told_in_the_answers_own_words(name, key, answer, said):
    graph = graph_of(name)
    world = World(graph, Name("E"))
    asked_for, tree = world.tree(key), world.tree(answer)
    found = diagnosis_of(graph, asked_for).explain(tree)
    assert [(finding.code, dict(finding.facts)) for finding in found] == said
    assert is_true(World(graph, asked_for), tree, found)


def test_values_that_agree_at_one_point_only_are_no_explanation():
    """A unit that is off, a sign that is the same by chance: what is found must hold at another point, too."""
    graph = graph_of("absolute error")
    world = World(graph, Derivative(Name("E"), Name("y")))
    answer = world.tree("abs'((W*x + b) + z)")
    found = diagnosis_of(graph, world.key).explain(answer)
    assert is_true(world, answer, found)
    assert found[0].code != "sign" or found[0].facts


def test_a_hidden_unit_before_a_linear_output_is_not_called_the_output_layer():
    graph = graph_from_text("a = w*x + b\nh = tanh(a)\ny = v*h + c\nE = (y - z)^2")
    found = diagnosis_of(graph, Derivative(Name("E"), Name("w"))).explain(read("2(y-z)v x", graph.scope).tree)
    assert [(finding.code, dict(finding.facts)) for finding in found] == [
        ("missing-factor", {"factor": "tanh'(a)", "layer": "hidden"})
    ]


@pytest.mark.parametrize(("sign", "word"), [(1, "ascent"), (-1, "descent")])
def test_an_update_is_told_the_way_it_goes(sign, word):
    graph = graph_of("bp-2-2-1")
    step = Product((Name("eta"), Derivative(Name("E"), Name("w1"))))
    rule, turned = (Sum((Name("w1"), part)) for part in ((step, Negative(step))[::sign]))
    world = World(graph, rule)
    written = next(tree for tree in right_answers(World(graph, turned), Random(1)))  # noqa: S311
    found = diagnosis_of(graph, rule).explain(written)
    assert [finding.code for finding in found] == ["update-sign"]
    assert word in feedback_sentence(found[0], "en")
    assert is_true(world, written, found)


RUNNING = "\n".join(
    (
        "s_0 = 0",
        *(f"s_{n} = r*s_{n - 1} + (1 - r)*g_{n}^2" for n in (1, 2)),
        *(f"d_{n} = -k*g_{n}/(sqrt(s_{n}) + h)" for n in (1, 2)),
    )
)
ABROAD_ROWS = [
    # what is said is true although a unit is off, a root has no value, a number stands before what is wrong
    ("y = max(0, w*x) + c*min(0, w*x)\nL = (y - z)^2", "diff(L, y)", "y + z", "unexplained"),
    ("a = w*x\nL = max(0, a) + c*min(0, a)", "diff(L, a)", "step(-w*x) + c*(1 - step(a))", "sign"),
    ("s = u*v/(n*m)^2\nL = s*t", "diff(L, u)", "t*v*(n*m)^2", "inverted"),
    ("L = 0.5*(y - z)", "diff(L, y)", "1", "constant"),
    # the sign of what is subtracted, and that of its part; a way that the quantity is not on
    ("g = a*(s - b)\nL = x - h*g", "diff(L, h)", "-a*(s + b)", "sign"),
    ("g = a*(s - b)\nL = x - h*g", "diff(L, h)", "a*(s + b)", "sign"),
    ("q = x + y\nL = q*z", "diff(L, z)", "x + y + z", "foreign-path"),
    ("L = x + 2*y + z", "L", "x + y + z", "constant"),  # and no word of half the right answer
    # the sign of one way is no update that goes the wrong way; a sign inside an exponent
    ("s = x + u\nw = m*u - eta*2*a*s\ny = x + w", "x - eta*diff(y, x)", "x - eta*(1 + 2*a*eta)", "sign"),
    ("q = (v + 1)^(-0.5)\nL = q*x", "diff(L, v)", "-0.5*(v + 1)^(--0.5 - 1)*x", "sign"),
    # one term of two is told by itself: the whole is no multiple of the key; what has no value is not the 0 it began at
    ("y = w*x + w*w*x\nL = (y - z)^2", "diff(L, w)", "2(y-z)x + (y-z)*2*w*x", "missing-factor"),
    ("y = w*x + w*w*x\nL = (y - z)^2", "diff(L, w)", "2(y-z)x - 2(y-z)*2*w*x", "sign"),
    (RUNNING, "d_1", "-k*d_2/(sqrt(r*0 + (1 - r)*2^g_2) + h)", "unexplained"),
    # a square in which one piece is another is no ratio of the key
    ("a = w*x + b\ny = sigmoid(a)", "diff(y, w)", "y^3*(1 - y)*x*(1 - y)", "extra-factor"),
]


@pytest.mark.parametrize(("equations", "key", "answer", "code"), ABROAD_ROWS)
def test_what_is_said_of_a_network_with_kinks_quotients_or_numbers_is_true(equations, key, answer, code):
    graph = graph_from_text(equations)
    asked_for = World(graph, Name(graph.equations[-1].left)).tree(key)
    world = World(graph, asked_for)
    tree = world.tree(answer)
    found = diagnosis_of(graph, asked_for).explain(tree)
    assert {finding.code for finding in found} == {code}
    assert is_true(world, tree, found)


PAIR = "d = sqrt(transpose(a - b)*(a - b))\nL = 1/2*(Y*d^2 + (1 - Y)*max(0, m - d)^2)"
HALVES = "(1/2*Y*2*d - 1/2*(1 - Y)*2*max(0, m - d)*step(m - d))*(1/(2*d))*(a - b)"
NORMED = "N = normalize(X, columns)\nY = N ⊙ (spread(1, 3)*transpose(gamma)) + spread(1, 3)*transpose(beta)"
PULLED = "1/2*(1 - Y)*2*max(0, m - d)*step(m - d))*(1/(2*d))"
WHOLES = [
    # a term that is written with the other sign; a number too much in one of two places
    (
        PAIR,
        {"a": (2,), "b": (2,)},
        "diff(L, a)",
        f"(1/2*Y*2*d - {PULLED}*(a - b) + (a - b)*((-1)/2*Y*2*d - {PULLED}",
        ["sign"],
    ),
    (
        PAIR,
        {"a": (2,), "b": (2,)},
        "diff(L, b)",
        f"-(1/2*Y*3*d - {PULLED}*(a - b) - (a - b)*(1/2*Y*2*d - {PULLED}",
        ["extra-factor"],
    ),
    # no word of b - b, which would wipe out what else is wrong
    (
        PAIR,
        {"a": (2,), "b": (2,)},
        "diff(L, a)",
        f"{HALVES} + (a - b)*(1/2*Y*4*d - 1/2*1*3*max(0, m - d)*step(m - d))*(1/(2*d))",
        ["unexplained"],
    ),
    # signs that are hidden in what is normalized: those of gamma, where both are negative at a point
    (NORMED, {"X": (3, 2), "gamma": (2,), "beta": (2,)}, "N", "normalize(Y, columns)", ["wrong-factor"]),
    (
        NORMED,
        {"X": (3, 2), "gamma": (2,), "beta": (2,)},
        "Y",
        "Y ⊙ (-spread(1, 3)*transpose(gamma)) + spread(1, 3)*transpose(beta)",
        ["sign", "wrong-factor"],
    ),
    # a loss of two arguments exchanged for another one
    (
        "y = W x\nL = half_squared_error(y, t)",
        {"W": (2, 2), "x": (2,), "t": (2,)},
        "L",
        "half_squared_error(-y, y)",
        ["wrong-factor"],
    ),
]


@pytest.mark.parametrize(("equations", "shapes", "key", "answer", "told"), WHOLES)
def test_what_is_said_of_whole_vectors_is_true_at_other_points_too(equations, shapes, key, answer, told):
    graph = graph_from_text(equations, Declarations(shapes=shapes))
    world = World(graph, World(graph, Name("Y" if key in "NY" else "L")).tree(key))
    found = diagnosis_of(graph, world.key).explain(world.tree(answer))
    assert [finding.code for finding in found] == told
    assert is_true(world, world.tree(answer), found)


def test_only_the_diagonal_of_softmax_is_told():
    graph = graph_from_text("p = softmax(s)\nE = -sum(z ⊙ log(p))", Declarations(shapes={"s": (3,), "z": (3,)}))
    found = diagnosis_of(graph, Derivative(Name("E"), Name("s"))).explain(read("-z/p ⊙ p ⊙ (1 - p)", graph.scope).tree)
    assert [(one.code, dict(one.facts)) for one in found] == [
        ("wrong-factor", {"meant": "sum(diff(E, p) ⊙ p)", "wrote": "diff(E, p) ⊙ p"})
    ]


def test_a_path_through_which_the_others_lead_as_well_is_told_by_its_term():
    shapes = {"x": (2,), "W": (2, 2), "y": (2,), "t": (2,)}
    graph = graph_from_text("h = tanh(W x)\ny = x + h\nE = half_squared_error(y, t)", Declarations(shapes=shapes))
    found = diagnosis_of(graph, Derivative(Name("E"), Name("x"))).explain(
        read("W^T ((y - t) ⊙ tanh'(W x))", graph.scope).tree
    )
    assert [(one.code, dict(one.facts)) for one in found] == [("missing-term", {"term": "diff(E, y)"})]


def test_a_name_keeps_its_letter_at_the_beginning_of_a_sentence():
    said = feedback_sentence(Finding("wrong-factor", {"meant": "xhat", "wrote": "x"}), "en")
    assert said.startswith("xhat belongs here")
    assert feedback_sentence(Finding("stopped-early", {"at": "y"}), "en").startswith("You stopped at y")


def test_two_slips_at_two_places_are_told_together():
    graph = graph_of("bp-2-2-1")
    world = World(graph, Derivative(Name("E"), Name("w1")))
    tree = world.tree("2(y-z)f'(a3)w5 f'(w6)w2 x1")
    found = diagnosis_of(graph, world.key).explain(tree)
    assert [finding.code for finding in found] == ["wrong-argument", "extra-factor"]
    assert is_true(world, tree, found)


@pytest.mark.parametrize(
    ("answer", "meant", "wrote"),
    [
        ("f(U^{(1)}s^{(1)}_2 + W^{(1)}s^{(2)}_1)", ("U^(2)", "W^(2)"), ("U^(1)", "W^(1)")),
        ("f(U^{(1)}x_2 + W^{(1)}s^{(1)}_1)", "s^(2)_2", "s^(1)_2"),
        ("s^{(2)}_3", "s^(2)_2", "s^(2)_3"),
    ],
)
def test_another_layer_or_time_is_named(answer, meant, wrote):
    graph = graph_of("deep-rnn")
    tree = read(answer, graph.scope).tree
    found = diagnosis_of(graph, Name("s^(2)_2")).explain(tree)
    assert [(one.code, dict(one.facts)) for one in found] == [("wrong-quantity", {"meant": meant, "wrote": wrote})]
    assert is_true(World(graph, Name("s^(2)_2")), tree, found)


def test_the_sign_of_the_old_value_is_no_missing_old_value():
    graph = graph_of("bp-2-2-1")
    rule = Sum((Name("w1"), Negative(Product((Name("eta"), Derivative(Name("E"), Name("w1")))))))
    world = World(graph, rule)
    right = next(right_answers(world, Random(1)))  # noqa: S311 - how the step is spelled out
    assert isinstance(right, Sum)
    answer = Sum((Negative(right.terms[0]), *right.terms[1:]))
    found = diagnosis_of(graph, rule).explain(answer)
    assert [(finding.code, dict(finding.facts)) for finding in found] == [("sign", {"at": "w1"})]
    assert is_true(world, answer, found)


@pytest.mark.parametrize("answer", ["2(y-z)x", "4(y-z)w*x", "2(y-z)(x + 4*w*x)", "2(y-z)(x + w*x)"])
def test_two_uses_inside_one_equation_are_told_by_their_terms(answer):
    graph = graph_from_text("y = w*x + w*w*x\nE = (y - z)^2")
    world = World(graph, Derivative(Name("E"), Name("w")))
    tree = read(answer, graph.scope).tree
    found = diagnosis_of(graph, world.key).explain(tree)
    assert all(feedback_sentence(finding, lang) for finding in found for lang in ("zh", "en"))
    assert "through" in dict(found[0].facts) or "path" not in found[0].code
    assert is_true(world, tree, found)
