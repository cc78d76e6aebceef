"""The focal loss: a cross entropy of two classes in which what is told well counts less.

Source: Lin, Goyal, Girshick, He and Dollár 2017, equation 4, for a target z of 0 or 1.
"""

from __future__ import annotations

from typing import Any

from symnn.expressions.terms import ONE, TWO, call, difference, minus, plus, power, product
from symnn.expressions.tree import Call, Entrywise, Product, Quotient, Tree
from symnn.ops import named
from symnn.ops.margins import added_losses, alike_shapes, summed
from symnn.ops.operation import Arithmetic, Array, Operation, Pulled, TensorCall

__all__ = ["FOCAL_LOSS"]

VECTOR = 1


def _value(m: Arithmetic, p: Any, z: Any, gamma: Any = None) -> Any:
    one = m.number(1, 1)
    by = m.number(2, 1) if gamma is None else gamma
    own, other = m.power(one - p, by), m.power(p, by)
    return -m.weakly(z * own, m.log(p)) - m.weakly((one - z) * other, m.log(one - p))


def _written(p: Tree, z: Tree, gamma: Tree = TWO) -> Tree:
    """Write -z (1 - p)^γ log p - (1 - z) p^γ log(1 - p)."""
    rest = difference(ONE, p)
    own = product((z, power(rest, gamma), call(named.LOG, p)))
    other = product((difference(ONE, z), power(p, gamma), call(named.LOG, rest)))
    return difference(minus(own), other)


class _Slopes:
    """The slopes of the loss, for numbers and entry by entry."""

    def __init__(self, arguments: tuple[Tree, ...], axes: int) -> None:
        self.p, self.z, self.gamma = (*arguments, TWO)[:3]
        self.axes = axes
        self.rest = difference(ONE, self.p)
        self.log, self.log_rest = call(named.LOG, self.p), call(named.LOG, self.rest)

    def times(self, *factors: Tree) -> Tree:
        """Multiply, entry by entry where there are several."""
        return Entrywise(factors) if self.axes else product(factors)

    def raised(self, base: Tree, by: Tree) -> Tree:
        """Raise to a power; a power of a matrix would be a product of matrices, so there it is written by exp."""
        return power(base, by) if self.axes <= VECTOR else call(named.EXP, Product((by, call(named.LOG, base))))

    def by_p(self) -> Tree:
        """Give z (γ (1 - p)^(γ-1) log p - (1 - p)^γ / p), and the same of the other class with the other sign."""
        return difference(self._of(self.z, self.p, self.rest), self._of(difference(ONE, self.z), self.rest, self.p))

    def _of(self, share: Tree, own: Tree, other: Tree) -> Tree:
        less = difference(self.gamma, ONE)
        steep = Product((self.gamma, self.times(self.raised(other, less), call(named.LOG, own))))
        return self.times(share, difference(steep, Quotient(self.raised(other, self.gamma), own)))

    def by_z(self) -> Tree:
        """Give p^γ log(1 - p) - (1 - p)^γ log p."""
        return difference(
            self.times(self.raised(self.p, self.gamma), self.log_rest),
            self.times(self.raised(self.rest, self.gamma), self.log),
        )

    def by_gamma(self) -> Tree:
        """Give -(z (1 - p)^γ + (1 - z) p^γ) log p log(1 - p)."""
        own = self.times(self.z, self.raised(self.rest, self.gamma))
        other = self.times(difference(ONE, self.z), self.raised(self.p, self.gamma))
        return minus(self.times(plus(own, other), self.log, self.log_rest))

    def all(self) -> tuple[Tree, Tree, Tree]:
        """Give the slopes by the arguments."""
        return self.by_p(), self.by_z(), self.by_gamma()


def _pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    by_p, by_z, by_gamma = _Slopes(c.arguments, len(c.shapes[0])).all()
    total = Call(named.SUM, (by_gamma,)) if c.shapes[0] else by_gamma
    return tuple(product((delta, slope)) for slope in (by_p, by_z, total))[: len(c.arguments)]


def _array(p: Array, z: Array, gamma: Array = 2.0) -> Array:
    import numpy as np

    from symnn.ops.array_kernels import weakly

    with np.errstate(divide="ignore", invalid="ignore"):  # 0 log 0 = 0
        own = weakly(z * (1 - p) ** gamma, np.log(p))
        return -own - weakly((1 - z) * p**gamma, np.log(1 - p))


FOCAL_LOSS: tuple[Operation, ...] = (
    Operation(
        name=named.FOCAL,
        value=_value,
        partials=lambda _v, *arguments: tuple((slope,) for slope in _Slopes(arguments, 0).all())[: len(arguments)],
        definition=_written,
        sign="FL",
        words=("focal_loss",),
        arity=(2, 3),
        defaults=(TWO,),
        role="loss",
        confusable=(named.BINARY_CROSS_ENTROPY, named.CROSS_ENTROPY),
        shape=alike_shapes(2),
        entries=summed(_written),
        pullback=_pullback,
        kernel=added_losses(_array),
    ),
)
"""The focal loss."""
