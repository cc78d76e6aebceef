"""The names in scope: quantities with their shapes, functions, indices; they decide what is ambiguous.

``y_4(1-y_4)`` is a product because ``y_4`` is a quantity, ``f(a_3)`` a call because ``f`` is a function. A
scope is made once and used for thousands of answers, so it holds one look-up table from every usual spelling
to what it means; rarer spellings are found through keys (`names.Spelling`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Problem
from symnn.language.called_formulas import ParametrisedFormula
from symnn.language.characters import CHINESE_NAME, EVERY_WORD
from symnn.language.names import Spelling, carries, family_of, parted, spelled, taken_apart
from symnn.language.signs import CONSTANT, CROWDED, FUNCTION, NAME, OWN, SIGNS, SPECIAL, WORDS, Entry
from symnn.language.vocabulary import ARITIES, FUNCTION_WORDS, GREEK, IN_PROGRAMS
from symnn.ops.table import OPERATIONS, TENSOR_ARITIES

__all__ = ["Scope", "Shape", "Unit"]

Shape = tuple[int, ...]
"""Lengths along each axis; ``()`` is a number."""

NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
NO_FORMULAS: Mapping[str, ParametrisedFormula] = MappingProxyType({})

_MOST_PRIMES = 3
_LONGEST_INDEX = 6
"""How many characters the indices of an entry take, and by how many a built-in function may be longer."""
_IDENTIFIER = re.compile(r"[A-Za-z]+[0-9]*")


class Unit(NamedTuple):
    """A unit of a network by its function: the quantity it is applied to, and the one it gives.

    The deck's ``f_6`` is ``Unit("e6", "y")``: then ``f_6'(e)`` means f6'(e6).
    """

    argument: str
    value: str


class Scope(Struct, frozen=True):
    """What names mean; made by `Scope.of`."""

    table: Mapping[str, Entry]
    exact: Mapping[str, Entry]
    compact: Mapping[str, Entry]
    shapes: Mapping[str, Shape]
    functions: Mapping[str, tuple[int, int]]
    units: Mapping[str, Unit]
    own: str
    indices: frozenset[str]
    ranges: Mapping[str, tuple[int, int]]
    bound: frozenset[str]
    words: frozenset[str]
    families: Mapping[str, int]
    """Each indexed family with the number of its indices: what stands behind those is an entry of a member."""
    stems: frozenset[str]
    open: bool
    layered: bool
    wholes: Mapping[str, tuple[str, ...]]
    formulas: Mapping[str, ParametrisedFormula]
    longest: int
    """How many characters a name in a glued word may have."""
    samples: int = 0
    """How many samples a batch has, which is called m or n; 0 where there is no batch."""
    marks: frozenset[str] = frozenset()
    """The words that are marks above a name in an author's equations, as L in ``z^L``."""
    result: str = ""
    """The loss, for which ``dW`` stands short of ``∂E/∂W``; empty where there is none."""

    @staticmethod
    def of(  # noqa: PLR0913 - each argument is one thing a model declares
        names: Mapping[str, Shape] | Iterable[str],
        functions: Mapping[str, int | tuple[int, int]] | None = None,
        *,
        units: Mapping[str, Unit] | None = None,
        own_argument: str = "",
        indices: Iterable[str] = (),
        open: bool = False,  # noqa: A002 - the word of the course: an open scope declares nothing
        canonical: bool = False,
        tensors: bool = False,
        wholes: Mapping[str, tuple[str, ...]] = NONE,
        result: str = "",
        samples: int = 0,
        formulas: Mapping[str, ParametrisedFormula] = NO_FORMULAS,
    ) -> Scope:
        """Make the scope of a model.

        ``names`` are as the model spells them (``w_{46}``), or with ``canonical`` already the program's own
        (``s_2`` with its time index); ``functions`` are declared functions with their numbers of arguments;
        ``units`` say by function which quantity it is applied to, called ``own_argument`` by everybody;
        ``indices`` are the index names of an author's equations, with their ranges where these are known; ``open``
        declares no names at all;
        ``wholes`` are the families that may be named as vectors, with their members; ``result`` is the loss,
        ``samples`` the number of samples of a batch;
        ``formulas`` are functions that are written out where they are called;
        with ``tensors`` the operations on whole tensors can be written, too.

        >>> scope = Scope.of(["w_{46}", "y_4", "eta"], {"f": 1})
        >>> scope.find("w_4_6"), scope.find("η"), scope.find("f'")
        ((2, 'w46'), (2, 'eta'), (5, "f'"))
        """
        shapes = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, ())
        building = _Building(canonical=canonical)
        for index in indices:
            building.name(index, ())
        building.indices = frozenset(indices)
        building.ranges = dict(indices) if isinstance(indices, Mapping) else {}
        for name, shape in shapes.items():
            building.name(name, shape)
        arities = {name: len(formula.arguments) for name, formula in formulas.items()}
        for function, count in (*(functions or {}).items(), *arities.items()):
            building.function(function, count)
        scope = building.scope(
            {building.canonical_of(name): unit for name, unit in (units or {}).items()},
            own_argument,
            is_open=open,
            tensors=tensors,
        )
        return replace(scope, wholes=wholes, result=result, samples=samples, formulas=formulas)

    def find(self, spelling: str) -> Entry | None:
        """Give what one spelling of a name means, however it is written; None if nothing is meant by it."""
        known = self.table.get(spelling)
        if known is not None:
            return known
        if self.open and not self.shapes and _IDENTIFIER.fullmatch(spelling):
            return (NAME, spelling)
        apart = taken_apart(spelling)
        if apart is None:
            return None
        known = self.exact.get(apart.exact) or self.compact.get(apart.compact) or self._plain(apart)
        if known is None and self.open and not apart.above and not self._belongs(apart) and not _is_function(apart):
            return (NAME, apart.canonical)
        return known

    @property
    def chinese(self) -> Container[str]:
        """The Chinese words of which names are made: any in an author's equations."""
        return EVERY_WORD if self.is_model else self.words

    @property
    def is_model(self) -> bool:
        """Say whether this scope reads an author's equations, where a name need not be declared to be one."""
        return self.open and bool(self.shapes)

    def has_layers(self, apart: Spelling) -> bool:
        """Say whether a superscript in parentheses may belong to a name: not to e, sin or a declared function."""
        known = self.table.get(apart.base)
        if known is None or apart.base in GREEK:
            return apart.base not in self.functions
        return known[0] == NAME

    def _belongs(self, apart: Spelling) -> bool:
        """Say whether a spelling is formed like an entry of a declared tensor or a member of a family."""
        head = apart.base + "'" * apart.primes
        if self.bound and carries(apart, self.indices, self.bound):
            return True
        if self.families and (apart.parts or apart.above) and family_of(apart, self.indices)[0] in self.families:
            return True
        return bool(apart.parts) and bool(self.shapes.get(head + (f"^({apart.above})" if apart.above else "")))

    def _plain(self, apart: Spelling) -> Entry | None:
        r"""Find a word in a font (``\mathrm{ReLU}'``) or an entry of a tensor (``W_{12}``)."""
        word = apart.base + "'" * apart.primes
        if not apart.parts and not apart.square and not apart.above:
            found = self.table.get(word)
            return found if found is not None and found[0] in (NAME, OWN, CONSTANT, FUNCTION, SPECIAL) else None
        return None

    def also(self, names: Iterable[str]) -> Scope:
        """Give the scope with more quantities, by canonical names: what a derivation introduces."""
        new = {name: spelling for name in names if name not in self.shapes and (spelling := taken_apart(name))}
        if not new or self.open:
            return self
        table = dict(self.table)
        for name, spelling in new.items():
            for variant in (name, *_variants(spelling)):
                table.setdefault(variant, (NAME, name))
        return replace(self, table=table, shapes={**self.shapes, **dict.fromkeys(new, ())})

    def hiding(self, words: Iterable[str]) -> Scope:
        """Give the scope in which some words are quantities, whatever function is called so: σ = exp(ℓ/2).

        >>> Scope.of(["x"]).hiding(["σ"]).find("sigma")
        (2, 'sigma')
        """
        table = dict(self.table)
        for word in words:
            spelling = taken_apart(word)
            for variant in () if spelling is None else (spelling.canonical, *_variants(spelling)):
                table[variant] = (NAME, spelling.canonical)  # type: ignore[union-attr]  # there is one
        return replace(self, table=table)

    def with_bound(self, letters: frozenset[str]) -> Scope:
        """Give the scope inside sums over these letters, which are indices there."""
        if not letters - self.bound:
            return self
        table = {**self.table, **{letter: (NAME, letter) for letter in letters}}
        return replace(self, table=table, indices=self.indices | letters, bound=self.bound | letters)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names in the order declared."""
        return tuple(self.shapes)

    def shape(self, name: str) -> Shape:
        """Give the shape of a quantity; a name that is not declared is a number."""
        return self.shapes.get(name, ())


class _Building:
    """The tables of a scope while they are filled: exact spellings win over keys."""

    def __init__(self, *, canonical: bool) -> None:
        self.canonical = canonical
        self.indices: frozenset[str] = frozenset()
        self.ranges: Mapping[str, tuple[int, int]] = {}
        self.table: dict[str, Entry] = {**SIGNS, **WORDS}
        self.first: dict[str, Entry] = {}
        self.usual: dict[str, Entry] = {}
        self.exact: dict[str, Entry] = {}
        self.compact: dict[str, Entry] = {}
        self.shapes: dict[str, Shape] = {}
        self.functions: dict[str, tuple[int, int]] = dict(ARITIES)
        self.families: dict[str, int] = {}
        self.layered = False
        self.tensors: tuple[str, ...] = ()

    def canonical_of(self, name: str) -> str:
        """Give the canonical name of a name as declared."""
        if self.canonical:
            return name
        known = spelled(name)
        return name if isinstance(known, Problem) else known

    def name(self, name: str, shape: Shape) -> None:
        """Declare a quantity."""
        canonical = self.canonical_of(name)
        spelling = taken_apart(name)
        if spelling is None:
            return
        if self.indices and (family := _family(spelling, self.indices)):
            self.families.setdefault(family, len(family_of(spelling, self.indices)[1]))
            self.shapes[family] = shape
            self.layered = self.layered or "^" in family
            return
        self.shapes[canonical] = shape
        self.layered = self.layered or bool(spelling.above)
        self._enter(name, canonical, spelling, (NAME, canonical))

    def function(self, name: str, count: int | tuple[int, int], meaning: str = "") -> None:
        """Declare a function and its derivatives; ``meaning`` is what it is called where ``name`` is a spelling."""
        canonical = meaning or self.canonical_of(name)
        self.functions[canonical] = (count, count) if isinstance(count, int) else count
        spelling = taken_apart(name)
        if spelling is None:
            return
        for order in range(_MOST_PRIMES + 1):
            primed = spelling._replace(primes=spelling.primes + order)
            self._enter(name + "'" * order, canonical + "'" * order, primed, (FUNCTION, canonical + "'" * order))

    def _below(self, words: _Building) -> None:
        """Lay the operations on tensors below what is declared: a name of the same spelling hides them."""
        self.tensors = tuple(words.first)
        self.table.update(words.usual)
        self.table.update(words.first)
        self.exact = words.exact | self.exact
        self.compact = words.compact | self.compact
        self.functions = words.functions | self.functions

    def _enter(self, name: str, canonical: str, spelling: Spelling, entry: Entry) -> None:
        self.first[name] = self.first[canonical] = entry
        for variant in _variants(spelling):
            _put(self.usual, variant, entry)
        _put(self.exact, spelling.exact, entry)
        _put(self.compact, spelling.compact, entry)

    def scope(self, units: Mapping[str, Unit], own: str, *, is_open: bool, tensors: bool) -> Scope:
        """Finish: the exact spellings lie over the usual ones, those over the built-in words."""
        if tensors:
            self._below(_tensor_words())
        self.table.update(self.usual)
        self.table.update(self.first)
        if own and units:
            last = list(units.values())[-1].argument
            entry = (OWN, own if own in self.shapes else last)
            self.table.update(dict.fromkeys((own, f"{{{own}}}"), entry))
        stems = {name.rstrip("0123456789").split("_")[0].split("[")[0] for name in self.shapes}
        return Scope(
            table=self.table,
            exact=self.exact,
            compact=self.compact,
            shapes=self.shapes,
            functions=self.functions,
            units=units,
            own=own,
            indices=self.indices,
            ranges=self.ranges,
            bound=frozenset(),
            words=frozenset(CHINESE_NAME.findall("\n".join((*self.first, *self.shapes)))),
            families=self.families,
            stems=frozenset(stems - set(self.shapes)),
            open=is_open,
            layered=self.layered,
            wholes=NONE,
            formulas=NO_FORMULAS,
            longest=max(map(len, (*self.first, *self.usual, *self.tensors)), default=0) + _LONGEST_INDEX,
        )


@lru_cache(maxsize=1)
def _tensor_words() -> _Building:
    """Enter the operations on tensors under all their spellings, once."""
    building = _Building(canonical=True)
    for name, count in TENSOR_ARITIES.items():
        for word in (name, *OPERATIONS[name].words):
            building.function(word, count, name)
            if word.isascii() and word.isalpha():
                building.first[rf"\{word}"] = (FUNCTION, name)
    return building


def _put(table: dict[str, Entry], key: str, entry: Entry) -> None:
    """Enter a key; one that two names would share belongs to neither."""
    known = table.get(key)
    if known is None or known == entry:
        table[key] = entry
    elif known[0] == CROWDED:
        table[key] = (CROWDED, f"{known[1]} {entry[1]}")
    else:
        table[key] = (CROWDED, f"{known[1]} {entry[1]}")


def _is_function(apart: Spelling) -> bool:
    """Say whether a spelling is a function's with an index that is no number: the base of ``log_b`` and the like."""
    word = apart.base in FUNCTION_WORDS and apart.base not in GREEK
    return word and not all(map(str.isdigit, apart.parts))


