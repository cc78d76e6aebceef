"""Slips inside an answer, found node by node: what is worth an equation with a slip in it is that equation.

Putting the right quantity in the place of such a node and looking again shows whether that was all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from symnn.grading.diagnosis.edits import Editor
from symnn.grading.diagnosis.evidence import Evidence
from symnn.grading.diagnosis.forward import affordable
from symnn.grading.diagnosis.mistakes import Mistake
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.language.tree import Call, Name, Sum, Tree, mapped, names

__all__ = ["Repair", "repairs", "slip_table"]

_MOST_SINGLES = 600
_MOST_DOUBLES = 3000
_FEW = 100
"""Where a network allows so few single slips, pairs are too dear."""

_MOST_REPAIRS = 12


class Repair(Struct, frozen=True):
    """Mistakes in the equation of ``of``, found at ``node`` of an answer."""

    mistakes: tuple[Mistake, ...]
    of: str
    node: Tree | None = None

    @property
    def cost(self) -> float:
        """How unlikely these mistakes are together."""
        return sum(mistake.cost for mistake in self.mistakes)


def slip_table(key: Tree, editor: Editor, residues: Residues, *, double: bool) -> Mapping[int, tuple[Repair, ...]]:
    """Give, by residue, what the equations behind a key become by one slip, with ``double`` also by two."""
    graph = editor.graph
    reached = {used for name in names(key) for used in graph.ancestors(name)}
    found: dict[int, list[Repair]] = {}
    most = affordable(graph, _MOST_SINGLES)
    singles: list[tuple[Mistake, Tree, str]] = []
    for equation in reversed(graph.equations):
        if equation.left in reached and len(singles) < most:
            found_here = editor.edits(equation.right, equation.left)
            singles += [(mistake, wrong, equation.left) for mistake, wrong in found_here]
    for mistake, wrong, name in singles:
        _enter(found, wrong, Repair((mistake,), name), residues)
    count, doubles = 0, _MOST_DOUBLES if most > _FEW else 0
    for first, tree, name in singles if double else ():
        for second, wrong in editor.edits(tree, name):
            if second.name < first.name:
                continue  # the same two in the other order
            if count >= doubles:
                break
            count += _enter(found, wrong, Repair((first, second), name), residues)
    return {value: tuple(entries) for value, entries in found.items()}


def _enter(found: dict[int, list[Repair]], wrong: Tree, repair: Repair, residues: Residues) -> int:
    try:
        value = residues.of(wrong)
    except Unknown:
        return 1
    known = found.setdefault(value, [])
    if not known or len(repair.mistakes) == len(known[0].mistakes) < 2 or len(known) < 2:  # noqa: PLR2004
        known.append(repair)
    return 1


def repairs(table: Mapping[int, tuple[Repair, ...]], evidence: Evidence) -> Iterator[Repair]:
    """List the nodes of an answer that are worth an equation with slips, the largest nodes first."""
    nodes = evidence.nodes
    found = [Repair(repair.mistakes, repair.of, nodes[value]) for value in nodes for repair in table.get(value, ())]
    # most names and products stand rightly where they stand: sums and functions are looked at first
    found.sort(key=lambda repair: (not isinstance(repair.node, Sum | Call), repair.cost))
    yield from found[:_MOST_REPAIRS]


def repaired(repair: Repair, evidence: Evidence) -> Tree:
    """Put the right quantity in the place of the node, and of all others that are worth as much."""
    wrong = evidence.value_of(repair.node) if repair.node is not None else None
    return mapped(evidence.answer, lambda node: Name(repair.of) if evidence.value_of(node) == wrong else None)
