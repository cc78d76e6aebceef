"""Is an explanation true? Each finding is taken at its word: the named change, made in the key, gives the answer.

Nothing here knows how a finding was made. A key is laid out as programs (the paths written out, the errors step by
step, the equations themselves), each step a tree; what a finding names is changed at one place, in one step or
throughout, and the program is run at two points drawn at random. The claim is true if some such change gives what
the student's formula is worth. Several findings are changes one after the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations, islice, permutations
from typing import NamedTuple

import numpy as np

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.paths import path_count, paths
from symnn.derivation.sweep import Derivation, Factor, derive
from symnn.errors import Problem, SymnnError
from symnn.expressions.terms import product, total
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    bare,
    children,
    mapped,
    names,
    rebuilt,
    walk,
)
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.networks.graph import Graph
from symnn.networks.tree_shapes import Misfit
from symnn.numeric.arithmetic import arrays
from symnn.numeric.interpreter import Interpreter, ValueMissing
from symnn.numeric.valued import Valued, filled_tensor, valued
from symnn.ops.shapes import Unfit
from symnn.ops.table import OF_NUMBERS, OPERATIONS
from symnn.verdicts.finding import Finding, in_words

ONE = Number(1)
NO_VALUE = (Unfit, Misfit, ValueMissing, SymnnError, ZeroDivisionError, OverflowError, KeyError, IndexError, ValueError)
MOST_PATHS, MOST_ENTRIES, MOST_CHANGES, MOST_BOTH = 40, 60, 8_000, 20_000
Values = dict[str, Valued]
Change = Callable[[Tree, "Sight"], Iterator[Tree]]


class Step(NamedTuple):
    """One step of a program: ``via`` are the quantities that it goes through, ``back`` if it is no equation."""

    name: str
    tree: Tree
    via: frozenset[str] = frozenset()
    back: bool = False


Program = tuple[Step, ...]


class Sight:
    """The values of all nodes of a program at one point."""

    def __init__(self, world: World, program: Program, point: int = 0) -> None:
        self.world = world
        self.seen: dict[int, tuple[Tree, object]] = {}
        self.values = world.run(program, point, self.seen) or {}
        self.rights = {step.name: step.tree for step in program}

    def value(self, tree: Tree) -> Valued | None:
        """Give what a tree is worth here."""
        known = self.seen.get(id(tree))
        return valued(known[1]) if known is not None else self.world.value(tree, self.values)

    def same(self, tree: Tree, other: Valued | None) -> bool:
        """Say whether a tree is worth as much."""
        return other is not None and (own := self.value(tree)) is not None and alike(own, other)


def alike(one: Valued, other: Valued, near: float = 1e-7) -> bool:
    if one.shape != other.shape:
        return False
    size = np.abs(other.array).max(initial=0.0)
    return bool(np.isfinite(one.array).all() and (np.abs(one.array - other.array) <= near * size + 1e-300).all())


class World:
    """A network, a key, two points."""

    def __init__(self, graph: Graph, key: Tree, seed: int = 7) -> None:
        self.graph, self.key = graph, bare(key)
        self.written: dict[str, Tree] = {}  # formulas of facts by their text, for what no scope can read
        self._interpreter = Interpreter(arrays(graph.conventions), graph.functions)
        for turned in (True, False):  # all positive where a root or a logarithm asks for it
            points = (random.Random(seed + n) for n in range(2))  # noqa: S311 - points of a test
            self.given = [self._drawn(rng, turned=turned) for rng in points]
            self.programs = tuple(self._programs())
            truth = self.results(self.programs[0])
            self.truth = truth if truth and all(np.isfinite(value.array).all() for value in truth) else None
            if self.truth is not None:
                break

    def _drawn(self, rng: random.Random, *, turned: bool) -> Values:
        given: Values = {}
        for name in (*self.graph.free, "eta"):
            shape = self.graph.shapes.get(name, ())
            size = int(np.prod(shape))
            array = np.array([rng.uniform(0.2, 0.9) for _ in range(size)]).reshape(shape)
            if name in self.graph.distributions:
                array = array / array.sum(axis=0 if self.graph.samples == "columns" else -1, keepdims=True)
            elif turned and name != "eta":
                array = array * np.array([rng.choice((-1, 1, 1)) for _ in range(size)]).reshape(shape)
            given[name] = Valued(array, shape)
        return given

    def value(self, tree: Tree, at: Values, seen: dict | None = None) -> Valued | None:
        """Give what a tree is worth at some values; None where it has no value."""
        try:
            with np.errstate(all="ignore"):
                return valued(self._interpreter.of(self._named(tree), at, seen))
        except NO_VALUE:
            return None

    def _named(self, tree: Tree) -> Tree:
        """Write derivatives by their names, as the steps of a program are called."""
        if not any(isinstance(node, Derivative) for node in walk(tree)):
            return tree
        return mapped(tree, self._adjoint)

    def _adjoint(self, node: Tree) -> Tree | None:
        match node:
            case Derivative(Name(of), Name(wrt)):
                unit = self.graph.definitions.get(of)
                if isinstance(unit, Call) and unit.function in self.graph.functions and unit.arguments == (Name(wrt),):
                    return Call(unit.function, (Name(wrt),), 1)
                return Name(adjoint_name(of, wrt))
            case Derivative(Name(of), inner) if inner is not None:
                unit = next(
                    (
                        n
                        for n, r in self.graph.definitions.items()
                        if isinstance(r, Call) and bare(inner) in sums_and_terms(r.arguments)
                    ),
                    "",
                )
                return Name(f"delta_{unit}") if unit else None
        return None

    def run(self, program: Program, point: int, seen: dict | None = None) -> Values | None:
        """Work a program out."""
        at = dict(self.given[point])
        for step in program:
            found = self.value(step.tree, at, seen)
            if found is None:
                return None
            try:
                at[step.name] = filled_tensor(found, self.graph.shapes.get(step.name, found.shape))
            except Unfit:
                return None
        return at

    def results(self, program: Program) -> tuple[Valued, ...] | None:
        """Give what a program comes to at both points."""
        found = [self.run(program, point) for point in range(2)]
        last = program[-1].name
        return None if None in found else tuple(values[last] for values in found if values)

    def worth(self, answer: Tree) -> tuple[Valued, ...] | None:
        """Give what a student's formula is worth at the points; None where it is no real number."""
        found = self.results((*self.forward, Step("answer", answer)))
        return found if found and all(np.isfinite(value.array).all() for value in found) else None

    @cached_property
    def forward(self) -> Program:
        """The equations, a step each."""
        return tuple(Step(e.left, e.right) for e in self.graph.equations)

    @cached_property
    def pair(self) -> tuple[str, str] | None:
        """The derivative that the key holds."""
        pairs = {(node.of.name, node.wrt.name) for node in walk(self.key) if is_plain(node)}
        return pairs.pop() if len(pairs) == 1 else None

    def errors(self, of: str, wrt: tuple[str, ...]) -> Program:
        """List the errors step by step, what each user sends back a step of its own."""
        steps: list[Step] = []
        for error in derive_matrix(self.graph, of, wrt).errors:
            parts = [
                Step(f"{error.name}|{n}", term.tree, frozenset((term.user, error.wrt)), back=True)
                for n, term in enumerate(error.terms)
            ]
            steps += parts
            whole = total(tuple(Name(part.name) for part in parts))
            steps.append(Step(error.name, whole, frozenset((error.wrt,)), back=True))
        return (*self.forward, *steps)

    def _programs(self) -> Iterator[Program]:
        answer = Step("answer", self._named(self.key), back=True)
        if self.pair is None:
            yield (*self.forward, answer)
            if isinstance(self.key, Name) and self.key.name in self.graph.definitions:
                yield (*self.forward, Step("answer", self.graph.definitions[self.key.name], back=True))
                yield from self._by_entries(self.key.name)
            return
        of, wrt = self.pair
        yield (*self.errors(of, (wrt,)), answer)
        yield joined((*self.errors(of, (wrt,)), answer))
        if not self.graph.shapes:
            derivation = derive(self.graph, of, (wrt,))
            if 0 < path_count(derivation, wrt) <= MOST_PATHS:
                for whole in (True, False):
                    yield (*self.forward, *self._paths(paths(derivation, wrt), whole=whole), answer)

    def _by_entries(self, name: str) -> Iterator[Program]:
        """Lay out a number of a network of tensors, entry by entry."""
        if self.graph.shapes and not self.graph.shapes.get(name, ()):
            equations = self.graph.entrywise.equations
            if len(equations) <= MOST_ENTRIES:
                yield (*(Step(e.left, e.right) for e in equations), Step("answer", Name(name), back=True))

    def _paths(self, found: tuple, *, whole: bool) -> Iterator[Step]:
        of, wrt = self.pair
        steps = []
        for n, path in enumerate(found):
            parts = [part for factor in path for part in self._factors(factor, whole=whole)]
            steps.append(Step(f"path|{n}", product(tuple(parts)), frozenset(f.of for f in path), back=True))
        yield from steps
        yield Step(adjoint_name(of, wrt), total(tuple(Name(step.name) for step in steps)), back=True)

    def _factors(self, factor: Factor, *, whole: bool) -> Iterator[Tree]:
        unit = self.graph.definitions.get(factor.of)
        if whole and isinstance(unit, Call) and len(unit.arguments) == 1 and unit.function in self.graph.functions:
            yield Call(unit.function, unit.arguments, 1)
            return
        yield from factor.parts

    def tree(self, fact: object) -> Tree:
        """Take a fact as a tree."""
        if not isinstance(fact, str):
            return bare(fact)
        if any(isinstance(node, Call) and node.function == "spread" for node in walk(self.written.get(fact, ONE))):
            return self.written[fact]  # a number for a whole tensor is written as the number
        if fact in self.graph.quantities or fact == "eta":
            return Name(fact)
        found = read(fact, self.graph.scope)
        if isinstance(found, Problem):
            names_of = {name: quantity.shape for name, quantity in self.graph.quantities.items()} | {"eta": ()}
            found = read(fact, Scope.of(names_of, dict.fromkeys(self.graph.functions, 1), units=self.graph.units))
        if isinstance(found, Problem):
            if fact in self.written:
                return self.written[fact]
            raise Unreadable(fact)
        return bare(found.tree)

    def take(self, findings: tuple[Finding, ...]) -> None:
        """Keep the formulas of findings by how they are written."""
        told = (fact for one in findings for fact in getattr(one.facts, "told", {}).values())
        trees = (part for fact in told for part in listed(fact) if not isinstance(part, str | int))
        self.written |= {str(in_words(tree)): bare(tree) for tree in trees}


