"""What is asked of a network and all that can be handed out about it: one question, a derivation, any format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.optimizers import SGD, Optimizer
from symnn.derivation.output_error import with_output_error
from symnn.derivation.sweep import Derivation, derive
from symnn.documents.containers import Nested
from symnn.expressions.tree import names
from symnn.handouts.derivation import Form, View, derivation_document
from symnn.handouts.document import Document, Title
from symnn.handouts.formats import delivered
from symnn.handouts.ones import symbols_of_ones
from symnn.messages import Language
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.notation.layout import symbols_of
from symnn.notation.symbols import Symbols

if TYPE_CHECKING:
    from symnn.derivation.by_sympy import Check
    from symnn.derivation.matrices import MatrixDerivation
    from symnn.handouts.assembly import Assembly
    from symnn.handouts.matrix_page import MatrixView
    from symnn.handouts.pictures.diagram import Diagram
    from symnn.handouts.shown_numbers import Numbers
    from symnn.handouts.tensor_numbers import TensorNumbers

# What a page does not need is not loaded for it: each kind of page imports its writer where it is written.

__all__ = ["Handout"]


class Handout(Struct, frozen=True, dict=True):
    """A question: of which result, by which quantities, in which form, at which point, with what beside it.

    Names are canonical. Without ``of`` the last scalar result is derived (a network without one: its last
    result against a symbolic output error), without ``wrt`` by all parameters; tensors in matrix form, named
    numbers by paths, everything by deltas. An adversarial network of which nothing is said shows both players. ``full``
    is the hand-out with every section; ``given`` names the values of ``point`` that the reader chose.

    >>> from symnn.networks.catalogue import network
    >>> handout = Handout(network("rnn"), wrt=("W",))
    >>> handout.usual_form, handout.derivation.of
    ('matrix', 'E')
    """

    network: Network
    of: str | None = None
    wrt: tuple[str, ...] | None = None
    form: Form | None = None
    point: Mapping[str, Nested] | None = None
    update: bool = False
    checked: bool = False
    full: bool = False
    given: frozenset[str] = frozenset()
    hidden: bool = False
    assembly: Assembly | None = None
    rule: Optimizer = SGD

    @cached_property
    def whole(self) -> Handout:
        """The same question about vectors and matrices, where numbers are asked for in matrix form; else this one.

        Raises: UsageError where the network's equations form no layers.
        """
        if self.form != "matrix" or self.network.graph.shapes:
            return self
        from symnn.handouts.assembly import Assembly
        from symnn.networks.vectorised import vectorised

        found = vectorised(self.network)
        return replace(
            self,
            network=found.network,
            of=self.of and found.wholes[self.of],
            wrt=None if self.wrt is None else found.whole(self.wrt),
            point=None if self.point is None else found.renamed(self.point),
            given=frozenset(found.renamed(dict.fromkeys(self.given))),
            assembly=Assembly(self.network.graph, found),
        )

    @cached_property
    def sides(self) -> tuple[Handout, ...]:
        """Take this question apart where its quantities belong to several players: each by its own loss."""
        if self.whole is not self:
            return self.whole.sides
        if self.of is not None or not self.network.players:
            return (self,)
        sides = self.network.sides(self.wrt)
        return tuple(replace(self, of=side.loss or None, wrt=side.parameters, form=self._form) for side in sides)

    @cached_property
    def _target(self) -> tuple[Graph, str]:
        return with_output_error(self.network.graph, self.sides[-1].of)

    @property
    def graph(self) -> Graph:
        """The network's graph, with an output error if it has no loss."""
        return self._target[0]

    @property
    def usual_form(self) -> Form:
        """The form asked for, or the one that suits: see above."""
        return self._form

    @property
    def _form(self) -> Form:
        if self.form is not None:
            return self.form
        shapes, wrt = with_output_error(self.network.graph, self.of)[0].shapes, self.wrt
        if shapes and (wrt is None or any(name in shapes for name in wrt)):
            return "matrix"
        return "paths" if wrt else "deltas"

    @cached_property
    def _ones(self) -> Mapping[str, Nested]:
        """The entries of a symbolic output error: where nobody gave their values each is 1."""
        if not self._added:
            return {}
        error, _ = names(self.graph.definitions[self._added])
        return dict.fromkeys(entry_names(error, self.graph.shapes[error]), 1)

    @cached_property
    def _at(self) -> Mapping[str, Nested] | None:
        """The point, with what stands in for a loss."""
        return None if self.point is None else {**self._ones, **self.point}

    @property
    def _summed(self) -> bool:
        """Whether the loss that stands in for one is the sum of the output's entries, at this point."""
        return self._at is not None and bool(self._ones) and self._ones.items() <= self._at.items()

    @cached_property
    def derivation(self) -> Derivation | MatrixDerivation:
        """The derivation itself; of several players that of the last."""
        if self.whole is not self:
            return self.whole.derivation
        graph, of = self._target
        wrt = self.sides[-1].wrt
        if self.usual_form != "matrix":
            return derive(graph, of, wrt)
        from symnn.derivation.matrices import derive_matrix

        return derive_matrix(graph, of, wrt)

    @cached_property
    def check(self) -> Check:
        """Whether SymPy agrees, a second way, and at a point the difference quotients from both sides."""
        if self.whole is not self:
            return self.whole.check
        from symnn.derivation.by_sympy import check_gradients, check_matrix, summed_up
        from symnn.numeric.by_differences import gradient_check

        if len(self.sides) > 1:
            return summed_up(side.check for side in self.sides)
        derivation = self.derivation
        found = check_gradients(derivation) if isinstance(derivation, Derivation) else check_matrix(derivation)
        if not self._at:
            return found
        numbers = gradient_check(derivation.graph, self._at, derivation.of, derivation.wrt)
        return replace(found, numbers_error=numbers.max_error if numbers is not None else None)

    @property
    def agrees(self) -> bool:
        """Whether SymPy agrees, or was not asked."""
        return not (self.checked or self.full) or self.check.agrees

    @property
    def title(self) -> Title:
        """The network's title, or its name where it has none."""
        title = self.network.title
        return Title(title.zh or self.network.name, title.en or self.network.name)

    def document(self) -> Document:
        """Lay everything out."""
        if self.whole is not self:
            return self.whole.document()
        derivation = self.derivation
        if isinstance(derivation, Derivation):
            others = [(side.derivation, side) for side in self.sides[:-1]]
            before = [(one, side.numbers(one)) for one, side in others if isinstance(one, Derivation)]
            return derivation_document(derivation, self._view(derivation), before)
        view = self._matrix_view(derivation)
        if len(self.sides) == 1:
            from symnn.handouts.matrix_page import matrix_document

            return matrix_document(derivation, view)
        from symnn.handouts.adversarial import adversarial_document

        return adversarial_document(self.network, self.network.sides(self.wrt), view, whole=self.wrt is None)

    @property
    def symbols(self) -> Symbols:
        """The names that formulas of the derivation write in a way of their own; of numbers without any page."""
        derivation = self.derivation
        return symbols_of(derivation.graph) if isinstance(derivation, Derivation) else self.document().symbols

    def data(self) -> dict[str, Any]:
        """Give everything as dictionaries and lists (contract, section 7); of several players each row its loss."""
        if self.whole is not self:
            return self.whole.data()
        from symnn.handouts.json import derivation_data, joined_sides

        if len(self.sides) > 1:
            return joined_sides([side.data() for side in self.sides])
        derivation = self.derivation
        if isinstance(derivation, Derivation):
            return self._with_rule(derivation_data(derivation, self._view(derivation)))
        from symnn.handouts.matrix_json import matrix_data

        check = self.check if self.checked else None
        data = matrix_data(derivation, self._tensor_numbers(derivation), check, updated=self.update)
        return self._with_rule(data) | (self.assembly.data(derivation) if self.assembly else {})

    def _with_rule(self, data: dict[str, Any]) -> dict[str, Any]:
        """Give the update rule in the place of steps of plain descent, where it is another one."""
        if self.rule == SGD:
            return data
        from symnn.handouts.ruled import rule_data

        return {key: one for key, one in data.items() if key != "update"} | {"optimizer": rule_data(self.rule)}

    def written(self, to: str, lang: Language) -> str | bytes:
        """Write it in a format: those of `symnn.handouts.formats`, ``json``, ``python`` or ``page``."""
        if to == "json":
            import json

            return json.dumps(self.data(), indent=1, allow_nan=False) + "\n"
        if to == "page":
            return self.page(lang)
        return self.module(lang) if to == "python" else delivered(self.document(), to, lang)

    def page(self, lang: Language) -> str:
        """Write the page one can touch, at the point given or else the network's first."""
        if self.whole is not self:
            return self.whole.page(lang)
        from symnn.handouts.interactive.page import page

        sides = tuple(side.derivation for side in self.sides)
        symbols = {**symbols_of(self.graph), **symbols_of_ones(self.graph.shapes.values())}
        for side in sides:
            if not isinstance(side, Derivation):
                from symnn.handouts.matrix_document import Written

                symbols |= Written(side, None).symbols
        return page(self.network, self.graph, sides, symbols, self.point, lang, hidden=self.hidden)

    def module(self, lang: Language) -> str:
        """Write the compiled step as a Python module, with the values given or else the network's own."""
        from symnn.handouts.python import python
        from symnn.networks.values import collected
        from symnn.numeric.points import points

        graph, of = self._target
        values = self.point if self.point is not None else points(replace(self.network, graph=graph))[0].values
        sides = tuple((side.derivation.of, side.derivation.wrt) for side in self.sides)
        given = collected(values, graph, tuple)
        return python(graph, of, self.sides[-1].wrt, given, self.title, lang, sides if len(sides) > 1 else ())

    @property
    def _added(self) -> str:
        """Name the loss that stands in for one; empty if the network has its own."""
        graph, of = self._target
        return "" if graph is self.network.graph else of

    def numbers(self, derivation: Derivation) -> Numbers | None:
        """Evaluate a derivation of this question at its point; None where none is given."""
        if self._at is None:
            return None
        from symnn.handouts.shown_numbers import numbers_at

        return numbers_at(derivation, self._at)

    def _view(self, derivation: Derivation) -> View:
        numbers = self.numbers(derivation)
        checked = self.check if self.checked or self.full else None
        shown = self.title, self.network.source, self.graph, self._added
        drawn = self._drawn(derivation)
        return View(
            self.usual_form,
            numbers,
            self.update,
            checked,
            *shown,
            self.full,
            self.given,
            drawn=drawn,
            summed=self._summed,
            rule=self.rule,
        )

    def _drawn(self, derivation: Derivation) -> Diagram | None:
        """Draw the network with the paths of the one derivative that is asked for."""
        if self.usual_form != "paths" or len(derivation.wrt) != 1 or derivation.graph is not self.network.graph:
            return None
        from symnn.handouts.pictures.decorating import network_picture

        return network_picture(self.network, derivation.wrt[0], derivation.of)

    def _matrix_view(self, derivation: MatrixDerivation) -> MatrixView:
        from symnn.handouts.matrix_page import MatrixView

        return MatrixView(
            self._tensor_numbers(derivation),
            self.update,
            self.title,
            self.network.source,
            self.check if self.checked or self.full else None,
            self._added,
            self.full,
            self.given,
            self._summed,
            self.assembly,
            self.rule,
        )

    def _tensor_numbers(self, derivation: MatrixDerivation) -> TensorNumbers | None:
        if self._at is None:
            return None
        from symnn.handouts.tensor_numbers import tensor_numbers_at

        return tensor_numbers_at(derivation, self._at)
