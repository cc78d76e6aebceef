"""Make the pictures of the README from the product: a page of a derivation and one graded answer, as small SVGs.

Run it where symnn is installed: ``python benchmarks/pictures.py``. A test sees that they are what the product says now.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from click.testing import CliRunner

from symnn.cli import symnn

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
LINE, CHARACTER, MARGIN = 18, 7.3, 16

SHOWN = {
    "page": (("derive", "bp-2-2-1", "--wrt", "w1", "--at", "default", "--eta", "0.5", "--update", "--lang", "en"), 58),
    "answer": (("verify", "bp-2-2-1/dw1", "2(y-z)y(1-y)w_5 f_1 x_1", "--lang", "en"), 12),
}


def drawn(text: str) -> str:
    """Draw a text as a terminal shows it, in the reader's own colours."""
    lines = text.rstrip("\n").split("\n")
    wide = round(2 * MARGIN + CHARACTER * max(map(len, lines)))
    high = 2 * MARGIN + LINE * len(lines)
    rows = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + LINE * place + 13}" xml:space="preserve">{escape(line)}</text>'
        for place, line in enumerate(lines)
        if line.strip()
    )
    style = (
        "text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#222}rect{fill:#fff;stroke:#bbb}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}rect{fill:#181818;stroke:#555}}"
    )
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n'
        f"<title>{escape(lines[0])}</title>\n<style>{style}</style>\n"
        f'<rect width="{wide}" height="{high}" rx="6"/>\n{rows}\n</svg>\n'
    )


def pictures() -> dict[str, str]:
    """Give each picture by name."""
    found = {}
    for name, (words, most) in SHOWN.items():
        out = CliRunner().invoke(symnn, list(words)).stdout.split("\n")
        found[name] = drawn("\n".join(out[:most]))
    return found


if __name__ == "__main__":
    for name, picture in pictures().items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8", newline="\n")
