"""Verdicts on answers that were read before in other words: the same verdict, at the places of this text.

Half a class writes the same formula, with and without blanks, stars and needless brackets; what is read is one tree.
"""

from __future__ import annotations

from msgspec.structs import replace

from symnn.equality.kept import Kept
from symnn.errors import Span
from symnn.expressions.tree import Tree, bare, walk
from symnn.verdicts.verdict import Verdict

__all__ = ["KnownVerdicts"]

_MOST = 128
"""So many answers are known at a time."""


class KnownVerdicts:
    """Verdicts on answers to one part, by what was read."""

    def __init__(self) -> None:
        self._known = Kept[Tree, tuple[Tree, Verdict]](_MOST)

    def find(self, tree: Tree) -> Verdict | None:
        """Give the verdict on the same answer, with its places in this text; None if a place cannot be told."""
        known = self._known.find(bare(tree))
        if known is None:
            return None
        before, verdict = known
        spans = {finding.span for finding in verdict.findings if finding.span is not None}
        moved = _moved(before, tree) if spans else {}
        if any(moved.get(span) is None for span in spans):
            return None
        findings = tuple(
            finding if finding.span is None else replace(finding, span=moved[finding.span])
            for finding in verdict.findings
        )
        return replace(verdict, findings=findings)

    def keep(self, tree: Tree, verdict: Verdict) -> None:
        """Keep a verdict."""
        self._known.keep(bare(tree), (tree, verdict))


def _moved(before: Tree, after: Tree) -> dict[Span, Span | None]:
    """Say where each place of one text is in another of the same tree; None where it could be in two.

    >>> from symnn.expressions.tree import Name, Product
    >>> one = Product((Name("a", Span(0, 1)), Name("b", Span(2, 3))), Span(0, 3))
    >>> other = Product((Name("a", Span(0, 1)), Name("b", Span(4, 5))), Span(0, 5))
    >>> _moved(one, other)[Span(2, 3)]
    Span(start=4, end=5)
    """
    found: dict[Span, Span | None] = {}
    for old, new in zip(walk(before), walk(after), strict=True):
        if old.span is not None:
            same = found.setdefault(old.span, new.span)
            if same != new.span:
                found[old.span] = None
    return found
