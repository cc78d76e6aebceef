"""Which modules walk a tree node by node, and what for: a new walk must say here why it is needed.

One walk gives a tree a value, `Valuation`; what the values are is said by its subclasses, below the judge by the
interpreter over any `Arithmetic`. The compiler is the fast way beside it, SymPy's conversion another algebra's.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "symnn"
NODES = frozenset({"Sum", "Product", "Negative", "Quotient", "Power", "Call"})
CLASS = re.compile(r"^ *class (\w+)\(([^)]*)\)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z_]\w*")
MOST_KINDS = 4
"""Who tells so many of these nodes apart walks trees."""

VALUES = {
    "numeric/lowering.py": "the fast way: what compiled code computes",
    "ops/algebra.py": "to SymPy and back",
}
"""Walks that give a tree a value beside the one of `Valuation`."""

VALUATIONS = {
    "_At": "the interpreter: floats, arrays, balls, exact numbers; numbers and tensors",
    "_Constants": "the exact rational that a tree of literal numbers is, bits bounded",
    "BallPoint": "balls with a proof that a real value exists, complex ones too, work counted",
    "_RoundedPoint": "balls in which every named result is rounded",
    "_Sizes": "the size of the terms of a number, for its tolerance",
    "Ranges": "the range of values over the whole domain",
    "Polynomials": "quotients of polynomials",
    "_Reduced": "quotients of polynomials, reduced by what is known of roots and signs",
    "Compiler": "code for residues, compiled once for a key and an answer: the judge's fast way",
    "Direct": "residues of a short answer that is not worth compiling",
    "DirectGrid": "residues of a short answer about tensors, all entries of a node at once",
    "_Here": "residues of every node of an answer, for what explains it",
}
"""What values the one walk gives: each class says what a number, a name and a function are."""

OTHERS = {
    "derivation/pulling.py": "errors back through a tree",
    "derivation/short_forms.py": "the short form behind a softmax",
    "questions/chain_factors.py": "the factors of an answer beside the links of the chain rule",
    "questions/form.py": "how an answer is written",
    "questions/whereabouts.py": "what a part is in an answer: a factor, a term, a number",
    "steps/alteration.py": "the factors of a side, each with the sign at which it stands",
    "expressions/tree.py": "children, rebuilding",
    "expressions/writing.py": "plain text",
    "misconceptions/alongside.py": "two trees side by side",
    "misconceptions/anatomy.py": "the factors of a key",
    "misconceptions/loss_convention.py": "factors of a convention",
    "misconceptions/edits.py": "changes at one place",
    "misconceptions/taken_apart.py": "the terms and factors of an answer beside a key, each with its node",
    "misconceptions/small_changes.py": "what may be changed at each place of an answer",
    "misconceptions/pieces.py": "the pieces of a factor",
    "misconceptions/ratios.py": "factors that stand or miss",
    "misconceptions/tensor_slips.py": "changes at one place of a tensor tree",
    "misconceptions/termwise.py": "terms one by one",
    "equality/direct.py": "what stands for a function of a unit",
    "equality/drawing.py": "what stands under kinks",
    "equality/kinks.py": "signs of factors",
    "equality/numbers.py": "whether a number is written as one",
    "equality/polynomials.py": "the factors of a tree, piece by piece",
    "equality/regions.py": "where two trees are both defined",
    "equality/rewriting.py": "exact rewriting",
    "steps/routes.py": "routes of a derivation",
    "handouts/convention_box.py": "whether every term of a loss is a square",
    "handouts/pictures/flows.py": "what feeds a unit",
    "language/fitting_ones.py": "ones and unit matrices, as many as fit beside them",
    "language/each_entry.py": "outer products and diagonal matrices in formulas for one entry",
    "language/folds.py": "sums over an index, written out",
    "language/whole_tensors.py": "terms with indices as terms of whole tensors",
    "derivation/jacobians.py": "the matrix that a pullback is linear with",
    "networks/barred.py": "bars around a matrix under a logarithm, a root or a power",
    "networks/distributions.py": "which targets are distributions: those behind a logarithm of shares",
    "language/read_shapes.py": "shapes while reading",
    "networks/dense.py": "the layers of a network of numbers, and the squares of their weights",
    "networks/expansion.py": "tensors entry by entry",
    "networks/meant.py": "what an author may have meant",
    "networks/tree_shapes.py": "shapes",
    "notation/items.py": "brackets",
    "notation/layout.py": "boxes",
    "numeric/interpreter.py": "what is written another way, where it would overflow or lose digits",
    "ops/slopes.py": "the rules of differentiation",
}


def told_apart(tree: ast.AST) -> set[str]:
    """Name the kinds of nodes that a module asks for: in patterns, tests of type, tables by type."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.MatchClass(cls=ast.Name(id=name)):
                found.add(name)
            case ast.Compare(comparators=others):
                found.update(one.id for one in others if isinstance(one, ast.Name))
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
                found.update(one.id for one in ast.walk(kinds) if isinstance(one, ast.Name))
            case ast.Dict(keys=keys):
                found.update(key.id for key in keys if isinstance(key, ast.Name))
    return found & NODES


def is_walk(file: Path) -> bool:
    """Tell if a module goes through trees; where their kinds are not even named, it need not be parsed."""
    text = file.read_text(encoding="utf-8")
    is_possible = sum(kind in text for kind in NODES) >= MOST_KINDS
    return is_possible and len(told_apart(ast.parse(text))) >= MOST_KINDS


def test_every_walk_is_known_with_its_purpose():
    walks = {str(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py") if is_walk(file)}
    assert walks - (VALUES.keys() | OTHERS.keys()) == set(), "say here what these walks are for"
    assert (VALUES.keys() | OTHERS.keys()) - walks == set(), "these walks are gone: take their rows out"


def test_one_walk_gives_values_beside_the_compiler_and_sympy():
    texts = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    classes = [(name, set(NAME.findall(bases))) for text in texts for name, bases in CLASS.findall(text)]
    found: set[str] = {"Valuation"}
    for _ in range(3):  # a class of a class of a class
        found |= {name for name, bases in classes if found & bases}
    assert found - {"Valuation"} == VALUATIONS.keys()
    assert VALUES.keys() == {"numeric/lowering.py", "ops/algebra.py"}
