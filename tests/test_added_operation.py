"""An operation added by its record alone reads, derives, compiles, prints, is judged and explained."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = Path(__file__).parent / "added_operations.py"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Give a copy of the package with three more records."""
    place = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "symnn", place / "symnn")  # with what is compiled of it
    subprocess.run([sys.executable, str(SCRIPT), "add", str(place)], check=True, cwd=place)
    return place


@pytest.mark.parametrize("kind", ["scalar", "tensor"])
def test_walk_of_an_added_operation(tree, tmp_path, kind):
    environment = os.environ | {"PYTHONPATH": str(tree)}
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), kind, str(tmp_path)],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
