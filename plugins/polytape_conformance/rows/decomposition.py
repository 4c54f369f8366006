"""Decompositions, inverses, determinants and linear equations."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np

from polytape_conformance.row import Row, positive, real

_BATCH = (real(3, 3), real(2, 2, 2, seed=3))
_SQUARE = tuple((x + 3 * np.eye(x.shape[-1]),) for x in _BATCH)
_TALL, _WIDE = (real(4, 2),), (real(2, 4),)
_SYSTEMS = tuple((x + 3 * np.eye(x.shape[-1]), real(*x.shape[:-1], 2, seed=5)) for x in _BATCH)
_MATRIX = r"matrix or a batch"


def _definite(tf: Any, x: Any) -> Any:
    """A symmetric positive definite matrix."""
    return tf.matmul(x, x, transpose_b=True) + np.eye(x.shape[-1])


def _definite_reference(x: Any) -> Any:
    return np.einsum("...ij,...kj->...ik", x, x) + np.eye(x.shape[-1])


def _determinant(x: Any) -> Any:
    """Leibniz' sum over permutations."""
    size, found = x.shape[-1], 0.0
    for order in itertools.permutations(range(size)):
        inversions = sum(a > b for a, b in itertools.combinations(order, 2))
        found = found + (-1) ** inversions * math.prod(x[..., i, j] for i, j in enumerate(order))
    return found


def _inverse(x: Any) -> Any:
    """By Cramer's rule."""
    size = x.shape[-1]
    found = np.empty_like(x)
    for i in range(size):
        for j in range(size):
            minor = np.delete(np.delete(x, i, axis=-2), j, axis=-1)
            found[..., j, i] = (-1) ** (i + j) * _determinant(minor) / _determinant(x)
    return found


def _solution(x: Any, y: Any) -> Any:
    return np.einsum("...ij,...jk->...ik", _inverse(x), y)


def _factor(x: Any) -> Any:
    """Cholesky's, element by element."""
    x = _definite_reference(x)
    found = np.zeros_like(x)
    for j in range(x.shape[-1]):
        found[..., j, j] = np.sqrt(x[..., j, j] - (found[..., j, :j] ** 2).sum(axis=-1))
        for i in range(j + 1, x.shape[-1]):
            inner = (found[..., i, :j] * found[..., j, :j]).sum(axis=-1)
            found[..., i, j] = (x[..., i, j] - inner) / found[..., j, j]
    return found


def _gram_schmidt(x: Any) -> tuple[Any, Any]:
    """Q and R, R's diagonal positive."""
    columns: list[Any] = []
    for k in range(min(x.shape)):
        rest = x[:, k] - sum(((q @ x[:, k]) * q for q in columns), np.zeros(x.shape[0]))
        columns.append(rest / math.sqrt(rest @ rest))
    q = np.stack(columns, axis=1)
    return q, q.T @ x


def _signed_qr(tf: Any, x: Any) -> Any:
    """Q and R with the diagonal of R made positive: the signs are the library's choice."""
    q, r = tf.linalg.qr(x)
    sign = tf.stop_gradient(tf.sign(tf.linalg.diag_part(r)))
    return q * sign, r * sign[:, None]


def _squared_by_eigenvalues(tf: Any, x: Any) -> Any:
    """A² and the eigenvalues, from both outputs, whatever the signs of the eigenvectors."""
    values, vectors = tf.linalg.eigh(_definite(tf, x))
    return tf.matmul(vectors * (values * values)[..., None, :], vectors, transpose_b=True), tf.reduce_sum(
        values**3, axis=-1
    )


def _square_reference(x: Any) -> Any:
    a = _definite_reference(x)
    square = np.einsum("...ij,...jk->...ik", a, a)
    return square, np.einsum("...ij,...ji->...", square, a)


def _cubed_by_singular_values(tf: Any, x: Any) -> Any:
    """A·Aᵀ·A and the sum of s⁴, from all three outputs."""
    s, u, v = tf.linalg.svd(x)
    return tf.matmul(u * (s**3)[..., None, :], v, transpose_b=True), tf.reduce_sum(s**4, axis=-1)


def _cube_reference(x: Any) -> Any:
    gram = np.einsum("...ij,...kj->...ik", x, x)
    return np.einsum("...ij,...jk->...ik", gram, x), np.einsum("...ij,...ji->...", gram, gram)


