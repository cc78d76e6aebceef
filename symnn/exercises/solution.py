"""The model answer of a part as a student would type it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.paths import PATH_LIMIT, gradient, path_count, paths
from symnn.derivation.sweep import derive
from symnn.documents.kinds import Bilingual
from symnn.equality.numbers import Tolerance, number_window
from symnn.expressions.terms import product, total
from symnn.expressions.tree import Call, Derivative, Matrix, Name, Tree, mapped, substitute, walk
from symnn.expressions.writing import plain
from symnn.networks.expansion import entry_names
from symnn.ops.grid import Grid, to_matrix
from symnn.ops.table import OF_TENSORS
from symnn.questions.placeholders import decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.networks.quantity import Quantity
    from symnn.questions.part import Part

__all__ = ["middle", "solution", "texts_of", "typed", "worked_out"]

PLACES = 12
EXACT = Tolerance(abs=Fraction(0))


def solution(part: Part, seed: str = "") -> str:
    """Give the model answer: a formula with its derivatives worked out, a number, a chain, a choice."""
    match part.file.kind:
        case "chain":
            return "; ".join(" -> ".join(path) for path in part.chain_paths)
        case "choice":
            return ", ".join(option.id for option in part.file.choices if option.id in part.content.chosen)
        case "number":
            return _number(part, part.content.answer.value, seed)
        case "matrix" if part.file.tolerance is not None:
            return _numbers(part, part.content.answer.value, seed)
        case "steps":
            return _derived(part)
        case _:
            return typed(part, part.content.answer.written)


def _derived(part: Part) -> str:
    """Write a derivation: the partial derivatives of the chain rule, then each worked out."""
    written = part.content.answer.written
    steps = [plain(written)]
    match written:
        case Derivative(Name(of), Name(wrt)) if (lines := _errors_in_turn(part, of, wrt)) is not None:
            return "\n".join(lines)
        case Derivative(Name(of), Name(wrt)):
            derivation = derive(part.network, of, (wrt,))
            named = [[part for link in path for part in derivation.by_name(link)] for path in paths(derivation, wrt)]
            terms = [product(tuple(parts)) for parts in named]
            steps.append(plain(total(tuple(terms))))
    return "\n= ".join([*steps, typed(part, written)])


def _errors_in_turn(part: Part, of: str, wrt: str) -> list[str] | None:
    """Write a derivation in matrix form, an error a line; None where it needs more than ordinary signs."""
    if wrt not in part.network.shapes or of not in part.network.definitions:
        return None
    errors = derive_matrix(part.network, of, (wrt,))
    on_the_way = [error for error in errors.errors if error.wrt != of and not error.inner]
    formulas = [errors.inlined(error.formula) for error in on_the_way]
    if any(isinstance(n, Call) and n.function in OF_TENSORS for formula in formulas for n in walk(formula)):
        return None
    partials = {error.name: Derivative(Name(of), Name(error.wrt)) for error in on_the_way}
    lines = zip(on_the_way, (substitute(formula, partials) for formula in formulas), strict=True)
    last = f"{plain(partials[on_the_way[-1].name])} = {typed(part, partials[on_the_way[-1].name])}"
    return [*(f"{plain(partials[error.name])} = {plain(formula)}" for error, formula in lines), last]


def typed(part: Part, tree: Tree) -> str:
    """Write an author's expression as an answer: every derivative by name becomes its sum over paths."""
    return plain(mapped(tree, lambda node: worked_out(part, node)))


def worked_out(part: Part, node: Tree) -> Tree | None:
    """Give what a derivative by name is: its sum over paths, or its matrix form; None for any other node."""
    match node:
        case Derivative(Name(of), Name(wrt)) if wrt in part.network.shapes and of in part.network.definitions:
            return _matrix_form(part, of, wrt)
        case Derivative(Name(of), Name(wrt)) if of in _names(part) and wrt in _names(part):
            derivation = derive(part.network, of, (wrt,))
            return gradient(derivation, wrt) if path_count(derivation, wrt) <= PATH_LIMIT else None
    return None


def _names(part: Part) -> Mapping[str, Quantity]:
    return part.network.entrywise.quantities


def _matrix_form(part: Part, of: str, wrt: str) -> Tree:
    """Write a gradient in matrix form where that is typed with ordinary signs, else entry by entry."""
    errors = derive_matrix(part.network, of, (wrt,))
    written = errors.written_out(wrt)
    if written is not None and not any(isinstance(n, Call) and n.function in OF_TENSORS for n in walk(written)):
        return written
    names = entry_names(wrt, part.network.shapes[wrt])
    derivation = derive(part.network, of, names)
    return to_matrix(Grid(part.network.shapes[wrt], tuple(gradient(derivation, name) for name in names)))


def _numbers(part: Part, reference: Tree, seed: str) -> str:
    rows = reference.rows if isinstance(reference, Matrix) else ()
    written = [[_number(part, entry, seed) for entry in row] for row in rows]
    if isinstance(reference, Matrix) and reference.vector:
        return f"[{', '.join(row[0] for row in written)}]"
    return f"[{', '.join('[' + ', '.join(row) + ']' for row in written)}]"


def _number(part: Part, reference: Tree, seed: str) -> str:
    """Write a number to as many places as the tolerance asks, or to many."""
    tolerance = part.file.tolerance or EXACT
    places = tolerance.decimals if tolerance.decimals is not None else PLACES
    return decimal(Fraction(round(middle(part, reference, seed) * 10**places), 10**places)) or "0"


def middle(part: Part, reference: Tree, seed: str = "") -> Fraction:
    """Give the value of an expression in a variant, as exactly as it is known."""
    window = number_window(reference, part.meaning, part.numbers(seed), EXACT)
    return (window.low + window.high) / 2


def texts_of(part: Part) -> tuple[Bilingual, ...]:
    """List every text of a part that may hold placeholders."""
    about = part.file
    notes = tuple(accept.note for accept in about.accept if accept.note is not None)
    rubric = tuple(item.say for item in about.rubric if item.say is not None)
    feedback = tuple(feedback.say for feedback in about.feedback)
    return (about.ask, *about.hints, *notes, *feedback, *rubric, *(option.text for option in about.choices))
