"""An operation is one record: its words, shape, value, local derivatives, code, sign, and what is true of it.

Numbers and tensors share the record. An operation of numbers works on tensors entry by entry; one of tensors
says its shape, its entries and its pullback; a loss is both, for numbers and for vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, Literal, NoReturn, TypeAlias

from msgspec import Struct

from symnn.expressions.tree import Call, Constant, Name, Tree
from symnn.expressions.writing import plain
from symnn.ops.bounds import REAL_LINE, Bounds
from symnn.ops.grid import Grid
from symnn.ops.settings import Setting, Short, flat_settings, short_settings, whole_numbers
from symnn.ops.shapes import Shape, Unfit

__all__ = [
    "AXES",
    "AXIS",
    "EDGES",
    "WORDS",
    "Arithmetic",
    "Array",
    "Factors",
    "Kernel",
    "Layout",
    "Operation",
    "Pulled",
    "Steps",
    "TensorCall",
    "itself",
    "settled_arguments",
    "step_name",
]

Factors: TypeAlias = tuple[Tree, ...]
"""A local derivative as factors kept apart, in the lecture's order: ``(2, y - z)``, never ``2*y - 2*z``."""

Pulled: TypeAlias = tuple[Tree | None, ...]
"""For each tensor argument the term it gets from the error of the value; None where nothing flows."""

Steps: TypeAlias = tuple[tuple[tuple[Tree, Tree], ...], Tree]
"""Quantities of an operation's own (what it is, its tree) and the operation's value written through them."""

Array: TypeAlias = Any
"""A NumPy array; this package is loaded without NumPy."""


def _same(value: Any) -> Any:
    return value


