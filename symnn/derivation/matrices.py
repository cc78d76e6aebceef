"""The matrix form: every error as a tensor, δ = (W^T δ) ⊙ f'(a) and ∂E/∂W = δ h^T, with shapes.

The same sweep as for numbers, one term per use of a quantity. The errors are equations of a larger graph of
tensors; that graph entry by entry is the scalar derivation, which a property test holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.pulling import Inner, Pull
from symnn.derivation.short_forms import ShortForm, short_form
from symnn.derivation.sweep import Swept, Use, asked, swept
from symnn.derivation.transposes import multiplied_in_order
from symnn.errors import Problem, TargetError
from symnn.expressions.terms import ONE, ZERO, total
from symnn.expressions.tree import Derivative, Name, Number, Tree, mapped, names, substitute, walk
from symnn.messages import raisable
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.ops.shapes import Shape

__all__ = ["MatrixDerivation", "TensorError", "TensorTerm", "derive_matrix", "joined_sweeps"]


class TensorTerm(Use, frozen=True):
    """One term of an error: what the equation of ``of`` sends back to ``wrt``."""

    tree: Tree

    @property
    def user(self) -> str:
        """The quantity whose equation sends it."""
        return self.of


class TensorError(Struct, frozen=True):
    """One error ∂ ``of`` / ∂ ``wrt`` as a sum of terms.

    An ``inner`` one is ∂ ``of`` / ∂ ``argument``: what a function in the equation of ``wrt`` is taken of. It is the
    δ of the unit where that function is the ``whole`` right side.
    """

    name: str
    of: str
    wrt: str
    shape: Shape
    terms: tuple[TensorTerm, ...]
    inner: bool = False
    argument: Tree | None = None
    whole: bool = True

    @property
    def formula(self) -> Tree:
        """The sum of the terms; other errors by name."""
        return total(tuple(term.tree for term in self.terms))


class MatrixDerivation(Swept, frozen=True, dict=True):
    """A sweep through tensors: each use is what an equation sends back, and ``inner`` the errors that it named.

    Where sweeps from several results are `joined_sweeps`, those ``before`` this one keep their own results.
    """

    uses: Mapping[str, tuple[TensorTerm, ...]]
    inner: Mapping[str, tuple[TensorError, ...]] = MappingProxyType({})
    before: tuple[MatrixDerivation, ...] = ()

    @property
    def losses(self) -> Mapping[str, str]:
        """From which result each quantity that was asked for is derived; of joined sweeps each from its own."""
        own = dict.fromkeys(self.wrt, self.of)
        return {**own, **{name: each.of for each in self.before for name in each.wrt}}

    @cached_property
    def errors(self) -> tuple[TensorError, ...]:
        """The errors from the result back, inner ones behind that of their equation."""
        found = [error for derivation in self.before for error in derivation.errors]
        wanted = {name for name in self.wrt if name not in self.graph.definitions}
        for name in self.downward:
            if name in self.graph.definitions or name in wanted:
                found += [self._error(name), *self.inner.get(name, ())]
        return tuple(found)

    def _error(self, name: str) -> TensorError:
        own = (TensorTerm(name, name, ONE),) if name == self.of else self.uses.get(name, ())
        return TensorError(adjoint_name(self.of, name), self.of, name, self.graph.shapes.get(name, ()), own)

    @cached_property
    def by_name(self) -> Mapping[str, TensorError]:
        """Every error by its name."""
        return MappingProxyType({error.name: error for error in self.errors})

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of quantities and errors together."""
        return MappingProxyType({**self.graph.shapes, **{error.name: error.shape for error in self.errors}})

    def error_of(self, wrt: str) -> TensorError:
        """Give the error of a quantity; one without terms is zero."""
        for derivation in self.before:
            if wrt in derivation.wrt:
                return derivation.error_of(wrt)
        return self._error(wrt)

    def short_of(self, wrt: str) -> ShortForm | None:
        """Give the short form of an error behind a softmax or log-softmax with cross entropy; None for any other."""
        terms = self.error_of(wrt).terms
        if len(terms) != 1 or wrt == self.of:
            return None
        value = terms[0].user
        return short_form(terms[0].tree, self.error_of(value).formula, value, self.shapes)

    def written_out(self, wrt: str, limit: int = 400) -> Tree | None:
        """Write a gradient with every error put in; None where it would have more nodes than ``limit``.

        Behind a softmax with cross entropy that is p - y, where the targets add up to 1.
        """
        found: dict[str, Tree] = {}
        for error in self.errors:
            written = substitute(self._in_short(error), found)
            if sum(1 for _ in walk(written)) > limit:
                return None
            found[error.name] = written
        return found.get(adjoint_name(self.of, wrt), ZERO)

    def _in_short(self, error: TensorError) -> Tree:
        """Give the formula of an error, in short where it has a short form."""
        short = None if error.inner else self.short_of(error.wrt)
        if short is None:
            return error.formula
        return short.usual if set(names(short.targets)) <= set(self.graph.distributions) else short.tree

    def inlined(self, tree: Tree) -> Tree:
        """Write a tree without the names of inner errors."""
        inner = {error.name: error for error in self.errors if error.inner}
        found = {name: self.inlined(error.formula) for name, error in inner.items() if name in names(tree)}
        return substitute(tree, found) if found else tree

    def by_derivative(self, tree: Tree) -> Tree:
        """Write errors as the derivatives that they are, ∂E/∂y; inner ones keep their name."""
        found: Mapping[str, Tree] = {
            error.name: Derivative(Name(error.of), Name(error.wrt)) for error in self.errors if not error.inner
        }
        return mapped(tree, lambda node: found.get(node.name) if isinstance(node, Name) else None)

    def named(self, tree: Tree) -> Tree:
        """Write a tree in the network's names and its derivatives only: what a person may type."""
        return self.by_derivative(self.inlined(tree))

    @cached_property
    def extended(self) -> Graph:
        """The graph with every error as an equation of its own, still in tensors."""
        quantities = dict(self.graph.quantities)
        equations = list(self.graph.equations)
        for error in self.errors:
            quantities[error.name] = Quantity(error.name, error.shape, "adjoint")
            equations.append(Equation(error.name, error.formula))
        return Graph(MappingProxyType(quantities), tuple(equations), self.graph.functions, self.graph.conventions)


