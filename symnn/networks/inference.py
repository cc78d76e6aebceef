"""Which shape every quantity has, equation by equation, and what its equation means with these shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import Problem, Span
from symnn.expressions.tree import Name, names, walk
from symnn.networks.meant import KnownNames, meant
from symnn.networks.picking import picked
from symnn.networks.sizes import too_many_entries
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops.shapes import Shape, normal, shape_text

if TYPE_CHECKING:
    from symnn.networks.declarations import Declarations, EquationLine

__all__ = ["inferred"]


def inferred(
    lines: tuple[EquationLine, ...], given: Declarations, problems: list[Problem]
) -> tuple[tuple[EquationLine, ...], Mapping[str, Shape]]:
    """Give the equations as they are meant, and the shape of every quantity, from those that are declared.

    What is wrong goes to ``problems`` with its line; what uses a quantity that has no shape because of that is
    not looked at, so that one mistake is told once. A number may define a declared tensor (``s_0 = 0``).
    """
    shapes = {name: normal(shape) for name, shape in given.shapes.items()}
    too_many = too_many_entries(shapes)
    if too_many is not None:
        problems.append(replace(too_many, place=lines[0].at() if lines else None))
        return lines, shapes
    own = frozenset((*(line.left for line in lines), *given.parameters, *given.inputs, *given.targets))
    free = frozenset((*shapes, *own)).difference(line.left for line in lines)
    initials = {name[0] for name, shape in shapes.items() if shape}
    known = KnownNames(MappingProxyType(shapes), own, free, given.samples, initials)
    lost: set[str] = set()
    read: list[EquationLine] = []
    for line in lines:
        found = _line(line, known, problems) if lost.isdisjoint(names(line.right)) else None
        if found is None:
            lost.update({line.left}.difference(shapes))
            continue
        read.append(found[0])
        initials.update(line.left[0] if found[1] else "")
        _fits(line, shapes.setdefault(line.left, found[1]), found[1], problems)
        too_many = too_many_entries(shapes)
        if too_many is not None:
            problems.append(replace(too_many, place=line.at()))
            break
    problems.extend(problem for line in read for problem in _entries_too_early(line, known))
    return tuple(read), shapes


def _entries_too_early(line: EquationLine, known: KnownNames) -> Iterator[Problem]:
    """Find entries of tensors that are computed only after this equation: no new names, but used too early."""
    for node in walk(line.right):
        if isinstance(node, Name) and node.name not in known.shapes and known.may_be_entry(node.name):
            try:
                whole = names(picked(node, known.shapes, known.own))[0]
            except Misfit as misfit:
                yield _placed(misfit.problem, line, node.span)
                continue
            if whole != node.name:
                yield _placed(Problem("used-before-definition", {"name": whole}), line, node.span)


def _line(line: EquationLine, known: KnownNames, problems: list[Problem]) -> tuple[EquationLine, Shape] | None:
    """Give an equation as it is meant and the shape of its value; None if something does not fit."""
    try:
        right = meant(line.right, replace(known, text=line.source.text[line.start :]))
        return replace(line, right=right), shape_of(right, known.shapes)
    except Misfit as misfit:
        problems.append(_placed(misfit.problem, line, misfit.problem.span))
        return None


def _fits(line: EquationLine, wanted: Shape, found: Shape, problems: list[Problem]) -> None:
    """Compare the shape of an equation's value with the declared one."""
    if wanted[: len(found)] != found:
        facts = {"left": shape_text(wanted), "right": shape_text(found)}
        problems.append(_placed(Problem("shape-declared", facts), line, None))


def _placed(problem: Problem, line: EquationLine, span: Span | None) -> Problem:
    return Problem(problem.code, {**problem.facts, "in": line.left}, span, line.at(span))
