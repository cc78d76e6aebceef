"""Vectors and matrices entry by entry: shapes that do not fit are named, wrong entries are listed."""

from __future__ import annotations

import pytest

from symnn.derivation.primes import carried_out
from symnn.equality.alike import parts
from symnn.equality.judge import Judge
from symnn.equality.meaning import Lambda, Meaning
from symnn.equality.subject import Subject
from symnn.equality.tensor_judge import GridJudge, cells_of, entrywise_meaning
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
)
from symnn.networks.catalogue import network
from symnn.networks.models import Declarations, graph_from_text
from symnn.networks.tensor_builders import cnn
from symnn.questions.comparing import ComparedRow, Comparer
from symnn.verdicts.feedback import feedback_sentence

U, W, V, x, s0, d, s = map(Name, ("U", "W", "V", "x", "s0", "d", "s"))
SUMS = Sum((Product((U, x)), Product((W, s0))))
NET = Meaning(
    equations={"a": SUMS, "s": Call("f", (Name("a"),)), "h": Product((V, s))},
    functions={"f": Lambda(("t",), Call("tanh", (Name("t"),)))},
    shapes=dict.fromkeys(("U", "W", "V"), (2, 2)) | dict.fromkeys(("x", "s0", "d", "a", "s", "h"), (2,)),
)


def numbers(*rows):
    return Matrix(tuple(tuple(Number(entry) for entry in row) for row in rows))


def codes(judgement):
    return [finding.code for finding in judgement.findings]


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (Product((d, Transpose(Call("f", (SUMS,))))), Product((d, Transpose(s)))),
        (Sum((Product((W, s0)), Product((U, x)))), Name("a")),
        (Entrywise((d, s)), Entrywise((s, d))),
        (Sum((Number(1), Negative(Entrywise((s, s))))), Sum((Number(1), Negative(Entrywise((s, s)))))),
        (Transpose(Product((Transpose(x), Transpose(U)))), Product((U, x))),
        (Quotient(Product((Number(2), x)), Number(2)), x),
        (Product((Transpose(d), s)), Call("sum", (Entrywise((d, s)),))),
        (Call("mean", (s,)), Quotient(Call("sum", (s,)), Number(2))),
    ],
)
def test_what_is_equal_in_every_entry(answer, reference):
    assert GridJudge(reference, NET).judge(answer, "a").equal is True


def test_wrong_entries_are_listed_with_a_witness():
    judgement = GridJudge(Product((d, Transpose(s))), NET).judge(Product((s, Transpose(d))), "transposed")
    assert judgement.equal is False
    assert judgement.findings[0].facts == {"which": ("1,2", "2,1")}
    assert judgement.witness is not None


def test_an_undefined_entry_equals_nothing():
    broken = Matrix(((Number(1), Number(2)), (Number(3), Quotient(Number(1), Number(0)))))
    judgement = GridJudge(numbers((1, 2), (3, 4)), Meaning()).judge(broken, "nan")
    assert judgement.equal is False
    assert codes(judgement) == ["entries", "undefined"]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (s, {"expected": "2x2", "got": "2"}),
        (Number(1), {"expected": "2x2", "got": "1"}),
        (numbers((1, 2)), {"expected": "2x2", "got": "1x2"}),
        (Sum((U, Product((Transpose(x), U)))), {"expected": "2x2", "got": "1x2"}),
        (Product((U, numbers((1, 2)))), {"expected": "2", "got": "1x2"}),
        (Power(U, Number(2)), {"expected": "1", "got": "2x2"}),
    ],
)
def test_shapes_that_do_not_fit_are_named(answer, facts):
    judgement = GridJudge(Product((d, Transpose(s))), NET).judge(answer, "shape")
    assert (judgement.equal, judgement.method) == (False, "shape")
    assert codes(judgement) == ["shape"]
    found = judgement.findings[0].facts
    assert {name: found[name] for name in facts} == facts
    for lang in ("zh", "en"):
        assert feedback_sentence(judgement.findings[0], lang)


def test_a_column_is_a_vector_and_a_row_is_not():
    judge = GridJudge(Product((U, x)), Meaning(shapes={"U": (2, 2), "x": (2,)}))
    first, second = cells_of(Product((U, x)), NET.shapes).cells
    assert judge.judge(Matrix(((first,), (second,))), "column").equal is True
    assert codes(judge.judge(Matrix(((first, second),)), "row")) == ["shape"]


