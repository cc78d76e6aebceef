"""Why a wrong answer is wrong: prepared once for a part, asked for every answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.derivation.updates import RATE
from symnn.equality.residue_code import NotScalar
from symnn.equality.residue_points import Undefined
from symnn.errors import SymnnError
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Call, Derivative, Matrix, Tree, names, walk
from symnn.misconceptions.equation_slips import size_of
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.mending import Mending
from symnn.misconceptions.rates import OfAnotherRate, rate_of, renamed
from symnn.misconceptions.residues import NoResidue
from symnn.misconceptions.scalars import ScalarDiagnosis
from symnn.misconceptions.tensor_steps import steps_to
from symnn.misconceptions.tensors import TensorDiagnosis, mending_of
from symnn.networks.expansion import grid_of
from symnn.networks.tree_shapes import is_entrywise, shape_of
from symnn.ops.shapes import Valueless
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

if TYPE_CHECKING:
    from symnn.misconceptions.mistakes import Explanation
    from symnn.networks.graph import Graph

__all__ = ["diagnosis_of"]

_UNABLE = (NotScalar, TooLarge, NoResidue, Undefined, Valueless, SymnnError, RecursionError)
_LARGEST = 2500
"""A network with more names and operations than this is not looked through."""


def diagnosis_of(graph: Graph, key: Tree) -> Diagnosis:
    """Prepare the diagnosis of a part whose answer is ``key``: ``diff(E, w1)``, an update rule, any tree.

    What cannot be prepared (a network too large, a key without a value) leaves answers unexplained: the
    diagnosis decides nothing, so it never stands in the way of grading.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.language.reading import read
    >>> from symnn.expressions.tree import Name
    >>> graph = network("bp-2-2-1").graph
    >>> diagnosis = diagnosis_of(graph, Derivative(Name("E"), Name("w1")))
    >>> answer = read("2(y-z) w5 f1 (1-f1) x1", graph.scope).tree
    >>> [(finding.code, dict(finding.facts)) for finding in diagnosis.explain(answer)]
    [('missing-factor', {'factor': "f'(a3)", 'layer': 'output'})]
    """
    rate = rate_of(key, graph)
    try:
        if rate not in ("", RATE) and RATE not in graph.quantities:
            return OfAnotherRate(_prepared(graph, renamed(key, rate, RATE)), rate)
        return _prepared(graph, key)
    except _UNABLE:
        return _Silent()


class _Silent(Diagnosis):
    """Explains nothing."""

    def explain(self, answer: Tree) -> tuple[Finding, ...]:  # noqa: ARG002 - as its base class
        return (codes.UNEXPLAINED(),)

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:  # noqa: ARG002 - as its base class
        return ()


def _prepared(graph: Graph, key: Tree) -> Diagnosis:
    """Choose between numbers and tensors; a number of a tensor network is one of its expanded graph."""
    if not graph.shapes and not _has_matrix(key):
        return ScalarDiagnosis.prepared(graph, key)
    if _about_tensors(key, graph):
        return TensorDiagnosis.prepared(graph, key)
    scalars = _behind(key, graph).entrywise
    if size_of(scalars) > _LARGEST:
        return _Silent()
    if any(isinstance(node, Derivative) for node in walk(key)):
        return ScalarDiagnosis.prepared(scalars, key, graph, _of_whole_tensors(key, graph))
    return ScalarDiagnosis.prepared(scalars, grid_of(key, dict(graph.shapes)).cells[0], graph)


def _of_whole_tensors(key: Tree, graph: Graph) -> Mending | None:
    """Prepare to change answers that are written with whole tensors; a key about single entries has none."""
    with suppress(*_UNABLE):
        return mending_of(steps_to(key, graph), graph)
    return None


def _has_matrix(tree: Tree) -> bool:
    return any(isinstance(node, Matrix) for node in walk(tree))


def _about_tensors(key: Tree, graph: Graph) -> bool:
    """Say whether a key is a tensor, or a number that is computed from whole tensors and not from entries."""
    if shape_of(key, graph.shapes) or _has_matrix(key):
        return True
    calls = (node for node in walk(key) if isinstance(node, Call))
    if any(not is_entrywise(node, tuple(shape_of(one, graph.shapes) for one in node.arguments)) for node in calls):
        return True
    used = names(key)
    if any("[" in name for name in used):
        return False
    reached = {behind for name in used for behind in graph.ancestors(name)}
    return any(name in graph.shapes for name in reached if name in graph.definitions)


def _behind(key: Tree, graph: Graph) -> Graph:
    """Keep only the equations that a key depends on."""
    whole = {name.partition("[")[0] for name in names(key)}
    reached = {behind for name in whole for behind in graph.ancestors(name)}
    kept = tuple(equation for equation in graph.equations if equation.left in reached)
    return graph if len(kept) == len(graph.equations) else replace(graph, equations=kept)
