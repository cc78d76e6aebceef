"""docs/example.ipynb runs from its first cell to its last, and every cell shows what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

import nbformat  # noqa: E402 - comes with nbclient

NOTEBOOK = Path(__file__).parent.parent / "docs" / "example.ipynb"


@pytest.fixture(scope="module")
def outputs():
    """Run the notebook; give what each cell of code shows, by its last line."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return {cell.source.splitlines()[-1]: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def shown(outputs, line):
    (output,) = outputs[line]
    return output["data"]


def test_networks_and_derivations_are_mathematics_and_pictures(outputs):
    for line in ("net", "derivation", 'mine.derive(wrt="W")'):
        data = shown(outputs, line)
        assert "<math" in data["text/html"]
        assert "\\" in data["text/latex"]
    assert shown(outputs, "net")["image/svg+xml"].startswith("<svg")


def test_answers_are_graded_in_their_cells(outputs):
    assert "Correct" in shown(outputs, """part.grade("2(y-z)f'(a_3)w_5f'(a_1)x_1")""")["text/html"]
    wrong = shown(outputs, """part.grade("2(y-z)f'(a_3)w_5x_1")""")
    assert "You left out" in wrong["text/html"]


def test_a_wrong_answer_raises_with_the_reason(outputs):
    assert outputs["""symnn.check("bp-2-2-1/dw1", "2(y-z)f'(a_3)w_5f'(a_1)x_1")"""] == []
    (raised,) = outputs["""symnn.check("bp-2-2-1/dw1", "2(y-z)w_5f'(a_1)x_1")"""]
    assert raised["ename"] == "AssertionError"
    assert "You left out f'(a₃)" in raised["evalue"]


def test_training_is_a_curve(outputs):
    for line in outputs:
        if line.startswith("net.train("):
            assert shown(outputs, line)["image/svg+xml"].startswith("<svg")