class Arithmetic(Struct, frozen=True):
    """The functions of one kind of number: floats, NumPy arrays, balls, exact expressions.

    ``step`` is 1 above 0, 0 below, and the declared convention at 0. ``ties`` says which of several equal
    maxima counts: the ``first``, or all of them in equal ``shared`` parts. ``weakly(w, l)`` is the product w·l
    where l is a logarithm: 0·log 0 = 0, since any power goes faster to 0 than a logarithm to infinity.
    ``choose(a, above, below)`` is the second where a lies above 0, else the third: what is not chosen may be undefined.
    ``kept`` is what is kept of a quantity's value: fractions that have grown too long become balls.
    Of floats and arrays of them ``in_arrays`` gives what NumPy computes, for which there are numbers with a wider
    exponent; ``strict`` gives single floats that raise ArithmeticError or ValueError where such numbers are needed.
    """

    number: Callable[[int, int], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    log1p: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    abs: Callable[[Any], Any]
    sign: Callable[[Any], Any]
    step: Callable[[Any], Any]
    maximum: Callable[[Any, Any], Any]
    minimum: Callable[[Any, Any], Any]
    choose: Callable[[Any, Any, Any], Any]
    power: Callable[[Any, Any], Any]
    divide: Callable[[Any, Any], Any]
    weakly: Callable[[Any, Any], Any]
    floor: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    cos: Callable[[Any], Any]
    tan: Callable[[Any], Any]
    asin: Callable[[Any], Any]
    acos: Callable[[Any], Any]
    atan: Callable[[Any], Any]
    erf: Callable[[Any], Any]
    sinh: Callable[[Any], Any]
    cosh: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    pi: Any
    e: Any
    ties: str = "first"
    kept: Callable[[Any], Any] = _same
    in_arrays: Callable[[], Arithmetic] | None = None
    strict: Callable[[], Arithmetic] | None = None


Layout: TypeAlias = Literal[
    "call", "root", "bars", "squared", "length", "power", "inverse", "alone", "slice", "rows", "cases"
]
"""How the sign of an operation stands to its argument."""


EDGES: Final = ("keep_edge", "floor")
"""What becomes of a window that the edge cuts off: it keeps the cells it has, or it does not exist."""

AXES: Final = ("rows", "columns", "all")
"""What an operation that takes entries together may be taken of: each row, each column, the whole."""

WORDS: Final = frozenset((*AXES, *EDGES))
"""Every word that may stand behind the arguments of an operation."""

AXIS: Final = Setting("axis", 0, words=AXES)
"""The last setting of an operation that may be taken along an axis."""


class TensorCall(Struct, frozen=True):
    """A call taken apart: its tensor arguments with their shapes, and its settings by position."""

    arguments: tuple[Tree, ...]
    shapes: tuple[Shape, ...]
    settings: tuple[int, ...]


def _absent(*_: Any) -> NoReturn:
    """Stand where an operation of numbers has no rule for tensors, or one of tensors none for numbers."""
    message = "this operation has no such rule"
    raise TypeError(message)


def _smooth(*_: Tree) -> tuple[Tree, ...]:
    return ()


def itself(argument: Tree) -> tuple[Tree, ...]:
    """Say that a function has its kink, its jump or its end where its argument is 0."""
    return (argument,)


Kernel: TypeAlias = Callable[[TensorCall, tuple[Array, ...], str], Array]
"""Gives the value of a call from the arrays of its tensor arguments and what a tie in pooling means."""


ORIGIN = (Fraction(0), Fraction(0))


class Operation(Struct, frozen=True, kw_only=True):
    """One operation: everything the program knows of it, for every interpretation.

    Of numbers, and so entry by entry (`of_numbers` says whether it has these):
    ``value(m, *arguments)`` computes it in the arithmetic ``m``.
    ``partials(v, *arguments)`` gives, for each argument, the local derivative as factors in lecture order,
    where ``v`` is the tree that names the operation's own value (so that σ' is ``v (1 - v)``).
    ``definition(*arguments)`` writes it through more elementary operations; None means it is elementary.
    Where that hides what a convention decides, ``by_convention(at_zero, ties)`` gives the exact definition.
    ``whole(*arguments)`` does the same for whole tensors.

    Of tensors (`of_tensors`):
    ``shape(call)`` gives the shape of the value or raises `Unfit` with both shapes.
    ``entries(call, grids)`` writes the value entry by entry: the meaning that everything else must agree with.
    ``pullback(call, delta, value)`` gives, for each argument, the term of its error as a tree of tensors,
    where ``delta`` is the error of the value and ``value`` the tree that names the value.
    ``steps(call)`` writes the value through quantities of its own, each called by `step_name`, where every entry
    needs the same numbers, as the mean (else None): without them expansion would be quadratic.
    ``work(call)`` counts the entries of which one entry of the value is made, where these are many.
    ``kernel(call, arrays, ties)`` gives the value from NumPy arrays that may have one batch axis before their own.

    How it is read and written:
    ``words`` are spellings beside the name and the capitalised name, Unicode signs among them.
    ``arity`` is the fewest and the most arguments; ``defaults`` are the last ones where they are not written.
    Of a ``ranked`` one the first argument is a whole number, written as one: which of the others is meant, from 1.
    ``gathered`` names the operation that it is of one tensor, alone or along an axis: ``max(X, rows)``.
    ``along_rows`` names the operation that it is of the rows of several matrices: ``concat(A, B, axis=1)``.
    Of a ``choosing`` one the first argument says by its sign which other counts; that alone needs a value there.
    ``settings`` are the trailing whole numbers of a tensor call: ``conv(X, K, 2, 1)`` has stride 2, padding 1.
    ``sign`` is how the course calls it, spelled as a name (``σ``, ``ReLU``, ``conv'_K``), ``layout`` how the sign
    stands to the argument. ``below(settings)`` stands below the sign instead of the settings between the brackets.
    ``explained`` is the code of the sentence that tells what it is where a derivation brings it in.

    What is true of it (numbers):
    ``kinks(*arguments)`` are trees that are 0 exactly where it, or its slope, jumps or ends (of floor: those by 0).
    ``conventions`` are those of a network that decide its slope there, or what it means.
    ``domain`` bounds the arguments where it is defined, ``range`` its values. ``trend`` is 1 where it rises
    throughout its domain, -1 where it falls. ``parity`` is 1 for an even function, -1 for an odd one.
    ``anchor`` is a point of its graph with exact coordinates; ``inverse(value)`` the argument that gives a value.
    ``logarithm(*arguments)`` writes log of its value, ``complement(*arguments)`` 1 minus it, so that no digit is lost
    where floats have only 0 or 1 for the value.
    Where a ``weak`` one is infinite, a product with 0 is 0: that is so for log. A ``rooted`` one takes a root of
    what may be a square: a sign is hidden in it, as sqrt(x^2)/x is one.

    Code: ``numpy`` with ``{0}``, ``{1}`` for the arguments; ``tensor_numpy`` that of whole tensors, with
    ``{axes}`` (how many axes the first argument has), ``{over}`` (which they are) and ``{rest}`` (those behind as
    many as the first setting says), and the functions of `symnn.ops.array_kernels`. ``sympy`` names SymPy's function.

    In teaching: ``role`` says what a network uses it for; ``called`` is the code of its words inside a sentence
    where its name would not do; ``confusable`` names what it is mistaken for.
    """

    name: str
    value: Callable[..., Any] = _absent
    partials: Callable[..., tuple[Factors, ...]] = _absent
    definition: Callable[..., Tree] | None = None
    by_convention: Callable[[Fraction, str], Callable[..., Tree]] | None = None
    whole: Callable[..., Tree] | None = None

    shape: Callable[[TensorCall], Shape] = _absent
    entries: Callable[[TensorCall, tuple[Grid, ...]], Grid] = _absent
    pullback: Callable[[TensorCall, Tree, Tree], Pulled] = _absent
    steps: Callable[[TensorCall], Steps | None] | None = None
    kernel: Kernel = _absent
    work: Callable[[TensorCall], int] | None = None

    words: tuple[str, ...] = ()
    arity: tuple[int, int] = (1, 1)
    defaults: tuple[Tree, ...] = ()
    ranked: bool = False
    choosing: bool = False
    gathered: str = ""
    along_rows: str = ""
    settings: tuple[Setting, ...] = ()
    sign: str = ""
    layout: Layout = "call"
    below: Callable[[tuple[int, ...]], str] | None = None
    explained: str = ""

    kinks: Callable[..., tuple[Tree, ...]] = _smooth
    conventions: tuple[Literal["relu_at_zero", "ties", "kernel", "pooling"], ...] = ()
    domain: Bounds = REAL_LINE
    range: Bounds = REAL_LINE
    trend: Literal[-1, 0, 1] = 0
    weak: bool = False
    rooted: bool = False
    parity: Literal[-1, 0, 1] = 0
    anchor: tuple[Fraction, Fraction] | None = None
    inverse: Callable[[Tree], Tree] | None = None
    logarithm: Callable[..., Tree] | None = None
    complement: Callable[..., Call] | None = None

    numpy: str = ""
    tensor_numpy: str = ""
    sympy: str = ""

    role: Literal["", "activation", "loss", "pooling", "convolution"] = ""
    called: str = ""
    confusable: tuple[str, ...] = ()

    @property
    def of_numbers(self) -> bool:
        """Whether it has a value for numbers, and so works on tensors entry by entry."""
        return self.value is not _absent

    @property
    def of_tensors(self) -> bool:
        """Whether it has a value for whole tensors."""
        return self.entries is not _absent

    @property
    def is_function(self) -> bool:
        """Whether it is a function of one number, which a unit may apply to its weighted sum."""
        return self.of_numbers and self.arity[0] == 1

    @property
    def is_unit(self) -> bool:
        """Whether it makes a unit of a layer: no loss, no pooling, no arrangement of entries."""
        return self.role == "activation" or not self.of_tensors

    @property
    def has_kinks(self) -> bool:
        """Whether it has kinks of its own; one made of others may still bring theirs in."""
        return self.kinks is not _smooth

    @property
    def has_axis(self) -> bool:
        """Whether it can be taken of each row or each column of a matrix."""
        return bool(self.settings) and self.settings[-1] is AXIS

    @property
    def words_behind(self) -> tuple[str, ...]:
        """The words that may stand behind its arguments: for an axis, or for what becomes of the edge."""
        return self.settings[-1].words if self.settings else ()

    def laid_out(self, given: tuple[Short, ...]) -> tuple[int, ...]:
        """Lay settings out flat that a program writes short."""
        return flat_settings(self.settings, given)

    def shortened(self, settings: tuple[int, ...]) -> tuple[Short, ...]:
        """Write settings short, as a program does."""
        return short_settings(self.settings, settings)

    def code(self, settings: tuple[int, ...]) -> str:
        """Give the NumPy code of whole tensors; empty where the kernel does it, as along an axis."""
        return "" if self.has_axis and settings[-1] else self.tensor_numpy

    @property
    def written_arity(self) -> tuple[int, int]:
        """The fewest and the most arguments a call may be written with, settings included."""
        return self.arity[0], self.arity[1] + len(self.settings)

    def filled(self, arguments: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """Give the arguments with the defaults of those that are not written."""
        left_out = self.arity[1] - len(arguments)
        return (
            (*arguments, *self.defaults[len(self.defaults) - left_out :]) if self.defaults and left_out else arguments
        )

    def works_entrywise(self, shapes: tuple[Shape, ...]) -> bool:
        """Say whether it works entry by entry on arguments of these shapes: a loss does between two numbers."""
        return self.of_numbers and not (self.of_tensors and any(shapes))


def step_name(meant: Tree) -> Name:
    """Name a quantity that an operation brings in by what it is: ``mean(x)`` can be read back wherever it stands."""
    return Name(plain(meant))


def settled_arguments(node: Call, operation: Operation) -> tuple[tuple[Tree, ...], tuple[int, ...]]:
    """Part the arguments of a call into tensors and settings, laid out flat; defaults fill what is not written.

    Raises: `Unfit` for a number of arguments, or a setting, that the operation does not have.
    """
    least, most = operation.arity
    tensors, word = _without_word(node.arguments, operation)
    counted = operation.settings[: len(operation.settings) - bool(operation.words_behind)]
    several = any(setting.parts > 1 for setting in counted)
    numbers: list[tuple[int, ...]] = []
    while (
        len(tensors) > least and len(numbers) < len(counted) and (found := whole_numbers(tensors[-1], several=several))
    ):
        numbers.insert(0, found)
        tensors = tensors[:-1]
    is_number = len(tensors) > most and bool(whole_numbers(tensors[-1], several=False))
    if operation.has_axis and (numbers == [(0,)] or (numbers and word) or is_number):
        raise Unfit("axis-number", function=operation.name)
    if not least <= len(tensors) <= most:
        raise Unfit("arguments", function=operation.name, expected=least, got=len(tensors))
    values: list[int] = []
    for place, setting in enumerate(counted):
        given = numbers[place] if place < len(numbers) else (setting.default,) if setting.default is not None else ()
        laid_out = setting.laid_out(given) if given else None
        if laid_out is None:
            raise Unfit("setting", function=operation.name, setting=setting.name, least=setting.least)
        values += laid_out
    return tensors, (*values, word) if operation.words_behind else tuple(values)


def _without_word(arguments: tuple[Tree, ...], operation: Operation) -> tuple[tuple[Tree, ...], int]:
    """Take the word of the last setting off the arguments; 0 where there is none."""
    last, words = arguments[-1] if arguments else None, operation.words_behind
    if isinstance(last, Constant) and last.name in words:
        return arguments[:-1], words.index(last.name) + 1
    return arguments, 0
