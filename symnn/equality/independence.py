"""When named results may be taken as free quantities for good.

If a difference shows with all names free, it is a difference of the functions too, provided that the named
results can take all values of an open set independently: each has a quantity of its own, in some order.
"""

from __future__ import annotations

from symnn.equality.code import CIRCLE, KINK, ROOT, NotScalar
from symnn.equality.constants import TooLarge
from symnn.equality.meaning import reached
from symnn.equality.points import Undefined, World, drawn_seed
from symnn.equality.senses import Sense
from symnn.equality.towers import PLAIN, tower

__all__ = ["Independence"]

_MOST_KNOWN = 4096
_MOST_NAMES = 64


class Independence:
    """Remembers which sets of names are independent."""

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.known: dict[tuple[str, ...], bool] = {}
        self._quantities: dict[str, frozenset[str]] = {}

    def of(self, names: tuple[str, ...]) -> bool:
        """Say whether these names, named results among them, can take all values of an open set."""
        equations = self.sense.meaning.equations
        if not any(name in equations for name in names):
            return True
        if names not in self.known:
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            self.known[names] = len(names) <= _MOST_NAMES and self._checked(names)
        return self.known[names]

    def _checked(self, names: tuple[str, ...]) -> bool:
        behind = {name: self._behind(name) for name in names}
        waiting = list(names)
        while waiting:
            for name in waiting:
                others = {used for other in waiting if other != name for used in behind[other]}
                own = sorted(behind[name] - others)
                if any(self._moves(name, quantity) for quantity in own):
                    waiting.remove(name)
                    break
            else:
                return False
        return True

    def _behind(self, name: str) -> frozenset[str]:
        """Give the free quantities that a name depends on."""
        if name not in self._quantities:
            equations = self.sense.meaning.equations
            found = frozenset(used for used in reached((name,), equations) if used not in equations)
            self._quantities[name] = found
        return self._quantities[name]

    def _moves(self, name: str, quantity: str) -> bool:
        """Say whether a result changes when one quantity does and all others stay."""
        if name == quantity:
            return True
        try:
            self.sense.learn((name,))
        except (Undefined, TooLarge, NotScalar, RecursionError):
            return False
        part = self.sense.parts.get(name)
        if part is None or part.needs & (ROOT | CIRCLE | KINK):
            return False
        leaves = self.sense.leaves((name,))
        chosen = tower(drawn_seed(self.sense.meaning.key, b"tower 0"), part.code.depth + 1, PLAIN)
        values = []
        for moved in (False, True):
            world = World(chosen, PLAIN, b"independence", leaves, self.sense.runs)
            point = world.ground
            while moved and point.level < len(chosen):
                point[quantity] = point[quantity] + 1
                if point.level == len(chosen) - 1:
                    break
                point = point.above
            try:
                values.append(world.ground[name])
            except (Undefined, TooLarge, RecursionError):
                return False
        return values[0] != values[1]