class Unreadable(Exception):  # noqa: N818 - a fact that is no mathematics
    """A fact cannot be understood."""


def joined(program: Program) -> Program:
    """Write the errors that are used once where they are used."""
    steps = list(program)
    for step in program[:-1]:
        users = [n for n, one in enumerate(steps) if any(node == Name(step.name) for node in walk(one.tree))]
        if step.back and len(users) == 1 and "|" not in step.name:
            own = next(one for one in steps if one.name == step.name)
            user = steps[users[0]]
            larger = mapped(user.tree, lambda node, own=own: own.tree if node == Name(own.name) else None)
            steps[users[0]] = user._replace(tree=larger)
            steps.remove(own)
    return tuple(steps)


def sums_and_terms(trees: tuple[Tree, ...]) -> tuple[Tree, ...]:
    return (*trees, *(term for tree in trees if isinstance(tree, Sum) for term in tree.terms))


def is_plain(node: Tree) -> bool:
    return isinstance(node, Derivative) and isinstance(node.of, Name) and isinstance(node.wrt, Name)


# changes at places


def rewritings(tree: Tree, change: Change, sight: Sight) -> Iterator[Tree]:
    """All trees with the change made at one place."""
    yield from change(tree, sight)
    parts = children(tree)
    for place, part in enumerate(parts):
        for other in rewritings(part, change, sight):
            yield rebuilt(tree, (*parts[:place], other, *parts[place + 1 :]))


