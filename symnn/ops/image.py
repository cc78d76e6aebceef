"""Operations on images: convolution (unflipped, as the deck slides its kernels), pooling, and their pullbacks.

An image is H×W, or C×H×W with channels; kernels are h×w, C×h×w (as many channels as the image), or O×C×h×w
for O kernels at once (O×h×w where the image has no channels).
"""

from __future__ import annotations

from itertools import product as all_of

from msgspec import Struct

from symnn.expressions.terms import call, product, total
from symnn.expressions.tree import Call, Number, Tree
from symnn.ops import kernels, named
from symnn.ops.grid import Grid
from symnn.ops.kernels import lead
from symnn.ops.operation import Array, Operation, Pulled, Setting, TensorCall
from symnn.ops.shapes import Shape, Unfit, as_image, normal, size, written

__all__ = ["IMAGE", "Sliding", "error_sliding", "sliding"]

FLAT, CHANNELS, KERNELS = 2, 3, 4
SLIDE: tuple[Setting, ...] = (Setting("stride", 1, 1), Setting("padding", 0))


class Sliding(Struct, frozen=True):
    """How a kernel slides: numbers of kernels and channels (0: that axis does not exist), sizes, steps."""

    kernels: int
    channels: int
    height: int
    width: int
    rows: int
    columns: int
    stride: int
    padding: int

    @property
    def down(self) -> int:
        """Places of the kernel from top to bottom."""
        return (self.height + 2 * self.padding - self.rows) // self.stride + 1

    @property
    def across(self) -> int:
        """Places of the kernel from left to right."""
        return (self.width + 2 * self.padding - self.columns) // self.stride + 1

    @property
    def is_plain(self) -> bool:
        """Whether one square kernel slides by single steps, without padding, to a map of rows and columns."""
        single = not self.kernels and not self.channels and self.stride == 1 and not self.padding
        return single and self.rows == self.columns and min(self.down, self.across, self.rows) > 1

    @property
    def is_one_place(self) -> bool:
        """Whether one kernel lies on the whole image and nowhere else."""
        return not self.kernels and not self.padding and self.image == self.kernel

    @property
    def image(self) -> Shape:
        """The shape of the image."""
        return (*self._of(self.channels), self.height, self.width)

    @property
    def kernel(self) -> Shape:
        """The shape of all kernels together."""
        return (*self._of(self.kernels), *self._of(self.channels), self.rows, self.columns)

    @property
    def map(self) -> Shape:
        """The shape of the feature maps."""
        return (*self._of(self.kernels), self.down, self.across)

    @staticmethod
    def _of(axis: int) -> tuple[int, ...]:
        return (axis,) if axis else ()

    def image_place(self, channel: int, row: int, column: int) -> int | None:
        """Give the offset of a pixel, counted without padding; None for a padded zero."""
        row, column = row - self.padding, column - self.padding
        if not (0 <= row < self.height and 0 <= column < self.width):
            return None
        return (channel * self.height + row) * self.width + column

    def steps(self) -> list[tuple[int, int, int]]:
        """List every multiplication of the slide: offsets of map cell, kernel cell and pixel, in order.

        By map cell, then channel, then kernel row and column, as the deck multiplies.
        """
        found = []
        for o, i, j in all_of(range(self.kernels or 1), range(self.down), range(self.across)):
            cell = (o * self.down + i) * self.across + j
            for c, r, s in all_of(range(self.channels or 1), range(self.rows), range(self.columns)):
                pixel = self.image_place(c, i * self.stride + r, j * self.stride + s)
                weight = ((o * (self.channels or 1) + c) * self.rows + r) * self.columns + s
                if pixel is not None:
                    found.append((cell, weight, pixel))
        return found


def sliding(image: Shape, kernel: Shape, stride: int, padding: int) -> Sliding:
    """Find how a kernel slides over an image.

    Raises: `Unfit` if either has too few axes, the channels differ, or the kernel is larger than the image.

    >>> slide = sliding((9, 9), (3, 3), 1, 0)
    >>> slide.map
    (7, 7)
    """
    image, kernel = as_image(image), as_image(kernel)
    if len(image) not in (FLAT, CHANNELS) or not FLAT <= len(kernel) <= KERNELS:
        raise Unfit("shape-no-image", left=written(image), right=written(kernel))
    channels = image[0] if len(image) == CHANNELS else 0
    many = len(kernel) - (FLAT if not channels else CHANNELS)
    if many not in (0, 1) or (channels and kernel[many] != channels):
        raise Unfit("shape-channels", left=written(image), right=written(kernel))
    rows, columns = kernel[-FLAT:]
    height, width = image[-FLAT:]
    if rows > height + 2 * padding or columns > width + 2 * padding:
        raise Unfit("kernel-too-large", left=written(image), right=written(kernel), padding=padding)
    return Sliding(kernel[0] if many else 0, channels, height, width, rows, columns, stride, padding)


def _sums(size: int, terms: list[tuple[int, Tree]]) -> tuple[Tree, ...]:
    """Add terms by the cell they belong to."""
    collected: list[list[Tree]] = [[] for _ in range(size)]
    for place, term in terms:
        collected[place].append(term)
    return tuple(total(tuple(part)) for part in collected)


