"""The short form that every lecture has: behind a softmax with cross entropy the error is y - z.

Found from the structure alone: an error y ⊙ (δ - sum(δ ⊙ y)) whose δ is the error -z/y of a cross entropy.
"""

from __future__ import annotations

from msgspec import Struct

from symnn.derivation.transposes import multiplied_in_order
from symnn.expressions.terms import difference
from symnn.expressions.tree import Call, Entrywise, Name, Negative, Product, Quotient, Sum, Tree, names
from symnn.ops import named

__all__ = ["ShortForm", "short_form"]


class ShortForm(Struct, frozen=True):
    """An error in short: ``tree`` always, ``usual`` where the entries of ``targets`` add up to 1."""

    tree: Tree
    usual: Tree
    targets: Tree


def short_form(error: Tree, of_value: Tree, value: str) -> ShortForm | None:
    """Shorten the error behind ``value``, a softmax whose own error is ``of_value``; None where it is no such pair.

    >>> from symnn.expressions.writing import plain
    >>> y, z, d = Name("y"), Name("z"), Name("d")
    >>> behind = Entrywise((y, Sum((d, Negative(Call("sum", (Entrywise((d, y)),)))))))
    >>> found = short_form(behind, Negative(Quotient(z, y)), "y")
    >>> plain(found.tree), plain(found.usual)
    ('y*sum(z) - z', 'y - z')
    >>> short_form(behind, z, "y") is None
    True
    """
    y = Name(value)
    match error:
        case Entrywise((first, Sum((delta, Negative(Call(named.SUM, (Entrywise((again, second)),))))))):
            behind_softmax = first == second == y and delta == again
        case _:
            behind_softmax = False
    entropy = _of_cross_entropy(of_value, y)
    if not behind_softmax or entropy is None:
        return None
    scale, z = entropy
    whole = difference(Product((y, Call(named.SUM, (z,)))), z)
    return ShortForm(multiplied_in_order((*scale, whole)), multiplied_in_order((*scale, difference(y, z))), z)


def _of_cross_entropy(error: Tree, y: Name) -> tuple[tuple[Tree, ...], Tree] | None:
    """Take the error -δ z/y of a cross entropy apart into the number δ, if it is not 1, and z."""
    match error:
        case Negative(Quotient(z, under)):
            scale: tuple[Tree, ...] = ()
        case Negative(Product((*factors, Quotient(z, under)))):
            scale = tuple(factors)
        case _:
            return None
    used = [name for tree in (z, *scale) for name in names(tree)]
    return (scale, z) if under == y and y.name not in used else None