def opened(tree: Tree, change: Change, sight: Sight, deep: int = 9) -> Iterator[Tree]:
    """All trees in which one use of a quantity, written out, has the change."""
    if isinstance(tree, Name) and deep and (right := sight.rights.get(tree.name)) is not None:
        yield from rewritings(right, change, sight)
        yield from opened(right, change, sight, deep - 1)
    parts = children(tree)
    for place, part in enumerate(parts):
        for other in opened(part, change, sight, deep):
            yield rebuilt(tree, (*parts[:place], other, *parts[place + 1 :]))


def throughout(tree: Tree, change: Change, sight: Sight) -> Tree:
    """Make the change wherever it can be, the outermost first."""
    other = next(change(tree, sight), None)
    if other is not None:
        return other
    parts = children(tree)
    return rebuilt(tree, tuple(throughout(part, change, sight) for part in parts)) if parts else tree


def changed(program: Program, change: Change, world: World, path: tuple[str, ...] = ()) -> Iterator[Program]:
    """All programs with the change made at one place, in one step, in all steps back, in all steps."""
    sight = Sight(world, program)
    places = [n for n, step in enumerate(program) if not path or on_path(step, path)]
    for place in reversed(places):
        for tree in rewritings(program[place].tree, change, sight):
            yield put(program, {place: tree})
    for place in reversed(places):
        if program[place].back:
            for tree in opened(program[place].tree, change, sight):
                yield put(program, {place: tree})
    whole = {n: throughout(program[n].tree, change, sight) for n in places}
    for place in places:
        yield put(program, {place: whole[place]})
    yield put(program, {n: tree for n, tree in whole.items() if program[n].back})
    layers = {frozenset(v for v in program[n].via) for n in places}
    yield put(program, {n: tree for n, tree in whole.items() if not program[n].back}) if layers else program
    yield put(program, whole)
    some = [n for n in places if whole[n] != program[n].tree]
    for size in (2, 3):
        for chosen in combinations(some[:10], size):
            yield put(program, {n: whole[n] for n in chosen})


def on_path(step: Step, path: tuple[str, ...]) -> bool:
    return (
        step.name in path
        or bool(step.via.intersection(path))
        or any(step.name.startswith(f"delta_{one}|") for one in path)
    )


def put(program: Program, trees: dict[int, Tree]) -> Program:
    return tuple(step._replace(tree=trees[n]) if n in trees else step for n, step in enumerate(program))


def instead(meant: Tree, wrote: Tree | None, world: World) -> Change:
    """One thing for another, found by its value; None leaves a factor out."""

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        value = sight.value(world._named(meant))
        if value is None:
            return
        if sight.same(node, value):
            yield ONE if wrote is None else wrote
        match node:
            case Product(factors) | Entrywise(factors):
                kind = type(node)
                for start in range(len(factors)):
                    for end in range(start + 1, len(factors) + 1):
                        part = factors[start:end]
                        if (len(part) > 1 or wrote is None) and sight.same(
                            kind(part) if len(part) > 1 else part[0], value
                        ):
                            kept = (*factors[:start], *(() if wrote is None else (wrote,)), *factors[end:])
                            yield kept[0] if len(kept) == 1 else kind(kept) if kept else ONE
                for first, second in combinations(range(len(factors)), 2):
                    if second > first + 1 and sight.same(kind((factors[first], factors[second])), value):
                        kept = tuple(f for n, f in enumerate(factors) if n not in (first, second))
                        yield kind((*kept, ONE if wrote is None else wrote))
            case Quotient(over, under) if sight.same(Quotient(ONE, under), value):
                yield over if wrote is None else Product((over, wrote))

    return change


def joint(changes: list[Change]) -> Change:
    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        for one in changes:
            yield from one(node, sight)

    return change


def scaled(program: Program, ratio: Tree, world: World, path: tuple[str, ...] = ()) -> Iterator[Program]:
    """Multiply some step back by a factor, or several terms of one sum."""
    places = [n for n, step in enumerate(program) if step.back and (not path or on_path(step, path))]
    for place in reversed(places):
        own = program[place].tree
        scalar = not names(ratio)
        shape = world.graph.shapes.get(ratio.name, ()) if isinstance(ratio, Name) else ()
        kinds = (
            (Product((ratio, own)), Entrywise((own, ratio)))
            if not scalar and (shape or not isinstance(ratio, Name))
            else (Product((ratio, own)),)
        )
        for tree in kinds:
            yield put(program, {place: tree})
    terms = [n for n in places if "|" in program[n].name]
    for size in (2, 3):
        for chosen in combinations(terms[:8], size):
            yield put(program, {n: Product((ratio, program[n].tree)) for n in chosen})


def inside(ratio: Tree) -> Change:
    """Multiply by a factor more at any place."""

    def change(node: Tree, _: Sight) -> Iterator[Tree]:
        if isinstance(node, Product | Entrywise):
            yield type(node)((*node.factors, ratio))
            yield type(node)((ratio, *node.factors))
            yield Entrywise((node, ratio))

    return change


# what each code says


def listed(fact: object) -> tuple:
    return fact if isinstance(fact, tuple) else (fact,)


