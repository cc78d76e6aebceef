"""Sentences for people, in Chinese and English, by code: the only place in the program that holds prose.

``zh.yaml`` and ``en.yaml`` beside this file are flat maps ``code: "sentence with {fact}"``, each on its line, by topic.
A passage in ``[[double brackets]]`` is left out where one of its facts is missing or empty. ``{count|word|words}`` is
the fact with the word that goes with its number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.errors import Fact, Problem, SymnnError

__all__ = ["LANGUAGES", "Language", "facts_of", "language", "line", "raisable", "say", "sentences"]

Language = Literal["zh", "en"]
"""The two languages; one report never mixes them."""

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

AnyError = TypeVar("AnyError", bound="SymnnError")

_NO_FACTS: Final[Mapping[str, Fact]] = MappingProxyType({})
_FACT: Final = re.compile(r"\{(\w+)(\|[^{}]*)?\}")
_ESCAPE: Final = re.compile(r'\\([\\"])')
_OPTIONAL: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_JOINERS: Final[Mapping[str, str]] = MappingProxyType({"zh": "、", "en": ", "})
_WORDS: Final = frozenset({"advice", "cause", "expected", "graded", "here", "limit"})
"""Facts that are words of ours: they are said in the language if it has a sentence ``fact-value``."""

_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def say(code: str, facts: Mapping[str, Fact] = _NO_FACTS, lang: Language = "en") -> str:
    """Give the sentence of a code with its facts put in literally; facts are never read as templates.

    Raises LookupError if the code or one of its facts is missing: that is a bug of the program.

    >>> say("unknown-field", {"field": "ponits", "nearest": "points"})
    "unknown field 'ponits'; did you mean 'points'?"
    >>> say("decided-points", {"points": 1}), say("decided-points", {"points": "0.5"})
    ('1 point', '0.5 points')
    """
    known = sentences(lang)
    if code not in known:
        message = f"messages/{lang}.yaml has no sentence for {code!r}"
        raise LookupError(message)
    needed = _OPTIONAL.sub(lambda found: found[1] if _all_there(found[1], facts) else "", known[code])
    return _FACT.sub(lambda found: _counted(_text(code, found[1], facts, lang), found[2]), needed)


def line(problem: Problem, lang: Language = "en") -> str:
    """Give a problem as one line: its place and field where known, then the sentence.

    >>> from symnn.errors import Place, Problem
    >>> line(Problem("unknown-field", {"field": "x"}, place=Place("a.yaml", 3, 5, "parts[1]")))
    "a.yaml:3:5: parts[1]: unknown field 'x'"
    """
    text = say(problem.code, problem.facts, lang)
    if problem.place is None:
        return text
    field = f"{problem.place.field}: " if problem.place.field else ""
    return f"{problem.place}: {field}{text}"


def raisable(kind: type[AnyError], *problems: Problem) -> AnyError:
    """Make the exception of some problems with an English text, to be raised."""
    return kind(problems, "\n".join(line(problem, "en") for problem in problems))


def language(option: str | None, environ: Mapping[str, str]) -> Language:
    """Choose the language: the option ``--lang``, else the locale of the environment, else English.

    >>> language(None, {"LANG": "zh_CN.UTF-8"}), language("en", {"LANG": "zh_CN"}), language(None, {})
    ('zh', 'en', 'en')
    """
    wanted = option or next((environ[name] for name in _LOCALES if environ.get(name)), "")
    return "zh" if wanted.lower().startswith("zh") else "en"


@lru_cache(maxsize=len(LANGUAGES))
def sentences(lang: Language) -> Mapping[str, str]:
    """Read all sentences of a language, by code (once a process).

    Every command begins with this: the files keep to one sentence a line in double quotes, which is read here without
    the YAML reader; a test sees that both read the same.
    """
    text = Path(__file__).with_name(f"{lang}.yaml").read_text(encoding="utf-8")
    pairs = (line.split(": ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({code: _ESCAPE.sub(r"\1", quoted[1:-1]) for code, quoted in pairs})


def facts_of(sentence: str) -> frozenset[str]:
    """Name the facts that a sentence uses.

    >>> sorted(facts_of("unknown name '{name}'[[; did you mean '{nearest}'?]]"))
    ['name', 'nearest']
    """
    return frozenset(found[1] for found in _FACT.finditer(sentence))


def _all_there(passage: str, facts: Mapping[str, Fact]) -> bool:
    return all(facts.get(name, "") not in ("", ()) for name in facts_of(passage))


def _counted(text: str, words: str | None) -> str:
    """Put the word that goes with a number behind it: the first for 1, else the second."""
    if words is None:
        return text
    _, one, several = words.split("|")
    return f"{text} {one if text == '1' else several}"


def _text(code: str, name: str, facts: Mapping[str, Fact], lang: Language) -> str:
    if name not in facts:
        message = f"the sentence of {code!r} needs the fact {name!r}"
        raise LookupError(message)
    fact = facts[name]
    parts = fact if isinstance(fact, tuple) else (str(fact),)
    if name in _WORDS:
        parts = tuple(sentences(lang).get(f"{name}-{part}", part) for part in parts)
    return _JOINERS[lang].join(parts)
