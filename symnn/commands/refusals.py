"""What is said to a command line that cannot be understood, in the reader's language."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from symnn.messages import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.errors import Fact

__all__ = ["Refusal"]


class Refusal(click.UsageError):
    """A usage error of click that speaks the reader's language: the usage, where help is, and what is wrong."""

    def __init__(self, error: click.UsageError, lang: Language) -> None:
        super().__init__(_sentence(error, lang), error.ctx)
        self.lang = lang

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it to standard error."""
        if self.ctx is not None:
            hint = say("usage-hint", {"command": self.ctx.command_path}, self.lang)
            click.echo(f"{self.ctx.get_usage()}\n{hint}\n", file=file, err=True, color=self.ctx.color)
        click.echo(say("usage-error", {"message": self.format_message()}, self.lang), file=file, err=True)


def _sentence(error: click.UsageError, lang: Language) -> str:
    """Say what is wrong with the options, or what click says where there is no sentence of ours."""
    code, facts = _about(error)
    return say(code, facts, lang) if code else error.format_message()


def _about(error: click.UsageError) -> tuple[str, Mapping[str, Fact]]:
    """Choose the sentence for an error of click, and give its facts."""
    match error:
        case click.NoSuchOption(option_name=name):
            if isinstance(error.ctx and error.ctx.command, click.Group):
                return "option-behind-command", {"option": name}
            return "no-such-option", {"option": name, "nearest": next(iter(error.possibilities or ()), "")}
        case click.MissingParameter(param=param) if param is not None:
            return "missing-argument", {"name": _named(param)}
        case click.BadOptionUsage(option_name=name):
            return "option-without-value", {"option": name}
        case click.BadParameter(param=param) if param is not None:
            return _bad_value(param)
    return "", {}


def _bad_value(param: click.Parameter) -> tuple[str, Mapping[str, Fact]]:
    """Say what an option's value may be."""
    match param.type:
        case click.Choice(choices=choices):
            return "option-choice", {"option": _named(param), "choices": tuple(map(str, choices))}
        case click.IntRange(min=least, max=most):
            facts = {
                "option": _named(param),
                "least": "" if least is None else least,
                "most": "" if most is None else most,
            }
            return "option-range", facts
        case click.types.IntParamType():
            return "option-range", {"option": _named(param)}
        case click.types.FloatParamType():
            return "option-number", {"option": _named(param)}
    return "", {}


def _named(param: click.Parameter) -> str:
    """Name an option by its longest spelling, an argument by its place holder."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(_NO_CONTEXT)


_NO_CONTEXT = click.Context(click.Command("symnn"))
