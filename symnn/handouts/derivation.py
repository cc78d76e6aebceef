"""A derivation as a document: the forward pass, then back-propagation or the slide's sums over paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from symnn.derivation.deltas import Delta, delta, deltas
from symnn.derivation.paths import PATH_LIMIT, path_count, paths
from symnn.derivation.sweep import Derivation, Factor
from symnn.expressions.terms import ZERO
from symnn.expressions.tree import Derivative, Name, Number, Tree
from symnn.handouts.chains import chain, route, sharing
from symnn.handouts.descent import descent
from symnn.handouts.document import Block, Document, Heading, Prose, ProseFact, Title
from symnn.handouts.equations import conventions, forward, functions, output_error
from symnn.handouts.partials import Partials, Way, named, short
from symnn.networks.graph import Graph
from symnn.notation.items import (
    Aligned,
    Expression,
    Line,
    Numbered,
    Piece,
    Value,
    added,
    multiplied,
    one_piece,
    ungrouped,
)
from symnn.notation.layout import symbols_of
from symnn.ops.operation import Factors

if TYPE_CHECKING:
    from symnn.derivation.checking import Check
    from symnn.handouts.numbers import Numbers

__all__ = ["Form", "View", "checked_blocks", "derivation_document"]

Form = Literal["paths", "deltas", "matrix"]


class View(Struct, frozen=True):
    """What a document shows of a derivation: its form, numbers at a point, updates, the result of a check.

    ``whole`` is the network in tensors where the derivation is of its entries; ``added`` names a loss that stands in.
    """

    form: Form = "deltas"
    numbers: Numbers | None = None
    update: bool = False
    check: Check | None = None
    title: Title | None = None
    source: str = ""
    whole: Graph | None = None
    added: str = ""


def derivation_document(derivation: Derivation, view: View, before: Sequence[Derivation] = ()) -> Document:
    """Lay out a derivation.

    The deltas form has each error ∂E/∂q once and every gradient from them; the paths form has for each
    quantity its paths, the chain of named partials, then the factors. More paths than can be written are
    counted, and that quantity's derivative is given from the errors. Those ``before`` are of other results of the
    same network: the losses of other players.
    """
    graph, whole = derivation.graph, view.whole or derivation.graph
    blocks: list[Block] = [view.title] if view.title else []
    if view.source:
        blocks.append(Prose("source-of-network", {"source": view.source}))
    blocks += [*forward(whole, view.numbers), *output_error(whole, view.added)]
    blocks += [*functions(whole), *conventions(derivation, whole)]
    for each in (*before, derivation):
        written = _Written(each, Partials(graph), view.numbers, whole)
        blocks += written.by_paths() if view.form == "paths" else written.by_deltas()
        if view.update:
            blocks += written.updates()
    if view.check:
        blocks += checked_blocks(view.check)
    return Document(tuple(blocks), {**symbols_of(whole), **symbols_of(graph)})


class _Written(Struct, frozen=True):
    """The parts of a document about one derivation."""

    derivation: Derivation
    partials: Partials
    numbers: Numbers | None
    whole: Graph

    def by_deltas(self) -> Iterator[Block]:
        """Write each error once, then the gradients."""
        yield from self._errors()
        yield Heading("head-gradients")
        yield Prose("gradients-explained", {"of": Piece(Name(self.derivation.of))})
        yield Aligned(tuple(self._delta(delta(self.derivation, name)) for name in self.derivation.wrt))

    def _errors(self) -> Iterator[Block]:
        wanted = set(self.derivation.wrt)
        errors = [each for each in deltas(self.derivation) if each.wrt not in wanted]
        if errors:
            of = Piece(Name(self.derivation.of))
            yield Heading("head-deltas", {"of": of})
            yield Prose("deltas-explained", {"of": of})
            yield Aligned(tuple(self._delta(each) for each in errors))

    def by_paths(self) -> Iterator[Block]:
        """Write the sum over paths for each quantity."""
        for name in self.derivation.wrt:
            yield Heading("head-derivative", {"derivative": Piece(self._named(name))})
            yield from self._paths(name)
        if any(path_count(self.derivation, name) > PATH_LIMIT for name in self.derivation.wrt):
            yield from self._errors()

    def updates(self) -> Iterator[Block]:
        """Write the step of gradient descent for each quantity."""
        value = self.numbers.value if self.numbers else lambda _: None
        return descent(self.whole, self.derivation.of, self.derivation.wrt, value)

    def _named(self, name: str) -> Tree:
        return Derivative(Name(self.derivation.of), Name(name))

    def _by_name(self, factor: Factor) -> Factors:
        """Write a factor by its name, ∂y/∂a3, where that means nothing more; else as f'(a3)."""
        return named(factor) if self.derivation.is_whole(factor) else self.partials.primed(factor)

    def _value(self, name: str) -> Value | None:
        return self.numbers.value(self._named(name)) if self.numbers else None

    def _numbered(self) -> Numbered | None:
        return self.numbers.under if self.numbers else None

    def _delta(self, each: Delta) -> Line:
        """Write one error as its sum over the users, in every way that says something new."""
        if not each.terms:
            end: tuple[Expression, ...] = (one_piece(Number(1) if each.of == each.wrt else ZERO),)
            return Line(one_piece(self._named(each.wrt)), end)
        left = one_piece(self._named(each.wrt))
        ways: tuple[Way, ...] = (self._by_name, self.partials.primed, short)
        steps = [self._terms(each, way, self._numbered() if way is short else None) for way in ways]
        return Line(left, _news(left, steps), self._value(each.wrt))

    def _terms(self, each: Delta, way: Way, numbered: Numbered | None = None) -> Expression:
        return added([multiplied([*self._error(factor), way(factor)], numbered) for factor in each.terms])

    def _error(self, factor: Factor) -> list[tuple[Tree, ...]]:
        """Name the error of the quantity that uses another, unless it is the result itself."""
        return [] if factor.of == self.derivation.of else [(self._named(factor.of),)]

    def _paths(self, name: str) -> Iterator[Block]:
        count = path_count(self.derivation, name)
        ends = {"of": Piece(Name(self.derivation.of)), "wrt": Piece(Name(name))}
        facts: dict[str, ProseFact] = {"count": count, **ends}
        if count > PATH_LIMIT:
            yield Prose("paths-counted", facts | {"limit": PATH_LIMIT})
            yield Aligned((self._delta(delta(self.derivation, name)),))
            return
        walked = paths(self.derivation, name)
        if name == self.derivation.of or not walked:
            yield Aligned((self._delta(delta(self.derivation, name)),))
            return
        yield Prose("paths-one" if count == 1 else "paths-several", facts)
        yield Aligned(tuple(Line((), (route(path),)) for path in walked))
        yield Prose(sharing(walked))
        ways: tuple[Way, ...] = (self._by_name, self.partials.primed, self.partials.written_out, short)
        steps = [chain(walked, way, self._numbered() if way is short else None) for way in ways]
        left = one_piece(self._named(name))
        yield Aligned((Line(left, _news(left, steps), self._value(name), stacked=True),))


