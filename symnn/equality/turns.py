"""Complex numbers as pairs of trees: what turns by an angle."""

from __future__ import annotations

from msgspec import Struct

from symnn.expressions.tree import Negative, Number, Product, Quotient, Sum, Tree
from symnn.ops import named

__all__ = ["NO_TURN", "Turn"]


class Turn(Struct, frozen=True):
    """A complex number: real and imaginary part."""

    real: Tree
    imaginary: Tree

    def times(self, other: Turn) -> Turn:
        """Multiply two numbers: one turn after the other."""
        if self == NO_TURN:
            return other
        return Turn(
            Sum((Product((self.real, other.real)), Negative(Product((self.imaginary, other.imaginary))))),
            Sum((Product((self.real, other.imaginary)), Product((self.imaginary, other.real)))),
        )

    def raised(self, power: int) -> Turn:
        """Turn so many times, backwards if it is negative: this is the inverse for numbers of length 1."""
        one = self if power >= 0 else Turn(self.real, Negative(self.imaginary))
        result = NO_TURN
        for _ in range(abs(power)):
            result = result.times(one)
        return result

    def named(self, function: str) -> Tree:
        """Give the part that is the cosine, the sine or the tangent, up to the length of the number."""
        if function == named.TAN:
            return Quotient(self.imaginary, self.real)
        return self.imaginary if function == named.SIN else self.real


NO_TURN = Turn(Number(1), Number(0))
