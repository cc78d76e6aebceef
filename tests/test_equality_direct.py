"""Plain formulas looked at directly: the same residues as the compiler's, coarser bounds, and what is left to it."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from identities import NAMES, trees

from symnn.equality.direct import Direct, DirectReference, NotDirect
from symnn.equality.judge import Judge
from symnn.equality.meaning import Lambda, Meaning
from symnn.equality.programs import Compiler
from symnn.equality.residue_code import HUGE
from symnn.equality.residue_points import Undefined, World
from symnn.equality.senses import Sense
from symnn.equality.towers import PLAIN, tower
from symnn.expressions.tree import Name
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], {"f": 1}, open=True)
POINT = World(tower(b"direct"), PLAIN, b"seed", NAMES, {}).ground


def tree(text):
    return read(text, OPEN).tree


@given(trees(()))
def test_it_is_what_the_compiler_gives_within_its_bounds(formula):
    direct = Direct(POINT)
    try:
        value = direct.of(formula)
    except NotDirect:
        return
    code = Compiler(Meaning()).of(formula)
    assert value == code.run(POINT)
    assert max(code.top, code.bottom) <= direct.weight
    assert code.over + code.under == HUGE or log2(code.over + code.under) <= direct.weight


@pytest.mark.parametrize("text", ["f(x)", "exp(x)", "pi", "x^y", "x^(1/2)", "x^(-1)", "x/0", "1/(x - x)", "[1, 2]"])
def test_what_is_no_plain_formula_is_left_to_the_compiler(text):
    with pytest.raises(NotDirect):
        Direct(POINT).of(tree(text))


def reference(text, meaning):
    free = Sense(meaning)
    return DirectReference.of(free.compiled(tree(text)), free)


@pytest.mark.parametrize("answer", ["x^100", "9999999999999999999*x", "123456789*1234567890*x"])
def test_what_is_large_may_differ_at_a_look_and_is_never_equal_by_one(answer):
    assert reference("x + 1", Meaning()).look(tree(answer), b"seed").equal is False
    assert reference("x + 1", Meaning()).look(tree(f"x + 1 + {answer} - {answer}"), b"seed") is None


@pytest.mark.parametrize("answer", ["dE/da3*x", "W*x"])
def test_what_is_no_free_quantity_is_left_to_the_compiler(answer):
    meaning = Meaning(equations={"dE/da3": tree("2*x")}, shapes={"W": (2, 2)})
    formula = Name("dE/da3") if "/" in answer else tree(answer)
    assert reference("x + 1", meaning).look(formula, b"seed") is None


@pytest.mark.parametrize("text", ["sqrt(x)", "abs(x)", "x^(10^15)", "x/3*10^30"])
def test_not_every_reference_is_fit(text):
    assert reference(text, Meaning()) is None


@pytest.mark.parametrize(
    ("answer", "equal", "surely", "names"),
    [
        ("x*(x+1)", True, True, ("x",)),
        ("x*(x+1)*y/y", True, False, ("x", "y")),
        ("x^2 + y", False, False, ("x", "y")),
        ("x + 2", False, False, ("x",)),
    ],
)
def test_a_look_says_what_it_rests_on(answer, equal, surely, names):
    look = reference("x^2 + x", Meaning()).look(tree(answer), b"seed")
    assert (look.equal, look.surely, look.names) == (equal, surely, names)


@pytest.mark.parametrize("answer", ["2y", "a + b", "a + a", "b + a + 0*y"])
def test_dependent_results_are_looked_into(answer):
    """With a = x and b = x the free quantities a + b and 2b differ, the functions do not."""
    judge = Judge(tree("2*b"), Meaning(equations={"a": tree("x"), "b": tree("x"), "y": tree("a")}))
    assert judge.outright(tree(answer)) is None
    assert judge.judge(tree(answer)).equal is True


def test_undefined_at_the_point_is_left_to_the_compiler():
    judge = Judge(tree("x"), Meaning())
    assert judge.outright(tree("x/(y - y)")) is None
    assert judge.judge(tree("x/(y - y)")).findings[0].code == "undefined"
    with pytest.raises(Undefined):
        Sense(Meaning()).compiled(tree("x/(y - y)")).code.run(POINT)


def test_a_unit_written_by_its_function_is_its_name():
    meaning = Meaning(equations={"a": tree("w*x"), "y": tree("f(a)")}, functions={"f": Lambda(("t",), tree("t^3"))})
    judge = Judge(tree("2*y*(1 - y)"), meaning)
    assert judge.outright(tree("2*f(a)*(1 - f(a))")).equal is True
    assert judge.outright(tree("2*f(a)*(1 + y)")).equal is False
    for other in ("2*f(w*x)*(1 - y)", "2*a^3*(1 - y)"):
        assert judge.outright(tree(other)) is None
        assert judge.judge(tree(other)).equal is True


def test_long_sums_without_fractions_weigh_as_their_heaviest_term():
    direct, terms = Direct(POINT), " + ".join(["x*y*z"] * 60)
    direct.of(tree(terms))
    assert direct.weight < 12
    fractions = Direct(POINT)
    fractions.of(tree(" + ".join(f"x/{place}" for place in range(2, 12))))
    assert fractions.weight > 30


SQUASHED = Meaning(
    equations={"a": tree("w*x"), "y": tree("f(a)")}, functions={"f": Lambda(("t",), tree("1/(1 + exp(-t))"))}
)


@pytest.mark.parametrize(
    ("answer", "equal"),
    [
        ("2*exp(-a)/(1 + exp(-a))^2", True),
        ("2*exp(a)/(1 + exp(a))^2", True),
        ("2*e^(-a)/(1 + e^(-a))^2", True),
        ("2*exp(2*a)*exp(-a)/(1 + exp(a))^2", True),
        ("2*exp(-3a)*exp(2*a)/(1 + 1/exp(a))^2", True),
        ("2*exp(-a)/(1 + exp(-a))", False),
        ("2*exp(-2*a)/(1 + exp(-a))^2", False),
        ("2*e^(2*a)/(1 + e^(-a))^2", False),
    ],
)
def test_exponentials_of_a_units_argument_are_known_by_its_value(answer, equal):
    judge = Judge(tree("2*y*(1 - y)"), SQUASHED)
    assert judge.outright(tree(answer)).equal is equal
    spelled = Judge(tree("2*exp(-w*x)/(1 + exp(-w*x))^2"), Meaning())
    assert spelled.judge(tree(answer.replace("a", "(w*x)"))).equal is equal


@pytest.mark.parametrize("answer", ["2*exp(-a/2)*y", "2*exp(-w*x)*y^2", "2*exp(-b)*y^2", "a*exp(-a)*y^2"])
def test_other_exponentials_are_left_to_the_compiler(answer):
    assert Judge(tree("2*y*(1 - y)"), SQUASHED).outright(tree(answer)) is None


def test_a_function_without_an_inverse_says_nothing_of_exponentials():
    other = Meaning(equations=SQUASHED.equations, functions={"f": Lambda(("t",), tree("1/(2 + exp(-t))"))})
    assert Judge(tree("y"), other).outright(tree("exp(a)")) is None
    assert Judge(tree("1/(exp(-a) + 2)"), other).judge(tree("y")).equal is True