def pairs_of(world: World, facts: dict) -> list[tuple[Tree, Tree]]:
    meant, wrote = listed(facts["meant"]), listed(facts["wrote"])
    if len(meant) != len(wrote):
        meant, wrote = (meant * len(wrote), wrote) if len(meant) == 1 else (meant, wrote * len(meant))
    return [(world.tree(one), world.tree(other)) for one, other in zip(meant, wrote, strict=True)]


def exchange(world: World, facts: dict) -> Change:
    return joint([instead(meant, wrote, world) for meant, wrote in pairs_of(world, facts)])


def argument_change(world: World, facts: dict) -> Change:
    of = str(facts["of"])
    return joint([instead(Call(of, (m,), 1), Call(of, (w,), 1), world) for m, w in pairs_of(world, facts)])


def applied(world: World, at: tuple[Tree, ...], new: Callable[[Call], Iterator[Tree]], order: int = 0) -> Change:
    """Change functions of these arguments (none: of any)."""

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        calls = [node] if isinstance(node, Call) and node.order == order else []
        if isinstance(node, Name) and isinstance(unit := world.graph.definitions.get(node.name), Call) and not order:
            calls.append(unit)
        for call in calls:
            if len(call.arguments) == 1 and (
                not at or any(sight.same(call.arguments[0], sight.value(one)) for one in at)
            ):
                yield from new(call)

    return change


def without_activation(world: World, facts: dict) -> Change:
    at = tuple(world.tree(one) for one in listed(facts["at"]))
    bare_sums = applied(world, at, lambda call: iter(call.arguments))
    slopes = applied(world, at, lambda call: of_the_sum(world, call), order=1)
    return joint([bare_sums, slopes])


def of_the_sum(world: World, call: Call) -> Iterator[Tree]:
    """F' written with the weighted sum where its value belongs."""
    known = world.graph.functions.get(call.function)
    if known is not None:
        for one, other in (
            (call.arguments[0], call.arguments[0]),
            (Call(call.function, call.arguments), call.arguments[0]),
        ):
            parts = known.derivative(one, call.arguments[0])
            yield product(parts)
            if len(parts) > 1:
                mixed = known.derivative(other, call.arguments[0])
                yield product((parts[0], *mixed[1:]))
                yield product((mixed[0], *parts[1:]))


def other_function(world: World, facts: dict) -> Change:
    meant, wrote = str(facts["meant"]), str(facts["wrote"])

    def fits(call: Call) -> bool:
        known = world.graph.functions.get(call.function)
        return meant in (call.function, known.known if known is not None else "")

    def value(call: Call) -> Iterator[Tree]:
        if fits(call):
            yield call.arguments[0] if wrote == "identity" else Call(wrote, call.arguments)

    def slope(call: Call) -> Iterator[Tree]:
        if fits(call):
            yield Call(wrote, call.arguments, 1)
            if wrote in OF_NUMBERS:
                yield product_entrywise(
                    OF_NUMBERS[wrote].partials(Call(call.function, call.arguments), call.arguments[0])[0]
                )
            own = world.graph.functions.get(wrote)
            if own is not None:
                yield product_entrywise(own.derivative(Call(call.function, call.arguments), call.arguments[0]))

    def sum_itself(node: Tree, _: Sight) -> Iterator[Tree]:
        if meant == "identity" and isinstance(node, Sum):
            yield Call(wrote, (node,))
        if isinstance(node, Call) and node.function == meant and len(node.arguments) > 1:
            yield Call(wrote, node.arguments)

    return joint([applied(world, (), value), applied(world, (), slope, order=1), sum_itself])


def product_entrywise(parts: tuple[Tree, ...]) -> Tree:
    entrywise = tuple(part for one in parts for part in (one.factors if isinstance(one, Product) else (one,)))
    entrywise = tuple(mapped(part, square) for part in entrywise)
    return entrywise[0] if len(entrywise) == 1 else Entrywise(entrywise)


def square(node: Tree) -> Tree | None:
    """f² entry by entry."""
    return Entrywise((node.base,) * 2) if isinstance(node, Power) and node.exponent == Number(2) else None


def powers(world: World, facts: dict) -> Change:
    meant, wrote = world.tree(facts["meant"]), world.tree(facts["wrote"])

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        if meant == ONE:
            yield Power(node, wrote)
        if isinstance(node, Power) and sight.same(node.exponent, sight.value(meant)):
            yield Power(node.base, wrote)
            if wrote == ONE:
                yield node.base
        if isinstance(node, Entrywise | Product) and meant == Number(2) and wrote == ONE:
            for n, factor in enumerate(node.factors[1:], 1):
                if factor == node.factors[n - 1]:
                    yield (
                        rebuilt(node, (*node.factors[:n], *node.factors[n + 1 :])) if len(node.factors) > 2 else factor
                    )
        if isinstance(node, Call) and node.order == 1 and meant == Number(2):
            yield difference(ONE, Call(node.function, node.arguments))  # 1 - y for the 1 - y² of tanh

    return change


def difference(one: Tree, other: Tree) -> Tree:
    return Sum((one, Negative(other)))


def one_plus(world: World, facts: dict) -> Change:
    found = []
    for one in listed(facts["of"]):
        value = world.tree(one)
        found.append(instead(difference(ONE, value), Sum((ONE, value)), world))
        found.append(instead(Entrywise((value, difference(ONE, value))), Entrywise((value, Sum((ONE, value)))), world))
        found.append(instead(difference(ONE, Entrywise((value, value))), Sum((ONE, Entrywise((value, value)))), world))
        found.append(instead(Product((value, difference(ONE, value))), Product((value, Sum((ONE, value)))), world))
    return joint(found)


def missing_factors(world: World, facts: dict) -> Change:
    return joint([instead(world.tree(one), None, world) for one in listed(facts["factor"])])