def test_tensor_equations_become_one_equation_an_entry():
    equations = entrywise_meaning(NET).equations
    assert sorted(equations) == ["a[1]", "a[2]", "h[1]", "h[2]", "s[1]", "s[2]"]
    assert equations["s[2]"] == Call("f", (Name("a[2]"),))


NAMES = {
    "x": "3x3",
    "K": "2x2",
    "d": "2x2",
    "y": "2x3x3",
    "k": "4x2x2x2",
    "e": "4x2x2",
    "u": "2",
    "v": "3",
    "m": "2x3",
    "w": "2x1",
}


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("conv(x, K)", r"\operatorname{conv}(x, K)"),
        ("conv_flipped(x, K)", "conv(x, rotate(K))"),
        ("kernel_error(d, x, 2, 2)", "conv(x, d)"),
        ("image_error(d, K, 3, 3)", "conv(d, rotate(K), 1, 1)"),
        ("2 conv(y, k)", "conv(y, k) + conv(y, k)"),
        ("kernel_error(2e, y, 2, 2)", "2 kernel_error(e, y, 2, 2)"),
        ("avg_pool(2x)", "2 avg_pool(x)"),
        ("max_pool(2x)", "2 max_pool(x)"),
        ("outer(u, v)", "u v^T"),
        ("concat(u, v)", "[u_1, u_2, v_1, v_2, v_3]"),
        ("flatten(m)", "[m_{11}, m_{12}, m_{13}, m_{21}, m_{22}, m_{23}]"),
        ("sum(m)", "[1, 1]^T*m*[1; 1; 1]"),
        ("sum(m, 1)", "m*[1; 1; 1]"),
        ("mean(y)", "sum(y)/18"),
        ("softmax(u + 1)", "softmax(u)"),
        ("m v", "[m_{11} v_1 + m_{12} v_2 + m_{13} v_3, m_{21} v_1 + m_{22} v_2 + m_{23} v_3]"),
        ("w", "[w_1; w_2]"),
        ("[u^T u, 1]", "[u_1^2 + u_2^2, 1]"),
    ],
)
def test_every_operation_of_models_may_be_written(answer, reference):
    found = Comparer().row(ComparedRow(answer, reference, names=NAMES)).to_dict()
    assert found["equal"] is True, found


def test_kinks_in_two_orders_are_proved_or_left_to_a_person():
    found = Comparer().row(ComparedRow("max_pool(relu(x))", "relu(max_pool(x))", names=NAMES)).judgement
    assert found.equal is not False


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("kernel_error(x, x, 2, 2)", "shape-error"),
        ("image_error(x, K, 3, 3)", "shape-error"),
        ("max_unpool(x, x)", "shape-error"),
        ("pick(K, x)", "shape-error"),
        ("avg_unpool(x, 9, 4)", "shape-error"),
        ("pca_back(v, m)", "shape-components"),
        ("spread(u, 3, 2)", "shape-spread"),
        ("part(v, 2, 9)", "shape-part"),
        ("conv(K, x)", "kernel-too-large"),
        ("max_pool(x, 5)", "window-too-large"),
        ("y^T", "shape-no-matrix"),
        ("m + v", "shape-sum"),
        ("u ⊙ v", "shape-entrywise"),
        ("v m", "shape-product-order"),
        ("m u", "shape-product-transpose-left"),
        ("u v", "shape-product-transpose-right"),
        ("m m", "shape-product-entrywise"),
        ("(m m^T)^2", "shape-power"),
    ],
)
def test_a_misfit_is_a_finding_with_what_mends_it(answer, code):
    judged = Comparer().row(ComparedRow(answer, "x", names=NAMES)).judgement
    assert (judged.equal, judged.method, judged.findings[0].facts["why"]) == (False, "shape", code)
    for lang in ("zh", "en"):
        assert "{" not in feedback_sentence(judged.findings[0], lang)
    assert Comparer().row(ComparedRow("x", answer, names=NAMES)).problem.code == code


