"""Demands on how an answer is written: only these names, expanded or not, without decimals or derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symnn.errors import Fact
from symnn.expressions.terms import is_number
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
    Tree,
    bare,
    children,
    walk,
)
from symnn.expressions.writing import plain
from symnn.language.names import spelled
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

if TYPE_CHECKING:
    from symnn.questions.fields import Form

__all__ = ["broken_demand"]


def broken_demand(form: Form | None, tree: Tree) -> Finding | None:
    """Find the first demand that an answer does not meet.

    >>> from symnn.questions.fields import Form
    >>> from symnn.expressions.tree import Sum
    >>> factored = Product((Name("a"), Sum((Name("b"), Name("c")))))
    >>> broken_demand(Form(expanded=True), factored).facts["demand"]
    'expanded'
    >>> broken_demand(Form(only=("a",)), factored).facts["name"]
    'b'
    """
    if form is None:
        return None
    if form.only:
        allowed = {known for name in form.only if isinstance(known := spelled(name), str)} | set(form.only)
        others = (node for node in _that_count(tree) if isinstance(node, Name) and node.name not in allowed)
        extra = next(others, None)
        if extra is not None:
            facts: dict[str, Fact] = {"demand": "only", "name": extra.name, "allowed": form.only}
            return codes.FORM_ONLY(facts, extra.span)
    if form.expanded is not None and _expanded(tree) != form.expanded:
        kind = codes.FORM_EXPANDED if form.expanded else codes.FORM_FACTORED
        return kind({"demand": "expanded"})
    return _unwanted(form, tree)


def _that_count(tree: Tree) -> Iterator[Tree]:
    """Go through the nodes of a tree but for products with 0: who writes ``+ 0*I[x,y]`` shows a kernel's zero."""
    if isinstance(tree, Product | Entrywise) and any(is_number(factor, 0) for factor in tree.factors):
        return
    yield tree
    for part in children(tree):
        yield from _that_count(part)


def _unwanted(form: Form, tree: Tree) -> Finding | None:
    """Find decimals and derivatives where there should be none."""
    if form.decimals is False:
        point = next((node for node in walk(tree) if isinstance(node, Number) and node.text), None)
        if point is not None:
            return codes.FORM_DECIMALS({"demand": "decimals"}, point.span)
    if form.derivatives is False:
        left = next((node for node in walk(tree) if isinstance(node, Derivative) or _is_primed(node)), None)
        if left is not None:
            return codes.FORM_DERIVATIVES({"demand": "derivatives", "what": plain(bare(left))}, left.span)
    return None


def _is_primed(node: Tree) -> bool:
    return isinstance(node, Call) and node.order > 0


def _expanded(tree: Tree) -> bool:
    """Tell if no product or power of a sum is left to multiply out."""
    return not any(_holds_sum(node) for node in walk(tree))


def _holds_sum(node: Tree) -> bool:
    match node:
        case Product() | Negative():
            return any(isinstance(child, Sum) for child in children(node))
        case Quotient(over):
            return isinstance(over, Sum)
        case Power(base, Number(exponent, 1)):
            return isinstance(base, Sum) and exponent > 1
    return False
