"""One slip made throughout the forward pass: no bias in a layer or anywhere, no activation, a matrix transposed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec import Struct

from symnn.expressions.terms import minus, total
from symnn.expressions.tree import Call, Name, Sum, Tree, names, substitute
from symnn.misconceptions.edits import is_bias
from symnn.misconceptions.equation_slips import with_equations
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.unit_layers import depths
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import ACTIVATIONS, mistaken_for
from symnn.verdicts import codes

__all__ = ["Habit", "habit_answers", "habits"]

LAYER, ALL, EXCHANGED = 1.1, 1.15, 1.2
_FORGETTING = 0.15
"""So much likelier is it to forget the activation throughout: one index that slips is rarer."""

_ENTRY = re.compile(r"(.+)\[(\d+),(\d+)\]")


class Habit(Struct, frozen=True):
    """A mistake with the equations that it changes."""

    mistake: Mistake
    equations: Mapping[str, Tree]


def habit_answers(key: Tree, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List what a key becomes by each habit."""
    for habit in habits(key, graph):
        yield habit.mistake, with_equations(key, graph, habit.equations)


def habits(key: Tree, graph: Graph) -> Iterator[Habit]:
    """List the habits in the equations behind a key, layer by layer and throughout.

    >>> from symnn.networks.catalogue import network
    >>> found = habits(Name("y"), network("midges").graph)
    >>> [dict(habit.mistake.facts) for habit in found if habit.mistake.kind is codes.BIAS][:2]
    [{'bias': 'theta1', 'how': 'missing'}, {'bias': 'theta1', 'how': 'sign'}]
    """
    reached = {used for name in names(key) for used in graph.ancestors(name)}
    for group, cost in _groups(tuple(name for name in graph.definitions if name in reached), graph):
        yield from _biases(group, cost, graph)
        yield from _activations(group, cost, graph)
    yield from _exchanged(reached, graph)


def _groups(computed: tuple[str, ...], graph: Graph) -> Iterator[tuple[tuple[str, ...], float]]:
    """Give the quantities of each layer, then all together."""
    depth = depths(graph)
    in_order = sorted(computed, key=lambda name: depth[name])
    layers = [tuple(layer) for _, layer in groupby(in_order, key=lambda name: depth[name])]
    yield from ((layer, LAYER) for layer in layers if len(layer) > 1)
    if len(layers) > 1:
        yield computed, ALL


def _biases(group: tuple[str, ...], cost: float, graph: Graph) -> Iterator[Habit]:
    """Forget or subtract every bias of some weighted sums."""
    terms = {name: right.terms for name in group if isinstance(right := graph.definitions[name], Sum)}
    biases = {name: [term for term in parts if is_bias(term, graph)] for name, parts in terms.items()}
    found = tuple(dict.fromkeys(term for own in biases.values() for term in own))
    if len(found) < 2:  # noqa: PLR2004 - one bias is no habit
        return
    labels = _vectors(tuple(term.name for term in found if isinstance(term, Name)))
    called = labels[0] if len(labels) == 1 else labels
    without = {name: total(tuple(term for term in parts if term not in biases[name])) for name, parts in terms.items()}
    yield Habit(Mistake(codes.BIAS, facts(bias=called, how="missing"), cost, lacks=found), without)
    turned = {
        name: Sum(tuple(minus(term) if term in biases[name] else term for term in parts))
        for name, parts in terms.items()
    }
    yield Habit(Mistake(codes.BIAS, facts(bias=called, how="sign"), cost, found), turned)


def _vectors(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Name the vectors instead of their entries.

    >>> _vectors(("theta1[1]", "theta1[2]", "b"))
    ('theta1', 'b')
    """
    return tuple(dict.fromkeys(entry.split("[", 1)[0] for entry in entries))


def _activations(group: tuple[str, ...], cost: float, graph: Graph) -> Iterator[Habit]:
    """Forget every activation of some units, or take another one."""
    units = {
        name: right for name in group if isinstance(right := graph.definitions[name], Call) and _is_unit(right, graph)
    }
    if len(units) < 2:  # noqa: PLR2004 - one unit is no habit
        return
    arguments: dict[str, Tree] = {name: call.arguments[0] for name, call in units.items()}
    at = tuple(argument.name for argument in arguments.values() if isinstance(argument, Name))
    yield Habit(Mistake(codes.ACTIVATION_MISSING, facts(at=at), cost - _FORGETTING), arguments)
    known = {graph.known_as(call.function) for call in units.values()}
    meant = known.pop() if len(known) == 1 else ""
    for other in mistaken_for(meant) if meant else ():
        if other != named.IDENTITY:
            wrong: dict[str, Tree] = {name: Call(other, (argument,)) for name, argument in arguments.items()}
            yield Habit(Mistake(codes.ACTIVATION_WRONG, facts(meant=meant, wrote=other), cost + 0.1), wrong)


def _is_unit(call: Call, graph: Graph) -> bool:
    """Say whether a quantity is a unit: by a function of the network, or by an activation of the course."""
    return len(call.arguments) == 1 and (call.function in graph.functions or call.function in ACTIVATIONS)


def _exchanged(reached: set[str], graph: Graph) -> Iterator[Habit]:
    """Exchange the two inputs, or rows and columns of a matrix of weights."""
    inputs = tuple(name for name in graph.listed("input") if name in reached)
    if len(inputs) == 2:  # noqa: PLR2004 - two can be exchanged
        mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=inputs, wrote=inputs[::-1]), EXCHANGED)
        yield Habit(mistake, _renamed(dict(zip(inputs, inputs[::-1], strict=True)), reached, graph))
    matrices: dict[str, dict[str, str]] = {}
    for name in graph.parameters:
        entry = _ENTRY.fullmatch(name)
        if entry is not None and entry[2] != entry[3]:
            matrices.setdefault(entry[1], {})[name] = f"{entry[1]}[{entry[3]},{entry[2]}]"
    for matrix, turned in matrices.items():
        if reached.intersection(turned) and turned.keys() == set(turned.values()):
            yield Habit(Mistake(codes.TRANSPOSED, facts(matrix=matrix), EXCHANGED), _renamed(turned, reached, graph))


def _renamed(other: Mapping[str, str], reached: set[str], graph: Graph) -> dict[str, Tree]:
    change: dict[str, Tree] = {name: Name(instead) for name, instead in other.items()}
    return {
        equation.left: substitute(equation.right, change)
        for equation in graph.equations
        if equation.left in reached and change.keys() & set(equation.uses)
    }
