"""The recipes of CONTRIBUTING.md, followed word by word in a copy of the tree."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(
    r"<!-- file: (?P<path>\S+?)(?:, (?P<where>after|before): (?P<anchor>.+?))? -->\n```\w+\n(?P<text>.*?)```", re.DOTALL
)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
RECIPES = {
    head: body
    for head, body in (part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
    if FILE.search(body) is not None
}


def follow(recipe, tree):
    """Write the files of a recipe, and put its lines where it says."""
    for step in FILE.finditer(recipe):
        file = tree / step["path"]
        if step["where"] is None:
            assert not file.exists(), f"{step['path']} is there already"
            file.write_text(step["text"], encoding="utf-8")
            continue
        text = file.read_text(encoding="utf-8")
        assert text.count(step["anchor"]) == 1, f"{step['anchor']!r} is not one place in {step['path']}"
        place = text.index(step["anchor"])
        if step["where"] == "after":
            place += len(step["anchor"])
            place += text[place:].startswith("\n")
        file.write_text(text[:place] + step["text"] + text[place:], encoding="utf-8")


def commands(recipe):
    """Give each command of a recipe with the lines that its output must have."""
    for console in CONSOLE.findall(recipe):
        for said in console.split("$ ")[1:]:
            command, *expected = said.strip().split("\n")
            yield command, expected


def test_there_are_recipes():
    assert set(RECIPES) == {"An operation", "A network", "An exercise", "A format of hand-outs", "A command"}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_as_it_is_written(name, tmp_path):
    for folder in ("symnn", "exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    follow(RECIPES[name], tmp_path)
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    ran_any = False
    for command, expected in commands(RECIPES[name]):
        program, *arguments = shlex.split(command)
        assert program == "symnn"
        ran = subprocess.run(
            [sys.executable, "-m", "symnn", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
        for line in expected:
            assert line in ran.stdout, f"{command}\n{ran.stdout}"
        ran_any = True
    assert ran_any


def test_the_architecture_page_names_every_package_and_module_that_it_speaks_of():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = [name for row in re.findall(r"^\| `([^|]+)` \|", page, re.MULTILINE) for name in re.split(r"`, `", row)]
    modules = (path for path in (ROOT / "symnn").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    packages = {path.stem for path in modules if not path.name.startswith("__")}
    assert set(listed) == packages
    for package, module in re.findall(r"`([a-z]+)\.([a-z_]+)`", page):
        place = ROOT / "symnn" / package / module
        assert place.with_suffix(".py").exists() or place.is_dir(), f"{package}.{module}"
