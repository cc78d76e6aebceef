"""Update rules: gradient descent and its kin, each as the equations of one step, as the papers write them.

In the equations w is the parameter, g the derivative of the loss by it, k the number of the step from 1, eta the
learning rate; whatever else has an equation is a state, 0 before the first step. Vectors are meant entry by entry.
The forms are those of PyTorch's ``torch.optim``, whose numbers the tests compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.errors import Fact, Problem, UsageError
from symnn.expressions.tree import Tree, names
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.messages import raisable

__all__ = ["GRADIENT", "OPTIMIZERS", "PARAMETER", "RATE", "SGD", "STEP", "Optimizer", "optimizer"]

PARAMETER, GRADIENT, STEP, RATE = "w", "g", "k", "eta"

NOTHING: Final[Mapping[str, Fraction]] = MappingProxyType({})


class Optimizer(Struct, frozen=True, dict=True):
    """An update rule: its equations in order, and the usual values of its own settings."""

    name: str
    written: tuple[str, ...]
    settings: Mapping[str, Fraction] = NOTHING

    @cached_property
    def equations(self) -> tuple[tuple[str, Tree], ...]:
        """The equations as trees: what is computed anew, and from what.

        >>> from symnn.expressions.writing import plain
        >>> [f"{left} = {plain(right)}" for left, right in OPTIMIZERS["momentum"].equations]
        ['v = mu*v + g', 'w = w - eta*v']
        """
        sides = [line.split(" = ") for line in self.written]
        scope = Scope.of({name for name, _ in sides} | {PARAMETER, GRADIENT, STEP, RATE, *self.settings}, {})
        trees = [(left, read(right, scope, limits=AUTHOR)) for left, right in sides]
        return tuple((left, tree.tree) for left, tree in trees if not isinstance(tree, Problem))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What a parameter keeps from step to step: used before this step has computed it."""
        known: set[str] = {PARAMETER, GRADIENT}
        kept: list[str] = []
        for left, right in self.equations:
            kept += [name for name, _ in self.equations if name in names(right) and name not in known]
            known.add(left)
        return tuple(dict.fromkeys(kept))

    def decaying(self) -> Optimizer:
        """Give the rule with weight decay: λ w is added to the derivative (L2 regularisation)."""
        first = f"{GRADIENT} = {GRADIENT} + lambda*{PARAMETER}"
        return Optimizer(self.name, (first, *self.written), {**self.settings, "lambda": Fraction(0)})


def _rules(*rules: Optimizer) -> Mapping[str, Optimizer]:
    return MappingProxyType({rule.name: rule for rule in rules})


_EPSILON: Final = Fraction(1, 10**8)

OPTIMIZERS: Final = _rules(
    Optimizer("sgd", ("w = w - eta*g",)),
    # Polyak 1964, as Sutskever and others 2013 write it, the learning rate outside the velocity
    Optimizer("momentum", ("v = mu*v + g", "w = w - eta*v"), {"mu": Fraction(9, 10)}),
    # Nesterov 1983: the step looks ahead along the velocity
    Optimizer("nesterov", ("v = mu*v + g", "w = w - eta*(g + mu*v)"), {"mu": Fraction(9, 10)}),
    # Duchi, Hazan and Singer 2011
    Optimizer("adagrad", ("s = s + g^2", "w = w - eta*g/(sqrt(s) + epsilon)"), {"epsilon": Fraction(1, 10**10)}),
    # Tieleman and Hinton 2012, lecture 6e
    Optimizer(
        "rmsprop",
        ("s = rho*s + (1 - rho)*g^2", "w = w - eta*g/(sqrt(s) + epsilon)"),
        {"rho": Fraction(99, 100), "epsilon": _EPSILON},
    ),
    # Kingma and Ba 2015, algorithm 1
    Optimizer(
        "adam",
        (
            "m = beta1*m + (1 - beta1)*g",
            "s = beta2*s + (1 - beta2)*g^2",
            "m' = m/(1 - beta1^k)",
            "s' = s/(1 - beta2^k)",
            "w = w - eta*m'/(sqrt(s') + epsilon)",
        ),
        {"beta1": Fraction(9, 10), "beta2": Fraction(999, 1000), "epsilon": _EPSILON},
    ),
    # Loshchilov and Hutter 2019: the decay is no part of the derivative
    Optimizer(
        "adamw",
        (
            "w = w - eta*lambda*w",
            "m = beta1*m + (1 - beta1)*g",
            "s = beta2*s + (1 - beta2)*g^2",
            "m' = m/(1 - beta1^k)",
            "s' = s/(1 - beta2^k)",
            "w = w - eta*m'/(sqrt(s') + epsilon)",
        ),
        {"beta1": Fraction(9, 10), "beta2": Fraction(999, 1000), "epsilon": _EPSILON, "lambda": Fraction(1, 100)},
    ),
)
"""The update rules by name, in the order in which lectures come to them."""

SGD: Final = OPTIMIZERS["sgd"]
"""Plain gradient descent."""


def optimizer(name: str, settings: Mapping[str, Fraction] = NOTHING) -> Optimizer:
    """Give an update rule with some of its settings changed; ``lambda`` adds weight decay to one that has none.

    Raises: UsageError for a rule or a setting that does not exist.

    >>> dict(optimizer("momentum", {"mu": Fraction(1, 2)}).settings)
    {'mu': Fraction(1, 2)}
    """
    if name not in OPTIMIZERS:
        raise raisable(UsageError, Problem("unknown-optimizer", {"name": name, "choices": tuple(OPTIMIZERS)}))
    rule = OPTIMIZERS[name]
    if settings.get("lambda") and "lambda" not in rule.settings:
        rule = rule.decaying()
    for one in settings:
        if one not in rule.settings and settings[one]:
            facts: dict[str, Fact] = {"name": one, "optimizer": name, "choices": (*rule.settings, "lambda")}
            raise raisable(UsageError, Problem("unknown-setting", facts))
    known = {one: value for one, value in settings.items() if one in rule.settings}
    return Optimizer(rule.name, rule.written, MappingProxyType({**rule.settings, **known}))
