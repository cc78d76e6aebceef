"""What a page claims, checked by numbers alone: forward passes and central differences know nothing of derivations.

Every derivative on a page, ∂E/∂q, means the total one: how E moves if q moves and all that depends on q follows.
"""

from __future__ import annotations

import random
import re

import pytest

from symnn.expressions.terms import unsigned
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entry,
    Entrywise,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    Transpose,
    children,
    mapped,
    rebuilt,
    walk,
)
from symnn.handouts.document import Heading, PictureAndTable, Prose, Table
from symnn.networks.equation import Equation
from symnn.networks.expansion import entry_names, grid_of
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.notation.items import Aligned, Equals, Group, Head, Mark, Piece
from symnn.numeric.arithmetic import floats
from symnn.numeric.interpreter import value
from symnn.ops.table import OPERATIONS

STEP = 1e-6
NEAR = {"rel": 2e-5, "abs": 2e-6}

SETTLED = 1e-5
ROUNDING = 1e-16


class Unsettled(Exception):  # noqa: N818 - it says that a point is too steep, or too near to saturation, to decide anything
    """Two differences of other steps do not agree."""


class Numbers:
    """The values of a network at a random point, and how they move."""

    def __init__(self, graph, seed=0, positive=(), given=None, distribution=""):
        self.graph = graph
        self.entrywise = graph.entrywise
        self.m = floats(graph.conventions)
        rng = random.Random(seed)  # noqa: S311 - a reproducible draw of test points, no secret
        self.given = {name: rng.uniform(0.15, 1.0) * rng.choice((-1, 1)) for name in self.entrywise.free}
        for name in self.given:
            if name.partition("[")[0] in positive:
                self.given[name] = rng.uniform(0.15, 0.9)
        self.given |= given or {}
        for name in {*graph.distributions, *filter(None, [distribution])}:
            chances = graph.families.get(name) or entry_names(name, graph.shapes[name])
            place = 2 if graph.samples == "columns" else 0
            rows = {entry: entry.partition(",")[place] if "," in entry else "" for entry in chances}
            for row in set(rows.values()):
                whole = sum(abs(self.given[entry]) for entry in chances if rows[entry] == row)
                self.given |= {entry: abs(self.given[entry]) / whole for entry in chances if rows[entry] == row}
        self.known = {}
        self.called = {}
        self.shapes = dict(graph.shapes)
        self.written = [
            (equation, {node.name for node in walk(equation.right) if isinstance(node, Name)})
            for equation in self.entrywise.equations
        ]
        self.values = self.moved({})
        self._slopes = {}

    @property
    def defined(self):
        """The names that have a shape, and the numbers that vectors are made of."""
        return {*self.shapes, *self.called}

    def moved(self, by):
        """Run the forward pass with an amount added to some quantities: of what reads none that moves, only once."""
        start = self.values if by else self.given
        values = start | {name: start[name] + amount for name, amount in by.items()}
        moving = set(by)
        for equation, read_in_it in self.written:
            if by and moving.isdisjoint(read_in_it):
                continue
            found = value(equation.right, values, self.m, self.graph.functions)
            values[equation.left] = found + by.get(equation.left, 0.0)
            moving.add(equation.left)
        return values

    def slope(self, of, entry):
        """Give the central difference of everything by one entry, and of it the one asked for."""
        if entry not in self._slopes:
            self._slopes[entry] = self._difference(entry, STEP), self._difference(entry, 10 * STEP)
        near, far = (found[of] for found in self._slopes[entry])
        rounding = ROUNDING * abs(self.values[of]) / STEP
        if not max(abs(near - far), rounding) <= SETTLED * max(1e-3, abs(near)):
            raise Unsettled(of, entry)
        return near

    def _difference(self, entry, step):
        above, below = self.moved({entry: step}), self.moved({entry: -step})
        return {name: (above[name] - below[name]) / (2 * step) for name in above}

    def define(self, name, shape, numbers):
        """Take a name of the page for what it says."""
        self.shapes[name] = shape
        self.known |= dict(zip(entry_names(name, shape), numbers, strict=True))

    def worth(self, tree):
        """Evaluate a tree of a page, entry by entry."""
        written = mapped(tree, self._change)
        cells = grid_of(written, self.shapes).cells
        at = self.values | self.known
        return [value(cell, at, self.m, self.graph.functions) for cell in cells]

    def _change(self, node):
        match node:
            case Derivative(Name(of), wrt):
                q = self.called.get(entry_of(wrt), entry_of(wrt))
                assert q in self.graph.quantities or q in self.values, f"∂{of}/∂{q}"
                shape = self.shapes.get(q, ())
                name = f"∂{of}/∂{q}"
                if name not in self.shapes:
                    self.define(name, shape, [self.slope(of, entry) for entry in entry_names(q, shape)])
                return Name(name)
            case Name(name) if name.startswith("ones("):
                return Call("spread", (Number(1), *(Number(int(n)) for n in re.findall(r"\d+", name))))
            case Entry(Name(stem), (Number() as step,)) if f"{stem}_{step.numerator}" in self.graph.quantities:
                return Name(f"{stem}_{step.numerator}")
            case Entry(Name(name), indices) if all(isinstance(one, Number) for one in indices):
                return Name(entry_of(node)) if name in self.shapes else None
            case Entry(whole, (Number() as place,)):
                return Call("part", (mapped(whole, self._change), place, place))
        return None


