"""``symnn decisions``: what people have decided; the files of several people are put together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from symnn.commands.decide import made_ready
from symnn.commands.options import described, option
from symnn.commands.output import delivered_text, printed
from symnn.messages import Language, line, say

if TYPE_CHECKING:
    from symnn.classroom.desk import Weighed
    from symnn.errors import Fact

__all__ = ["command"]

FILES_MERGED = 2


@described("decisions", "symnn decisions graded --stale", "symnn decisions merge mine.jsonl theirs.jsonl -o both.jsonl")
@click.argument("folder")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(), about="option-output")
@option("--stale", is_flag=True, about="option-stale")
@option("-f", "--force", is_flag=True, about="option-force")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(  # noqa: PLR0913 - one argument an option
    folder: str,
    files: tuple[Path, ...],
    output: str | None,
    *,
    stale: bool,
    force: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """List decisions, or merge files of them."""
    from symnn.classroom.decisions import decisions_in
    from symnn.classroom.desk import opened_desk

    if folder == "merge" and len(files) >= FILES_MERGED and output is not None:
        _merge(files, output, lang, force=force)
        return
    if files:
        from symnn.errors import Problem, UsageError
        from symnn.messages import raisable

        raise raisable(UsageError, Problem("decisions-to-merge"))
    made_ready(Path(folder), lang)
    for problem in decisions_in(Path(folder)).problems:
        click.echo(line(problem, lang), err=True)
    with opened_desk(Path(folder)) as desk:
        listed = [one for one in desk.decisions() if not stale or one.stale or not one.about]
    if as_json:
        printed("".join(json.dumps(_data(one), ensure_ascii=False) + "\n" for one in listed))
    else:
        printed("".join(f"{_told(one, lang)}\n" for one in listed))


def _data(one: Weighed) -> dict[str, Any]:
    decision = json.loads(msgspec.json.encode(one.decision))
    return {**decision, "about": one.about, "holds": one.holds, "stale": one.stale}


def _told(one: Weighed, lang: Language) -> str:
    ruling = one.decision.set
    worth = (
        f"{ruling.points:g}" if ruling.points is not None else f"{ruling.share:.0%}" if ruling.share is not None else ""
    )
    facts: dict[str, Fact] = {
        "id": one.decision.id,
        "scope": one.decision.scope.key,
        "worth": "0" if ruling.blank else worth,
        "by": one.decision.by,
        "comment": one.decision.comment,
        "answers": one.about,
        "stale": one.stale or "",
    }
    return say("decision-listed", facts, lang)


def _merge(files: tuple[Path, ...], output: str, lang: Language, *, force: bool) -> None:
    """Put files together, and name what people do not agree on."""
    from symnn.classroom.decisions import conflicts, decisions_in, merged_decisions, written_decisions

    ledgers = [decisions_in(file) for file in files]
    for problem in (problem for ledger in ledgers for problem in ledger.problems):
        click.echo(line(problem, lang), err=True)
    together = merged_decisions(*(ledger.decisions for ledger in ledgers))
    delivered_text(written_decisions(together), output, force=force)
    for one in conflicts(together):
        facts: dict[str, Fact] = {
            "scope": one.first.scope.key,
            "first": one.first.by or one.first.id,
            "second": one.second.by or one.second.id,
        }
        click.echo(say("decisions-disagree", facts, lang), err=True)
    printed(say("decisions-merged", {"count": len(together), "file": output}, lang) + "\n")