@pytest.mark.parametrize("size", ["99, 99", "9999, 9999, 9999"])
def test_what_would_be_too_much_work_is_left_undecided(size):
    for answer in (f"spread(u, 2, {size})", "conv(x, K, 1, 999)", "avg_unpool(K, 999, 999)"):
        found = Comparer().row(ComparedRow(answer, "x", names=NAMES))
        assert found.judgement.equal is not True


def test_a_witness_of_one_entry_is_not_taken_for_another():
    """Entries share what is compiled, not the value that the first of them had at a point."""
    same = ComparedRow("[sqrt(x^2 + 1), sqrt(z^2 + 2)]", "[sqrt(1 + x^2), sqrt(2 + z^2)]", names={"x": "", "z": ""})
    assert Comparer().row(same).judgement.equal is True
    once = GridJudge(Matrix(((Call("log", (Name("p"),)),), (Call("log", (Name("q"),)),)), vector=True), Meaning())
    assert [judge.judge(cell).equal for judge, cell in zip(once.judges, once.expected.cells, strict=True)] == [True] * 2


def test_the_names_of_an_answer_are_left_free_unless_it_divides_by_what_may_vanish():
    about = Meaning(
        equations={"h": Sum((Name("p"), Negative(Name("p")))), "a": Product((Name("h"), Name("p")))},
        shapes={"t": (2,)},
    )
    judge = GridJudge(Product((Name("a"), Name("t"))), about)
    unsound = Product((Quotient(Product((Name("h"), Name("h"), Name("p"))), Name("h")), Name("t")))
    assert judge.judge(unsound, "0/0").equal is not True


CNN = """
y | softmax(a)
y | exp(a) / sum(exp(a))
dE/db | y ⊙ (-z/y - sum(-z/y ⊙ y))
dE/dp | reshape(A^T (y ⊙ (-z/y - sum(-z/y ⊙ y))), 2, 1, 1)
dE/dk | sum(max_unpool(reshape(A^T (y ⊙ (-z/y - sum(-z/y ⊙ y))), 2, 1, 1), r, 2, 2) ⊙ f'(c), 1)
dE/dA | (y ⊙ (-z/y - sum(-z/y ⊙ y))) v^T
p | max_pool(f(conv(x, K) + k), 2, 2)
"""


@pytest.mark.parametrize("line", CNN.strip().splitlines())
def test_what_holds_for_a_layer_is_proved_without_the_layers_below_it(line):
    """Pooling and ReLU below a layer have kinks enough to leave everything open that looks into them."""
    subject = Subject.of_network(cnn((4, 4), 1, 2, classes=3, normalized=False).graph)
    reference, answer = (subject.read(text).tree for text in line.split("|"))
    (key,), graph = subject.resolved(reference)
    judge = subject.judge(key, graph, also=answer)
    answer = carried_out(answer, subject.graph.functions, subject.graph.shapes)
    assert judge.judge(answer, line, explain=False).equal is True
    assert judge.judge(Product((Number(2), answer)), line, explain=False).equal is False


GAN = """
L_N | -mean(log(D(e)))
L_G | mean(log(1 - D(e)))
V | mean(log(D(d))) + mean(log(1 - D_G))
V | mean(log(D_x)) + mean(log(1 - D(e)))
L_D | -(mean(log(D(d))) + mean(log(1 - D(e))))
"""


@pytest.mark.parametrize("line", GAN.strip().splitlines())
def test_a_discriminator_written_out_under_a_logarithm_is_the_named_one(line):
    subject = Subject.of_network(network("gan").graph)
    reference, answer = (subject.read(text).tree for text in line.split("|"))
    judge = subject.judge(reference, subject.graph, also=answer)
    assert judge.judge(answer, line, explain=False).equal is True
    assert judge.judge(Product((Number(2), answer)), line, explain=False).equal is False


def test_a_gradient_has_the_shape_of_what_it_is_taken_by():
    subject = Subject.of_network(cnn((4, 4), 1, 2, classes=3, normalized=False).graph)
    (key,), graph = subject.resolved(subject.read("dE/dK").tree)
    assert subject.judge(key, graph).expected.shape == subject.graph.shapes["K"]


