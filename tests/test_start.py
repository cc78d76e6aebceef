"""What each command loads when it starts; the times are in ``benchmarks/start.py``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from symnn.messages import LANGUAGES, sentences
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.titles import DATA, titles

ROOT = Path(__file__).parent.parent
ALGEBRA = frozenset({"sympy", "mpmath", "flint", "numpy"})
READERS = frozenset({"yaml", "msgspec"})
PROGRAM = """
import sys
from symnn.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(*arguments):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout
    return frozenset(ran.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [(), ("--help",), ("--version",), ("networks",), ("derive", "--help")])
def test_help_and_lists_load_neither_algebra_nor_readers(arguments):
    modules = loaded(*arguments)
    assert modules & (ALGEBRA | READERS) == set()
    assert {name for name in modules if name.startswith("symnn.")} <= {
        "symnn.cli",
        "symnn.commands",
        "symnn.commands.derive",
        "symnn.commands.networks",
        "symnn.commands.options",
        "symnn.commands.output",
        "symnn.commands.refusals",
        "symnn.commands.streams",
        "symnn.handouts",
        "symnn.handouts.formats",
        "symnn.messages",
        "symnn.networks",
        "symnn.networks.titles",
    }


AT_ONCE = ("neuron", "bp-2-2-1", "one-hidden-layer-matrix", "rnn", "cnn-x", "attention")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in AT_ONCE else [pytest.mark.slow])
        for name in CATALOGUE
        if name != "gan"  # its best discriminator is SymPy's
    ],
)
def test_a_derivation_loads_no_algebra(name):
    assert loaded("derive", name) & ALGEBRA == set()


def test_a_derivation_of_numbers_loads_only_what_its_page_shows():
    modules = loaded("derive", "bp-2-2-1")
    others = {"checking", "matrices", "pulling", "adjoint"}
    assert modules & {f"symnn.derivation.{name}" for name in others} == set()
    assert modules & {"symnn.numeric", "symnn.documents.strict_json", "xml.etree", "symnn.notation.mathml"} == set()


def test_the_titles_are_those_of_the_files():
    assert {path.stem for path in DATA.glob("*.yaml")} == set(CATALOGUE)
    for lang in LANGUAGES:
        assert dict(titles(lang)) == {name: getattr(network(name).title, lang) for name in CATALOGUE}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentences_are_read_as_a_yaml_reader_reads_them(lang):
    text = (ROOT / "symnn" / "messages" / f"{lang}.yaml").read_text(encoding="utf-8")
    assert dict(sentences(lang)) == yaml.safe_load(text)
