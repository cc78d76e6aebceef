"""A derivation as a document: the forward pass, then back-propagation or the slide's sums over paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from symnn.derivation.deltas import Delta, delta, deltas
from symnn.derivation.optimizers import SGD, Optimizer
from symnn.derivation.paths import PATH_LIMIT, path_count, paths
from symnn.derivation.sweep import Derivation, Factor
from symnn.documents.kinds import Bilingual
from symnn.expressions.terms import ZERO
from symnn.expressions.tree import Derivative, Name, Negative, Number, Tree
from symnn.handouts.chains import chain, route, sharing
from symnn.handouts.checked import checked_blocks, differences
from symnn.handouts.convention_box import conventions
from symnn.handouts.descent import descent
from symnn.handouts.document import Block, Document, Heading, Prose, ProseFact, Title, source_line
from symnn.handouts.equations import forward_lines, functions, output_error
from symnn.handouts.local_derivatives import local_derivatives
from symnn.handouts.ones import symbols_of_ones
from symnn.handouts.partials import Partials, Way, folded, folded_tree, named_factor, short
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.symbol_table import overview, shown_at
from symnn.networks.graph import Graph
from symnn.notation.boxes import Box, Script
from symnn.notation.items import (
    Aligned,
    Equals,
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
from symnn.notation.symbols import Symbols, symbol
from symnn.ops.operation import Factors

if TYPE_CHECKING:
    from symnn.derivation.by_sympy import Check
    from symnn.handouts.shown_numbers import Numbers

__all__ = ["Form", "View", "derivation_document"]

Form = Literal["paths", "deltas", "matrix"]

DELTA = "delta"
ANY = "q"
"""Any quantity, in the sentence that says what an error term is."""

MOST_FACTORS = 300
"""With more factors than this on a page no further sum over paths is begun."""

LARGEST_BOX = 8
"""How many lines a frame holds that is not broken over pages."""


class View(Struct, frozen=True):
    """What a document shows of a derivation: its form, numbers at a point, updates, the result of a check.

    ``whole`` is the network in tensors where the derivation is of its entries; ``added`` names a loss that stands in.
    ``full`` has every section, else there are those that suit the form. ``given`` are the names whose values the
    reader gave; ``matrices`` the blocks of the network in matrices, where it has layers. ``drawn`` is its picture with
    the paths of the one derivative that is asked for. ``summed`` says that an added loss is the sum of the output;
    ``rule`` is that of the updates.
    """

    form: Form = "deltas"
    numbers: Numbers | None = None
    update: bool = False
    check: Check | None = None
    title: Title | None = None
    source: str | Bilingual = ""
    whole: Graph | None = None
    added: str = ""
    full: bool = False
    given: frozenset[str] = frozenset()
    matrices: Document | None = None
    drawn: Diagram | None = None
    summed: bool = False
    rule: Optimizer = SGD


def derivation_document(
    derivation: Derivation, view: View, before: Sequence[tuple[Derivation, Numbers | None]] = ()
) -> Document:
    """Lay out a derivation.

    The deltas form has each error term ∂E/∂q once and every gradient from them; the paths form has for each
    quantity its paths, the chain of named partials, then the factors. More paths than can be written are
    counted, and that quantity's derivative is given from the error terms. Those ``before`` are of other results of
    the same network, the losses of other players, each with its numbers.
    """
    graph, whole = derivation.graph, view.whole or derivation.graph
    blocks: list[Block] = [view.title] if view.title else []
    blocks += source_line(view.source)
    blocks += conventions(whole, derivation, numbers=view.numbers is not None)
    blocks += overview(whole, shown_at(whole, view.numbers, view.given), view.drawn)
    blocks += [*forward_lines(whole, view.numbers), *output_error(whole, view.added, summed=view.summed)]
    if not view.full:
        blocks += functions(whole)
    symbols: dict[str, Box] = {**symbols_of(whole), **symbols_of(graph), **symbols_of_ones(whole.shapes.values())}
    sides = (*before, (derivation, view.numbers))
    for each, numbers in sides:
        written = _Written(each, Partials(graph), numbers, whole, several=bool(before), rule=view.rule)
        symbols |= written.symbols
        if view.full:
            blocks += local_derivatives(each, whole, numbers)
        blocks += written.by_paths() if view.form == "paths" else written.by_deltas()
        if view.full and view.form != "paths":
            blocks += written.one_in_full()
        if view.update or view.full:
            blocks += written.updates()
    if view.matrices is not None:
        blocks += view.matrices.blocks
        symbols |= view.matrices.symbols
    if view.check:
        table = [one for each, numbers in sides for one in _differences(each, numbers)]
        blocks += checked_blocks(view.check, table)
    return Document(tuple(blocks), symbols)


def _differences(derivation: Derivation, numbers: Numbers | None) -> tuple[Block, ...]:
    if numbers is None:
        return ()
    slopes = {name: numbers.of(Derivative(Name(derivation.of), Name(name))) for name in derivation.wrt}
    known = {name: slope for name, slope in slopes.items() if slope is not None and name in derivation.graph.free}
    at = {name: numbers.values[name] for name in derivation.graph.free}
    return differences(derivation.graph, at, derivation.of, known)


class _Written(Struct, frozen=True):
    """The parts of a document about one derivation, of ``several`` or the only one."""

    derivation: Derivation
    partials: Partials
    numbers: Numbers | None
    whole: Graph
    several: bool = False
    rule: Optimizer = SGD

    @property
    def _has_deltas(self) -> bool:
        """Say whether error terms are written δ_q: where that is clear, and no quantity is called δ."""
        graph = self.derivation.graph
        return not self.several and not any(name.startswith(DELTA) for name in graph.quantities)

    @property
    def symbols(self) -> Symbols:
        """How the error terms are written: δ with the quantity below it."""
        named = [*self.derivation.downward, ANY] if self._has_deltas else []
        known = symbols_of(self.derivation.graph)
        return {f"{DELTA}_{name}": Script(symbol(DELTA), known.get(name) or symbol(name)) for name in named}

    def _error_term(self, name: str) -> Tree:
        return Name(f"{DELTA}_{name}") if self._has_deltas else self._named(name)

    def by_deltas(self) -> Iterator[Block]:
        """Write each error term once, then the gradients."""
        yield from self._errors()
        yield Heading("head-gradients")
        yield Prose("gradients-explained", {"of": Piece(Name(self.derivation.of))})
        for layer in self._layers():
            lines = [self._delta(delta(self.derivation, name), gradient=True) for name in layer]
            yield Aligned(tuple(lines), paired=True, boxed=True)

    def _layers(self) -> Iterator[tuple[str, ...]]:
        """Put the quantities asked for together by the depth of what uses them, in boxes that fit on a page."""
        depths = _depths(self.derivation.graph)
        users = self.derivation.uses

        def depth(name: str) -> int:
            return min((depths[use.of] for use in users.get(name, ())), default=0)

        for _, layer in groupby(sorted(self.derivation.wrt, key=depth), key=depth):
            members = tuple(layer)
            for start in range(0, len(members), LARGEST_BOX):
                yield members[start : start + LARGEST_BOX]

    def _errors(self) -> Iterator[Block]:
        wanted = set(self.derivation.wrt)
        errors = [each for each in deltas(self.derivation) if each.wrt not in wanted]
        if not errors:
            return
        of = Piece(Name(self.derivation.of))
        yield Heading("head-deltas", {"of": of})
        if self._has_deltas:
            meaning = Piece(Derivative(Name(self.derivation.of), Name(ANY)))
            term = Equals(self._error_term(ANY), meaning.tree)
            yield Prose("deltas-explained", {"of": of, "term": term, "quantity": Piece(Name(ANY))})
        else:
            yield Prose("errors-explained", {"of": of})
        yield Aligned(tuple(self._delta(each) for each in errors), paired=True)
        forks = [each for each in errors if len(each.terms) > 1]
        if forks:
            users = tuple(Piece(Name(factor.of)) for factor in forks[0].terms)
            facts: dict[str, ProseFact] = {"name": Piece(Name(forks[0].wrt)), "users": users, "count": len(users)}
            yield Prose("fork-explained", facts)

    def one_in_full(self) -> Iterator[Block]:
        """Write the gradient with the longest paths as their sum, in every way there is."""
        counted = [(name, path_count(self.derivation, name)) for name in self.derivation.wrt]
        longest = [(len(paths(self.derivation, name)[0]), name) for name, count in counted if 0 < count <= PATH_LIMIT]
        if longest:
            most = max(length for length, _ in longest)
            name = next(name for length, name in longest if length == most)
            yield Heading("head-in-full", {"derivative": Piece(self._named(name))})
            yield from self._paths(name)

    def by_paths(self) -> Iterator[Block]:
        """Write the sum over paths for each quantity; of very many the first, the others are named."""
        written = 0
        for place, name in enumerate(self.derivation.wrt):
            if written > MOST_FACTORS:
                count = len(self.derivation.wrt) - place
                facts: dict[str, ProseFact] = {"count": count, "next": Piece(self._named(name)), "name": name}
                yield Prose("paths-left-out", facts)
                break
            yield Heading("head-derivative", {"derivative": Piece(self._named(name))})
            yield from self._paths(name)
            if path_count(self.derivation, name) <= PATH_LIMIT:
                written += sum(map(len, paths(self.derivation, name)))
        if any(path_count(self.derivation, name) > PATH_LIMIT for name in self.derivation.wrt):
            yield from self._errors()

    def updates(self) -> Iterator[Block]:
        """Write the step of gradient descent for each quantity, and what it does to the result."""
        return descent(self.whole, self.derivation.of, self.derivation.wrt, self.numbers, self.rule)

    def _named(self, name: str) -> Tree:
        return Derivative(Name(self.derivation.of), Name(name))

    def _by_name(self, factor: Factor) -> Factors:
        """Write a factor by its name, ∂y/∂a3, where that means nothing more; else as f'(a3)."""
        return named_factor(factor) if self.derivation.is_whole(factor) else self.partials.primed(factor)

    def _name(self, factor: Factor) -> Tree | None:
        """Name a factor where its name means nothing more than the factor."""
        return named_factor(factor)[0] if self.derivation.is_whole(factor) else None

    def _value(self, name: str) -> Value | None:
        return self.numbers.value(self._named(name)) if self.numbers else None

    def _numbered(self) -> Numbered | None:
        return self.numbers.under if self.numbers else None

    def _delta(self, each: Delta, *, gradient: bool = False) -> Line:
        """Write one error term as its sum over the users: the chain, what it is, its value."""
        named = self._named(each.wrt)
        left = one_piece(named if gradient else self._error_term(each.wrt))
        if not each.terms:
            return Line(left, (one_piece(Number(1) if each.of == each.wrt else ZERO),))
        ways: tuple[Way, ...] = (self._by_name, short, folded)
        first = [] if gradient or not self._has_deltas or each.terms[0].of != each.of else [one_piece(named)]
        steps = [*first, *(self._terms(each, way) for way in ways)]
        place = self.derivation.graph.position.get(each.wrt)
        label = "" if place is None or gradient or self.whole is not self.derivation.graph else f"B{place + 1}"
        put_in = self.numbers.put_in(folded_tree(each.formula)) if self.numbers else None
        value = None if _is_numeral(each.formula) else self._value(each.wrt)
        return Line(left, _news(left, steps), value, label=label, put_in=put_in)

    def _terms(self, each: Delta, way: Way) -> Expression:
        return added([multiplied([*self._error(factor), way(factor)]) for factor in each.terms])

    def _error(self, factor: Factor) -> list[tuple[Tree, ...]]:
        """Name the error term of the quantity that uses another, unless it is the result itself."""
        return [] if factor.of == self.derivation.of else [(self._error_term(factor.of),)]

    def _paths(self, name: str) -> Iterator[Block]:
        count = path_count(self.derivation, name)
        ends = {"of": Piece(Name(self.derivation.of)), "wrt": Piece(Name(name))}
        facts: dict[str, ProseFact] = {"count": count, **ends}
        if count > PATH_LIMIT:
            yield Prose("paths-counted", facts | {"limit": PATH_LIMIT})
            yield Aligned((self._delta(delta(self.derivation, name), gradient=True),))
            return
        walked = paths(self.derivation, name)
        if name == self.derivation.of or not walked:
            yield Aligned((self._delta(delta(self.derivation, name), gradient=True),))
            return
        yield Prose("paths-one" if count == 1 else "paths-several", facts)
        yield Aligned(tuple(Line((), (route(path),)) for path in walked))
        yield Prose(sharing(walked))
        ways: tuple[Way, ...] = (self._by_name, self.partials.primed, self.partials.written_out, short, folded)
        steps = [chain(walked, way, *((self._numbered(), self._name) if way is folded else ())) for way in ways]
        left = one_piece(self._named(name))
        yield Aligned((Line(left, _news(left, steps), self._value(name), stacked=True),))


def _is_numeral(tree: Tree) -> bool:
    """Say whether a formula is its own value: ∂L/∂V = -1."""
    return isinstance(tree.operand if isinstance(tree, Negative) else tree, Number)


def _depths(graph: Graph) -> dict[str, int]:
    """Say of each computed quantity how many equations lie between the inputs and it at most."""
    found: dict[str, int] = {}
    for equation in graph.equations:
        found[equation.left] = 1 + max((found.get(name, 0) for name in equation.uses), default=0)
    return found


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
