"""How a window slides over an image: the one record of convolution and pooling, for pages and for arrays.

An image is H×W, or C×H×W with channels; a signal has no columns and is L, or C×L. Arrays are laid out as
channels, rows and columns here, 1 for what an image does not have, any batch axis before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product as all_of
from typing import Final

from msgspec import Struct

from symnn.ops.array_kernels import lead
from symnn.ops.operation import Array
from symnn.ops.settings import AROUND, BOTH, Setting
from symnn.ops.shapes import Shape, Unfit, as_image, shape_text

__all__ = [
    "FLAT",
    "SLIDE",
    "SLIDE_ALONG",
    "SLIDE_LENGTH",
    "Along",
    "Sliding",
    "beneath",
    "folded_windows",
    "framed",
    "pair",
    "sliding",
    "windows",
]

FLAT: Final = 2
"""How many axes an image without channels has."""

SLIDE: Final[tuple[Setting, ...]] = (
    Setting("stride", 1, 1, parts=BOTH),
    Setting("padding", 0, parts=AROUND),
    Setting("dilation", 1, 1, parts=BOTH),
    Setting("groups", 1, 1),
)
SLIDE_ALONG: Final[tuple[Setting, ...]] = (
    Setting("stride", 1, 1),
    Setting("padding", 0, parts=BOTH),
    Setting("dilation", 1, 1),
    Setting("groups", 1, 1),
)
"""Those of signals: two numbers of padding lie before and behind them."""
SLIDE_LENGTH: Final = sum(setting.parts for setting in SLIDE)
"""How many numbers these are, laid out flat."""


class Along(Struct, frozen=True):
    """A window that moves along one axis: ``before`` and ``behind`` it lie so many zeros.

    ``keeps`` says that a window that the edge cuts off keeps the cells it has; without it there is no such window.
    """

    length: int
    window: int
    stride: int = 1
    before: int = 0
    behind: int = 0
    dilation: int = 1
    keeps: bool = False

    @property
    def places(self) -> int:
        """Count the windows; none begins behind the edge. 0 or less where the window is too long.

        >>> Along(7, 2, 2).places, Along(7, 2, 2, keeps=True).places, Along(6, 2, 3, keeps=True).places
        (3, 4, 2)
        """
        room = self.length + self.before + self.behind - (self.window - 1) * self.dilation - 1
        if not self.keeps or room < 0:
            return room // self.stride + 1
        return min(-(-room // self.stride) + 1, -(-(self.length + self.before) // self.stride))

    def inside(self, place: int) -> list[tuple[int, int]]:
        """List the cells of a window that lie on the image, each with its place there."""
        start = place * self.stride - self.before
        cells = ((cell, start + cell * self.dilation) for cell in range(self.window))
        return [(cell, at) for cell, at in cells if 0 <= at < self.length]

    def covered(self, place: int) -> int:
        """Count the cells of a window on the image and the zeros around it."""
        left = self.length + self.before + self.behind - place * self.stride
        return min(self.window, -(-left // self.dilation))

    def slices(self) -> list[tuple[slice, slice]]:
        """Give for each cell of the window where it lies on the image, and in which windows it exists there."""
        found = []
        for cell in range(self.window):
            offset = cell * self.dilation - self.before
            first = max(0, -(offset // self.stride))
            last = min(self.places - 1, (self.length - 1 - offset) // self.stride)
            count = max(0, last + 1 - first)
            start = first * self.stride + offset
            on_image = slice(start, start + count * self.stride, self.stride) if count else slice(0, 0)
            found.append((on_image, slice(first, first + count)))
        return found


class Sliding(Struct, frozen=True):
    """How windows slide: numbers of kernels and channels (0: that axis does not exist), and the way along each axis."""

    channels: int
    down: Along
    across: Along
    kernels: int = 0
    groups: int = 1
    is_signal: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether one square kernel slides by single steps, without padding, to a map of rows and columns."""
        down, across = self.down, self.across
        single = not self.kernels and not self.channels and down.window == across.window
        bare = all(way == Along(way.length, way.window) for way in (down, across))
        return single and bare and min(down.places, across.places, down.window) > 1

    @property
    def is_one_place(self) -> bool:
        """Whether one kernel lies on the whole image and nowhere else."""
        padded = any(way.before or way.behind for way in (self.down, self.across))
        return not self.kernels and not padded and self.image == self.kernel

    @property
    def image(self) -> Shape:
        """The shape of the image."""
        return (*_of(self.channels), *self._planar(self.down.length, self.across.length))

    @property
    def kernel(self) -> Shape:
        """The shape of all kernels together."""
        inner = self.channels // self.groups
        return (*_of(self.kernels), *_of(inner), *self._planar(self.down.window, self.across.window))

    @property
    def map(self) -> Shape:
        """The shape of the feature maps."""
        return (*_of(self.kernels), *self._planar(self.down.places, self.across.places))

    @property
    def pooled(self) -> Shape:
        """The shape of the pooled maps: each channel has one."""
        return (*_of(self.channels), *self._planar(self.down.places, self.across.places))

    def _planar(self, rows: int, columns: int) -> Shape:
        return (rows,) if self.is_signal else (rows, columns)

    @property
    def along(self) -> tuple[int, ...]:
        """The settings of the slide over a signal, laid out flat: see `SLIDE_ALONG`."""
        way = self.down
        return (way.stride, way.before, way.behind, way.dilation, self.groups)

    @property
    def settings(self) -> tuple[int, ...]:
        """The settings of the slide, laid out flat: see `SLIDE`."""
        down, across = self.down, self.across
        around = (down.before, down.behind, across.before, across.behind)
        return (down.stride, across.stride, *around, down.dilation, across.dilation, self.groups)

    def windows(self) -> Iterator[list[tuple[int, int]]]:
        """List for each place of a map which cells of the window lie on which pixels of one channel."""
        rows = [self.down.inside(place) for place in range(self.down.places)]
        columns = [self.across.inside(place) for place in range(self.across.places)]
        window, width = self.across.window, self.across.length
        for i, j in all_of(rows, columns):
            yield [(r * window + s, y * width + x) for (r, y), (s, x) in all_of(i, j)]

    def steps(self) -> Iterator[tuple[int, int, int]]:
        """List every multiplication of a convolution: offsets of map cell, kernel cell and pixel, in order.

        By map cell, then channel, then kernel row and column, as the deck multiplies.
        """
        inner = (self.channels or 1) // self.groups
        of_group = (self.kernels or 1) // self.groups
        area, pixels = self.down.window * self.across.window, self.down.length * self.across.length
        places = list(self.windows())
        for o in range(self.kernels or 1):
            first = o // of_group * inner
            for at, window in enumerate(places):
                for c in range(inner):
                    for weight, pixel in window:
                        yield o * len(places) + at, (o * inner + c) * area + weight, (first + c) * pixels + pixel

    def cells(self) -> Iterator[tuple[tuple[int, int], tuple[slice, slice], tuple[slice, slice]]]:
        """Give for each cell of a window the pixels it lies on, and the places of the map where it does."""
        for (r, (down, rows)), (s, (across, columns)) in all_of(
            enumerate(self.down.slices()), enumerate(self.across.slices())
        ):
            yield (r, s), (down, across), (rows, columns)


