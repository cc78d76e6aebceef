"""``derive --to json``: the derivation as data, every formula plain text that ``compare --network`` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.by_sympy import Check, summed_up
from symnn.derivation.deltas import delta, deltas
from symnn.derivation.paths import PATH_LIMIT, Path, gradient, path_count, paths
from symnn.derivation.sweep import Derivation, Factor
from symnn.derivation.updates import rate_in, update
from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name, Tree
from symnn.expressions.writing import plain
from symnn.handouts.derivation import View
from symnn.handouts.shown_numbers import Numbers
from symnn.networks.conventions import Conventions
from symnn.numeric.formatting import json_number

__all__ = ["derivation_data", "joined_sides"]


def derivation_data(derivation: Derivation, view: View) -> dict[str, Any]:
    r"""Give the derivation as dictionaries and lists.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> data = derivation_data(derive(graph_from_text("a = w*x\nE = (a - z)^2"), "E", ("w",)), View("paths"))
    >>> data["wrt"][0]["gradient"], data["wrt"][0]["path_count"], data["forward"][0]
    ('2*(a - z)*x', 1, {'name': 'a', 'equation': 'a = w*x'})
    >>> data["wrt"][0]["paths"][0][0]
    {'of': 'E', 'wrt': 'a', 'factor': 'dE/da', 'value': '2*(a - z)'}
    """
    data: dict[str, Any] = {"of": derivation.of, "form": view.form}
    data["wrt"] = [_derivative(derivation, name, view) for name in derivation.wrt]
    if view.form == "deltas":
        data["deltas"] = _deltas(derivation, view.numbers)
    data["forward"] = [
        {"name": equation.left, "equation": f"{equation.left} = {plain(equation.right)}"}
        | _number(Name(equation.left), view.numbers)
        for equation in derivation.graph.equations
    ]
    if view.update:
        rate = rate_in(view.whole or derivation.graph)
        data["update"] = [_update(derivation.of, name, rate, view.numbers) for name in derivation.wrt]
    if view.check:
        data["check"] = check_data(view.check)
    return data | {"conventions": _conventions(derivation.graph.conventions)}


def joined_sides(sides: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join the data of several players: each quantity with the loss by which it is derived.

    >>> joined_sides([{"of": "D", "wrt": [{"name": "c"}]}, {"of": "G", "wrt": [{"name": "u"}]}])["wrt"]
    [{'name': 'c', 'of': 'D'}, {'name': 'u', 'of': 'G'}]
    """
    data = dict(sides[-1])
    data["wrt"] = [{**row, "of": side["of"]} for side in sides for row in side["wrt"]]
    for key in ("deltas", "update"):
        if key in data:
            data[key] = [row for side in sides for row in side[key]]
    if "check" in data:
        data["check"] = check_data(summed_up(Check(**side["check"]) for side in sides))
    return data


def _number(tree: Tree, numbers: Numbers | None) -> dict[str, Any]:
    number = numbers.of(tree) if numbers else None
    return {} if number is None else {"number": json_number(number)}


def _derivative(derivation: Derivation, name: str, view: View) -> dict[str, Any]:
    """Give one derivative: a sum over paths in the paths form, otherwise in terms of the errors."""
    count = path_count(derivation, name)
    by_paths = view.form == "paths" and count <= PATH_LIMIT
    formula = gradient(derivation, name) if by_paths else delta(derivation, name).formula
    data: dict[str, Any] = {"name": name, "gradient": plain(formula), "path_count": count}
    if by_paths:
        data["paths"] = [_path(path, view.numbers) for path in paths(derivation, name)]
    return data | _number(Derivative(Name(derivation.of), Name(name)), view.numbers)


def _path(path: Path, numbers: Numbers | None) -> list[dict[str, Any]]:
    return [_factor(factor, numbers) for factor in path]


def _factor(factor: Factor, numbers: Numbers | None) -> dict[str, Any]:
    value = product(factor.parts)
    data = {
        "of": factor.of,
        "wrt": factor.wrt,
        "factor": adjoint_name(factor.of, factor.wrt),
        "value": plain(value),
    }
    return data | _number(value, numbers)


def _deltas(derivation: Derivation, numbers: Numbers | None) -> list[dict[str, Any]]:
    return [
        {
            "name": adjoint_name(each.of, each.wrt),
            "of": each.of,
            "wrt": each.wrt,
            "formula": plain(each.formula),
        }
        | _number(Derivative(Name(each.of), Name(each.wrt)), numbers)
        for each in deltas(derivation)
        if each.wrt in derivation.graph.definitions
    ]


def _update(of: str, name: str, rate: str, numbers: Numbers | None) -> dict[str, Any]:
    formula = update(of, name, rate).formula
    return {"name": name, "formula": plain(formula)} | _number(formula, numbers)


def check_data(check: Check) -> dict[str, Any]:
    """Give a check as data; what could not be checked only where there is something."""
    data: dict[str, Any] = {"sympy": check.sympy, "max_error": check.max_error}
    if check.unchecked:
        data["unchecked"] = list(check.unchecked)
    if check.numbers_error is not None:
        data["numbers_error"] = json_number(check.numbers_error)
    return data


def _conventions(conventions: Conventions) -> Mapping[str, Any]:
    import msgspec

    data: Mapping[str, Any] = msgspec.to_builtins(conventions)
    return data
