"""Where a command's data goes: to any terminal, or to a file that is never overwritten unasked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from symnn.commands.options import option
from symnn.commands.streams import echoed

__all__ = ["delivered_text", "encodable", "into_file", "is_round", "printed"]


PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "∂": "d",
        "·": "*",
        "→": "->",
        "≈": "~",
        "−": "-",
        "×": "x",
        "²": "^2",
        "∇": "grad ",
        "δ": "delta",
        "η": "eta",
    }
    | {
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "...",
        "✓": "+",
        "✗": "x",
        "•": "*",
        "▲": "^",
    }
)
"""What stands for a sign that a terminal cannot show."""


def is_round(k: int) -> bool:
    """Say whether a table for people shows iteration k: only zeros after its first digit (0 to 10, 20, …, 200).

    >>> [k for k in range(1000) if is_round(k)][8:]
    [8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500, 600, 700, 800, 900]
    """
    digits = str(k)
    return k == 0 or not digits[1:].strip("0")


def into_file(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options ``-o`` and ``-f``: ``output`` (None for standard output) and ``force``."""
    force = option("-f", "--force", is_flag=True, about="option-force")
    output = option("-o", "--output", type=click.Path(allow_dash=True), about="option-output")
    decorated: Callable[..., Any] = output(force(function))
    return decorated


def delivered_text(text: str | bytes, output: str | None, *, force: bool = False, data: bool = False) -> None:
    """Write text to a file in UTF-8, or print it where there is none (or ``-``); ``data`` as `printed` has it.

    Raises: UsageError if the file exists and ``force`` is not given, or bytes would go to a terminal;
    OperatorError if the file cannot be written.
    """
    from symnn.errors import OperatorError, Problem, UsageError
    from symnn.messages import raisable

    if output is None or output == "-":
        if isinstance(text, str):
            printed(text, data=data)
        elif sys.stdout.isatty():
            raise raisable(UsageError, Problem("not-for-terminals"))
        else:
            echoed(text)
        return
    try:
        with Path(output).open("wb" if force else "xb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
    except FileExistsError as error:
        raise raisable(UsageError, Problem("file-exists", {"file": output})) from error
    except OSError as error:
        facts = {"file": output, "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error


def printed(text: str, *, data: bool = False) -> None:
    """Print text as it is; signs that the terminal's encoding lacks are written plainly, never an error.

    ``data`` is for programs (LaTeX, HTML, JSON): what goes into a file or a pipe is UTF-8 whatever the locale.
    """
    if data and not sys.stdout.isatty():
        echoed(text.encode())
        return
    echoed(encodable(text, getattr(sys.stdout, "encoding", None) or "utf-8"))


def encodable(text: str, encoding: str) -> str:
    r"""Give a text that an encoding can hold: plain signs first, then escapes.

    >>> print(encodable("∂E/∂w → 权", "ascii"))
    dE/dw -> \u6743
    >>> print(encodable("∂E/∂w → 权", "gbk"))
    dE/dw → 权
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_character(character, encoding) for character in text)
    return text


def _character(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        plain = PLAIN.get(character)
        return plain if plain is not None else character.encode(encoding, "backslashreplace").decode(encoding)
    return character
