"""Each tensor operation as a line of NumPy code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from symnn.expressions.tree import Call, Number, Product, Transpose
from symnn.networks.shapes import shape_of, tensor_call
from symnn.numeric.tensor_code import ATOM, MATRIX, SUM, Coded, TensorPrinter, counted
from symnn.ops.image import error_sliding, sliding
from symnn.ops.pooling import pooled_shape
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_TENSORS

__all__ = ["WRITERS", "by_record", "summed_kernel_error"]

_ONE_CALL = re.compile(r"[\w.]+\((\([^()]*\)|[^()])*\)")

Writer: TypeAlias = Callable[[TensorPrinter, Call], Coded]
"""Writes the call of one operation."""


def _taken(printer: TensorPrinter, node: Call) -> tuple[tuple[Coded, ...], tuple[int, ...], Shape]:
    """Take a tensor call apart: code of its arguments, settings, shape of its value."""
    taken = tensor_call(node, printer.shapes)
    coded = tuple(printer.code(argument) for argument in taken.arguments)
    return coded, taken.settings, shape_of(node, printer.shapes)


def _kernel_call(name: str, *, on_map: bool = False, ties: bool = False) -> Writer:
    """Write the call of a pooling function; ``on_map`` if its first argument has the shape of the pooled map."""

    def write(printer: TensorPrinter, node: Call) -> Coded:
        coded, settings, shape = _taken(printer, node)
        settings = (*settings[:-1], settings[-1] or settings[-2])
        words = [part.text for part in coded]
        if on_map:
            image = coded[1].shape if len(coded) > 1 else (*coded[0].shape[:-MATRIX], *settings[:MATRIX])
            words[0] = _as_map(coded[0], pooled_shape(image, settings))
        words += [*map(str, settings), *([repr(printer.conventions.ties)] if ties else [])]
        full = shape if on_map else pooled_shape(coded[-1].shape, settings)
        return _trimmed(f"{name}({', '.join(words)})", full, shape, batched=any(part.batched for part in coded))

    return write


def _as_map(part: Coded, full: Shape) -> str:
    """Give an error its axes back where a map of one row or column was written as a vector or number."""
    if part.shape == full:
        return part.text
    lead = "-1, " if part.batched else ""
    return f"np.reshape({part.text}, ({lead}{', '.join(map(str, full))}))"


def by_record(printer: TensorPrinter, node: Call) -> Coded:
    """Write a call by the line of code in the operation's record."""
    coded, _, shape = _taken(printer, node)
    text = OF_TENSORS[node.function].tensor_numpy
    axes = len(coded[0].shape)
    text = text.replace("{axes}", str(axes)).replace("{over}", str(tuple(range(-axes, 0))))
    for place, part in enumerate(coded):
        text = text.replace(f"{{{place}}}", part.at(ATOM))
    strength = ATOM if _ONE_CALL.fullmatch(OF_TENSORS[node.function].tensor_numpy) else SUM
    return Coded(text, strength, shape, any(part.batched for part in coded))


def _sum(printer: TensorPrinter, node: Call) -> Coded:
    (part,), (kept,), shape = _taken(printer, node)
    gone = len(part.shape) - kept
    if not gone:
        return part
    return Coded(f"np.sum({part.text}, axis={tuple(range(-gone, 0))})", ATOM, shape, part.batched)


def _reshape(printer: TensorPrinter, node: Call) -> Coded:
    (part,), _, shape = _taken(printer, node)
    lead = "-1, " if part.batched else ""
    if not shape and not part.batched:
        return Coded(f"{part.at(ATOM)}.reshape(())", ATOM, shape, batched=False)
    sizes = ", ".join(map(str, shape))
    return Coded(f"{part.at(ATOM)}.reshape({lead}{sizes})".replace("-1, )", "-1)"), ATOM, shape, part.batched)


def _part(printer: TensorPrinter, node: Call) -> Coded:
    (part,), (first, last), shape = _taken(printer, node)
    flat = part.at(ATOM)
    if len(part.shape) > 1:
        flat += ".reshape(-1, " + str(counted(part.shape)) + ")" if part.batched else ".ravel()"
    stretch = f"{first - 1}:{last}" if shape else str(first - 1)
    return Coded(f"{flat}[..., {stretch}]" if part.shape else flat, ATOM, shape, part.batched)


def _concat(printer: TensorPrinter, node: Call) -> Coded:
    coded, _, shape = _taken(printer, node)
    batched = any(part.batched for part in coded)
    pieces = []
    for part in coded:
        flat = f"{part.at(ATOM)}.reshape(-1, {counted(part.shape)})" if part.batched else f"np.ravel({part.text})"
        if batched and not part.batched:
            size = next(other for other in coded if other.batched)
            flat = f"np.broadcast_to({flat}, (len({size.text}), {counted(part.shape)}))"
        pieces.append(flat)
    return Coded(f"np.concatenate([{', '.join(pieces)}], axis=-1)", ATOM, shape, batched)


def _spread_code(printer: TensorPrinter, node: Call) -> Coded:
    (part,), _, shape = _taken(printer, node)
    more = ", ".join(["None"] * (len(shape) - len(part.shape)))
    inside = f"np.asarray({part.text})[..., {more}]" if part.shape or part.batched else part.text
    lead = f"(len({part.text}), *{shape})" if part.batched else str(shape)
    return Coded(f"np.broadcast_to({inside}, {lead})", ATOM, shape, part.batched)


