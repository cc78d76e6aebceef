r"""Sums that the author wrote with an index, folded again: y_1 log p_1 + y_2 log p_2 is Σ_{k=1}^{2} y_k log p_k.

The work needs them written out; a page says what their author said. Terms are folded where they are one term whose
indices go up by one from each to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from symnn.expressions.tree import Call, Entry, Name, Negative, Number, Sum, Tree, children, names, rebuilt, walk
from symnn.expressions.writing import plain
from symnn.language.later_sums import is_later
from symnn.language.names import taken_apart
from symnn.networks.graph import Graph
from symnn.notation.operations import sum_sign
from symnn.ops import named

__all__ = ["Folding", "folding_of", "left_of"]

Shape = tuple[int, ...]


def folding_of(graph: Graph) -> Folding:
    """Say with which letters the sums of a network's pages are folded: those with which its author summed."""
    index = frozenset(letter for one in graph.indexed for letter, *_ in one.ranges)
    return Folding(graph.sums, graph.shapes, index.union(graph.quantities))


def left_of(tree: Tree) -> str:
    """Name the quantity or the family on a left side."""
    of = tree.of if isinstance(tree, Entry) else tree
    return of.name if isinstance(of, Name) else ""


class Folding(Struct, frozen=True):
    """Folds sums with given letters; none are folded where there are no letters.

    >>> from symnn.expressions.tree import Product
    >>> from symnn.expressions.writing import plain
    >>> terms = tuple(Product((Name(f"w[{k}]"), Name(f"x_{k + 1}"))) for k in (1, 2, 3))
    >>> plain(Folding({"a": ("k",)}, {}).of(Sum(terms)))
    'sum_{k=1}^{3}(w_{k}*x_{k+1})'

    ``taken`` are letters that mean something else on a page; only the equation that sums with one uses it.
    """

    letters: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, Shape]
    taken: frozenset[str] = frozenset()

    def of(self, tree: Tree, left: str = "") -> Tree:
        """Fold the sums in a tree, the outermost first; with the letters of the equation of ``left`` before others."""
        apart = taken_apart(left.removesuffix("^()")) if left else None
        own = () if apart is None else self.letters.get(apart.base, ())
        free = (letter for letters in self.letters.values() for letter in letters if letter not in self.taken)
        letters = tuple(dict.fromkeys((*own, *free)))
        return self._within(tree, letters)

    def _within(self, tree: Tree, letters: tuple[str, ...]) -> Tree:
        if isinstance(tree, Sum):
            whole = self._folded(tree.terms, letters)
            if whole is not None:
                return whole
        if is_later(tree):
            body, letter, *ends = tree.arguments
            low, high = (plain(end).replace(" ", "") for end in ends)
            return Call(sum_sign(plain(letter), low, high), (self._within(body, letters),))
        parts = children(tree)
        return rebuilt(tree, tuple(self._within(part, letters) for part in parts)) if parts else tree

    def _folded(self, terms: Sequence[Tree], letters: tuple[str, ...]) -> Tree | None:
        """Write terms as one sum with the first letter that is free, or as a sum of sums."""
        used = {name for term in terms for node in walk(term) for name in names(node)}
        for letter in (one for one in letters if one not in used):
            one = _Together(letter, self.shapes)
            inside = one.tree(terms)
            if inside is not None and one.start is not None:
                inside = self._within(inside, tuple(other for other in letters if other != letter))
                return Call(sum_sign(letter, one.start, one.start + len(terms) - 1), (inside,))
            rest = tuple(other for other in letters if other != letter)
            for size in range(2, len(terms) // 2 + 1):
                if len(terms) % size or not rest:
                    continue
                groups = [self._folded(terms[at : at + size], rest) for at in range(0, len(terms), size)]
                whole = self._folded(groups, (letter,)) if None not in groups else None  # type: ignore[arg-type]
                if whole is not None:
                    return whole
        return None


class _Together:
    """Writes trees as one tree with an index; ``start`` is its value in the first of them."""

    def __init__(self, letter: str, shapes: Mapping[str, Shape]) -> None:
        self.letter, self.shapes = letter, shapes
        self.start: int | None = None

    def tree(self, trees: Sequence[Tree]) -> Tree | None:
        """Write trees of one form as one; None where they differ in more than indices."""
        first = trees[0]
        if all(tree == first for tree in trees):
            return first
        entries = [self._entry(tree) for tree in trees]
        if all(entries):
            return self._entries([entry for entry in entries if entry is not None])
        parts = list(zip(*map(children, trees), strict=False))
        if not parts or any(entries) or len({_form(tree) for tree in trees}) > 1:
            return None
        together = [self.tree(part) for part in parts]
        return None if None in together else rebuilt(first, tuple(part for part in together if part is not None))

    def _entry(self, tree: Tree) -> Entry | None:
        """Give a quantity with indices as an entry of what it is without them."""
        match tree:
            case Entry(Name()):
                return tree
            case Call(named.PART, (Name(vector), Number() as at, last)) if at == last and _is_line(self.shapes, vector):
                return Entry(Name(vector), (at,))
            case Name(name):
                return _numbered(name)
        return None

    def _entries(self, entries: Sequence[Entry]) -> Tree | None:
        first = entries[0]
        if len({(entry.of, len(entry.indices)) for entry in entries}) > 1:
            return None
        places = [self._index(column) for column in zip(*(entry.indices for entry in entries), strict=True)]
        return None if None in places else Entry(first.of, tuple(place for place in places if place is not None))

    def _index(self, column: Sequence[Tree]) -> Tree | None:
        """Write indices that go up by one as one: k, k + 1, i + k - 1."""
        if all(place == column[0] for place in column):
            return column[0]
        taken = [_shifted(place) for place in column]
        bases = {base for base, _ in taken}
        moved = [shift for _, shift in taken]
        if len(bases) > 1 or moved != list(range(moved[0], moved[0] + len(moved))):
            return None
        base = bases.pop()
        if self.start is None:
            self.start = 1 if base else moved[0]
        more = moved[0] - self.start
        terms = (*base, Name(self.letter), *((Number(more) if more > 0 else Negative(Number(-more)),) if more else ()))
        return Sum(terms) if len(terms) > 1 else terms[0]


def _shifted(index: Tree) -> tuple[tuple[Tree, ...], int]:
    """Part an index into what it holds beside numbers, and the number: i + 1 is i, and 1."""
    terms = index.terms if isinstance(index, Sum) else (index,)
    shift, rest = 0, []
    for term in terms:
        match term:
            case Number(size):
                shift += size
            case Negative(Number(size)):
                shift -= size
            case _:
                rest.append(term)
    return tuple(rest), shift


def _is_line(shapes: Mapping[str, Shape], name: str) -> bool:
    shape = shapes.get(name, ())
    return len(shape) == 1 or (len(shape) > 1 and shape[0] == 1)


def _numbered(name: str) -> Entry | None:
    """Part a name into itself without its numbers, and these: ``w^(1)_{21}``, ``W[2,1]``, ``x_3``, ``y^(2)``."""
    apart = taken_apart(name)
    if apart is None:
        return None
    below = (*apart.parts, *filter(None, apart.square.split(",")))
    head = apart._replace(parts=(), square="", below="")
    if not below and apart.above.isdigit():
        return Entry(Name(f"{head._replace(above='').canonical}^()"), (Number(int(apart.above)),))
    if not below or not all(map(str.isdigit, below)) or any(len(part) > 1 for part in apart.parts):
        return None  # w_12 may be one index or two
    return Entry(Name(head.canonical), tuple(Number(int(one)) for one in below))


def _form(tree: Tree) -> Tree:
    return rebuilt(tree, (Name("·"),) * len(children(tree)))
