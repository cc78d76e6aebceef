"""How a tree is written apart from the order of its factors and terms: what a mere rearrangement leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.expressions.terms import is_number, minus
from symnn.expressions.tree import Negative, Number, Product, Sum, Tree, children, rebuilt
from symnn.expressions.writing import plain

__all__ = ["arranged", "factors_of", "terms_of"]


def factors_of(tree: Tree) -> tuple[bool, tuple[Tree, ...]]:
    """List the factors of a product, products inside it opened, with whether a minus sign stands before it.

    >>> from symnn.expressions.tree import Name
    >>> factors_of(Product((Number(2), Negative(Product((Name("a"), Name("b"))))))) == (
    ...     True, (Number(2), Name("a"), Name("b")))
    True
    """
    negative, found = False, []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Negative):
            negative = not negative
            waiting.append(node.operand)
        elif isinstance(node, Product):
            waiting.extend(reversed(node.factors))
        elif not is_number(node, 1):
            found.append(node)
    return negative, tuple(found)


def terms_of(tree: Tree) -> Iterator[Tree]:
    """List the terms of a sum, sums inside it opened; a subtracted term is a `Negative`."""
    waiting = [(tree, False)]
    while waiting:
        node, negative = waiting.pop()
        if isinstance(node, Negative):
            waiting.append((node.operand, not negative))
        elif isinstance(node, Sum):
            waiting.extend((term, negative) for term in reversed(node.terms))
        elif not is_number(node, 0):
            yield Negative(node) if negative else node


def arranged(tree: Tree) -> str:
    """Write a tree with its factors and terms in a fixed order, without ones, zeros and double signs.

    >>> from symnn.expressions.tree import Name
    >>> a, b = Name("a"), Name("b")
    >>> arranged(Product((b, Number(1), a))) == arranged(Product((a, b)))
    True
    """
    return plain(_in_order(tree))


def _in_order(tree: Tree) -> Tree:
    if isinstance(tree, Sum):
        terms = sorted((_in_order(term) for term in terms_of(tree)), key=plain)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms)) if terms else Number(0)
    if isinstance(tree, Product | Negative):
        negative, factors = factors_of(tree)
        done = sorted((_in_order(factor) for factor in factors), key=plain)
        whole = Number(1) if not done else done[0] if len(done) == 1 else Product(tuple(done))
        return minus(whole) if negative else whole
    return rebuilt(tree, tuple(_in_order(child) for child in children(tree)))
