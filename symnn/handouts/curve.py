"""The loss over the iterations as a small SVG picture, the loss on a logarithmic scale where it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from symnn.handouts.digits import shown
from symnn.notation.mathml import escaped

__all__ = ["curve"]

WIDTH: Final = 640
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 30, 45
MOST_POINTS: Final = 1000
TICKS: Final = 5


def curve(losses: Sequence[tuple[int, float]], name: str) -> str:
    """Draw the losses, each with its iteration; what is not finite is left out.

    >>> curve([(0, 1.0), (1, 0.1), (2, 0.01)], "E").count("<polyline")
    1
    """
    finite = [(k, loss) for k, loss in losses if math.isfinite(loss)]
    logarithmic = bool(finite) and all(loss > 0 for _, loss in finite)
    heights = [(k, math.log10(loss) if logarithmic else loss) for k, loss in finite] or [(0, 0.0)]
    across = _Scale(heights[0][0], heights[-1][0], LEFT, WIDTH - RIGHT)
    up = _Scale(min(y for _, y in heights), max(y for _, y in heights), HEIGHT - BOTTOM, TOP)
    points = " ".join(f"{across.at(k):.1f},{up.at(y):.1f}" for k, y in _thinned(heights))
    body = [*_across(across), *_up(up, logarithmic=logarithmic)]
    body.append(f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>')
    body.append(f'<text x="{LEFT}" y="{TOP - 12}" font-style="italic">{escaped(name)}</text>')
    body.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end" font-style="italic">k</text>')
    inside = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="serif" font-size="13">\n<rect width="100%" height="100%" fill="#fff"/>\n{inside}\n</svg>\n'
    )


class _Scale:
    """Values to places on the paper."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = (low, high) if high > low else (low - 0.5, high + 0.5)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        """Give the place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, *, whole: bool) -> list[float]:
        """Give some round values between the ends."""
        step = 10 ** math.floor(math.log10((self.high - self.low) / TICKS))
        while (self.high - self.low) / step > TICKS:
            step *= 2 if (self.high - self.low) / step <= 2 * TICKS else 5
        step = max(1.0, round(step)) if whole else step
        first = math.ceil(self.low / step)
        return [k * step for k in range(first, math.floor(self.high / step) + 1)]


def _across(scale: _Scale) -> list[str]:
    base = HEIGHT - BOTTOM
    lines = [f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="#333"/>']
    for tick in scale.ticks(whole=True):
        x = scale.at(tick)
        lines.append(f'<line x1="{x:.1f}" y1="{base}" x2="{x:.1f}" y2="{base + 5}" stroke="#333"/>')
        lines.append(f'<text x="{x:.1f}" y="{base + 19}" text-anchor="middle">{tick:.0f}</text>')
    return lines


def _up(scale: _Scale, *, logarithmic: bool) -> list[str]:
    lines = [f'<line x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{HEIGHT - BOTTOM}" stroke="#333"/>']
    for tick in scale.ticks(whole=False):
        y = scale.at(tick)
        label = shown(10**tick if logarithmic else tick).digits
        lines.append(f'<line x1="{LEFT - 5}" y1="{y:.1f}" x2="{LEFT}" y2="{y:.1f}" stroke="#333"/>')
        lines.append(f'<text x="{LEFT - 9}" y="{y + 4:.1f}" text-anchor="end">{escaped(label)}</text>')
    return lines


def _thinned(heights: list[tuple[int, float]]) -> list[tuple[int, float]]:
    step = max(1, len(heights) // MOST_POINTS)
    return [*heights[:-1:step], heights[-1]]
