"""The acceptance of hand-outs: budgets of pages, numbers that follow from each other, solutions with full marks."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from test_handouts_formats import lacks_ctex

import symnn
from symnn.cli import symnn as command
from symnn.exercises.library import exercise, shipped_names
from symnn.handouts.document import Picture
from symnn.handouts.exercise_sheet import ExerciseSheet, exercise_document, sheet_document
from symnn.handouts.handout import Handout
from symnn.handouts.latex import CLASS, PACKAGES, SETTINGS, latex_body
from symnn.networks.catalogue import CATALOGUE, network
from symnn.numeric.points import points
from symnn.questions.trails import trail_of

BUDGET = {"neuron": 1, "bp-2-2-1": 1, "bp-2-3-2-1": 2, "midges": 2, "one-hidden-layer": 2}
"""Pages of the short hand-out; every other network has three."""

OTHERS = 3
HAN = re.compile(r"[\u2e80-\u9fff]")

needs_tex = pytest.mark.skipif(bool(lacks_ctex()), reason=lacks_ctex() or "-")


def run(*arguments):
    ran = CliRunner().invoke(command, list(arguments))
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def compiled(tex, folder):
    """Compile a document once, and give its log."""
    (folder / "page.tex").write_text(tex, encoding="utf-8")
    xelatex = shutil.which("xelatex") or "xelatex"
    ran = subprocess.run(
        [xelatex, "-no-shell-escape", "-interaction=batchmode", "-halt-on-error", "page.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
    assert ran.returncode == 0, log[-2000:]
    return log


def together(documents, lang):
    """Put many documents into one, each from its page 1 on, its number of pages in the log."""
    parts = [
        f"{latex_body(document, lang)}\n\\clearpage\\typeout{{PAGES {name} \\the\\numexpr\\value{{page}}-1}}"
        "\\setcounter{page}{1}\n"
        for name, document in documents.items()
    ]
    words = "\\usepackage[scheme=plain]{ctex}\n" if lang == "en" and HAN.search("".join(parts)) else ""
    return f"{CLASS[lang]}{words}{PACKAGES}\\begin{{document}}\n{SETTINGS}{''.join(parts)}\\end{{document}}\n"


def nothing_is_over_the_margin(log):
    assert not re.findall(r"^(?:Overfull .*|Missing character.*)$", log, re.MULTILINE)


@needs_tex
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_short_hand_outs_keep_to_their_pages(lang, tmp_path):
    log = compiled(together({name: Handout(network(name)).document() for name in CATALOGUE}, lang), tmp_path)
    nothing_is_over_the_margin(log)
    pages = {name: int(count) for name, count in re.findall(r"PAGES ([\w-]+) (\d+)", log)}
    assert set(pages) == set(CATALOGUE)
    assert {name: count for name, count in pages.items() if count > BUDGET.get(name, OTHERS)} == {}


TIGHT = ("neuron", "bp-2-2-1", "bp-2-3-2-1", "birnn", "deep-rnn", "gan")
"""Networks whose PDF is looked at in the quick run: the fullest pages, and ends that want to be kept together."""

MARGIN = 22 / 25.4 * 72
"""Points beside a page."""

HANGING = 7
"""A space and a comma at the end of a line may hang over by so many points."""

FOOT = 19 / 25.4 * 72 - 4
"""Points below a page, where its number stands."""

LEAST = 0.15
"""How much of the last page is used at the least."""


def lines_of_pdf(name, lang):
    """Give each page of the PDF that ``derive`` writes as lines from top to bottom, without its number."""
    pytest.importorskip("typst", reason="the extra [pdf] is not installed")
    pymupdf = pytest.importorskip("pymupdf", reason="pymupdf is not installed")
    ran = CliRunner().invoke(command, ["derive", name, "--to", "pdf", "--lang", lang])
    assert ran.exit_code == 0, ran.output
    with pymupdf.open(stream=ran.stdout_bytes) as document:
        for page in document:
            blocks = page.get_text("dict")["blocks"]
            lines = sorted((line for block in blocks for line in block.get("lines", ())), key=lambda at: at["bbox"][3])
            yield [line for line in lines if line["bbox"][3] < page.rect.height - FOOT], page.rect


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name", [name if name in TIGHT else pytest.param(name, marks=pytest.mark.slow) for name in CATALOGUE]
)
def test_pdfs_keep_to_their_pages(name, lang):
    """As many as in LaTeX, nothing over the margin, none that ends with what leads to the next or is almost empty."""
    pages = list(lines_of_pdf(name, lang))
    assert len(pages) <= BUDGET.get(name, OTHERS)
    for lines, paper in pages:
        beside = (line["bbox"] for line in lines)
        assert not [box for box in beside if box[0] < MARGIN - 2 or box[2] > paper.width - MARGIN + HANGING]
        last = lines[-1]["spans"]
        assert "Bold" not in last[0]["font"], last
        assert not last[-1]["text"].rstrip().endswith((":", "：")), last
    lines, paper = pages[-1]
    assert lines[-1]["bbox"][3] > LEAST * paper.height


FORMS = (None, "wrt", "paths", "deltas", "matrix")
SAMPLED = 58
"""Every so many combinations of options are compiled in the quick run."""

LIGHT = 13
"""Networks with more equations between numbers than this are not checked by SymPy here: that takes long."""


def combinations():
    """Give every combination of options that makes a page of its own."""
    for name, form, at in itertools.product(CATALOGUE, FORMS, (False, True)):
        if form != Handout(network(name)).usual_form:
            yield name, form, at


def asked(name, form, *, at):
    """Ask as ``derive`` does, with ``--at default --eta 0.5 --update --check`` perhaps."""
    found = network(name)
    handout = Handout(found, wrt=found.graph.parameters[:1] if form == "wrt" else None)
    if form != "wrt":
        handout = replace(handout, form=form)
    if at:
        point = points(replace(found, graph=handout.graph), ("default", "eta=0.5"), ("eta",))[0].values
        checked = len(found.graph.entrywise.equations) <= LIGHT
        handout = replace(handout, update=True, checked=checked, point=point)
    return handout


def keeps_to_the_margin(some, folder, langs):
    documents = {f"{name}-{form}-{at}": asked(name, form, at=at).document() for name, form, at in some}
    for lang in langs:
        log = compiled(together(documents, lang), folder)
        nothing_is_over_the_margin(log)
        assert len(re.findall(r"PAGES \S+ \d", log)) == len(documents)


@needs_tex
def test_some_combinations_of_options_keep_to_the_margin(tmp_path):
    """In Chinese, whose words are the ones that TeX has most trouble with."""
    keeps_to_the_margin(list(combinations())[45::SAMPLED], tmp_path, ("zh",))


@needs_tex
@pytest.mark.slow
def test_every_combination_of_options_keeps_to_the_margin(tmp_path):
    keeps_to_the_margin(combinations(), tmp_path, ("zh", "en"))


@pytest.mark.parametrize("form", [None, "paths"])
def test_a_network_without_a_loss_has_numbers_for_its_output_error(form):
    handout = replace(asked("rnn", form, at=True), checked=False)
    text = handout.written("text", "en")
    assert "Here every entry of delta is 1" in text
    given = replace(handout, point={**handout.point, "delta[1]": 2, "delta[2]": 0})
    assert "Here every entry" not in given.written("text", "en")


def test_what_is_left_out_of_a_table_of_numbers_is_dots_of_tex():
    page = replace(asked("cnn", None, at=True), checked=False).written("latex", "en")
    assert r"\vdots" in page
    assert "⋮" not in page


def test_the_default_point_takes_from_the_first_sample_what_the_values_leave_out():
    assert points(network("midges"), ["default"])[0].values["x1"] == points(network("midges"), ["Af"])[0].values["x1"]


def test_sums_over_very_many_paths_are_left_to_who_asks_for_them():
    text = Handout(network("deep-rnn"), form="paths").written("text", "en")
    assert "more derivatives" in text
    assert len(text) < 400_000


@needs_tex
@pytest.mark.parametrize(
    "names", [("bp-2-3-2-1", "cnn", "gan", "attention"), pytest.param(CATALOGUE, marks=pytest.mark.slow)]
)
def test_the_body_needs_amsmath_and_tikz_alone(names, tmp_path):
    bodies = {name: run("derive", name, "--to", "latex", "--body", "--lang", "en") for name in names}
    for name, body in bodies.items():
        assert not HAN.search(body), name
        assert "ctex" not in body
    inside = "\n\\clearpage\n".join(bodies.values())
    compiled(
        f"\\documentclass{{article}}\\usepackage{{amsmath,tikz}}\\begin{{document}}\n{inside}\\end{{document}}\n",
        tmp_path,
    )


@needs_tex
@pytest.mark.parametrize("arguments", [("bp-2-2-1",), ("bp-2-3-2-1", "--wrt", "w_x1_1"), ("rnn",)])
def test_slides_hold_what_is_on_them(arguments, tmp_path):
    log = compiled(run("derive", *arguments, "--to", "beamer", "--lang", "en"), tmp_path)
    nothing_is_over_the_margin(log)


LABELLED = re.compile(r"^ *\((F|B)(\d+)\)", re.MULTILINE)
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


@pytest.fixture(scope="module")
def full():
    """Give the page whose numbers are looked at."""
    return run("derive", "bp-2-2-1", "--at", "default", "--eta", "0.5", "--handout", "full", "--lang", "en")


def test_lines_of_the_backward_pass_have_the_numbers_of_the_forward_pass(full):
    found = LABELLED.findall(full)
    assert len(found) == 13
    assert [int(number) for kind, number in found if kind == "F"] == [1, 2, 3, 4, 5, 6, 7]
    assert [int(number) for kind, number in found if kind == "B"] == [6, 5, 4, 3, 2, 1]


def test_every_number_of_the_page_follows_from_its_own_table_of_symbols(full):
    """Read x, w and z from the page, and compute what stands on it by hand, without the package."""
    from math import exp

    table, _, rest = full.partition("Forward pass")
    at = {name: float(number) for name, number in re.findall(r"(\w+) = (-?[\d.]+)", table)}
    assert len(at) == 9
    x1, x2, z, *w = (at[name] for name in ("x1", "x2", "z", "w1", "w2", "w3", "w4", "w5", "w6"))
    values = _forward(x1, x2, z, w)
    y, f1, f2 = values["y"], values["f1"], values["f2"]
    d = {"y": 2 * (y - z)}
    d["a3"] = d["y"] * y * (1 - y)
    d["f2"], d["f1"] = d["a3"] * w[5], d["a3"] * w[4]
    d["a2"], d["a1"] = d["f2"] * f2 * (1 - f2), d["f1"] * f1 * (1 - f1)
    slopes = [d["a1"] * x1, d["a2"] * x1, d["a1"] * x2, d["a2"] * x2, d["a3"] * f1, d["a3"] * f2]
    moved = [weight - 0.5 * slope for weight, slope in zip(w, slopes, strict=True)]
    assert exp(0) == 1
    joined = re.sub(r"\n +(?=[=≈])", " ", rest)
    for name, expected in values.items():
        assert _last(joined, rf"\(F\d\) +{name} = ") == pytest.approx(expected, rel=1e-3)
    for name, expected in d.items():
        assert _last(joined, rf"\(B\d\) +delta_{name} = ") == pytest.approx(expected, rel=1e-3)
    for count, expected in enumerate(slopes, 1):
        assert _last(joined, rf"^ +∂E/∂w{count} = delta") == pytest.approx(expected, rel=1e-3)
    for count, expected in enumerate(moved, 1):
        assert _last(joined, rf"^ +w{count}\^\(k \+ 1\) = ") == pytest.approx(expected, rel=1e-3)
    before, after = map(float, re.findall(r"E goes from ([\d.]+) to ([\d.]+\d)", full)[0])
    assert before == pytest.approx(values["E"], rel=1e-3)
    assert after == pytest.approx(_forward(x1, x2, z, moved)["E"], rel=1e-3)
    assert after < before


def _forward(x1, x2, z, w):
    from math import exp

    def f(a):
        return 1 / (1 + exp(-a))

    found = {"a1": w[0] * x1 + w[2] * x2, "a2": w[1] * x1 + w[3] * x2}
    found |= {"f1": f(found["a1"]), "f2": f(found["a2"])}
    found["a3"] = w[4] * found["f1"] + w[5] * found["f2"]
    found["y"] = f(found["a3"])
    found["E"] = (found["y"] - z) ** 2
    return found


def _last(text, start):
    """Give the last number of the line that begins so."""
    (line,) = (line for line in text.splitlines() if re.search(start, line))
    return float(NUMBER.findall(line)[-1])


@pytest.mark.parametrize("name", shipped_names())
def test_the_model_answer_of_every_part_earns_full_marks(name):
    for part in exercise(name).parts:
        verdict = part.grade(part.solution())
        assert verdict.credit == 1, (part.file.id, part.solution(), verdict.findings)


@pytest.mark.parametrize("name", shipped_names())
def test_solutions_have_whole_derivations_and_no_id_for_a_title(name):
    page = run("show", "--exercise", name, "--solution", "--lang", "en")
    for part in exercise(name).parts:
        if part.file.kind == "steps":
            assert len(part.solution().splitlines()) >= 3
        assert f"\n{part.file.id}\n---" not in page
    assert page.count("say:") == sum(len(part.file.feedback) for part in exercise(name).parts)


def test_solutions_draw_the_paths_of_each_part_once_for_all_students():
    found = exercise("bp-2-3-2-1")
    drawn = [block.diagram for block in exercise_document(found, solution=True).blocks if isinstance(block, Picture)]
    counts = [trail_of(part).paths for part in found.parts if trail_of(part) is not None]
    assert [one.count for one in drawn] == [len(paths) for paths in counts]
    assert len(drawn) > 5
    sheet = ExerciseSheet(found, solution=True)
    one, other = (sheet_document((sheet,), student, "", lambda *_: "") for student in ("007", "008"))
    pictures = [[block for block in document.blocks if isinstance(block, Picture)] for document in (one, other)]
    assert [block.diagram for block in pictures[0]] == drawn
    assert all(first is second for first, second in zip(*pictures, strict=True))


def test_a_sentence_about_a_bracket_stands_only_where_there_is_one():
    assert "before the bracket" not in run("derive", "one-hidden-layer", "--wrt", "v11", "--lang", "en")


def test_players_are_derived_from_their_own_losses():
    assert Handout(network("gan"), wrt=("c1",)).data()["of"] == "L_D"
    assert Handout(network("gan"), wrt=("u",)).data()["of"] == "L_N"


def test_every_student_gets_a_sheet_with_numbers_of_their_own(tmp_path):
    (tmp_path / "class.csv").write_text("student,name\n007,Ann\n008,Li\n", encoding="utf-8")
    run("sheet", "bp-2-2-1", "--students", str(tmp_path / "class.csv"), "-o", str(tmp_path / "s"), "--to", "text")
    one, other = ((tmp_path / "s" / f"{student}.txt").read_text(encoding="utf-8") for student in ("007", "008"))
    assert "007" in one
    assert one.replace("007", "008").replace("Ann", "Li") != other


def test_sheets_share_one_compiler(tmp_path):
    pytest.importorskip("typst", reason="the extra [pdf] is not installed")
    from symnn.handouts.pdf import compiler

    (tmp_path / "class.csv").write_text("student\n007\n008\n", encoding="utf-8")
    before = compiler()
    run("sheet", "neuron", "--students", str(tmp_path / "class.csv"), "-o", str(tmp_path / "s"))
    assert (tmp_path / "s" / "007.pdf").read_bytes().startswith(b"%PDF")
    assert compiler() is before


def test_the_version_of_the_package_is_that_of_the_pages():
    assert symnn.network("bp-2-2-1").derive("E", wrt="w1").text() == Handout(
        network("bp-2-2-1"), of="E", wrt=("w1",)
    ).written("text", "en")
