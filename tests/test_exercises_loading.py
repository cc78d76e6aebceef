"""Exercise files: every slip of form and of mathematics is found, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from symnn.documents.decoding import Text
from symnn.errors import AuthorError, TargetError
from symnn.exercises.checking import check_exercise, check_file
from symnn.exercises.library import exercise, exercises_in, shipped_folder, shipped_names
from symnn.exercises.loading import load_exercise
from symnn.exercises.reports import FORMATS, check_report
from symnn.messages import line

GOOD = """\
symnn: 1
id: small
title: {zh: 小, en: small}
equations: |
  f(x) = 1/(1 + exp(-x))
  a = w*x
  y = f(a)
  E = (y - z)^2
targets: [z]
names: [eta]
values: {w: 1, x: 2, z: 0}
prompt: {zh: 题, en: task}
parts:
  - id: g
    kind: formula
    points: 2
    ask: {zh: 求, en: find}
    answer: diff(E, w)
    accept: [{value: "diff(E, w)/2", convention: missing-2}]
    feedback: [{id: sign, when: "-diff(E, w)", say: {zh: 号, en: sign}}]
    wrong: [{answer: "2(y-z)y(1-y)", feedback: missing-factor}]
  - id: n
    kind: number
    ask: {zh: "取 {@x@}", en: "at {@x@}"}
    answer: y
    at: {x: 0.5}
    tolerance: {decimals: 3}
    feedback: [{id: raw, with: {y: a}, say: {zh: 和, en: sum}}]
    wrong: [{answer: "0.5", feedback: raw}]
  - id: m
    kind: number
    ask: {zh: 求, en: find}
    answer: E
    at: {x: 0.5}
    tolerance: {rel: 1e-3}
    follow: [n]
