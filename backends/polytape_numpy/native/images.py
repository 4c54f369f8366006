"""Signals as images of one line, so that kernels know images alone."""

from __future__ import annotations

from polytape.backend import Array
from polytape.ops.spatial import Lengths


def as_images(x: Array) -> Array:
    """A batch of signals as one of images."""
    return x if x.ndim == 4 else x.reshape(x.shape[0], 1, *x.shape[1:])


def pair(lengths: Lengths, first: int = 1) -> tuple[int, int]:
    """Two numbers; of one along a signal the second, after `first`."""
    return (lengths[0], lengths[1]) if len(lengths) == 2 else (first, lengths[0])
