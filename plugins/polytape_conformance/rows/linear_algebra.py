"""Products of matrices and vectors, bands, traces, norms, the exponential."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.op_class import OpClass
from polytape_conformance.row import Row, booleans, integers, positive, real

_PAIRS = (
    (real(2, 3), real(3, 4, seed=1)),
    (real(3, 2).T, real(4, 3, seed=1).T),
    (real(2, 2, 3), real(3, 2, seed=1)),
    (real(2, 1, 2, 3), real(3, 3, 1, seed=1)),
    (real(2, 3), real(2, 3, 2, seed=1)),
    (real(0, 3), real(3, 2, seed=1)),
    (real(2, 0), real(0, 2, seed=1)),
)


def _product(x: Any, y: Any) -> Any:
    """Row times column, by sums of element-wise products."""
    return np.sum(x[..., :, :, None] * y[..., None, :, :], axis=-2)


def _exponential(x: Any) -> Any:
    """By the series, after halving the argument often enough."""
    x = x / 2**5
    found = term = np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    for k in range(1, 25):
        term = _product(term, x) / k
        found = found + term
    for _ in range(5):
        found = _product(found, found)
    return found


def _band(x: Any, lower: int, upper: int) -> Any:
    found = np.zeros_like(x)
    for i in range(x.shape[-2]):
        for j in range(x.shape[-1]):
            if (lower < 0 or i - j <= lower) and (upper < 0 or j - i <= upper):
                found[..., i, j] = x[..., i, j]
    return found


def _largest_stretch(x: Any) -> Any:
    """The largest singular value, by squaring until one eigenvector is left."""
    gram = x.T @ x
    power = gram
    for _ in range(60):
        power = power @ power
        power = power / np.abs(power).max()
    vector = power[:, np.argmax(np.abs(power).sum(axis=0))]
    return math.sqrt(vector @ gram @ vector / (vector @ vector))


_VECTOR_NORMS: dict[float, Callable[[Any], Any]] = {
    1: np.abs,
    2: np.square,
    3: lambda x: np.abs(x) ** 3,
    2.5: lambda x: np.abs(x) ** 2.5,
}

ROWS = [
    Row(
        "matmul",
        lambda tf, x, y: tf.matmul(x, y),
        _product,
        ((positive(2, 300), positive(300, 2, seed=1)),),
        variant="many terms",
        differentiable=(),
    ),
    Row(
        "matmul",
        lambda tf, x, y: tf.matmul(x, y),
        _product,
        _PAIRS,
        complex=True,
        rejects=(
            (lambda tf: tf.matmul([[1.0, 2.0]], [[1.0, 2.0]]), ValueError, r"\[1, 2\] and \[1, 2\]"),
            (lambda tf: tf.matmul([1.0], [[1.0]]), ValueError, "at least two axes"),
            (lambda tf: tf.matmul(np.ones((2, 3, 3)), np.ones((3, 3, 3))), ValueError, "broadcast"),
            (lambda tf: tf.matmul(tf.constant([[1]]), tf.constant([[1.0]])), TypeError, "int32 and float32"),
            (
                lambda tf: tf.matmul([[1.0]], [[1.0]], True, False, True),
                ValueError,
                "only one of transpose_a",
            ),
            (lambda tf: tf.matmul([[True]], [[True]]), TypeError, "bool"),
        ),
        alias_of=("linalg.matmul",),
    ),
    Row(
        "matmul",
        lambda tf, x, y: tf.matmul(x, y),
        _product,
        ((integers(2, 3), integers(3, 2, seed=1)),),
        "integers",
    ),
    Row(
        "matmul",
        lambda tf, x, y: tf.matmul(x, y, transpose_a=True, adjoint_b=True),
        lambda x, y: _product(np.swapaxes(x, -1, -2), np.conj(np.swapaxes(y, -1, -2))),
        ((real(3, 2), real(4, 3, seed=1)), (real(2, 3, 1), real(2, 3, seed=1))),
        "transposed",
        complex=True,
    ),
    Row(
        "linalg.matvec",
        lambda tf, a, b: tf.linalg.matvec(a, b),
        lambda a, b: np.sum(a * b[..., None, :], axis=-1),
        ((real(2, 3), real(3, seed=1)), (real(2, 2, 3), real(3, seed=1)), (real(2, 3), real(4, 3, seed=1))),
        rejects=(
            (lambda tf: tf.linalg.matvec([[1.0]], 1.0), ValueError, "vector"),
            (lambda tf: tf.linalg.matvec([[1.0, 2.0]], [1.0]), ValueError, "can't be multiplied"),
        ),
    ),
    Row(
        "tensordot",
        lambda tf, a, b: tf.tensordot(a, b, 2),
        lambda a, b: np.einsum("aij,ijb->ab", a, b),
        ((real(2, 3, 4), real(3, 4, 2, seed=1)), (real(2, 0, 3), real(0, 3, 2))),
        rejects=(
            (lambda tf: tf.tensordot([1.0], [1.0], 2), ValueError, "from 0 to 1"),
            (lambda tf: tf.tensordot([1.0], [1.0, 2.0], 1), ValueError, "same lengths"),
            (lambda tf: tf.tensordot([[1.0]], [[1.0]], [[0, 1], [0]]), ValueError, "of one length"),
            (lambda tf: tf.tensordot([1.0], [1.0], [[1], [0]]), ValueError, "out of range"),
        ),
        alias_of=("linalg.tensordot",),
    ),
    Row(
        "tensordot",
        lambda tf, a, b: tf.tensordot(a, b, [[2, 0], [1, -1]]),
        lambda a, b: np.einsum("iaj,bji->ab", a, b),
        ((real(2, 3, 4), real(3, 4, 2, seed=1)),),
        "axes",
    ),
    Row(
        "tensordot",
        lambda tf, a, b: tf.tensordot(a, b, 0),
        np.multiply.outer,
        ((real(2), real(3, seed=1)), (real(), real(3, seed=1))),
        "outer",
    ),
    Row(
        "linalg.matrix_transpose",
        lambda tf, a: tf.linalg.matrix_transpose(a),
        lambda a: np.swapaxes(a, -1, -2),
        ((real(2, 3),), (real(2, 3, 4),), (real(0, 3),), (booleans(2, 3),)),
        rejects=((lambda tf: tf.linalg.matrix_transpose([1.0]), ValueError, "matrix"),),
    ),
    Row(
        "linalg.adjoint",
        lambda tf, a: tf.linalg.adjoint(a),
        lambda a: np.conj(np.swapaxes(a, -1, -2)),
        ((real(2, 3),), (real(2, 3, 4),)),
        complex=True,
        rejects=((lambda tf: tf.linalg.adjoint([1.0]), ValueError, "matrix"),),
    ),
    Row(
        "linalg.trace",
        lambda tf, x: tf.linalg.trace(x),
        lambda x: sum(x[..., i, i] for i in range(min(x.shape[-2:]))),
        ((real(3, 3),), (real(2, 2, 3),), (integers(2, 2),)),
        rejects=((lambda tf: tf.linalg.trace([1.0]), ValueError, "matrix"),),
    ),
    *(
        Row(
            "linalg.band_part",
            lambda tf, x, lower=lower, upper=upper: tf.linalg.band_part(x, lower, upper),
            lambda x, lower=lower, upper=upper: _band(x, lower, upper),
            ((real(3, 4),), (real(2, 4, 3),), (integers(3, 3),)),
            f"{lower}, {upper}",
            rejects=(
                (lambda tf: tf.linalg.band_part([1.0], 0, 0), ValueError, "matrix"),
                (lambda tf: tf.linalg.band_part([[1.0]], 2, 0), ValueError, "at most"),
                (lambda tf: tf.linalg.band_part([[1.0]], 0.5, 0), TypeError, "num_lower"),
            ),
        )
        for lower, upper in ((-1, 0), (0, -1), (0, 0), (1, 1), (-1, -1))
    ),
    Row(
        "linalg.cross",
        lambda tf, a, b: tf.linalg.cross(a, b),
        np.cross,
        ((real(3), real(3, seed=1)), (real(2, 3), real(2, 3, seed=1))),
        rejects=(
            (lambda tf: tf.linalg.cross([1.0, 2.0], [1.0, 2.0]), ValueError, "last length is 3"),
            (lambda tf: tf.linalg.cross([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]]), ValueError, "one shape"),
        ),
    ),
    Row(
        "norm",
        lambda tf, x: tf.norm(x),
        lambda x: math.sqrt(np.sum(np.abs(x) ** 2)),
        ((real(3),), (real(2, 3),), (real(),)),
        complex=True,
        rejects=(
            (lambda tf: tf.norm([1, 2]), TypeError, "floating-point or complex"),
            (lambda tf: tf.norm([1.0], ord="nuc"), ValueError, "ord must be"),
            (lambda tf: tf.norm([1.0], ord=-1), ValueError, "ord must be"),
            (lambda tf: tf.norm([[1.0]], ord=3, axis=(0, 1)), ValueError, "ord must be"),
            (lambda tf: tf.norm([1.0], axis=1), ValueError, "out of range"),
            (lambda tf: tf.norm([[[1.0]]], axis=(0, 1, 2)), ValueError, "pair of axes"),
        ),
        alias_of=("linalg.norm",),
    ),
    *(
        Row(
            "norm",
            lambda tf, x, order=order: tf.norm(x, ord=order, axis=-1, keepdims=True),
            lambda x, order=order: np.sum(_VECTOR_NORMS[order](x), axis=-1, keepdims=True) ** (1 / order),
            ((positive(3),), (positive(2, 3),)),
            f"{order}",
        )
        for order in _VECTOR_NORMS
    ),
    Row(
        "norm",
        lambda tf, x: tf.norm(x, ord=math.inf, axis=0),
        lambda x: np.max(np.abs(x), axis=0),
        ((real(3, 2),),),
        "infinity",
    ),
    Row(
        "norm",
        lambda tf, x: (
            tf.norm(x, "fro", (0, 1)),
            tf.norm(x, 1, (0, 1)),
            tf.norm(x, math.inf, (0, 1), keepdims=True),
        ),
        lambda x: (
            math.sqrt((x**2).sum()),
            np.abs(x).sum(axis=0).max(),
            np.abs(x).sum(axis=1, keepdims=True).max(keepdims=True),
        ),
        ((real(2, 3),), (real(3, 2),)),
        "matrix",
    ),
    Row(
        "norm",
        lambda tf, x: tf.norm(x, 2, (0, 1)),
        _largest_stretch,
        ((real(2, 3),), (real(3, 2),)),
        "spectral",
        kind=OpClass.DECOMPOSITION,  # a singular value
        half=False,
    ),
    Row(
        "linalg.normalize",
        lambda tf, x: tf.linalg.normalize(x, axis=-1),
        lambda x: (
            x / np.sqrt((x**2).sum(axis=-1, keepdims=True)),
            np.sqrt((x**2).sum(axis=-1, keepdims=True)),
        ),
        ((real(3),), (real(2, 3),)),
    ),
    Row(
        "linalg.expm",
        lambda tf, x: tf.linalg.expm(x),
        _exponential,
        ((real(3, 3),), (real(2, 2, 2) * np.array([0.1, 6.0])[:, None, None],), (real(0, 0),)),
        complex=True,
        half=False,
        rejects=((lambda tf: tf.linalg.expm([[1.0, 2.0]]), ValueError, "square"),),
    ),
]
