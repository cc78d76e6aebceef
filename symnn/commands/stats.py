"""``symnn stats``: how a class did, part by part, and which mistakes were made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.messages import Language, say

if TYPE_CHECKING:
    from symnn.classroom.statistics import Cluster, Figures, Pair
    from symnn.errors import Fact

__all__ = ["command"]

MOST: Final = 20
"""Clusters and pairs that are told; ``--json`` has all of them."""


@described("stats", "symnn stats graded", "symnn stats graded --json --pairs")
@click.argument("folder", metavar="OUT", type=click.Path())
@option("--pairs", "with_pairs", is_flag=True, about="option-pairs")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(folder: str, *, with_pairs: bool, as_json: bool, lang: Language) -> None:
    """Count what a class handed in."""
    from symnn.classroom.about import language_of
    from symnn.classroom.recorded import results_of
    from symnn.classroom.statistics import figures, pairs
    from symnn.commands.freshness import seen_to

    seen_to(Path(folder), lang)
    results = results_of(Path(folder))
    found = figures(results)
    alike = pairs(results) if with_pairs else ()
    if as_json:
        printed(json.dumps(_data(found, alike, with_pairs=with_pairs), ensure_ascii=False) + "\n")
    else:
        of = language_of(Path(folder), lang)
        printed("\n".join([*_sentences(found, of), *_about_pairs(alike, of, asked=with_pairs)]) + "\n")


def _data(found: Figures, alike: tuple[Pair, ...], *, with_pairs: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "students": found.students,
        "answers": found.answers,
        "open": found.open,
        "max": found.max,
        "totals": msgspec.to_builtins(found.spread),
        "parts": [_part(part) for part in msgspec.to_builtins(found.parts)],
        "clusters": [_cluster(one) for one in found.clusters],
        "more_clusters": found.more_clusters,
    }
    return data | ({"pairs": msgspec.to_builtins(alike)} if with_pairs else {})


def _part(part: dict[str, Any]) -> dict[str, Any]:
    mistake = {"sentence": part.pop("mistake"), "count": part.pop("mistaken")}
    return part | {"mistake": mistake if mistake["count"] else None}


def _cluster(one: Cluster) -> dict[str, Any]:
    return {
        "id": one.id,
        "target": one.example.target,
        "verdict": one.example.verdict,
        "count": one.count,
        "open": one.open,
        "codes": [finding.code for finding in one.example.findings],
        "sentence": one.sentence,
        "example": one.example.answer,
    }


def _sentences(found: Figures, lang: Language) -> list[str]:
    from symnn.notation.terminal import escaped

    lines = [say("stats-class", {"students": found.students, "answers": found.answers, "open": found.open}, lang)]
    if found.spread is not None:
        spread = msgspec.to_builtins(found.spread)
        lines.append(say("stats-totals", {name: f"{value:.4g}" for name, value in spread.items()}, lang))
    for part in found.parts:
        facts: dict[str, Fact] = {
            "target": part.target,
            "n": part.n,
            "blank": f"{part.blank:.0%}".replace("%", " %"),
            "facility": "–" if part.facility is None else f"{part.facility:.2f}",
            "discrimination": "–" if part.discrimination is None else f"{part.discrimination:.2f}",
        }
        lines.append(say("stats-part", facts, lang))
    lines += [""] * bool(found.clusters)
    for one in found.clusters[:MOST]:
        facts = {"count": one.count, "target": one.example.target, "sentence": one.sentence}
        lines += [say("stats-cluster", facts, lang), f"    {escaped(one.example.answer)}"]
    return lines


def _about_pairs(alike: tuple[Pair, ...], lang: Language, *, asked: bool) -> list[str]:
    if not asked:
        return []
    lines = ["", say("stats-pairs" if alike else "stats-no-pairs", lang=lang)]
    for pair in alike[:MOST]:
        facts: dict[str, Fact] = {
            "first": pair.first,
            "second": pair.second,
            "bits": f"{pair.score:.1f}",
            "targets": pair.targets,
        }
        lines.append(say("stats-pair", facts, lang))
    return lines