def turned_sign(world: World, facts: dict) -> Change:
    found = []
    for one in listed(facts["at"]):
        tree = world.tree(one)
        found.append(instead(tree, Negative(tree), world))
    return joint(found)


def without_terms(world: World, facts: dict) -> Change:
    term = world.tree(facts["term"])

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        if isinstance(node, Sum):
            for n, own in enumerate(node.terms):
                if sight.same(own, sight.value(term)) or sight.same(own, sight.value(Negative(term))):
                    kept = (*node.terms[:n], *node.terms[n + 1 :])
                    yield kept[0] if len(kept) == 1 else Sum(kept)

    return change


def transposes(world: World, facts: dict) -> Change:
    if facts.get("how") == "answer":
        return lambda node, _: iter((Transpose(node),))
    matrix = world.tree(facts["matrix"])

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        value, turned = sight.value(world._named(matrix)), sight.value(world._named(Transpose(matrix)))
        if sight.same(node, value) or sight.same(node, turned):
            yield node.operand if isinstance(node, Transpose) else Transpose(node)

    return change


def orders(world: World, facts: dict) -> Change:
    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        if isinstance(node, Product):
            for n in range(len(node.factors) - 1):
                one, other = node.factors[n : n + 2]
                if "of" not in facts or sight.same(
                    Product((one, other)), sight.value(world._named(world.tree(facts["of"])))
                ):
                    yield Product((*node.factors[:n], other, one, *node.factors[n + 2 :]))

    return change


def other_product(world: World, facts: dict) -> Change:
    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        if isinstance(node, Product | Entrywise) and sight.same(
            node, sight.value(world._named(world.tree(facts["of"])))
        ):
            yield Entrywise(node.factors) if isinstance(node, Product) else Product(node.factors)

    return change


def turned_kernels(node: Tree, _: Sight) -> Iterator[Tree]:
    if isinstance(node, Call):
        if node.function == "rotate180":
            yield node.arguments[0]
        for n, argument in enumerate(node.arguments):
            if not isinstance(argument, Number):
                turned = Call("rotate180", (argument,))
                yield Call(node.function, (*node.arguments[:n], turned, *node.arguments[n + 1 :]))
        for other in OPERATIONS[node.function].confusable if node.function in OPERATIONS else ():
            yield Call(other, node.arguments)
    yield Call("rotate180", (node,))


def called_otherwise(_: World, facts: dict) -> Change:
    def change(node: Tree, __: Sight) -> Iterator[Tree]:
        if isinstance(node, Call) and node.function == facts["meant"]:
            yield Call(str(facts["wrote"]), node.arguments)

    return change


CHANGES: dict[str, Callable[[World, dict], Change]] = {
    "missing-factor": missing_factors,
    "divided": lambda w, f: joint([instead(w.tree(one), Quotient(ONE, w.tree(one)), w) for one in listed(f["factor"])]),
    "wrong-factor": exchange,
    "wrong-quantity": exchange,
    "wrong-argument": argument_change,
    "function-for-derivative": lambda w, f: joint(
        [
            instead(Call(v.function, v.arguments, 1), v, w)
            for one in listed(f["of"])
            if isinstance(v := w.tree(one), Call)
        ]
    ),
    "one-plus": one_plus,
    "condition-turned": lambda w, f: instead(
        Call("step", (w.tree(f["at"]),)), Call("step", (Negative(w.tree(f["at"])),)), w
    ),
    "complement": lambda w, f: instead(difference(ONE, w.tree(f["of"])), w.tree(f["of"]), w),
    "activation-missing": without_activation,
    "activation-wrong": other_function,
    "operation-wrong": called_otherwise,
    "pooling-kind": called_otherwise,
    "exponent": powers,
    "missing-term": without_terms,
    "inverted": lambda w, f: instead(w.tree(f["at"]), Quotient(ONE, w.tree(f["at"])), w),
    "transposed": transposes,
    "order": orders,
    "product-kind": other_product,
    "flipped-kernel": lambda _, __: turned_kernels,
    "missing-mean": lambda w, f: instead(w.tree(f["of"]), Call("sum", w.tree(f["of"]).arguments), w),
}
"""The findings that name a change at a place."""


def states(world: World, program: Program, finding: Finding) -> Iterator[Program]:
    """All programs that a finding may mean."""
    facts, code = dict(finding.facts), finding.code
    path = tuple(map(str, listed(facts["path"]))) if "path" in facts else ()
    if code == "bias":
        names_of = [world.tree(one) for one in listed(facts["bias"])]
        turned = [instead(b, Negative(b) if facts["how"] == "sign" else Number(0), world) for b in names_of]
        yield from changed(program, joint(turned), world, path)
    elif code == "sign" and "at" in facts:
        yield from changed(program, turned_sign(world, facts), world, path)
    elif code in ("sign", "update-sign"):
        if code == "sign" or str(facts.get("way", "down")) == direction(world.key):
            yield from scaled(program, Number(-1), world, path)
        if code == "update-sign" and str(facts.get("way", "down")) == direction(world.key):
            yield from updates(world, program)
    elif code == "constant" and "factor" in facts:
        yield from changed(program, missing_factors(world, facts), world, path)
    elif code in ("constant", "near-miss"):
        yield from scaled(program, number(str(facts["ratio"])), world, path)
        half = number(str(facts["ratio"]))
        yield from changed(program, lambda node, _: iter((Product((half, node)),)), world)
    elif code == "convention":
        ratio = {"missing-2": Number(1, 2), "half-loss": Number(2)}.get(str(facts["which"]), Number(-1))
        yield from scaled(program, ratio, world, path)
    elif code == "extra-factor":
        factor = world.tree(facts["factor"])
        yield from scaled(program, factor, world, path)
        yield from changed(program, inside(factor), world, path)
        if isinstance(factor, Number):  # before what is no product yet
            yield from changed(program, lambda node, _: iter((Product((factor, node)),)), world, path)
    elif code in WHOLE:
        yield from WHOLE[code](world, program, facts)
    elif code in CHANGES:
        yield from changed(program, CHANGES[code](world, facts), world, path)


