"""``symnn schema``: the JSON Schemas of the files that symnn reads and writes."""

from __future__ import annotations

import json

import click

from symnn.commands.options import described
from symnn.commands.output import delivered_text, into_file
from symnn.messages import Language

__all__ = ["command"]

KINDS = ("exercise", "network", "result", "submission")


@described("schema", "symnn schema exercise", "symnn schema result -o result.schema.json")
@click.argument("kind", type=click.Choice(KINDS))
@into_file
def command(kind: str, output: str | None, *, force: bool, lang: Language) -> None:  # noqa: ARG001 - schemas have no language
    """Print a schema."""
    from symnn.classroom.schemas import schema

    delivered_text(json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n", output, force=force)
