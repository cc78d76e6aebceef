"""Of what kind a mistake is, said without naming it: a missing piece, a sign, the wrong arrangement."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from symnn.verdicts import codes

if TYPE_CHECKING:
    from symnn.verdicts.codes import FindingKind

__all__ = ["GROUP_OF"]

_GROUPS: Final[Mapping[str, tuple[FindingKind, ...]]] = MappingProxyType(
    {
        "missing": (
            codes.MISSING_FACTOR, codes.MISSING_TERM, codes.MISSING_STEP, codes.STOPPED_EARLY, codes.BIAS,
            codes.ACTIVATION_MISSING, codes.MISSING_MEAN, codes.SKIPPED, codes.UPDATE_ONLY_STEP, codes.CHOICE_MISSING,
        ),
        "extra": (codes.EXTRA_FACTOR, codes.EXTRA_TERM, codes.CHOICE_EXTRA),
        "other": (
            codes.WRONG_FACTOR, codes.WRONG_QUANTITY, codes.WRONG_ARGUMENT, codes.FUNCTION_FOR_DERIVATIVE,
            codes.ACTIVATION_WRONG, codes.OPERATION_WRONG, codes.POOLING_KIND, codes.STALE_VALUE,
        ),
        "another": (codes.OTHER_DERIVATIVE, codes.OTHER_RESULT, codes.ONLY_STEP),
        "sign": (codes.SIGN, codes.ONE_PLUS, codes.COMPLEMENT, codes.UPDATE_SIGN),
        "number": (codes.CONSTANT, codes.EXPONENT, codes.CONVENTION, codes.UPDATE_RATE),
        "arranged": (
            codes.TRANSPOSED, codes.ORDER, codes.PRODUCT_KIND, codes.FLIPPED_KERNEL, codes.CHAIN_ORDER, codes.INVERTED,
            codes.DIVIDED, codes.BRACKETS,
        ),
        "joined": (codes.FACTORS_ADDED, codes.PATHS_MULTIPLIED),
        "path": (codes.MISSING_PATH, codes.EXTRA_PATH, codes.FOREIGN_PATH),
        "rounded": (codes.NEAR_MISS, codes.TOO_FEW_DIGITS, codes.CUT_OR_ROUNDED, codes.ROUNDED_EARLY),
        "written": (
            codes.FORM_ONLY, codes.FORM_DECIMALS, codes.FORM_DERIVATIVES, codes.FORM_EXPANDED, codes.FORM_FACTORED,
            codes.NOT_DIFFERENTIATED, codes.NUMBER_EXPECTED, codes.SHAPE,
        ),
    }
)  # fmt: skip
GROUP_OF: Final[Mapping[str, str]] = MappingProxyType(
    {kind.code: group for group, kinds in _GROUPS.items() for kind in kinds}
)
"""The group of each code; a code that is in none says nothing of a mistake in the chain rule."""
