"""Where a step goes wrong: what was put in the place of what, all that is alike on both sides left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from symnn.errors import Span
from symnn.expressions.terms import MINUS_ONE, is_number
from symnn.expressions.tree import Negative, Power, Product, Quotient, Sum, Tree
from symnn.steps.rearranging import terms_of

__all__ = ["Alteration", "Worth", "alteration"]

Worth = Callable[[Tree], int | None]
"""The value of a tree at one fixed point modulo ``modulus``; None where it has none."""

_DEEPEST = 8


class Alteration(Struct, frozen=True):
    """The factors (or terms, if ``terms``) ``wrote`` that stand where ``meant`` should; one may be empty.

    Both empty: a minus sign is wrong.
    """

    wrote: tuple[Tree, ...]
    meant: tuple[Tree, ...]
    terms: bool = False

    @property
    def span(self) -> Span | None:
        """The place in the text from the first to the last wrong part; None where nothing stands."""
        spans = [tree.span for tree in self.wrote if tree.span is not None]
        if not spans:
            return None
        return Span(min(span.start for span in spans), max(span.end for span in spans))


def alteration(before: Tree, after: Tree, worth: Worth, modulus: int) -> Alteration:
    """Compare a wrong side with the one before it; go inside as long as one part stands against one.

    >>> from symnn.expressions.tree import Name, Product
    >>> a, b, c = Name("a"), Name("b"), Name("c")
    >>> values = {"a": 2, "b": 3, "c": 5}
    >>> alteration(Product((a, b)), Product((c, a)), lambda tree: values[tree.name], 101) == Alteration((c,), (b,))
    True
    """
    wrote: tuple[Tree, ...] = (after,)
    meant: tuple[Tree, ...] = (before,)
    terms = False
    for _ in range(_DEEPEST):
        opened = _opened(meant[0], wrote[0])
        if opened is None:
            break
        old, new, inner_terms = opened
        left_old, left_new = _unlike(old, new, worth, modulus, terms=inner_terms)
        if (left_old, left_new) == (meant, wrote):
            break
        if not inner_terms and {*left_old, *left_new} <= {MINUS_ONE}:  # nothing but a minus sign is left
            if terms:
                break
            left_old = left_new = ()
        meant, wrote, terms = left_old, left_new, inner_terms
        if len(meant) != 1 or len(wrote) != 1:
            break
    return Alteration(wrote, meant, terms)


def _opened(before: Tree, after: Tree) -> tuple[tuple[Tree, ...], tuple[Tree, ...], bool] | None:
    """Cut two trees into factors, or into terms if both are sums; None if neither can be cut."""
    old_terms, new_terms = tuple(terms_of(before)), tuple(terms_of(after))
    if len(old_terms) > 1 and len(new_terms) > 1:
        return old_terms, new_terms, True
    old, new = _factors(before), _factors(after)
    if len(old) == len(new) == 1 and isinstance(old[0], Sum) and isinstance(new[0], Sum):
        return tuple(terms_of(old[0])), tuple(terms_of(new[0])), True
    return (old, new, False) if len(old) > 1 or len(new) > 1 else None


def _factors(tree: Tree) -> tuple[Tree, ...]:
    """List factors as they are written, each with its own sign; one alone is opened."""
    written = tree.factors if isinstance(tree, Product) else ()
    return written if len(written) > 1 else tuple(_opened_factors(tree))


def _opened_factors(tree: Tree) -> Iterator[Tree]:
    """List factors, a minus sign as the factor −1 where it stands; what is under a fraction stroke stays whole."""
    match tree:
        case Negative(operand):
            yield MINUS_ONE
            yield from _opened_factors(operand)
        case Product(factors):
            for factor in factors:
                yield from _opened_factors(factor)
        case Quotient(over, under):
            yield from _opened_factors(over)
            yield Power(under, MINUS_ONE, under.span)
        case _ if not is_number(tree, 1):
            yield tree


def _unlike(
    old: tuple[Tree, ...], new: tuple[Tree, ...], worth: Worth, modulus: int, *, terms: bool
) -> tuple[tuple[Tree, ...], tuple[Tree, ...]]:
    """Leave out what has an equal on the other side: single parts first, then one against a run of several."""
    left_old, left_new = list(old), list(new)
    _cancel(left_old, left_new, worth)
    if not terms:
        left_old, left_new = (
            [one for part in parts for one in _opened_factors(part)] for parts in (left_old, left_new)
        )
        _cancel(left_old, left_new, worth)
    _cancel_runs(left_old, left_new, worth, modulus, terms=terms)
    _cancel_runs(left_new, left_old, worth, modulus, terms=terms)
    if not terms:  # ∂S/∂e = 1 is not what went wrong
        left_old = [part for part in left_old if worth(part) != 1] or left_old
    return tuple(left_old), tuple(left_new)


def _cancel(old: list[Tree], new: list[Tree], worth: Worth) -> None:
    for part in tuple(old):
        value = worth(part)
        twin = next((place for place, other in enumerate(new) if worth(other) == value), None)
        if value is not None and twin is not None:
            del new[twin]
            old.remove(part)


def _cancel_runs(ones: list[Tree], several: list[Tree], worth: Worth, modulus: int, *, terms: bool) -> None:
    """Cancel a part that is worth as much as some neighbours on the other side together."""
    for part in tuple(ones):
        value = worth(part)
        run = None if value is None else _run(value, [worth(other) for other in several], modulus, terms=terms)
        if run is not None:
            del several[run]
            ones.remove(part)


def _run(value: int, values: list[int | None], modulus: int, *, terms: bool) -> slice | None:
    for start in range(len(values)):
        whole = 0 if terms else 1
        for end in range(start, len(values)):
            one = values[end]
            if one is None:
                break
            whole = (whole + one if terms else whole * one) % modulus
            if whole == value and end > start:
                return slice(start, end + 1)
    return None