def derive_matrix(graph: Graph, of: str | None = None, wrt: tuple[str, ...] | None = None) -> MatrixDerivation:
    r"""Sweep once from the result ``of`` (the last number) back to ``wrt`` (all parameters), in tensors.

    Cost: linear in the equations, whatever the shapes.
    Raises: TargetError if the graph has no such quantity, or ``of`` is no number.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = graph_from_text("y = W x\nE = squared_error(y, z)", Declarations(
    ...     shapes={"W": (2, 2), "x": (2,), "z": (2,)}, inputs=("x",), targets=("z",)))
    >>> [(error.name, plain(error.formula)) for error in derive_matrix(graph).errors]
    [('dE/dE', '1'), ('dE/dy', '2*(y - z)'), ('dE/dW', 'dE/dy*transpose(x)')]
    """
    target, wanted = asked(graph, of, wrt)
    if graph.shapes.get(target):
        raise raisable(TargetError, Problem("derivative-of-tensor", {"of": target}))
    return _derived(graph, target, wanted, set(graph.quantities))


def joined_sweeps(graph: Graph, sides: Iterable[tuple[str, tuple[str, ...]]]) -> MatrixDerivation:
    """Sweep from several results, each back to quantities of its own: the losses of players and their parameters.

    >>> from symnn.networks.catalogue import network
    >>> both = joined_sweeps(network("gan").graph, [("L_D", ("c1",)), ("L_N", ("u",))])
    >>> both.error_of("c1").name, both.error_of("u").name
    ('dL_D/dc1', 'dL_N/du')
    """
    taken = set(graph.quantities)
    *before, last = [_derived(graph, of, wrt, taken) for of, wrt in sides]
    wanted = tuple(name for derivation in (*before, last) for name in derivation.wrt)
    return MatrixDerivation(graph, last.of, wanted, last.uses, last.inner, tuple(before))


def _derived(graph: Graph, of: str, wrt: tuple[str, ...], taken: set[str]) -> MatrixDerivation:
    """Sweep; names of inner errors go to those that are ``taken``."""
    leads = graph.leading(wrt)
    shapes = dict(graph.shapes)
    inner: dict[str, tuple[TensorError, ...]] = {}

    def sent(equation: Equation, terms: tuple[TensorTerm, ...]) -> list[TensorTerm]:
        left = equation.left
        error = adjoint_name(of, left)
        shapes[error] = graph.shapes.get(left, ())
        pull = Pull(left, shapes, graph.functions, leads, taken)
        pull.back(equation.right, ONE if left == of or _is_one(terms) else Name(error))
        if pull.inner:
            inner[left] = tuple(_inner(one, of, left) for one in pull.inner)
        return [TensorTerm(left, name, _added(arriving)) for name, arriving in pull.terms.items()]

    uses = swept(graph, of, sent, leads)
    return MatrixDerivation(graph, of, wrt, uses, MappingProxyType(inner))


def _is_one(terms: tuple[TensorTerm, ...]) -> bool:
    return len(terms) == 1 and terms[0].tree == ONE


def _inner(inner: Inner, of: str, left: str) -> TensorError:
    own = (TensorTerm(left, left, inner.tree),)
    return TensorError(inner.name, of, left, inner.shape, own, inner=True, argument=inner.argument, whole=inner.whole)


def _added(arriving: list[Tree]) -> Tree:
    """Add what several uses in one equation send back, equal ones together: ``2*δ``."""
    counts: dict[Tree, int] = {}
    for term in arriving:
        counts[term] = counts.get(term, 0) + 1
    return total(tuple(term if n == 1 else multiplied_in_order((Number(n), term)) for term, n in counts.items()))
