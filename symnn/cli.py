"""The command line: a lazy group, so that ``symnn --help`` loads no command and no algebra."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from symnn.commands.options import COMMON, Spoken, help_text, lang_option
from symnn.commands.refusals import Refusal
from symnn.commands.streams import echoed
from symnn.messages import line, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symnn.errors import SymnnError

__all__ = ["COMMANDS", "main", "symnn"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        name: name.replace("-", "_")
        for name in (
            "networks",
            "show",
            "sheet",
            "derive",
            "eval",
            "train",
            "verify",
            "compare",
            "exercises",
            "check",
            "grade",
            "decide",
            "decisions",
            "stats",
            "review",
            "practice",
            "preview",
            "export",
            "new",
            "schema",
            "doctor",
            "completion",
            "key",
        )
    }
    | {"decisions": "listing"}  # what decisions are is a module of the classroom
)
"""Each command and its module in ``symnn.commands``; the module's ``command`` is loaded when it is asked for."""

EXIT_USAGE = 2
EXIT_BROKEN = 4
EXIT_INTERRUPTED = 130
"""As a shell has it: 128 and the number of the signal."""


class LazyGroup(Spoken, click.Group):
    """A group that knows its commands by name and loads only the one that is called."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options before the command."""
        with refused_options():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the options of the command and run it."""
        with refused_options():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options that every command has, such as ``--lang zh``, before the command as well as behind it."""
        leading, rest = parted_options(args)
        if not rest:  # asked for nothing: what there is to ask for, and no error (clig.dev, "Help")
            return super().parse_args(ctx, ["--help"])
        is_command = bool(rest) and not rest[0].startswith("-")
        return super().parse_args(ctx, [rest[0], *leading, *rest[1:]] if is_command else rest)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the names; nothing is loaded."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"symnn.commands.{COMMANDS[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from symnn.documents.nearest import nearest

            facts = {"name": name, "nearest": nearest(name, tuple(COMMANDS))}
            ctx.fail(say("unknown-command", facts, lang_option()))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of commands; their help sentences come from the messages, no module is loaded."""
        lang = lang_option()
        with formatter.section(say("help-commands", lang=lang)):
            formatter.write_dl([(name, say(f"help-{name}", lang=lang)) for name in COMMANDS])


def parted_options(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the options that every command has, at the beginning of a line, from what follows.

    >>> parted_options(["--lang", "zh", "-q", "derive", "neuron", "--lang", "en"])
    (['--lang', 'zh', '-q'], ['derive', 'neuron', '--lang', 'en'])
    """
    place = 0
    while place < len(args):
        name, given, _ = args[place].partition("=")
        if name not in COMMON or (given and not COMMON[name]):
            break
        place += 1 + (COMMON[name] and not given)
    return list(args[:place]), list(args[place:])


@contextmanager
def refused_options() -> Iterator[None]:
    """Say in the reader's language what is wrong with the options, or that the run was stopped by hand."""
    try:
        yield
    except Refusal:
        raise
    except click.UsageError as error:
        raise Refusal(error, lang_option()) from None
    except KeyboardInterrupt:
        click.echo(say("stopped-by-hand", lang=lang_option()), err=True)
        sys.exit(EXIT_INTERRUPTED)


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        from importlib.metadata import version

        echoed(f"symnn {version('symnn')}\n")
        ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, help=help_text("help-symnn"))
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help=help_text("help-version"),
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    is_eager=True,
    help=help_text("option-lang"),
)
def symnn() -> None:
    """Run the command line."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; an error raised on purpose becomes its message and exit code, never a traceback.

    Exit codes: 2 for usage and unknown targets, 4 for broken files; commands set their own for verdicts.
    """
    debug = "--debug" in (arguments or sys.argv[1:])
    try:
        symnn.main(args=list(arguments) if arguments is not None else None, prog_name="symnn", standalone_mode=True)
    except Exception as error:
        from symnn.errors import SymnnError, UsageError  # most runs end without one

        if debug or not isinstance(error, SymnnError):
            raise
        _fail(error, EXIT_USAGE if isinstance(error, UsageError) else EXIT_BROKEN)


def _fail(error: SymnnError, code: int) -> None:
    lang = lang_option()
    for problem in error.problems:
        click.echo(f"symnn: {line(problem, lang)}", err=True)
    sys.exit(code)
