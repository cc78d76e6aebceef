"""The closed table of operations by name: each fact about one of them stands in its record and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.ops import activations
from symnn.ops.arrangement import ARRANGEMENT
from symnn.ops.depthwise import DEPTHWISE
from symnn.ops.diagonals import DIAGONALS
from symnn.ops.elementary import ELEMENTARY
from symnn.ops.extremes import EXTREMES
from symnn.ops.focal import FOCAL_LOSS
from symnn.ops.image import IMAGE
from symnn.ops.losses import LOSSES
from symnn.ops.margins import MARGINS
from symnn.ops.matrix_functions import MATRIX_FUNCTIONS
from symnn.ops.modern import MODERN
from symnn.ops.operation import Operation
from symnn.ops.peaks import PEAKS
from symnn.ops.pooling import POOLING
from symnn.ops.reductions import REDUCTIONS
from symnn.ops.similarity import SIMILARITY
from symnn.ops.slices import SLICES

__all__ = ["ACTIVATIONS", "CHOOSING", "OF_NUMBERS", "OF_TENSORS", "OPERATIONS", "TENSOR_ARITIES", "mistaken_for"]

RECORDS = (
    *ELEMENTARY,
    *EXTREMES,
    *activations.ACTIVATIONS,
    *MODERN,
    *LOSSES,
    *MARGINS,
    *FOCAL_LOSS,
    *SIMILARITY,
    *REDUCTIONS,
    *PEAKS,
    *ARRANGEMENT,
    *SLICES,
    *DIAGONALS,
    *MATRIX_FUNCTIONS,
    *IMAGE,
    *DEPTHWISE,
    *POOLING,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({one.name: one for one in RECORDS})
"""Every operation: ``OPERATIONS["sigmoid"].partials`` is f(1 - f), ``OPERATIONS["conv"].pullback`` sends errors."""

OF_NUMBERS: Mapping[str, Operation] = MappingProxyType(
    {name: one for name, one in OPERATIONS.items() if one.of_numbers}
)
"""Those that have a value for numbers, and work on tensors entry by entry."""

OF_TENSORS: Mapping[str, Operation] = MappingProxyType(
    {name: one for name, one in OPERATIONS.items() if one.of_tensors}
)
"""Those that take whole tensors; the losses are in both."""

TENSOR_ARITIES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {name: one.written_arity for name, one in OF_TENSORS.items() if not one.of_numbers}
)
"""How many arguments those can be written with that exist only where there are tensors: ``conv`` has 2 to 4."""

ACTIVATIONS: tuple[str, ...] = tuple(name for name, one in OF_NUMBERS.items() if one.role == "activation")
"""The functions that a unit usually applies to its weighted sum."""

CHOOSING: frozenset[str] = frozenset(name for name, one in OF_NUMBERS.items() if one.choosing)
"""Those that have the value of one of their arguments, whatever the other is."""


def mistaken_for(name: str) -> tuple[str, ...]:
    """Name what is taken for an operation: as its record says, and any activation for a function without record.

    >>> mistaken_for("max_pool"), "tanh" in mistaken_for("my own function")
    (('avg_pool',), True)
    """
    known = OPERATIONS.get(name)
    return known.confusable if known is not None and known.confusable else ACTIVATIONS
