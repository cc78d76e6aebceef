"""Slopes in many directions at once: numbers that carry along how fast each grows when a quantity is moved.

At a kink a number grows on one side only, or at another rate on each: ``max(a, b)`` grows as fast as the faster of
two equals. So they give the slopes from both sides exactly, and know nothing of the conventions of a derivative.
Many points are gone through at once: the last axis of an array runs over the directions, the one before over points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symnn.networks.graph import Graph
from symnn.numeric.arithmetic import arrays
from symnn.numeric.forward import forward
from symnn.ops.operation import Arithmetic

__all__ = ["Moving", "both_sides", "moving"]


class Moving:
    """Numbers, and their slopes in each of some directions: arrays, or 0 where they stand still.

    >>> import numpy as np
    >>> x = Moving(2.0, np.array([1.0, -1.0]))
    >>> (3 * x * x - 1).slopes.tolist()
    [12.0, -12.0]
    """

    __slots__ = ("slopes", "value")
    __array_ufunc__ = None  # so that an array times this asks this

    def __init__(self, value: Any, slopes: Any) -> None:
        self.value = value
        self.slopes = slopes

    def __add__(self, other: Any) -> Moving:
        """Add."""
        value, slopes = _parts(other)
        return Moving(self.value + value, self.slopes + slopes)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Moving:
        """Subtract."""
        value, slopes = _parts(other)
        return Moving(self.value - value, self.slopes - slopes)

    def __rsub__(self, other: Any) -> Moving:
        """Be subtracted."""
        value, slopes = _parts(other)
        return Moving(value - self.value, slopes - self.slopes)

    def __neg__(self) -> Moving:
        """Change the sign."""
        return Moving(-self.value, -self.slopes)

    def __mul__(self, other: Any) -> Moving:
        """Multiply."""
        value, slopes = _parts(other)
        return Moving(self.value * value, self.slopes * value + slopes * self.value)

    __rmul__ = __mul__


def moving(m: Arithmetic) -> Arithmetic:
    """Give the arithmetic of moving numbers over that of arrays ``m``; a jump has the slope nan.

    >>> import numpy as np
    >>> at_zero = Moving(0.0, np.array([1.0, -1.0]))
    >>> moving(arrays()).maximum(0.0, at_zero).slopes.tolist(), moving(arrays()).abs(at_zero).slopes.tolist()
    ([1.0, 0.0], [1.0, 1.0])
    """
    import numpy as np

    rules = _Rules(m)
    smooth, jumping = rules.smooth, rules.jumping
    return Arithmetic(
        number=m.number,
        exp=smooth(m.exp, m.exp),
        log=smooth(m.log, lambda a: m.divide(1.0, a)),
        log1p=smooth(m.log1p, lambda a: m.divide(1.0, 1.0 + a)),
        sqrt=smooth(m.sqrt, lambda a: m.divide(0.5, m.sqrt(a))),
        abs=rules.absolute,
        sign=jumping(m.sign, lambda a: a == 0),
        step=jumping(m.step, lambda a: a == 0),
        maximum=rules.extreme(1, np.maximum),
        minimum=rules.extreme(-1, np.minimum),
        choose=rules.choose,
        power=rules.power,
        divide=rules.divide,
        weakly=rules.weakly,
        floor=jumping(m.floor, lambda a: a == m.floor(a)),
        sin=smooth(m.sin, m.cos),
        cos=smooth(m.cos, lambda a: -m.sin(a)),
        tan=smooth(m.tan, lambda a: 1.0 + m.tan(a) ** 2),
        asin=smooth(m.asin, lambda a: m.divide(1.0, m.sqrt(1.0 - a * a))),
        acos=smooth(m.acos, lambda a: m.divide(-1.0, m.sqrt(1.0 - a * a))),
        atan=smooth(m.atan, lambda a: 1.0 / (1.0 + a * a)),
        erf=smooth(m.erf, lambda a: 2.0 / math.sqrt(math.pi) * m.exp(-a * a)),
        sinh=smooth(m.sinh, m.cosh),
        cosh=smooth(m.cosh, m.sinh),
        tanh=smooth(m.tanh, lambda a: 1.0 - m.tanh(a) ** 2),
        pi=m.pi,
        e=m.e,
        ties=m.ties,
    )


class _Rules:
    """How fast results grow, over an arithmetic of arrays."""

    def __init__(self, m: Arithmetic) -> None:
        self.m = m

    @staticmethod
    def smooth(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[Any], Moving]:
        def evaluate(a: Any) -> Moving:
            value, slopes = _parts(a)
            return Moving(function(value), slopes * slope(value))

        return evaluate

    @staticmethod
    def jumping(function: Callable[[Any], Any], jumps: Callable[[Any], Any]) -> Callable[[Any], Moving]:
        import numpy as np

        def evaluate(a: Any) -> Moving:
            value, slopes = _parts(a)
            return Moving(function(value), np.where((slopes != 0) & jumps(value), math.nan, 0.0))

        return evaluate

    @staticmethod
    def extreme(sign: int, join: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Moving]:
        import numpy as np

        def evaluate(a: Any, b: Any) -> Moving:
            (one, slopes), (other, others) = _parts(a), _parts(b)
            apart = (one - other) * sign
            grown = np.where(apart > 0, slopes, np.where(apart < 0, others, join(slopes, others)))
            return Moving(join(one, other), grown)

        return evaluate

    def absolute(self, a: Any) -> Moving:
        import numpy as np

        value, slopes = _parts(a)
        return Moving(abs(value), np.where(value == 0, abs(slopes), slopes * self.m.sign(value)))

    def choose(self, a: Any, above: Any, below: Any) -> Moving:
        """Take the side that a moves to where it is 0; where the two sides differ there, the value jumps."""
        import numpy as np

        (sided, turning), (one, slopes), (other, others) = _parts(a), _parts(above), _parts(below)
        leaves = (sided == 0) & (turning > 0)
        grown = np.where(leaves & (one != other), math.nan, np.where((sided > 0) | leaves, slopes, others))
        return Moving(self.m.choose(sided, one, other), grown)

    def divide(self, a: Any, b: Any) -> Moving:
        (one, slopes), (other, others) = _parts(a), _parts(b)
        value = self.m.divide(one, other)
        return Moving(value, (slopes - value * others) * self.m.divide(1.0, other))

    def power(self, base: Any, exponent: Any) -> Moving:
        m = self.m
        value, slopes = _parts(base)
        if isinstance(exponent, Fraction):
            steep = m.power(value, exponent - 1) if exponent != 1 else 1.0
            return Moving(m.power(value, exponent), slopes * (float(exponent) * steep) if exponent else 0.0)
        by, changes = _parts(exponent)
        found = m.power(value, by)
        return Moving(found, found * (changes * m.log(value) + slopes * m.divide(by, value)))

    def weakly(self, weight: Any, log: Any) -> Moving:
        (one, slopes), (other, others) = _parts(weight), _parts(log)
        return Moving(self.m.weakly(one, other), slopes * other + one * others)


def both_sides(graph: Graph, at: Mapping[str, Any], of: str, names: tuple[str, ...]) -> Any:
    r"""Give the slopes of ``of`` by each of ``names``, to the left and to the right, at each of some points.

    ``at`` has a number, or one for each point, for every free quantity.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("y = max(w, 3*w)\nz = relu(w) - relu(-w)")
    >>> both_sides(graph, {"w": 0.0}, "y", ("w",)).tolist(), both_sides(graph, {"w": 0.0}, "z", ("w",)).tolist()
    ([[[1.0, 3.0]]], [[[1.0, 1.0]]])
    """
    import numpy as np

    given: dict[str, Any] = {name: np.asarray(at[name], dtype=float).reshape(-1, 1) for name in graph.free}
    for place, name in enumerate(names):
        slopes = np.zeros((1, 2 * len(names)))
        slopes[0, 2 * place : 2 * place + 2] = -1, 1
        given[name] = Moving(given[name], slopes)
    with np.errstate(all="ignore"):
        _, slopes = _parts(forward(graph, given, moving(arrays(graph.conventions)))[of])
    count = max(len(np.ravel(at[name])) for name in graph.free)
    return np.broadcast_to(slopes * np.tile((-1.0, 1.0), len(names)), (count, 2 * len(names))).reshape(count, -1, 2)


def _parts(number: Any) -> tuple[Any, Any]:
    return (number.value, number.slopes) if type(number) is Moving else (number, 0.0)
