"""What each student gets back: one page with the own answers, marks and the reasons, and nobody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

from msgspec.structs import replace

from symnn.classroom.pages import macros, points_text, writer
from symnn.classroom.recorded import Recorded
from symnn.messages import Language, say
from symnn.notation.author import readable, words_and_formulas
from symnn.notation.inline import AuthorFormula
from symnn.notation.mathml import escaped

__all__ = ["FEEDBACK", "feedback_names", "feedback_page", "summary"]

FEEDBACK: Final = "feedback"
LONGEST: Final = 100
"""Bytes of a name of a file; longer ones are cut and get a digest."""
_HARMFUL: Final = re.compile(r"[^\w. ()+,;=@-]|^\.|[. ]$")
_DEVICE: Final = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
_NOT_ASKED: Final = frozenset({"left-not-asked", "not-asked"})


def feedback_names(students: Iterable[str]) -> dict[str, str]:
    """Give each student's page a name that every system takes, and that no two share, whatever the ids are.

    >>> feedback_names(["007", "../x", "a", "A"])
    {'007': 'feedback/007.html', '../x': 'feedback/%2E.%2Fx.html', 'a': 'feedback/a.html', 'A': 'feedback/A~2.html'}
    """
    taken: dict[str, int] = {}
    found: dict[str, str] = {}
    for student in students:
        name = (
            _DEVICE.sub(lambda device: f"%{ord(device[0][0]):02X}{device[0][1:]}", _HARMFUL.sub(_coded, student)) or "%"
        )
        if len(name.encode()) > LONGEST:
            digest = blake2b(student.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            name = f"{name[: LONGEST // 4]}~{digest}"
        folded = unicodedata.normalize("NFC", name).casefold()
        taken[folded] = taken.get(folded, 0) + 1
        found[student] = f"{FEEDBACK}/{name}{f'~{taken[folded]}' if taken[folded] > 1 else ''}.html"
    return found


def _coded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def feedback_page(
    student: str, results: Iterable[Recorded], most: float, comments: Mapping[str, str], lang: Language
) -> bytes:
    """Write the page of a student from the student's own results; ``most`` is what can be earned in all.

    ``comments`` are those of decisions, by their id. What was expected stands nowhere on it.
    """
    counting = [one for one in results if one.mark.counts]
    facts: dict[str, Any] = {
        "student": student,
        "name": next((one.name for one in counting if one.name), ""),
        "open": sum(one.mark.points is None for one in counting),
        "total": sum((one.mark.points or 0.0) - (one.late.off or 0.0) for one in counting),
        "late": sum(one.late.off or 0.0 for one in counting),
        "max": most,
        "answers": _blocks(counting, comments, lang),
    }
    return writer(lang)("feedback.html", **facts).encode()


def _told(one: Recorded) -> Recorded:
    """Leave out whose answer it is and when it came: what is said of it is the same for all who gave it."""
    return replace(one, student="", name="", time="", seed="", cluster="", attempt=0)


def _blocks(results: Iterable[Recorded], comments: Mapping[str, str], lang: Language) -> Any:
    """Write answers under each other."""
    from markupsafe import Markup

    found = [_block(_told(one), comments.get(one.mark.decision, ""), lang) for one in results]
    return Markup("".join(found))  # noqa: S704 - a template wrote each of them


@lru_cache(maxsize=1 << 12)
def _block(one: Recorded, comment: str, lang: Language) -> str:
    """Write one answer; of answers that are the same it is written once."""
    return str(macros(lang).answer(one, outcome_heading(one, lang), comment))


def outcome_heading(one: Recorded, lang: Language) -> str:
    """Say first what became of an answer."""
    facts = {"points": points_text(one.mark.points or 0.0), "max": points_text(one.max)}
    if one.mark.by == "person" and one.mark.points is not None:
        return say("feedback-by-person", facts, lang)
    if one.mark.points is None:
        return say("feedback-waiting", facts, lang)
    if one.is_blank:
        return say("verdict-blank", lang=lang)
    if one.verdict == "unreadable":
        is_other = any(finding.code in _NOT_ASKED for finding in one.findings)
        return say("verdict-not-asked" if is_other else "verdict-unreadable", lang=lang)
    if one.verdict == "partial":
        return say("verdict-partial-of-one" if one.max == 1 else "verdict-partial", facts, lang)
    return say(f"verdict-{one.verdict}", lang=lang)


def summary(results: Iterable[Recorded], comments: Mapping[str, str], lang: Language) -> str:
    """Write the same in a few paragraphs, for a cell of a table that shows HTML."""
    found = []
    for one in results:
        if not one.mark.counts:
            continue
        said = [in_plain_signs(finding.message) for finding in one.findings if finding.code != "blank"]
        comment = comments.get(one.mark.decision, "")
        lines = [f"{one.target}: {outcome_heading(one, lang)}", *said, *([comment] if comment else [])]
        found.append(f"<p>{'<br>'.join(map(escaped, lines))}</p>")
    return "".join(found)


def in_plain_signs(sentence: str) -> str:
    """Write a sentence whose formulas stand between dollars with signs that any page can show."""
    parts = words_and_formulas(sentence)
    return "".join(readable(one.latex) if isinstance(one, AuthorFormula) else one.text for one in parts)
