"""Reads an author's file and proves it for the author's page; it lives in worker processes, as the tutor does."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from symnn.classroom.recorded import ShownAnswer
from symnn.documents.decoding import read_text
from symnn.documents.kinds import Bilingual
from symnn.errors import Problem, SymnnError
from symnn.exercises.checking import check_file, check_part, notes_on
from symnn.exercises.exercise import Exercise
from symnn.exercises.loading import loaded_exercise
from symnn.handouts.pictures.decorating import network_picture
from symnn.handouts.pictures.svg import svg
from symnn.networks.catalogue import network as network_named
from symnn.networks.network import Network
from symnn.notation.layout import symbols_of
from symnn.questions.description import in_variant
from symnn.questions.part import Part
from symnn.questions.placeholders import ending_decimal
from symnn.questions.variants import is_drawn
from symnn.verdicts.storing import stored
from symnn.web.lesson import Judged
from symnn.web.sketch import Draft, Sketch, Variant
from symnn.web.tutor import lines_of, read_by

__all__ = ["Author"]

VARIANTS = tuple(f"practice-{number}" if number else "" for number in range(10))
"""The seeds of the variants side by side: that of the pages of practice, and those after it."""


class Author:
    """One file of an exercise or a network; each state of it, by its ``stamp``, is read once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def draft(self, stamp: str) -> Draft:
        """Say what the file makes, as far as it makes anything."""
        text = read_text(self.path)
        if isinstance(text, Problem):
            return Draft((), problems=(text,))
        source = tuple(text.text.splitlines())
        found = self._exercise(stamp)
        if found is None:
            return Draft(source, problems=check_file(self.path), notes=notes_on(self.path), picture=self._network())
        lines = [part.file.place.line for part in found.parts] + [len(source) + 1]
        blocks = ["\n".join(source[line - 1 : end - 1]) for line, end in pairwise(lines)]
        return Draft(
            source,
            _both(found.title),
            _both(found.file.prompt),
            _drawn(found.network),
            tuple(
                _sketch(part, found.hashes[part.file.id], block)
                for part, block in zip(found.parts, blocks, strict=True)
            ),
        )

    def findings(self, stamp: str, part: str) -> tuple[Problem, ...]:
        """Prove a part as ``symnn check`` does."""
        found = self._exercise(stamp)
        return () if found is None or part not in found.by_id else tuple(check_part(found.part(part)))

    def judged(self, stamp: str, part: str, number: int, answer: str) -> Judged | None:
        """Say what is made of an answer in a variant."""
        found = self._exercise(stamp)
        if found is None or part not in found.by_id:
            return None
        asked = found.part(part)
        verdict = asked.grade(answer, seed=VARIANTS[number])
        return Judged(stored(verdict), rows=tuple(lines_of(asked, asked.kind.read(answer))))

    @lru_cache(maxsize=2)  # noqa: B019 - an author lives as long as its process
    def _exercise(self, stamp: str) -> Exercise | None:  # noqa: ARG002 - it belongs to the key
        return loaded_exercise(self.path).value

    def _network(self) -> str:
        """Draw a file of a network, if it is one that can be read."""
        try:
            return _drawn(network_named(self.path))
        except SymnnError:
            return ""


def _both(text: Bilingual) -> tuple[str, str]:
    return text.zh, text.en


def _drawn(network: Network) -> str:
    title = network.title.en or network.name
    return svg(network_picture(network), symbols_of(network.graph), title, alone=False)


def _sketch(part: Part, digest: str, block: str) -> Sketch:
    """Describe a part; its digest is of all that judges it, and of its own text."""
    about = part.file
    solution = part.solution()
    read = read_by(part, part.kind.read(solution)).read
    drawn = tuple(name for name, given in part.at.items() if is_drawn({name: given}))
    return Sketch(
        about.id,
        about.kind,
        float(about.points),
        _both(in_variant(about.ask, part, "")),
        about.place.line,
        blake2b(f"{digest}\x00{block}".encode(), digest_size=12).hexdigest(),
        tuple((option.id, _both(option.text)) for option in about.choices),
        tuple(_both(in_variant(hint, part, "")) for hint in about.hints),
        tuple((one.id, _both(in_variant(one.say, part, ""))) for one in about.feedback),
        solution,
        ShownAnswer(read.text or solution, read.latex),
        drawn,
        tuple(_variant(part, drawn, seed) for seed in VARIANTS) if drawn else (),
    )


def _variant(part: Part, drawn: tuple[str, ...], seed: str) -> Variant:
    numbers = part.numbers(seed)
    values = (numbers[name] for name in drawn)
    return Variant(tuple(ending_decimal(value) or str(float(value)) for value in values), part.solution(seed))