"""


def problems(text):
    loaded = load_exercise(Text(text, "e.yaml"))
    return [line(problem) for problem in loaded.problems or check_exercise(loaded.value)]


def test_a_good_exercise_has_no_problem():
    assert problems(GOOD) == []


SLIPS = [
    ("kind: formula", "kind: formul", ("e.yaml:15:11: parts[0].kind: 'formul' is not one of formula, number, matrix, "
     "chain, steps, choice; did you mean 'formula'?")),
    ("points: 2", "ponits: 2", "e.yaml:16:5: parts[0].ponits: unknown field; did you mean 'points'?"),
    ("diff(E, w)\n", "diff(E, w\n", "e.yaml:18:22: parts[0].answer: expected ')'"),
    ("answer: diff(E, w)\n", "answer: diff(E, q)\n", "e.yaml:18:21: parts[0].answer: unknown name 'q'"),
    ("-diff(E, w)", "-diff(E, v)", "e.yaml:20:43: parts[0].feedback[0].when: unknown name 'v'"),
    ("answer: y\n", "answer: y + w5\n", "e.yaml:25:17: parts[1].answer: unknown name 'w5'"),
    ("{x: 0.5}", "{u: 0.5}", "e.yaml:22:5: parts[1]: the network has no quantity u"),
    ("decimals: 3", "decimals: -3", "e.yaml:27:27: parts[1].tolerance.decimals: '-3' must lie between 0 and 30"),
    ("rel: 1e-3", "rel: 0", "e.yaml:35:22: parts[2].tolerance.rel: '0' must be greater than 0"),
    ("rel: 1e-3", "rel: 1e-3, abs: 1", ("e.yaml:35:16: parts[2].tolerance: give exactly one of the fields rel, abs, "
     "decimals, digits")),
    ("rel: 1e-3", "rel: 1e-3, cut: true", ("e.yaml:35:16: parts[2].tolerance: cut, carry make sense only together "
     "with decimals")),
    ("{rel: 1e-3}", "{rel: nan}", "e.yaml:35:22: parts[2].tolerance.rel: 'nan' is not a number"),
    ("follow: [n]", "follow: [k]", ("e.yaml:30:5: parts[2]: no earlier part has the id 'k'; follow names parts that "
     "stand before this one")),
    ("id: m\n", "id: n\n", "e.yaml:30:5: parts[2]: there are two parts with the id 'n'"),
    ("names: [eta]", "names: [w]", "e.yaml:1:1: w is a quantity or function of the network already"),
    ("equations: |", "use: bp-2-2-1\nequations: |", "e.yaml:1:1: give exactly one of the fields use, equations"),
    ("a = w*x", "a = w*b", "e.yaml:1:1: the network has no quantity x"),
    ('{@x@}"}', '{@q@}"}', "e.yaml:22:5: parts[1]: nothing is given for the placeholder q"),
    ("feedback: missing-factor", "feedback: sing", ("e.yaml:21:22: parts[0].wrong[0].answer: 'sing' is neither a "
     "feedback of this part nor a finding code; did you mean 'sign'?")),
    ("feedback: missing-factor", "feedback: sign", ("e.yaml:21:22: parts[0].wrong[0].answer: the wrong answer "
     "'2(y-z)y(1-y)' gets missing-factor instead of 'sign'")),
    ('2(y-z)y(1-y)"', '2(y-z)y(1-y)x"', ("e.yaml:21:22: parts[0].wrong[0].answer: the wrong answer "
     "'2(y-z)y(1-y)x' is graded correct")),
    ('when: "-diff(E, w)"', 'when: "diff(E, w)"', ("e.yaml:20:16: parts[0].feedback[0]: the answer that feedback "
     "'sign' is about gets correct instead")),
    ("{y: a}", "{w: w}", ("e.yaml:28:16: parts[1].feedback[0]: the tolerance is so wide that the answer of feedback "
     "'raw' counts as right")),
    ("values: {w: 1, ", "values: {", ("e.yaml:25:13: parts[1].answer: the answer has no value: "
     "no number is given for w")),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SLIPS, ids=[new.strip()[:24] for _, new, _ in SLIPS])
def test_an_authors_slip_is_found_at_its_place(old, new, message):
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    wanted = message.replace("unknown field;", "unknown field 'ponits';")
    assert any(problem.startswith(wanted) for problem in found), found


def test_only_one_quantity_can_be_carried_forward():
    text = GOOD.replace("answer: y\n", "answer: 2*y\n").replace('[{answer: "0.5", feedback: raw}]', "[]")
    assert problems(text) == [
        "e.yaml:30:5: parts[2]: the answer of part 'n' is not a single quantity, so it cannot be carried forward"
    ]


def test_what_follows_draws_nothing():
    text = GOOD.replace("at: {x: 0.5}\n    tolerance: {rel", "at: {x: {choice: [1, 2]}}\n    tolerance: {rel")
    assert problems(text) == [
        (
            "e.yaml:30:5: parts[2]: part 'n' draws its own values; "
            "parts that follow one another need the same given values"
        )
    ]


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_exercises_prove_themselves(name):
    assert check_file(shipped_folder() / f"{name}.yaml") == ()


def test_there_are_exercises_for_rows_one_to_five():
    names = {"neuron", "midges", "one-hidden-layer", "bp-2-2-1", "bp-2-3-2-1"}
    assert names <= set(shipped_names())
    assert sum(len(found.parts) for found in exercises_in(shipped_folder()) if found.id in names) >= 20


def test_every_model_answer_is_right_as_a_student_types_it():
    for found in exercises_in(shipped_folder()):
        for part in found.parts:
            least = part.file.form.credit if part.file.form else 1
            assert part.grade(part.solution()).credit >= least, part.file.id


def test_an_exercise_is_found_by_name_or_path(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert exercise(path).id == "small"
    with pytest.raises(TargetError, match="did you mean 'midges'"):
        exercise("midge")
    with pytest.raises(TargetError, match="did you mean 'dw1'"):
        exercise("bp-2-2-1").part("dw11")
    path.with_name("broken.yaml").write_text("id: 1", encoding="utf-8")
    with pytest.raises(AuthorError, match=r"broken.yaml:1:1: the field 'symnn' is missing"):
        exercise(path.with_name("broken.yaml"))


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("a.yaml", "x: 1", ["not-a-file-of-ours"]),
        ("a.yaml", "- 1", ["not-a-file-of-ours"]),
        ("a.yaml", "a: [", ["yaml-value"]),
        ("n.yaml", "symnn: 1\nnetwork: n\ntitle: {zh: 甲, en: A}\nequations: y = q(", ["syntax"]),
        ("n.yaml", "symnn: 1\nnetwork: n\ntitle: {zh: 甲, en: A}\nequations: y = w*x", []),
        ("n.yaml", "symnn: 1\nnetwork: n\ntitle: {zh: 甲}\nequations: y = w*x", ["missing-field"]),
    ],
)
def test_any_file_is_checked_for_what_it_is(tmp_path, name, text, codes):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [problem.code for problem in check_file(path)] == codes


def test_without_mathematics_only_the_form_is_checked(tmp_path):
    path = tmp_path / "e.yaml"
    path.write_text(GOOD.replace("diff(E, w)\n", "diff(E, w\n"), encoding="utf-8")
    assert check_file(path, mathematics=False) == ()
    assert [problem.code for problem in check_file(path)] == ["syntax"]


def test_reports_escape_what_they_show():
    checked = {"<a>,b:\n.yaml": check_file(Path("no\x1bfile"))}
    assert "\x1b" not in check_report(checked, "text", "en")
    assert check_report(checked, "github", "en").startswith("::error file=<a>%2Cb%3A%0A.yaml,line=1,col=1::")
    assert "&lt;a&gt;" in check_report(checked, "junit", "zh")
    assert set(FORMATS) == {"text", "json", "github", "junit"}


def test_exercises_fit_their_published_schema():
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    from symnn.classroom.schemas import schema

    validator = jsonschema.Draft202012Validator(schema("exercise"))
    for path in shipped_folder().glob("*.yaml"):
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("part", "code", "nearest"),
    [
        (
            '{id: p, kind: formula, ask: {zh: 甲, en: A}, answer: "diff(E, w1)", form: {only: [y, zz]}}',
            "unknown-quantity",
            "z",
        ),
        (
            '{id: p, kind: chain, ask: {zh: 甲, en: A}, answer: "E -> y -> a3 -> w1"}',
            "no-path",
            "E -> y -> a3 -> f1 -> a1 -> w1",
        ),
    ],
)
def test_an_author_is_told_the_nearest_right_thing(part, code, nearest):
    text = f"symnn: 1\nid: b\ntitle: {{zh: 甲, en: A}}\nuse: bp-2-2-1\nprompt: {{zh: 甲, en: A}}\nparts:\n  - {part}\n"
    (problem,) = load_exercise(Text(text, "b.yaml")).problems
    assert (problem.code, problem.facts["nearest"], problem.place.line) == (code, nearest, 7)


def test_a_network_of_its_own_may_declare_shapes_and_indices():
    text = (
        "symnn: 1\nid: b\ntitle: {zh: 甲, en: A}\nequations: |\n  s_0 = 0\n  s_t = W s_{t-1} + x_t\n  E = sum(s_2)\n"
        "shapes: {W: 2x2, x_t: 2, s_t: 2}\nindex: {t: 1..2}\nprompt: {zh: 甲, en: A}\n"
        'parts: [{id: p, kind: matrix, ask: {zh: 甲, en: A}, answer: "diff(E, s_1)"}]\n'
    )
    loaded = load_exercise(Text(text, "b.yaml"))
    assert loaded.problems == ()
    assert loaded.value.part("p").grade("W^T [1, 1]").verdict == "correct"
