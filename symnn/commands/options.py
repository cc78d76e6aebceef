"""What all commands share: help in the reader's language, common options, answers that begin with a minus."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import click

from symnn.commands.streams import echoed
from symnn.messages import Language, language, say

__all__ = ["COMMON", "Command", "Spoken", "described", "help_text", "lang_option", "option", "verbosity"]

VERBOSITY = "symnn.verbosity"

COMMON: Mapping[str, bool] = MappingProxyType(
    {"--lang": True, **dict.fromkeys(("-q", "--quiet", "-v", "--verbose", "--debug", "--no-color"), False)}
)
"""The options that every command has, and whether they take a value."""


def lang_option() -> Language:
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
    return say(code, lang=lang_option())


class Spoken(click.Command):
    """A command whose help page is wholly in the reader's language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=help_text("help-usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of options."""
        records = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        with formatter.section(help_text("help-options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``-h/--help`` its sentence."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = help_text("help-help")
            option.callback = _helped
        return option


class Command(Spoken):
    """A command whose last ``answers`` arguments may begin with a minus sign, as ``-(z - y)*x1`` does."""

    def __init__(self, *args: Any, answers: int = 0, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.examples = examples

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put options before ``--`` and arguments behind it, so that an answer may look like an option."""
        left = super().parse_args(ctx, self._sorted(list(args)) if self.answers else list(args))
        if left and not ctx.resilient_parsing:
            ctx.fail(say("extra-arguments", {"found": tuple(left)}, lang_option()))
        return left

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
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def _helped(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value and not ctx.resilient_parsing:
        echoed(ctx.get_help() + "\n")
        ctx.exit()


def option(*names: str, about: str, **attributes: Any) -> Callable[[Any], Any]:
    """Declare an option whose help sentence has the code ``about``."""
    return click.option(*names, help=help_text(about), **attributes)


def described(name: str, *examples: str, answers: int = 0) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command: its help is ``help-NAME``, with examples; adds the common options.

    The callback gets ``lang`` beside its own options; `verbosity` says how much to tell. The last ``answers``
    arguments may begin with a minus sign.
    """

    def declare(callback: Callable[..., Any]) -> click.Command:
        def run(**options: Any) -> Any:
            ctx = click.get_current_context()
            ctx.meta[VERBOSITY] = int(options.pop("verbose")) - int(options.pop("quiet"))
            if options.pop("no_color") or os.environ.get("NO_COLOR"):
                ctx.color = False
            _log(verbose=ctx.meta[VERBOSITY] > 0, debug=options.pop("debug"))
            return callback(**options)

        own = list(getattr(callback, "__click_params__", []))
        run.__click_params__ = [*reversed(_common()), *own]  # type: ignore[attr-defined]
        return click.command(
            name,
            cls=Command,
            help=help_text(f"help-{name}"),
            answers=answers,
            examples=examples,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )(run)

    return declare


def _log(*, verbose: bool, debug: bool) -> None:
    """Write the program's log to stderr where somebody wants to see it; with ``debug`` each line with its way."""
    if not (verbose or debug):
        return
    import logging

    log = logging.getLogger("symnn")
    log.setLevel(logging.DEBUG if debug else logging.INFO)
    if logging.lastResort is not None:  # it writes to whatever stderr is at the time
        log.addHandler(logging.lastResort)


def verbosity() -> int:
    """Say how much the running command tells: -1 quiet, 0, or 1 verbose."""
    return int(click.get_current_context().meta.get(VERBOSITY, 0))


def _common() -> list[click.Option]:
    """Make the options that every command has."""
    return [
        click.Option(
            ["--lang"],
            type=click.Choice(["zh", "en"]),
            default=None,
            callback=_language,
            help=help_text("option-lang"),
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help=help_text("option-quiet")),
        click.Option(["-v", "--verbose"], is_flag=True, help=help_text("option-verbose")),
        click.Option(["--debug"], is_flag=True, help=help_text("option-debug")),
        click.Option(["--no-color"], is_flag=True, help=help_text("option-no-color")),
    ]


def _language(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> Language:
    return language(value, os.environ)
