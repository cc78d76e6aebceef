"""The examples of the README and the manual run as they stand."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from symnn.cli import symnn

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
DONE, WRONG = 0, 1
PROVED_ELSEWHERE = ("symnn check",)
"""All shipped exercises are checked one by one in `test_exercises_loading`, in parallel."""


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


def typed(body):
    """Lines ``$ symnn …`` of a console block, with the output that follows each."""
    lines = body.splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")] + [len(lines)]
    for begin, end in pairwise(starts):
        yield lines[begin][2:], [line for line in lines[begin + 1 : end] if line.strip()]


def commands():
    """List every line of the pages whose blocks stand alone."""
    alone = [block.values[0] for block in blocks("console") if not is_of_a_sitting(block.id)]
    return [
        pytest.param(*line, id=line[0][:58], marks=[pytest.mark.slow] if line[0] in PROVED_ELSEWHERE else [])
        for body in alone
        for line in typed(body)
    ]


def is_of_a_sitting(block):
    page = block.rpartition("-")[0]
    return any("<!-- one sitting" in one.read_text(encoding="utf-8") for one in PAGES if one.name == page)


def sittings():
    """List the pages whose blocks are typed one after another in one folder."""
    found = {}
    for block in blocks("console"):
        if is_of_a_sitting(block.id):
            found.setdefault(block.id.rpartition("-")[0], []).extend(typed(block.values[0]))
    return [pytest.param(page, lines, id=page) for page, lines in found.items()]


@pytest.mark.parametrize(("page", "lines"), sittings())
def test_a_page_can_be_followed_from_its_beginning_to_its_end(page, lines, tmp_path, monkeypatch):
    """As the test below, in one folder with the files that the page shows; who waits for a review gets nothing."""
    for name, text in FILE.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for line, expected in lines:
        if line.startswith("symnn review "):
            reviewed(line, tmp_path)
        else:
            test_console_blocks_print_what_they_show(line, expected, tmp_path, monkeypatch)


def reviewed(line, folder):
    pytest.importorskip("uvicorn", reason="the review page needs symnn[web]")
    command = [sys.executable, "-m", *shlex.split(line), "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        address = server.stdout.readline().strip()
        page = urlopen(address).read().decode()  # noqa: S310 - our own server, as below
        while group := re.search(r'name="group" value="(\w+)"', page):
            page = urlopen(address, f"group={group[1]}&action=zero".encode()).read().decode()  # noqa: S310
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == DONE


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


def test_the_pictures_of_the_readme_are_what_the_product_says():
    from runpy import run_path

    made = run_path(str(ROOT / "benchmarks" / "pictures.py"))["pictures"]()
    for name, picture in made.items():
        assert (ROOT / "docs" / "pictures" / f"{name}.svg").read_text(encoding="utf-8") == picture
