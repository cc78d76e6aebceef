"""What may be said of an answer: each code stands here once, and nowhere else is a finding of it made.

A code is stable: results, statistics and the sentences in ``messages`` go by it. Whoever has found something calls its
kind with the facts and the place: ``SIGN({"at": "b"}, span)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.errors import NO_FACTS, Span
from symnn.verdicts.finding import Finding, Told, Words

__all__ = ["KINDS", "FindingKind"]


class FindingKind(Struct, frozen=True, eq=False):
    """One kind of finding: its code, and ``by``, the facts that choose among its sentences (``bias-missing``)."""

    code: str
    by: tuple[str, ...] = ()

    def __call__(self, facts: Mapping[str, Told] = NO_FACTS, span: Span | None = None) -> Finding:
        """Make a finding of this kind; formulas among the facts are written when somebody reads them.

        >>> SIGN({"at": "b"}).code
        'sign'
        """
        return Finding(self.code, Words(facts) if facts else NO_FACTS, span)


# what the whole of an answer is
UNDEFINED: Final = FindingKind("undefined")
ZERO: Final = FindingKind("zero")
NOT_ZERO: Final = FindingKind("not-zero")
SEVERAL: Final = FindingKind("several")
UNEXPLAINED: Final = FindingKind("unexplained", ("how", "lacks"))
NOT_DIFFERENTIATED: Final = FindingKind("not-differentiated", ("how",))
NUMBER_EXPECTED: Final = FindingKind("number-expected")
NOT_EQUAL: Final = FindingKind("not-equal")
PROBABLY_EQUAL: Final = FindingKind("probably-equal")
DOMAIN: Final = FindingKind("domain")
CHOICE_EXTRA: Final = FindingKind("choice-extra")
CHOICE_MISSING: Final = FindingKind("choice-missing")
SHAPE: Final = FindingKind("shape")
ENTRIES: Final = FindingKind("entries", ("how",))
FEEDBACK: Final = FindingKind("feedback")
NOTE: Final = FindingKind("note")

# numbers and signs
SIGN: Final = FindingKind("sign")
CONSTANT: Final = FindingKind("constant")
CONVENTION: Final = FindingKind("convention", ("which",))
CONVENTION_MIXED: Final = FindingKind("convention-mixed", ("here",))
EXPONENT: Final = FindingKind("exponent")
ONE_PLUS: Final = FindingKind("one-plus")
COMPLEMENT: Final = FindingKind("complement")
CONDITION_TURNED: Final = FindingKind("condition-turned")
NEAR_MISS: Final = FindingKind("near-miss")
TOO_FEW_DIGITS: Final = FindingKind("too-few-digits")
CUT_OR_ROUNDED: Final = FindingKind("cut-or-rounded")
ROUNDED_EARLY: Final = FindingKind("rounded-early")

# factors and terms
MISSING_FACTOR: Final = FindingKind("missing-factor", ("how",))
EXTRA_FACTOR: Final = FindingKind("extra-factor", ("how",))
WRONG_FACTOR: Final = FindingKind("wrong-factor")
DIVIDED: Final = FindingKind("divided")
INVERTED: Final = FindingKind("inverted")
MISSING_TERM: Final = FindingKind("missing-term", ("how",))
EXTRA_TERM: Final = FindingKind("extra-term")
BRACKETS: Final = FindingKind("brackets")
FACTORS_ADDED: Final = FindingKind("factors-added")
BIAS: Final = FindingKind("bias", ("how",))

# quantities and functions
WRONG_QUANTITY: Final = FindingKind("wrong-quantity")
WRONG_ARGUMENT: Final = FindingKind("wrong-argument")
FUNCTION_FOR_DERIVATIVE: Final = FindingKind("function-for-derivative")
ACTIVATION_MISSING: Final = FindingKind("activation-missing", ("function",))
ACTIVATION_WRONG: Final = FindingKind("activation-wrong")
OPERATION_WRONG: Final = FindingKind("operation-wrong")

# paths and derivatives
MISSING_PATH: Final = FindingKind("missing-path", ("how",))
EXTRA_PATH: Final = FindingKind("extra-path")
FOREIGN_PATH: Final = FindingKind("foreign-path")
PATHS_MULTIPLIED: Final = FindingKind("paths-multiplied")
MISSING_STEP: Final = FindingKind("missing-step")
ONLY_STEP: Final = FindingKind("only-step", ("how",))
STOPPED_EARLY: Final = FindingKind("stopped-early")
OTHER_DERIVATIVE: Final = FindingKind("other-derivative")
OTHER_RESULT: Final = FindingKind("other-result")

# updates
UPDATE_SIGN: Final = FindingKind("update-sign", ("way",))
UPDATE_RATE: Final = FindingKind("update-rate", ("how",))
UPDATE_ONLY_STEP: Final = FindingKind("update-only-step", ("way",))
UPDATE_GIVEN: Final = FindingKind("update-given")
STALE_VALUE: Final = FindingKind("stale-value")

# tensors
TRANSPOSED: Final = FindingKind("transposed", ("how",))
ORDER: Final = FindingKind("order", ("how",))
PRODUCT_KIND: Final = FindingKind("product-kind")
MISSING_MEAN: Final = FindingKind("missing-mean")
FLIPPED_KERNEL: Final = FindingKind("flipped-kernel")
POOLING_KIND: Final = FindingKind("pooling-kind")
POOLING_ERROR: Final = FindingKind("pooling-error", ("how",))

# derivations and chains
STEP: Final = FindingKind("step")
SKIPPED: Final = FindingKind("skipped")
CHAIN_ORDER: Final = FindingKind("chain-order")
NOT_ANSWERED: Final = FindingKind("not-answered")
ANSWER_ALONE: Final = FindingKind("answer-alone")
ASSUMPTION: Final = FindingKind("assumption")
RECOVERED: Final = FindingKind("recovered")
FOLLOW_THROUGH: Final = FindingKind("follow-through")

# how an answer is written, and what became of it
FORM: Final = FindingKind("form")
FORM_ONLY: Final = FindingKind("form-only")
FORM_DECIMALS: Final = FindingKind("form-decimals")
FORM_DERIVATIVES: Final = FindingKind("form-derivatives")
FORM_EXPANDED: Final = FindingKind("form-expanded")
FORM_FACTORED: Final = FindingKind("form-factored")
SPREADSHEET_DAMAGE: Final = FindingKind("spreadsheet-damage")
WORKER_DIED: Final = FindingKind("worker-died")
CLASS_LINK: Final = FindingKind("class-link")

KINDS: Final[Mapping[str, FindingKind]] = MappingProxyType(
    {kind.code: kind for kind in tuple(vars().values()) if isinstance(kind, FindingKind)}
)
"""All kinds by their codes."""
