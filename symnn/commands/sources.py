"""Which network a command is about: a name of the catalogue, a file, or standard input; and which update rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import OperatorError, Problem, UsageError
from symnn.expressions.tree import Derivative, holds
from symnn.messages import raisable
from symnn.networks.network import Network

if TYPE_CHECKING:
    from symnn.derivation.optimizers import Optimizer

__all__ = ["STANDARD_INPUT", "network_named", "optimizer_named", "standard_input"]

STANDARD_INPUT = "-"


def network_named(name: str) -> Network:
    """Give the network of a catalogue name or path, or of the equations on standard input for ``-``.

    Raises: TargetError if there is none, AuthorError if it is broken.
    """
    from symnn.networks.catalogue import network

    found = network_from_input() if name == STANDARD_INPUT else network(name)
    if not any(holds(equation.right, frozenset({Derivative})) for equation in found.graph.equations):
        return found
    from symnn.derivation.explicit import explicit

    return replace(found, graph=explicit(found.graph))


def network_from_input() -> Network:
    """Read equations, or a whole network file, from standard input."""
    from symnn.documents.decoding import Text
    from symnn.networks.network_file import network_from_equations, network_from_file

    text = standard_input()
    if text.lstrip().startswith(("symnn:", "{")):
        return network_from_file(Text(text, "<stdin>"))
    return network_from_equations(text)


def standard_input() -> str:
    """Read standard input as text in any encoding that files may have.

    Raises: OperatorError if it is not text.
    """
    from symnn.documents.decoding import decoded

    text = decoded(sys.stdin.buffer.read(), "<stdin>")
    if isinstance(text, Problem):
        raise raisable(OperatorError, text)
    return text.text


def optimizer_named(name: str, settings: tuple[str, ...]) -> Optimizer:
    """Give the update rule with the settings that are wanted, each a number."""
    from symnn.derivation.optimizers import optimizer
    from symnn.documents.kinds import exact_value

    values = {}
    for one in settings:
        left, _, right = one.partition("=")
        value = exact_value(right.strip())
        if value is None:
            raise raisable(UsageError, Problem("not-a-setting", {"found": one[:40]}))
        values[left.strip()] = value
    return optimizer(name, values)