def _slide(c: TensorCall) -> Sliding:
    return sliding(c.shapes[0], c.shapes[1], c.settings[0], c.settings[1])


def _conv_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = _slide(c)
    image, kernel = grids[0].cells, grids[1].cells
    terms = [(cell, product((kernel[weight], image[pixel]))) for cell, weight, pixel in slide.steps()]
    return Grid(normal(slide.map), _sums(size(slide.map), terms))


def _numbers(*values: int) -> tuple[Tree, ...]:
    return tuple(Number(value) for value in values)


def _conv_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Send the error to image and kernel; for one plain map both are convolutions themselves.

    Where the kernel has only one place, image and kernel get the number δ times each other.
    The kernel gets the convolution of the image with the error; the image that of the error, with zeros
    around it, and the kernel turned by 180 degrees.
    """
    image, kernel = c.arguments
    slide, settings = _slide(c), _numbers(*c.settings)
    if slide.is_one_place:
        return (product((delta, kernel)), product((delta, image)))
    if slide.is_plain:
        turned = Call(named.ROTATE, (kernel,))
        return (Call(named.CONV, (delta, turned, *_numbers(1, slide.rows - 1))), Call(named.CONV, (image, delta)))
    return (
        Call(named.IMAGE_ERROR, (delta, kernel, *_numbers(slide.height, slide.width), *settings)),
        Call(named.KERNEL_ERROR, (delta, image, *_numbers(slide.rows, slide.columns), *settings)),
    )


def _rotated(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    area = size(c.shapes[0][-FLAT:])
    cells = grids[0].cells
    turned = (cells[start : start + area][::-1] for start in range(0, len(cells), area))
    return Grid(c.shapes[0], tuple(cell for part in turned for cell in part))


def _flipped_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    turned = TensorCall((c.arguments[0], call(named.ROTATE, c.arguments[1])), c.shapes, c.settings)
    to_image, to_kernel = _conv_pullback(turned, delta, value)
    return (to_image, call(named.ROTATE, to_kernel) if to_kernel is not None else None)


def _flipped_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    kernel = TensorCall(c.arguments[1:], c.shapes[1:], ())
    return _conv_entries(c, (grids[0], _rotated(kernel, grids[1:])))


def error_sliding(c: TensorCall, *, kernel_known: bool) -> Sliding:
    """Find the slide of an error call ``(delta, other, a, b, stride, padding)``.

    The shape of delta alone says whether there are several kernels: their maps have three axes.

    Raises: `Unfit` if delta has another shape than the map.
    """
    many = c.shapes[0][0] if len(c.shapes[0]) == CHANNELS else 0
    a, b, stride, padding = c.settings
    if kernel_known:
        kernel = as_image(c.shapes[1])
        inner = kernel[1:] if many else kernel
        image = (*inner[:-FLAT], a, b)
    else:
        image = as_image(c.shapes[1])
        kernel = ((many,) if many else ()) + (*image[:-FLAT], a, b)
    slide = sliding(image, kernel, stride, padding)
    if normal(c.shapes[0]) != normal(slide.map):
        raise Unfit("shape-error", left=written(c.shapes[0]), right=written(normal(slide.map)))
    return slide


def _kernel_error_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = error_sliding(c, kernel_known=False)
    delta, image = grids[0].cells, grids[1].cells
    terms = [(weight, product((delta[cell], image[pixel]))) for cell, weight, pixel in slide.steps()]
    return Grid(normal(slide.kernel), _sums(size(slide.kernel), terms))


def _image_error_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = error_sliding(c, kernel_known=True)
    delta, kernel = grids[0].cells, grids[1].cells
    terms = [(pixel, product((delta[cell], kernel[weight]))) for cell, weight, pixel in slide.steps()]
    return Grid(normal(slide.image), _sums(size(slide.image), terms))


def _kernel_error_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    error, image = c.arguments
    slide = error_sliding(c, kernel_known=False)
    steps = _numbers(slide.stride, slide.padding)
    return (
        Call(named.CONV, (image, delta, *steps)),
        Call(named.IMAGE_ERROR, (error, delta, *_numbers(slide.height, slide.width), *steps)),
    )


def _image_error_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    error, kernel = c.arguments
    slide = error_sliding(c, kernel_known=True)
    steps = _numbers(slide.stride, slide.padding)
    return (
        Call(named.CONV, (delta, kernel, *steps)),
        Call(named.KERNEL_ERROR, (error, delta, *_numbers(slide.rows, slide.columns), *steps)),
    )


def _laid(image: Array, shape: Shape, slide: Sliding) -> Array:
    whole = kernels.unfolded(image, shape, slide.image)
    return kernels.windows(whole, slide.kernel, slide.stride, slide.padding, bool(slide.channels))


def _conv_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = _slide(c)
    laid = _laid(arrays[0], c.shapes[0], slide)
    kernel = arrays[1].reshape(*lead(arrays[1], c.shapes[1]), slide.kernels or 1, -1)
    return _shaped(kernel @ laid, slide.map)


def _shaped(maps: Array, shape: Shape) -> Array:
    return maps.reshape((*maps.shape[:-2], *shape))


def _flipped_array(c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    return _conv_array(c, (arrays[0], kernels.rotated(arrays[1], len(c.shapes[1]))), ties)


def _errors(array: Array, shape: Shape, many: int) -> Array:
    """Lay the errors of maps out as rows, one for each kernel."""
    return array.reshape(*lead(array, shape), many or 1, -1)


def _kernel_error_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = error_sliding(c, kernel_known=False)
    laid = _laid(arrays[1], c.shapes[1], slide)
    return _shaped(_errors(arrays[0], c.shapes[0], slide.kernels) @ laid.swapaxes(-1, -2), slide.kernel)


def _image_error_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = error_sliding(c, kernel_known=True)
    kernel = arrays[1].reshape(*lead(arrays[1], c.shapes[1]), slide.kernels or 1, -1)
    spread = kernel.swapaxes(-1, -2) @ _errors(arrays[0], c.shapes[0], slide.kernels)
    return kernels.folded(spread, slide.image, (slide.rows, slide.columns), slide.stride, slide.padding)


def _upward(c: TensorCall) -> TensorCall:
    """Write a transposed convolution as what sends errors back to an image of the size that it makes.

    Source: Dumoulin and Visin 2016, section 4; sizes as PyTorch has them.
    """
    stride, padding = c.settings
    sizes = zip(as_image(c.shapes[0])[-FLAT:], as_image(c.shapes[1])[-FLAT:], strict=True)
    height, width = ((places - 1) * stride + under - 2 * padding for places, under in sizes)
    return TensorCall(c.arguments, c.shapes, (height, width, stride, padding))


def _below(settings: tuple[int, ...]) -> str:
    """Write stride and padding where they are not the usual 1 and 0."""
    stride, padding = settings[-2:]
    return ", ".join([f"s={stride}"] * (stride != 1) + [f"p={padding}"] * (padding != 0))


_SIZES = (Setting("height", least=1), Setting("width", least=1), *SLIDE)


def _under_kernel(c: TensorCall) -> int:
    """Count the pixels under one kernel; several kernels lie one axis before those of the image."""
    image, kernel = c.shapes
    return size(kernel) // kernel[0] if len(kernel) > len(image) else size(kernel)


IMAGE: tuple[Operation, ...] = (
    Operation(
        name=named.CONV,
        shape=lambda c: normal(_slide(c).map),
        entries=_conv_entries,
        pullback=_conv_pullback,
        sign="conv",
        arity=(2, 2),
        settings=SLIDE,
        kernel=_conv_array,
        work=_under_kernel,
        below=_below,
        role="convolution",
        confusable=(named.CONV_FLIPPED,),
        conventions=("kernel",),
    ),
    Operation(
        name=named.CONV_FLIPPED,
        shape=lambda c: normal(_slide(c).map),
        entries=_flipped_entries,
        pullback=_flipped_pullback,
        sign="conv^(flip)",
        arity=(2, 2),
        settings=SLIDE,
        kernel=_flipped_array,
        work=_under_kernel,
        below=_below,
        role="convolution",
        confusable=(named.CONV,),
        conventions=("kernel",),
    ),
    Operation(
        name=named.CONV_TRANSPOSE,
        shape=lambda c: normal(error_sliding(_upward(c), kernel_known=True).image),
        entries=lambda c, grids: _image_error_entries(_upward(c), grids),
        pullback=lambda c, delta, value: _image_error_pullback(_upward(c), delta, value),
        sign="conv^(T)",
        words=("conv_transposed", "deconv"),
        arity=(2, 2),
        settings=SLIDE,
        kernel=lambda c, arrays, ties: _image_error_array(_upward(c), arrays, ties),
        work=lambda c: size(c.shapes[1]),
        below=_below,
        role="convolution",
        confusable=(named.CONV,),
    ),
    Operation(
        name=named.ROTATE,
        shape=lambda c: c.shapes[0],
        entries=_rotated,
        pullback=lambda _c, delta, _v: (call(named.ROTATE, delta),),
        sign="rot_180",
        kernel=lambda c, arrays, _t: kernels.rotated(arrays[0], len(c.shapes[0])),
        tensor_numpy="rotated({0}, {axes})",
        explained="notation-rotate",
    ),
    Operation(
        name=named.KERNEL_ERROR,
        shape=lambda c: normal(error_sliding(c, kernel_known=False).kernel),
        entries=_kernel_error_entries,
        pullback=_kernel_error_pullback,
        sign="conv'_K",
        arity=(2, 2),
        settings=_SIZES,
        kernel=_kernel_error_array,
        below=_below,
        explained="notation-kernel-error",
    ),
    Operation(
        name=named.IMAGE_ERROR,
        shape=lambda c: normal(error_sliding(c, kernel_known=True).image),
        entries=_image_error_entries,
        pullback=_image_error_pullback,
        sign="conv'_I",
        arity=(2, 2),
        settings=_SIZES,
        kernel=_image_error_array,
        below=_below,
        explained="notation-image-error",
    ),
)
"""Convolution and what carries errors back through it; each pullback is made of the others."""
