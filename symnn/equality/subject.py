"""What expressions are about: a network, or declared names, or nothing declared; how they are read and meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import DERIVATIVES, resolve
from symnn.derivation.updates import RATE
from symnn.equality.alike import WrittenOut
from symnn.equality.judge import Judge
from symnn.equality.meaning import PUBLIC_KEY, Domain, Lambda, Meaning, about_network
from symnn.equality.tensor_judge import GridJudge, is_tensor
from symnn.errors import Problem, SymnnError, TargetError
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Call, Name, Tree, holds, names
from symnn.language.limits import AUTHOR, Limits
from symnn.language.names import spelled
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope, Shape
from symnn.messages import raisable
from symnn.networks.answers import aligned_as_network
from symnn.networks.conventions import agreed
from symnn.networks.function import Function, declared
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops.table import OF_NUMBERS
from symnn.verdicts.verdict import Judgement

__all__ = ["Subject", "function_of"]


_NOTHING: Mapping[str, Tree] = MappingProxyType({})


class Subject(Struct, frozen=True, dict=True):
    """A graph with the scope that reads expressions about it and the domains of its quantities.

    Made by `Subject.of_network`, `Subject.of_names` or `Subject.open`; used for many expressions.
    """

    graph: Graph
    scope: Scope
    domains: Mapping[str, Domain] = MappingProxyType({})
    default: Domain = "real"
    key: bytes = PUBLIC_KEY
    digest: bytes = b""

    @staticmethod
    def of_network(graph: Graph, default: Domain = "real") -> Subject:
        """Take the names of a network and the learning rate η; its named results mean their equations."""
        return Subject(graph, graph.scope.also((RATE,)), default=default)

    @staticmethod
    def of_names(shapes: Mapping[str, Shape], functions: Mapping[str, Function], default: Domain = "real") -> Subject:
        """Take declared names and functions, no equations.

        >>> subject = Subject.of_names({"x": ()}, {})
        >>> subject.compare(subject.read("diff(x^2, x)").tree, subject.read("2x").tree).equal
        True
        """
        scope = Scope.of(shapes, dict.fromkeys(functions, 1), tensors=any(shapes.values()))
        canonical = [
            (known, shape) for spelling, shape in shapes.items() if not isinstance(known := spelled(spelling), Problem)
        ]
        quantities = {name: Quantity(name, shape, "input") for name, shape in canonical}
        return Subject(Graph(quantities, (), functions), scope, default=default)

    @staticmethod
    def open(functions: Mapping[str, Function], default: Domain = "real") -> Subject:
        """Declare no names: any identifier is one."""
        return Subject(Graph({}, (), functions), Scope.of((), dict.fromkeys(functions, 1), open=True), default=default)

    @cached_property
    def _functions(self) -> Mapping[str, Lambda]:
        return {name: Lambda((function.parameter,), function.body) for name, function in self.graph.functions.items()}

    def read(self, text: str, *, syntax: str = "auto", limits: Limits | None = None) -> Reading | Problem:
        """Read one expression by the conventions; what could be added to a matrix in two ways is refused."""
        read_as = read(text, self.scope, syntax=syntax) if limits is None else read(text, self.scope, limits=limits)
        if isinstance(read_as, Problem):
            return read_as
        try:
            aligned_as_network(read_as.tree, self.graph)
        except Misfit as misfit:
            return misfit.problem
        return replace(read_as, tree=agreed(read_as.tree, self.graph.conventions))

    def meaning(self, graph: Graph | None = None) -> Meaning:
        """Give what the names mean to the judge; with ``graph``, those of that larger graph."""
        whole = graph or self.graph
        scalar = whole.with_entries
        meaning = Meaning(
            scalar.definitions,
            self._functions,
            self.domains,
            self.default,
            scalar.shapes,
            self.key,
            self.digest,
            scalar.conventions,
            written=whole.definitions if scalar.shapes else _NOTHING,
        )
        return about_network(whole, meaning)

    def resolved(self, *trees: Tree, graph: Graph | None = None) -> tuple[tuple[Tree, ...], Graph]:
        """Carry out the derivatives in some trees; the graph that comes back defines what they name.

        What stands beside a matrix is put where the network's own equations have it.

        ``graph`` is one that came back before: it has the derivatives already that other trees needed.

        Raises: TargetError for a derivative that cannot be taken.
        """
        graph = graph or self.graph
        if not graph.samples and not any(holds(tree, DERIVATIVES) for tree in trees):
            return trees, graph
        graph = _with_names(graph, trees) if self.scope.open else graph
        done = []
        for tree in trees:
            plain, graph = resolve(tree, graph)
            done.append(plain)
        return tuple(done), graph

    def suits(self, judge: Judge | GridJudge, answer: Tree) -> bool:
        """Say whether a prepared judge can take an answer: a scalar judge takes no matrices."""
        return isinstance(judge, GridJudge) or not is_tensor(answer, self.graph.shapes)

    def compare(self, answer: Tree, reference: Tree, text: str = "") -> Judgement:
        """Decide whether two expressions about the subject are equal.

        Raises: TargetError for a derivative that cannot be taken.
        """
        (left, right), graph = self.resolved(answer, reference)
        try:
            return self.judge(right, graph, also=left).judge(left, text)
        except TooLarge:
            return Judgement(equal=True, method="fingerprint") if _are_one(left, right, graph) else _UNDECIDED

    def judge(self, reference: Tree, graph: Graph | None = None, *, also: Tree | None = None) -> Judge | GridJudge:
        """Prepare the judge of a reference without derivatives: entry by entry where ``also`` or it is a tensor.

        Raises: TargetError if the reference's shapes do not fit, TooLarge if it has too many entries.
        """
        meaning = self.meaning(graph)
        tensors = any(is_tensor(tree, meaning.shapes) for tree in (reference, also) if tree is not None)
        if not tensors:
            return Judge(reference, meaning)
        try:
            return GridJudge(reference, meaning)
        except Misfit as found:
            raise raisable(TargetError, found.problem) from None


_UNDECIDED = Judgement(equal=None)


def _are_one(left: Tree, right: Tree, graph: Graph) -> bool:
    """Say whether two formulas are written out alike; what is too large to be compared by entries may be seen to be."""
    writing = WrittenOut(graph.definitions)
    try:
        fits = shape_of(left, graph.shapes) == shape_of(right, graph.shapes)
    except Misfit:
        return False
    return fits and writing.signature(left) == writing.signature(right) is not None


def _with_names(graph: Graph, trees: tuple[Tree, ...]) -> Graph:
    """Declare the free names of some trees, so that derivatives by them can be taken."""
    found = {name: Quantity(name, (), "input") for tree in trees for name in names(tree)}
    return replace(graph, quantities={**found, **graph.quantities})


def function_of(name: str, formula: str) -> Function | Problem:
    """Declare a function by a formula in its one free name, or by the name of a built-in function.

    >>> function_of("f", "1/(1+exp(-t))").known
    'sigmoid'
    """
    known = spelled(name)
    if isinstance(known, Problem):
        return known
    if formula in OF_NUMBERS:
        return declared(known, "x", Call(formula, (Name("x"),)))
    answer = read(formula, Scope.of((), open=True), limits=AUTHOR)
    if isinstance(answer, Problem):
        return answer
    free = names(answer.tree)
    if len(free) != 1:
        return Problem("not-one-argument", {"name": name, "found": free})
    try:
        return declared(known, free[0], answer.tree)
    except SymnnError as error:
        return error.problems[0]
