"""The handed-out page of every network compiles in both languages: no error, nothing over the margin, every glyph."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from click.testing import CliRunner
from test_handouts_formats import lacks_ctex

from symnn.commands.derive import command
from symnn.networks.catalogue import CATALOGUE


@pytest.mark.skipif(bool(lacks_ctex()), reason=lacks_ctex() or "-")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_page_of_a_network_compiles(name, lang, tmp_path):
    page = tmp_path / "page.tex"
    ran = CliRunner().invoke(command, [name, "--to", "latex", "--lang", lang, "-o", str(page)])
    assert ran.exit_code == 0, ran.output
    xelatex = shutil.which("xelatex") or "xelatex"
    compiled = subprocess.run(
        [xelatex, "-no-shell-escape", "-interaction=batchmode", "-halt-on-error", page.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace")
    assert compiled.returncode == 0, log[-2000:]
    assert not re.findall(r"^(?:Overfull .*|Missing character.*)$", log, re.MULTILINE)
