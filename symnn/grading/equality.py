"""The judge: are two trees equal? Equal with a bound, different with proof, or undecided; never a guess."""

from __future__ import annotations

from math import lcm

from msgspec.structs import replace

from symnn.errors import Span
from symnn.grading.alike import alike
from symnn.grading.code import CIRCLE, KINK, ROOT, NotScalar
from symnn.grading.constants import TooLarge
from symnn.grading.fingerprint import Outcome, Setting, agreement
from symnn.grading.independence import Independence
from symnn.grading.meaning import Meaning
from symnn.grading.points import Undefined, drawn_seed
from symnn.grading.ranges import negative_inside
from symnn.grading.senses import Compiled, Mode, Sense
from symnn.grading.verdict import Finding, Judgement
from symnn.grading.witness import Seen, search
from symnn.language.tree import Tree, bare, names

__all__ = ["Judge", "compare"]

_EQUAL = Judgement(equal=True, method="fingerprint")
_DIFFERENT = Judgement(equal=False, method="fingerprint")
_NEVER_REAL = Judgement(equal=False, method="balls", findings=(Finding("undefined"),))
_UNDECIDED = Judgement(equal=None)


def compare(answer: Tree, reference: Tree, meaning: Meaning, *, text: str = "") -> Judgement:
    """Say whether two trees are equal, with the reason.

    >>> from symnn.language.tree import Name, Number, Product, Sum
    >>> x = Name("x")
    >>> compare(Sum((x, x)), Product((Number(2), x)), Meaning()).equal
    True
    """
    return Judge(reference, meaning).judge(answer, text)


class Judge:
    """Judges answers against one reference: prepared once, used for a class of answers."""

    def __init__(self, reference: Tree, meaning: Meaning) -> None:
        self.reference = reference
        self.meaning = meaning
        self._free = Sense(meaning)
        self._full = Sense(meaning, full=True) if meaning.equations else self._free
        self._seen = Seen()
        self._references: dict[tuple[bool, Mode], Compiled | Outcome] = {}
        self._independence = Independence(self._full)

    def against(self, reference: Tree) -> Judge:
        """Give the judge of another reference under the same meaning; what was compiled is shared."""
        other = Judge.__new__(Judge)
        vars(other).update(vars(self), reference=reference, _references={})
        return other

    def judge(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement:
        """Say whether an answer equals the reference. ``text`` is the answer as read.

        Where rung 1 has proved a difference, ``explain`` makes the other rungs look for a witness.
        """
        outcome = self.fingerprint(answer, text)
        if outcome.result == "equal" and outcome.final:
            return _EQUAL
        if outcome.result in ("undefined", "reference-undefined") and outcome.where is not None:
            return _undefined(outcome.where)
        if outcome.final and not explain:
            return _DIFFERENT
        found = search(answer, self.reference, self.meaning, self._seen)
        if found.witness is not None:
            findings = (Finding("undefined"),) if found.never_real else ()
            method = "fingerprint" if outcome.final else found.method
            return Judgement(equal=False, method=method, witness=found.witness, findings=findings)
        if outcome.final:
            return _DIFFERENT
        if found.never_real:
            return _NEVER_REAL if negative_inside(answer, self.meaning) else _UNDECIDED
        if outcome.result == "equal":
            return _EQUAL
        if found.probably and alike(answer, self.reference):
            return _EQUAL
        return Judgement(equal=None, probably=True) if found.probably else _UNDECIDED

    def fingerprint(self, answer: Tree, text: str = "") -> Outcome:
        """Give rung 1's word alone: first with every name free, then with the named results' equations."""
        outcome = self._guarded(answer, text, self._free)
        settled = outcome.final or outcome.result in ("equal", "undefined")
        if self._full is self._free or (settled and not self._may_vanish(answer, outcome)):
            return outcome
        fuller = self._guarded(answer, text, self._full)
        return outcome if fuller.result == "unsure" else fuller

    def _guarded(self, answer: Tree, text: str, sense: Sense) -> Outcome:
        """Compare; what is undefined as written, too large or no number has its outcome too."""
        try:
            return self._compared(answer, text, sense)
        except Undefined as undefined:
            return Outcome("undefined", where=undefined.where)
        except (TooLarge, RecursionError, NotScalar):
            return Outcome("unsure")

    def _may_vanish(self, answer: Tree, outcome: Outcome) -> bool:
        """Say whether something divided by may be 0 for the named results as they are."""
        if outcome.result != "equal" or not outcome.divides:
            return False
        return not self._independence.of(self._free.leaves(names(answer)))

    def _compared(self, answer: Tree, text: str, sense: Sense) -> Outcome:
        """Compare with the names taken in one way; where that leaves it open, prepare the trees better."""
        seed = drawn_seed(self.meaning.key, self.meaning.digest, (text or repr(bare(answer))).encode())
        outcome, needs = self._in_mode(answer, seed, sense, "plain")
        if outcome.result == "unsure" and needs & ROOT and needs & CIRCLE:
            outcome, needs = self._in_mode(answer, seed, sense, "circle")
        elif outcome.result == "unsure" and needs & KINK:
            better, _ = self._in_mode(answer, seed, sense, "rewritten")
            outcome = better if better.result == "equal" else outcome
        return outcome

    def _in_mode(self, answer: Tree, seed: bytes, sense: Sense, mode: Mode) -> tuple[Outcome, int]:
        compiled = sense.compiled(answer, mode)
        reference = self._reference(sense, mode)
        if isinstance(reference, Outcome):
            return reference, 0
        used = compiled.names + reference.names
        needs = compiled.needs | reference.needs
        setting = Setting(
            self.meaning.key,
            seed,
            sense.leaves(used),
            sense.runs,
            needs,
            lcm(compiled.turns, reference.turns),
            frozenset(compiled.squares + reference.squares),
            frozenset(compiled.logarithms + reference.logarithms),
        )
        outcome = agreement(compiled.code, reference.code, setting)
        if sense is not self._full and outcome.result == "different":
            outcome = outcome if self._independence.of(setting.names) else Outcome("unsure")
        elif compiled.divides and outcome.result == "equal":
            outcome = replace(outcome, divides=True)
        return outcome, needs

    def _reference(self, sense: Sense, mode: Mode) -> Compiled | Outcome:
        known = self._references.get((sense.full, mode))
        if known is None:
            try:
                known = sense.compiled(self.reference, mode)
            except Undefined as undefined:
                known = Outcome("reference-undefined", where=undefined.where)
            self._references[sense.full, mode] = known
        return known


def _undefined(where: Tree) -> Judgement:
    """Say that an answer has no value anywhere, and because of what."""
    from symnn.language.writing import plain

    span = where.span if isinstance(where.span, Span) else None
    return Judgement(equal=False, method="fingerprint", findings=(Finding("undefined", {"where": plain(where)}, span),))
