"""The report of a class: how it did, what waits, which mistakes were made; one page that needs nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from symnn.classroom.about import About
from symnn.classroom.decisions import Decision, in_force
from symnn.classroom.pages import points_text, writer
from symnn.classroom.recorded import Recorded
from symnn.classroom.statistics import Figures, Spread, figures
from symnn.messages import Language, say

__all__ = ["REPORT", "report"]

REPORT: Final = "report.html"
MOST_WAITING: Final = 50
MOST_CLUSTERS: Final = 100
MOST_LINES: Final = 100
WIDTH: Final = 300
"""Units of the drawing of the quartiles."""


def report(
    results: Iterable[Recorded],
    about: About,
    problems: bytes = b"",
    changes: bytes = b"",
    decisions: Sequence[Decision] = (),
) -> bytes:
    """Write the report; ``problems`` and ``changes`` are the tables beside it, results may be read twice."""
    found = figures(results)
    waiting = [one for one in found.clusters if one.open]
    mistakes = [one for one in found.clusters if not one.open and one.example.findings]
    facts = {
        "figures": found,
        "enrolled": about.enrolled,
        "course": about.parts,
        "bars": _bars(found) if found.spread else "",
        "comments": {one.id: one.comment for one in decisions if one.comment},
    }
    held = in_force(decisions)
    for name, listed, most in (
        ("waiting", waiting, MOST_WAITING),
        ("mistakes", mistakes, MOST_CLUSTERS),
        ("intake", [_intake(row) for row in _rows(problems)], MOST_LINES),
        ("changes", _rows(changes), MOST_LINES),
        ("decisions", [_decided(one, about.lang) for one in held], MOST_LINES),
    ):
        facts |= _first(name, listed, most)
    return writer(about.lang)("report.html", **facts).encode()


def _first(name: str, listed: Sequence[Any], most: int) -> dict[str, Any]:
    """Give the first of a list, and how many more there are."""
    return {name: listed[:most], f"more_{name}": max(0, len(listed) - most)}


def _rows(table: bytes) -> list[dict[str, str]]:
    """Read a table that stands beside the report."""
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def _intake(row: Mapping[str, str]) -> str:
    place = f"{row['file']}:{row['line']}: " if row["file"] else ""
    return place + row["sentence"]


def _decided(one: Decision, lang: Language) -> str:
    """Say a decision in a line: about what, what it says, the comment, by whom."""
    kind, ruling = one.scope.kind, one.set
    if ruling.blank:
        value = say("decided-blank", lang=lang)
    elif ruling.points is not None:
        value = say("decided-points", {"points": points_text(ruling.points)}, lang)
    elif ruling.share is not None:
        value = say("decided-share", {"share": f"{100 * ruling.share:.0f} %"}, lang)
    else:
        value = say("decided-comment", lang=lang)
    facts = {"scope": say(f"scope-{kind}", lang=lang), "key": one.scope.key, "value": value, "by": one.by}
    return say("decided", {**facts, "comment": one.comment}, lang)


def _bars(found: Figures) -> Any:
    """Draw the quartiles: a line from the least to the most, a box from quartile to quartile, the median in it."""
    from markupsafe import Markup

    spread = found.spread or Spread(0, 0, 0, 0, 0, 0)
    least, lower, median, upper, most = (
        WIDTH * value / found.max for value in (spread.least, spread.lower, spread.median, spread.upper, spread.most)
    )
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="box" viewBox="-8 0 {WIDTH + 16} 34" role="img" aria-hidden="true">'
        f'<line x1="0" y1="20" x2="{WIDTH}" y2="20" stroke="currentColor" stroke-opacity=".2"/>'
        f'<line x1="{least:.1f}" y1="12" x2="{most:.1f}" y2="12" stroke="currentColor" stroke-width="2"/>'
        f'<rect x="{lower:.1f}" y="4" width="{max(upper - lower, 1):.1f}" height="16" rx="2" fill="#6f9fd8"/>'
        f'<line x1="{median:.1f}" y1="2" x2="{median:.1f}" y2="22" stroke="currentColor" stroke-width="3"/>'
        f'<text x="0" y="33">0</text><text x="{WIDTH}" y="33" text-anchor="end">{points_text(found.max)}</text></svg>'
    )