def _conv(printer: TensorPrinter, node: Call, *, flipped: bool = False) -> Coded:
    (image, kernel), (stride, padding), shape = _taken(printer, node)
    slide = sliding(image.shape, kernel.shape, stride, padding)
    weights = f"rotated({kernel.text})" if flipped else kernel.text
    if kernel.batched:
        under = f"windows({{0}}, {kernel.shape[-2:]}, {stride}, {padding}, {bool(slide.channels)})"
        return _one_by_one(printer, image, kernel, f"convolved({under}, {{1}}, {slide.map})", shape)
    laid_out = printer.laid_out(image, kernel.shape, stride, padding)
    text = f"convolved({laid_out}, {weights}, {slide.map})"
    return _trimmed(text, slide.map, shape, batched=image.batched)


def _one_by_one(printer: TensorPrinter, left: Coded, right: Coded, inside: str, shape: Shape) -> Coded:  # noqa: ARG001
    """Work sample by sample where both sides have a batch axis and no product of matrices does it."""
    count = left.text if left.batched else right.text
    i = f"{left.at(ATOM)}[sample]" if left.batched else left.text
    k = f"{right.at(ATOM)}[sample]" if right.batched else right.text
    body = inside.format(i, k)
    return Coded(f"np.stack([{body} for sample in range(len({count}))])", ATOM, shape, batched=True)


def _trimmed(text: str, full: Shape, shape: Shape, *, batched: bool) -> Coded:
    if len(full) == len(shape):
        return Coded(text, ATOM, shape, batched)
    return Coded(f"{text}[..., {', '.join(['0'] * (len(full) - len(shape)))}]", ATOM, shape, batched)


def _kernel_error(printer: TensorPrinter, node: Call, *, summed: bool = False) -> Coded:
    taken = tensor_call(node, printer.shapes)
    error, image = (printer.code(argument) for argument in taken.arguments)
    slide = error_sliding(taken, kernel_known=False)
    shape = shape_of(node, printer.shapes)
    laid_out = printer.laid_out(image, slide.kernel, slide.stride, slide.padding)
    batched = error.batched or image.batched
    delta = error.text
    if batched and not (error.batched and image.batched):
        laid_out = laid_out if image.batched else f"np.broadcast_to({laid_out}, (len({delta}), *{laid_out}.shape))"
        delta = delta if error.batched else f"np.broadcast_to({delta}, (len({laid_out}), *{slide.map}))"
    elif not error.shape and not batched:
        delta = f"np.asarray({delta})"
    text = f"kernel_error({laid_out}, {delta}, {slide.kernel}, {summed and batched})"
    return _trimmed(text, slide.kernel, shape, batched=batched and not summed)


def summed_kernel_error(printer: TensorPrinter, node: Call) -> str | None:
    """Write the error of a kernel summed over the batch; None if nothing is batched or the call is no such error.

    For one plain map the error of the kernel is the convolution of the image with the error of the map.
    """
    if node.function == "kernel_error":
        coded = _kernel_error(printer, node, summed=True)
        return None if coded.batched else coded.text
    image, error = (printer.code(argument) for argument in node.arguments[:2])
    if not error.batched or len(node.arguments) > MATRIX or len(image.shape) > MATRIX:
        return None
    rows, columns = (a - b + 1 for a, b in zip(image.shape, error.shape, strict=True))
    as_error = Call("kernel_error", (node.arguments[1], node.arguments[0], Number(rows), Number(columns)))
    return _kernel_error(printer, as_error, summed=True).text


def _image_error(printer: TensorPrinter, node: Call) -> Coded:
    taken = tensor_call(node, printer.shapes)
    error, kernel = (printer.code(argument) for argument in taken.arguments)
    slide = error_sliding(taken, kernel_known=True)
    shape = shape_of(node, printer.shapes)
    call = f"image_error({{}}, {{}}, {slide.image}, {slide.stride}, {slide.padding})"
    if kernel.batched:
        return _one_by_one(printer, error, kernel, call.format("{0}", "{1}"), shape)
    delta = (
        error.text
        if error.shape == slide.map
        else f"np.asarray({error.text}).reshape({'-1, ' if error.batched else ''}{', '.join(map(str, slide.map))})"
    )
    return _trimmed(call.format(delta, kernel.text), slide.image, shape, batched=error.batched)


def _components(printer: TensorPrinter, node: Call, *, back: bool) -> Coded:
    """Write a projection on the leading components, or the way back from it."""
    coded, _, shape = _taken(printer, node)
    vector, matrix = coded
    kept = vector.shape[0] if back and vector.shape else (shape[0] if shape else 1)
    rows = f"{matrix.at(ATOM)}[:{kept}]"
    flat = f"{vector.at(ATOM)}.reshape(-1, {counted(vector.shape)})" if vector.batched else f"np.ravel({vector.text})"
    text = f"{flat} @ {rows}" if back else f"{flat} @ {rows}.T"
    return _trimmed(f"({text})", (kept,) if not back else matrix.shape[1:], shape, batched=vector.batched)


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "sum": _sum,
        "spread": _spread_code,
        "flatten": _reshape,
        "reshape": _reshape,
        "concat": _concat,
        "part": _part,
        "conv": _conv,
        "conv_flipped": lambda printer, node: _conv(printer, node, flipped=True),
        "kernel_error": _kernel_error,
        "image_error": _image_error,
        "max_pool": _kernel_call("max_pool"),
        "avg_pool": _kernel_call("avg_pool"),
        "max_unpool": _kernel_call("max_unpool", on_map=True, ties=True),
        "pick": _kernel_call("picked", ties=True),
        "avg_unpool": _kernel_call("avg_unpool", on_map=True),
        "outer": lambda printer, node: printer.code(Product((node.arguments[0], Transpose(node.arguments[1])))),
        "pca": lambda printer, node: _components(printer, node, back=False),
        "pca_back": lambda printer, node: _components(printer, node, back=True),
    }
)
"""How each tensor operation is written; the functions it calls are in `symnn.numeric.kernels`."""