def _pseudo_inverse(x: Any) -> Any:
    turned = np.swapaxes(x, -1, -2)
    if x.shape[-2] >= x.shape[-1]:
        return _inverse(turned @ x) @ turned
    return turned @ _inverse(x @ turned)


_ROWS = [
    Row(
        "linalg.inv",
        lambda tf, x: tf.linalg.inv(x),
        _inverse,
        _SQUARE,
        complex=True,
        rejects=(
            (lambda tf: tf.linalg.inv([[1.0, 1.0], [1.0, 1.0]]), ValueError, "not invertible|[Ss]ingular"),
            (lambda tf: tf.linalg.inv([[1.0, 1.0]]), ValueError, "square"),
            (lambda tf: tf.linalg.inv([[1]]), TypeError, "int32"),
        ),
    ),
    Row(
        "linalg.inv",
        lambda tf, x: tf.linalg.inv(x, adjoint=True),
        lambda x: _inverse(np.swapaxes(x, -1, -2)),
        _SQUARE,
        "adjoint",
    ),
    Row(
        "linalg.det",
        lambda tf, x: tf.linalg.det(x),
        _determinant,
        _SQUARE,
        complex=True,
        rejects=((lambda tf: tf.linalg.det([1.0]), ValueError, "square"),),
    ),
    Row(
        "linalg.slogdet",
        lambda tf, x: tf.linalg.slogdet(x),
        lambda x: (np.sign(_determinant(x)), np.log(np.abs(_determinant(x)))),
        (*_SQUARE, (-_SQUARE[0][0],)),
        rejects=((lambda tf: tf.linalg.slogdet([1.0]), ValueError, "square"),),
    ),
    Row(
        "linalg.logdet",
        lambda tf, x: tf.linalg.logdet(_definite(tf, x)),
        lambda x: np.log(_determinant(_definite_reference(x))),
        _SQUARE,
        rejects=((lambda tf: tf.linalg.logdet([[-1.0]]), ValueError, "not positive definite"),),
    ),
    Row(
        "linalg.solve",
        lambda tf, x, y: tf.linalg.solve(x, y),
        _solution,
        (*_SYSTEMS, (real(2, 2) + 3 * np.eye(2), real(2, 2, 1, seed=5))),
        complex=True,
        rejects=(
            (
                lambda tf: tf.linalg.solve([[1.0, 1.0], [1.0, 1.0]], [[1.0], [2.0]]),
                ValueError,
                "not invertible|[Ss]ingular",
            ),
            (lambda tf: tf.linalg.solve([[1.0]], [1.0]), ValueError, "right-hand side"),
            (lambda tf: tf.linalg.solve([[1.0, 2.0]], [[1.0]]), ValueError, "square"),
        ),
    ),
    Row(
        "linalg.solve",
        lambda tf, x, y: tf.linalg.solve(x, y, adjoint=True),
        lambda x, y: _solution(np.swapaxes(x, -1, -2), y),
        _SYSTEMS,
        "adjoint",
    ),
    *(
        Row(
            "linalg.triangular_solve",
            lambda tf, x, y, lower=lower, adjoint=adjoint: tf.linalg.triangular_solve(x, y, lower, adjoint),
            lambda x, y, lower=lower, adjoint=adjoint: _solution(
                np.swapaxes((np.tril if lower else np.triu)(x), -1, -2)
                if adjoint
                else (np.tril if lower else np.triu)(x),
                y,
            ),
            _SYSTEMS,
            f"{'lower' if lower else 'upper'}{', adjoint' if adjoint else ''}",
            rejects=(
                (
                    lambda tf: tf.linalg.triangular_solve([[1.0]], [[1.0], [2.0]]),
                    ValueError,
                    "right-hand side",
                ),
            ),
        )
        for lower in (True, False)
        for adjoint in (False, True)
    ),
    Row(
        "linalg.cholesky",
        lambda tf, x: tf.linalg.cholesky(_definite(tf, x)),
        _factor,
        _SQUARE,
        rejects=(
            (lambda tf: tf.linalg.cholesky([[1.0, 2.0], [2.0, 1.0]]), ValueError, "not positive definite"),
            (lambda tf: tf.linalg.cholesky([[1.0, 2.0]]), ValueError, "square"),
        ),
    ),
    Row(
        "linalg.cholesky_solve",
        lambda tf, x, y: tf.linalg.cholesky_solve(tf.linalg.cholesky(_definite(tf, x)), y),
        lambda x, y: _solution(_definite_reference(x), y),
        _SYSTEMS,
        rejects=((lambda tf: tf.linalg.cholesky_solve([[1.0]], [1.0]), ValueError, "right-hand side"),),
    ),
    Row(
        "linalg.qr",
        _signed_qr,
        _gram_schmidt,
        (_TALL, _WIDE, _SQUARE[0]),
        rejects=((lambda tf: tf.linalg.qr([1.0]), ValueError, _MATRIX),),
        tolerance=4,  # derivatives multiply by the inverse of R, twice
    ),
    Row(
        "linalg.qr",
        lambda tf, x: tf.matmul(*tf.linalg.qr(x, full_matrices=True)),
        lambda x: x,
        (_TALL, (real(2, 4, 2),)),
        "full matrices",
        differentiable=(),
    ),
    Row(
        "linalg.eigh",
        _squared_by_eigenvalues,
        _square_reference,
        _SQUARE,
        rejects=((lambda tf: tf.linalg.eigh([[1.0, 2.0]]), ValueError, "square"),),
    ),
    Row(
        "linalg.eigvalsh",
        lambda tf, x: tf.reduce_sum(tf.linalg.eigvalsh(_definite(tf, x)) ** 3, axis=-1),
        lambda x: _square_reference(x)[1],
        _SQUARE,
        rejects=((lambda tf: tf.linalg.eigvalsh([1.0]), ValueError, "square"),),
    ),
    Row(
        "linalg.svd",
        _cubed_by_singular_values,
        _cube_reference,
        (_TALL, _WIDE, *_SQUARE),
        rejects=((lambda tf: tf.linalg.svd([1.0]), ValueError, _MATRIX),),
    ),
    Row(
        "linalg.svd",
        lambda tf, x: tf.reduce_sum(tf.linalg.svd(x, compute_uv=False) ** 4, axis=-1),
        lambda x: _cube_reference(x)[1],
        (_TALL, _WIDE, *_SQUARE),
        "values",
    ),
    Row(
        "linalg.lstsq",
        lambda tf, x, y: tf.linalg.lstsq(x, y),
        lambda x, y: _pseudo_inverse(x) @ y,
        ((real(4, 2), real(4, 1, seed=1)), (real(2, 4), real(2, 2, seed=1))),
        rejects=(
            (lambda tf: tf.linalg.lstsq([[1.0], [2.0]], [[1.0]]), ValueError, "right-hand side"),
            (
                lambda tf: tf.linalg.lstsq([[0.0, 1.0], [0.0, 1.0]], [[1.0], [1.0]]),
                ValueError,
                "positive definite",
            ),
        ),
    ),
    Row(
        "linalg.lstsq",
        lambda tf, x, y: (tf.linalg.lstsq(x, y, l2_regularizer=0.5), tf.linalg.lstsq(x, y, fast=False)),
        lambda x, y: (_inverse(x.T @ x + 0.5 * np.eye(2)) @ x.T @ y, _pseudo_inverse(x) @ y),
        ((real(4, 2), real(4, 1, seed=1)),),
        "regularised, slow",
    ),
    Row(
        "linalg.pinv",
        lambda tf, x: tf.linalg.pinv(x),
        _pseudo_inverse,
        (_TALL, _WIDE, _SQUARE[0]),
        rejects=((lambda tf: tf.linalg.pinv([1.0]), ValueError, _MATRIX),),
    ),
    Row(
        "linalg.matrix_rank",
        lambda tf, x: tf.linalg.matrix_rank(x),
        lambda x: (
            x.shape[0]
            and int(np.any(x)) + int(x.shape[0] > 1 and not np.allclose(np.outer(x[0], x[1]), np.outer(x[1], x[0])))
        ),
        ((positive(2, 3),), (np.outer([1.0, 2.0], [3.0, 4.0, 5.0]),), (np.zeros((2, 2)),)),
        differentiable=(),
        rejects=((lambda tf: tf.linalg.matrix_rank([1.0]), ValueError, _MATRIX),),
    ),
]
ROWS = [replace(row, half=False) for row in _ROWS]  # no library decomposes in half precision
