"""What all commands share: help in the reader's language, common options, answers that begin with a minus."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from symnn.messages import Language, language, say

__all__ = ["Command", "command", "help_text", "option", "spoken"]


def spoken() -> Language:
    """Choose the language of help and messages: ``--lang`` anywhere on the line, else the environment."""
    arguments = sys.argv[1:]
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and place + 1 < len(arguments):
            return language(arguments[place + 1], os.environ)
        if argument.startswith("--lang="):
            return language(argument.removeprefix("--lang="), os.environ)
    return language(None, os.environ)


def help_text(code: str) -> str:
    """Give a help sentence in the reader's language."""
    return say(code, lang=spoken())


class Command(click.Command):
    """A command whose last ``answers`` arguments may begin with a minus sign, as ``-(z - y)*x1`` does."""

    def __init__(self, *args: Any, answers: int = 0, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put options before ``--`` and arguments behind it, so that an answer may look like an option."""
        return super().parse_args(ctx, self._sorted(list(args)) if self.answers else list(args))

    def _sorted(self, args: list[str]) -> list[str]:
        """Tell options from arguments: only an exactly listed option is one while an answer is missing."""
        flags = {name: option.is_flag or option.count for option in self._options() for name in option.opts}
        most = sum(isinstance(parameter, click.Argument) for parameter in self.params)
        options: list[str] = []
        given: list[str] = []
        place = 0
        while place < len(args):
            arg = args[place]
            place += 1
            if arg == "--":
                given += args[place:]
                break
            if arg in flags:
                options.append(arg)
                if not flags[arg]:
                    options += args[place : place + 1]
                    place += 1
            elif arg.startswith("--") and arg.partition("=")[0] in flags:
                options.append(arg)
            elif arg == "-" or not arg.startswith("-") or len(given) < most:
                given.append(arg)
            else:
                options.append(arg)
        return [*options, "--", *given] if given else options

    def _options(self) -> list[click.Option]:
        options = [parameter for parameter in self.params if isinstance(parameter, click.Option)]
        with click.Context(self, help_option_names=["-h", "--help"]) as ctx:
            helping = self.get_help_option(ctx)
        return [*options, helping] if helping else options

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the examples, one a line."""
        if self.examples:
            with formatter.section(help_text("help-examples")):
                for line in self.examples.strip().splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def option(*names: str, about: str, **attributes: Any) -> Callable[[Any], Any]:
    """Declare an option whose help sentence has the code ``about``."""
    return click.option(*names, help=help_text(about), **attributes)


def command(name: str, *, answers: int = 0) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command: its help is ``help-NAME``, its examples ``examples-NAME``; adds the common options.

    The callback gets ``lang`` and ``verbosity`` (-1 quiet, 0, 1 verbose) beside its own options.
    """

    def declare(callback: Callable[..., Any]) -> click.Command:
        def run(*, quiet: bool, verbose: bool, debug: bool, no_color: bool, **options: Any) -> Any:
            del debug
            ctx = click.get_current_context()
            if no_color or os.environ.get("NO_COLOR"):
                ctx.color = False
            return callback(verbosity=int(verbose) - int(quiet), **options)

        run.__click_params__ = [  # type: ignore[attr-defined]
            *reversed(_common()),
            *getattr(callback, "__click_params__", []),
        ]
        declared: click.Command = click.command(
            name,
            cls=Command,
            help=help_text(f"help-{name}"),
            answers=answers,
            examples=say(f"examples-{name}", lang=spoken()),
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )(run)
        return declared

    return declare


def _common() -> list[click.Option]:
    """Make the options that every command has."""
    return [
        click.Option(
            ["--lang"], type=click.Choice(["zh", "en"]), default=None, callback=_language, help=help_text("option-lang")
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help=help_text("option-quiet")),
        click.Option(["-v", "--verbose"], is_flag=True, help=help_text("option-verbose")),
        click.Option(["--debug"], is_flag=True, help=help_text("option-debug")),
        click.Option(["--no-color"], is_flag=True, help=help_text("option-no-color")),
    ]


def _language(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> Language:
    return language(value, os.environ)