def number(text: str) -> Tree:
    value = Fraction(text)
    return Number(value.numerator, value.denominator)


def answered(program: Program, tree: Tree) -> Program:
    return (*program[:-1], program[-1]._replace(tree=tree))


def direction(rule: Tree) -> str:
    """Say whether an update rule goes down or up."""
    return "down" if isinstance(rule, Sum) and isinstance(rule.terms[1], Negative) else "up"


def updates(world: World, program: Program) -> Iterator[Program]:
    old = Name(world.pair[1]) if world.pair else None
    answer = program[-1].tree
    if isinstance(answer, Sum) and answer.terms[0] == old:
        yield answered(program, Sum((old, *(Negative(term) for term in answer.terms[1:]))))


def only_step(world: World, program: Program, facts: dict) -> Iterator[Program]:
    answer = program[-1].tree
    if isinstance(answer, Sum) and str(facts.get("way", "down")) == direction(world.key):
        yield answered(program, answer.terms[1] if len(answer.terms) == 2 else Sum(answer.terms[1:]))


def given_update(world: World, program: Program, _: dict) -> Iterator[Program]:
    old, step = Name(world.pair[1]), Product((Name("eta"), program[-1].tree))
    for tree in (difference(old, step), Sum((old, step)), Negative(step)):
        yield answered(program, tree)


def rate(_: World, program: Program, facts: dict) -> Iterator[Program]:
    factor = Quotient(ONE, Name("eta")) if facts["how"] == "missing" else Name("eta")
    answer = program[-1].tree
    if "eta" not in names(answer):
        return
    if isinstance(answer, Sum):
        yield answered(program, Sum((answer.terms[0], *(Product((factor, term)) for term in answer.terms[1:]))))
    yield answered(program, Product((factor, answer)))


def by_another(world: World, program: Program, facts: dict) -> Iterator[Program]:
    of, wrt = world.pair
    at = str(facts.get("at", facts.get("quantity")))
    derived, _, unit = at, 0, None
    for name in world.graph.quantities:
        if name == at:
            yield (
                *world.errors(of, (derived,)),
                replaced_adjoint(program[-1], of, wrt, Name(adjoint_name(of, derived))),
            )
            return
    about = world._named(Derivative(Name(of), world.tree(facts.get("at", facts.get("quantity")))))
    yield answered(program, about)
    # z/y: the derivative of the loss by the output itself
    unit = next((n for n, r in world.graph.definitions.items() if bare(world.tree(at)) == bare(r)), None)
    if unit is not None:
        yield (*world.errors(of, (unit,)), replaced_adjoint(program[-1], of, wrt, Name(adjoint_name(of, unit))))


def replaced_adjoint(step: Step, of: str, wrt: str, other: Tree) -> Step:
    return step._replace(tree=mapped(step.tree, lambda node: other if node == Name(adjoint_name(of, wrt)) else None))


def other_result(world: World, program: Program, facts: dict) -> Iterator[Program]:
    wrote, wrt = str(facts["wrote"]), world.pair[1]
    yield (*world.errors(wrote, (wrt,)), program[-1]._replace(tree=Name(adjoint_name(wrote, wrt))))


def missing_ways(_: World, program: Program, facts: dict) -> Iterator[Program]:
    through = {str(one) for one in listed(facts["through"])}
    for test in (through.issubset, lambda via: bool(through & via)):
        gone = {n: Number(0) for n, step in enumerate(program) if "|" in step.name and test(step.via)}
        if gone:
            yield put(program, gone)
            for n in gone:
                yield put(program, {n: Number(0)})


def only_way(_: World, program: Program, facts: dict) -> Iterator[Program]:
    for step in program:
        if str(facts["through"]) in step.via and "|" in step.name:
            start = step.name.split("|")[0]
            gone = {
                n: Number(0) for n, s in enumerate(program) if s.name.startswith(f"{start}|") and s.name != step.name
            }
            yield put(program, gone)


def more_ways(world: World, program: Program, facts: dict) -> Iterator[Program]:
    """One way through these once more: of the key, or of another derivative of the same result."""
    through = {str(one) for one in listed(facts["through"])}
    answer = program[-1].tree
    for n, step in enumerate(program):
        if "|" in step.name and through & (step.via | {step.name}):
            yield put(program, {n: Product((Number(2), step.tree))})
    of, wrt = world.pair
    others = tuple(sorted(through & set(world.graph.quantities)))
    alls = tuple(name for name in others if name in world.graph.ancestors(of))
    if alls:
        more = tuple(Name(adjoint_name(of, name)) for name in alls)
        own = Name(adjoint_name(of, wrt))
        total_tree = mapped(answer, lambda node: Sum((own, *more)) if node == own else None)
        yield (*world.errors(of, (wrt, *alls)), program[-1]._replace(tree=total_tree))
    if world.graph.shapes:
        return
    for name in world.graph.parameters:
        derivation = derive(world.graph, of, (name,))
        if name != wrt and 0 < path_count(derivation, name) <= MOST_PATHS:
            for step in ways_of(derivation, name):
                if through & (step.via | {name}):
                    yield (*program[:-1], step, Step("answer", Sum((answer, Name(step.name))), back=True))


def foreign_ways(world: World, program: Program, facts: dict) -> Iterator[Program]:
    """One way more, through what the quantity does not act on."""
    if all(str(facts["quantity"]) not in world.graph.ancestors(str(one)) for one in listed(facts["through"])):
        yield from more_ways(world, program, facts)