def _of(axis: int) -> tuple[int, ...]:
    return (axis,) if axis else ()


def _ways(sizes: tuple[int, ...], window: tuple[int, ...], settings: tuple[int, ...]) -> tuple[Along, Along]:
    """Give the way of a kernel down and across; a column has no columns that could be padded."""
    height, width = sizes
    rows, columns = window
    sy, sx, top, bottom, left, right, dy, dx = settings[: SLIDE_LENGTH - 1]
    return Along(height, rows, sy, top, bottom, dy), Along(width, columns, sx, left, right, dx)


@lru_cache(maxsize=256)
def sliding(image: Shape, kernel: Shape, settings: tuple[int, ...], *, is_signal: bool = False) -> Sliding:
    """Find how a kernel slides over an image, or over a signal.

    Raises: `Unfit` if either has too few axes, the channels differ, or the kernel is larger than the image.

    >>> slide = sliding((9, 9), (3, 3), (1, 1, 0, 0, 0, 0, 1, 1, 1))
    >>> slide.map
    (7, 7)
    """
    plane = 1 if is_signal else FLAT
    image, kernel = (image, kernel) if is_signal else (as_image(image), as_image(kernel))
    if len(image) not in (plane, plane + 1) or not plane <= len(kernel) <= plane + 2:
        raise Unfit(
            "shape-no-signal" if is_signal else "shape-no-image", left=shape_text(image), right=shape_text(kernel)
        )
    channels = image[0] if len(image) > plane else 0
    many = len(kernel) - plane - bool(channels)
    kernels, groups = kernel[0] if many else 0, settings[-1]
    if many not in (0, 1) or (channels and kernel[many] * groups != channels) or max(kernels, 1) % groups:
        code = "shape-channels" if groups == 1 else "shape-groups"
        raise Unfit(code, left=shape_text(image), right=shape_text(kernel), groups=groups)
    sizes, window = (((*shape[-plane:], 1) if is_signal else shape[-plane:]) for shape in (image, kernel))
    if (not channels and sizes[1] == window[1] == 1) or is_signal:
        settings = (settings[0], 1, *settings[2:4], 0, 0, settings[6], 1, groups)
    down, across = _ways(sizes, window, settings)
    if min(down.places, across.places) < 1:
        around = "×".join(dict.fromkeys(str(one) for one in settings[2:6:2]))
        raise Unfit("kernel-too-large", left=shape_text(image), right=shape_text(kernel), padding=around)
    return Sliding(channels, down, across, kernels, groups, is_signal)


