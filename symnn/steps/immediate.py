r"""The other reading of ∂a₂/∂u where u is shared: by a₂'s own equation, the quantities between held fixed.

In ∂E/∂u = ∂E/∂a₂ (∂a₂/∂u + ∂a₂/∂f₁ · ∂f₁/∂a₁ · ∂a₁/∂u) the first ∂a₂/∂u is not the whole derivative: the way through f₁
is written out beside it.
"""

from __future__ import annotations

from symnn.derivation.local import local_partials
from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name, Tree, mapped
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["immediate", "is_shared"]


def is_shared(link: Link, ways: Ways) -> bool:
    """Say whether a partial has two readings: by its own equation, and with other ways through the network too."""
    of, wrt = link
    edges = ways.edges(of, wrt)
    return link in edges and len(edges) > 1


def immediate(tree: Tree, ways: Ways, asked: Tree) -> Tree | None:
    r"""Give a tree with its shared partials taken by their own equations; None if it has none.

    What is ``asked``, and derivatives of the same quantity, are always the whole derivative.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = graph_from_text("a1 = u*x1\na2 = u*x2 + w*a1\nE = (a2 - z)^2")
    >>> partial = Derivative(Name("a2"), Name("u"))
    >>> plain(immediate(partial, Ways(graph), Derivative(Name("E"), Name("u"))))
    'x2'
    """
    whole = asked.of if isinstance(asked, Derivative) else None
    found = False

    def change(node: Tree) -> Tree | None:
        nonlocal found
        match node:
            case Derivative(Name(of), Name(wrt)) if node.of != whole and is_shared((of, wrt), ways):
                found = True
                equation = ways.graph.definitions[of]
                return product(local_partials(equation, Name(of), ways.graph.functions)[wrt])
        return None

    other = mapped(tree, change)
    return other if found else None
