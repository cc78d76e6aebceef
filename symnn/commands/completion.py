"""``symnn completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click

from symnn.commands.options import described
from symnn.commands.output import printed
from symnn.messages import Language

__all__ = ["command"]


@described(
    "completion",
    "symnn completion bash >> ~/.bashrc",
    "symnn completion fish > ~/.config/fish/completions/symnn.fish",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str, lang: Language) -> None:
    """Print click's own script for the shell."""
    from click.shell_completion import get_completion_class

    del lang
    found = get_completion_class(shell)
    if found is not None:
        printed(found(ctx.find_root().command, {}, "symnn", "_SYMNN_COMPLETE").source() + "\n")