def _news(left: Expression, steps: Iterable[Expression]) -> tuple[Expression, ...]:
    """Leave out a step that repeats what stands before it; of two alike the one with numbers stays."""
    found: list[Expression] = []
    for step in steps:
        shown = ungrouped(step) if len(step) == 1 else step
        if found and ungrouped(shown) == ungrouped(found[-1]):
            found[-1] = shown
        elif shown != left:
            found.append(shown)
    return tuple(found)


def checked_blocks(check: Check) -> Iterator[Block]:
    """Say whether SymPy agrees."""
    yield Heading("head-check")
    digits = f"{check.max_error:.1e}"
    error = Fraction(digits)
    if check.sympy or not check.formulas_agree:
        code = "check-agrees" if check.sympy else "check-disagrees"
        yield Prose(code, {"error": Piece(Number(error.numerator, error.denominator, digits))})
    if check.numbers_error is not None:
        digits = f"{min(check.numbers_error, 1e99):.1e}"
        error = Fraction(digits)
        code = "check-numbers" if check.numbers_agree else "check-numbers-differ"
        yield Prose(code, {"error": Piece(Number(error.numerator, error.denominator, digits))})
    if check.unchecked:
        yield Prose("check-not-done", {"names": tuple(Piece(Name(name)) for name in check.unchecked)})
