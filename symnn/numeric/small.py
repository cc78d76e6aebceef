"""Exponentials that are too small for the digits of a float, and whether that matters.

It does in exp(-800) exp(790), and not in 1 + exp(-800). Where all that comes out is the same with somewhat larger
ones, it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from symnn.ops import named

__all__ = ["ENDING", "Raised", "is_alike", "kept"]

ENDING: Final = frozenset({named.EXP, "pow"})
"""What compiled code calls exponentials."""

_SMALLEST: Final = 2.5e-308
"""The smallest float with all its digits, and a little."""

_FEW: Final = 1e-290
"""What is smaller is the same as 0."""

_CLOSE: Final = 1e-12


class Raised:
    """NumPy, in which no exponential is too small for a float with all its digits."""

    def __getattr__(self, name: str) -> Any:
        """Give what NumPy has by that name."""
        import numpy as np

        found = getattr(np, name)
        return (lambda *given, **more: np.add(found(*given), _SMALLEST, **more)) if name in _RAISED else found


_RAISED: Final = frozenset({named.EXP, "power"})


def kept(exponential: Callable[..., float]) -> Callable[..., float]:
    """Let an exponential of floats raise where it loses digits, as it does where it overflows."""

    def evaluate(*given: float) -> float:
        found = exponential(*given)
        if found < _SMALLEST and given[0] != 0:
            raise OverflowError
        return found

    return evaluate


def is_alike(found: tuple[Mapping[str, Any], ...], raised: tuple[Mapping[str, Any], ...]) -> bool:
    """Say whether two passes give the same, up to rounding and what is as small as nothing."""
    import numpy as np

    return all(
        bool(np.allclose(value, other[name], rtol=_CLOSE, atol=_FEW))
        for part, other in zip(found, raised, strict=True)
        for name, value in part.items()
    )