def test_parts_that_stand_at_many_places_are_compiled_once():
    part = Product((Name("p"), Name("q")))
    tree = part
    for _ in range(8):
        tree = Sum((tree, Product((tree, part))))
    assert len(parts(tree).repeated) == 8
    about = Meaning(shapes={"t": (2,)})
    assert Judge(tree, about).judge(tree).equal is True
    assert Judge(tree, about).judge(Sum((tree, part)), explain=False).equal is False


def test_how_deep_the_answers_before_went_changes_no_verdict():
    """More ways to look into names than are kept: each answer is judged as if it were the first."""
    units = {f"s{n}": Call("tanh", (Name(f"a{n}"),)) for n in range(40)}
    sums = {f"a{n}": Sum((Product((Name(f"w{n}"), Name("x"))), Name(f"b{n}"))) for n in range(40)}
    about = Meaning(equations={**sums, **units, "y": Sum(tuple(map(Name, units)))})
    judge = Judge(Name("y"), about)
    for n in range(40):
        others = [Name(name) for name in units if name != f"s{n}"]
        assert judge.judge(Sum((*others, Call("tanh", (Name(f"a{n}"),)))), str(n)).equal is True
        assert judge.judge(Sum((*others, Call("tanh", (Name(f"b{n}"),)))), str(n), explain=False).equal is False


@pytest.mark.parametrize(
    ("answer", "equal"),
    [
        ("(2*(y-z) ⊙ f'(a_2))*h^T", True),
        ("2*((y-z) ⊙ y ⊙ (1-y))*h^T", True),
        ("(h*(2*(y-z) ⊙ y ⊙ (1-y))^T)^T", True),
        ("(2*(y-z) ⊙ f'(a_2) ⊙ y/y)*h^T", True),
        ("(2*(y-z) ⊙ (1-y))*h^T", False),
        ("(2*(y-z) ⊙ f'(a_2))*h^T + 1e-9*W_2", False),
        ("W_2 - W_2", False),
    ],
)
def test_whole_tensors_are_looked_at_without_writing_them_out(answer, equal):
    comparer = Comparer()
    row = ComparedRow(answer, "diff(E, W_2)", network="one-hidden-layer-matrix")
    judge = comparer._prepared(comparer._subject(row), row).judge
    tree = comparer._subject(row).read(answer).tree
    look = judge._look(tree, answer)
    assert look is not None
    assert (not look.wrong) is equal is comparer.row(row).judgement.equal


def test_a_look_finds_the_entries_that_differ_one_by_one():
    about = {"A": [2, 2], "b": [2]}
    comparer = Comparer()
    found = comparer.row(ComparedRow("[A[1,1]+b[1], A[1,2]; A[2,1], A[2,2]*2]", "A", names=about)).judgement
    assert found.equal is False
    assert found.findings[0].facts["which"] == ("1,1", "2,2")


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("(h - y) x^T", 15),  # without relu', which is 1 at every second point
        ("((h - y) ⊙ relu'(-W x - b)) x^T", 15),
        ("((h - y) ⊙ relu'(W x + b)) [x_1, x_2, x_1]^T", 5),
        ("((h - y) ⊙ step(W x + b)) x^T", 0),
    ],
)
def test_behind_kinks_every_entry_that_can_differ_is_listed(answer, wrong):
    given = Declarations(shapes={"x": (3,), "W": (5, 3), "b": (5,), "y": (5,)}, inputs=("x",), targets=("y",))
    graph = graph_from_text("h = relu(W x + b)\nE = 1/2*squared_norm(h - y)", given)
    subject = Subject.of_network(graph)
    judgement = subject.compare(subject.read(answer).tree, Derivative(Name("E"), Name("W")))
    listed = next((finding.facts["which"] for finding in judgement.findings if finding.code == "entries"), ())
    assert len(listed) == wrong
    assert judgement.equal is not bool(wrong)


@pytest.mark.parametrize(("answer", "equal"), [("[f'(a1), f'(a2)]", True), ("[f'(a1), f'(a1)]", False)])
def test_the_slope_of_a_vector_of_numbers_is_that_of_each(answer, equal):
    subject = Subject.of_network(network("bp-2-2-1").graph)
    assert subject.compare(subject.read("f'([a1, a2])").tree, subject.read(answer).tree).equal is equal
