"""An update rule on a page: momentum, Adam and their kin, each step once, in letters for any parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from symnn.derivation.optimizers import GRADIENT, PARAMETER, RATE, STEP, Optimizer
from symnn.expressions.terms import ONE, ZERO
from symnn.expressions.tree import Derivative, Name, Negative, Number, Power, Sum, Tree, substitute, walk
from symnn.handouts.document import Block, Heading, Prose
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Line, Piece, expression, one_piece

__all__ = ["by_rule", "rule_data"]

_LETTERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "w": ("w", "theta", "phi"),
        "g": ("g", "gamma", "G"),
        "m": ("m", "p", "M"),
        "s": ("s", "r", "q"),
        "v": ("v", "u", "V"),
        "mu": ("mu", "kappa"),
        "rho": ("rho", "tau"),
        "epsilon": ("epsilon", "zeta"),
        "lambda": ("lambda", "nu"),
    }
)
"""What a quantity of a rule is called where the network does not use the letter."""

_LARGEST: Final = 10_000
"""A number below one over this is written as a power of ten."""


def by_rule(rule: Optimizer, graph: Graph, of: str, rate: str, counter: Name) -> Iterator[Block]:
    """Write a rule: what its letters stand for, what it begins with, and one step."""
    letters = _named(rule, graph) | {RATE: rate}
    named = {name: Name(letter) for name, letter in letters.items()}
    parameter, gradient = Name(letters[PARAMETER]), Name(letters[GRADIENT])
    yield Heading(f"head-rule-{rule.name}")
    slope = Derivative(Name(of), parameter)
    facts = {"parameter": Piece(parameter), "gradient": Piece(gradient), "slope": Piece(slope)}
    yield Prose("rule-explained", {**facts, "step": Piece(counter), "rate": Piece(Name(rate))})
    begin: list[tuple[Tree, Tree]] = [(Power(Name(letters[state]), ZERO), ZERO) for state in rule.states]
    settings: list[tuple[Tree, Tree]] = [(Name(letters[name]), _decimal(one)) for name, one in rule.settings.items()]
    if begin or settings:
        yield Prose("rule-begins")
        lines = (Line(one_piece(left), (expression(right),)) for left, right in (*settings, *begin))
        yield Aligned(tuple(lines), paired=True)
    yield Prose("rule-step")
    steps = _steps(rule, letters, slope, counter)
    yield Aligned(tuple(Line(one_piece(left), (expression(right),)) for left, right in steps))
    powers = [node for _, right in rule.equations for node in walk(right) if isinstance(node, Power)]
    bases = [node.base for node in powers if node.exponent == Name(STEP)]
    if bases:
        facts = {"first": Piece(substitute(bases[0], named)), "second": Piece(substitute(bases[-1], named))}
        yield Prose("rule-powers", facts | {"parameter": Piece(parameter)})


def rule_data(rule: Optimizer) -> dict[str, Any]:
    """Give a rule as dictionaries and lists: w is any parameter, g the derivative by it, k the step from 1."""
    settings = {name: float(value) for name, value in rule.settings.items()}
    return {"name": rule.name, "settings": settings, "equations": list(rule.written)}


def _named(rule: Optimizer, graph: Graph) -> dict[str, str]:
    """Choose a letter that the network does not use for every quantity of the rule."""
    used = {PARAMETER, GRADIENT, *rule.settings, *(left for left, _ in rule.equations)}
    found: dict[str, str] = {}
    for name in sorted(used):
        own = name.rstrip("'")
        free = (letter for letter in _LETTERS.get(own, (own,)) if letter not in graph.quantities)
        found[name] = next(free, f"{own}bar") + ("hat" if own != name else "")
    return found


def _steps(rule: Optimizer, letters: Mapping[str, str], slope: Tree, counter: Name) -> list[tuple[Tree, Tree]]:
    """Write the equations of one step, from the step ``counter`` to the next."""
    after = Sum((counter, ONE))
    old: dict[str, Tree] = {name: Power(Name(letters[name]), counter) for name in (*rule.states, PARAMETER, GRADIENT)}
    known = {**old, STEP: after, **{name: Name(letters[name]) for name in (RATE, *rule.settings)}}
    lines: list[tuple[Tree, Tree]] = []
    decays = rule.equations[0][0] == GRADIENT
    if not decays:
        lines.append((old[GRADIENT], slope))
    last = len(rule.equations) - 1
    for place, (left, right) in enumerate(rule.equations):
        tree = _flat(substitute(right, known | ({GRADIENT: slope} if left == GRADIENT else {})))
        if left == GRADIENT:
            lines.append((old[GRADIENT], tree))
        elif left == PARAMETER and place < last:
            known[PARAMETER] = tree
        else:
            known[left] = Power(Name(letters[left]), after)
            lines.append((known[left], tree))
    return lines


def _flat(tree: Tree) -> Tree:
    """Take away the brackets around a sum at the beginning of a sum."""
    match tree:
        case Sum((Sum(first), *rest)):
            return Sum((*first, *rest))
    return tree


def _decimal(value: Fraction) -> Tree:
    """Write a setting as a decimal, a very small one as a power of ten."""
    tenths = len(str(value.denominator)) - 1
    if value.numerator == 1 and value.denominator == 10**tenths >= _LARGEST:
        return Power(Number(10), Negative(Number(tenths)))
    text = f"{float(value):g}" if value.denominator > 1 else ""
    return Number(value.numerator, value.denominator, text)
