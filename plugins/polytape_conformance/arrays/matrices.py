"""Matrices of which it is known what they are made of, and products of matrices in Python's arithmetic."""

from __future__ import annotations

import math
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np

from polytape_conformance.arrays.flat import Shape, indices
from polytape_conformance.arrays.samples import numbers


def product(*matrices: Any) -> Any:
    """The matrix product, in double precision, each sum rounded once."""
    found = matrices[0]
    for matrix in matrices[1:]:
        found = _product(found, matrix)
    return found


def _product(x: Any, y: Any) -> Any:
    wide = np.result_type(x, y, "float64")
    made = np.zeros((*x.shape[:-1], y.shape[-1]), wide)
    for index in indices(made.shape):
        terms = [
            complex(p * q) for p, q in zip(x[index[:-1]].tolist(), y[(*index[:-2], slice(None), index[-1])].tolist())
        ]
        total = complex(math.fsum(t.real for t in terms), math.fsum(t.imag for t in terms))
        made[index] = total if wide.kind == "c" else total.real
    return made


def adjoint(x: Any) -> Any:
    """Rows and columns exchanged, and conjugated."""
    return np.conj(np.swapaxes(x, -1, -2))


@cache
def orthonormal(batch: Shape, size: int, dtype: str, salt: int) -> Any:
    """Unitary matrices: reflections I - 2·v·vᴴ / (vᴴ·v)."""
    v = numbers((*batch, size, 1), "complex128" if dtype[0] == "c" else "float64", 0.5, 2.0, salt=salt)
    signs = np.where(np.arange(size) % 2, -1.0, 1.0)[:, None]
    v = v * signs
    return np.eye(size) - 2 * (v * adjoint(v)) / np.sum(np.abs(v) ** 2, axis=-2, keepdims=True)


def with_values(batch: Shape, rows: int, columns: int, values: Any, dtype: str) -> Any:
    """Matrices of these singular values."""
    middle = np.zeros((rows, columns))
    np.fill_diagonal(middle, values)
    return (orthonormal(batch, rows, dtype, 1) @ middle @ adjoint(orthonormal(batch, columns, dtype, 2))).astype(dtype)


def hermitian(batch: Shape, size: int, values: Any, dtype: str) -> Any:
    """Hermitian matrices of these eigenvalues, with numbers above the diagonal that nobody may read."""
    u = orthonormal(batch, size, dtype, 3)
    return (u @ np.diag(values) @ adjoint(u)).astype(dtype)


def spoiled(x: Any) -> Any:
    """The lower triangle, with other numbers above it."""
    return np.where(np.tril(np.ones(x.shape[-2:], bool)), x, x.dtype.type(77))


def determinant(x: Any) -> Any:
    """The sum over all permutations, by Leibniz."""
    size = x.shape[-1]
    made = np.zeros(x.shape[:-2], np.result_type(x, "float64"))
    for index in indices(x.shape[:-2]):
        rows, terms = x[index].tolist(), []
        for order in permutations(range(size)):
            inversions = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
            terms.append(complex(math.prod([rows[i][order[i]] for i in range(size)]) * (-1) ** inversions))
        total = complex(math.fsum(t.real for t in terms), math.fsum(t.imag for t in terms))
        made[index] = total if made.dtype.kind == "c" else total.real
    return made