def ways_of(derivation: Derivation, name: str) -> Iterator[Step]:
    for n, path in enumerate(paths(derivation, name)):
        parts = [part for factor in path for part in factor.parts]
        yield Step(f"more|{n}", product(tuple(parts)), frozenset(f.of for f in path), back=True)


def multiplied(_: World, program: Program, __: dict) -> Iterator[Program]:
    """Multiply the ways, common factors once or each time."""
    terms = [step for step in program if step.name.startswith("path|")]
    if len(terms) < 2:
        return
    common = [f for f in factors_of(terms[0].tree) if all(f in factors_of(step.tree) for step in terms)]
    whole = Product(tuple(Name(step.name) for step in terms))
    for count in range(len(common) + 1):
        for chosen in combinations(common, count):
            divided = tuple(Power(f, Number(len(terms) - 1)) for f in chosen)
            yield answered(program, Quotient(whole, product(divided)) if divided else whole)


def factors_of(tree: Tree) -> tuple[Tree, ...]:
    return tree.factors if isinstance(tree, Product) else (tree,)


def more_terms(world: World, program: Program, facts: dict) -> Iterator[Program]:
    term = world.tree(facts["term"])
    for tree in (term, Negative(term)):
        yield answered(program, Sum((program[-1].tree, tree)))


def new_values(world: World, program: Program, facts: dict) -> Iterator[Program]:
    of, wrt = world.pair
    used = tuple(str(one) for one in listed(facts["quantity"]))
    steps = world.errors(of, (wrt, *used))
    new = {name: f"new {name}" for name in used}
    made = tuple(
        Step(new[n], difference(Name(n), Product((Name("eta"), Name(adjoint_name(of, n))))), back=True) for n in used
    )
    later = {name: Name(other) for name, other in new.items()}

    def put_in(tree: Tree) -> Tree:
        return mapped(tree, lambda node: later.get(node.name) if isinstance(node, Name) else None)

    equations = len(world.forward)
    own = tuple(step for step in program[equations:])
    yield (*steps, *made, *(step._replace(tree=put_in(step.tree)) for step in own))
    yield (*steps, *made, *(step._replace(tree=put_in(step.tree)) for step in program))


def not_derived(world: World, program: Program, facts: dict) -> Iterator[Program]:
    what = str(facts["what"])
    if what in world.graph.quantities:
        yield answered(program, Name(what))
        yield from changed(program, lambda *_: iter((world.graph.definitions.get(what, Name(what)), Name(what))), world)


def nothing(_: World, program: Program, __: dict) -> Iterator[Program]:
    yield answered(program, Product((Number(0), program[-1].tree)))


WHOLE: dict[str, Callable[[World, Program, dict], Iterator[Program]]] = {
    "update-only-step": only_step,
    "update-given": given_update,
    "update-rate": rate,
    "stopped-early": by_another,
    "other-derivative": by_another,
    "other-result": other_result,
    "missing-path": missing_ways,
    "missing-step": missing_ways,
    "only-step": only_way,
    "extra-path": more_ways,
    "foreign-path": foreign_ways,
    "paths-multiplied": multiplied,
    "extra-term": more_terms,
    "stale-value": new_values,
    "not-differentiated": not_derived,
    "zero": nothing,
}
"""The findings that are about the whole of an answer."""


def with_terms(world: World, facts: dict) -> Change:
    term = world.tree(facts["term"])
    return lambda node, _: iter((Sum((node, term)),))


def as_product(node: Tree, _: Sight) -> Iterator[Tree]:
    if isinstance(node, Sum):
        yield Product(node.terms)
        yield Entrywise(node.terms)


def multiplied_by(world: World, facts: dict) -> Change:
    factor = world.tree(facts["factor"])

    def change(node: Tree, sight: Sight) -> Iterator[Tree]:
        if isinstance(node, Quotient) and sight.same(node.under, sight.value(factor)):
            yield Product((node.over, node.under))

    return change


def applied_to(world: World, facts: dict) -> Change:
    at = world.tree(facts["at"])
    units = (right for right in world.graph.definitions.values() if isinstance(right, Call) and not right.order)
    functions = dict.fromkeys((*world.graph.functions, *(unit.function for unit in units if len(unit.arguments) == 1)))
    return joint([instead(at, Call(function, (at,)), world) for function in functions])


def with_factors(world: World, facts: dict) -> Change:
    factors = [world.tree(one) for one in listed(facts["factor"])]

    def change(node: Tree, _: Sight) -> Iterator[Tree]:
        for factor in factors:
            yield Product((node, factor))
            yield Product((factor, node))
            yield Entrywise((node, factor))

    return change


def turned_pair(world: World, facts: dict) -> Change:
    pair = world.tree(facts["of"])
    return instead(Product(pair.factors[::-1]), pair, world) if isinstance(pair, Product) else (lambda *_: iter(()))


def other_kind(world: World, facts: dict) -> Change:
    meant = world.tree(facts["of"])
    if not isinstance(meant, Product | Entrywise):
        return lambda *_: iter(())
    kind = Entrywise if isinstance(meant, Product) else Product
    return instead(kind(meant.factors), meant, world)


def bracketed(world: World, facts: dict) -> Change:
    around = world.tree(facts["around"])

    def change(node: Tree, _: Sight) -> Iterator[Tree]:
        """Put the whole where a sum has only one end of it under a power or a stroke, or in a product."""
        if isinstance(node, Sum):
            for n in range(len(node.terms) - 1):
                for one in joined_in(node.terms[n], node.terms[n + 1]):
                    for signed in (one, Negative(one)):
                        rest = (*node.terms[:n], signed, *node.terms[n + 2 :])
                        yield rest[0] if len(rest) == 1 else Sum(rest)

    def joined_in(first: Tree, last: Tree) -> Iterator[Tree]:
        """List what two terms may be if the whole stands in the place of the end of one and the begin of the other."""
        first, last = (part.operand if isinstance(part, Negative) else part for part in (first, last))
        if isinstance(last, Power):
            yield Power(around, last.exponent)
        if isinstance(first, Quotient):
            yield Quotient(first.over, around)
        before = first.factors[:-1] if isinstance(first, Product | Entrywise) else ()
        if before:
            yield rebuilt(first, (*before, around))
        if isinstance(last, Product | Entrywise):
            begun = rebuilt(first, (*before, around)) if before else around
            yield rebuilt(last, (begun, *last.factors[1:]))

    return change


