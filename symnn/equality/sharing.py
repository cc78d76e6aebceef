"""Which parts a tree has at many places: what is written once is compiled and evaluated once."""

from __future__ import annotations

from typing import NamedTuple

from symnn.expressions.tree import Name, Number, Tree, children

__all__ = ["Parts", "parts"]


class Parts(NamedTuple):
    """What a tree is made of: its names, and the identities of the parts that it has at many places."""

    names: tuple[str, ...]
    repeated: tuple[int, ...]


def parts(tree: Tree) -> Parts:
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
    return Parts(tuple(used), tuple(found))
