"""Rung 1: evaluate two trees exactly in finite fields, at points that nobody can aim at.

Agreement proves equality up to a chance below 2⁻⁴⁰; disagreement proves difference where the trees are made
of + − × ÷, whole powers, exp and unknown functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from math import frexp
from typing import Literal

from msgspec import Struct

from symnn.equality.residue_code import BROKEN, CIRCLE, HUGE, KINK, REWRITTEN, ROOT, ROUGH, Code, NotASquare
from symnn.equality.residue_points import CompiledUnit, ResiduePoint, Run, Undefined, World, drawn_seed
from symnn.equality.towers import BITS, PLAIN, ROOTS, SECOND, PrimeKind, Tower, circle, tower
from symnn.equality.work import spend
from symnn.expressions.tree import Tree

__all__ = ["DEEPEST", "SURE_DEGREE", "SURE_SIZE", "FingerprintOutcome", "FingerprintSetting", "agreement", "pooled"]

Result = Literal["equal", "different", "undefined", "reference-undefined", "unsure"]

_POOL = 8
SURE_DEGREE = 2.0**40
SURE_SIZE = 2.0**60
_MOST_BITS = 512
DEEPEST = 24
_MOST_KINKS = 6
_ROOT_POINTS = 48
_ROOT_DRAWS = 1500
_ROOT_POOL = 256
_ATTEMPTS = 3
_MOST_TURNS = 2_000
_RAISED = 1
"""What a power of a residue of one word costs; of two words it takes four times as long."""
_WORD = 64
"""So many bits more in the modulus cost as much as a node; what has kinks is evaluated at two points."""


class FingerprintOutcome(Struct, frozen=True):
    """What rung 1 says. ``final``: no other rung can change it; ``where`` is what is undefined.

    ``divides``: the answer divides by something that might vanish for the named results as they are.
    """

    result: Result
    final: bool = False
    where: Tree | None = None
    divides: bool = False


class FingerprintSetting(Struct, frozen=True):
    """Where two trees are compared: key and seed, names in order, compiled equations, what the trees need.

    ``drawn`` keeps the points of one answer, so that it is evaluated once for all references it is compared with;
    ``prepare`` evaluates many equations in their order; where it is given, evaluation is dear, and a difference
    in one field is looked for before two are asked. ``work`` is what evaluation at one point costs; ``powers``
    of residues are counted apart.
    """

    key: bytes
    seed: bytes
    names: tuple[str, ...]
    equations: Mapping[str, Run]
    needs: int = 0
    turns: int = 1
    squares: frozenset[str] = frozenset()
    logarithms: frozenset[str] = frozenset()
    units: tuple[CompiledUnit, ...] = ()
    drawn: dict[object, World] = {}
    prepare: Callable[[ResiduePoint], None] | None = None
    work: int = 0
    powers: int = 0

    @property
    def kind(self) -> PrimeKind:
        """The primes that the trees need."""
        if self.needs & CIRCLE:
            return circle(self.turns)
        return ROOTS if self.needs & ROOT else PLAIN

    def world(self, tower: Tower, draw: int) -> World:
        """Draw a point (``draw`` counts further draws). Raises TooLarge once the verdict has cost too much."""
        twice = 2 if self.needs & KINK else 1
        words = 1 + tower[0].modulus.bit_length() // _WORD
        spend(twice * words * (self.work + _RAISED * words * self.powers))
        known = (id(tower), self.names, self.logarithms, self.squares, self.units, draw)  # a world keeps its tower
        world = None if self.needs & KINK else self.drawn.get(known)
        if world is None:
            seed = self.seed + bytes((draw & 255, draw >> 8)) if draw else self.seed
            world = World(tower, self.kind, seed, self.names, self.equations, self.logarithms, self.squares, self.units)
            if not self.needs & (KINK | ROOT):  # patterns of signs start anew; even roots take many points
                self.drawn[known] = world
        if self.prepare is not None:
            with suppress(Undefined, NotASquare):  # both come again when the tree itself is evaluated
                self.prepare(world.ground)
        return world


class _Bound(Struct, frozen=True):
    """What the sizes of two trees ask of the primes."""

    depth: int
    bits: int
    fresh: bool
    sure: bool


def _bound(answer: Code, reference: Code, setting: FingerprintSetting) -> _Bound:
    """Say how deep, how large and how secret the primes must be."""
    degree = max(answer.top + reference.bottom, reference.top + answer.bottom)
    degree *= 2 if setting.squares else 1
    size = answer.over * reference.under + reference.over * answer.under
    depth = max(answer.depth, reference.depth) + bool(setting.logarithms)
    bits = BITS
    if SURE_DEGREE < degree < HUGE:
        bits += frexp(degree / SURE_DEGREE)[1]
    sure = degree < HUGE and bits <= _MOST_BITS and depth <= DEEPEST
    return _Bound(min(depth, DEEPEST), min(bits, _MOST_BITS), not size <= SURE_SIZE, sure)


@lru_cache(maxsize=64)
def _pool(key: bytes) -> tuple[bytes, ...]:
    """Give the seeds of a key's towers."""
    return tuple(drawn_seed(key, b"tower %d" % place) for place in range(_POOL))


def pooled(key: bytes, seed: bytes) -> bytes:
    """Choose the seed of a tower from the pool of a key."""
    return _pool(key)[seed[0] % _POOL]


