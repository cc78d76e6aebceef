"""``derive --to python``: the module runs by itself and gives what the evaluation gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sources import undefined

import symnn
from symnn.commands.derive import command
from symnn.errors import OperatorError
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.catalogue import CATALOGUE
from symnn.networks.models import graph_from_text


def module(name, *options):
    ran = CliRunner().invoke(command, [name, "--to", "python", *options])
    assert ran.exit_code == 0, ran.output
    return ran.output


def printed(source, tmp_path):
    file = tmp_path / "module.py"
    file.write_text(source, encoding="utf-8")
    return subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["bp-2-2-1", "cnn", "gan"])
def test_the_module_gives_the_gradients_of_the_network(name, tmp_path):
    (tmp_path / "module.py").write_text(module(name), encoding="utf-8")
    ask = "import json, module as m; f = m.at_one_point\n"
    ask += "print(json.dumps({k: getattr(v, 'tolist', lambda: v)() for k, v in f(m.GIVEN)[1].items()}))"
    ran = subprocess.run([sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    expected = symnn.network(name).gradient()
    found = json.loads(ran.stdout)
    assert list(found) == list(expected)
    for parameter, value in expected.items():
        assert numbers(found[parameter]) == pytest.approx(numbers(value))


def numbers(value):
    return [cell for part in value for cell in numbers(part)] if isinstance(value, list) else [float(value)]


def test_the_module_prints_what_it_gives(tmp_path):
    ran = printed(module("bp-2-2-1"), tmp_path)
    assert ran.returncode == 0
    assert [line.partition(" = ")[0] for line in ran.stdout.splitlines()[-2:]] == ["gradient of w5", "gradient of w6"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_module_is_python_that_defines_what_it_names(name):
    source = module(name)
    compile(source, name, "exec")
    assert not undefined(source)


def test_what_is_missing_is_said_when_it_runs(tmp_path):
    ran = printed(module("rnn", "--lang", "en"), tmp_path)
    assert ran.returncode == 1
    assert ran.stderr == "GIVEN still needs values for delta.\n"
    at = "delta=[1,1] x_1=[1,1] x_2=[1,1] x_3=[2,2]"
    assert "h_3 = [32. 32.]" in printed(module("rnn", "--at", at), tmp_path).stdout


def test_the_values_of_at_are_the_modules_own():
    assert "    'x1': 7.0,\n" in module("bp-2-2-1", "--at", "x1=7")


def test_an_authors_title_stays_a_comment():
    graph = graph_from_text("y = w*x")
    words = 'A\nimport os\x0c\u2028"""'
    source = python(graph, None, None, {}, Title(words, words), "en")
    assert source.splitlines()[0].startswith("# A import os")
    assert not re.search(r"^\s*import os", source, re.MULTILINE)


def test_a_program_of_version_0_1_says_what_to_do():
    with pytest.raises(OperatorError, match=r"symnn derive .* --to python"):
        from symnn.numeric.kernels import convolved  # noqa: F401 - as it stands in such a program
