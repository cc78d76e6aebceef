"""symnn: the networks of a neural-network lecture as symbolic graphs, derived, evaluated, printed and graded.

The public names are loaded when they are first used; importing the package loads neither SymPy nor NumPy.

>>> import symnn
>>> net = symnn.network("bp-2-2-1")
>>> net.derive("E", wrt="w5").gradient("w5")
'2*(y - z)*y*(1 - y)*f1'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symnn import networks
    from symnn.api import Derivation, Exercise, Network, Part, check, compare, exercise, from_torch, network
    from symnn.errors import (
        AuthorError,
        GraphError,
        OperatorError,
        ShapeError,
        SymnnError,
        TargetError,
        UsageError,
    )
    from symnn.verdicts.verdict import Finding, Verdict

__all__ = [
    "AuthorError",
    "Derivation",
    "Exercise",
    "Finding",
    "GraphError",
    "Network",
    "OperatorError",
    "Part",
    "ShapeError",
    "SymnnError",
    "TargetError",
    "UsageError",
    "Verdict",
    "check",
    "compare",
    "exercise",
    "from_torch",
    "network",
    "networks",
]

HOMES = (
    (
        "symnn.api",
        ("Derivation", "Exercise", "Network", "Part", "check", "compare", "exercise", "from_torch", "network"),
    ),
    ("symnn.verdicts.verdict", ("Finding", "Verdict")),
    (
        "symnn.errors",
        (
            "AuthorError",
            "GraphError",
            "OperatorError",
            "ShapeError",
            "SymnnError",
            "TargetError",
            "UsageError",
        ),
    ),
)
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first asked for."""
    from importlib import import_module

    if name == "networks":
        return import_module("symnn.networks")
    for home, names in HOMES:
        if name in names:
            return getattr(import_module(home), name)
    message = f"module 'symnn' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
