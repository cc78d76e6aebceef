"""A graph is a list of named equations in the order of the forward pass, with what their names mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.documents.domain import Domain
from symnn.errors import Problem
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Call, Name, Sum, Tree, walk
from symnn.language.called_formulas import ParametrisedFormula
from symnn.language.scope import Scope, Shape, Unit
from symnn.networks.conventions import Conventions, Samples
from symnn.networks.equation import Equation
from symnn.networks.expansion import entry_names, expanded
from symnn.networks.function import Function
from symnn.networks.quantity import Quantity
from symnn.ops.table import OPERATIONS

__all__ = ["Graph", "Indexed"]


class Indexed(Struct, frozen=True):
    """An equation as the author wrote it for a whole range: ``s_t = f(U x_t + W s_{t-1})``, t from 1 to 3.

    ``ranges`` holds the first and last value of each of its index names.
    """

    left: Tree
    right: Tree
    ranges: tuple[tuple[str, int, int], ...] = ()


class Graph(Struct, frozen=True, dict=True):
    """Named equations, each using only what stands before it, and the quantities and functions they name.

    Made by `symnn.networks.models.graph_from_text` or by a builder; `symnn.networks.validity` has looked at it.
    ``own_argument`` is the deck's ``e``: inside ``f_6(e)`` it means the argument of that unit.
    ``indexed`` keeps the equations as written where some of them stand for a range of indices; ``taken`` are the
    numbers that nothing declares and that therefore count as parameters.
    ``domains`` say what quantities may be, where that is not any real number; targets of a cross entropy are
    distributions without being declared (`symnn.networks.distributions`). ``samples`` says how a batch lies in a
    matrix, as declared or as its equations show; answers are read so, too (`symnn.networks.answers`).
    ``sums`` are the letters over which its author sums, by the letter of the left side: pages fold sums with them.
    ``families`` are the numbers with one index that may be named as a vector, each with its members.
    ``declared`` are the shapes that are written with axes of length 1 (3x1, 1x1): values are given and shown so.
    ``formulas`` are the declared functions with quantities in them: equations hold them written out, answers call them.
    """

    quantities: Mapping[str, Quantity]
    equations: tuple[Equation, ...]
    functions: Mapping[str, Function] = MappingProxyType({})
    conventions: Conventions = Conventions()
    own_argument: str = ""
    indexed: tuple[Indexed, ...] = ()
    sums: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    domains: Mapping[str, Domain] = MappingProxyType({})
    taken: tuple[str, ...] = ()
    samples: Samples = ""
    declared: Mapping[str, Shape] = MappingProxyType({})
    families: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    formulas: Mapping[str, ParametrisedFormula] = MappingProxyType({})

    @cached_property
    def distributions(self) -> tuple[str, ...]:
        """The vectors whose entries are shares that add up to 1."""
        return tuple(name for name, domain in self.domains.items() if domain == "distribution")

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every quantity that is more than a number."""
        return MappingProxyType({q.name: q.shape for q in self.quantities.values() if q.shape})

    @cached_property
    def entrywise(self) -> Graph:
        """The same network entry by entry, a graph of numbers; a graph of numbers is its own.

        Cost: linear in the number of products between entries. The graph must have passed its shape check.

        >>> from symnn.networks.models import Declarations, graph_from_text
        >>> graph = graph_from_text("y = W x", Declarations(shapes={"W": (2, 2), "x": (2,)}))
        >>> from symnn.expressions.writing import plain
        >>> [(e.left, plain(e.right)) for e in graph.entrywise.equations]
        [('y[1]', 'W[1,1]*x[1] + W[1,2]*x[2]'), ('y[2]', 'W[2,1]*x[1] + W[2,2]*x[2]')]
        """
        if not self.shapes:
            return replace(self, declared=MappingProxyType({})) if self.declared else self
        quantities, equations = expanded(self.quantities, self.equations, self.shapes)
        return replace(self, quantities=quantities, equations=equations, indexed=(), declared=MappingProxyType({}))

    @cached_property
    def with_entries(self) -> Graph:
        """The entrywise graph that still knows its tensors by name and shape, for answers that use both.

        The tensors come first and have no equations of their own; a graph that has its entries, or no tensors,
        is its own.

        >>> from symnn.networks.models import Declarations, graph_from_text
        >>> graph = graph_from_text("y = W x", Declarations(shapes={"W": (2, 2), "x": (2,)}))
        >>> both = graph.with_entries
        >>> both.shapes["W"], both.parameters[:2], both.with_entries is both
        ((2, 2), ('W[1,1]', 'W[1,2]'), True)
        """
        shapes = self.shapes
        if not shapes or all(entry_names(name, shape)[0] in self.quantities for name, shape in shapes.items()):
            return self
        scalar = self.entrywise
        tensors = {q.name: Quantity(q.name, q.shape, "intermediate") for q in self.quantities.values() if q.shape}
        return replace(
            self,
            quantities=MappingProxyType({**tensors, **scalar.quantities}),
            equations=scalar.equations,
        )

    @cached_property
    def decided_by(self) -> frozenset[str]:
        """The conventions that its operations depend on: what a slope at a kink is, ties, the way of a kernel."""
        bodies = (function.body for function in self.functions.values())
        trees = (*(equation.right for equation in self.equations), *bodies)
        functions = {node.function for tree in trees for node in walk(tree) if isinstance(node, Call)}
        return frozenset(said for name in functions & OPERATIONS.keys() for said in OPERATIONS[name].conventions)

    @cached_property
    def definitions(self) -> Mapping[str, Tree]:
        """What each computed quantity is: the right side of its equation by name."""
        return MappingProxyType({equation.left: equation.right for equation in self.equations})

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each computed quantity in the forward pass."""
        return MappingProxyType({equation.left: place for place, equation in enumerate(self.equations)})

    def listed(self, *roles: str) -> tuple[str, ...]:
        """List the names of the quantities in these roles, in the order they were declared."""
        return tuple(quantity.name for quantity in self.quantities.values() if quantity.role in roles)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The quantities that are learnt."""
        return self.listed("parameter")

    @property
    def free(self) -> tuple[str, ...]:
        """The quantities that no equation computes: inputs, targets and parameters."""
        return self.listed("input", "target", "parameter")

    @cached_property
    def biases(self) -> frozenset[str]:
        """The parameters that stand alone in a sum beside products or values: the weights of the +1 units.

        The sum is a whole equation, or what a function is taken of: ``h = relu(W x + b)``.
        """
        found: set[str] = set()
        for equation in self.equations:
            right = equation.right
            while isinstance(right, Call) and len(right.arguments) == 1:
                (right,) = right.arguments
            terms = [unsigned(one) for one in right.terms] if isinstance(right, Sum) else []
            if not all(isinstance(term, Name) for term in terms):
                found.update(term.name for term in terms if isinstance(term, Name))
        return frozenset(
            name for name in found if name in self.quantities and self.quantities[name].role == "parameter"
        )

    @cached_property
    def result(self) -> str | None:
        """The last scalar result, usually the loss; None where every result is a tensor."""
        for equation in reversed(self.equations):
            if self.quantities[equation.left].shape == ():
                return equation.left
        return None

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """For each function used in exactly one equation ``value = f(argument)``: that unit."""
        seen: dict[str, list[Unit]] = {}
        for equation in self.equations:
            match equation.right:
                case Call(function, (Name(argument),), 0) if function in self.functions:
                    seen.setdefault(function, []).append(Unit(argument, equation.left))
        return MappingProxyType({function: units[0] for function, units in seen.items() if len(units) == 1})

    @cached_property
    def scope(self) -> Scope:
        """The names that an answer about this network may use."""
        return Scope.of(
            {quantity.name: quantity.shape for quantity in self.quantities.values() if quantity.role != "adjoint"},
            dict.fromkeys(self.functions, 1),
            units=self.units,
            own_argument=self.own_argument,
            canonical=True,
            tensors=bool(self.shapes),
            wholes=self.families,
            result=self.result or "",
            samples=self._sample_count,
            formulas=self.formulas,
        )

    @property
    def _sample_count(self) -> int:
        """How many samples a batch of inputs has; 0 where inputs are no matrices, or disagree."""
        if not self.samples:
            return 0
        axis = ("rows", "columns").index(self.samples)
        given = [one.shape for one in self.quantities.values() if one.role in {"input", "target"}]
        lengths = {shape[axis] for shape in given if len(shape) == 2}  # noqa: PLR2004 - matrices
        return lengths.pop() if len(lengths) == 1 else 0

    def named(self, spelling: str) -> str | None:
        """Give the canonical name of a quantity, or of an entry of a tensor, however it is spelled.

        >>> from symnn.networks.models import graph_from_text
        >>> graph_from_text("a = w_{46}*x").named("w_4_6")
        'w46'
        """
        from symnn.language.entries import entry_of
        from symnn.language.names import taken_apart
        from symnn.language.signs import NAME

        name = spelling.strip()
        if name in self.quantities:
            return name
        apart = taken_apart(name)
        found = self.scope.find(name) or (entry_of(apart, self.scope) if apart is not None else None)
        if found is None or isinstance(found, Problem) or found[0] != NAME:
            return None
        return found[1] if found[1] in self.quantities or found[1] in self.entrywise.quantities else None

    def known_as(self, function: str) -> str:
        """Name the operation that a function is: itself if it is not declared, nothing for a formula of its own."""
        declared = self.functions.get(function)
        return function if declared is None else declared.known

    def written_out(self, call: Call) -> Tree | None:
        """Write a declared function at its argument; None for a built-in one."""
        function = self.functions.get(call.function)
        return None if function is None else function.at(call.arguments[0])

    def leading(self, wrt: Iterable[str]) -> frozenset[str]:
        """Name every quantity that depends on one of ``wrt``, those included."""
        found = set(wrt)
        for equation in self.equations:
            if not found.isdisjoint(equation.uses):
                found.add(equation.left)
        return frozenset(found)

    def ancestors(self, of: str) -> frozenset[str]:
        """Name every quantity that ``of`` depends on, itself included."""
        if of not in self._ancestors:
            reached = {of}
            start = self.position.get(of, -1)
            for equation in reversed(self.equations[: start + 1]):
                if equation.left in reached:
                    reached.update(equation.uses)
            self._ancestors[of] = frozenset(reached)
        return self._ancestors[of]

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        return {}
