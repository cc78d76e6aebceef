"""What an exercise file holds, as its author wrote it: texts with places, nothing read as mathematics yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.documents.domain import Domains
from symnn.errors import Place
from symnn.questions.fields import NOTHING, PartFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.documents.containers import Nested
    from symnn.documents.kinds import Bilingual
    from symnn.documents.node import Source

__all__ = ["ExerciseFile"]


class ExerciseFile(Struct, frozen=True):
    """A whole exercise; ``use`` names a network, or ``equations`` gives one."""

    id: str
    title: Bilingual
    prompt: Bilingual
    parts: tuple[PartFile, ...]
    source: str | Bilingual = ""
    use: str = ""
    equations: Source | None = None
    shapes: Mapping[str, tuple[int, ...]] = NOTHING
    index: Mapping[str, tuple[int, int]] = NOTHING
    functions: Mapping[str, Source] = NOTHING
    parameters: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    own_argument: str = ""
    samples: str = ""
    names: tuple[str, ...] = ()
    values: Mapping[str, Nested] = NOTHING
    domain: Domains = Domains()
    place: Place = Place("")
    symnn: int = 1
