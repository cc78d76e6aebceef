"""``symnn compare``: are two expressions equal? One pair, or a stream of rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from symnn.commands.options import described, option, verbosity
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem, UsageError
from symnn.messages import Language, raisable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["command"]

EXIT_CODES: Final[Mapping[bool | None, int]] = MappingProxyType({True: 0, False: 1, None: 3})
EXIT_UNREADABLE: Final = 4


@described(
    "compare",
    'symnn compare "2(y-z)f\'(a_3)" "2*(y-z)*y*(1-y)" --network bp-2-2-1',
    "symnn compare --jsonl pairs.jsonl > verdicts.jsonl",
    answers=2,
)
@click.argument("a", required=False)
@click.argument("b", required=False)
@option("-n", "--network", "network_name", default="", metavar="NETWORK", about="option-network")
@option("--domain", type=click.Choice(["real", "positive", "complex"]), default="real", about="option-domain")
@option("--jsonl", metavar="FILE", about="option-jsonl")
@option("--ask-sympy", is_flag=True, about="option-ask-sympy")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(  # noqa: PLR0913 - one argument an option
    a: str | None,
    b: str | None,
    network_name: str,
    domain: str,
    jsonl: str | None,
    *,
    ask_sympy: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Compare, print, and leave with the verdict's exit code."""
    if jsonl is not None:
        _stream(jsonl, lang)
        return
    if a is None or b is None:
        raise raisable(UsageError, Problem("two-expressions"))
    from symnn.questions.comparing import ComparedRow, Comparer

    row = ComparedRow(a, b, network=network_name, domain=domain)
    compared = Comparer().asked(row) if ask_sympy else Comparer().row(row)
    if compared.problem is not None and not compared.side:
        raise raisable(UsageError, compared.problem)
    if as_json:
        data = compared.to_dict(lang)
        del data["id"]
        printed(json.dumps(data, ensure_ascii=False) + "\n")
    elif verbosity() >= 0:
        from symnn.questions.telling_pairs import told_pair

        printed("\n".join(told_pair(compared, {"a": a, "b": b}, lang)) + "\n")
    sys.exit(EXIT_UNREADABLE if compared.problem else EXIT_CODES[compared.judgement.equal])


def _stream(file: str, lang: Language) -> None:
    """Compare rows as they come and write each verdict at once."""
    from symnn.questions.comparing import Comparer

    if file == "-":
        _write(Comparer().lines(sys.stdin.buffer, lang))
        return
    try:
        with Path(file).open("rb") as rows:
            _write(Comparer().lines(rows, lang))
    except OSError as error:
        raise raisable(
            OperatorError, Problem("file-unreadable", {"file": file, "detail": str(error.strerror)})
        ) from error


def _write(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row) + "\n")
