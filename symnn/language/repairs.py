"""The ways to settle a word, in order: rare spellings, entries, glued names, differentials, programs, slips."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from symnn.errors import Problem
from symnn.language import (
    along,
    glued,
    indicators,
    listed_family,
    pointed,
    printed,
    program_text,
    raised,
    slips,
    spellings,
    summation,
)
from symnn.language.refusal import Refused
from symnn.language.settling import Repairs, Settled, Settling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symnn.language.limits import Limits
    from symnn.language.scope import Scope
    from symnn.language.signs import Entry

__all__ = ["LONE_GROUP", "settle"]

LONE_GROUP = re.compile(r"\{\s*+(?:[-+*/=]|\\cdot|\\times|\\div|\\odot)?\s*+\}")
"""A sign alone in braces, or nothing, as converters write it."""
_REPAIRS: Final = Repairs(
    (
        summation.sum_heading,
        summation.torn_off,
        indicators.conditional,
        indicators.indicator,
        raised.turned_layer,
        raised.raised_layer,
        raised.numbered_layer,
        printed.sign_of_page,
        printed.entry_of_brackets,
        spellings.sliced,
        spellings.logarithm,
        program_text.pointed,
        program_text.module,
        spellings.read_transpose,
        spellings.setting,
        along.axis,
        along.kept,
        glued.in_model,
        pointed.value_at,
        spellings.found,
        spellings.entry,
        spellings.primed,
        spellings.torn,
        spellings.bracketed,
        spellings.layer,
        spellings.cut,
        spellings.opened_group,
        spellings.array,
        spellings.font,
        spellings.spacing,
        spellings.indexed_sign,
        slips.dependence,
        slips.iterate,
        slips.left_side,
        slips.euler,
        slips.sample_count,
        slips.unit_step,
        slips.other_rate,
        program_text.function_of_a_number,
        program_text.number_behind,
        glued.glued,
        glued.differential,
        listed_family.whole,
        slips.recased,
    ),
    raised.raised_layer,
    (program_text.attribute, along.method),
    slips.unknown,
)
"""The ways to settle a word are tried in this order."""


def settle(  # noqa: PLR0913, PLR0917 - the state of a scan
    text: str,
    words: list[str],
    entries: Sequence[Entry | None],
    starts: list[int],
    scope: Scope,
    limits: Limits,
    pattern: re.Pattern[str],
) -> Settled | Problem:
    """Settle every word that has no entry yet; the others keep theirs."""
    settling = Settling(text, scope, limits, pattern, _REPAIRS)
    settling.words, settling.known, settling.places = list(words), list(entries), list(starts)
    try:
        if "_" in words:
            spellings.uncross(settling)
        if LONE_GROUP.search(text):
            spellings.ungroup_signs(settling)
        program_text.star(settling)
        program_text.added_axis(settling)
        program_text.measured(settling)
        return settling.all()
    except Refused as refused:
        return refused.problem