def beneath(settings: tuple[int, ...]) -> str:
    """Write the settings of a slide where they are not the usual ones, ``s=2, p=1×0``."""
    stride, padding, dilation, groups = settings[:2], settings[2:6], settings[6:8], settings[8]
    before, behind = padding[::2], padding[1::2]
    around = pair(before) if before == behind else "×".join(f"{a}|{b}" for a, b in zip(before, behind, strict=True))
    parts = [f"s={pair(stride)}"] * (set(stride) != {1}) + [f"p={around}"] * any(padding)
    parts += [f"d={pair(dilation)}"] * (set(dilation) != {1}) + [f"g={groups}"] * (groups != 1)
    return ", ".join(parts)


def pair(numbers: tuple[int, ...]) -> str:
    """Write what is the same both ways once, ``2``, else for rows and columns, ``2×1``."""
    return "×".join(map(str, numbers)) if len(set(numbers)) > 1 else str(numbers[0])


def framed(array: Array, shape: Shape, slide: Sliding) -> Array:
    """Lay an image out by channels, rows and columns."""
    return array.reshape(*lead(array, shape), slide.channels or 1, slide.down.length, slide.across.length)


def windows(image: Array, slide: Sliding) -> Array:
    """Lay out the pixels under each place of a kernel: groups, the cells of a kernel, places.

    So a convolution and the gradient of its kernel are matrix products.

    >>> import numpy as np
    >>> slide = sliding((3, 3), (2, 2), (1, 1, 0, 0, 0, 0, 1, 1, 1))
    >>> windows(np.arange(9.0).reshape(1, 3, 3), slide)[0, 0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    import numpy as np

    down, across = slide.down, slide.across
    laid = np.zeros((*image.shape[:-2], down.window, across.window, down.places, across.places))
    for (r, s), pixels, places in slide.cells():
        laid[(..., r, s, *places)] = image[(..., *pixels)]
    return laid.reshape(*image.shape[:-3], slide.groups, -1, down.places * across.places)


def folded_windows(spread: Array, slide: Sliding) -> Array:
    """Add up in each pixel what the places of a kernel lay over it: the other way round than `windows`."""
    import numpy as np

    down, across = slide.down, slide.across
    batch, channels = spread.shape[:-3], slide.channels or 1
    laid = spread.reshape(*batch, channels, down.window, across.window, down.places, across.places)
    found = np.zeros((*batch, channels, down.length, across.length))
    for (r, s), pixels, places in slide.cells():
        found[(..., *pixels)] += laid[(..., r, s, *places)]
    return found
