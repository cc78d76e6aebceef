"""``symnn verify``: one answer to one part: what was read, the verdict, and the reason."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.commands.sources import STANDARD_INPUT, standard_input
from symnn.errors import Problem, TargetError, UsageError
from symnn.messages import Language, raisable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.questions.part import Part
    from symnn.verdicts.verdict import Verdict

__all__ = ["command"]

EXIT_CODES: Final[Mapping[str, int]] = MappingProxyType(
    {"correct": 0, "partial": 1, "wrong": 1, "undecided": 3, "unreadable": 4}
)


@described(
    "verify",
    'symnn verify bp-2-2-1/dw1 "2(y-z)y(1-y)w_5 f_1 x_1"',
    'symnn verify bp-2-2-1/dw1 "2(y-z)y(1-y)w_5 f_1 x_1" --hint 3',
    "symnn verify --network midges --quantity y --at x1=1.72,x2=1.24 0.2831 --tolerance decimals=4",
    answers=2,
)
@click.argument("target", required=False)
@click.argument("answer", required=False)
@option("-e", "--exercises", "place", type=click.Path(), about="option-exercises")
@option("--seed", default="", about="option-variant-seed")
@option("-n", "--network", default="", metavar="NETWORK", about="option-network")
@option("--quantity", default="", metavar="NAME", about="option-quantity")
@option("--at", "given", multiple=True, metavar="NAME=VALUE|FILE", about="option-at")
@option("--tolerance", default="", metavar="KIND=VALUE", about="option-tolerance")
@option("--hint", "level", type=click.IntRange(1, 4), about="option-hint")
@option("--ask-sympy", is_flag=True, about="option-ask-sympy")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    target: str | None,
    answer: str | None,
    place: str | None,
    seed: str,
    network: str,
    quantity: str,
    given: tuple[str, ...],
    tolerance: str,
    level: int | None,
    *,
    ask_sympy: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Grade one answer and leave with the verdict's exit code."""
    if network:
        from symnn.commands.quantities import part_of_network

        text = _text(target)
        part = part_of_network(network, quantity, given, tolerance, text)
    else:
        if target is None:
            raise raisable(UsageError, Problem("missing-argument", {"name": "TARGET"}))
        part = _part(target, place)
        text = _text(answer)
    verdict = part.grade(text, seed=seed)
    if ask_sympy:
        from symnn.questions.asking import settled_by_sympy

        verdict = settled_by_sympy(part, text, verdict)
    if level is not None:
        verdict = verdict.at_level(part.hint(text, level, seed=seed))
    if as_json:
        printed(json.dumps(_data(part, verdict, seed, lang), ensure_ascii=False) + "\n")
    else:
        from symnn.questions.telling import told

        printed("\n".join(told(verdict, text, lang)) + "\n")
    sys.exit(EXIT_CODES[verdict.verdict])


def _text(answer: str | None) -> str:
    """Give the answer itself, or what standard input holds."""
    if answer is None:
        raise raisable(UsageError, Problem("missing-argument", {"name": "ANSWER"}))
    return standard_input().removesuffix("\n") if answer == STANDARD_INPUT else answer


def _part(target: str, place: str | None) -> Part:
    """Find ``exercise/part`` among the shipped exercises, or in a file or folder."""
    from symnn.exercises.library import exercise, exercises_in

    name, slash, part = target.rpartition("/")
    if not slash:
        raise raisable(UsageError, Problem("no-part-named", {"target": target}))
    if place is None:
        return exercise(name).part(part)
    found = {known.id: known for known in exercises_in(Path(place))}
    if name not in found:
        from symnn.documents.nearest import nearest

        raise raisable(TargetError, Problem("unknown-exercise", {"name": name, "nearest": nearest(name, found)}))
    return found[name].part(part)


def _data(part: Part, verdict: Verdict, seed: str, lang: Language) -> dict[str, object]:
    from symnn.verdicts.result import SCHEMA

    about = {"schema": SCHEMA, "exercise": part.exercise, "part": part.file.id, "seed": seed}
    return {**about, **verdict.to_dict(lang)}
