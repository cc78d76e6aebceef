"""Whether two trees are the same writing up to the order of terms and factors: the one equality without a field.

It settles what is too deep, too rooted or too large for rung 1, and nothing else. Here, too: which parts a tree has at
many places, because what is written once is compiled and evaluated once.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from symnn.expressions.tree import Constant, Entrywise, Name, Number, Product, Sum, Tree, children

__all__ = ["TreeParts", "WrittenOut", "alike", "parts", "signature"]


def alike(left: Tree, right: Tree) -> bool:
    """Say whether two trees differ only in the order of terms and factors.

    >>> x, y = Name("x"), Name("y")
    >>> alike(Sum((x, Product((y, x)))), Sum((Product((x, y)), x)))
    True
    """
    return signature(left) == signature(right)


def signature(tree: Tree) -> bytes:
    """Give a digest that is the same for trees that are alike."""
    return Signatures().of(tree)


class Signatures:
    """Digests of trees; parts that are one object are looked at once."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Tree, bytes]] = {}

    def of(self, tree: Tree) -> bytes:
        found = self.known.get(id(tree))
        if found is None:
            found = (tree, self._of(tree))
            self.known[id(tree)] = found
        return found[1]

    def _of(self, tree: Tree) -> bytes:
        match tree:
            case Number(numerator, denominator):
                return _digest("number", str(numerator).encode(), str(denominator).encode())
            case Name(name) | Constant(name):
                return _digest(type(tree).__name__, name.encode())
            case Sum() | Product() | Entrywise():
                return _digest(type(tree).__name__, *sorted(self._flat(tree)))
            case _:
                return _digest(_head(tree), *map(self.of, children(tree)))

    def _flat(self, tree: Tree) -> list[bytes]:
        """List the digests of terms or factors, those of inner sums or products among them."""
        found: list[bytes] = []
        for child in children(tree):
            part = self._meant(child)
            found.extend(self._flat(part) if type(part) is type(tree) else [self.of(part)])
        return found

    def _meant(self, tree: Tree) -> Tree:
        """Give what a node stands for."""
        return tree


class WrittenOut(Signatures):
    """Digests of trees whose named results are written out down to the inputs.

    Factors keep their order: they may be matrices.

    >>> x, a = Name("x"), Name("a")
    >>> writing = WrittenOut({"a": Product((x, x))})
    >>> writing.signature(Sum((a, x))) == writing.signature(Sum((x, Product((x, x)))))
    True
    """

    def __init__(self, equations: Mapping[str, Tree]) -> None:
        super().__init__()
        self.equations = equations
        self.named: dict[str, bytes] = {}

    def signature(self, tree: Tree) -> bytes | None:
        """Give a digest that trees share if they differ only in the order of terms and in what is written out.

        None for a tree that is deeper than any answer.
        """
        try:
            return self.of(tree)
        except RecursionError:
            return None
        finally:
            self.known.clear()

    def of(self, tree: Tree) -> bytes:
        """Give the digest of a node; that of a named result is kept."""
        if not isinstance(tree, Name) or tree.name not in self.equations:
            return super().of(tree)
        if tree.name not in self.named:
            self.named[tree.name] = self.of(self.equations[tree.name])
        return self.named[tree.name]

    def _of(self, tree: Tree) -> bytes:
        if isinstance(tree, Product):
            return _digest("Product", *map(self.of, tree.factors))
        return super()._of(tree)

    def _meant(self, tree: Tree) -> Tree:
        while isinstance(tree, Name) and tree.name in self.equations:
            tree = self.equations[tree.name]
        return tree


def _head(tree: Tree) -> str:
    """Name a node by what its children do not say."""
    names = [type(tree).__name__]
    names += [str(getattr(tree, field)) for field in ("function", "order", "vector") if hasattr(tree, field)]
    if hasattr(tree, "rows"):
        names.append(str(len(tree.rows)))
    return " ".join(names)


def _digest(head: str, *parts: bytes) -> bytes:
    return sha256(b"\x00".join((head.encode(), *parts))).digest()


class TreeParts(NamedTuple):
    """What a tree is made of: its names, and the identities of the parts that it has at many places."""

    names: tuple[str, ...]
    repeated: tuple[int, ...]


def parts(tree: Tree) -> TreeParts:
    """Look at every part of a tree once, also where it stands at many places, as the entries of a product do."""
    used: dict[str, None] = {}
    seen: set[int] = set()
    found: dict[int, None] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            used[node.name] = None
        elif isinstance(node, Number):
            continue
        elif id(node) in seen:
            found[id(node)] = None
        else:
            seen.add(id(node))
            waiting.extend(children(node)[::-1])
    return TreeParts(tuple(used), tuple(found))
