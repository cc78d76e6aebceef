"""Pages of a class as HTML: templates that escape whatever is put into them, words from the messages alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from symnn.messages import Language, say
from symnn.notation.author import author_text, harmless
from symnn.notation.authored import boxes_of, parted
from symnn.notation.inline import AuthorFormula, visible
from symnn.notation.mathml import escaped, mathml

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

    from symnn.classroom.recorded import Recorded, ShownAnswer

__all__ = ["Writer", "macros", "style", "writer"]

TEMPLATES: Final = Path(__file__).with_name("templates")
_LINE: Final = re.compile(r"(\\begin\{\w+\}|\\end\{\w+\}|\\\\)")

Writer = Callable[..., str]
"""Writes a template, given by its name, with facts by name."""


def writer(lang: Language, *folders: Path) -> Writer:
    """Give what writes the pages of a language; their templates are looked for in ``folders`` first."""

    def write(template: str, /, **facts: Any) -> str:
        return _template(lang, folders, template).render(facts)

    return write


def macros(lang: Language) -> Any:
    """Give the macros of ``pieces.html``: what is written very often is written by one of them, without a page."""
    return _environment(lang, ()).globals["pieces"]


@lru_cache(maxsize=1)
def style() -> str:
    """Give the style that all pages share, which stands in each of them."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _template(lang: Language, folders: tuple[Path, ...], name: str) -> Template:
    return _environment(lang, folders).get_template(name)


@lru_cache(maxsize=8)
def _environment(lang: Language, folders: tuple[Path, ...]) -> Environment:
    """Make the templates of a language ready: everything is escaped, and what is unseen is made visible."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader((*folders, TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # nobody edits them while a class is written, and asking costs a look at the disk each time
        finalize=lambda value: visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    plain = lru_cache(maxsize=None)(lambda code: say(code, lang=lang))
    made.globals["say"] = lambda code, **facts: say(code, facts, lang) if facts else plain(code)
    made.globals["lang"] = lang
    made.globals["style"] = Markup(style())  # noqa: S704 - our own file
    made.filters.update(mathematics=_mathematics, authored=_authored, marked=_marked, drawing=_drawing)
    made.filters.update(points=points_text, percent=percent, ratio=ratio)
    made.globals["pieces"] = made.get_template("pieces.html").module  # a page of each student need not look for it
    return made


def _drawing(picture: str) -> Markup:
    """Put a picture that our writer of SVG has made into a page."""
    from markupsafe import Markup

    return Markup(picture)  # noqa: S704 - its texts are escaped where it is written


def points_text(value: float) -> str:
    """Write points as a person does: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return f"{100 * share:.0f} %"


def ratio(value: float | None) -> str:
    """Write a figure; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def _formula(latex: str) -> str:
    return f"<math>{''.join(map(_part_of_formula, parted(latex)))}</math>"


@lru_cache(maxsize=1 << 14)
def _part_of_formula(latex: str) -> str:
    return mathml(boxes_of(latex))


@lru_cache(maxsize=1 << 12)
def _mathematics(read: ShownAnswer) -> Markup:
    """Show how an answer was read, its lines under each other; as words where that is no mathematics that we know."""
    from markupsafe import Markup

    rows = _lines(read.latex)
    if not rows or not all(map(harmless, rows)):
        return Markup("<code>{}</code>").format(visible(read.text))
    return Markup("<br>").join(Markup(_formula(row)) for row in rows)  # noqa: S704 - our own MathML


def _lines(latex: str) -> list[str]:
    """Part what was read at its lines, not at the rows of its matrices."""
    found, depth = [""], 0
    for piece in _LINE.split(latex):
        depth += piece.startswith(r"\begin") - piece.startswith(r"\end")
        if piece == r"\\" and depth == 0:
            found.append("")
        else:
            found[-1] += piece
    return [row.strip() for row in found if row.strip()]


@lru_cache(maxsize=1 << 14)
def _authored(text: str) -> Markup:
    """Write a sentence whose formulas stand between dollars."""
    from markupsafe import Markup

    parts = [
        _formula(part.latex) if isinstance(part, AuthorFormula) else escaped(getattr(part, "text", ""))
        for paragraph in author_text(text)
        for part in paragraph
    ]
    return Markup("".join(parts))  # noqa: S704 - words are escaped, the rest is our own MathML


def _marked(one: Recorded) -> Markup:
    """Write an answer with a mark under the place that the first finding with one names."""
    from markupsafe import Markup

    text = one.answer
    span = next((finding.span for finding in one.findings if finding.span), None)
    is_as_graded = "<" not in text and text == text.strip()
    if span is None or not is_as_graded or not span[0] < span[1] <= len(text):
        return Markup.escape(visible(text))
    before, inside, after = map(escaped, (text[: span[0]], text[slice(*span)], text[span[1] :]))
    return Markup(f"{before}<mark>{inside}</mark>{after}")  # noqa: S704 - escaped just before
