"""A hint: what a student is told who wants to go on alone, in four levels: where, kind, name, step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from symnn.verdicts.finding import Finding

if TYPE_CHECKING:
    from symnn.messages import Language

__all__ = ["LEVELS", "Hint"]

LEVELS: Final = (1, 2, 3, 4)
"""Where it is, of what kind it is, what it is called, and the step itself."""


class Hint(Struct, frozen=True):
    """A hint of a level: its sentences, and whether nobody asked for it (nothing was answered)."""

    level: int
    says: tuple[Finding, ...]
    offered: bool = False

    def sentences(self, lang: Language) -> tuple[str, ...]:
        """Say it, a sentence for each thing; an author's sentences stay as they were written."""
        from symnn.messages import say
        from symnn.verdicts.result import finding_sentence

        first, *others = (finding_sentence(one, lang) for one in self.says)
        code = "hint-offered" if self.offered else "hint-numbered"
        return (say(code, {"level": self.level, "text": first}, lang), *others)

    def text(self, lang: Language, *, numbered: bool = True) -> str:
        """Say it in one line, with its number or without; Chinese sentences follow each other without a blank."""
        from symnn.verdicts.result import finding_sentence

        said = self.sentences(lang) if numbered else [finding_sentence(one, lang) for one in self.says]
        return ("" if lang == "zh" else " ").join(said)

    def to_dict(self, lang: Language) -> dict[str, Any]:
        """Give the hint as results have it."""
        return {"level": self.level, "message": self.text(lang, numbered=False)}
