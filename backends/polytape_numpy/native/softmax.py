"""Softmax and cross-entropies along the last axis in native code, where there is enough to compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.cross_entropy import require_classes
from polytape_numpy.composition import composed
from polytape_numpy.native.planning import checked, empty, scalar
from polytape_numpy.native.rows import by_rows, dense, suits
from polytape_numpy.quiet import quiet
from polytape_numpy.softmax import NumpySoftmax


class NativeSoftmax(NumpySoftmax):
    """The part of the NumPy backend that turns logits into probabilities."""

    @staticmethod
    def softmax(x: Array, *, axis: int) -> Array:
        """Probabilities along an axis."""
        return _of_rows("softmax", x) if suits(x, axis) else NumpySoftmax.softmax(x, axis=axis)

    @staticmethod
    def log_softmax(x: Array, *, axis: int) -> Array:
        """Their logarithms."""
        return _of_rows("log_softmax", x) if suits(x, axis) else NumpySoftmax.log_softmax(x, axis=axis)

    @quiet
    def softmax_input(self, gradient: Array, output: Array, *, axis: int) -> Array:
        """The gradient of softmax."""
        if suits(output, axis):
            return _of_rows("softmax_input", gradient, output)
        return composed(self, "softmax_input", gradient, output, axis=axis)

    @quiet
    def log_softmax_input(self, gradient: Array, output: Array, *, axis: int) -> Array:
        """The gradient of its logarithm."""
        if suits(output, axis):
            return _of_rows("log_softmax_input", gradient, output)
        return composed(self, "log_softmax_input", gradient, output, axis=axis)

    def sparse_softmax_cross_entropy(self, labels: Array, logits: Array) -> Array:
        """The losses of classes."""
        if not suits(logits, -1):
            return super().sparse_softmax_cross_entropy(labels, logits)
        checked(require_classes, self, labels, logits.shape[-1])
        return _losses("sparse_cross_entropy", _classes(labels), logits)

    @quiet
    def sparse_softmax_cross_entropy_input(self, gradient: Array, labels: Array, logits: Array) -> Array:
        """The gradient of the logits."""
        if suits(logits, -1):
            return _of_rows("sparse_cross_entropy_input", gradient, _classes(labels), logits)
        return composed(self, "sparse_softmax_cross_entropy_input", gradient, labels, logits)

    @quiet
    def softmax_cross_entropy(self, labels: Array, logits: Array, *, axis: int) -> Array:
        """The losses of probabilities."""
        if suits(logits, axis):
            return _losses("cross_entropy", labels, logits)
        return composed(self, "softmax_cross_entropy", labels, logits, axis=axis)

    @quiet
    def softmax_cross_entropy_input(self, gradient: Array, labels: Array, logits: Array, *, axis: int) -> Array:
        """The gradient of the logits."""
        if suits(logits, axis):
            return _of_rows("cross_entropy_input", gradient, labels, logits)
        return composed(self, "softmax_cross_entropy_input", gradient, labels, logits, axis=axis)


def _of_rows(name: str, *arrays: Array) -> Array:
    """An array of the shape and dtype of the last one."""
    x = arrays[-1]
    result = empty(x.shape, x.dtype)
    count = x.shape[-1]
    by_rows(f"softmax.{name}_{x.dtype}", x.size // count, count, *map(dense, arrays), result)
    return result


def _losses(name: str, labels: Array, logits: Array) -> Array:
    """A number for each row of logits."""
    losses = empty(logits.shape[:-1], logits.dtype)
    by_rows(f"softmax.{name}_{logits.dtype}", losses.size, logits.shape[-1], dense(labels), dense(logits), losses)
    return losses if losses.shape else scalar(losses)


def _classes(labels: Any) -> Array:
    """Labels as integers that a kernel takes, or 64 bits."""
    return labels if labels.dtype.char in _INTEGERS else labels.astype(np.int64)


_INTEGERS = np.dtype(np.int32).char + np.dtype(np.int64).char
