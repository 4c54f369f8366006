"""The cross-entropy of numbered classes: the logits at the labels are picked out, not compared with all classes."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from polytape.backend import COMPOSITIONS, Backend
from polytape.ops.cross_entropy import require_classes
from polytape_mlx.softmax import log_of_sum


def sparse_softmax_cross_entropy(backend: Backend, labels: Any, logits: Any) -> Any:
    """Return -log softmax(logits) at the labels; the GPU, which does not look at labels, takes the composition."""
    if logits.size == 0 or not backend.device_of(labels).startswith("CPU"):
        return COMPOSITIONS["sparse_softmax_cross_entropy"](backend, labels, logits)
    require_classes(backend, labels, logits.shape[-1])
    shifted = mx.subtract(logits, mx.max(logits, axis=-1, keepdims=True))
    at_labels = mx.take_along_axis(shifted, mx.expand_dims(labels, -1), axis=-1).squeeze(-1)
    return mx.subtract(log_of_sum(shifted, axis=-1), at_labels)


METHODS: dict[str, Any] = {"sparse_softmax_cross_entropy": sparse_softmax_cross_entropy}
