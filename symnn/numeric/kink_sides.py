"""Kinks: an arithmetic, and code, that note on which side of each of them their arguments lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.ops.operation import Arithmetic

__all__ = ["SIDES", "Kinks", "watched", "zeros_watched"]

SIDES: Final = frozenset({"heaviside", "sign"})
"""NumPy's functions of the operations that say on which side of 0 a number lies."""


def watched(m: Arithmetic) -> tuple[Arithmetic, list[Any]]:
    """Give an arithmetic of single numbers that lists the sides: the sign of what a kink compares with 0, a floor.

    >>> from symnn.numeric.arithmetic import floats
    >>> m, sides = watched(floats())
    >>> m.maximum(2.0, 3.0), m.step(0.0), sides
    (3.0, 0, [-1.0, 0.0])
    """
    sides: list[Any] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(a: Any, *rest: Any) -> Any:
            sides.append(m.sign(a - rest[0]) if rest else m.sign(a))
            return function(a, *rest)

        return evaluate

    def floor(a: Any) -> Any:
        sides.append(m.floor(a))
        return sides[-1]

    def choose(a: Any, above: Any, below: Any) -> Any:
        sides.append(m.sign(a))
        return m.choose(a, above, below)

    return replace(
        m,
        abs=noting(m.abs),
        sign=noting(m.sign),
        step=noting(m.step),
        maximum=noting(m.maximum),
        minimum=noting(m.minimum),
        choose=choose,
        floor=floor,
        in_arrays=None,
    ), sides


def zeros_watched(m: Arithmetic) -> tuple[Arithmetic, list[Any]]:
    """Give an arithmetic of arrays that lists where a sign or a step is asked of 0."""
    zeros: list[Any] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(a: Any, *rest: Any) -> Any:
            zeros.append(a == 0)
            return function(a, *rest)

        return evaluate

    noted = replace(m, sign=noting(m.sign), step=noting(m.step), choose=noting(m.choose))
    return replace(noted, in_arrays=lambda: noted), zeros


class Kinks:
    """Counts where code asks on which side of 0 a number lies, and it is 0, and where pooling finds ties."""

    def __init__(self, namespace: dict[str, Any], pooling: Mapping[str, Callable[..., Any]]) -> None:
        """Put counting functions into the namespace of code; ``pooling`` shares ties in another way than it does."""
        self.count = 0
        np = namespace["np"]
        namespace["np"] = _Counting(np, self.noting)
        for name in SIDES.intersection(namespace):
            namespace[name] = self.noting(namespace[name])
        for name, other in pooling.items():
            namespace[name] = self._comparing(namespace[name], other)

    def noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that counts the zeros of its first argument."""

        def evaluate(a: Any, *rest: Any, **places: Any) -> Any:
            zeros = a == 0
            if zeros is True or (zeros is not False and zeros.any()):
                self.count += int(zeros.sum()) if zeros is not True else 1
            return function(a, *rest, **places)

        return evaluate

    def _comparing(self, function: Callable[..., Any], other: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(*arrays: Any) -> Any:
            found = function(*arrays)
            self.count += int((found != other(*arrays)).sum())
            return found

        return evaluate

    def counting(self, function: Callable[..., Any]) -> Callable[..., tuple[Any, int]]:
        """Give a function that tells, beside its value, what was counted meanwhile."""

        def evaluate(*given: Any) -> tuple[Any, int]:
            self.count = 0
            return function(*given), self.count

        return evaluate


class _Counting:
    """NumPy, but for the functions that say on which side of 0 a number lies."""

    def __init__(self, module: Any, noting: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._module = module
        for name in SIDES:
            setattr(self, name, noting(getattr(module, name)))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        setattr(self, name, found)
        return found
