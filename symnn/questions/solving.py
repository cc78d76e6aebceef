"""Model answers as a student would type them: derivatives worked out, numbers to the places asked, lines."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from symnn.derivation.jacobians import jacobian
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count, paths
from symnn.derivation.sweep import derive
from symnn.equality.numbers import Tolerance, number_window
from symnn.expressions.terms import product, total
from symnn.expressions.tree import Call, Derivative, Matrix, Name, Tree, mapped, names, substitute, walk
from symnn.expressions.writing import plain
from symnn.networks.expansion import entry_names
from symnn.networks.formula import simplified
from symnn.ops import named
from symnn.ops.grid import Grid, to_matrix
from symnn.ops.table import OF_TENSORS
from symnn.questions.placeholders import ending_decimal

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["EXACT", "derivation_of", "middle", "number_of", "numbers_of", "typed", "worked_out", "written_as_allowed"]

EXACT: Final = Tolerance(abs=Fraction(0))

_PLACES: Final = 12

_GATHERING: Final = frozenset({named.SUM, named.SPREAD})
"""What the gradient of a bias over a batch needs: sums, and vectors of ones."""


def typed(question: Question, tree: Tree) -> str:
    """Write an author's expression as an answer: every derivative by name becomes its sum over paths.

    A quantity becomes what its equation says, in the names that the form asks for.
    """
    known = {**question.base.definitions, **question.graph.definitions}
    if isinstance(tree, Name) and tree.name in known:
        return plain(written_as_allowed(question, tree))
    return plain(mapped(tree, lambda node: worked_out(question, node)))


def written_as_allowed(question: Question, written: Tree) -> Tree:
    """Write a quantity by its equation, down to the names that the part allows."""
    allowed = (
        {question.graph.named(name) for name in question.file.form.only} if question.file.form is not None else set()
    )
    own = isinstance(written, Name) and written.name in question.graph.definitions
    definitions = question.graph.definitions if own else question.base.definitions
    tree = substitute(written, {name: definitions[name] for name in names(written) if name not in allowed})
    while allowed:
        more = {name: definitions[name] for name in names(tree) if name in definitions and name not in allowed}
        if not more:
            break
        tree = substitute(tree, more)
    return simplified(tree) if question.network.shapes else tree


def worked_out(question: Question, node: Tree) -> Tree | None:
    """Give what a derivative by name is: its sum over paths, or its matrix form; None for any other node."""
    match node:
        case Derivative(Name(of), Name(wrt)) if question.network.shapes.get(of) and question.network.shapes.get(wrt):
            return jacobian(question.network, of, wrt) or _entries(question, of, wrt)
        case Derivative(Name(of), Name(wrt)) if wrt in question.network.shapes and of in question.network.definitions:
            return _matrix_form(question, of, wrt)
        case Derivative(Name(of), Name(wrt)) if {of, wrt} <= question.network.entrywise.quantities.keys():
            derivation = derive(question.network, of, (wrt,))
            return gradient(derivation, wrt) if path_count(derivation, wrt) <= PATH_LIMIT else None
    return None


def _matrix_form(question: Question, of: str, wrt: str) -> Tree:
    """Write a gradient in matrix form where that needs no operation the equations have not, else entry by entry."""
    errors = derive_matrix(question.network, of, (wrt,))
    written = errors.written_out(wrt)
    known = _GATHERING.union(*(_operations(equation.right) for equation in errors.graph.equations))
    if written is not None and _operations(written) <= known:
        return written
    shape = question.network.shapes[wrt]
    entries = entry_names(wrt, shape)
    derivation = derive(question.network, of, entries)
    return to_matrix(Grid(shape, tuple(gradient(derivation, name) for name in entries)))


def _entries(question: Question, of: str, wrt: str) -> Tree:
    """Write a Jacobian entry by entry: a row for each entry of what is derived."""
    above, by = (entry_names(name, question.network.shapes[name]) for name in (of, wrt))
    rows = [derive(question.network, name, by) for name in above]
    return Matrix(tuple(tuple(gradient(row, name) for name in by) for row in rows))


def _operations(tree: Tree) -> set[str]:
    """List the operations of tensors in a formula."""
    return {node.function for node in walk(tree) if isinstance(node, Call) and node.function in OF_TENSORS}


def derivation_of(question: Question) -> str:
    """Write a derivation: the partial derivatives of the chain rule, then each worked out."""
    written = question.content.answer.written
    steps = [plain(written)]
    match written:
        case Derivative(Name(of), Name(wrt)) if (lines := _errors_in_turn(question, of, wrt)) is not None:
            return "\n".join(lines)
        case Derivative(Name(of), Name(wrt)) if not question.network.shapes.get(of):
            derivation = derive(question.network, of, (wrt,))
            named = [[part for link in path for part in derivation.by_name(link)] for path in paths(derivation, wrt)]
            steps.append(plain(total(tuple(product(tuple(parts)) for parts in named))))
    return "\n= ".join([*steps, typed(question, written)])


def _errors_in_turn(question: Question, of: str, wrt: str) -> list[str] | None:
    """Write a derivation in matrix form, an error a line; None where it needs more than ordinary signs."""
    if wrt not in question.network.shapes or of not in question.network.definitions or question.network.shapes.get(of):
        return None
    errors = derive_matrix(question.network, of, (wrt,))
    on_the_way = [error for error in errors.errors if error.wrt != of and not error.inner]
    formulas = [errors.inlined(error.formula) for error in on_the_way]
    if any(isinstance(n, Call) and n.function in OF_TENSORS for formula in formulas for n in walk(formula)):
        return None
    partials = {error.name: Derivative(Name(of), Name(error.wrt)) for error in on_the_way}
    lines = zip(on_the_way, (substitute(formula, partials) for formula in formulas), strict=True)
    last = f"{plain(partials[on_the_way[-1].name])} = {typed(question, partials[on_the_way[-1].name])}"
    return [*(f"{plain(partials[error.name])} = {plain(formula)}" for error, formula in lines), last]


def numbers_of(question: Question, reference: Tree, seed: str) -> str:
    """Write the entries of a vector or matrix."""
    rows = reference.rows if isinstance(reference, Matrix) else ()
    written = [[number_of(question, entry, seed) for entry in row] for row in rows]
    if isinstance(reference, Matrix) and reference.vector:
        return f"[{', '.join(row[0] for row in written)}]"
    return f"[{', '.join('[' + ', '.join(row) + ']' for row in written)}]"


def number_of(question: Question, reference: Tree, seed: str) -> str:
    """Write a number to as many places as the tolerance asks, or to many."""
    tolerance = question.file.tolerance or EXACT
    places = tolerance.decimals if tolerance.decimals is not None else _PLACES
    return ending_decimal(Fraction(round(middle(question, reference, seed) * 10**places), 10**places)) or "0"


def middle(question: Question, reference: Tree, seed: str = "") -> Fraction:
    """Give the value of an expression in a variant, as exactly as it is known."""
    window = number_window(reference, question.meaning, question.numbers(seed), EXACT)
    return (window.low + window.high) / 2
