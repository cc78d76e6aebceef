"""Characters that are read as what was meant, and characters that are refused by name.

The table is explicit: full-width forms, minus, times and division signs, sub- and superscripts as structure,
spaces, quotes, mathematical alphabets. Nothing is transliterated that is not listed; zero-width,
bidirectional and control characters and letters that only look like Latin ones are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from symnn.errors import Problem, Span
from symnn.language.accents import Marked, unmarked
from symnn.language.advice import SIGNS, meant_by, words_at
from symnn.language.vocabulary import GREEK_SIGNS, HAN

__all__ = ["ALIKE", "CHINESE_NAME", "EVERY_WORD", "MENDED", "Mended", "mend", "refused", "refused_character"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_USUAL: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys("−‐‑‒–﹣", "-"),
        **dict.fromkeys("×·⋅∙∗✕⨯‧\u2062", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        "\u2063": ",",
        **dict.fromkeys("′’ʹ", "'"),
        **dict.fromkeys("″", "''"),
        "∣": "|",
        "∥": "‖",
        **dict.fromkeys("\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "),
        **dict.fromkeys("\U0001d715\U0001d74f\U0001d6db\U0001d789\U0001d7c3", "∂"),
        **dict.fromkeys("\U0001d6fb\U0001d735", "∇"),
        "\U0001d716": "ε",
        "\U0001d719": "φ",
        "∘": "⊙",
        "⨀": "⊙",
        "ᵀ": "^⊤",
        "\u2061": " ",
        "∑": r"\sum ",
        "∏": r"\prod ",
        "→": "->",
        "⟶": "->",
        "⇒": "=>",
        "⟹": "=>",
        "∴": "=>",
        "≤": "<=",
        "≥": ">=",
        "µ": "μ",
        "∆": "Δ",
        "Ω": "Ω",
        "ϵ": "ε",
        "ϕ": "φ",
        "ϑ": "θ",
        "ϱ": "ρ",
    }
)
"""Mathematical signs that are simply another way of writing: read without a note."""


def _alphabet(first: int, letters: str) -> dict[str, str]:
    return {chr(first + place): letter for place, letter in enumerate(letters)}


_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SANS = (0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670)
_SMALL_GREEK = "αβγδεζηθικλμνξ\0πρ\0στυφχψω"

_NOTED: Mapping[str, str] = MappingProxyType(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **_alphabet(0x1D400, _LATIN),
        **{sign: letter for sign, letter in _alphabet(0x1D434, _LATIN).items() if sign != "\U0001d455"},
        **_alphabet(0x1D468, _LATIN),
        **{sign: x for first in _SANS for sign, x in _alphabet(first, _LATIN).items()},
        **_alphabet(0x1D7CE, "0123456789" * 5),
        **{sign: x for sign, x in _alphabet(0x1D6C2, _SMALL_GREEK).items() if x != "\0"},
        **{sign: x for sign, x in _alphabet(0x1D6FC, _SMALL_GREEK).items() if x != "\0"},
        **{sign: x for sign, x in _alphabet(0x1D736, _SMALL_GREEK).items() if x != "\0"},
        "ℎ": "h",
        "ℯ": "e",
        "ⅇ": "e",
        "ⅆ": "d",
        "〖": "(",
        "〗": ")",
        "—": "-",
        "―": "-",
        "•": "*",
        "・": "*",
        **dict.fromkeys("✖✱✲", "*"),
        **dict(zip("➕➖➗", "+-/", strict=True)),
        **dict.fromkeys("\ufe0e\ufe0f", ""),
        "﹡": "*",
        "↑": "^",
        "【": "[",
        "】": "]",
        "〔": "[",
        "〕": "]",
        "﹙": "(",
        "﹚": ")",
        "、": ";",
        "。": ".",
        "｡": ".",
        "﹦": "=",
        "﹢": "+",
        "‘": "'",
        "´": "'",
        "ʼ": "'",
        "”": "''",
        "\u3000": " ",
        "\u2028": "\n",
        "\u2029": "\n",
        "\x85": "\n",
    }
)
"""Characters of input methods and word processors: read as what was meant, with a note."""

MENDED: Mapping[str, str] = MappingProxyType({**_USUAL, **_NOTED})
"""Every character that is read as another, and what it is read as."""

_ABOVE: Mapping[str, str] = MappingProxyType(
    dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏᵗˣʸᵃᵇᶜᵈᵉᶠᵍʰʲˡᵐᵒᵖʳˢᵘᵛʷᶻ", "0123456789+-()niktxyabcdefghjlmoprsuvwz", strict=True))
)
_BELOW: Mapping[str, str] = MappingProxyType(
    dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-()aehijklmnoprstuvx", strict=True))
)

_BYTE_ORDER = "\ufeff"
"""The mark that some programs put before a text; anywhere else it is a character without width."""

_LONGEST_WORDS = 20

_KEPT = frozenset("⊙⊗⟨⟩‖⊤√∛∜½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞∂∇∞±∓≈≡≠").union(GREEK_SIGNS)
"""Signs that the grammar itself knows."""

_READ_AS_ANOTHER = re.compile(f"[^\x00-\x7f{''.join(sorted(_KEPT))}]")
"""What is neither ASCII nor kept as it is."""

CHINESE_NAME = re.compile(f"[{HAN}]+")
"""Chinese characters in a row: a name, or part of one, where a quantity is called so."""


class _EveryWord:
    """Every word: in an author's equations any may be a name."""

    def __contains__(self, word: object) -> bool:
        return True


