"""What notebooks show of questions: HTML, mathematics in MathML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.messages import Language
from symnn.notation.author import author_text
from symnn.notation.inline import AuthorFormula, LiteralWords, box_of
from symnn.notation.mathml import escaped, mathml
from symnn.questions.description import in_variant

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["author_html", "part_html"]


def author_html(text: str) -> str:
    """Write an author's text as paragraphs of HTML, formulas between dollars in MathML.

    >>> author_html("Find $w_1$ < 2.")
    '<p>Find <math><msub><mi>w</mi><mn>1</mn></msub></math> &lt; 2.</p>'
    """
    return "".join(f"<p>{''.join(map(_inline, paragraph))}</p>" for paragraph in author_text(text))


def _inline(part: LiteralWords | AuthorFormula) -> str:
    return f"<math>{mathml(box_of(part, {}))}</math>" if isinstance(part, AuthorFormula) else escaped(part.text)


def part_html(part: Question, lang: Language, seed: str = "") -> str:
    """Write what a part asks."""
    ask = getattr(in_variant(part.file.ask, part, seed), lang)
    options = "".join(
        f"<li>{escaped(option.id)}. {author_html(getattr(option.text, lang))}</li>" for option in part.file.choices
    )
    listed = f"<ul>{options}</ul>" if options else ""
    return f"<div><strong>{escaped(part.file.id)}</strong>{author_html(ask)}{listed}</div>"
