"""Softmax and cross-entropies on NumPy: each step overwrites the one before."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.cross_entropy import require_classes
from polytape_numpy.quiet import quiet

_add: Any = np.add.reduce
_maximum: Any = np.maximum.reduce


class NumpySoftmax:
    """The part of the NumPy backend that turns logits into probabilities."""

    @staticmethod
    @quiet
    def softmax(x: Array, *, axis: int) -> Array:
        """Probabilities along an axis."""
        if x.size == 0:
            return x
        result = x - _maximum(x, axis, None, None, True)
        np.exp(result, out=result)
        result /= _add(result, axis, None, None, True)
        return result

    @staticmethod
    @quiet
    def log_softmax(x: Array, *, axis: int) -> Array:
        """Their logarithms."""
        if x.size == 0:
            return x
        result = x - _maximum(x, axis, None, None, True)
        result -= np.log(_add(np.exp(result), axis, None, None, True))
        return result

    @quiet
    def sparse_softmax_cross_entropy(self, labels: Array, logits: Array) -> Array:
        """The losses of classes."""
        require_classes(self, labels, logits.shape[-1])  # type: ignore[arg-type]
        if labels.size == 0:
            return np.zeros(labels.shape, logits.dtype)
        rows = logits.reshape(-1, logits.shape[-1])
        shifted = rows - _maximum(rows, 1, None, None, True)
        chosen = shifted[np.arange(len(rows)), labels.reshape(-1)]
        losses = np.log(_add(np.exp(shifted, out=shifted), 1))
        losses -= chosen
        return losses.reshape(labels.shape) if labels.shape else losses[0]

    def softmax_excess(self, labels: Array, logits: Array) -> Array:
        """Probabilities, less one at the labels."""
        result = self.softmax(logits, axis=logits.ndim - 1)
        rows = result.reshape(-1, logits.shape[-1])
        rows[np.arange(len(rows)), labels.reshape(-1)] -= 1
        return result