EVERY_WORD: Container[str] = _EveryWord()

ALIKE: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip("асеорхуікмнтвѕјһԁԛԝѡү", "aceopxyikmhtbsjhdqwwy", strict=True)),
        **dict(zip("АВЕЅІЈКМНОРСТУХҮ", "ABESIJKMHOPCTYXY", strict=True)),
        "ё": "e",
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        "ο": "o",
        "ς": "s",
        "ſ": "s",
        "ı": "i",
        "ȷ": "j",
        "ɑ": "a",
        "ƒ": "f",
        "ð": "∂",
        "ɡ": "g",
        "ℓ": "l",
        **dict(zip("ⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿ", "IVXLCDMivxlcdm", strict=True)),
    }
)
"""Letters that only look like others, and what they look like: refused, with the lookalike as advice."""


class Mended(NamedTuple):
    """A text after mending, with the place each character came from (None: nothing moved)."""

    text: str
    places: tuple[int, ...] | None
    notes: tuple[Problem, ...]
    marked: tuple[Marked, ...] = ()


def mend(text: str, names: Container[str] = frozenset()) -> Mended | Problem:
    """Read the characters as what was meant, or refuse the first that may not stand in a text.

    Superscripts become ``^{2}`` and subscripts ``_{1}``; every character keeps the place it came from. Chinese words
    stay where they are ``names``.

    >>> mend("（x₁－２）²").text
    '(x_{1}-2)^{2}'
    >>> mend("х").facts["code"]
    'U+0445'
    """
    control = _CONTROL.search(text)
    if control is not None:
        return refused_character(text[control.start()], control.start())
    if text.isascii() and "\\" not in text:
        return Mended(text, None, ())
    words, before, marked = unmarked(text)
    if not marked:
        return Mended(text, None, ()) if text.isascii() else _mended(text, names)
    found = _mended(words, names)
    if isinstance(found, Problem):
        place = before[found.span.start] if found.span is not None else 0
        return replace(found, span=Span(place, place + 1))
    places = before if found.places is None else tuple(before[place] for place in found.places)
    return Mended(found.text, places, found.notes, marked)


def _mended(text: str, names: Container[str]) -> Mended | Problem:
    if _READ_AS_ANOTHER.search(text) is None:
        return Mended(text, None, ())
    pieces: list[str] = []
    places: list[int] = []
    notes: dict[str, Problem] = {}
    script = ""
    named = {place for found in CHINESE_NAME.finditer(text) if found[0] in names for place in range(*found.span())}
    for place, sign in enumerate(text):
        above, below = _ABOVE.get(sign), _BELOW.get(sign)
        kind = "^" if above else "_" if below else ""
        if kind != script:
            if script:
                pieces.append("}")
                places.append(place - 1)
            piece = "{" if kind and _opened("".join(pieces[-3:]), kind) else kind + "{" if kind else ""
            pieces.append(piece)
            places.extend([place] * len(piece))
            script = kind
        piece = above or below or MENDED.get(sign, sign)
        if sign == _BYTE_ORDER and not place:
            piece = ""
        if piece is sign and not sign.isascii() and sign not in _KEPT and place not in named:
            return refused(text, place)
        if (sign in _NOTED or not piece) and sign not in notes:
            notes[sign] = _note(sign, piece, place)
        pieces.append(piece)
        places.extend([place] * len(piece))
    if script:
        pieces.append("}")
        places.append(len(text) - 1)
    return Mended("".join(pieces), tuple(places), tuple(notes.values()))


def _opened(before: str, kind: str) -> bool:
    """Say whether an exponent or index is already open: ``x^²`` and ``x^{⁻²}`` raise only once."""
    return before.rstrip().removesuffix("{").rstrip().endswith(kind)


def _note(sign: str, piece: str, place: int) -> Problem:
    span = Span(place, place + 1)
    if not piece:
        return Problem("left-out", {"what": f"U+{ord(sign):04X}"}, span)
    return Problem("mended", {"what": sign, "read": piece}, span)


def refused(text: str, place: int) -> Problem:
    """Refuse the character at a place, or the Chinese words that begin there.

    >>> refused("答案是 x", 0).code, refused("三", 0).facts["nearest"]
    ('words', '3')
    """
    words = words_at(text, place)
    if not words:
        return refused_character(text[place], place)
    span, sign = Span(place, place + len(words)), meant_by(words)
    if sign:
        return Problem("word-for-sign", {"found": words, "nearest": sign}, span)
    return Problem("words", {"found": words[:_LONGEST_WORDS]}, span)


def refused_character(sign: str, place: int) -> Problem:
    """Refuse a character by its code point, its name, and what it looks like if it looks like something.

    >>> dict(refused_character("х", 0).facts)
    {'code': 'U+0445', 'sign': 'х', 'name': 'CYRILLIC SMALL LETTER HA', 'nearest': 'x', 'advice': ''}
    """
    facts = {
        "code": f"U+{ord(sign):04X}",
        "sign": sign if sign.isprintable() and not unicodedata.combining(sign) else "",
        "name": unicodedata.name(sign, ""),
        "nearest": ALIKE.get(sign, ""),
        "advice": SIGNS.get(sign, ""),
    }
    return Problem("character", facts, Span(place, place + 1))