def _family(spelling: Spelling, indices: frozenset[str]) -> str:
    """Name the indexed family that a spelling like ``s^{(i)}_{t-1}`` declares; empty if it is no family."""
    words = [part for part in parted(spelling, indices).parts if part in indices]
    if not words and spelling.above not in indices:
        return ""
    return family_of(spelling, indices)[0]


def _variants(spelling: Spelling) -> Iterator[str]:
    """List the usual ways of writing a name, so that most answers need one look-up a name."""
    word, primes = spelling.base, "'" * spelling.primes
    bases = [word]
    if word in GREEK:
        bases += [GREEK[word], rf"\{word}"]
    bases += IN_PROGRAMS.get(word, ())
    above = f"^{{({spelling.above})}}" if spelling.above else ""
    joined = "".join(spelling.parts)
    for base in bases:
        if spelling.square:
            head = base + primes + above + "".join(f"_{part}" for part in spelling.parts)
            yield f"{head}_{{{spelling.square}}}" if not spelling.parts else f"{head}[{spelling.square}]"
        elif not spelling.parts:
            yield base + primes + above
        else:
            if joined[0].isdigit() and not base.startswith("\\"):
                yield base + joined + primes
            for below in _subscripts(spelling.parts):
                yield base + primes + above + below
                if primes or above:
                    yield base + below + above + primes
                    yield base + below + primes + above


def _subscripts(parts: tuple[str, ...]) -> Iterator[str]:
    joined = "".join(parts)
    yield f"_{{{joined}}}"
    if joined.isdigit() or (joined.isalnum() and joined[0].isalpha()):
        yield f"_{joined}"
    if len(parts) > 1:
        yield f"_{{{','.join(parts)}}}"
        yield f"_{{{','.join(parts[:-1])} {parts[-1]}}}"
        yield "".join(f"_{part}" for part in parts)
        yield f"_{{({','.join(parts[:-1])}){parts[-1]}}}"
