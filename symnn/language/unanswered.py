"""What says that there is no answer: ``我不会``, ``I don't know``, a question mark."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_unanswered"]

_NO_ANSWER: Final = re.compile(
    r"(?:(?:老师|[，, ]|这[题道个]+|此题|我|真的?|完全|还|实在|目前)*"
    r"(?:不会(?:做|写|算|求|推)?|不知道(?:怎么[做写算求])?|不懂|不清楚"
    r"|没学过?|没思路|做不出来?|忘[记了]+|看不懂)(?:这[题道个]+|了|啊|呀|呢|诶|老师|[，, ])*"
    r"|(?:sorry,?\s*)?(?:i\s*)?(?:really\s*)?(?:(?:do\s*n['’]?o?t|dont|can\s*n?['’]?o?t|cant)\s*"
    r"(?:know|do\s*(?:this|it)|solve\s*(?:this|it))"
    r"|have\s*no\s*idea)(?:\s*how(?:\s*to)?(?:\s*(?:do|solve)\s*(?:this|it))?|\s*(?:this|it|the\s*answer))?"
    r"|no\s*(?:idea|clue)|idk|dunno|not\s*sure|[?？]+|跳过|略|skip|pass)",
    re.IGNORECASE,
)
_LONGEST: Final = 60
_AROUND: Final = " \t\r\n.。!！,，;；~～…:：\"'“”"


def is_unanswered(text: str) -> bool:
    """Say whether somebody wrote that they have no answer.

    >>> [is_unanswered(text) for text in ("我不会。", "I don't know", "??", "y(1-y)", "idk*x1", "")]
    [True, True, True, False, False, False]
    """
    words = text.strip(_AROUND)
    return len(words) <= _LONGEST and _NO_ANSWER.fullmatch(words) is not None