def at_step(tree, letter, step):
    """Put the number of a step in the place of the index: s_{t+1} at 2 is s_3."""

    def put_in(node):
        if node == Name(letter):
            return Number(step)
        stem, _, index = node.name.rpartition("_") if isinstance(node, Name) else ("", "", "")
        found = re.fullmatch(rf"{letter}([+-][0-9]+)?", index.strip("{}"))
        return Name(f"{stem}_{step + int(found[1] or 0)}") if stem and found else None

    def folded(node):
        match node:
            case Sum(terms) if all(isinstance(unsigned(term), Number) for term in terms):
                values = [-term.operand.numerator if isinstance(term, Negative) else term.numerator for term in terms]
                return Number(sum(values))
            case Product((Number(first), Number(second))):
                return Number(first * second)
        return None

    return rewritten(mapped(tree, put_in), folded)


def rewritten(tree, change):
    """Change nodes from the leaves up."""
    inside = tuple(rewritten(part, change) for part in children(tree))
    whole = rebuilt(tree, inside) if inside else tree
    return change(whole) or whole


def listed(cell):
    """Give the names of a cell of the table of symbols, those that dots stand for too."""
    names = [part.tree.name if isinstance(part, Piece) else getattr(part, "left", part) for part in cell]
    names = [one.name if isinstance(one, Name) else one for one in names if one not in (", ", " ")]
    for place, name in enumerate(names):
        if name != "…":
            yield name
            continue
        first, last = names[place - 1], names[place + 1]
        stem = first.rstrip("0123456789")
        yield from (f"{stem}{count}" for count in range(int(first[len(stem) :]), int(last[len(stem) :])))


def entry_of(tree):
    match tree:
        case Name(name):
            return name
        case Entry(Name(name), indices):
            return f"{name}[{','.join(str(one.numerator) for one in indices)}]"
    raise AssertionError(tree)


def tree_of(items):
    """Read the items of a line back: neighbours are multiplied, signs add."""
    reader = _Items(items)
    tree = reader.sum()
    assert reader.at == len(items), items
    return tree


class _Items:
    def __init__(self, items):
        self.items, self.at = items, 0

    @property
    def next(self):
        return self.items[self.at] if self.at < len(self.items) else None

    def sum(self):
        terms = []
        while True:
            negative = self.next == Mark("-")
            self.at += self.next in (Mark("+"), Mark("-"))
            term = self.product()
            terms.append(Negative(term) if negative else term)
            if self.next not in (Mark("+"), Mark("-")):
                return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self):
        factors = []
        while self.next is not None and (not isinstance(self.next, Mark) or self.next == Mark("(")):
            factors.append(self.factor())
        assert factors, self.items
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def factor(self):
        item = self.next
        self.at += 1
        match item:
            case Piece(tree):
                return tree
            case Group(inner):
                return tree_of(inner)
            case Head(function, order):
                self.at += 1
                arguments = [self.sum()]
                while self.next == Mark(","):
                    self.at += 1
                    arguments.append(self.sum())
                self.at += 1
                return Call(function, tuple(arguments), order)
        inner = self.sum()
        self.at += 1
        return inner


