"""A network file, or bare equations, read into a network; every problem with its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypedDict, cast

from msgspec.structs import replace

from symnn.documents import network_record as file_form
from symnn.documents.containers import Nested
from symnn.documents.decoding import Text
from symnn.documents.domain import Domain
from symnn.documents.kinds import Bilingual
from symnn.documents.network_record import NetworkFile
from symnn.documents.node import Source
from symnn.errors import AuthorError, Place, Problem
from symnn.language.names import instances, spelled, taken_apart
from symnn.language.raised import with_brackets
from symnn.messages import raisable
from symnn.networks.conventions import Conventions, Samples
from symnn.networks.distributions import may_be
from symnn.networks.graph import Graph
from symnn.networks.models import Declarations, graph_from_text, source_of
from symnn.networks.network import Network, Player, Point
from symnn.networks.values import split_value

__all__ = ["Declared", "network_from_data", "network_from_equations", "network_from_file", "network_of"]

_SHOWN_ONLY: Final = frozenset({"quantities"})
"""What a network shows of itself beside what its file holds."""


class Declared(TypedDict, total=False):
    """What may be declared beside equations; each key as in a network file, in Python's own types."""

    network: str
    title: Mapping[str, str]
    shapes: Mapping[str, str | int | Sequence[int]]
    index: Mapping[str, str | Sequence[int]]
    functions: Mapping[str, str]
    own_argument: str
    players: Mapping[str, Mapping[str, Any]]
    parameters: Sequence[str]
    inputs: Sequence[str]
    targets: Sequence[str]
    samples: str
    domain: Mapping[str, str]
    conventions: Mapping[str, str]
    values: Mapping[str, Any]
    points: Sequence[Mapping[str, Any]]


def network_from_file(file: Path | Text) -> Network:
    """Read a network file.

    Raises: AuthorError or GraphError with every problem found, each with file, line and column.
    """
    loaded = file_form.read_network(file)
    if loaded.value is None or loaded.problems:
        raise raisable(AuthorError, *loaded.problems)
    return network_of(loaded.value)


def network_from_data(data: Mapping[str, Any]) -> Network:
    """Make a network of what its file holds, as Python's dicts, lists, texts and numbers.

    Shapes may be lengths (``(2, 3)`` or 2), ranges pairs, equations a list of lines; numbers are taken as they are
    written: the float 0.1 is one tenth. Keys that only `to_dict` has are left out.
    Raises: AuthorError or GraphError with every problem found.

    >>> network_from_data({"equations": "y = W x", "shapes": {"W": (2, 3), "x": 3}}).graph.shapes["y"]
    (2,)
    """
    equations = data.get("equations", "")
    text = equations if isinstance(equations, str) else "\n".join(equations)
    name = str(data.get("network") or "network")
    whole: dict[str, Any] = (
        {"symnn": 1, "network": name, "title": {"zh": name, "en": name}} | dict(data) | {"equations": text or " "}
    )
    whole["shapes"] = {key: _shape_text(shape) for key, shape in whole.get("shapes", {}).items()}
    whole["index"] = {key: _range_text(ends) for key, ends in whole.get("index", {}).items()}
    written = {key: _plainly(value) for key, value in whole.items() if value and key not in _SHOWN_ONLY}
    loaded = file_form.read_network(Text(json.dumps(written, ensure_ascii=False, indent=1), "<network>"))
    if loaded.value is None or loaded.problems:
        raise raisable(AuthorError, *loaded.problems)
    return network_of(replace(loaded.value, equations=source_of(text)))


def _shape_text(shape: Any) -> str:
    return (
        shape if isinstance(shape, str) else "x".join(map(str, shape if isinstance(shape, tuple | list) else [shape]))
    )


def _range_text(ends: Any) -> str:
    return ends if isinstance(ends, str) else "..".join(map(str, ends))


def _plainly(value: Any) -> Any:
    """Give what JSON can hold of mappings, sequences, arrays and numbers."""
    if isinstance(value, Mapping):
        return {str(key): _plainly(part) for key, part in value.items()}
    if hasattr(value, "tolist"):
        return _plainly(value.tolist())
    if isinstance(value, tuple | list | frozenset | set):
        return [_plainly(part) for part in value]
    return value if isinstance(value, str | int | float) else str(value)


def network_from_equations(text: str | Source, name: str = "equations") -> Network:
    """Read bare equations, one a line; every name that no equation defines counts as a parameter.

    Raises: GraphError with every problem found.

    >>> network_from_equations("a = w*x").graph.parameters
    ('w', 'x')
    """
    return Network(name, Bilingual("", ""), graph_from_text(text))


