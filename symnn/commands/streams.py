"""Standard output as the commands write to it: one that takes nothing more is an error with a sentence."""

from __future__ import annotations

import os
import sys

import click

__all__ = ["echoed"]


def echoed(data: str | bytes) -> None:
    """Write to standard output as it is.

    Raises: OperatorError if it takes nothing more (a full disk); a reader that has gone away is click's to handle.
    """
    try:
        click.echo(data, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        from symnn.errors import OperatorError, Problem
        from symnn.messages import raisable

        # what is still waiting to be written is given up, or the interpreter would complain of it at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise raisable(OperatorError, Problem("output-broken", {"detail": error.strerror or ""})) from error
