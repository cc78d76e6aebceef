"""The judge: are two trees equal? Equal with a bound, different with proof, or undecided; never a guess."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, partial
from math import lcm

from msgspec.structs import replace

from symnn.equality.alike import alike
from symnn.equality.depths import Depths
from symnn.equality.direct import DirectReference
from symnn.equality.fingerprint import FingerprintOutcome, FingerprintSetting, agreement
from symnn.equality.kept import Kept
from symnn.equality.last_asked import LastAsked
from symnn.equality.meaning import Domain, Meaning
from symnn.equality.proofs import Cases, proved
from symnn.equality.regions import Condition, conditions, differing, divisors, narrowed, never_holding
from symnn.equality.residue_code import CIRCLE, KINK, ROOT, NotScalar
from symnn.equality.residue_points import Undefined
from symnn.equality.senses import Compiled, Mode, Sense, UnitSense
from symnn.equality.witness import FirstPoint, Search, search
from symnn.equality.work import one_account, overdrawn, spend
from symnn.errors import Span
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Call, Negative, Sum, Tree, bare, calls, names
from symnn.expressions.writing import plain
from symnn.ops import named
from symnn.verdicts import codes
from symnn.verdicts.verdict import Judgement, Method

__all__ = ["Judge", "compare_trees"]

_MOST_UNITS = 400
_MOST_REFERENCES = 64
"""In so many ways a reference is kept compiled."""

_AT_LENGTH = 600
"""What a verdict costs that no look settles, however small: of thousands of entries not each is worth it."""

_SPELLED_OUT = frozenset({named.EXP})
"""Who writes these writes out what a unit computes, which no unit's name stands for."""

_EQUAL = Judgement(equal=True, method="fingerprint")
_DIFFERENT = Judgement(equal=False, method="fingerprint")
_NEVER_REAL = Judgement(equal=False, method="balls", findings=(codes.UNDEFINED(),))
_UNDECIDED = Judgement(equal=None)
_UNSURE = FingerprintOutcome("unsure")


def compare_trees(answer: Tree, reference: Tree, meaning: Meaning, *, text: str = "") -> Judgement:
    """Say whether two trees are equal, with the reason.

    >>> from symnn.expressions.tree import Name, Number, Product, Sum
    >>> x = Name("x")
    >>> compare_trees(Sum((x, x)), Product((Number(2), x)), Meaning()).equal
    True
    """
    return Judge(reference, meaning).judge(answer, text)


