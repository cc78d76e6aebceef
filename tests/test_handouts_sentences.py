"""Sentences of pages are claims: each code with the condition under which it is true, looked up in the network itself.

A code that is not in the table fails: whoever adds a sentence says when it is true. The conditions know nothing of how
pages are made; ``always`` is said of every page, and where a condition is no ``Only`` the sentence must stand there.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import msgspec
import pytest

from symnn.expressions.tree import Call, Constant, Name, Number, Power, Product, walk
from symnn.handouts.document import Prose
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network

SQUARES = {"squared_norm", "squared_error", "squared_norm_rows", "squared_norm_columns"}
FORMS = ("deltas", "paths", "matrix")


class Page:
    """A page, what it says, and what its network is, found without the page."""

    def __init__(self, name, form, *, update):
        self.handout = Handout(network(name), form=form, update=update)
        self.graph = self.handout.network.graph
        self.codes = set(codes(self.handout.document()))
        self.text = str(self.handout.written("text", "en"))
        self.trees = [equation.right for equation in self.graph.equations]
        self.calls = {self.known(node.function) for tree in self.trees for node in walk(tree) if isinstance(node, Call)}
        self.roles = {quantity.role for quantity in self.graph.quantities.values()}
        self.form = self.handout.form or self.handout.usual_form

    def known(self, function):
        """Name the operation that a function of the network is."""
        declared = self.graph.functions.get(function)
        return (declared.known if declared is not None else "") or function

    @property
    def has_tensors(self):
        """Say whether the network is written in tensors."""
        return bool(self.graph.shapes)

    @property
    def of_numbers(self):
        """Whether a page of tensors is written entry by entry, or there are none."""
        return self.form != "matrix"

    def squares(self):
        """Say whether something is squared."""
        nodes = [node for tree in self.trees for node in walk(tree)]
        powers = any(isinstance(node, Power) and node.exponent == Number(2) for node in nodes)
        return powers or bool(self.calls & SQUARES)

    def softmax_along(self, axis):
        """Say whether a softmax is one of each row, or of each column."""
        nodes = [node for tree in self.trees for node in walk(tree) if isinstance(node, Call)]
        softmaxes = [node for node in nodes if self.known(node.function) in ("softmax", "log_softmax")]
        return any(isinstance(last := one.arguments[-1], Constant) and last.name == axis for one in softmaxes)

    def users(self, name):
        """Count the equations that use a quantity."""
        return sum(name in equation.uses for equation in self.graph.equations)

    def has_a_loss(self):
        """Say whether a result is a number."""
        return any(one.role == "result" and not one.shape for one in self.graph.quantities.values())

    def has_a_fork(self):
        """Say whether a quantity goes on in several ways."""
        whole = {name.partition("[")[0] for name in self.graph.definitions}
        several = any(self.users(name) > 1 for name in whole)
        return several or (self.has_tensors and self.of_numbers)  # an entry of a vector goes to every entry behind it

    def has_shared_parameters(self):
        """Say whether a parameter stands in several equations."""
        return any(self.users(name) > 1 for name in self.graph.parameters)

    def has_matrix_products(self):
        """Say whether a matrix is multiplied from the left."""
        shapes = self.graph.shapes
        products = (node for tree in self.trees for node in walk(tree) if isinstance(node, Product))
        pairs = (pair for product in products for pair in pairwise(product.factors))
        return any(isinstance(left, Name) and len(shapes.get(left.name, ())) == 2 for left, _ in pairs)


class Only:
    """A sentence that may be left out where it would be true."""

    def __init__(self, condition):
        self.condition = condition


def always(_page):
    return True


def role(*names):
    return lambda page: bool(page.roles & set(names))


def calls(*names):
    return lambda page: bool(page.calls & set(names))


def starts(beginning):
    return lambda page: any(name.startswith(beginning) for name in page.calls)


def players(page):
    return len(page.handout.network.players) > 1


SAID = {
    "source-of-network": always,
    "column-meaning": always,
    "column-symbols": always,
    "column-shape": lambda page: page.has_tensors or page.form == "matrix",
    "convention-columns": lambda page: page.has_tensors or page.form == "matrix",
    "convention-factor-2": Only(Page.squares),
    "convention-indices": Only(lambda page: any(name[-2:].isdigit() for name in page.graph.parameters)),
    "convention-kernel-unflipped": starts("conv"),
    "convention-pooling-keep-edge": Only(lambda page: any("pool" in name for name in page.calls)),
    "convention-relu-at-0": calls("relu"),
    "convention-ties-first": lambda page: "max_pool" in page.calls and page.graph.conventions.ties == "first",
    "convention-ties-shared": lambda page: "max_pool" in page.calls and page.graph.conventions.ties == "shared",
    "meaning-input": role("input"),
    "meaning-target": role("target"),
    "meaning-parameter": lambda page: bool(page.graph.parameters),
    "meaning-loss": Only(role("target")),
    "meaning-activation": Only(always),
    "meaning-bias": Only(lambda page: bool(page.graph.parameters)),
    "meaning-computed": Only(lambda page: bool(page.graph.definitions)),
    "meaning-result": Only(lambda page: bool(page.graph.definitions)),
    "meaning-weighted": Only(lambda page: bool(page.graph.parameters)),
    "functions-explained": lambda page: bool(page.graph.functions),
    "functions-alike": Only(lambda page: len(page.graph.functions) > 1),
    "indexed-explained": Only(lambda page: bool(page.graph.indexed) or starts("conv")(page)),
    "shared-weights-explained": Only(Page.has_shared_parameters),
    "fork-explained": Only(Page.has_a_fork),
    "errors-entrywise": Only(lambda page: "⊙" in page.text),
    "errors-through-transpose": Only(lambda page: "^T ·" in page.text),
    "transpose-explained": Only(
        lambda page: "^T" in page.text and (page.has_matrix_products() or page.of_numbers is False)
    ),
    "ones-explained": Only(lambda page: "ones(" in page.text),
    "game-explained": Only(players),
    "player-explained": Only(players),
    "best-discriminator-explained": Only(players),
    "best-discriminator-maximum": Only(players),
    "equilibrium-explained": Only(players),
    "kernel-entry-explained": Only(starts("conv")),
    "notation-max-unpool": Only(calls("max_pool")),
    "notation-part": Only(starts("conv")),
    "notation-reshape": Only(lambda page: page.has_tensors),
    "short-form-explained": Only(calls("softmax", "cross_entropy", "normalize")),
    "short-form-of-rows": Only(lambda page: page.softmax_along("rows")),
    "short-form-of-columns": Only(lambda page: page.softmax_along("columns")),
    "output-error-explained": lambda page: not page.has_a_loss(),
    "inner-errors-of-units": Only(lambda page: page.has_tensors and bool(page.graph.functions or page.calls)),
    "paths-one": Only(lambda page: page.form == "paths"),
    "paths-several": Only(lambda page: page.form == "paths" and (page.has_a_fork() or page.has_tensors)),
    "paths-left-out": Only(lambda page: page.form == "paths" and page.has_tensors),
    "chain-one": Only(lambda page: page.form == "paths"),
    "chain-several": Only(lambda page: page.form == "paths" and (page.has_a_fork() or page.has_tensors)),
    "chain-shared": Only(lambda page: page.form == "paths" and (page.has_a_fork() or page.has_tensors)),
    "chain-partly-shared": Only(lambda page: page.form == "paths" and (page.has_a_fork() or page.has_tensors)),
    "assembly-explained": Only(lambda page: page.form == "matrix" and not page.has_tensors),
    "assembly-proved": Only(lambda page: page.form == "matrix" and not page.has_tensors),
    "deltas-explained": Only(lambda page: page.form == "deltas"),
    "gradients-explained": Only(lambda page: page.form in ("deltas", "paths")),
    "errors-explained": Only(lambda page: page.form == "deltas"),
    "forward-explained": Only(always),
    "matrix-errors-explained": Only(lambda page: page.form == "matrix"),
    "matrix-gradients-explained": Only(lambda page: page.form == "matrix"),
    "update-explained": lambda page: page.handout.update,
}


def codes(part):
    """Give the codes of all sentences in a part of a document."""
    if isinstance(part, Prose):
        yield part.code
        part = tuple(part.facts.values())
    if isinstance(part, list | tuple):
        for one in part:
            yield from codes(one)
    elif isinstance(part, msgspec.Struct) and type(part).__module__ == "symnn.handouts.document":
        for field in part.__struct_fields__:
            yield from codes(getattr(part, field))


@cache
def page(name, form, update):
    return Page(name, form, update=update)


def fits(name, form):
    return form != "matrix" or network(name).graph.shapes or name in ("bp-2-2-1", "midges")


EVERY = [(name, form) for name in CATALOGUE for form in (None, *FORMS) if fits(name, form)]
QUICK = {
    ("bp-2-2-1", None),
    ("gan", None),
    ("rnn", None),
    ("cnn", None),
    ("residual", None),
    ("bp-2-2-1", "matrix"),
    ("midges", "paths"),
}


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize(
    ("name", "form"), [one if one in QUICK else pytest.param(*one, marks=pytest.mark.slow) for one in EVERY]
)
def test_a_sentence_is_said_where_it_is_true_and_nowhere_else(name, form, update):
    about = page(name, form, update)
    assert about.codes <= set(SAID), "a new sentence: say here when it is true"
    for code, condition in SAID.items():
        only = isinstance(condition, Only)
        true = (condition.condition if only else condition)(about)
        assert (code not in about.codes or true) if only else (code in about.codes) == true, code
