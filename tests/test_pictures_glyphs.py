"""Pictures as they are set: real glyph boxes, in Chromium for SVG, in the PDF of xelatex for TikZ."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from foreign_networks import FOREIGN

from symnn.handouts.pictures.diagram import diagram
from symnn.handouts.pictures.geometry import placed_diagram
from symnn.handouts.pictures.svg import svg
from symnn.handouts.pictures.tikz import HIGHEST, WIDEST, tikz
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.layers import mlp
from symnn.notation.layout import symbols_of

pytestmark = pytest.mark.slow
NETWORKS = {
    **{name: network(name).graph for name in CATALOGUE},
    "4-5-3-2": mlp([4, 5, 3, 2]).graph,
    **{name: foreign.graph for name, foreign in FOREIGN.items()},
}
POINTS_PER_CM = 72 / 2.54

MEASURED = """() => {
  const box = (one) => {
    const b = one.getBoundingClientRect(), high = 0.18 * b.height; // letters do not fill their line
    return [b.x, b.y + high, b.right, b.bottom - high];
  };
  const labels = [...document.querySelectorAll('svg .label text')].map((one) => [one.textContent, box(one)]);
  const nodes = [...document.querySelectorAll('svg .node')].map((one) => {
    const shape = one.querySelector('circle, rect'), text = one.querySelector('text');
    return [one.dataset.name, shape ? box(shape) : box(text), box(text)];
  });
  const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const found = [];
  labels.forEach(([name, a], i) => {
    labels.slice(i + 1).forEach(([other, b]) => { if (meet(a, b)) found.push(`${name} on ${other}`); });
    nodes.forEach(([other, b]) => { if (meet(a, b)) found.push(`${name} on unit ${other}`); });
  });
  nodes.forEach(([name, shape, text]) => {
    if (document.querySelector(`.node[data-name="${CSS.escape(name)}"] .sheet`)) return;
    if (text[0] < shape[0] || text[2] > shape[2]) found.push(`${name} wider than its unit`);
  });
  return found;
}"""


@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()


@pytest.mark.parametrize("name", NETWORKS)
def test_no_glyphs_meet_in_a_browser(page, name):
    graph = NETWORKS[name]
    page.set_content(svg(diagram(graph), symbols_of(graph)))
    assert page.evaluate(MEASURED) == []


def framed(graph):
    """Give the picture as large as its geometry says, so that the page has its coordinates."""
    whole = placed_diagram(diagram(graph), symbols_of(graph)).extent
    box = rf"\useasboundingbox (0,0) rectangle ({whole.x:.3f},{whole.y:.3f});"
    return tikz(diagram(graph), symbols_of(graph)).strip().replace("\\definecolor", f"{box}\n\\definecolor", 1)


def test_every_glyph_of_tikz_stands_in_its_place(tmp_path):
    """What the letters of TeX take is what the geometry keeps free for them, and there nothing meets."""
    pymupdf = pytest.importorskip("pymupdf", reason="pymupdf is not installed")
    if shutil.which("xelatex") is None:
        pytest.skip("xelatex is not installed")
    pages = "\n".join(
        rf"\setbox0=\hbox{{{framed(graph)}}}\pdfpagewidth=\wd0 \pdfpageheight=\ht0 \shipout\box0"
        for graph in NETWORKS.values()
    )
    head = "\\documentclass{article}\\usepackage{amsmath,tikz}\\hoffset=-1in\\voffset=-1in\n"
    (tmp_path / "all.tex").write_text(f"{head}\\begin{{document}}\n{pages}\n\\end{{document}}\n", encoding="utf-8")
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    with pymupdf.open(tmp_path / "all.pdf") as document:
        assert len(document) == len(NETWORKS)
        for (name, graph), sheet in zip(NETWORKS.items(), document, strict=True):
            at = placed_diagram(diagram(graph), symbols_of(graph))
            scale = min(1.0, WIDEST / at.extent.x, HIGHEST / at.extent.y) * POINTS_PER_CM
            room = [*at.areas, *(label.area for label in at.labels if label is not None)]
            below = [area._replace(down=area.down + size.below) for area, size in zip(at.areas, at.sizes, strict=True)]
            outside = [
                glyph["c"]
                for block in sheet.get_text("rawdict")["blocks"]
                for line in block.get("lines", ())
                for span in line["spans"]
                for glyph in span["chars"]
                if glyph["c"].strip() and not any(holds(area, glyph["bbox"], scale) for area in (*room, *below))
            ]
            assert outside == [], name


def holds(area, box, scale):
    left, right = (place * scale for place in (area.left, area.right))
    top, bottom = (place * scale for place in (area.top, area.bottom))
    middle = (box[1] + box[3]) / 2
    return left - 1 <= box[0] and box[2] <= right + 1 and top - 1 <= middle <= bottom + 1
