"""``derive --form matrix --to json``: the matrix form as data, every formula plain text."""

from __future__ import annotations

from typing import Any

from symnn.derivation.by_sympy import Check
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.updates import rate_in, update
from symnn.expressions.tree import Call
from symnn.expressions.writing import plain
from symnn.handouts.json import check_data
from symnn.handouts.tensor_numbers import TensorNumbers
from symnn.networks.graph import Graph
from symnn.numeric.formatting import json_number
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["matrix_data"]


def matrix_data(
    derivation: MatrixDerivation,
    numbers: TensorNumbers | None = None,
    check: Check | None = None,
    *,
    updated: bool = False,
) -> dict[str, Any]:
    r"""Give the matrix form as dictionaries and lists; inner errors are written out.

    >>> from symnn.derivation.matrices import derive_matrix
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> given = Declarations(shapes={"W": (2, 2), "x": (2,), "z": (2,)}, inputs=("x",), targets=("z",))
    >>> graph = graph_from_text("y = W x\nE = squared_error(y, z)", given)
    >>> matrix_data(derive_matrix(graph))["wrt"][0]["gradient"]
    'diff(E, y)*transpose(x)'
    """
    import msgspec

    graph = derivation.graph
    wanted = set(derivation.wrt)
    data: dict[str, Any] = {"of": derivation.of, "form": "matrix"}
    data["wrt"] = [_gradient(derivation, name, numbers) for name in derivation.wrt]
    data["deltas"] = [
        {
            "name": error.name,
            "of": error.of,
            "wrt": error.wrt,
            "formula": plain(derivation.named(error.formula)),
            "shape": _shape(graph, error.wrt, error.shape),
        }
        | _short(derivation, error.wrt)
        | _number(error.name, numbers)
        for error in derivation.errors
        if not error.inner and error.wrt not in wanted
    ]
    data["forward"] = [
        {
            "name": equation.left,
            "equation": f"{equation.left} = {plain(equation.right)}",
            "shape": _shape(graph, equation.left, graph.shapes.get(equation.left, ())),
        }
        | _number(equation.left, numbers)
        for equation in graph.equations
    ]
    if updated:
        data["update"] = [
            {"name": name, "formula": plain(update(derivation.of, name, rate_in(graph)).formula)}
            for name in derivation.wrt
        ]
    if check is not None:
        data["check"] = check_data(check)
    return data | {"conventions": msgspec.to_builtins(graph.conventions)}


def _gradient(derivation: MatrixDerivation, name: str, numbers: TensorNumbers | None) -> dict[str, Any]:
    error = derivation.error_of(name)
    uses = [{"of": term.user, "formula": plain(derivation.named(term.tree))} for term in error.terms]
    return {
        "name": name,
        "gradient": plain(derivation.named(error.formula)),
        "path_count": derivation.path_counts.get(name, 0),
        "shape": _shape(derivation.graph, name, error.shape),
        "terms": uses,
    } | _number(error.name, numbers)


def _shape(graph: Graph, name: str, shape: Shape) -> list[int]:
    """Give a shape as it is declared: 3x1 for what is declared as a column of a matrix."""
    return list(graph.declared.get(name, shape))


def _short(derivation: MatrixDerivation, wrt: str) -> dict[str, Any]:
    """Give the short form behind a softmax: what always holds, and what holds where the targets add up to 1."""
    found = derivation.short_of(wrt)
    if found is None:
        return {}
    given = f"{plain(Call(named.SUM, (found.targets, *found.along)))} = 1"
    usual = {"formula": plain(derivation.named(found.usual)), "given": given}
    return {"short": plain(derivation.named(found.tree)), "usual": usual}


def _number(name: str, numbers: TensorNumbers | None) -> dict[str, Any]:
    if numbers is None or name not in numbers.values:
        return {}
    return {"number": json_number(numbers.values[name])}
