"""Which cells of the windows of an image are the largest, as arrays with any batch axes before their own."""

from __future__ import annotations

from symnn.ops.operation import Array
from symnn.ops.sliding import Sliding

__all__ = ["empty", "largest_of", "shares"]


def empty(arrays: tuple[Array, ...], slide: Sliding, *, pooled: bool) -> Array:
    """Make room for the maps, or for the image, of as many samples as there are."""
    import numpy as np

    batch = np.broadcast_shapes(*(array.shape[:-2] for array in arrays))
    sides = (way.places if pooled else way.length for way in (slide.down, slide.across))
    return np.zeros((*batch, *sides))


def largest_of(image: Array, slide: Sliding) -> Array:
    """Take the largest cell of each window."""
    import numpy as np

    found = empty((image,), slide, pooled=True) - np.inf
    for _, pixels, places in slide.cells():
        np.maximum(found[(..., *places)], image[(..., *pixels)], out=found[(..., *places)])
    return found


def shares(image: Array, slide: Sliding, ties: str) -> list[tuple[tuple[slice, slice], tuple[slice, slice], Array]]:
    """Say for each cell of a window which share of the window's error it gets."""
    import numpy as np

    largest = largest_of(image, slide)
    hits = [(on, at, image[(..., *on)] == largest[(..., *at)]) for _, on, at in slide.cells()]
    if ties == "shared":
        count = np.zeros_like(largest)
        for _, at, hit in hits:
            count[(..., *at)] += hit
        return [(on, at, hit / count[(..., *at)]) for on, at, hit in hits]
    free = np.ones(largest.shape, dtype=bool)
    found = []
    for on, at, hit in hits:
        first = hit & free[(..., *at)]
        free[(..., *at)] &= ~hit
        found.append((on, at, first))
    return found
