"""Softmax and cross-entropies on CuPy: a reduction, and what stands between reductions in one kernel."""

from __future__ import annotations

from typing import Any

import cupy

from polytape_cupy.reduction import FUNCTIONS as REDUCTIONS

_sum = REDUCTIONS["sum"]


@cupy.fuse(kernel_name="polytape_powers")  # type: ignore[untyped-decorator]
def _powers(x: Any, peak: Any) -> Any:
    return cupy.exp(x - peak)


@cupy.fuse(kernel_name="polytape_log_softmax")  # type: ignore[untyped-decorator]
def _log_shares(x: Any, peak: Any, total: Any) -> Any:
    return (x - peak) - cupy.log(total)


@cupy.fuse(kernel_name="polytape_softmax_excess")  # type: ignore[untyped-decorator]
def _excess(powers: Any, total: Any, labels: Any, classes: Any) -> Any:
    shares = powers / total
    return cupy.where(labels == classes, shares - 1, shares)


@cupy.fuse(kernel_name="polytape_label_places")  # type: ignore[untyped-decorator]
def _places(rows: Any, labels: Any, count: Any) -> Any:
    return rows * count + labels


@cupy.fuse(kernel_name="polytape_sparse_softmax_cross_entropy")  # type: ignore[untyped-decorator]
def _losses(labels: Any, count: Any, chosen: Any, peak: Any, total: Any) -> Any:
    return cupy.where((labels >= 0) & (labels < count), cupy.log(total) - (chosen - peak), float("nan"))


def softmax(x: Any, *, axis: int) -> Any:
    """Probabilities along an axis."""
    if x.size == 0:
        return x
    powers = _powers(x, cupy.max(x, axis=axis, keepdims=True))
    return cupy.divide(powers, _sum(powers, axis=axis, keepdims=True))


def log_softmax(x: Any, *, axis: int) -> Any:
    """Their logarithms."""
    if x.size == 0:
        return x
    peak = cupy.max(x, axis=axis, keepdims=True)
    return _log_shares(x, peak, _sum(_powers(x, peak), axis=axis, keepdims=True))


def sparse_softmax_cross_entropy(labels: Any, logits: Any) -> Any:
    """The losses of classes; NaN for a label that is none, which only the GPU knows."""
    count = logits.shape[-1]
    if labels.size == 0 or not count:
        return cupy.full(labels.shape, float("nan"), logits.dtype)
    peak = cupy.max(logits, axis=-1)
    total = _sum(_powers(logits, peak[..., None]), axis=-1)
    rows = cupy.arange(labels.size, dtype=cupy.int64).reshape(labels.shape)
    chosen = cupy.take(logits.reshape(-1), _places(rows, labels.astype(cupy.int64, copy=False), count))
    return _losses(labels, count, chosen, peak, total)


def softmax_excess(labels: Any, logits: Any) -> Any:
    """Probabilities, less one at the labels."""
    if logits.size == 0:
        return logits
    powers = _powers(logits, cupy.max(logits, axis=-1, keepdims=True))
    classes = cupy.arange(logits.shape[-1], dtype=labels.dtype)
    return _excess(powers, _sum(powers, axis=-1, keepdims=True), labels[..., None], classes)


FUNCTIONS: dict[str, Any] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "sparse_softmax_cross_entropy": sparse_softmax_cross_entropy,
    "softmax_excess": softmax_excess,
}
