"""A network written as its file: data that read back to the same network, and the YAML of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symnn.documents.containers import Nested
from symnn.documents.kinds import Bilingual
from symnn.expressions.tree import Call, Entry, Name, substitute, walk
from symnn.expressions.writing import plain
from symnn.networks.conventions import USUAL
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.networks.unrolling import Family, members

__all__ = ["file_data", "file_yaml"]


def file_data(network: Network) -> dict[str, Any]:
    """Give a network as the data of its file; what the format has by default is left out.

    Equations stand as they were written for a range of indices where the graph knows that, else one by one.

    >>> from symnn.networks.catalogue import network
    >>> file_data(network("neuron"))["equations"].splitlines()[-1]
    'y = f(a)'
    """
    graph = network.graph
    data = {
        "symnn": 1,
        "network": network.name,
        "title": _both(network.title.zh or network.name, network.title.en or network.name),
        "source": _text(network.source),
        "description": _both(network.description.zh, network.description.en) if network.description else None,
        "shapes": _shapes(graph),
        "index": {name: f"{first}..{last}" for name, (first, last) in _ranges(graph).items()},
        "functions": {one.name: _function(one) for one in graph.functions.values()} | _formulas(graph),
        "own_argument": graph.own_argument,
        "players": {one.name: {"loss": one.loss, "parameters": list(one.parameters)} for one in network.players},
        "parameters": _with_role(graph, "parameter"),
        "inputs": _with_role(graph, "input"),
        "targets": _with_role(graph, "target"),
        "samples": graph.samples,
        "domain": dict(graph.domains),
        "conventions": _conventions(graph),
        "values": _numbers(network.values),
        "points": [{"name": point.name, **_numbers(point.values)} for point in network.points],
        "equations": "\n".join(_equations(graph)) + "\n",
    }
    return {key: value for key, value in data.items() if value}


def file_yaml(network: Network) -> str:
    """Write a network file.

    >>> from symnn.networks.catalogue import network
    >>> file_yaml(network("neuron")).splitlines()[:2]
    ['symnn: 1', 'network: neuron']
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks, and no anchors: the strict reader knows none."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML asks of each node
            return True

    def block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, block)
    return yaml.dump(
        file_data(network), Dumper=Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )


def _text(source: Bilingual | str) -> dict[str, str] | str:
    """Give a text in both languages, or one that is the same in both."""
    if isinstance(source, str):
        return source
    return source.zh if source.zh == source.en else _both(source.zh, source.en)


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _equations(graph: Graph) -> list[str]:
    if graph.indexed:
        return [f"{plain(one.left)} = {plain(one.right)}" for one in graph.indexed]
    return [f"{one.left} = {plain(one.right)}" for one in graph.equations]


def _function(function: Function) -> str:
    """Write a function as the file does: a name that is known, or a formula in x."""
    match function.body:
        case Call(known, (Name(),)) if known == function.known:
            return known
    return plain(substitute(function.body, {function.parameter: Name("x")}))


def _formulas(graph: Graph) -> dict[str, str]:
    """Write the functions with quantities in them, each with its arguments: ``D(x)``, ``N(t, mu, s)``."""
    return {f"{name}({', '.join(one.arguments)})": plain(one.body) for name, one in graph.formulas.items()}


def _shapes(graph: Graph) -> dict[str, str]:
    """Write the shapes; a start outside the range, s_0, has that of its family without being declared."""
    family = _families(graph)
    return {
        family.get(name, name): "x".join(map(str, shape))
        for name, shape in graph.shapes.items()
        if name in family or not (family and name in graph.definitions)
    }


def _with_role(graph: Graph, role: str) -> list[str]:
    family = _families(graph)
    return list(dict.fromkeys(family.get(one.name, one.name) for one in graph.quantities.values() if one.role == role))


def _ranges(graph: Graph) -> dict[str, tuple[int, int]]:
    return {name: (first, last) for one in graph.indexed for name, first, last in one.ranges}


def _families(graph: Graph) -> dict[str, str]:
    """Give the writing of its family, ``x_{t}``, for every member of one whose members have one shape."""
    ranges = _ranges(graph)
    found: dict[str, str] = {}
    for equation in graph.indexed:
        for node in (*walk(equation.left), *walk(equation.right)):
            match node:
                case Entry(Name(family), places) if all(isinstance(one, Name) and one.name in ranges for one in places):
                    indices = tuple(one.name for one in places if isinstance(one, Name))
                    every = members(Family(family, indices, free=True), ranges)
                    own = [name for name in every if name in graph.quantities]
                    if len({graph.quantities[name].shape for name in own}) == 1:
                        found |= dict.fromkeys(own, plain(node))
    return found


def _conventions(graph: Graph) -> dict[str, str]:
    fields = graph.conventions.__struct_fields__
    found = {field: getattr(graph.conventions, field) for field in fields}
    return {field: str(value) for field, value in found.items() if value != getattr(USUAL, field)}


def _numbers(values: Mapping[str, Nested]) -> dict[str, Any]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> Any:
    """Write numbers exactly: whole ones as they are, others as a decimal that is exact, or as a fraction."""
    if isinstance(value, tuple | list):
        return [_number(part) for part in value]
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    return float(exact) if Fraction(str(float(exact))) == exact else str(exact)
