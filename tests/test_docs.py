"""The examples of the README and the manual run as they stand."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.cli import symnn

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DONE, WRONG = 0, 1


def blocks(language):
    return [
        pytest.param(body, id=f"{page.name}-{number}")
        for page in PAGES
        for number, (found, body) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if found == language
    ]


@pytest.mark.parametrize("body", blocks("python"))
def test_python_blocks_run(body):
    exec(compile(body, "documentation", "exec"), {})  # noqa: S102 - our own documentation


def commands():
    """Lines ``$ symnn …`` in console blocks, with the output that follows each."""
    found = []
    for block in blocks("console"):
        lines = block.values[0].splitlines()
        starts = [place for place, line in enumerate(lines) if line.startswith("$ ")] + [len(lines)]
        for begin, end in pairwise(starts):
            expected = [line for line in lines[begin + 1 : end] if line.strip()]
            found.append(pytest.param(lines[begin][2:], expected, id=lines[begin][2:60]))
    return found


@pytest.mark.parametrize(("line", "expected"), commands())
def test_console_blocks_print_what_they_show(line, expected, tmp_path, monkeypatch):
    """Each line shown stands in the output, in this order; ``…`` stands for anything."""
    words = shlex.split(line)
    assert words[0] == "symnn"
    arguments = [str(ROOT / word) if (ROOT / word).exists() and "/" in word else word for word in words[1:]]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["symnn", *arguments])
    ran = CliRunner(env={"LANG": "en_US.UTF-8"}).invoke(symnn, arguments, standalone_mode=True)
    assert ran.exit_code in (DONE, WRONG), ran.output
    printed = [text.strip() for text in ran.output.splitlines()]
    place = 0
    for wanted in expected:
        pattern = ".*".join(map(re.escape, wanted.strip().split("…")))
        matching = [at for at, text in enumerate(printed[place:], place) if re.fullmatch(pattern, text)]
        assert matching, f"{wanted!r} is not in\n{ran.output}"
        place = matching[0] + 1


def test_the_readme_begins_with_the_two_commands():
    first, second = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))[:2]
    assert "symnn grade exercises/class/submissions.csv" in first[1]
    assert "-m pytest" in second[1]
    assert "pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_of_the_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