def network_of(file: NetworkFile) -> Network:
    """Make the network that a file describes.

    Raises: GraphError if its equations do not make a graph, AuthorError if a value names no quantity.
    """
    problems: list[Problem] = []

    def canonical(spellings: Iterable[str]) -> tuple[str, ...]:
        names = [_canonical(one, file) for one in spellings]
        problems.extend(Problem(name.code, name.facts, None, file.place) for name in names if isinstance(name, Problem))
        return tuple(name for name in names if not isinstance(name, Problem))

    declarations = Declarations(
        parameters=canonical(file.parameters),
        inputs=canonical(file.inputs),
        targets=canonical(file.targets),
        functions=file.functions,
        shapes=dict(zip(canonical(file.shapes), file.shapes.values(), strict=False)),
        index=file.index,
        conventions=_conventions(file, problems),
        own_argument=file.own_argument,
        samples=cast("Samples", file.samples),
        valued=tuple(name for one in file.values if not isinstance(name := _canonical(one, file), Problem)),
    )
    if problems:
        raise raisable(AuthorError, *problems)
    graph = _with_domains(graph_from_text(file.equations, declarations), file, problems)
    values = _values(file.values, graph, file.place, problems)
    points = tuple(Point(_values(point.values, graph, file.place, problems), point.name) for point in file.points)
    players = tuple(_players(file, graph, problems))
    if problems:
        raise raisable(AuthorError, *problems)
    return Network(file.network, file.title, graph, file.source, file.description, values, points, players)


def _canonical(spelling: str, file: NetworkFile) -> str | Problem:
    return spelled(with_brackets(spelling, file.index, marks=True))


def _with_domains(graph: Graph, file: NetworkFile, problems: list[Problem]) -> Graph:
    """Note what quantities may be; a distribution is a vector."""
    found: dict[str, Domain] = {}
    domains = {one: domain for name, domain in file.domain.items() for one in _meant(name, graph, file.index)}
    for spelling, domain in domains.items():
        name = spelling if spelling in graph.families else graph.named(spelling)
        if name is None:
            problems.append(Problem("unknown-quantity", {"name": spelling}, None, file.place))
        elif domain == "distribution" and not may_be(name, graph):
            problems.append(Problem("not-a-distribution", {"name": name}, None, file.place))
        else:
            found[name] = domain
    return replace(graph, domains=MappingProxyType({**graph.domains, **found})) if found else graph


def _meant(spelling: str, graph: Graph, ranges: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """Name what a spelling with an index means: y as a whole for ``y_k``, or the members of ``y^{(n)}``."""
    apart = taken_apart(spelling)
    head = "" if apart is None else apart._replace(parts=(), below="").canonical
    return (head,) if head in graph.families else instances(spelling, ranges)


def _players(file: NetworkFile, graph: Graph, problems: list[Problem]) -> Iterator[Player]:
    """Read who is trained in turn: each loss must be a number that the network computes."""
    for name, player in file.players.items():
        named = [(spelling, graph.named(spelling)) for spelling in (player.loss, *player.parameters)]
        unknown = [spelling for spelling, found in named if found is None]
        problems.extend(Problem("unknown-quantity", {"name": one}, None, file.place) for one in unknown)
        loss, *parameters = (found or "" for _, found in named)
        if loss and (loss not in graph.definitions or graph.shapes.get(loss)):
            problems.append(Problem("not-a-loss", {"name": loss}, None, file.place))
        yield Player(name, loss, tuple(parameters))


def _conventions(file: NetworkFile, problems: list[Problem]) -> Conventions:
    """Read the conventions that a file declares beside the usual ones."""
    import msgspec

    try:
        return msgspec.convert(dict(file.conventions), Conventions, strict=False)
    except msgspec.ValidationError as error:
        problems.append(Problem("bad-convention", {"detail": str(error)}, None, file.place))
        return Conventions()


def _values(given: Mapping[str, Nested], graph: Graph, place: Place, problems: list[Problem]) -> Mapping[str, Nested]:
    """Give values their canonical names and the shapes of their quantities; what cannot be is a problem."""
    values: dict[str, Nested] = {}
    for spelling, value in given.items():
        name = graph.named(spelling)
        if name is None and not isinstance(marked := spelled(spelling), Problem):
            name = graph.named(marked)  # a mark above that no answer has, as in \bar{α}
        if name is None:
            problems.append(Problem("unknown-quantity", {"name": spelling}, None, place))
            continue
        entries = split_value(name, graph.shapes.get(name, ()), value)
        if isinstance(entries, Problem):
            problems.append(replace(entries, place=place))
        else:
            values[name] = value
    return MappingProxyType(values)
