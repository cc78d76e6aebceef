"""Emitted programs where floats end: the same lines once more, in balls, at rising precision.

Balls have an exponent without bounds, and as many digits as it takes to tell a sigmoid from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial, wraps
from types import FunctionType
from typing import Any, Final

import numpy as np

from symnn.numeric.balls import balls, double, precision
from symnn.numeric.interpreter import by_entries
from symnn.numeric.tracing import PRECISIONS, as_exact
from symnn.ops import array_kernels
from symnn.ops.operation import Operation, TensorCall
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

__all__ = ["beyond_floats", "operated"]

Results = tuple[dict[str, Any], dict[str, Any]]
Program = Callable[[Mapping[str, Any]], Results]

_OF_NUMPY: Final = re.compile(r"np\.(\w+)\(\{0\}(?:, \{1\})?\)")
_WHOLE: Final = re.compile(r"(\w+)\(\{0\}, \{axes\}\)")


def beyond_floats(program: Program) -> Program:
    """Let a program compute in floats and, where one on the way ends or is none, again in balls.

    What they do not settle either, as 0/0, is left as NumPy has it, with NumPy's warning.

    >>> from numpy import exp
    >>> @beyond_floats
    ... def at_one_point(given):
    ...     t1 = exp(given["a"])
    ...     return {"y": t1 / (1 + t1)}, {}
    >>> at_one_point({"a": 800.0})
    ({'y': 1.0}, {})
    """

    @wraps(program)
    def computed(given: Mapping[str, Any]) -> Results:
        try:
            with np.errstate(all="raise"):
                found = program(given)
        except (ArithmeticError, ValueError):
            pass
        else:
            if all(bool(np.isfinite(value).all()) for part in found for value in part.values()):
                return found
        return _in_balls(program, given) or program(given)

    return computed


def operated(record: Operation, call: TensorCall, arguments: tuple[Any, ...]) -> Any:
    """Apply a tensor operation to arrays of balls, entry by entry."""
    return _each(_ball)(by_entries(balls(), record, call, tuple(map(_each(_ball), arguments))))


def _in_balls(program: Program, given: Mapping[str, Any]) -> Results | None:
    """Run the same lines in balls; None where no precision settles what comes out."""
    again = _again(program)
    for bits in PRECISIONS:
        with precision(bits), np.errstate(all="ignore"):
            found = again({name: _each(_ball)(np.asarray(value, dtype=float)) for name, value in given.items()})
            values, gradients = ({name: _each(_float)(one) for name, one in part.items()} for part in found)
        if not any(None in np.ravel(one) for part in (values, gradients) for one in part.values()):
            return _as_floats(values), _as_floats(gradients)
    return None


def _as_floats(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value.astype(float) if isinstance(value, np.ndarray) else value for name, value in part.items()}


def _ball(value: Any) -> Any:
    from flint import arb

    return value if isinstance(value, arb) else arb(as_exact(value) if isinstance(value, float | int) else value)


def _told(value: Any) -> Any:
    """Take a ball that cannot be told from 0 at the highest precision as 0: so it is where two maxima tie."""
    from flint import arb, ctx

    return arb(0) if ctx.prec >= PRECISIONS[-1] and value.contains(0) else value


def _float(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else double(value)


def _again(program: Program) -> Program:
    """Give a function of the same lines, in which every name of a function of NumPy means that of balls."""
    if not isinstance(program, FunctionType):
        return program
    known = _functions()
    named = {
        name: _Numpy() if one is np else known.get(one, one) if callable(one) else one
        for name, one in program.__globals__.items()
    }
    return FunctionType(program.__code__, named)


class _Numpy:
    """NumPy, with the functions of balls."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        return _functions().get(found, found) if callable(found) else found


def _each(function: Callable[..., Any], arguments: int = 1) -> Callable[..., Any]:
    """Apply to numbers, and to arrays entry by entry."""
    entrywise: Callable[..., Any] = np.frompyfunc(function, arguments, 1)
    return entrywise


@cache
def _functions() -> Mapping[Callable[..., Any], Callable[..., Any]]:
    """Give, for functions that programs call, those of balls."""
    m = balls()

    def of_balls(function: Callable[..., Any], arguments: int) -> Callable[..., Any]:
        return _each(lambda *given: _ball(function(*map(_ball, given))), arguments)

    found: dict[Callable[..., Any], Callable[..., Any]] = {
        np.heaviside: of_balls(lambda a, at: at if (told := _told(a)) == 0 else m.step(told), 2),
        np.where: of_balls(lambda holds, a, b: b if holds == 0 else a, 3),
        np.clip: of_balls(lambda a, low, high: m.minimum(m.maximum(a, low), high), 3),
        np.logaddexp: of_balls(lambda a, b: m.log(m.exp(a) + m.exp(b)), 2),
        np.float_power: of_balls(m.power, 2),
        np.power: of_balls(m.power, 2),
        array_kernels.weakly: of_balls(m.weakly, 2),
        array_kernels.weakly_over: of_balls(lambda w, under: w if w == 0 and under == 0 else m.divide(w, under), 2),
        array_kernels.erf: of_balls(m.erf, 1),
    }
    found[array_kernels.weak_matmul] = partial(array_kernels.weak_matmul, by=found[array_kernels.weakly])
    for one in OF_NUMBERS.values():
        if (code := _OF_NUMPY.fullmatch(one.numpy)) is not None:
            function = lambda *given, one=one: one.value(m, *given)  # noqa: E731
            found[getattr(np, code[1])] = of_balls(function, 1 + ("{1}" in code[0]))
    found[np.sign] = of_balls(lambda a: m.sign(_told(a)), 1)
    for one in OF_TENSORS.values():
        if (code := _WHOLE.fullmatch(one.tensor_numpy)) is not None:
            found[getattr(array_kernels, code[1])] = lambda a, _, one=one: operated(
                one, TensorCall((), (np.shape(a),), one.laid_out(())), (a,)
            )
    return found