class Judge:
    """Judges answers against one reference: prepared once, used for a class of answers."""

    def __init__(self, reference: Tree, meaning: Meaning) -> None:
        self.reference = reference
        self.meaning = meaning
        self._depths = Depths(meaning)
        self._first = FirstPoint(reference, meaning)
        self._further: dict[int, FirstPoint] = {}
        self._everywhere: dict[int, FirstPoint] = {}  # the further points, shared by the judges of all references
        self._references: dict[tuple[int, Mode], tuple[Sense, Compiled | FingerprintOutcome]] = {}
        self._narrower = Kept[tuple[tuple[str, Domain], ...], Judge](_MOST_REFERENCES)
        self._asked = LastAsked()

    def against(self, reference: Tree) -> Judge:
        """Give the judge of another reference under the same meaning; what was compiled is shared."""
        other = Judge.__new__(Judge)
        first = self._first.beside(reference)
        vars(other).update(
            vars(self), reference=reference, _narrower=Kept(_MOST_REFERENCES), _references={}, _first=first, _further={}
        )
        for about_the_reference in ("_conditions", "_direct", "_reference_calls_units"):
            vars(other).pop(about_the_reference, None)
        return other

    def judge(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement:
        """Say whether an answer equals the reference. ``text`` is the answer as read.

        Where rung 1 has proved a difference, ``explain`` makes the other rungs look for a witness.
        """
        return self.outright(answer, text, explain=explain) or self._at_length(answer, text, explain=explain)

    def outright(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement | None:
        """Judge a plain formula by one look at it with all names free; None where that settles nothing."""
        if self._direct is None:
            return None
        look = self._direct.look(answer, self.seed(answer, text))
        if look is None or not (look.surely or self.are_independent(look.names)):
            return None
        if look.equal:
            return _EQUAL
        if not explain:
            return _DIFFERENT
        with one_account():
            found = self._searched(answer, look.names)
        return _DIFFERENT if found.witness is None else replace(_DIFFERENT, witness=found.witness)

    def differs(self, answer: Tree, at: int = 0) -> bool:
        """Say whether a look at one point proves a difference: quick, for the many entries of a tensor.

        ``at`` numbers the point: 0 is the first one, where every answer is looked at.
        """
        with suppress(NotScalar):
            return self._point(at).differs(answer)
        return False

    def _point(self, number: int) -> FirstPoint:
        if not number:
            return self._first
        if number not in self._further:
            if number not in self._everywhere:
                self._everywhere[number] = FirstPoint(self.reference, self.meaning, number)
            self._further[number] = self._everywhere[number].beside(self.reference)
        return self._further[number]

    def _at_length(self, answer: Tree, text: str, *, explain: bool) -> Judgement:
        try:
            with one_account():
                with suppress(TooLarge):  # a search may still find a point where the account is used up
                    spend(_AT_LENGTH)
                return self._judged(answer, text, explain=explain)
        except (TooLarge, RecursionError):
            return _UNDECIDED

    def _judged(self, answer: Tree, text: str, *, explain: bool) -> Judgement:
        mine, theirs = self._asked.conditions(answer, self.meaning), self._conditions
        if not mine and not theirs:
            return self.seen(answer) or self.compared_where_real(answer, text, explain=explain)
        return self._in_region(answer, text, mine, theirs, explain=explain)

    def seen(self, answer: Tree) -> Judgement | None:
        """See at one point that an answer differs: the fields take many times as long, and then look for one, too."""
        with suppress(NotScalar):
            witness = self._first.witness(answer)
            return None if witness is None else Judgement(equal=False, method="witness", witness=witness)
        return None

    def _in_region(
        self, answer: Tree, text: str, mine: tuple[Condition, ...], theirs: tuple[Condition, ...], *, explain: bool
    ) -> Judgement:
        """Compare where both have real values, and say what that takes if one of them has values elsewhere, too."""
        narrow = narrowed((*mine, *theirs), self.meaning)
        if narrow is None:
            return _NEVER_REAL
        never = never_holding((*mine, *theirs), narrow)
        if never is not None:
            return replace(_NEVER_REAL, findings=(codes.UNDEFINED({"where": plain(never.of)}),))
        judge = self if narrow is self.meaning else self._within(narrow)
        judgement = judge.seen(answer) or judge.compared_where_real(answer, text, explain=explain)
        if not judgement.equal:
            return judgement
        if not judge.meets(answer):
            return _UNDECIDED
        asked = differing(answer, self.reference, mine, theirs, self._first) if explain else ()
        return replace(judgement, findings=(codes.DOMAIN({"region": asked}),)) if asked else judgement

    def _within(self, narrow: Meaning) -> Judge:
        """Give the judge of the same reference under a meaning with smaller domains."""
        known = tuple(sorted(narrow.domains.items(), key=lambda one: one[0]))
        judge = self._narrower.find(known)
        if judge is None:
            judge = Judge(self.reference, narrow)
            self._narrower.keep(known, judge)
        return judge

    def meets(self, answer: Tree) -> bool:
        """Say whether there is a point where the answer and the reference both have real values."""
        pair = self._first.compared(answer)
        return pair is not None and (pair.both or search(answer, self.reference, self.meaning, self._first).met)

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        """What the reference asks of its quantities. Raises TooLarge."""
        return conditions(self.reference, self.meaning)

    def compared_where_real(self, answer: Tree, text: str, *, explain: bool) -> Judgement:
        """Compare with the three rungs, where neither side asks more of the quantities than their domains say."""
        outcome = self.fingerprint(answer, text)
        if outcome.result == "equal" and outcome.final:
            return _EQUAL
        if outcome.result in ("undefined", "reference-undefined") and outcome.where is not None:
            return _undefined(outcome.where)
        if outcome.final and not explain:
            return _DIFFERENT
        try:
            with overdrawn():
                found = self._searched(answer, finely=outcome.result != "equal")
        except NotScalar:  # something in it is no number: whoever looks decides
            return _UNDECIDED
        if found.witness is not None:
            method: Method | None = "fingerprint" if outcome.final else found.method
            return Judgement(equal=False, method=method, witness=found.witness)
        if outcome.final:
            return _DIFFERENT
        if outcome.result == "equal":
            return _EQUAL
        if found.probably and (alike(answer, self.reference) or self._looked_again(answer)):
            return _EQUAL
        return Judgement(equal=None, probably=True) if found.probably else _UNDECIDED

    def _searched(self, answer: Tree, used: tuple[str, ...] | None = None, *, finely: bool = True) -> Search:
        witness = self._first.witness(answer, used)
        if witness is not None:
            return Search(witness, "witness")
        return search(answer, self.reference, self.meaning, self._first, finely=finely)

    def _looked_again(self, answer: Tree) -> bool:
        """Look for a proof that two trees which agree to 100 digits are equal."""
        one, other = bare(answer), bare(self.reference)
        if not (names(one) or names(other)):
            return proved(Sum((one, Negative(other))), self.meaning)
        cases = Cases(self.meaning, lambda left, right, meaning: Judge(right, meaning).fingerprint(left))
        return cases.settle(one, other)

    def fingerprint(self, answer: Tree, text: str = "") -> FingerprintOutcome:
        """Give rung 1's word alone, looking into names as far as is needed."""
        depths = self._depths
        if depths.full is depths.free:
            return self._guarded(answer, text, depths.free)
        writes_units = self._reference_calls_units or calls(answer, self._unit_functions)
        spelled_out = not writes_units and calls(answer, _SPELLED_OUT)
        if spelled_out and (met := self._settled_among(answer, text, self._where_they_meet(answer))) is not None:
            return met
        outcome = _UNSURE if writes_units else self._guarded(answer, text, depths.free)
        if not _is_settled(outcome) and not spelled_out and len(self.meaning.equations) <= _MOST_UNITS:
            by_units = self._guarded(answer, text, depths.units)
            if by_units.result == "equal":
                outcome = by_units
            elif writes_units:
                outcome = self._guarded(answer, text, depths.free)
        if _is_settled(outcome) and not self._may_vanish(answer, outcome, depths.free):
            return outcome
        nearer = self._settled_among(answer, text, self._cuts(answer))
        if nearer is not None:
            return nearer
        fuller = self._guarded(answer, text, depths.full)
        return outcome if fuller.result == "unsure" else fuller

    def _cuts(self, answer: Tree) -> Iterator[Sense]:
        return self._depths.between(names(answer), names(self.reference))

    def _where_they_meet(self, answer: Tree) -> Iterator[Sense]:
        """Look into what only one side names; where both name the same nothing is nearer than all names free."""
        sense = self._depths.meeting(names(answer), names(self.reference), above=True)
        if sense is not None:
            yield sense

    def _settled_among(self, answer: Tree, text: str, senses: Iterator[Sense]) -> FingerprintOutcome | None:
        """Compare with the names taken in one way after the other, until that settles it."""
        for sense in senses:
            outcome = self._guarded(answer, text, sense)
            if _is_settled(outcome) and not self._may_vanish(answer, outcome, sense):
                return outcome
        return None

    def _guarded(self, answer: Tree, text: str, sense: Sense) -> FingerprintOutcome:
        """Compare; what is undefined as written, too large or no number has its outcome too."""
        try:
            return self._compared(answer, text, sense)
        except Undefined as undefined:
            return FingerprintOutcome("undefined", where=undefined.where)
        except (TooLarge, RecursionError, NotScalar):
            return FingerprintOutcome("unsure")

    @cached_property
    def _direct(self) -> DirectReference | None:
        """The reference for direct looks, where it is a formula that needs no care."""
        known = self.plainly_compiled
        return None if known is None else DirectReference.of(known, self.free)

    @property
    def plainly_compiled(self) -> Compiled | None:
        """The reference compiled with all names free, where it can be."""
        try:
            known = self._reference(self.free, "plain")
        except (TooLarge, RecursionError, NotScalar):
            return None
        return None if isinstance(known, FingerprintOutcome) else known

    @property
    def free(self) -> Sense:
        """All names free."""
        return self._depths.free

    def are_independent(self, names: tuple[str, ...]) -> bool:
        """Say whether a difference with these names free is a difference of the functions, too."""
        return self._depths.independence.of(names)

    @cached_property
    def _reference_calls_units(self) -> bool:
        return calls(self.reference, self._unit_functions)

    @cached_property
    def _unit_functions(self) -> frozenset[str]:
        equations = self.meaning.equations.values()
        return frozenset(tree.function for tree in equations if isinstance(tree, Call) and not tree.order)

    def _may_vanish(self, answer: Tree, outcome: FingerprintOutcome, sense: Sense) -> bool:
        """Say whether something divided by may be 0 for the named results as they are."""
        if outcome.result != "equal" or not outcome.divides:
            return False
        independent = self._depths.independence.of
        return not independent(sense.leaves(names(answer))) and not all(
            sense.ranges.bounds(under).nonzero or independent(sense.leaves(names(under)))
            for under in divisors(answer, self.meaning)
        )

    def _compared(self, answer: Tree, text: str, sense: Sense) -> FingerprintOutcome:
        """Compare with the names taken in one way; where that leaves it open, prepare the trees better."""
        seed = self.seed(answer, text)
        outcome, needs = self._in_mode(answer, seed, sense, "plain")
        if outcome.result == "unsure" and needs & ROOT and needs & CIRCLE:
            outcome, needs = self._in_mode(answer, seed, sense, "circle")
        elif outcome.result == "unsure" and needs & KINK:
            better, _ = self._in_mode(answer, seed, sense, "rewritten")
            outcome = better if better.result == "equal" else outcome
        return outcome

    def seed(self, answer: Tree, text: str) -> bytes:
        """Give the seed of the points at which an answer is looked at."""
        return self._asked.seed(answer, text, self.meaning)

    def _in_mode(self, answer: Tree, seed: bytes, sense: Sense, mode: Mode) -> tuple[FingerprintOutcome, int]:
        compiled = sense.answer(answer, mode)
        reference = self._reference(sense, mode)
        if isinstance(reference, FingerprintOutcome):
            return reference, 0
        spend(compiled.work + reference.work)
        used = compiled.names + reference.names
        needs = compiled.needs | reference.needs
        nodes, powers = sense.weight(used)
        setting = FingerprintSetting(
            self.meaning.key,
            seed,
            sense.leaves(used),
            sense.runs,
            needs,
            lcm(compiled.turns, reference.turns),
            frozenset(compiled.squares + reference.squares),
            frozenset(compiled.logarithms + reference.logarithms),
            sense.units(used),
            sense.drawn(seed),
            partial(sense.warm, used=used, depth=max(compiled.code.depth, reference.code.depth))
            if sense.equations
            else None,
            compiled.nodes + reference.nodes + nodes,
            compiled.powers + reference.powers + powers,
        )
        alike_rewritten = compiled.normal != b"" and compiled.normal == reference.normal
        outcome = FingerprintOutcome("equal") if alike_rewritten else agreement(compiled.code, reference.code, setting)
        depths = self._depths
        if outcome.result == "different" and sense is not depths.full and not isinstance(sense, UnitSense):
            outcome = outcome if depths.independence.of(setting.names) else FingerprintOutcome("unsure")
        elif compiled.divides and outcome.result == "equal":
            outcome = replace(outcome, divides=True)
        return outcome, needs

    def _reference(self, sense: Sense, mode: Mode) -> Compiled | FingerprintOutcome:
        sensed, known = self._references.get((id(sense), mode), (None, None))  # what it holds has an id of its own
        if sensed is not sense or known is None:
            try:
                known = sense.compiled(self.reference, mode)
            except Undefined as undefined:
                known = FingerprintOutcome("reference-undefined", where=undefined.where)
            if len(self._references) >= _MOST_REFERENCES:
                self._references.clear()
            self._references[id(sense), mode] = (sense, known)
        return known


def _is_settled(outcome: FingerprintOutcome) -> bool:
    return outcome.final or outcome.result in ("equal", "undefined")


def _undefined(where: Tree) -> Judgement:
    """Say that an answer has no value anywhere, and because of what."""
    span = where.span if isinstance(where.span, Span) else None
    return Judgement(equal=False, method="fingerprint", findings=(codes.UNDEFINED({"where": plain(where)}, span),))