def agreement(answer: Code, reference: Code, setting: FingerprintSetting) -> FingerprintOutcome:
    """Compare two compiled trees."""
    bound = _bound(answer, reference, setting)
    if setting.needs & CIRCLE and (setting.needs & ROOT or setting.turns > _MOST_TURNS):
        return FingerprintOutcome("unsure")
    if max(answer.depth, reference.depth) > DEEPEST:
        return FingerprintOutcome("unsure")
    if setting.needs & ROOT:
        return _with_roots(answer, reference, setting, bound)
    choice = setting.seed if bound.fresh else pooled(setting.key, setting.seed)
    if setting.prepare is not None and not setting.needs & (KINK | ROUGH | BROKEN):
        return _one_by_one(answer, reference, setting, bound, choice)
    chosen = tower(choice, bound.depth, setting.kind, bound.bits)
    free = not setting.needs & BROKEN
    outcome = _compared(answer.run, reference.run, setting, chosen) if free else FingerprintOutcome("unsure")
    if outcome.result == "unsure" and setting.needs & KINK:
        outcome = _in_patterns(answer.run, reference.run, setting, chosen)
    if outcome.result == "equal" and not bound.sure:
        return FingerprintOutcome("unsure")
    return outcome


def _one_by_one(
    answer: Code, reference: Code, setting: FingerprintSetting, bound: _Bound, choice: bytes
) -> FingerprintOutcome:
    """Compare in one field, and only where they agree in another: where evaluating is dear, small primes pay."""
    for field in (choice, choice + SECOND):
        chosen = tower(field, bound.depth, setting.kind, bound.bits, width=1)
        outcome = _compared(answer.run, reference.run, setting, chosen)
        if outcome.result != "equal":
            return outcome
    return outcome if bound.sure else FingerprintOutcome("unsure")


def _compared(answer: Run, reference: Run, setting: FingerprintSetting, chosen: Tower) -> FingerprintOutcome:
    """Compare at one point of two fields; where a value does not exist, at another."""
    outcome = FingerprintOutcome("unsure")
    for draw in range(_ATTEMPTS):
        point = setting.world(chosen, draw).ground
        try:
            right = reference(point)
        except Undefined as undefined:
            outcome = FingerprintOutcome("reference-undefined", where=undefined.where)
            continue
        try:
            agree = point[answer] == right
        except Undefined as undefined:
            outcome = FingerprintOutcome("undefined", where=undefined.where)
            continue
        if agree:
            return FingerprintOutcome("equal", final=not setting.needs & ROUGH)
        return (
            FingerprintOutcome("unsure")
            if setting.needs & (KINK | ROUGH)
            else FingerprintOutcome("different", final=True)
        )
    return outcome


def _in_patterns(
    answer: Run, reference: Run, setting: FingerprintSetting, chosen: Tower, draw: int = 0
) -> FingerprintOutcome:
    """Compare under every pattern of signs that up to six kinks can have."""
    pattern: list[int] = []
    defined = False
    for _ in range(2**_MOST_KINKS):
        world = setting.world(chosen, draw)
        world.signs.restart(pattern)
        agree = _agree_at(answer, reference, world.ground, setting)
        if len(pattern) > _MOST_KINKS or not (agree is not False or world.signs.impossible(world.ground)):
            return FingerprintOutcome("unsure")
        defined = defined or agree is True
        del pattern[world.signs.seen :]
        while pattern and pattern[-1] < 0:
            pattern.pop()
        if not pattern:
            return (
                FingerprintOutcome("equal", final=not setting.needs & ROUGH)
                if defined
                else FingerprintOutcome("unsure")
            )
        pattern[-1] = -1
    return FingerprintOutcome("unsure")


def _agree_at(answer: Run, reference: Run, point: ResiduePoint, setting: FingerprintSetting) -> bool | None:
    """Say whether two trees agree at a point; None where both are undefined there.

    Undefined counts only for trees as they were written: rewriting a sign divides by what may be 0.
    """
    values: list[int | None] = []
    for run in (reference, answer):
        try:
            values.append(run(point))
        except Undefined:
            values.append(None)
    if values == [None, None]:
        return False if setting.needs & REWRITTEN else None
    return values[0] == values[1]


def _with_roots(answer: Code, reference: Code, setting: FingerprintSetting, bound: _Bound) -> FingerprintOutcome:
    """Compare at 48 points, each in a field of its own, where all that stands under even roots is a square."""
    agreed = draw = 0
    kinks = bool(setting.needs & KINK)
    outcome = FingerprintOutcome("unsure")
    while agreed < _ROOT_POINTS and draw < (_ROOT_DRAWS if agreed else _ROOT_POOL):
        chosen = _root_tower(setting, bound, draw)
        draw += 1
        try:
            point = setting.world(chosen, draw).ground
            if answer.run(point) != reference.run(point) and not (
                kinks and _in_patterns(answer.run, reference.run, setting, chosen, draw).result == "equal"
            ):
                return FingerprintOutcome("unsure")
            agreed += 1
        except NotASquare:
            continue
        except Undefined as undefined:
            outcome = FingerprintOutcome("unsure", where=undefined.where)
    return FingerprintOutcome("equal") if agreed == _ROOT_POINTS and bound.sure else outcome


def _root_tower(setting: FingerprintSetting, bound: _Bound, draw: int) -> Tower:
    source = setting.seed if bound.fresh else setting.key
    seed = drawn_seed(source, b"root %d" % (draw % _ROOT_POOL))
    return tower(seed, bound.depth, setting.kind, bound.bits, width=1)