def turned_over(world: World, facts: dict) -> Change:
    """Put what stands upside down right, as itself or by its square beside the formula: x/u^-2 is x u^2."""
    at = world.tree(facts["at"])
    itself = instead(Quotient(ONE, at), at, world)
    return joint([itself, lambda node, _: iter((Product((node, at, at)),))])


UNDONE: dict[str, Callable[[World, dict], Change]] = {
    **dict.fromkeys(("wrong-factor", "wrong-quantity"), lambda w, f: exchange(w, turned_facts(f))),
    "wrong-argument": lambda w, f: argument_change(w, turned_facts(f)),
    "exponent": lambda w, f: powers(w, turned_facts(f)),
    **dict.fromkeys(("activation-wrong", "operation-wrong"), lambda w, f: either_function(w, turned_facts(f))),
    "brackets": bracketed,
    "extra-factor": missing_factors,
    "missing-factor": with_factors,
    "extra-term": without_terms,
    "missing-term": with_terms,
    "sign": turned_sign,
    "factors-added": lambda _, __: as_product,
    "divided": multiplied_by,
    "activation-missing": applied_to,
    "order": turned_pair,
    "product-kind": other_kind,
    "transposed": transposes,
    "inverted": turned_over,
    "function-for-derivative": lambda w, f: instead(v := w.tree(f["of"]), Call(v.function, v.arguments, 1), w),
}
"""What a finding names, undone: in the student's own formula it gives the key."""


def turned_facts(facts: dict) -> dict:
    return {**facts, "meant": facts["wrote"], "wrote": facts["meant"]}


def either_function(world: World, facts: dict) -> Change:
    return joint([other_function(world, facts), called_otherwise(world, facts)])


def is_undone(world: World, answer: Tree, findings: tuple[Finding, ...]) -> bool:
    """Whether the findings, undone in the answer one after the other, make the key of it."""
    if any(one.code not in UNDONE or (one.code == "sign" and "at" not in one.facts) for one in findings):
        return False
    written = (*world.forward, Step("answer", world._named(answer), back=True))
    own = len(world.forward)

    def composed_back(program: Program, left: tuple[Finding, ...]) -> Iterator[Program]:
        if not left:
            yield program
            return
        change, sight = UNDONE[left[0].code](world, dict(left[0].facts)), Sight(world, program)
        everywhere = throughout(program[own].tree, change, sight)
        for tree in chain(rewritings(program[own].tree, change, sight), (everywhere,)):
            yield from composed_back(put(program, {own: tree}), left[1:])

    for order in permutations(findings):
        for candidate in islice(composed_back(written, order), MOST_CHANGES):
            found = world.results(candidate)
            if found is not None and all(alike(one, other) for one, other in zip(found, world.truth, strict=True)):
                return True
    return False


def is_half_undone(world: World, answer: Tree, findings: tuple[Finding, ...]) -> bool:
    """Whether one of two findings, undone in the answer, leaves what the other one makes of the key."""
    if len(findings) != 2:
        return False
    written, own = (*world.forward, Step("answer", world._named(answer), back=True)), len(world.forward)
    for first, second in (findings, findings[::-1]):
        if first.code not in UNDONE or (first.code == "sign" and "at" not in first.facts):
            continue
        change = UNDONE[first.code](world, dict(first.facts))
        better = [put(written, {own: tree}) for tree in rewritings(written[own].tree, change, Sight(world, written))]
        left = [found for program in better if (found := world.results(program)) is not None]
        for program in world.programs if left else ():
            for candidate in islice(composed(world, program, (second,)), MOST_CHANGES):
                made = world.run(candidate, 0)
                near = [found for found in left if made and alike(made[candidate[-1].name], found[0])]
                both = world.results(candidate) if near else None
                if both is not None and any(all(map(alike, both, found)) for found in near):
                    return True
    return False


def is_true(world: World, answer: Tree, findings: tuple[Finding, ...]) -> bool:
    """Whether the findings, taken at their word, make the answer of the key."""
    world.take(findings)
    worth = world.worth(answer)
    if findings[0].code == "unexplained":
        return True
    if worth is None:
        return False
    if findings[0].code == "not-zero":
        truths = [value for seed in range(6) for value in World(world.graph, world.key, seed=50 * seed).truth or ()]
        return all(np.abs(value.array).max(initial=0.0) < 1e-12 for value in truths)
    if findings[0].code == "zero":
        return all(np.abs(value.array).max(initial=0.0) < 1e-9 for value in worth) and not all(
            np.abs(value.array).max(initial=0.0) < 1e-9 for value in world.truth
        )
    if is_undone(world, answer, findings) or is_half_undone(world, answer, findings):
        return True
    for order in permutations(findings):
        for program in world.programs:
            for candidate in islice(composed(world, program, order), MOST_CHANGES if len(findings) == 1 else MOST_BOTH):
                first = world.run(candidate, 0)
                if first is None or not alike(first[candidate[-1].name], worth[0]):
                    continue
                found = world.results(candidate)
                if found is not None and all(alike(own, other) for own, other in zip(found, worth, strict=True)):
                    return True
    return False


def composed(world: World, program: Program, findings: tuple[Finding, ...]) -> Iterator[Program]:
    if not findings:
        yield program
        return
    for state in states(world, program, findings[0]):
        yield from composed(world, state, findings[1:])