class Page:
    """A document with what it is about: its claims one by one."""

    def __init__(self, document, graph, of, **drawn):
        self.document, self.graph, self.of = document, graph, of
        self.numbers = Numbers(graph, **drawn)
        self.prose = [block for block in document.blocks if isinstance(block, Prose)]
        self.lines = [
            line
            for block in document.blocks
            if isinstance(block, Aligned)
            for line in block.lines
            if line.left and line.steps
        ]

    def facts(self, code):
        """Give the facts of each sentence with a code."""
        return [block.facts for block in self.prose if block.code == code]

    @property
    def tables(self):
        """Give the tables of symbols."""
        whole = [block.table if isinstance(block, PictureAndTable) else block for block in self.document.blocks]
        return [block for block in whole if isinstance(block, Table) and block.head[0].code == "column-symbols"]

    @property
    def trees(self):
        """Every tree that a line or a sentence shows."""
        for line in self.lines:
            for items in (line.left, *line.steps):
                yield tree_of(items)
        for block in self.document.blocks:
            for fact in block.facts.values() if isinstance(block, Prose | Heading) else ():
                for piece in fact if isinstance(fact, tuple) else (fact,):
                    if isinstance(piece, Piece):
                        yield piece.tree
                    if isinstance(piece, Equals):
                        yield piece.left
                        yield piece.right

    def holds(self):
        """Check everything; the first that is false is named."""
        self.lines_are_so()
        self.names_are_defined()
        self.sentences_are_so()
        self.symbols_differ()

    def lines_are_so(self):
        """Evaluate every step of every line."""
        best = Heading("head-best-discriminator")  # behind it stand functions of x, not of the network
        blocks = self.document.blocks
        told = (
            blocks[: blocks.index(best)] if best in blocks else blocks
        )  # behind it stand functions of x, not of the network
        for line in [line for block in told if isinstance(block, Aligned) for line in block.lines if line.left]:
            left, steps = tree_of(line.left), [tree_of(step) for step in line.steps]
            for one, *others in self.meant(line, left, steps):
                if not any(self.is_indexed(tree) for tree in (one, *others)):
                    self.line_is_so(line, one, others)

    def meant(self, line, left, steps):
        """Give the lines that a line with an index stands for, the last step first."""
        if not line.holds or any(isinstance(node, Entry) for tree in (left, *steps) for node in walk(tree)):
            return [(left, *steps)]
        lines = [[left, *steps]]
        for letter, first, last in line.holds:
            steps_of = range(last, first - 1, -1)
            lines = [[at_step(tree, letter, step) for tree in one] for one in lines for step in steps_of]
        return lines

    def line_is_so(self, line, left, steps):
        """Evaluate the steps of one line; a name that stands on the left is known from then on."""
        match left:
            case Name(name) if name not in self.graph.quantities and name not in self.numbers.values:
                first = self.numbers.worth(steps[0])
                self.numbers.define(name, grid_of_shape(line.shape), first)
            case Call(_, (Name(argument),)) if argument not in self.graph.quantities:
                self.numbers.known[argument] = 0.37
            case Name() | Derivative():
                pass
            case _:
                return  # an update, a step of the best discriminator
        expected = self.numbers.worth(left)
        for step in steps:
            found = self.numbers.worth(step)
            if len(found) == 1 and len(expected) > 1:  # s_0 = 0: a number stands for every entry
                found = found * len(expected)
            assert found == pytest.approx(expected, **NEAR), (left, step)

    def is_indexed(self, tree):
        """Say whether a line speaks of an index: its claims are those of the lines it stands for."""
        letters = {letter for letter, *_ in self.indices}
        return any(
            (isinstance(node, Call) and node.function.startswith("sum_"))
            or (isinstance(node, Name) and (node.name in letters or node.name.rpartition("_")[2] in letters))
            or (isinstance(node, Entry) and not all(isinstance(one, Number) for one in node.indices))
            for node in walk(tree)
        )

    @property
    def indices(self):
        """Give the letters that stand for a range of numbers."""
        ranges = {one for indexed in self.graph.indexed for one in indexed.ranges}
        counters = [facts["step"].tree.name for facts in self.facts("update-explained")]
        return ranges | {(counter, 0, 0) for counter in counters}

    def names_are_defined(self):
        """Look for every name on the left of a line, or among what is declared."""
        shown = set()
        for line in self.lines:
            left = tree_of(line.left)
            shown |= {one[0] for one in self.meant(line, left, ())}
            match left:
                case Call(_, (Name(),) as arguments):  # f(u) = …
                    shown |= set(arguments)
        shown |= {Name(name) for table in self.tables for row in table.rows for name in listed(row[0])}
        counted = self.facts("lines-left-out")
        families = {name.rpartition("_")[0] for name in self.graph.quantities} if self.graph.indexed else set()
        entries = {entry: name for name, shape in self.graph.shapes.items() for entry in entry_names(name, shape)}
        explained = {block.code for block in self.prose}
        bound = {letter for letter, *_ in self.indices} | {"x", "v", "p_data", "p_g", "D^*"} | set(self.graph.functions)
        for facts in self.facts("deltas-explained"):
            bound |= {facts["quantity"].tree.name, facts["term"].left.name}
        for facts in self.facts("update-explained"):
            letters = {facts["rate"].tree.name, facts["step"].tree.name}
            assert letters.isdisjoint(self.graph.quantities)
            bound |= letters
        for tree in self.trees:
            here = {n.name for n in walk(tree) if isinstance(n, Name)}
            letters = set("ijlmopqrstuvkgh") if self.is_indexed(tree) else set()
            for name in (one for one in here if not one.endswith("^()")):
                whole = entries.get(name, name.partition("[")[0])
                if name.startswith("ones("):
                    assert "ones-explained" in explained, name
                elif name.rpartition("_")[2].strip("{}").partition("+")[0].partition("-")[0] in {
                    letter for letter, *_ in self.indices
                }:
                    continue
                elif name not in bound | letters | families:
                    known = {Name(whole), Name(name)} & shown or {whole, name} & self.numbers.defined
                    assert known or (counted and whole in self.graph.quantities), f"{name} is nowhere defined"
            for node in walk(tree):
                if isinstance(node, Call):
                    self.function_is_known(node, explained)

    def function_is_known(self, node, explained):
        """Accept functions of the network and of the course, and what a sentence explains."""
        name = node.function
        if name in self.graph.functions or name.startswith("sum_"):
            return
        assert name in OPERATIONS, name
        assert name != "spread", "an internal word"
        if OPERATIONS[name].explained:
            assert OPERATIONS[name].explained in explained, name

    def sentences_are_so(self):
        """Check each sentence that claims something: there is a method for its code."""
        written = [tree_of(step) for line in self.lines for step in line.steps]
        for block in self.prose:
            check = getattr(self, "claim_" + block.code.replace("-", "_"), None)
            if check is not None:
                check(block.facts, written)

    def claim_errors_through_transpose(self, _, written):
        """Find a transpose."""
        assert any(isinstance(node, Transpose) for tree in written for node in walk(tree))

    def claim_errors_entrywise(self, _, written):
        """Find a slope that multiplies entry by entry."""
        assert any(
            isinstance(node, Entrywise) and any(isinstance(f, Call) and f.order for f in node.factors)
            for tree in written
            for node in walk(tree)
        )

    def claim_transpose_explained(self, facts, _):
        """Find every entry of the first column in the line, which is so in numbers as all lines are."""
        weights = facts["weights"].tree.name
        rows, _ = self.graph.shapes[weights]
        wrt = facts["error"].tree.wrt
        own = {entry: number for number, entry in self.numbers.called.items()}
        named = [
            tree_of(line.steps[0])
            for line in self.lines
            if isinstance(left := tree_of(line.left), Derivative)
            and isinstance(left.wrt, Name)
            and left.wrt.name == own.get(first := entry_names(wrt.name, self.graph.shapes[wrt.name])[0], first)
        ]
        column = {own.get(entry, entry) for entry in (f"{weights}[{row},1]" for row in range(1, rows + 1))}
        assert any(column <= {n.name for n in walk(tree) if isinstance(n, Name)} for tree in named)
        above = [tree_of(line.steps[0]) for line in self.lines if tree_of(line.left) == facts["error"].tree]
        assert any(node == Transpose(Name(weights)) for tree in above for node in walk(tree))

    claim_transpose_among_others = claim_transpose_explained

    def claim_shared_weights_explained(self, facts, _):
        """Count the equations that use a shared weight."""
        for piece in facts["weights"]:
            users = [e for e in self.graph.equations if piece.tree.name in e.uses]
            assert len(users) > 1, piece

    def claim_inner_errors_of_units(self, facts, _):
        """Compare δ with how E moves if the argument of the function moves, and nothing else of the equation."""
        unit, argument = facts["unit"].tree.name, facts["argument"].tree
        equation = next(e for e in self.graph.equations if e.left == unit)
        places = sum(node == argument for node in walk(equation.right))
        if places != 1:
            return
        shape = self.numbers.shapes[facts["delta"].tree.name]
        pushed = mapped(equation.right, lambda n: Sum((n, Name("pushed"))) if n == argument else None)
        quantities = {**self.graph.quantities, "pushed": Quantity("pushed", shape=shape, role="input")}
        equations = tuple(Equation(e.left, pushed if e is equation else e.right) for e in self.graph.equations)
        larger = Graph(quantities, equations, self.graph.functions, self.graph.conventions)
        entries = entry_names("pushed", shape)
        other = Numbers(larger, given=self.numbers.given | dict.fromkeys(entries, 0.0))
        of = facts["of"].tree.name
        slopes = [other.slope(of, entry) for entry in entries]
        assert self.numbers.worth(facts["delta"].tree) == pytest.approx(slopes, **NEAR)

    claim_inner_error_within = claim_inner_errors_of_units

    def claim_output_error_explained(self, facts, _):
        """Compare the derivative by the output with what stands for it."""
        found = self.numbers.worth(Derivative(facts["of"].tree, facts["output"].tree))
        assert found == pytest.approx(self.numbers.worth(facts["error"].tree), **NEAR)

    def claim_output_error_of_ones(self, facts, _):
        """Add the entries of the output up."""
        output = self.numbers.worth(facts["output"].tree)
        assert self.numbers.worth(facts["of"].tree) == pytest.approx(sum(output), **NEAR)

    def chains(self):
        """Give, for each sentence about a chain of several paths, the named sum below it."""
        blocks = self.document.blocks
        for place, block in enumerate(blocks):
            if isinstance(block, Prose) and block.code.startswith("chain-"):
                (line,) = blocks[place + 1].lines
                yield block.code, line.steps[0]

    def brackets_are_said(self):
        """Compare what is said of brackets with those that are there."""
        for code, step in self.chains():
            if not all(isinstance(item.tree, Derivative) for item in step if isinstance(item, Piece)):
                continue  # a factor that is written by its value has brackets of its own
            depth, outer = 0, []
            for item in step:
                outer += [item] if depth == 0 else []
                depth += (item == Mark("(")) - (item == Mark(")"))
            bracketed = Mark("(") in step
            if code == "chain-shared":
                assert bracketed
                assert Mark("+") not in outer
            elif code != "chain-one":
                assert bracketed == (code == "chain-partly-shared"), (code, step)

    def symbols_differ(self):
        """Two quantities of one page are not written alike."""
        used = {n.name for tree in self.trees for n in walk(tree) if isinstance(n, Name)}
        written = {}
        for name in used & self.document.symbols.keys():
            written.setdefault(self.document.symbols[name], set()).add(name)
        for latex, alike in written.items():
            assert len({name.replace("_t", "_{t}") for name in alike}) == 1, (latex, alike)


def grid_of_shape(text):
    lengths = tuple(int(part) for part in text.split("x")) if text else ()
    return lengths[:-1] if len(lengths) == 2 and lengths[1] == 1 else lengths
